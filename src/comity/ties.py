"""Acts become ties: a discounted, tempered Gamma-Poisson filter for every pair and instrument.

The strength of a tie is a prediction: the expected number of acts of one instrument between two states in the next
12 months. With y_t acts (a soft count: belief times share) and m_t years of exposure in month t, memory delta a month,
temper phi and a prior Gamma(alpha0, beta0), the filter ::

    alpha <- delta alpha + (1 - delta) alpha0 + y_t / phi
    beta  <- delta beta  + (1 - delta) beta0  + m_t / phi

has the prior as its fixed point, so silence decays to the prior and not to zero, and it unrolls to sums that a reader
can check: alpha = alpha0 + sum of weights, weight of an act = belief * share * delta ** age / phi. alpha0 is the weight of
the prior times what is expected of the pair: by its size and place (``gravity``), and by what it does with its other
instruments (``borrowed``).

Exposure is what keeps a well-searched patron from looking strong: m_t is the probability, over all sources that cover
the pair, the instrument and the month, that an act would have been seen at all, times 1/12 year. An act enters in months
that somebody watched: one found by the way in a month of no exposure tells that it happened, not how often such acts
happen, and who brings it brings no month in which nothing happened.

Source: discount Gamma-Poisson dynamic models (Chen, Irie, Banks, Haslinger, Thomas, West, JASA 2018).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import gammaincinv

from comity.acts import counted, pairwise
from comity.gravity import covariates, means
from comity.tables import TIE, WORLD, expect, identity, pair_of, subject_of
from comity.vocabulary import TIES

Array = npt.NDArray[np.floating]
PRESENCE, BILATERAL = VIEWS = ("presence", "bilateral")
DRAWS = 200
SHOWN_YEARS = 15
REMEMBERED_YEARS = 40  # an act older than this is left out: it weighs under 1/100 of a new one at the longest half-life


class Prior(NamedTuple):
    """How an instrument's evidence ages and what the prior is worth.

    Frozen for each release in ``priors.toml``, which says where each number comes from. What is expected of a pair before
    any evidence is the business of ``gravity``.
    """

    half_life: float  # years after which an act weighs half
    years: float  # weight of the prior: evidence-years that it is worth (beta0)
    temper: float  # phi: how many counted acts carry the information of one independent act
    spread: float  # K: size of the bursts of a year's acts, for forecasts of counts; 1e6 is none
    elasticity: float  # eta: how counts follow news volume, where a source's volume is known
    strong: float  # acts a year of a strong tie: one in twenty of the world's active pairs has more

    @property
    def memory(self) -> float:
        """delta: what is left of an act's weight after one month, 0-1."""
        return float(0.5 ** (1 / (12 * self.half_life)))

    @property
    def span(self) -> float:
        """Years of exposure in the memory when every month was watched whole: the most that ``exposure`` can be."""
        return 1 / 12 / (1 - self.memory)


@cache
def priors() -> dict[str, Prior]:
    """The frozen prior of each instrument of vocabulary.TIES."""
    return {name: Prior(**frozen()["prior"][name]) for name in TIES}


def doubts() -> dict[str, list[tuple[float, float, float]]]:
    """How pairs differ: half-life, temper and the share of pairs that have them, by instrument."""
    return {k: [(h, t, share) for h, t, share in frozen()["doubt"][k]] for k in TIES}


@cache
def frozen() -> dict[str, Any]:
    """What ``priors.toml`` says, which was frozen for this release."""
    return tomllib.loads(files("comity").joinpath("priors.toml").read_text("utf-8"))


def prior_means(pairs: Sequence[tuple[str, str]], on: date) -> Array:
    """What is expected of each pair by each instrument before any evidence: [pairs, instruments], acts a year."""
    known = covariates(pairs, on)
    return np.stack([means(k, known) for k in TIES], axis=1)


def lending() -> dict[str, float]:
    """The ``weight`` and the ``floor`` (in independent acts) with which a tie borrows from the pair's other instruments."""
    return dict(frozen()["borrowed"])


class Posterior(NamedTuple):
    """Gamma posteriors of yearly rates at the end of some months, each [months, pairs, instruments]."""

    alpha: Array  # acts
    beta: Array  # years
    borrowed: Array  # factor on the prior mean, above 0

    @property
    def strength(self) -> Array:
        """The mean rate, acts a year."""
        return np.asarray(self.alpha / self.beta)


def borrowed(shape: Array, rate: Array, mean: Array, weight: float, floor: float) -> Array:
    """How much more or less than ``mean`` to expect of each instrument, given what the pair does by its others.

    ((floor + seen) / (floor + due)) ** weight: seen is the sum of the weights of the pair's other instruments (``shape``), due
    what ``mean`` would have brought of them in the years watched (``rate``), both in independent acts. 1 where nothing else was
    watched, and for a pair with one instrument. The last axis is that of instruments.
    """
    seen, due = (floor + np.maximum(part.sum(axis=-1, keepdims=True) - part, 0) for part in (shape, rate * mean))
    return np.asarray((seen / due) ** weight)


def filtered(
    y: Array, m: Array, ways: Sequence[Sequence[Prior]], kept: npt.NDArray[np.int64], mean: Array
) -> Posterior:
    """The posterior at the end of the ``kept`` months (indices, ascending), by each of some ways to age: [kept months, ways, pairs, instruments].

    ``y`` [months, pairs, instruments] soft counts; ``m`` exposure in years, ``mean`` prior means, both broadcastable to
    it. One pass over time, vectorised over all ways, pairs and instruments.
    """
    years, memory, temper = (
        np.array([[getattr(p, f) for p in prior] for prior in ways], dtype=y.dtype)[:, None]
        for f in ("years", "memory", "temper")
    )
    shape, rate = (np.zeros(np.broadcast_shapes(part.shape[1:], memory.shape), dtype=y.dtype) for part in (y, m))
    alpha, beta, factor = np.empty((3, len(kept), *shape.shape), dtype=y.dtype)
    row = dict(zip(kept.tolist(), range(len(kept)), strict=True))
    begun = np.flatnonzero(y.any(axis=(1, 2)) | m.any(axis=(1, 2)))  # before that all is nought
    for t in range(min([*kept[:1], *begun[:1]], default=0), y.shape[0]):
        shape *= memory
        shape += y[t] / temper
        rate *= memory
        rate += m[t] / temper
        if t in row:
            factor[row[t]] = borrowed(shape, rate, mean, **lending())
            np.add(shape, mean * factor[row[t]] * years, out=alpha[row[t]])
            np.add(rate, years, out=beta[row[t]])
    return Posterior(alpha, beta, factor)


def weave(
    acts: pl.DataFrame,
    coverage: pl.DataFrame,
    as_of: date,
    pairs: Iterable[tuple[str, str]] | None = None,
    mean: Array | None = None,
    *,
    bounds: bool = True,
) -> pl.DataFrame:
    """Ties of every pair (those of ``pairs``, else all that an act names) by instrument and view, quarter by quarter.

    ``mean`` are prior means [pairs in alphabetical order, instruments], acts a year; gravity gives them when absent. Without
    ``bounds``, which take most of the time, low and high are told of the last month only.

    A series has a row each third month of the last 15 years and ends at ``as_of``. Acts known after ``as_of`` are left
    out, and coverage ends there. An act in months that no source covers is on record and moves nothing: a tie that no
    source ever covered has the strength of its prior.
    """
    seen = pairwise(counted(acts.filter(pl.col("known") <= as_of)))
    wanted = sorted({pair_of(*p) for p in pairs} if pairs is not None else set(seen.select("a", "b").iter_rows()))
    if not wanted:
        return TIE.empty()
    seen = seen.join(pl.DataFrame(wanted, schema=["a", "b"], orient="row"), on=["a", "b"])
    ends = month_ends(as_of)
    mean = prior_means(wanted, as_of) if mean is None else mean
    m = exposure(coverage, wanted, ends)
    entered = _entries(seen, wanted, ends)
    kept = np.arange(len(ends))[: -12 * SHOWN_YEARS : -3][::-1]
    tables = []
    for view in VIEWS:
        y = np.zeros((len(ends), len(wanted), len(TIES)))
        weight = entered["belief"] * entered["part"] * (1.0 if view == PRESENCE else entered["share"])
        np.add.at(y, (entered["t"].to_numpy(), entered["p"].to_numpy(), entered["k"].to_numpy()), weight.to_numpy())
        tables.append(posterior(y * (m > 0), m, mean, view, ends, kept, wanted, bounds=bounds))
    entries = _newest(entered, ends, kept)
    woven = pl.concat(tables).join(entries, on=["a", "b", "instrument", "month"], how="left")
    return expect(woven.with_columns(pl.col("acts").fill_null([])), TIE)


def posterior(
    y: Array,
    m: Array,
    mean: Array,
    view: str,
    ends: Sequence[date],
    kept: npt.NDArray[np.int64],
    pairs: Sequence[tuple[str, str]],
    *,
    bounds: bool = True,
) -> pl.DataFrame:
    """The columns of table ``tie`` but its acts, from counts [months, pairs, instruments], exposure and prior means."""
    prior = [priors()[k] for k in TIES]
    every = zip(*(doubts()[k] for k in TIES), strict=True)
    others = [[p._replace(half_life=h, temper=t) for p, (h, t, _) in zip(prior, way, strict=True)] for way in every]
    found = filtered(y, m, [prior, *others], kept, mean)
    common = Posterior(*(part[:, 0] for part in found))
    spread = doubted(common, found.strength[:, 1:], prior)
    return _table(common, spread, mean, view, [ends[t] for t in kept], pairs, prior, bounds=bounds)


def doubted(posterior: Posterior, others: Array, prior: Sequence[Prior]) -> Array:
    """How much wider the rate is than its Gamma says, 1 and up: [kept months, pairs, instruments].

    The variance alpha / beta^2 grows by two doubts. That the pair's own half-life and temper are not the common ones: the
    filter runs with each of the nine frozen pairs of numbers (``others``: the strengths, [kept months, ways, pairs, instruments]), and the mean squared difference of the strengths, weighted by
    how many pairs have them, is added. That detection is known to a log standard deviation d only: the strength moves by
    d times the share of it that is evidence. The rate is then Gamma(alpha / spread, beta / spread): the same mean, and
    spread times the variance.
    """
    beta, strength = posterior.beta, posterior.strength
    extra = np.zeros_like(strength)
    for i, way in enumerate(zip(*(doubts()[k] for k in TIES), strict=True)):
        extra += np.array([share for *_, share in way]) * np.square(others[:, i] - strength)
    evidence = 1 - np.array([p.years for p in prior]) / beta
    extra += np.square(frozen()["doubt"]["detection"] * strength * evidence)
    return np.asarray(1 + extra * beta / strength)


def weights(acts: pl.DataFrame, coverage: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What each counted act weighs today: columns ``act a b instrument presence bilateral``, in acts.

    The strength of a tie is (prior mean * borrowed * prior years + sum of its weights) / beta. An act, or the part of it,
    that lies in months that no source covers weighs nothing.
    """
    table = pairwise(counted(acts.filter(pl.col("known") <= as_of)))
    if table.is_empty():
        return pl.DataFrame(schema={**table.schema, "presence": pl.Float64, "bilateral": pl.Float64})
    ends = month_ends(as_of)
    pairs = sorted(set(table.select("a", "b").iter_rows()))
    entered = _entries(table, pairs, ends)
    looked = _watched(coverage, pairs, ends)[tuple(entered[axis].to_numpy() for axis in ("t", "p", "k"))]
    memory = pl.DataFrame(
        {"instrument": TIES, "memory": [priors()[k].memory for k in TIES], "temper": [priors()[k].temper for k in TIES]}
    )
    return (
        entered.with_columns(watched=pl.Series(looked))
        .join(memory, on="instrument")
        .with_columns(
            presence=pl.col("belief")
            * pl.col("part")
            * pl.col("watched")
            * pl.col("memory") ** (len(ends) - 1 - pl.col("t"))
            / pl.col("temper")
        )
        .with_columns(bilateral=pl.col("presence") * pl.col("share"))
        .group_by("act", "a", "b", "instrument")
        .agg(pl.col("presence", "bilateral").sum())
        .sort("act", "a", "b")
    )


def shuffled(key: str) -> Array:
    """The middles of 200 equal parts of 0..1, in an order that depends on ``key`` only: put through a quantile function they
    are draws, the same wherever and whenever they are made, so that a number recomputed from its evidence has the same interval.
    """
    return np.asarray((np.random.default_rng(int(identity(key), 16)).permutation(DRAWS) + 0.5) / DRAWS)


def drawn(tie: Mapping[str, Any]) -> Array:
    """200 draws of the rate of one row of the tie table, its doubts included: a function of its id, alpha, beta and spread.

    Three numbers a tie are kept in place of 200, and the draws come out the same to the last bit.
    """
    key = subject_of(tie["a"], tie["b"], tie["instrument"])
    return _drawn(tie["alpha"] / tie["spread"], tie["beta"] / tie["spread"], key)


@lru_cache(maxsize=20_000)  # one page draws a tie beside each rival; a case of 40 partners has some 4,000 ties
def _drawn(alpha: float, beta: float, key: str) -> Array:
    found = np.asarray(gammaincinv(alpha, shuffled(key)) / beta)
    found.setflags(write=False)
    return found


def month_ends(as_of: date) -> list[date]:
    """The last day of every month that the filter remembers; the running month ends at ``as_of``."""
    running = as_of.year * 12 + as_of.month - 1
    firsts = (divmod(month, 12) for month in range(running - 12 * REMEMBERED_YEARS + 1, running + 1))
    return [*(date(year, month + 1, 1) - timedelta(days=1) for year, month in firsts), as_of]


def exposure(
    coverage: pl.DataFrame, pairs: Sequence[tuple[str, str]], ends: Sequence[date], instruments: Sequence[str] = TIES
) -> Array:
    """Years of exposure in each month: [months, pairs, instruments], at most 1/12.

    detection = 1 - prod(1 - d_s) over the sources s that cover the pair, instrument and month. Rows of one source add up
    over the parts of a month that they cover, to its best detection at most: two files of one period are not two looks.
    """
    months, shape = _calendar(ends), (len(ends), len(pairs), len(instruments))
    missed = np.ones(shape)
    looks = _looks(coverage.filter(pl.col("instrument").is_in(instruments)), months)
    for _, rows in looks.group_by("source", maintain_order=True):
        seen, best = np.zeros((2, *shape))
        for cells, found in _cells(rows, pairs, instruments):
            seen[cells] += found["seen"].to_numpy()[:, None, None]
            best[cells] = np.maximum(best[cells], found["best"].to_numpy()[:, None, None])
        missed *= 1 - np.minimum(seen, best)
    length = months.select((pl.col("end") - pl.col("start")).dt.total_days() + 1).to_numpy() / 365.25
    return np.asarray((1 - missed) * length[:, None])


def _watched(coverage: pl.DataFrame, pairs: Sequence[tuple[str, str]], ends: Sequence[date]) -> npt.NDArray[np.bool_]:
    """Whether there is any exposure in each month: [months, pairs, instruments]; as ``exposure`` > 0, in a tenth of its time."""
    found = np.zeros((len(ends), len(pairs), len(TIES)), dtype=bool)
    looks = _looks(coverage.filter(pl.col("instrument").is_in(TIES)), _calendar(ends))
    for cells, _ in _cells(looks.filter(pl.col("seen") > 0), pairs, TIES):
        found[cells] = True
    return found


def _calendar(ends: Sequence[date]) -> pl.DataFrame:
    """First and last day of each month."""
    starts = [ends[0].replace(day=1), *(end + timedelta(days=1) for end in ends[:-1])]
    return pl.DataFrame({"start": starts, "end": list(ends)})


def _cells(
    looks: pl.DataFrame, pairs: Sequence[tuple[str, str]], instruments: Sequence[str]
) -> Iterator[tuple[tuple[npt.NDArray[Any], ...], pl.DataFrame]]:
    """The rows of looks that cover the same sides by the same instruments, with the cells of months, pairs and instruments that they cover."""
    place = {pair: i for i, pair in enumerate(pairs)}
    for (a, b, kinds), found in looks.group_by("a", "b", "kinds", maintain_order=True):
        spots = _covered(str(a), str(b), pairs, place)
        yield np.ix_(found["t"].to_numpy(), spots, np.array([instruments.index(k) for k in str(kinds).split()])), found


def _looks(coverage: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """How each source covers the sides by some instruments (``kinds``) in each month ``t``: its detection times the part of the
    month that a row covers, added up over its rows (``seen``), and its best detection (``best``).
    """
    row = ["source", "a", "b", "date_from", "date_to", "detection"]
    # Two files of one source may hold the same row: each adds its part.
    nth = pl.int_range(pl.len()).over(*row, "instrument")
    alike = coverage.group_by(*row, nth=nth, maintain_order=True).agg(kinds=pl.col("instrument").sort().str.join(" "))
    inside = alike.filter(pl.col("date_to") >= months["start"][0], pl.col("date_from") <= months["end"][-1])
    first, last = (months["end"].search_sorted(inside[c]) for c in ("date_from", "date_to"))
    spread = inside.with_columns(t=pl.int_ranges(first, last.clip(0, len(months) - 1) + 1)).explode("t")
    begin, end = (months[c].gather(spread["t"]) for c in ("start", "end"))
    days = pl.min_horizontal("date_to", end) - pl.max_horizontal("date_from", begin)
    part = (days.dt.total_days() + 1) / ((end - begin).dt.total_days() + 1)
    rows = spread.with_columns(part=part).filter(pl.col("part") > 0)
    return rows.group_by("source", "a", "b", "kinds", "t", maintain_order=True).agg(
        seen=(pl.col("detection") * pl.col("part")).sum(), best=pl.col("detection").max()
    )


def _covered(
    a: str, b: str, pairs: Sequence[tuple[str, str]], place: dict[tuple[str, str], int]
) -> npt.NDArray[np.int64]:
    if WORLD not in {a, b}:
        return np.array([place[a, b]] if (a, b) in place else [], dtype=int)
    return np.array([i for i, pair in enumerate(pairs) if {a, b} - {WORLD} <= set(pair)], dtype=int)


def _months(table: pl.DataFrame, ends: Sequence[date]) -> pl.DataFrame:
    """Acts spread evenly over the months of their date interval: a row a month ``t``, its ``part`` of the act."""
    origin = ends[0].year * 12 + ends[0].month
    month = pl.col("date_from").dt.year() * 12 + pl.col("date_from").dt.month() - origin
    last = pl.col("date_to").dt.year() * 12 + pl.col("date_to").dt.month() - origin
    return (
        table.with_columns(t=pl.int_ranges(month, last + 1))
        .with_columns(part=1 / pl.col("t").list.len())
        .explode("t")
        .filter(pl.col("t").is_between(0, len(ends) - 1))
    )


def _entries(seen: pl.DataFrame, pairs: Sequence[tuple[str, str]], ends: Sequence[date]) -> pl.DataFrame:
    places = pl.DataFrame({"a": [p[0] for p in pairs], "b": [p[1] for p in pairs], "p": range(len(pairs))})
    kinds = pl.DataFrame({"instrument": TIES, "k": range(len(TIES))})
    return _months(seen, ends).join(places, on=["a", "b"]).join(kinds, on="instrument")


def _newest(entered: pl.DataFrame, ends: Sequence[date], kept: npt.NDArray[np.int64]) -> pl.DataFrame:
    """The acts that entered between one kept month and the next."""
    shown = pl.Series([ends[kept[i]] for i in np.searchsorted(kept, np.arange(len(ends)))], dtype=pl.Date)
    return (
        entered.with_columns(month=shown.gather(entered["t"]))
        .group_by("a", "b", "instrument", "month")
        .agg(acts=pl.col("act").unique().sort())
    )


def _table(
    posterior: Posterior,
    spread: Array,
    mean: Array,
    view: str,
    months: Sequence[date],
    pairs: Sequence[tuple[str, str]],
    prior: Sequence[Prior],
    *,
    bounds: bool,
) -> pl.DataFrame:
    alpha, beta, strength = posterior.alpha, posterior.beta, posterior.strength
    shape = alpha.shape
    years = np.array([p.years for p in prior])
    temper = np.array([p.temper for p in prior])
    low, high = np.full((2, *shape), np.nan)
    told = slice(None) if bounds else slice(-1, None)
    for bound, q in ((low, 0.05), (high, 0.95)):
        bound[told] = gammaincinv(alpha[told] / spread[told], q) / beta[told] * spread[told]
    # The mean of a rate that is most likely nothing lies above its 95 % quantile.
    flat = {
        "alpha": alpha,
        "beta": beta,
        "spread": spread,
        "strength": strength,
        "low": np.minimum(low, strength),
        "high": np.maximum(high, strength),
        "prior": np.broadcast_to(mean, shape),
        "borrowed": posterior.borrowed,
        "prior_share": np.broadcast_to(years, shape) / beta,
        "exposure": (beta - years) * temper,
    }
    index = np.indices(shape).reshape(3, -1)
    return pl.DataFrame(
        {
            "a": pl.Series([p[0] for p in pairs], dtype=pl.String).gather(index[1]),
            "b": pl.Series([p[1] for p in pairs], dtype=pl.String).gather(index[1]),
            "instrument": pl.Series(TIES).gather(index[2]),
            "view": pl.Series([view]).gather(np.zeros(index.shape[1], dtype=int)),
            "month": pl.Series(months, dtype=pl.Date).gather(index[0]),
            **{name: values.ravel() for name, values in flat.items()},
        }
    )
