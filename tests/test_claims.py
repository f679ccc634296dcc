"""A claim beside acts, worked by hand: who counts as all its parties, from which day, in which words, and what was later."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from comity.cases.claims import Checked, Claim, check
from comity.tables import ACT, COVERAGE


def claim(**more: Any) -> Claim:
    """Kazakhstan and Türkiye hold drills."""
    said = {"id": "c", "claim": "?", "parties": "KAZ;TUR", "instruments": "exercise", "since": date(2015, 1, 1), "asks": "done", "company": "any", "years": 1}  # fmt: skip
    return Claim(**said | more)


def act(name: str, day: date = date(2020, 5, 1), **more: Any) -> dict[str, Any]:
    """A drill of the two on one day."""
    return {"act": name, "date_from": day, "date_to": day, "known": day, "actors": ["TUR"], "recipients": ["KAZ"], "instrument": "exercise",
            "stage": "executed", "polarity": 1, "modality": "actual", "belief": 0.9, "text": "", "reports": [name], "publishers": ["p"]} | more  # fmt: skip


def judged(*acts: dict[str, Any], looked: list[dict[str, Any]] = [], **more: Any) -> Checked:  # noqa: B006
    return check(claim(**more), ACT.frame(list(acts)), COVERAGE.frame(looked))


def test_all_parties_take_part_or_it_is_no_act_of_the_claim() -> None:
    found = judged(act("one", recipients=["UZB"]), act("other", actors=["KAZ"], recipients=["RUS"]), act("all", actors=["RUS", "TUR"]))  # fmt: skip
    assert (found.support, found.near, found.related) == (["all"], [], [])
    assert judged(act("together", actors=["KAZ", "TUR"], recipients=[])).support == ["together"]


def test_what_ended_before_the_day_of_the_claim_is_left_out() -> None:
    days = {"before": (date(2014, 12, 30), date(2014, 12, 31)), "on it": (date(2015, 1, 1), date(2015, 1, 1)), "across": (date(2014, 12, 1), date(2015, 1, 2))}  # fmt: skip
    assert set(judged(*(act(name, date_from=a, date_to=b) for name, (a, b) in days.items())).support) == {"on it", "across"}  # fmt: skip


@pytest.mark.parametrize(
    ("company", "others", "short"),
    [("two", [], ""), ("two", ["UZB"], "only in company"), ("three", ["UZB"], ""), ("three", [], "only between two"), ("any", ["UZB"], ""), ("any", [], "")],
)  # fmt: skip
def test_in_whose_company_an_act_counts(company: str, others: list[str], short: str) -> None:
    found = judged(act("a", recipients=["KAZ", *others]), company=company)
    assert (found.support, found.near) == ((["a"], []) if not short else ([], ["a"]))
    assert found.why == (f"nothing whole; 1 act near it: {short}" if short else "1 act for it")


def test_what_is_only_thought_of_brings_no_claim_nearer() -> None:
    """“Russia could open a base in Chad, some diplomats fear” is no part of a base."""
    found = judged(act("feared", modality="hypothetical"))
    assert (found.verdict, found.near, found.related) == ("nothing found", [], ["feared"])
    assert found.why == "no act for it; beside that 1 act only planned, only thought of or hardly believed, which decides nothing; hardly anybody looked"  # fmt: skip


@pytest.mark.parametrize(
    ("more", "verdict"),
    [({}, "contradicted"), ({"modality": "historical"}, "contradicted"), ({"belief": 0.5}, "contradicted"), ({"belief": 0.49}, "supported"),
     ({"modality": "planned"}, "supported"), ({"modality": "hypothetical"}, "supported")],
)  # fmt: skip
def test_an_end_contradicts_a_claim_where_it_happened_and_is_believed(more: dict[str, Any], verdict: str) -> None:
    """“The bases should be closed” closes none."""
    later = act("end", date(2024, 11, 28), stage="ended", polarity=-1, **more)
    assert judged(act("held"), later).verdict == verdict


@pytest.mark.parametrize(
    ("more", "short"),
    [({"belief": 0.5}, ""), ({"belief": 0.49}, "hardly believed"), ({"belief": None}, "hardly believed"), ({"polarity": 0}, ""),
     ({"modality": "planned"}, "only planned"), ({"stage": "signed"}, "only signed"), ({"stage": "delivered"}, "")],
)  # fmt: skip
def test_in_what_an_act_falls_short_is_said(more: dict[str, Any], short: str) -> None:
    assert judged(act("a", **more)).why == (f"nothing whole; 1 act near it: {short}" if short else "1 act for it")


@pytest.mark.parametrize(
    ("asks", "stages"),
    [("agreed", {"signed", "executed", "delivered", "renewed"}), ("done", {"executed", "delivered"}), ("delivered", {"delivered"})],
)  # fmt: skip
def test_how_far_an_act_must_have_got(asks: str, stages: set[str]) -> None:
    every = ("talks", "asked", "offered", "announced", "signed", "executed", "delivered", "renewed")
    assert set(judged(*(act(stage, stage=stage) for stage in every), asks=asks).support) == stages


def test_an_act_of_the_instrument_or_of_the_words_alone_is_related() -> None:
    rows = [act("both", text="A drill of drones"), act("instrument", text="A drill"), act("words", instrument="arms", place="Drone port"), act("neither", instrument="arms")]  # fmt: skip
    found = judged(*rows, words="drone")
    assert (found.support, sorted(found.related)) == (["both"], ["instrument", "words"])
    assert judged(act("neither", instrument="arms")).related == []  # without words every text would match


def test_years_are_those_in_which_acts_ended() -> None:
    """A drill over New Year is one of the later year."""
    over = act("over", date_from=date(2019, 12, 30), date_to=date(2020, 1, 2))
    assert judged(over, act("then"), years=2).why == "2 acts for it; the claim needs 2 different years"
    assert judged(over, act("before", date(2019, 5, 1)), years=2).why == "2 acts for it in 2 years"


ONCE, TWICE = (("executed", date(year, 1, 2)) for year in (2020, 2022))
CUT, SIGNED = ("cancelled", date(2021, 5, 6)), ("signed", date(2020, 1, 2))


@pytest.mark.parametrize(
    ("told", "verdict", "why"),
    [
        ([ONCE, TWICE], "supported", "2 acts for it in 2 years"),
        ([ONCE, ONCE], "partly", "2 acts for it; the claim needs 2 different years"),
        ([ONCE, CUT, TWICE], "supported", "2 acts for it in 2 years"),  # it went on after it was cancelled
        ([ONCE, CUT], "contradicted", "1 act for it, then 1 act against it"),
        ([SIGNED, CUT], "partly", "nothing whole; 1 act near it: only signed"),
        ([CUT], "contradicted", "1 act against it, none for it"),
        ([], "nothing found", "no act for it; hardly anybody looked"),
    ],
)
def test_a_claim_of_two_years_is_judged_by_what_speaks_for_it_and_what_came_last(
    told: list[tuple[str, date]], verdict: str, why: str
) -> None:
    found = judged(*(act(f"a{i}", day, stage=stage) for i, (stage, day) in enumerate(told)), years=2)
    assert (found.verdict, found.why) == (verdict, why)


@pytest.mark.parametrize(
    ("day", "verdict"), [(date(2020, 5, 1), "supported"), (date(2020, 5, 2), "contradicted"), (date(2019, 1, 1), "supported")]
)  # fmt: skip
@pytest.mark.parametrize("how", [{"stage": "cancelled"}, {"modality": "negated"}])
def test_only_what_is_later_than_the_last_act_for_a_claim_speaks_against_it(
    day: date, verdict: str, how: dict[str, Any]
) -> None:
    found = judged(act("first", date(2018, 1, 1)), act("last"), act("no", day, **how))
    assert (found.verdict, found.against) == (verdict, ["no"])


def test_a_denial_of_something_else_is_not_against_the_claim() -> None:
    rows = [act("other", instrument="arms", stage="cancelled"), act("unlike", stage="cancelled", text="A parade")]
    found = judged(*rows, words="drone")
    assert (found.verdict, found.against) == ("nothing found", [])


def test_a_rupture_speaks_against_the_words_of_a_claim_or_without_any_its_instruments() -> None:
    broke = act("broke", date(2021, 1, 1), instrument="rupture", stage="ended", polarity=-1, text="All exercises ended")
    assert judged(act("a"), broke).why == "1 act for it, then 1 act against it"
    assert judged(act("a", text="drones"), broke, words="drone").why == "1 act for it, then 1 rupture between them that may end it"  # fmt: skip


@pytest.mark.parametrize(
    ("day", "said"), [(date(2020, 5, 1), ""), (date(2020, 5, 2), ", then 1 rupture between them that may end it")]
)
def test_a_rupture_that_names_nothing_is_said_after_the_last_act_only(day: date, said: str) -> None:
    broke = act("broke", day, instrument="rupture", stage="ended", polarity=-1, text="Envoys left")
    assert judged(act("first", date(2018, 1, 1)), act("last"), broke).why == "2 acts for it in 2 years" + said


@pytest.mark.parametrize(
    ("row", "looked"),
    [({}, True), ({"detection": 0.29}, False), ({"a": "*"}, True), ({"b": "UZB"}, False), ({"instrument": "arms"}, False)],
)  # fmt: skip
def test_nothing_found_says_little_where_hardly_anybody_looked(row: dict[str, Any], looked: bool) -> None:
    """Three chances in ten of showing such an act between the two are enough."""
    seen = {"source": "s", "a": "KAZ", "b": "TUR", "instrument": "exercise", "detection": 0.3} | row
    assert judged(looked=[seen]).why == "no act for it" + ("" if looked else "; hardly anybody looked")
