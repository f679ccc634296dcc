"""Names become codes, never by a guess."""

from datetime import date

import pytest
from babel import Locale

from comity import knowledge, states
from comity.errors import UnknownState
from comity.states import (
    Named,
    from_cameo,
    from_cow,
    from_fips,
    from_icews,
    from_sipri,
    members,
    name_of,
    named,
    resolve,
)


@pytest.mark.parametrize("lang", states.LANGUAGES)
def test_every_name_of_a_language_resolves_to_its_own_code(lang: str) -> None:
    territories = Locale.parse(lang).territories
    missed = {
        name: code for code, a2 in states._alpha2().items() if (name := territories.get(a2)) and resolve(name) != code
    }
    assert not missed


@pytest.mark.parametrize(
    "name",
    [
        "Turkey",
        "Turkiye",
        "Türkiye",
        "TÜRKİYE",
        "türkiye",
        "Турция",
        "土耳其",
        "ترکیه",
        "تركيا",
        "Türkei",
        "Turquie",
        "Туреччина",
    ],
)
def test_one_state_under_all_its_spellings(name: str) -> None:
    assert resolve(name) == "TUR"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("Ankara", Named("TUR", "capital")),
        ("the Kremlin", Named("RUS", "capital")),
        ("Uzbek", Named("UZB", "demonym")),
        ("Soviet Union", Named("SUN", "former state")),
        ("Turkic Council", Named("OTS", "organisation")),
        ("KAZ", Named("KAZ", "code")),
        ("Kyrgyz Republic", Named("KGZ", "name")),
        ("Zaire", Named("COD", "name")),
        ("Kosovo", Named("XKX", "name")),
        ("Abkhazia", Named("ABK", "name")),
    ],
)
def test_a_name_says_how_it_stands_for_its_state(name: str, meaning: Named) -> None:
    assert named(name) == meaning


def test_an_unknown_name_names_the_row_and_the_nearest() -> None:
    with pytest.raises(UnknownState, match=r"file.csv, row 7: 'Kazahstan'.*Kazakhstan"):
        resolve("Kazahstan", where="file.csv, row 7")


@pytest.mark.parametrize(("name", "codes"), [("Congo", "COD.*COG"), ("Korea", "KOR.*PRK")])
def test_a_name_of_two_states_is_not_guessed(name: str, codes: str) -> None:
    with pytest.raises(UnknownState, match=codes):
        resolve(name)


@pytest.mark.parametrize(
    ("name", "last"), [("Soviet Union", "1991-12-25"), ("Yugoslavia", "2003-02-03"), ("Czechoslovakia", "1992-12-31")]
)
def test_a_state_that_had_ended_cannot_act(name: str, last: str) -> None:
    assert resolve(name, date(1985, 1, 1)) in {"SUN", "YUG", "CSK"}
    with pytest.raises(UnknownState, match=last):
        resolve(name, date(2010, 1, 1))


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("SRB", "SRB"),
        ("SVN", "SVN"),
        ("BIH", "BIH"),
        ("MNE", "MNE"),
        ("ROM", "ROU"),
        ("ROU", "ROU"),
        ("ZAR", "COD"),
        ("TMP", "TLS"),
        ("EUR", None),
        ("CAS", None),
        ("", None),
    ],
)
def test_gdelt_actors_fall_into_no_trap(code: str, state: str | None) -> None:
    assert from_cameo(code) == state


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("TU", "TUR"),
        ("TX", "TKM"),
        ("TI", "TJK"),
        ("KZ", "KAZ"),
        ("KG", "KGZ"),
        ("AJ", "AZE"),
        ("RS", "RUS"),
        ("RI", "SRB"),
        ("RB", "SRB"),
        ("BK", "BIH"),
        ("SI", "SVN"),
        ("MJ", "MNE"),
        ("CH", "CHN"),
        ("SZ", "CHE"),
        ("GM", "DEU"),
        ("", None),
    ],
)
def test_gdelt_places_fall_into_no_trap(code: str, state: str | None) -> None:
    assert from_fips(code) == state


@pytest.mark.parametrize(
    ("number", "year", "state"),
    [
        (640, 2000, "TUR"),
        (705, 2000, "KAZ"),
        (365, 1985, "SUN"),
        (365, 1995, "RUS"),
        (345, 1990, "YUG"),
        (345, 2010, "SRB"),
        (265, 1980, "DDR"),
        (260, 1980, "DEU"),
        (255, 2000, "DEU"),
        (680, 1980, "YMD"),
        (9999, 2000, None),
    ],
)
def test_numbers_of_the_correlates_of_war_depend_on_the_day(number: int, year: int, state: str | None) -> None:
    assert from_cow(number, date(year, 6, 1)) == state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Turkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Viet Nam", "VNM"),
        ("Bosnia-Herzegovina", "BIH"),
        ("Cote d'Ivoire", "CIV"),
        ("Congo", "COG"),
        ("DR Congo", "COD"),
        ("UAE", "ARE"),
        ("NATO**", "NATO"),
        ("Hezbollah (Lebanon)*", None),
        ("unknown supplier(s)", None),
    ],
)
def test_sipri_spellings_of_every_edition(name: str, state: str | None) -> None:
    assert from_sipri(name) == state


@pytest.mark.parametrize(
    ("bloc", "day", "inside", "outside"),
    [
        ("OTS", date(2018, 1, 1), {"TUR", "AZE", "KAZ", "KGZ"}, {"UZB", "TKM"}),
        ("OTS", date(2020, 1, 1), {"UZB"}, {"TKM", "HUN"}),
        ("CSTO", date(2010, 1, 1), {"UZB", "KAZ"}, {"AZE"}),
        ("CSTO", date(2013, 1, 1), {"KAZ"}, {"UZB"}),
        ("NATO", date(2023, 6, 1), {"FIN", "TUR"}, {"SWE"}),
        ("EU", date(2021, 1, 1), {"FRA"}, {"GBR"}),
        ("SCO", date(2024, 8, 1), {"IRN", "BLR", "IND"}, {"TKM"}),
        ("EAEU", date(2016, 1, 1), {"KGZ", "ARM"}, {"UZB"}),
        ("CIS", date(2015, 1, 1), {"TJK"}, {"GEO", "TKM"}),
        ("C5", date(2020, 1, 1), {"KAZ", "UZB", "TKM", "KGZ", "TJK"}, {"AZE"}),
        ("GCC", date(2020, 1, 1), {"QAT"}, {"IRQ"}),
        ("AU", date(2018, 1, 1), {"MAR", "SSD"}, {"TUR"}),
        ("ASEAN", date(2025, 10, 25), {"KHM"}, {"TLS"}),
        ("ASEAN", date(2025, 10, 26), {"KHM", "TLS"}, {"PNG"}),
        ("ECOWAS", date(2025, 1, 28), {"BFA", "MLI", "NER"}, {"MRT"}),
        ("ECOWAS", date(2025, 1, 30), {"NGA"}, {"BFA", "MLI", "NER"}),
    ],
)
def test_blocs_have_the_members_of_the_day(bloc: str, day: date, inside: set[str], outside: set[str]) -> None:
    now = set(members(bloc, day))
    assert inside <= now
    assert not outside & now


def test_every_member_and_every_code_of_the_tables_is_known() -> None:
    tables = ("names", "capitals", "demonyms", "codes")
    codes = {row["code"] for table in tables for row in knowledge.table(table)} | {
        c for row in knowledge.table("blocs") for c in row["members"].split(";")
    }
    assert not {code for code in codes if not states.is_code(code)}


def test_only_a_member_can_freeze_its_part() -> None:
    for row in knowledge.table("frozen"):
        assert row["member"] in members(row["bloc"], date.fromisoformat(row["from"])), row


def test_names_are_shown_as_their_states_wish() -> None:
    assert [name_of(c) for c in ("TUR", "KAZ", "OTS", "SUN")] == [
        "Türkiye",
        "Kazakhstan",
        "Organization of Turkic States",
        "Soviet Union",
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [("Citizen (Turkey)", "TUR"), ("China", "CHN"), ("Barack Obama", None), ("UN Security Council", None)],
)
def test_names_with_a_state_are_placed_and_persons_are_not(name: str, code: str | None) -> None:
    assert from_icews(name) == code
