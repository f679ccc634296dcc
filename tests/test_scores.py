"""Scores of every room are judged by one rule, against what that room registered."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from comity import scores
from comity.pages.scores import published as everything
from comity.scores import Interval, average, judged, knows, promises, published, resampled, score, title, widest, wilson

ROOMS = ("comity.proof", "comity.rupture", "comity.scenarios.replay", "comity.watch")


@pytest.mark.parametrize(
    ("name", "value", "low", "goal", "exclude", "met"),
    [
        ("auc", 0.8, 0.55, 0.72, None, True),
        ("auc", 0.8, 0.55, 0.72, 0.6, False),
        ("auc", 0.8, 0.65, 0.72, 0.6, True),
        ("auc", 0.7, 0.65, 0.72, 0.6, False),
        ("slope", 0.7, 0.6, [0.8, 1.2], None, False),
        ("slope", 1.0, 0.9, [0.8, 1.2], None, True),
        ("slope", 1.5, 1.1, [0.8, 1.2], None, False),
        ("media_volume_most", -0.04, -0.06, 0.1, None, True),
        ("media_volume_most", 0.2, 0.1, 0.1, None, False),
        ("crps", 1.0, 0.5, None, None, None),
        ("auc", None, None, 0.72, None, None),
    ],
)
def test_a_goal_has_the_ends_that_were_registered(
    name: str,
    value: float | None,
    low: float | None,
    goal: float | list[float] | None,
    exclude: float | None,
    met: bool | None,
) -> None:
    assert judged(name, value, low, goal, exclude) is met


def test_a_score_is_judged_by_what_its_room_promised() -> None:
    found = score("comity.rupture", "rupture", "slope", Interval(1.5, 1.1, 1.9), 9)
    assert (found.goal, found.moonshot, found.met) == (0.8, 0.95, False)
    assert score("comity.rupture", "rupture", "auc", Interval(0.8, 0.55, 0.9), 9).met is False  # must exclude .60
    assert score("comity.rupture", "rupture", "intercept", Interval(0.0, -1.0, 1.0), 9).met is None


def test_what_cannot_be_computed_is_null_on_the_command_line() -> None:
    found = score(
        "comity.proof", "acts", "other", Interval(math.nan, math.nan, math.inf), 1, {"x": Interval(1, 0, math.nan)}
    )
    said = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert (said["value"], said["high"], said["baselines"]["x"]["high"]) == (None, None, None)


@pytest.mark.parametrize("room", ROOMS)
def test_published_scores_say_truly_whether_their_goal_is_met(room: str) -> None:
    for s in published(room):
        said = promises(room)[s["target"]]
        goal = said.get("goal", {}).get(s["score"], s["goal"])
        assert s["met"] is judged(
            s["score"], s["value"], s["low"], goal, said.get("must_exclude", {}).get(s["score"])
        ), s
        assert s["goal"] == (goal[0] if isinstance(goal, list) else goal), s


def test_an_interval_is_the_widest_over_clusters_and_holds_its_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scores, "RESAMPLES", 200)
    y = np.repeat([0.0, 1.0], 50)
    rows, halves = np.arange(100), np.repeat([0, 1], 50)

    def mean(w: np.ndarray) -> float:
        return float(w @ y / w.sum())

    narrow, wide = resampled(mean, 100, [rows]), resampled(mean, 100, [rows, halves])
    assert narrow.low > 0.3
    assert (wide.value, wide.low, wide.high) == (0.5, 0.0, 1.0)


def test_an_interval_ends_at_the_fifth_and_the_ninety_fifth_of_a_hundred_resamples() -> None:
    even = np.linspace(0, 1, 101)
    assert widest(0.5, [even]) == pytest.approx((0.5, 0.05, 0.95))
    assert widest(0.5, [even / 2, 0.4 + even / 2]) == pytest.approx((0.5, 0.025, 0.875))  # of two kinds the wider end
    assert widest(0.99, [even]).high == 0.99
    assert average(np.array([1.0, 4.0]), np.array([2.0, 1.0])) == 2


def test_a_share_of_all_has_an_interval_too() -> None:
    """Wilson's: n / (n + z^2) where all of n did, and by hand for 8 of 11."""
    assert wilson(1.0, 10, 1.645) == pytest.approx((10 / (10 + 1.645**2), 1.0))
    assert wilson(8 / 11, 11, 1.644854) == pytest.approx((0.4795, 0.8853), abs=1e-4)


def test_resamples_are_the_same_in_every_run() -> None:
    y, ids = np.arange(20.0), np.arange(20)
    assert resampled(lambda w: average(y, w), 20, [ids]) == resampled(lambda w: average(y, w), 20, [ids])


def test_every_published_score_and_naive_way_is_told_in_plain_words_and_no_two_alike() -> None:
    for target in everything():
        titles = [s.title for s in target.scores]
        assert len(set(titles)) == len(titles), target.name
        assert [t for t in titles if "_" in t or t[0].islower()] == []
        assert [way for way, told in target.ways.items() if not told] == []


def test_an_ending_of_a_name_adds_its_words_and_a_target_has_words_of_its_own() -> None:
    assert title("rupture", "auc_late") == f"{title('rupture', 'auc')}; 2013 to 2023 only, which no choice saw"
    assert title("lapse", "auc") != title("rupture", "auc")
    assert (title("rupture", "new_score"), knows("rupture", "new way")) == ("new_score", "")
    assert knows("lapse", "recency") == "years since the last delivery"
