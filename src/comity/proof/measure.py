"""Does the strength of a tie say what it claims? Known groups, two lists of one thing, one kind of act from the others, media."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from comity.attention import leaning, of_pairs, relative
from comity.gravity import covariates, means
from comity.proof.borrowed import discounted, remaining
from comity.proof.counts import KINDS, Array, Counts, events
from comity.proof.filters import History, Hyper, ahead
from comity.proof.forecasts import acted
from comity.proof.histories import exercises
from comity.proof.refit import poisson_fit
from comity.rupture.scores import Rows, auc
from comity.scores import Score, average, file_under, resampled, score
from comity.states import from_cow
from comity.tables import pair_of
from comity.ties import Prior, priors

GROUPS_YEAR = 2010
HALF_LIFE = 3.0  # years: of the sums that groups are told apart by
ALLIANCES, PEACE = "atop_alliance.parquet", "peacedatav31dyyearmean.csv"
SWAPPED = ("mme_v7.csv", "jme_v3.xls")
COMMON = (1985, 2003)  # years that both lists of exercises cover well
NEWS, NEWS_DAYS = ("icews18_named.parquet", "gdelt_dyad_day_2018_2024.parquet"), (date(2018, 1, 1), date(2018, 10, 31))
COOPERATION = (*KINDS["material"], *KINDS["verbal"])
COMMON_ENOUGH = 10  # acts over all years: a correlation over eleven years of less says nothing


def measured(counts: Counts, folder: Path) -> Iterator[Score]:
    """Every claim, each with an interval over pairs."""
    yield from _known_groups(counts, folder)
    yield _known_by_exercises(folder)
    yield from _source_swap(folder)
    yield from _news_swap(folder)
    yield _media(counts)
    yield from _leave_one_out(counts)


def _known_groups(counts: Counts, folder: Path) -> Iterator[Score]:
    """AUC of defence-pact partners against severe rivals: by cooperation, its share in all that both do, that share beyond
    what is usual of both, and by how little they do against each other."""
    past = counts.until(GROUPS_YEAR + 1)
    both = {kind: discounted(t + np.swapaxes(t, 1, 2), HALF_LIFE) for kind, t in past.of.items()}
    good = both["material"] + both["verbal"]
    bad = both["material conflict"] + both["verbal conflict"]
    spot = {code: i for i, code in enumerate(counts.states)}
    friends, rivals = allies(file_under(folder, ALLIANCES)), enemies(file_under(folder, PEACE))
    pairs = [(p, 1.0) for p in sorted(friends)] + [(p, 0.0) for p in sorted(rivals - friends)]
    known = [(spot[a], spot[b], y) for (a, b), y in pairs if a in spot and b in spot]
    i, j = np.array([k[:2] for k in known]).T
    y = np.array([k[2] for k in known])
    ways = {"": good, "_share": (good + 0.1) / (good + bad + 0.2), "_leaning": leaning(good, bad), "_pressure": -bad}
    for name, value in ways.items():
        p = value[i, j]
        yield _scored(f"known_groups{name}", partial(_auc, p, y), len(y))


def _known_by_exercises(folder: Path) -> Score:
    """The same groups by the strength of exercises (MME) alone, with one prior for all pairs."""
    world = exercises(folder)
    friends, rivals = allies(file_under(folder, ALLIANCES)), enemies(file_under(folder, PEACE))
    here = np.array([p in friends or p in rivals for p in world.pairs])
    y = np.array([float(p in friends) for p, kept in zip(world.pairs, here, strict=True) if kept])
    prior = np.full(len(y), world.y.mean())
    p = strength(
        History(world.y[:, here], prior, np.ones_like(world.y[:, here]), np.ones(len(y)), 4), priors()["exercise"]
    )
    return _scored("known_groups_exercise", partial(_auc, p, y), len(y))


def _scored(name: str, of: Callable[[Array], float], n: int) -> Score:
    """A statistic of the weights of n pairs, with an interval over resamples of them."""
    return score(__package__, "measure", name, resampled(of, n, [np.arange(n)]), n)


def _auc(p: Array, y: Array, w: Array) -> float:
    return auc(Rows(p, y, y, w))


def allies(path: Path) -> set[tuple[str, str]]:
    """Pairs with a promise of defence in force (ATOP)."""
    table = pl.read_parquet(path).filter(pl.col("year") == GROUPS_YEAR, pl.col("atop_defense") == 1)
    return _named((int(a), int(b)) for a, b in table.select("ccode1", "ccode2").iter_rows())


def enemies(path: Path) -> set[tuple[str, str]]:
    """Pairs in severe rivalry: the lowest step of the peace scale; a dyad is 1000 x first + second number."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    worst = (int(r["dyad"]) for r in rows if int(r["yearmonth"]) == GROUPS_YEAR and float(r["peacelevel"]) == 0)
    return _named(divmod(dyad, 1000) for dyad in worst)


def _named(numbers: Iterable[tuple[int, int]]) -> set[tuple[str, str]]:
    on = date(GROUPS_YEAR, 12, 31)
    codes = [(from_cow(a, on), from_cow(b, on)) for a, b in numbers]
    return {pair_of(a, b) for a, b in codes if a and b}


def _source_swap(folder: Path) -> Iterator[Score]:
    """Spearman of the strengths that two lists of exercises give, over the pairs that either has: alone, and as ties show them.

    Ties begin both at what gravity expects, so that the second number holds what the two do not disagree about.
    """
    first, last = COMMON
    lists = [exercises(folder, name, COMMON) for name in SWAPPED]
    seen = np.sum([world.y.sum(axis=0) for world in lists], axis=0) > 0
    pairs = [pair for pair, kept in zip(lists[0].pairs, seen, strict=True) if kept]
    ones = np.ones((last - first + 1, len(pairs)))
    expected = means("exercise", covariates(pairs, date((first + last) // 2, 1, 1)))
    for name, prior in (("", np.full(len(pairs), lists[0].y.mean())), ("_shown", expected)):
        one, other = (
            strength(History(world.y[:, seen], prior, ones, np.ones(len(prior)), judged=4), priors()["exercise"])
            for world in lists
        )
        yield _scored(f"source_swap{name}", partial(_spearman, one, other), len(prior))


def _news_swap(folder: Path) -> Iterator[Score]:
    """ICEWS against GDELT, January to October 2018: Spearman over pairs in either of how much is said, and of ``leaning``."""
    heard = events(folder, NEWS[0])
    codes = sorted({*heard["a"], *heard["b"]})
    kind = pl.col("code").str.slice(0, 2)
    of_icews = [
        _square(heard.filter(kind.is_in(roots)), codes)
        for roots in (COOPERATION, (*KINDS["verbal conflict"], *KINDS["material conflict"]))
    ]
    days = pl.scan_parquet(file_under(folder, NEWS[1])).with_columns(
        pl.col("a", "b").cast(pl.String), pl.col("date").cast(pl.Date)
    )
    days = days.filter(pl.col("date").is_between(*NEWS_DAYS), pl.col("a") != pl.col("b"))
    of_gdelt = [
        _square(days.group_by("a", "b").agg(part.clip(lower_bound=0).sum().alias("len")).collect(), codes)
        for part in (pl.col("edge"), -pl.col("edge"))
    ]
    i, j = np.triu_indices(len(codes), 1)
    both = (of_icews[0] + of_icews[1])[i, j] + (of_gdelt[0] + of_gdelt[1])[i, j] > 0
    i, j = i[both], j[both]
    ways: dict[str, Callable[[Array, Array], Array]] = {"news_swap_attention": np.add, "news_swap_leaning": leaning}
    for name, way in ways.items():
        one, other = (way(good, bad)[i, j] for good, bad in (of_icews, of_gdelt))
        yield _scored(name, partial(_spearman, one, other), len(i))


def _square(rows: pl.DataFrame, codes: list[str]) -> Array:
    """Sums of ``len`` by pair, either way: [states, states], symmetric."""
    spot = {code: i for i, code in enumerate(codes)}
    table = np.zeros((len(codes), len(codes)))
    for a, b, n in rows.group_by("a", "b").agg(pl.col("len").sum()).iter_rows():
        if a in spot and b in spot:
            table[spot[a], spot[b]] += n
    return table + table.T


def strength(history: History, prior: Prior) -> Array:
    """The filter's strength of each pair after the last year, acts a year, with the frozen numbers of an instrument."""
    *_, (_, mean, _) = ahead(history, Hyper(prior.half_life, prior.temper, prior.spread, prior.years, 0.0))
    return mean


def _spearman(one: Array, other: Array, w: Array) -> float:
    kept = np.repeat(np.arange(len(w)), w.astype(int))
    a, b = (pl.Series(x[kept]).rank().to_numpy() for x in (one, other))
    return float(np.corrcoef(a, b)[0, 1])


def _media(counts: Counts) -> Score:
    """Mean within-pair correlation over years of strength and news volume; with and without the exposure's elasticity."""
    table = counts.of["verbal"]
    kept = acted(table) & (table.sum(axis=0) >= COMMON_ENOUGH)
    rest = remaining(counts)
    first, second = np.nonzero(kept)
    volume = of_pairs(relative(rest.sum(axis=2) + rest.sum(axis=1)), first, second)
    y = table[:, kept]
    found = {}
    for name, elasticity in (("measure", priors()["dialogue"].elasticity), ("volume ignored", 0.0)):
        each = _within(y, volume, elasticity)
        found[name] = resampled(partial(average, each), len(each), [np.arange(len(each))])
    return score(__package__, "measure", "media_volume_most", found.pop("measure"), int(kept.sum()), found)


def _within(y: Array, volume: Array, elasticity: float) -> Array:
    prior = priors()["dialogue"]
    hyper = Hyper(prior.half_life, prior.temper, prior.spread, prior.years, elasticity)
    history = History(y, y.mean(axis=0) + 1e-3, volume, np.ones(y.shape[1]), judged=0)
    m = volume**elasticity
    path = np.stack([mean / m[max(0, t - 1)] for t, mean, _ in ahead(history, hyper) if t > 0])
    a, b = path - path.mean(axis=0), volume - volume.mean(axis=0)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return np.asarray((a * b).sum(axis=0) / np.maximum(scale, 1e-12))


def _leave_one_out(counts: Counts) -> Iterator[Score]:
    """Spearman of a kind's counts of the last year with what the other kinds and directions foretold, own history unseen."""
    last = counts.first + len(counts.of["verbal"]) - 1
    for kind in ("material", "verbal"):
        x, y = zip(*(_others(counts, kind, year) for year in range(counts.first + 3, last)), strict=True)
        slopes = poisson_fit(np.concatenate(x), np.concatenate(y))
        asked, happened = _others(counts, kind, last)
        predicted = np.column_stack([np.ones(len(asked)), asked]) @ slopes
        yield _scored(f"leave_one_out_{kind}", partial(_spearman, predicted, happened), len(happened))


def _others(counts: Counts, kind: str, year: int) -> tuple[Array, Array]:
    past = counts.until(year)
    others = {k: discounted(t + np.swapaxes(t, 1, 2), HALF_LIFE) for k, t in past.of.items() if k != kind}
    kept = (np.sum(list(others.values()), axis=0) > 0) & ~np.eye(len(counts.states), dtype=bool)
    x = np.column_stack([np.log(t[kept] + 0.1) for t in others.values()])
    return x, counts.of[kind][year - counts.first][kept]
