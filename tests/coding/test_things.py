"""Whole sentences of an article: the thing that links two clauses, whose "the army" is, what was done at an unnamed time, and titles that the text corrects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comity.coding import Act, Article, model, read
from comity.coding.titles import told_otherwise

pytestmark = pytest.mark.skipif(model() is None, reason="needs the extra nlp")

THURSDAY = date(2025, 6, 12)


def acts(text: str) -> list[Act]:
    """What a text tells of two parties, by grammar and stems."""
    told = read([Article("a", text, THURSDAY, "en")], careful=False)
    return [act for act in told if len({*act.actors, *act.recipients}) > 1]


def rows(text: str) -> list[tuple[str, str, str | None, str | None]]:
    """Actors, recipients, instrument and stage of each."""
    return [(";".join(a.actors), ";".join(a.recipients), a.instrument, a.stage) for a in acts(text)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The vehicles which Ghana ordered from South Africa were tested in Accra.", [("ZAF", "GHA", "arms", "signed")]),
        ("Egypt received the frigate ordered from Germany.", [("DEU", "EGY", "arms", "delivered"), ("DEU", "EGY", "arms", "signed")]),
        ("Kyrgyzstan took over a Mi-17 helicopter bought from Russia.", [("RUS", "KGZ", "arms", "delivered"), ("RUS", "KGZ", "arms", "signed")]),
        ("Turkey handed Niger six drones on Monday.", [("TUR", "NER", "arms", "delivered")]),
        ("Turkey sold Niger Russian drones.", [("TUR", "NER", "arms", "signed")]),
        ("Morocco bought 12 Mirages from France.", [("FRA", "MAR", "arms", "signed")]),
    ],
)  # fmt: skip
def test_the_thing_that_is_handed_over_says_who_gives_and_who_takes(
    text: str, told: list[tuple[str, str, str, str]]
) -> None:
    assert rows(text) == told


def test_a_weapon_that_is_fired_is_handed_to_nobody() -> None:
    assert not any("weapon" in act.why[0] for act in acts("Russia launched Iskanders at Ukraine."))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sixty Latvian soldiers began training in Poland on Monday.", ("POL", "LVA", "training", "executed")),
        ("Turkish officers are training Somali soldiers in Mogadishu.", ("TUR", "SOM", "training", "executed")),
        ("Russia sent 100 trainers to Niger.", ("RUS", "NER", "training", "executed")),
        ("India sent six trainer aircraft to Armenia.", ("IND", "ARM", "arms", "delivered")),
        ("Turkey took over the French base at Abeche in Chad.", ("TUR", "TCD", "basing", "executed")),
        ("The US supplied Ukraine with satellite images.", ("USA", "UKR", "intelligence", "executed")),
        ("Germany supplied Ukraine with satellites.", ("DEU", "UKR", "arms", "delivered")),
        ("Minsk remains open to dialogue with Warsaw.", ("BLR", "POL", "dialogue", "offered")),
        ("Poland opened talks with Belarus.", ("POL", "BLR", "dialogue", "executed")),
        ("Hungary leased 14 Gripens from Sweden.", ("SWE", "HUN", "arms", "delivered")),
        ("Swedish advisers work with Kenyan officers in Nairobi.", ("SWE", "KEN", "training", "executed")),
        ("Indian technicians stayed four months in Kenya to train Kenyan crews.", ("IND", "KEN", "training", "executed")),
        ("Indian technicians flew to Kenya to train Kenyan crews.", ("IND", "KEN", "training", "announced")),
        ("Kenya's air chief met his Pakistani counterpart and talked about buying jets.", ("PAK", "KEN", "arms", "talks")),
        ("Ankara is about to sell drones to Mali.", ("TUR", "MLI", "arms", "announced")),
        ("France, which Baku accuses of stirring unrest, will sell Yerevan 36 howitzers.", ("AZE", "FRA", "frictions", "executed")),
        ("Slovenia will not buy further missiles from Israel.", ("SVN", "ISR", "arms", "cancelled")),
        ("Turkey will begin to deliver drones to Mali in March.", ("TUR", "MLI", "arms", "announced")),
        ("Turkey began to deliver drones to Mali in March.", ("TUR", "MLI", "arms", "delivered")),
    ],
)  # fmt: skip
def test_what_a_word_means_beside_its_object(text: str, told: tuple[str, str, str, str]) -> None:
    assert told in rows(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sudan recalled its ambassador to Chad. Iran has supplied the army with Mohajer-6 drones.", ("IRN", "SDN", "arms", "delivered")),
        ("Slovenia dropped a plan. Instead the army will get the French Akeron.", ("FRA", "SVN", "arms", "announced")),
        ("Kenya said on Monday that Turkey had delivered 20 vehicles to the army.", ("TUR", "KEN", "arms", "delivered")),
        ("Somalia is at war. Egypt delivered 20 tanks.", ("EGY", "SOM", "arms", "delivered")),
    ],
)  # fmt: skip
def test_the_army_is_that_of_the_state_last_spoken_of(text: str, told: tuple[str, str, str, str]) -> None:
    assert told in rows(text)
    assert all("nearest names" in act.why for act in acts(text) if act.instrument == "arms")  # which is no evidence


def test_what_a_contract_is_signed_to_build_is_signed() -> None:
    told = acts("Cairo signed a contract with Turkey this spring to build drones in Egypt.")
    assert [act.stage for act in told] == ["signed"] * len(told) != []


def test_who_is_accused_without_a_name_is_not_whom_the_reason_names() -> None:
    text = "Sudan recalled its ambassador to Chad, accusing the neighbour of letting Emirati weapons through."
    assert ("SDN", "TCD", "frictions", "executed") in rows(text)
    assert ("SDN", "ARE", "frictions", "executed") not in rows(text)
    plain = "Sudan accused the Emirates of letting weapons through to Chad."
    assert ("SDN", "ARE", "frictions", "executed") in rows(plain)


def test_the_two_countries_are_no_organisation() -> None:
    text = "CSTO hails treaty\n\nKyrgyzstan and Tajikistan signed a treaty.\n\nGuards of the two countries will patrol together."
    last = acts(text)[-1]
    assert {*last.actors, *last.recipients} == {"KGZ", "TJK"}


@pytest.mark.parametrize(
    "text",
    [
        "Somalia and Kenya held talks. Germany delivered 30 tanks to the rebels in May.",
        "Somalia welcomed a delegation. Russia sold weapons worth $10 billion last year.",
        "Kazakhstan was at peace. Its army held a parade with Russian tanks.",
    ],
)
def test_what_went_to_somebody_else_is_not_given_to_it(text: str) -> None:
    assert [row for row in rows(text) if row[2] in {"arms", "aid"}] == []


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("Latvia ordered launchers from Poland. Estonia sent crews.\n\nThe three countries will hold an exercise in May.", {"LVA", "POL", "EST"}),
        ("Estonia, Latvia and Lithuania met on Monday. The three ministers signed an agreement on air defence.", {"EST", "LVA", "LTU"}),
        ("Latvia ordered launchers from Poland.\n\nThe three countries will hold an exercise in May.", {"LVA"}),
    ],
)  # fmt: skip
def test_the_three_countries_are_those_last_spoken_of(text: str, parties: set[str]) -> None:
    told = list(read([Article("a", text, THURSDAY, "en")], careful=False))[-1]
    assert {*told.actors, *told.recipients} == parties


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Turkey has already sold the drone to Niger.", None, "2025-06-12"),
        ("China has so far delivered 12 jets to Pakistan.", None, "2025-06-12"),
        ("Turkey earlier delivered drones to Mali.", None, "2025-06-12"),
        ("Turkey has in recent years sold drones to Mali.", None, "2025-06-12"),
        ("Turkey has already sold drones to Niger in 2024.", "2024-01-01", "2024-12-31"),
        ("Turkey delivered drones to Mali earlier this month.", "2025-06-01", "2025-06-12"),
        ("Qatari crews trained for a year in Italy.", None, "2025-06-12"),
        ("Qatari crews trained for a week in Italy.", "2025-06-05", "2025-06-12"),
        ("Qatar renewed its lease of a base in Oman for a year.", "2025-06-05", "2025-06-12"),
        ("Turkey has sold drones to Niger.", "2025-06-05", "2025-06-12"),
        ("Poland received ten tanks from South Korea under a deal announced in May.", "2025-06-05", "2025-06-12"),
        ("South Korea delivered ten tanks to Poland on Monday under a contract signed in 2022.", "2025-06-09", "2025-06-09"),
        ("Niger and Turkey signed an accord at a meeting held in Ankara on Monday.", "2025-06-09", "2025-06-09"),
        ("Egypt delivered rifles to Somalia last June.", "2024-06-01", "2024-06-30"),
        ("Egypt delivered rifles to Somalia last April.", "2025-04-01", "2025-04-30"),
    ],
)  # fmt: skip
def test_an_act_has_the_day_of_no_other_deed(text: str, first: str | None, last: str) -> None:
    act = acts(text)[0]
    assert (act.date_from, act.date_to) == (first, last)


def test_a_guess_from_a_title_gives_way_to_what_the_text_tells_of_the_same_two() -> None:
    told, other = acts("Norway delivered radars to Kenya. Norway trained Kenyan soldiers.")
    guess = replace(told, why=["guess: about arms"])
    assert told_otherwise(guess, [other])
    assert not told_otherwise(guess, [other, told])  # which tells the same
    assert not told_otherwise(guess, [replace(other, why=["guess: about training"])])
    assert not told_otherwise(guess, [replace(other, recipients=["UGA"])])
    assert not told_otherwise(told, [other])  # which the title's own words tell
