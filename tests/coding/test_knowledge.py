"""The tables of weapon systems, firms, drills and bodies: no spelling is two things, and none is taken for a word or a person."""

from __future__ import annotations

from collections import Counter

import pytest

from comity import states
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
        ("Paramount will build armoured vehicles in India.", {"ZAF", "IND"}),
        ("Polaris is seen over Kenya.", {"KEN"}),
    ],
)
def test_a_firm_whose_name_is_a_persons_or_a_words_is_known_by_what_stands_beside_it(
    text: str, codes: set[str]
) -> None:
    assert {m.code for m in mentions(text)} == codes
