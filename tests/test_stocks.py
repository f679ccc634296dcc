"""Stocks: an agreement stands from its signature until it is denounced, and doubt grows with its age."""

from datetime import date
from math import exp

import numpy as np
import pytest
from tests.test_ties import act

from comity import stocks
from comity.tables import ACT

AS_OF = date(2024, 12, 31)
SIGNED = {"instrument": "agreement", "stage": "signed", "text": "Military framework agreement signed"}


def test_an_agreement_is_in_force_less_surely_with_age() -> None:
    (one,) = stocks.standing(ACT.frame([act(date(2014, 12, 31), belief=0.9, **SIGNED)]), AS_OF)
    assert one.probability == pytest.approx(0.9 * exp(-0.009 * 3653 / 365.25))
    assert (one.a, one.b, one.ended) == ("KAZ", "TUR", None)


def test_a_denunciation_that_is_sure_ends_it() -> None:
    end = act(
        date(2020, 1, 1), "end", instrument="agreement", stage="cancelled", polarity=-1, text="Framework denounced"
    )
    (one,) = stocks.standing(ACT.frame([act(date(2014, 1, 1), **SIGNED), end]), AS_OF)
    assert one.probability == 0
    assert one.used == ["x", "end"]


def test_a_denunciation_known_later_moves_nothing() -> None:
    end = act(date(2020, 1, 1), "end", known=date(2025, 1, 1), instrument="agreement", stage="ended", text="")
    first = act(date(2014, 1, 1), **SIGNED)
    assert stocks.standing(ACT.frame([first, end]), AS_OF) == stocks.standing(ACT.frame([first]), AS_OF)


def test_a_signature_after_the_denunciation_stands() -> None:
    end = act(date(2016, 1, 1), "end", instrument="agreement", stage="ended", text="Military framework agreement ended")
    again = act(date(2018, 1, 1), "again", **{**SIGNED, "text": "New plan of naval visits for two years"})
    old, new = stocks.standing(ACT.frame([act(date(2014, 1, 1), **SIGNED), end, again]), AS_OF)
    assert old.probability == 0
    assert new.probability > 0.9


def test_what_is_half_believed_to_be_denounced_is_half_in_force() -> None:
    end = act(date(2024, 12, 31), "end", belief=0.5, **{**SIGNED, "stage": "ended"})
    (one,) = stocks.standing(ACT.frame([act(date(2024, 12, 31), belief=0.8, **SIGNED), end]), AS_OF)
    assert one.probability == pytest.approx(0.8 * 0.5)
    assert one.ended == AS_OF


@pytest.mark.parametrize(
    ("stage", "modality", "left"),
    [("suspended", "actual", 0), ("cancelled", "actual", 0), ("ended", "actual", 0), ("ended", "planned", 1), ("refused", "actual", 1)],
)  # fmt: skip
def test_what_happened_ends_an_agreement_and_what_was_threatened_or_refused_does_not(
    stage: str, modality: str, left: int
) -> None:
    end = act(AS_OF, "end", modality=modality, **{**SIGNED, "stage": stage})
    (one,) = stocks.standing(ACT.frame([act(AS_OF, **SIGNED), end]), AS_OF)
    assert one.probability == left


def test_a_denunciation_in_no_words_of_its_own_ends_the_latest_of_those_signed_before_it() -> None:
    words = {2012: "Military framework agreement signed", 2014: "New plan of naval visits for two years", 2022: "Treaty of gas transit"}  # fmt: skip
    signed = [act(date(year, 1, 1), f"{year}", **{**SIGNED, "text": text}) for year, text in words.items()]
    end = act(date(2018, 1, 1), "end", **{**SIGNED, "stage": "ended", "text": "Everything is over"})
    found = stocks.standing(ACT.frame([*signed, end]), AS_OF)
    assert [s.act for s in found if s.probability == 0] == ["2014"]
    assert len(found) == 3


def test_what_was_signed_again_after_a_denunciation_takes_no_other_agreement_with_it() -> None:
    """The plan was suspended in 2018 and renewed in 2020; the framework of 2010 has nothing to do with it."""
    plan = "New plan of naval visits for two years"
    signed = [act(date(2010, 1, 1), "old", **SIGNED), act(date(2014, 1, 1), "plan", **{**SIGNED, "text": plan})]
    end = act(date(2018, 1, 1), "end", **{**SIGNED, "stage": "suspended", "text": f"{plan} suspended"})
    again = act(date(2020, 1, 1), "again", **{**SIGNED, "stage": "renewed", "text": plan})
    found = stocks.standing(ACT.frame([*signed, end, again]), AS_OF)
    assert [(s.act, s.ended, s.probability > 0.8) for s in found] == [("old", None, True), ("plan", None, True)]
    before = stocks.standing(ACT.frame([*signed, end]), AS_OF)
    assert [s.probability > 0 for s in before] == [True, False]


def test_talks_and_announcements_found_nothing() -> None:
    rows = [act(AS_OF, f"{stage}", **{**SIGNED, "stage": stage}) for stage in ("talks", "announced", "offered")]
    assert stocks.standing(ACT.frame(rows), AS_OF) == []


def test_a_renewal_in_the_same_words_makes_it_young_again() -> None:
    again = act(date(2023, 12, 31), "again", **{**SIGNED, "stage": "renewed"})
    (one,) = stocks.standing(ACT.frame([act(date(2014, 1, 1), **SIGNED), again]), AS_OF)
    assert one.since == date(2023, 12, 31)
    assert one.probability == pytest.approx(exp(-0.009 * 366 / 365.25))


@pytest.mark.parametrize("stage", ["signed", "executed", "renewed"])
def test_two_reports_that_found_and_renew_it_are_believed_together(stage: str) -> None:
    """1 - .2 x .5, whether the second says that it was signed again, carried out or renewed."""
    again = act(AS_OF, "again", belief=0.5, **{**SIGNED, "stage": stage})
    (one,) = stocks.standing(ACT.frame([act(AS_OF, belief=0.8, **SIGNED), again]), AS_OF)
    assert (one.probability, one.used) == (pytest.approx(0.9), ["again", "x"])


def test_a_base_is_no_agreement() -> None:
    base = act(date(2020, 12, 31), instrument="basing", stage="executed", text="Air base opened")
    assert stocks.standing(ACT.frame([base]), AS_OF) == []


def test_one_delivery_is_no_proof_of_a_monopoly() -> None:
    drawn = stocks.shares({"RUS": 14.0}, "KAZ")
    assert drawn.shape == (200, 2)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(200))
    assert drawn[:, 0].mean() == pytest.approx(0.75, abs=0.05)  # Beta(1.5, 0.5)
