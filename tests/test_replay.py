"""Past shocks: what is planted is found, what is not is not, nothing of a case teaches its own replay, scores are scores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import nbinom

from comity.errors import UsageError
from comity.scenarios.effects import library
from comity.scenarios.kinds import catalogue
from comity.scenarios.replay import breaks, study, synthetic
from comity.scenarios.replay.backtest import allowed, moving, world_of
from comity.scenarios.replay.estimate import PLANS, estimated
from comity.scenarios.replay.events import Event
from comity.scenarios.replay.forecast import Tuned, crps, log_score, means, parity, pit, placebos, tuned
from comity.scenarios.replay.history import Series, series
from comity.scenarios.replay.registered import Case, cases, targets
from comity.scenarios.simulate import run
from comity.scenarios.world import draw
from comity.scores import published
from comity.vocabulary import TIES

STATES = [f"S{i:02d}" for i in range(40)]
YEARS = 40


def planted(events: list[Event], third: float = 1.0, own: float = 1.0, seed: int = 1) -> Series:
    """Forty states that trade at rates of their own, yearly; after an event those of the target are multiplied."""
    rng = np.random.default_rng(seed)
    pairs = list(combinations(STATES, 2))
    rate = np.tile(rng.gamma(2.0, 2.0, len(pairs))[:, None], (1, YEARS))
    for e in events:
        year = e.month // 12
        for i, p in enumerate(pairs):
            if e.target in p:
                rate[i, year + 1 : year + 3] *= own if e.actor in p else third
    return Series("planted", "arms", 12, 0, pairs, rng.poisson(rate).astype(float))


def shocks(n: int = 40) -> list[Event]:
    rng = np.random.default_rng(2)
    years = np.concatenate([rng.permutation(np.arange(6, 34, 3)) for _ in range(n // 9 + 1)])[:n]
    return [Event("x", *(str(s) for s in rng.choice(STATES, 2, replace=False)), int(y) * 12) for y in years]


def test_a_planted_fall_of_third_ties_is_found_and_placebos_are_not_like_it() -> None:
    events = shocks()
    found = study.third(planted(events, third=0.6), events)
    assert found is not None
    assert found.n == len(events)
    assert found.mean == pytest.approx(np.log(0.6), abs=0.08)
    assert found.placebo < 0.01


def test_where_nothing_is_planted_nothing_is_found() -> None:
    events = shocks()
    found = [study.third(planted(events, seed=s), events) for s in range(3, 9)]
    assert all(f is not None and abs(f.mean) < 3 * f.sd for f in found)
    assert sum(f.placebo < 0.05 for f in found if f) <= 1


def test_the_tie_of_the_two_is_told_from_the_ties_with_others() -> None:
    events = shocks()
    data = planted(events, own=0.4)
    mine, others = study.own(data, events), study.third(data, events)
    assert mine is not None
    assert others is not None
    assert mine.mean == pytest.approx(np.log(0.4), abs=0.2)
    assert abs(others.mean) < 3 * others.sd


def test_too_few_events_estimate_nothing() -> None:
    events = shocks()[:5]
    assert study.third(planted(events), events) is None


def test_synthetic_control_finds_a_planted_gap() -> None:
    rng = np.random.default_rng(5)
    wave = 10 + 3 * np.sin(np.arange(30) / 3)
    total = {
        s: wave * scale + rng.normal(0, 0.2, 30) for s, scale in zip(STATES[:20], np.linspace(0.5, 2, 20), strict=True)
    }
    total["S03"][21:] *= 0.5
    found = synthetic.pooled(total, 0, [("S03", 20 * 12)])
    assert found is not None
    assert found.mean == pytest.approx(np.log(0.5), abs=0.1)
    assert found.placebo < 0.05


def test_ruptures_of_planted_years_are_seen_and_others_expected() -> None:
    """Ten ties of one state, of which it breaks six after its shock; by stratum two in a hundred were due."""
    pairs = [("AAA", f"X{i:02d}") for i in range(10)] + [("BBB", f"Y{i:02d}") for i in range(90)]
    rows = {("AAA", 2000): list(range(10)), ("BBB", 2000): list(range(10, 100))}
    broke = np.array([1.0] * 6 + [0.0] * 94)
    risked = breaks.Risked(pairs, np.full(100, 2000), broke, np.full(100, 0.06), rows, ["AAA"] * 10 + ["BBB"] * 90)
    found = breaks.third(risked, [Event("x", "CCC", "AAA", 1999 * 12)])
    fake = breaks.third(risked, [Event("x", "CCC", "BBB", 1999 * 12)])
    assert found.mean > fake.mean
    assert breaks.where(risked, lambda p, y: p[0] == "AAA").mean == pytest.approx(np.log(6.5 / 1.1))


def test_crps_is_the_mean_distance_less_half_the_mean_distance_of_two_draws() -> None:
    rng = np.random.default_rng(1)
    expected, size = np.array([3.0, 6.0, 12.0]), 4.0
    draws = np.concatenate([rng.negative_binomial(size, size / (size + m), 40_000) for m in expected]).astype(float)
    other = rng.permutation(draws)
    sampled = np.abs(draws - 5).mean() - np.abs(draws - other).mean() / 2
    assert crps(5.0, expected, size) == pytest.approx(sampled, abs=0.05)


def test_the_log_score_is_that_of_the_negative_binomial() -> None:
    assert log_score(4.0, np.array([5.0]), 2.0) == pytest.approx(np.log(nbinom.pmf(4, 2.0, 2 / 7)))


def test_a_right_forecast_rejects_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    expected, size = np.array([4.0, 8.0]), 3.0
    m = rng.choice(expected, 4000)
    y = rng.negative_binomial(size, size / (size + m))
    values = np.array([pit(float(a), expected, size, float(u)) for a, u in zip(y, rng.random(4000), strict=True)])
    assert np.mean((values < 0.025) | (values > 0.975)) == pytest.approx(0.05, abs=0.01)


def test_the_filter_tuned_on_even_pairs_is_right_on_odd_ones() -> None:
    data = planted([])
    found = tuned(data, frozenset())
    rows, periods = placebos(data, frozenset(), 1)
    assert all(parity(data.pairs[r]) == 1 for r in rows)
    expected = means(found, rows, periods)
    y = np.array([data.counts[r, p + 1 : p + 3].sum() for r, p in zip(rows, periods, strict=True)])
    luck = np.random.default_rng(1).random(len(y))
    values = np.array([pit(float(a), m, found.size, float(u)) for a, m, u in zip(y, expected, luck, strict=True)])
    assert np.mean((values >= 0.05) & (values <= 0.95)) == pytest.approx(0.9, abs=0.05)


@pytest.fixture(scope="module")
def thinned() -> Tuned:
    """The planted world by a source that gives less of it every year, with its filter."""
    data = planted([])
    kept = np.linspace(1.0, 0.2, data.counts.shape[1])
    less = np.random.default_rng(4).binomial(data.counts.astype(int), kept).astype(float)
    return tuned(replace(data, counts=less), frozenset())


def test_a_source_that_thins_out_is_no_fall_of_every_tie(thinned: Tuned) -> None:
    """What the last year held of the world is in the forecast; by the average year it would be half as much again too high."""
    rows, periods = placebos(thinned.data, frozenset(), 1)
    late = periods > 25
    y = np.mean([thinned.data.counts[r, p + 1 : p + 3].sum() for r, p in zip(rows[late], periods[late], strict=True)])
    still = thinned._replace(volume=np.ones_like(thinned.volume))
    assert thinned.prior.elasticity > 0
    assert means(thinned, rows[late], periods[late]).mean() == pytest.approx(y, rel=0.25)
    assert means(still, rows[late], periods[late]).mean() > 1.5 * y


def test_the_engine_without_a_shock_expects_what_the_filter_does(thinned: Tuned) -> None:
    case = Case("none", "isolation", "S00", "S01", date(30, 1, 1))
    row, period = thinned.data.place["S01", "S02"], thinned.data.at(case.month)
    here = world_of(case, ("S01", "S02"), thinned, row, period, library())
    acts = run(here, draw(here, 24, 1, 4000)).acts[:, 0, TIES.index(thinned.data.instrument)]
    expected = means(thinned, np.array([row]), np.array([period])).mean()
    assert acts.mean() == pytest.approx(expected, rel=0.08)  # less what breaks by itself


def test_what_was_counted_from_one_kind_of_news_moves_no_other() -> None:
    effects = dict(library())
    warm, contacts, deliveries = (moving(effects, name) for name in ("warm", "contacts", "deliveries"))
    assert (warm["coercion.contact"].mean, warm["coercion.contact"].sd) == (0.0, 0.0)
    assert (contacts["patron_crisis.contact"].mean, contacts["patron_crisis.contact"].sd) == (0.0, 0.0)
    assert warm["patron_crisis.contact"] == effects["patron_crisis.contact"]
    assert contacts["coercion.contact"] == effects["coercion.contact"]
    assert warm["coercion.supply"] == effects["coercion.supply"]
    assert deliveries == effects


def test_placebos_keep_two_years_away_from_a_case() -> None:
    data = planted([])
    pair = next(p for p in data.pairs if parity(p) == 1)
    rows, periods = placebos(data, frozenset({(pair, 20 * 12)}), 1)
    near = [p for r, p in zip(rows, periods, strict=True) if data.pairs[r] == pair and abs(p - 20) <= 2]
    assert near == []


def test_a_case_learns_nothing_from_events_that_name_its_states_nor_from_later_ones() -> None:
    case = Case("x", "coercion", "USA", "IRN", date(2012, 1, 1))
    old, new = 2005 * 12, 2010 * 12
    assert allowed(case, Event("coercion", "RUS", "GEO", old), earlier=True)
    assert not allowed(case, Event("coercion", "RUS", "GEO", new), earlier=True)
    assert allowed(case, Event("coercion", "RUS", "GEO", new), earlier=False)
    for event in (Event("x", "USA", "CUB", old), Event("x", "RUS", "IRN", old), Event("x", "IRN", "ISR", old)):
        assert not allowed(case, event, earlier=True)
        assert not allowed(case, event, earlier=False)


def test_at_least_twelve_shocks_are_registered_of_kinds_that_exist() -> None:
    assert len(cases()) >= 12
    assert {c.kind for c in cases()} <= set(catalogue())
    assert len({c.name for c in cases()}) == len(cases())
    assert set(targets()["goal"]) == {"better", "log_gain", "rejected", "coverage"}


def test_published_scores_have_the_fields_of_every_backtest_and_every_goal_is_scored() -> None:
    found = {s["score"]: s for s in published("comity.scenarios.replay")}
    assert set(targets()["goal"]) <= set(found)
    for s in found.values():
        assert set(s) == {"target", "score", "value", "low", "high", "n", "baselines", "goal", "moonshot", "met"}
        assert s["low"] <= s["value"] <= s["high"]
    assert {"no shock", "half"} <= set(found["crps"]["baselines"])


def test_the_replay_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="trade-register_all"):
        series("deliveries", tmp_path)


def test_every_estimated_key_of_the_library_has_its_plan() -> None:
    scripted = {k for k, e in library().items() if e.script and e.on != "structure"}
    assert scripted == set(PLANS) | {"joint_plant.break", "multilateral_forum.break"}


def test_the_library_is_what_its_script_estimates(shared_data: Path) -> None:
    for key in ("alliance_shift.supply", "patron_crisis.supply"):
        found, said = estimated(key, shared_data), library()[key]
        assert (found.mean, found.sd) == pytest.approx((said.mean, said.sd), abs=0.02)
        assert found.grade == said.grade
