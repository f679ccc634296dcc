"""What points back to an act of an earlier sentence: whose it is, how far it got, when it is left alone, and that it is no evidence."""

from __future__ import annotations

from datetime import date

import pytest

from comity import press
from comity.coding import Act, Article, model, read
from comity.coding.pointing import POINTS_BACK

pytestmark = pytest.mark.skipif(model() is None, reason="needs the extra nlp")

WEDNESDAY = date(2025, 8, 13)
TANKS = "Poland signed a contract with South Korea for 180 K2 tanks on 1 August."
JETS = "Hungary received the first of four Gripen fighters from Sweden on Monday."
DRILL = "Kenya and Uganda opened a joint exercise in Jinja on 4 August."
PACT = "Japan and India signed an agreement on logistics in May 2024."


def pointing(*sentences: str) -> list[Act]:
    """What points back in a text whose sentences are paragraphs of their own, by grammar and stems."""
    told = read([Article("a", "\n\n".join(sentences), WEDNESDAY, "en")], careful=False)
    return [act for act in told if any(why.startswith(POINTS_BACK) for why in act.why)]


def rows(*sentences: str) -> list[tuple[str, str, str | None, str | None, str]]:
    """Actors, recipients, instrument, stage and modality of each such act."""
    return [
        (";".join(a.actors), ";".join(a.recipients), a.instrument, a.stage, a.modality) for a in pointing(*sentences)
    ]


def test_what_arrived_goes_from_the_seller_to_the_buyer_that_an_earlier_sentence_named() -> None:
    (act,) = pointing(TANKS, "The price was not told.", "The first ten arrived in Gdynia on Monday.")
    assert (act.actors, act.recipients, act.instrument, act.stage) == (["KOR"], ["POL"], "arms", "delivered")
    assert (act.date_from, act.date_to) == ("2025-08-11", "2025-08-11")
    assert (act.platform, act.belief) == ("K2", 0.4)
    assert act.why[-1] == f"points back to: {TANKS}"


@pytest.mark.parametrize(
    ("before", "text", "told"),
    [
        (JETS, "They were ordered in 2022.", ("SWE", "HUN", "arms", "signed", "historical")),
        (JETS, "They were ordered last year, days before the Turkish parliament voted for Sweden's entry into NATO.", ("SWE", "HUN", "arms", "signed", "actual")),
        (JETS, "The jets were ordered in 2022.", ("SWE", "HUN", "arms", "signed", "historical")),
        (JETS, "Sweden sold the jets for 900 million euros in May.", ("SWE", "HUN", "arms", "signed", "actual")),
        (JETS, "Three had been handed over by May.", ("SWE", "HUN", "arms", "delivered", "actual")),
        (JETS, "The 2014 contract includes training.", ("SWE", "HUN", "arms", "signed", "historical")),
        (TANKS, "The remaining tanks will be delivered by 2027.", ("KOR", "POL", "arms", "announced", "planned")),
        (TANKS, "The first batch is due in 2026.", ("KOR", "POL", "arms", "announced", "planned")),
        (TANKS, "The delivery was completed on Friday.", ("KOR", "POL", "arms", "delivered", "actual")),
        (TANKS, "Two of the tanks were handed over on Friday.", ("KOR", "POL", "arms", "delivered", "actual")),
        ("Ghana bought boats from Norway.", "Ghana received the boats on Friday.", ("NOR", "GHA", "arms", "delivered", "actual")),
        (TANKS, "The deal was approved by the Sejm on Friday.", ("KOR", "POL", "arms", "signed", "actual")),
        (TANKS, "Poland cancelled the contract on Friday.", ("POL", "KOR", "rupture", "cancelled", "actual")),
        (DRILL, "The exercise ended on Tuesday.", ("KEN", "UGA", "exercise", "executed", "actual")),
        (DRILL, "The drill will end on Friday.", ("KEN", "UGA", "exercise", "announced", "planned")),
        (DRILL, "Kenya suspended the exercise on Friday.", ("KEN", "UGA", "rupture", "suspended", "actual")),
        (PACT, "This agreement was ratified by parliament.", ("JPN", "IND", "agreement", "signed", "actual")),
        (PACT, "The agreement was extended on Tuesday.", ("JPN", "IND", "agreement", "renewed", "actual")),
        (PACT, "The agreement expired in July.", ("JPN", "IND", "agreement", "ended", "actual")),
        ("The United States opened a base in Romania in 2007.", "The base was closed in May.", ("USA", "ROU", "basing", "ended", "actual")),
        ("Serbian and Hungarian ministers held talks on Monday.", "The talks ended on Tuesday.", ("SRB", "HUN", "dialogue", "executed", "actual")),
        ("China granted Laos a loan of $50 million on Monday.", "The loan was approved by the assembly.", ("CHN", "LAO", "aid", "signed", "actual")),
    ],
)  # fmt: skip
def test_a_definite_noun_tells_further_of_the_earlier_act(before: str, text: str, told: tuple[str, ...]) -> None:
    assert rows(before, text) == [told]


@pytest.mark.parametrize(
    "text",
    [
        "The last such deal was signed with Germany in 2015.",
        "The previous contract was signed in 2015.",
        "The 2015 contract was renewed in May.",
        "An agreement was signed in May.",
        "Poland's contract was signed in May.",
        "The agreement on tariffs was signed in May.",
        "The howitzers arrived on Monday.",
        "They were welcomed on Monday.",
        "Two were killed on Monday.",
        "A 2015 contract covers the training.",
        "Ukraine ordered the tanks, too.",
        "The first ten arrived in May.",  # before the contract
    ],
)
def test_another_thing_is_left_alone(text: str) -> None:
    assert rows(TANKS, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The tanks have not arrived.",
        "The tanks have yet to arrive.",
        "If the tanks arrive, a brigade will be formed.",
        "The contract must be approved by the Sejm.",
        "The contract would have to be approved by the Sejm.",
        "The Sejm refused to approve the contract.",
        "The contract expires in 2030.",
        "The tanks reached their targets.",
    ],
)
def test_what_is_denied_supposed_or_ahead_is_not_told_as_done(text: str) -> None:
    assert rows(TANKS, text) == []


def test_of_two_deals_that_fit_alike_neither_is_taken_and_a_platform_tells_them_apart() -> None:
    two = ("Turkey sold Bayraktar TB2 drones to Kyrgyzstan.", "Uzbekistan bought Akinci drones from Turkey.")
    assert rows(*two, "The drones were delivered in August.") == []
    told = rows(*two, "The Akinci drones were delivered in August.")
    assert told == [("TUR", "UZB", "arms", "delivered", "actual")]


def test_the_paragraphs_own_act_goes_before_one_of_another_paragraph() -> None:
    other = "Uzbekistan bought drones from Turkey in June."
    told = rows("Turkey sold drones to Kyrgyzstan in May.", f"{other} The drones were delivered in August.")
    assert told == [("TUR", "UZB", "arms", "delivered", "actual")]


def test_a_later_sentence_that_brings_up_another_such_thing_stands_between() -> None:
    assert rows(DRILL, "The army of Ghana held an exercise too.", "The exercise ended on Tuesday.") == []
    assert rows(TANKS, "The army also ordered lorries at home.", "The first ten arrived on Monday.") == []


def test_a_drill_of_another_year_is_another() -> None:
    assert rows(DRILL, "The exercise was held in 2022.") == []


def test_a_sentence_that_names_somebody_else_tells_of_others() -> None:
    assert rows(TANKS, "The tanks were delivered to Ukraine on Monday.") == []


def test_a_title_is_nothing_to_point_back_to() -> None:
    assert rows("Norway delivers tanks to Poland", "The tanks arrived on Monday.") == []
    assert len(rows("Norway delivers tanks to Poland.", "The tanks arrived on Monday.")) == 1


def test_a_sentence_that_names_both_parties_speaks_for_itself() -> None:
    named = "South Korea delivered the first tanks to Poland on Monday."
    assert rows(TANKS, named) == []


def test_what_points_back_is_no_evidence_and_bears_out_none() -> None:
    text = f"{TANKS} The first ten arrived in Gdynia on Monday."
    same = {"article": "a", "url": None, "lang": "en", "published": WEDNESDAY, "known": WEDNESDAY, "retrieved": None,
            "publisher": "x", "raw": "a", "position": "text", "reliability": "B"}  # fmt: skip
    signed, arrived = press.told(same | {"text": text})
    assert arrived.report is None
    assert "earlier sentence" in arrived.lacks
    (alone,) = press.told(same | {"text": TANKS})
    assert signed.report
    assert alone.report
    assert signed.report["belief"] == alone.report["belief"]
