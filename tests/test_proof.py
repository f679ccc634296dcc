"""The measure put to the test: scores that do not overflow, forecasts that do not look ahead, numbers chosen by score."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import nbinom, poisson

from comity import negbin, ties
from comity.errors import UsageError
from comity.negbin import log_mass
from comity.proof import (
    borrowed,
    counts,
    crps,
    filters,
    forecasts,
    lending,
    planted,
    refit,
    shown,
    thickness,
)
from comity.proof.counts import Counts
from comity.scores import promises, published
from comity.ties import priors


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def world(years: int = 7, states: int = 7) -> Counts:
    """Invented counts with some busy pairs."""
    rng = np.random.default_rng(3)
    rate = rng.gamma(0.4, 3.0, size=(states, states)) * (1 - np.eye(states))
    tables = {kind: rng.poisson(rate, size=(years, states, states)).astype(float) for kind in counts.KINDS}
    return Counts(2001, [f"S{i:02d}" for i in range(states)], tables)


def by_sample(draws: np.ndarray, y: float) -> float:
    """Fair sample CRPS: E|X - y| - E|X - X'| / 2."""
    ordered = np.sort(draws)
    n = len(draws)
    apart = 2 * np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered) / (n * (n - 1))
    return float(np.abs(draws - y).mean() - apart / 2)


@pytest.mark.parametrize(("mean", "size", "y"), [(0.3, 0.5, 0), (4.0, 2.0, 7), (150.0, 1e7, 160), (1500.0, 300.0, 900)])
def test_crps_agrees_with_a_large_sample(mean: float, size: float, y: int) -> None:
    draws = np.random.default_rng(1).negative_binomial(size, size / (size + mean), 200_000).astype(float)
    (found,) = crps.crps([crps.Part(1.0, np.array([mean]), np.array([size]))], np.array([float(y)]))
    assert found == pytest.approx(by_sample(draws, y), rel=0.02, abs=0.002)


@pytest.mark.parametrize("mean", [150.0, 200.0, 3000.0])
def test_crps_of_a_large_mean_is_finite_where_closed_forms_overflow(mean: float) -> None:
    (found,) = crps.crps([crps.poisson(np.array([mean]))], np.array([mean]))
    assert found == pytest.approx(0.2337 * np.sqrt(mean), rel=0.02)  # that of a normal at its mean


def test_log_mass_agrees_with_scipy() -> None:
    k = np.arange(40.0)
    assert np.allclose(log_mass(k, np.array(5.0), np.array(1.7)), nbinom.logpmf(k, 1.7, 1.7 / 6.7))
    assert np.allclose(log_mass(k, np.array(5.0), np.array(crps.POISSON)), poisson.logpmf(k, 5.0), atol=1e-4)


@pytest.mark.parametrize(("mean", "size"), [(0.02, 0.4), (5.0, 1.7), (40.0, 3.0)])
def test_counts_at_most_and_their_quantiles_agree_with_scipy(mean: float, size: float) -> None:
    theirs, k, levels = nbinom(size, size / (size + mean)), np.arange(-1, 60), np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    assert np.allclose(negbin.at_most(k, mean, size), theirs.cdf(k))
    assert np.allclose(negbin.poisson_at_most(k[1:], mean), poisson.cdf(k[1:], mean))
    assert negbin.quantiles(levels, mean, size).tolist() == theirs.ppf(levels).tolist()
    assert theirs.sf(negbin.most(mean, size)) < 1e-4


def test_right_forecasts_cover_ninety_of_a_hundred(rng: np.random.Generator) -> None:
    mean, size = rng.gamma(0.6, 4.0, 4000) + 0.01, np.full(4000, 1.5)
    y = rng.negative_binomial(size, size / (size + mean)).astype(float)
    parts = [crps.Part(1.0, mean, size)]
    assert crps.covered(parts, y).mean() == pytest.approx(0.9, abs=0.015)
    assert crps.covered_whole(parts, y).mean() > 0.9


def test_a_sure_forecast_of_nothing_is_not_zero_when_something_happens() -> None:
    parts = [crps.poisson(np.zeros(2))]
    assert crps.crps(parts, np.array([0.0, 3.0])) == pytest.approx([0, 3], abs=1e-6)
    assert np.isfinite(crps.log_score(parts, np.array([0.0, 3.0]))).all()


@pytest.mark.parametrize("kind", ["material", "verbal"])
def test_a_forecast_does_not_move_when_later_years_change(rng: np.random.Generator, kind: str) -> None:
    whole = world()
    later = whole._replace(of={k: t.copy() for k, t in whole.of.items()})
    for table in later.of.values():
        table[6:] = rng.poisson(50, size=table[6:].shape)
    one, other = (forecasts.forecasts(c, kind, 2007) for c in (whole, later))
    for way, parts in one.parts.items():
        for a, b in zip(parts, other.parts[way], strict=True):
            assert np.array_equal(a.mean, b.mean), way
            assert np.array_equal(a.size, b.size), way


def test_every_way_is_asked_about_the_same_rows() -> None:
    found = forecasts.forecasts(world(), "verbal", 2007)
    ways = {forecasts.MODEL, forecasts.ALONE, forecasts.REGRESSION, forecasts.OWN, forecasts.THREE, forecasts.LAST}
    assert set(found.parts) == ways
    assert {len(p.mean) for parts in found.parts.values() for p in parts} == {len(found.y)}
    assert all(sum(p.weight for p in parts) == pytest.approx(1) for parts in found.parts.values())


def test_the_forecast_that_is_scored_is_the_filter_that_ties_are_made_with() -> None:
    """A pair, its other direction and the other kind as three more instruments: the filter of ties gives the same mean."""
    whole = world()
    asked = ~np.eye(len(whole.states), dtype=bool)
    row = shown.seen(whole, "material", 2007, asked)
    numbers = np.array([np.log(1.5), np.log(0.8), 1.0, 0.0, 1.0, np.log(ties.frozen()["borrowed"]["floor"]), ties.frozen()["borrowed"]["weight"]])  # fmt: skip
    mean, _ = shown._moments(numbers, row, shown.HALF_LIVES.index(2.0), lend=True)
    tables = [t for k in ("material", "verbal") for t in (whole.of[k], np.swapaxes(whole.of[k], 1, 2))]
    y = np.stack([t[:6][:, asked] for t in tables], axis=-1)
    yearly = ties.Prior(2.0 / 12, 0.8, 1.5, 1.0, 0.0, 1.0)  # a "month" of a year
    found = ties.filtered(y, np.ones((6, 1, 1)), [[yearly] * 4], np.array([5]), row.mean)
    assert found.strength[0, 0, :, 0] == pytest.approx(mean)


def test_borrowing_finds_pairs_that_are_alike_in_all_they_do() -> None:
    rng = np.random.default_rng(9)
    alike, apart = rng.gamma(0.5, 2.0, size=(2, 300)), rng.gamma(0.5, 2.0, size=(2, 300))
    alike[1] = alike[0]
    gains = []
    for rate in (alike, apart):
        histories = {
            str(k): (filters.History(rng.poisson(rate[k], size=(12, 300)).astype(float), np.full(300, 1.0), np.ones((12, 300)), np.ones(300), 4), filters.Hyper(3.0, 1.0, 1e6, 1.0, 0.0))
            for k in range(2)
        }  # fmt: skip
        gains.append(lending.lent("invented", histories, 4, 11))
    assert all(of.gains[0.0, floor] == 0 for of in gains for floor in lending.FLOORS)
    assert gains[0].gains[0.5, 1.0] > 20 > gains[1].gains[0.5, 1.0]


def test_discounted_counts_are_a_mean_that_favours_the_last_year() -> None:
    table = np.array([[[0.0]], [[4.0]]])
    assert borrowed.discounted(table, 1.0)[0, 0] == pytest.approx(4 / 1.5)


def test_the_filter_finds_the_memory_that_made_the_counts() -> None:
    """Rates that stay want a long memory, rates that jump a short one."""
    rng = np.random.default_rng(5)
    stay = np.repeat(rng.gamma(2, 1, 400)[None], 20, axis=0)
    jump = rng.gamma(2, 1, size=(20, 400))
    best = []
    for rate in (stay, jump):
        y = rng.poisson(rate).astype(float)
        history = filters.History(y, np.full(400, 2.0), np.ones_like(y), np.ones(400), judged=4)
        best.append(filters.chosen(history, free=["half_life", "years"]))
    assert best[0].half_life > 3 * best[1].half_life
    assert dict(filters.profile(history, best[1], "half_life"))[best[1].half_life] == 0


def test_shares_of_pairs_add_up_and_find_the_kinds_there_are() -> None:
    rng = np.random.default_rng(6)
    y = rng.poisson(np.repeat(rng.gamma(2, 1, 200)[None], 15, axis=0)).astype(float)
    history = filters.History(y, np.full(200, 2.0), np.ones_like(y), np.ones(200), judged=4)
    found = filters.population(history, filters.Hyper(3.0, 1.5, 1e6, 1.0, 0.0))
    assert sum(share for *_, share in found) == pytest.approx(1, abs=1e-6)
    by_memory = {h: sum(s for g, _, s in found if g == h) for h in {h for h, *_ in found}}
    assert max(by_memory, key=lambda h: by_memory[h]) == max(by_memory)  # rates that stay


def test_poisson_regression_recovers_its_slopes(rng: np.random.Generator) -> None:
    x = rng.normal(size=(4000, 2))
    y = rng.poisson(np.exp(-1 + x @ np.array([0.7, -0.4]))).astype(float)
    assert refit.poisson_fit(x, y) == pytest.approx([-1, 0.7, -0.4], abs=0.08)
    assert refit.explained(y, np.full_like(y, y.mean())) == pytest.approx(0)


def test_pages_that_are_newer_do_not_look_like_more_acts() -> None:
    """A flat world whose old pages are mostly gone: the share seen rises with the years, and the truth is found again."""
    rng = np.random.default_rng(8)
    pages = []
    for day in range(2000, 2025):
        for page in range(day, 2025):
            age = 0 if page == day else -2.3 if page == day + 1 else -4.0
            kept = 1 / (1 + np.exp(-(page - 2013) / 2.5))
            pages += [(day, page)] * rng.poisson(40 * np.exp(age) * kept)
    found = {s.year: s for s in thickness.seen(pages, resamples=2)}
    assert found[2003].seen < 0.5 < found[2022].seen
    assert all(s.low <= s.seen <= s.high for s in found.values())


def test_events_need_their_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cameo-codes"):
        counts.read(tmp_path)


def test_counts_keep_direction_kind_and_year() -> None:
    rows = pl.DataFrame(
        [("TUR", "KAZ", "042", 2005, 3), ("KAZ", "TUR", "062", 2006, 1), ("TUR", "KAZ", "190", 2006, 2)],
        schema=["a", "b", "code", "year", "len"],
        orient="row",
    )
    found = counts.counted(rows)
    kaz, tur = 0, 1
    assert found.of["verbal"][0, tur, kaz] == 3
    assert found.of["material"][1, kaz, tur] == 1
    assert found.of["material conflict"][1, tur, kaz] == 2
    assert sum(t.sum() for t in found.of.values()) == 6


def test_planted_stories_are_told_more_often_than_acts_happen() -> None:
    told = planted.told("exercise", seed=1, many=12)
    assert len(told.reports) > len(planted.merge(told.reports)) > 0
    assert (told.rate > 0).all()
    assert told.coverage["detection"].unique().to_list() == [planted.DETECTION]
    assert told.coverage["date_from"].n_unique() < 12 * planted.YEARS  # months without any watching


def test_a_faster_memory_supposes_a_faster_world() -> None:
    prior = priors()["exercise"]
    assert planted.drift(prior._replace(half_life=1.0)) > planted.drift(prior._replace(half_life=6.0))


def test_goals_are_the_registered_ones_and_published_scores_name_them() -> None:
    for found in published("comity.proof"):
        assert found["low"] <= found["value"] <= found["high"], found["score"]
        goal = promises("comity.proof")[found["target"]]["goal"].get(found["score"])
        assert found["goal"] == (goal[0] if isinstance(goal, list) else goal)
    named = {found["score"] for found in published("comity.proof")}
    promised = {name for target in promises("comity.proof").values() for name in target["goal"]}
    assert promised <= named
