"""Forecasts of lapse: features see no future, scores agree with hand and library, the real register meets its goals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from comity.errors import UsageError
from comity.lake import raw_file
from comity.rupture import backtest, scores
from comity.rupture.lapse import FEATURES, Register, at_risk, panel, register
from comity.rupture.panel import shrunk
from comity.rupture.scores import Rows
from comity.sources import catalogue
from comity.tables import MEASURE


def rows(p: list[float], y: list[float], base: float = 0.5, w: list[float] | None = None) -> Rows:
    return Rows(np.array(p), np.array(y), np.full(len(p), base), np.array(w or [1.0] * len(p)))


def test_skill_is_what_one_works_out_by_hand() -> None:
    found = rows([0.9, 0.2, 0.4], [1.0, 0.0, 0.0])
    assert scores.skill(found) == pytest.approx(1 - (0.01 + 0.04 + 0.16) / 0.75)
    assert scores.skill(rows([0.5, 0.5], [1.0, 0.0])) == 0


def test_auc_agrees_with_a_named_library_ties_and_weights_too() -> None:
    rng = np.random.default_rng(3)
    p, y, w = rng.integers(0, 9, 200) / 10, rng.integers(0, 2, 200).astype(float), rng.integers(0, 4, 200).astype(float)
    assert scores.auc(Rows(p, y, p, w)) == pytest.approx(roc_auc_score(y, p, sample_weight=w))
    assert scores.auc(rows([0.5, 0.5, 0.5], [1.0, 0.0, 1.0])) == 0.5


def test_lift_is_the_rate_at_the_top_over_the_rate_of_all() -> None:
    p = np.linspace(1, 0, 100)
    y = np.zeros(100)
    y[[0, 1, 2, 50]] = 1
    assert scores.lift(Rows(p, y, p, np.ones(100))) == pytest.approx((3 / 5) / (4 / 100))


def test_a_forecast_that_is_right_has_slope_one_and_intercept_nought() -> None:
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.95, 60_000)
    y = (rng.uniform(size=60_000) < p).astype(float)
    whole = Rows(p, y, p, np.ones_like(p))
    assert scores.slope(whole) == pytest.approx(1, abs=0.03)
    assert scores.intercept(whole) == pytest.approx(0, abs=0.03)
    extreme = whole._replace(p=1 / (1 + np.exp(-2 * np.log(p / (1 - p)))))
    assert scores.slope(extreme) == pytest.approx(0.5, abs=0.03)


def test_an_interval_holds_its_value_and_clusters_widen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.scores.RESAMPLES", 200)
    rng = np.random.default_rng(5)
    who = np.repeat(np.arange(40), 25)
    y = np.repeat(rng.integers(0, 2, 40), 25).astype(float)
    p = np.clip(0.5 + 0.2 * (y - 0.5) + rng.normal(0, 0.2, 1000), 0.01, 0.99)
    found = Rows(p, y, np.full(1000, 0.5), np.ones(1000))
    clustered, apart = (scores.scored(scores.skill, found, [ids]) for ids in (who, np.arange(1000)))
    assert clustered.low <= clustered.value <= clustered.high
    assert clustered.high - clustered.low > apart.high - apart.low


def test_a_resample_without_the_highest_rows_looks_further_down() -> None:
    """The first 30 of 100 rows are a cluster that was not drawn: of the 140 that count 7 are 5 %, so 3 rows twice, which all broke."""
    y = np.array([1.0] * 35 + [0.0] * 65)
    found, ids = Rows(np.linspace(0.9, 0.1, 100), y, y, np.ones(100)), np.repeat([0, 1], [30, 70])
    assert scores._lifts(found, ids, np.array([[0.0, 2.0]])) == pytest.approx([1 / (10 / 140)])


def test_the_intercept_says_how_much_more_often_it_happened_than_was_said() -> None:
    """Every forecast at a third of its odds: ln 3 above nought, whatever the slope."""
    rng = np.random.default_rng(4)
    truth = rng.uniform(0.05, 0.95, 60_000)
    y = (rng.uniform(size=60_000) < truth).astype(float)
    said = truth / (3 - 2 * truth)  # odds p / (1 - p) / 3
    assert scores.intercept(Rows(said, y, said, np.ones_like(y))) == pytest.approx(np.log(3), abs=0.03)


@pytest.mark.parametrize(
    ("score", "off"),
    [(scores.slope, 0.25), (scores.intercept, 0.25), (scores.auc, 1e-9), (scores.skill, 1e-9), (scores.lift, 1e-9)],
)
def test_an_interval_is_that_of_scores_of_resampled_clusters_and_the_same_in_every_run(
    score: scores.Score, off: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against resampling by hand; a regression takes one Newton step from that of all, so it may lie a little off."""
    monkeypatch.setattr("comity.scores.RESAMPLES", 200)
    rng = np.random.default_rng(6)
    p, weight, who = rng.uniform(0.05, 0.6, 3000), rng.integers(1, 4, 3000).astype(float), np.repeat(np.arange(300), 10)
    found = Rows(p, (rng.uniform(size=3000) < p).astype(float), np.full(3000, 0.3), weight)
    made = scores.scored(score, found, [who])
    times = np.random.default_rng(1).multinomial(300, [1 / 300] * 300, 200)
    by_hand = np.quantile([score(found._replace(w=weight * n[who])) for n in times], [0.05, 0.95])
    assert made.value == pytest.approx(score(found))
    assert (made.low, made.high) == pytest.approx(tuple(by_hand), abs=off * (by_hand[1] - by_hand[0]))
    assert scores.scored(score, found, [who]) == made


def deliveries(**own: dict[int, float]) -> Register:
    """A register of 1950 to 2000 from suppliers and recipients like ``USA_TUR={1990: 5.0}``."""
    pairs = sorted((name.split("_")[0], name.split("_")[1]) for name in own)
    tiv = np.zeros((len(pairs), 51))
    for i, pair in enumerate(pairs):
        for year, worth in own["_".join(pair)].items():
            tiv[i, year - 1950] = worth
    return Register(pairs, np.arange(1950, 2001), tiv)


def test_a_pair_is_at_risk_after_three_of_five_years() -> None:
    world = deliveries(USA_TUR={1990: 1.0, 1992: 1.0, 1994: 1.0}, RUS_KAZ={1993: 9.0, 1994: 9.0})
    assert [world.pairs[i] for i in at_risk(world, 1994)] == [("USA", "TUR")]
    assert len(at_risk(world, 1995)) == 0


def test_features_of_a_pair_are_what_one_works_out_by_hand() -> None:
    world = deliveries(USA_TUR={1985: 3.0, 1990: 1.0, 1992: 4.0, 1993: 2.0}, RUS_TUR={1994: 13.0}, USA_KAZ={1992: 7.0})
    found = panel(world)
    row = found.x[(found.year == 1994)][0]
    said = dict(zip(FEATURES, row, strict=True))
    assert said["active years of 5"] == 3
    assert said["years since last delivery"] == 1
    assert said["log TIV of the last year"] == 0
    assert said["log TIV of 5 years"] == pytest.approx(np.log(8))  # 1 + 7
    assert said["log TIV of the 5 years before"] == pytest.approx(np.log(4))
    assert said["trend within 5 years"] == pytest.approx(np.log(3) - np.log(2))
    assert said["log years since first delivery"] == pytest.approx(np.log1p(10))
    assert said["active years of 15"] == 4
    assert said["log TIV of the supplier"] == pytest.approx(np.log(15))
    assert said["log TIV of the recipient"] == pytest.approx(np.log(21))
    assert said["supplier's share of the recipient"] == pytest.approx(7 / 20)
    assert said["log other suppliers of the recipient"] == pytest.approx(np.log(2))
    assert found.y[found.year == 1994][0] == 1  # nothing in 1995-1999


def test_a_delivery_in_the_fifth_year_is_no_lapse() -> None:
    regular = {1990: 1.0, 1991: 1.0, 1992: 1.0}
    for year, lapsed in ((1997, 0.0), (1998, 1.0)):
        found = panel(deliveries(USA_TUR={**regular, year: 0.25}))
        assert found.y[found.year == 1992].tolist() == [lapsed]


def random_world(seed: int = 0) -> Register:
    rng = np.random.default_rng(seed)
    names = ["USA", "RUS", "CHN", "FRA", "TUR", "IRN", "IND", "EGY", "BRA", "KAZ", "UZB", "ZAF"]
    pairs = [(a, b) for a in names for b in names if a != b]
    rate = rng.uniform(0, 1, len(pairs))
    tiv = (rng.uniform(size=(len(pairs), 51)) < rate[:, None]) * rng.gamma(1, 5, (len(pairs), 51))
    return Register(pairs, np.arange(1950, 2001), tiv)


@pytest.mark.parametrize("year", [1975, 1985, 1990])
def test_no_feature_moves_when_later_years_change(year: int) -> None:
    world = random_world()
    changed = world.tiv.copy()
    changed[:, year - 1950 + 1 :] = random_world(9).tiv[:, year - 1950 + 1 :]
    one, other = panel(world), panel(world._replace(tiv=changed))
    assert (one.year == year).any()
    assert one.x[one.year <= year] == pytest.approx(other.x[other.year <= year])


def test_a_planted_truth_is_found_and_noise_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.scores.RESAMPLES", 20)
    found = {r.score: r for r in backtest.lapse(random_world())}  # each pair has its own rate: its past tells
    assert found["skill"].value > 0.05
    rng = np.random.default_rng(1)
    noise = random_world()._replace(tiv=(rng.uniform(size=(132, 51)) < 0.35) * 1.0)  # the past tells nothing
    assert {r.score: r for r in backtest.lapse(noise)}["skill"].value < 0.02


def test_without_a_register_it_says_what_to_read() -> None:
    with pytest.raises(UsageError, match="SIPRI's trade register first"):
        register(MEASURE.empty())


def test_a_register_that_begins_too_late_is_said() -> None:
    late = random_world()
    with pytest.raises(UsageError, match="begins in 1995"):
        next(backtest.lapse(Register(late.pairs, np.arange(1995, 2046), late.tiv)))


def test_the_edition_that_reaches_back_furthest_is_used_and_successors_carry_on() -> None:
    def line(subject: str, year: int, value: float | None, raw: str) -> dict[str, object]:
        return {"subject": subject, "name": "tiv_delivered", "date": date(year, 12, 31), "value": value, "raw": raw}

    frame = MEASURE.frame(
        [line("SUN>IND", 1990, 4.0, "old"), line("RUS>IND", 1993, None, "old"), line("RUS>IND", 1993, 9.0, "new")]
    )
    world = register(frame)
    assert world.pairs == [("RUS", "IND")]
    assert world.tiv.tolist() == [[4.0, 0.0, 0.0, 0.25]]


def test_a_newer_export_of_one_state_does_not_stand_for_the_register() -> None:
    """Five lines of 1990 to 1994, and two of a later day that reach back as far: fewer than half. With a third it could be an edition."""

    def line(subject: str, year: int, raw: str, vintage: date) -> dict[str, object]:
        day = {"date": date(year, 12, 31), "vintage": vintage}
        return {"subject": subject, "name": "tiv_delivered", "value": 1.0, "raw": raw, **day}

    whole = [line("RUS>IND", year, "whole", date(2025, 3, 13)) for year in range(1990, 1995)]
    part = [line("TUR>KAZ", year, "part", date(2026, 3, 13)) for year in range(1990, 1993)]
    assert register(MEASURE.frame(whole + part[:2])).pairs == [("RUS", "IND")]
    assert register(MEASURE.frame(whole + part)).pairs == [("TUR", "KAZ")]


def test_goals_are_registered_and_nothing_is_too_good() -> None:
    said = backtest.targets()["lapse"]
    assert (said["goal"]["skill"], said["goal"]["auc"], said["goal"]["skill_region"]) == (0.19, 0.79, 0.15)


def test_the_real_register_meets_its_goals_and_beats_every_baseline(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.scores.RESAMPLES", 30)
    path = shared_data / "sipri/trade-register_all_1950-2024_gen2025-03-13.csv"
    source = catalogue()["sipri"]
    measures = source.read(raw_file(path), source.layout(path) or "").tables["measure"]
    found = {r.score: r for r in backtest.lapse(register(measures))}
    for score in ("auc", "skill", "skill_region"):
        assert found[score].value >= (found[score].goal or 0)
    assert found["auc"].value < backtest.targets()["lapse"]["too_good"]["auc"]
    assert all(found["skill"].low > b.value for b in found["skill"].baselines.values())


def test_ones_own_rate_is_drawn_to_that_of_all_as_if_by_twenty_more_cases() -> None:
    """Of all (3 + 1) / (20 + 5) = .16; the first has 3 of 10: (3 + 20 x .16) / 30 = .2067."""
    found = shrunk(np.array([3.0, 0.0]), np.array([10.0, 10.0]), 20.0, (1.0, 5.0))
    assert found[0] == pytest.approx(np.log(0.206667 / 0.793333), abs=1e-5)
