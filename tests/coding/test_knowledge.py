"""The tables of weapon systems, firms, drills and bodies: no spelling is two things, and none is taken for a word or a person."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date

import pytest

from comity import states
from comity.coding import Article, model, read
from comity.coding.amounts import _spellings, platform
from comity.coding.gazetteer import mentions
from comity.coding.text import fold
from comity.knowledge import table


def test_every_platform_is_of_a_state_and_of_a_class_whose_nouns_are_known() -> None:
    classes = {row["class"] for row in table("weapons")}
    for row in table("platforms"):
        assert states.is_state(row["code"]), row
        assert row["class"] in classes, row
        assert row["maker"] or row["platform"] == "MRAP", row


def test_no_spelling_is_that_of_two_platforms() -> None:
    spelt = Counter(s for row in table("platforms") for s in {fold(name) for name in _spellings(row)})
    assert [name for name, n in spelt.items() if n > 1] == []


def test_no_weapon_stands_in_two_lines_that_differ_by_a_hyphen_or_a_space() -> None:
    lines: dict[str, set[str]] = {}
    for row in table("platforms"):
        for name in [row["platform"], *row["also"].split(";")]:
            lines.setdefault(re.sub(r"[\W_]+", "", fold(name)), set()).add(row["platform"])
    del lines[""]
    assert [found for found in lines.values() if len(found) > 1] == []


def test_a_spelling_that_needs_its_noun_is_not_also_listed_without_unless_in_capitals() -> None:
    listed = {
        fold(s) for row in table("platforms") for s in [row["platform"], *row["also"].split(";")] if not s.isupper()
    }
    assert [b for row in table("platforms") for b in row["bare"].split(";") if b and fold(b) in listed] == []


@pytest.mark.parametrize(
    ("text", "name", "maker"),
    [
        ("Four Puma helicopters landed.", "SA330 Puma", "FRA"),
        ("Puma infantry fighting vehicles were shown.", "Puma IFV", "DEU"),
        ("Fifteen Puma drones were handed over.", "Puma drone", "USA"),
        ("Hawk missiles were sent.", "MIM-23 HAWK", "USA"),
        ("Two Hawk jets crashed.", "Hawk trainer", "GBR"),
        ("It wants Lynx infantry fighting vehicles.", "Lynx KF41", "DEU"),
        ("The navy's Lynx helicopter", "Lynx helicopter", "GBR"),
        ("Cheetah helicopters from India", "Cheetah helicopter", "IND"),
        ("ASTROS launchers", "ASTROS II", "BRA"),
        ("KC-390 transports", "C-390", "BRA"),
        ("the H225M Caracal", "H225", "FRA"),
        ("two Gowind corvettes", "Gowind", "FRA"),
        ("CAESAR guns", "Caesar howitzer", "FRA"),
        ("Zuzana howitzers", "Zuzana 2", "SVK"),
        ("A bus of the Pakistani JF-17 plant", "JF-17", "PAK"),
        ("two L-39 Albatros trainers", "L-39", "CZE"),
        ("India's Kalvari-class boats", "Kalvari-class", "IND"),
        ("The army wants Sabrah light tanks.", "Sabrah light tank", "ISR"),
        ("Paveway IV bombs", "Paveway IV", "GBR"),
        ("Mohajer-10 drones", "Mohajer-10", "IRN"),
        ("a Göktürk-1 satellite", "Göktürk-1", "ITA"),
        ("two Gepard frigates", "Gepard-class", "RUS"),
        ("forty VT-1 tanks", "MBT-2000", "CHN"),
        ("thirty Gepard guns", "Gepard", "DEU"),
    ],
)
def test_a_name_that_several_weapons_bear_is_told_by_its_noun(text: str, name: str, maker: str) -> None:
    found = platform(text)
    assert found
    assert (found[0], found[2]) == (name, maker)


@pytest.mark.parametrize(
    "text",
    [
        "Cobra Gold was held.",
        "A Tornado hit Texas.",
        "Zuzana Čaputová spoke.",
        "The Caesar Act",
        "The Patriot Act",
        "Stacey Abrams spoke.",
        "Tow trucks came.",
        "Som people came.",
        "Milan (Reuters)",
        "Mistral, a French start-up,",
        "South Pars gas",
        "The Lancet published it.",
        "A Puma, a Leopard and a Cheetah were seen.",
        "Bradley Cooper and Spike Lee",
        "Guarani is spoken in Paraguay.",
        "It was 30 Grad.",
        "Fagot, Konkurs, Verba",
        "It was armed with VT-1.",
    ],
)
def test_what_is_a_word_a_person_or_a_drill_is_no_weapon(text: str) -> None:
    assert platform(text) is None


def test_every_firm_stands_for_its_states_and_for_no_other() -> None:
    guarded = {row["form"] for row in table("contexts")}
    for row in table("companies"):
        for name in row["names"].split(";"):
            if name.isascii() and fold(name) not in guarded:
                assert {m.code for m in mentions(f"{name} signed a contract.")} == set(row["code"].split(";")), name


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("IAEA chief Rafael Grossi visited Tehran.", {"IRN"}),
        ("Hurricane Rafael hit Cuba.", {"CUB"}),
        ("Rafael and India's DRDO build missiles.", {"ISR", "IND"}),
        ("Leonardo DiCaprio visited Brazil.", {"BRA"}),
        ("Leonardo signed with Egypt.", {"ITA", "EGY"}),
        ("The National Aeronautics and Space Administration wrote to Japan.", {"USA", "JPN"}),
        ("Paramount Pictures opened in India.", {"IND"}),
        ("SIG Sauer signed with Egypt.", {"USA", "EGY"}),
        ("Paramount will build armoured vehicles in India.", {"ZAF", "IND"}),
        ("Polaris is seen over Kenya.", {"KEN"}),
    ],
)
def test_a_firm_whose_name_is_a_persons_or_a_words_is_known_by_what_stands_beside_it(
    text: str, codes: set[str]
) -> None:
    assert {m.code for m in mentions(text)} == codes


def test_no_drill_or_group_of_states_is_named_in_two_lines() -> None:
    for file in ("exercises", "groupings"):
        spelt = Counter(s for row in table(file) for s in {fold(name) for name in row["names"].split(";")})
        assert [name for name, n in spelt.items() if n > 1] == [], file


SOURCED = ("cities", "companies", "exercises", "frozen", "groupings", "groups", "institutions", "leaders", "platforms", "provinces")  # fmt: skip
ADDRESS = re.compile(r"https://[a-z0-9.-]+\.[a-z]+/[^\s%]+")
LICENSED = "https://www.geonames.org (CC BY 4.0), largest towns"


@pytest.mark.parametrize("file", SOURCED)
def test_every_source_is_an_address_in_plain_letters(file: str) -> None:
    for row in table(file):
        assert ADDRESS.fullmatch(row["source"]) or row["source"] == LICENSED, row
        title = row["source"].rpartition("/")[2]
        assert all(unicodedata.name(c).startswith(("LATIN", "MODIFIER")) for c in title if c.isalpha()), row


def test_no_article_is_spelt_in_two_ways() -> None:
    spelt: dict[str, set[str]] = {}
    for source in {row["source"] for file in SOURCED for row in table(file)}:
        spelt.setdefault(re.sub(r"[\W_]+", "", fold(source)), set()).add(source)
    assert [ways for ways in spelt.values() if len(ways) > 1] == []


def test_no_leader_is_named_twice_for_a_state() -> None:
    named = Counter((row["code"], name) for row in table("leaders") for name in row["names"].split(";"))
    assert [name for name, n in named.items() if n > 1] == []


def test_every_line_on_the_context_of_a_name_is_about_a_name_that_is_known() -> None:
    drills = {(fold(n), row["code"]) for row in table("exercises") for n in row["names"].split(";")}
    listed = {(row["form"], row["code"]) for row in table("contexts") if row["unless"].startswith("exercis")}
    assert listed
    assert listed <= drills


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Indonesia sent a frigate to RIMPAC.", {"IDN", "USA"}),
        ("Sailors of Togo joined Obangame Express.", {"TGO", "USA"}),
        ("The drill Falcon Strike began.", {"THA", "CHN"}),
        ("A falcon strike on a jet", set()),
        ("Cold Response began with troops on skis.", {"NOR"}),
        ("Kyiv gave a Cold Response to the plan.", {"UKR"}),
        ("Regional leaders ask for a swift response.", set()),
        ("AUKUS ministers met.", {"AUS", "GBR", "USA"}),
        ("Russia trains the AES countries.", {"RUS", "BFA", "MLI", "NER"}),
        ("Mercosur ministers met.", {"MERCOSUR", "ARG", "BOL", "BRA", "PRY", "URY"}),
        ("JEF ministers met.", {"JEF", "DNK", "EST", "FIN", "GBR", "ISL", "LTU", "LVA", "NLD", "NOR", "SWE"}),
        ("Planes left Hmeimim and Camp Lemonnier.", {"RUS", "USA"}),
        ("Ships called at Duqm and Cam Ranh Bay.", {"OMN", "VNM"}),
        ("The drill Caspian Breeze-2025 began.", {"AZE", "KAZ"}),
    ],
)
def test_drills_bodies_and_bases_of_every_region_stand_for_states(text: str, codes: set[str]) -> None:
    assert {m.code for m in mentions(text, on=date(2025, 6, 10))} == codes


@pytest.mark.parametrize(
    ("day", "members"),
    [
        (date(2021, 1, 1), {"BFA", "MLI", "MRT", "NER", "TCD"}),
        (date(2023, 1, 1), {"BFA", "MRT", "NER", "TCD"}),
        (date(2024, 1, 1), set()),
    ],
)
def test_the_g5_sahel_lost_its_members_one_by_one(day: date, members: set[str]) -> None:
    assert set(states.members("G5S", day)) == members


TOLD = [
    ("Nigeria took delivery of two T-129 ATAK helicopters on Monday.", "TUR", "NGA", "arms", "T129 ATAK"),
    ("Denel will repair Rooikat vehicles for Namibia.", "ZAF", "NAM", "industry", "Rooikat"),
    ("Ghana took part in Obangame Express with the US Navy.", "GHA", "USA", "exercise", None),
    ("Embraer delivered four A-29 Super Tucano aircraft to Paraguay.", "BRA", "PRY", "arms", "Super Tucano"),
    ("Chile and Argentina held the naval exercise Viekaren.", "CHL", "ARG", "exercise", None),
    ("Cotecmar delivered a riverine patrol vessel to Honduras.", "COL", "HND", "arms", None),
    ("Indonesia signed a contract for 42 Rafale fighters.", "FRA", "IDN", "arms", "Rafale"),
    ("PT PAL will build landing platform docks for the Philippines.", "IDN", "PHL", "industry", None),
    ("Thai and Chinese pilots began the exercise Falcon Strike.", "THA", "CHN", "exercise", None),
    ("Qatar took delivery of 24 Typhoon jets on Tuesday.", "GBR", "QAT", "arms", "Eurofighter"),
    ("The United Arab Emirates signed a contract with KAI.", "KOR", "ARE", "arms", None),
    ("Fincantieri delivered two PPA frigates to Indonesia.", "ITA", "IDN", "arms", "Thaon di Revel-class"),
]


@pytest.mark.skipif(model() is None, reason="needs the extra nlp")
@pytest.mark.parametrize(("text", "actor", "recipient", "instrument", "weapon"), TOLD, ids=[t[0] for t in TOLD])
def test_invented_news_of_four_regions_is_read_right(
    text: str, actor: str, recipient: str, instrument: str, weapon: str | None
) -> None:
    first = next(iter(read([Article("a", text, date(2025, 6, 10), "en")])))
    assert (first.actors, first.recipients) == ([actor], [recipient])
    assert (first.instrument, first.platform) == (instrument, weapon)
