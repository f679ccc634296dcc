"""Attention: twice the news is not twice the tie, and being written about is not being a friend."""

import numpy as np
import pytest

from comity.attention import leaning, of_pairs, relative


def test_a_state_heard_as_often_as_ever_has_attention_of_one() -> None:
    steady = relative(np.full((5, 2), 30.0))
    assert steady == pytest.approx(np.ones((5, 2)))
    assert of_pairs(steady, np.array([0]), np.array([1]), 0.75) == pytest.approx(np.ones((5, 1)))


def test_attention_is_the_geometric_mean_of_both_states_to_the_power_of_the_elasticity() -> None:
    """9 + 1 events against a mean of 5.5, and 4 + 1 against 5: by hand."""
    volume = np.array([[0.0, 4.0], [9.0, 4.0]])
    found = of_pairs(relative(volume), np.array([0]), np.array([1]), 0.5)
    assert found[1, 0] == pytest.approx((10 / 5.5 * 5 / 5) ** 0.25)


def test_periods_that_were_not_watched_do_not_lower_the_mean() -> None:
    volume = np.array([[0.0], [9.0], [9.0]])
    assert relative(volume, np.array([False, True, True]))[1, 0] == pytest.approx(1)


def test_leaning_is_friendlier_than_usual_above_and_hostile_below_nought() -> None:
    good = np.array([[0, 9, 1], [9, 0, 0], [1, 0, 0]], dtype=float)
    bad = np.array([[0, 1, 9], [1, 0, 0], [9, 0, 0]], dtype=float)
    found = leaning(good, bad)
    assert found[0, 1] > 0 > found[0, 2]
    assert found == pytest.approx(found.T)
    usual = (10 / 20 + 9 / 10) / 2
    assert found[0, 1] == pytest.approx((9 + 5 * usual) / 15 - usual)


def test_pairs_that_nobody_writes_about_do_not_lean() -> None:
    good, bad = np.array([[0, 3, 0], [3, 0, 0], [0, 0, 0]], dtype=float), np.zeros((3, 3))
    assert leaning(good, bad)[1, 2] == 0


def test_ten_times_the_news_of_the_same_kind_leans_further_and_never_the_other_way() -> None:
    rng = np.random.default_rng(2)
    good, bad = (t + t.T for t in rng.poisson(2.0, size=(2, 6, 6)).astype(float))
    once, tenfold = leaning(good, bad), leaning(10 * good, 10 * bad)
    assert (np.sign(once) == np.sign(tenfold)).all()
    assert (np.abs(tenfold) >= np.abs(once)).all()
