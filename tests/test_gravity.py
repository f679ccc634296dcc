"""Gravity: what to expect of a pair before any evidence."""

from datetime import date

import numpy as np
import pytest

from comity import gravity
from comity.states import countries, tongues
from comity.vocabulary import TIES

ON = date(2024, 1, 1)


def test_ankara_and_astana_are_as_far_apart_as_an_atlas_says() -> None:
    assert gravity.distance("TUR", "KAZ") == pytest.approx(3200, rel=0.02)
    assert gravity.distance("RUS", "KAZ") == pytest.approx(2270, rel=0.02)  # Moscow to Astana, not Siberia


def test_capitals_are_where_they_are() -> None:
    assert (countries()["USA"].lat, countries()["USA"].lon) == pytest.approx((38.9, -77.0), abs=0.2)
    assert (countries()["BRA"].lat, countries()["BRA"].lon) == pytest.approx((-15.8, -47.9), abs=0.2)


def test_a_pact_counts_on_the_days_that_both_are_in_it() -> None:
    place = gravity.COVARIATES.index("pact")
    csto = [gravity.covariates([("RUS", "UZB")], day)[0, place] for day in (date(2000, 1, 1), date(2008, 1, 1))]
    assert csto == [0, 1]


def test_russian_is_common_to_moscow_and_astana_and_not_to_ankara() -> None:
    language = gravity.COVARIATES.index("language")
    known = gravity.covariates([("KAZ", "RUS"), ("RUS", "TUR")], ON)[:, language]
    assert known[0] > 0.5
    assert known[1] < 0.1
    assert tongues("NATO") == {}


@pytest.mark.parametrize("instrument", TIES)
def test_larger_states_do_more_and_far_ones_less(instrument: str) -> None:
    near, far, small = gravity.means(
        instrument, gravity.covariates([("KAZ", "RUS"), ("KAZ", "USA"), ("KAZ", "TJK")], ON)
    )
    assert near > 0
    assert gravity.gravity()[instrument].size > 0
    assert gravity.gravity()[instrument].distance < 0
    assert np.isfinite([near, far, small]).all()


def test_a_pair_without_a_size_is_said_to_be_given_the_mean() -> None:
    assert np.isnan(gravity.covariates([("EU", "TUR")], ON)).all()
    assert "mean of the world" in gravity.said("EU", "TUR", "arms")
    assert "km" in gravity.said("KAZ", "TUR", "arms")
