"""Has the rate of something changed? A likelihood-ratio CUSUM on one-step predictions, with a budget of false alarms.

A stream is a count a month and the exposure in which it was seen. Before each month a discounted Gamma-Poisson filter
predicts it: mean mu = exposure x alpha / beta and a negative binomial of variance mu phi + mu^2 / alpha, where phi is how
much the stream's own past scattered beyond that. Against it stands the same prediction with its mean multiplied by rho::

    e_t = p(y_t | rho mu) / p(y_t | mu)        W_t = max(0, W_{t-1} + log e_t)        alarm when W_t > h

E(e_t) = 1 while nothing changes, so that products of e_t are e-values. The threshold h is such that a stream without any
change raises one false alarm in the years of its budget (Brook and Evans 1972: the run length of the chart as an absorbing
chain). After an alarm the stream is learnt anew from the month in which the change began.

Like is compared with like: a fall expects no more than usual because somebody looks more, a rise no less because somebody looks
less; usual is the mean exposure remembered. And a rise counts and expects what can be compared (``looks.Before``).

Sources: Page 1954; Chen, Irie, Banks, Haslinger, Thomas, West, JASA 2018; Wang and Ramdas, JRSS B 2022 (e-BH).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.negbin import mass, most

Array = npt.NDArray[np.floating]

FALL, HALF, RISE = "fall to a fifth", "fall to a half", "rise to threefold"
SHIFTS = {FALL: 0.2, HALF: 0.5, RISE: 3.0}
BUDGET = 20.0  # years without a change for one false alarm of a stream, over all three charts
SHARED = 2.0  # three charts share one budget; a fall to a fifth is one to a half as well, so that together they are two
THIN = 0.25  # acts a month: below it a silence says nothing for years (the design curve of the method page)
RARE = 0.05  # acts a month: below it one act would be a rise
LEARNT = 24  # months with exposure before a stream is watched
AGAIN = 12  # months learnt anew after an alarm before the next can be raised
PRIOR = 0.5  # acts remembered to begin with
MEMORY = 0.5 ** (1 / 36)  # half-life three years, as that of material cooperation
WINDOW = 12  # months over which an e-value averages the months in which a change may have begun
FDR = 0.1
STATES = 96  # steps of the chart's scale in the chain
TIGHTEST, LOOSEST = 0.05, 60.0  # thresholds are sought between these, in nats
HALVES = 14  # until they are known to a thousandth


class Charted(NamedTuple):
    """One month of a chart, and what its prediction was made of."""

    month: int  # its index
    seen: float  # for a rise, as far as it would have been told before
    exposure: float  # how well it was watched: for a fall no better than usual, for a rise no worse
    acts: float  # remembered of the months before it, for a rise of those who still look, half an act to begin with; memory halves in three years
    watched: float  # exposure, remembered in the same way

    @property
    def expected(self) -> float:
        """The mean that was predicted."""
        return self.exposure * self.acts / self.watched


class Alike(NamedTuple):
    """What of a stream's acts can be compared, month by month, with what those who looked before told."""

    seen: Array  # acts of the month that would have been told before, watched no better than the stream was
    again: Array  # part of the acts remembered whose tellers still look, 0-1


class Standing(NamedTuple):
    """What the charts of a stream remember."""

    learnt: list[int]  # the months, oldest first: those since the change of the last alarm
    expected: float | None  # acts in a usual month; null while too few months were learnt to chart one


class Alarm(NamedTuple):
    """A change of one stream."""

    kind: str  # a key of SHIFTS
    e: float  # e-value of the last month: how much better a change explains the year before it
    run: tuple[Charted, ...]  # from the month in which the change seems to have begun to that of the alarm

    @property
    def month(self) -> int:
        """Index of the month in which the chart crossed its threshold."""
        return self.run[-1].month

    @property
    def start(self) -> int:
        """Index of the month in which the change seems to have begun."""
        return self.run[0].month

    @property
    def seen(self) -> float:
        """Counted since the start."""
        return sum(m.seen for m in self.run)

    @property
    def expected(self) -> float:
        """Predicted for the same months."""
        return sum(m.expected for m in self.run)

    @property
    def ratio(self) -> float:
        """Seen over expected."""
        return self.seen / self.expected


class Predicted(NamedTuple):
    """What was predicted for one month."""

    mean: float
    size: float  # of the negative binomial: variance = mean + mean^2 / size


def predictive(mean: float, alpha: float, scatter: float) -> Predicted:
    """The negative binomial of variance mean x scatter + mean^2 / alpha.

    >>> predictive(2.0, 8.0, 1.0).size  # no scatter of its own: the Gamma posterior's
    8.0
    """
    beyond = max(1e-6, scatter - 1 + mean / alpha)
    return Predicted(mean, max(1e-3, mean / beyond))


def evidence(y: float, p: Predicted, rho: float) -> float:
    """log e: how much better the prediction multiplied by rho explains a count; linear in the count."""
    slope, level = _line(p, rho)
    return y * slope + level


def _line(p: Predicted, rho: float) -> tuple[float, float]:
    before, after = math.log(p.size + p.mean), math.log(p.size + rho * p.mean)
    return math.log(rho) + before - after, p.size * (before - after)


def lean(rho: float) -> float:
    """Counts over what is expected at which a Poisson chart of a change to rho does not move: with more it rises for rho > 1, with less for rho < 1.

    >>> round(lean(0.5), 2), round(lean(3.0), 2)
    (0.72, 1.82)
    """
    return (1 - rho) / -math.log(rho)


def run_length(p: Predicted, rho: float, h: float, truth: float = 1.0) -> float:
    """Mean months to an alarm of a chart that starts at zero, when counts have ``truth`` times the predicted mean."""
    slope, level = _line(p, rho)
    width = h / STATES
    middles = np.concatenate([[0.0], (np.arange(STATES) + 0.5) * width])
    y = np.arange(most(p.mean * truth, p.size) + 1)
    step = middles[:, None] + y * slope + level
    to = np.where(step <= 0, 0, np.minimum(np.floor(step / width).astype(int) + 1, STATES))
    chance = np.where(step <= h, mass(y, p.mean * truth, p.size), 0.0)
    n = STATES + 1
    move = np.bincount((to + n * np.arange(n)[:, None]).ravel(), chance.ravel(), n * n).reshape(n, n)
    return float(np.linalg.solve(np.eye(n) - move, np.ones(n))[0])


def crosses(height: float, p: Predicted, rho: float, months: float) -> bool:
    """Whether a chart is above the height at which, without a change, it runs ``months`` to a false alarm.

    The prediction is rounded to a grid, and the threshold is closed in on by halves until it is plain on which side of it the
    chart is. At the loosest a chart that can hardly move (a fall of what is hardly there) may never alarm.
    """
    mean, size = round(8 * math.log10(max(1e-3, p.mean))), round(4 * math.log10(min(1e3, p.size)))
    low, high = TIGHTEST, LOOSEST
    for _ in range(HALVES):
        if not low < height <= high:
            break
        h = math.sqrt(low * high)
        low, high = (low, h) if _rare(mean, size, rho, months, h) else (h, high)
    return height > high


@cache
def _rare(mean: int, size: int, rho: float, months: float, h: float) -> bool:
    run = run_length(Predicted(10 ** (mean / 8), 10 ** (size / 4)), rho, h)
    return not 0 < run < months  # a chain too long to solve runs longer than any budget


def alarms(
    counts: Iterable[float],
    exposure: Iterable[float],
    veto: Sequence[bool] = (),
    trusted: Callable[[int, int], bool] = lambda start, end: True,
    speaks: Callable[[Sequence[int]], npt.NDArray[np.bool_]] | None = None,
    alike: Callable[[Sequence[int]], Alike] | None = None,
) -> Iterator[Alarm]:
    """Every alarm of a stream, in the order of months; each rests on its own month and those before it alone.

    ``veto`` marks months in which the feed itself was ill: they are neither learnt from nor charted. A fall while the feed
    is not ``trusted`` from its first month to its last is dropped. Charts of a fall leave out months in which, to
    who learns from these, no silence ``speaks``. Charts of a rise count and expect what is ``alike`` in these.
    """
    months = _charted(counts, exposure, veto)
    watched, charts = _Watched(), {kind: _Chart() for kind in SHIFTS}
    learnt = [t for t, *_ in months]
    spoken, before = speaks and speaks(learnt), alike and alike(learnt)
    for t, y, m in months:
        if not watched.ready:
            watched.learn(t, y, m)
            continue
        shown = {RISE: watched.risen(t, y, m, before)}
        if spoken is None or spoken[t]:
            shown |= dict.fromkeys((FALL, HALF), watched.charted(t, y, m))
        crossed = [kind for kind, now in shown.items() if charts[kind].crossed(now, watched.predict(now), SHIFTS[kind])]
        for kind in crossed:
            if SHIFTS[kind] < 1 and not trusted(charts[kind].run[0].month, t):
                charts[kind] = _Chart()
        raised = next((charts[kind].alarm(kind) for kind in crossed if charts[kind].height > 0), None)
        watched.learn(t, y, m)
        if raised:
            yield raised
            watched.restart(raised.start)
            learnt = [t for t in learnt if t >= raised.start]
            spoken, before = speaks and speaks(learnt), alike and alike(learnt)
            charts = {kind: _Chart() for kind in SHIFTS}


def standing(
    counts: Iterable[float], exposure: Iterable[float], veto: Sequence[bool] = (), since: int | None = None
) -> Standing:
    """What the charts of a stream remember at the end; ``since`` is the month in which its last alarm's change began."""
    watched = _Watched()
    if since is not None:
        watched.wait = AGAIN
    for month in _charted(counts, exposure, veto):
        if month[0] >= (since or 0):
            watched.learn(*month)
    return Standing(
        [t for t, *_ in watched.past], watched.usual * watched.alpha / watched.beta if watched.ready else None
    )


def _charted(
    counts: Iterable[float], exposure: Iterable[float], veto: Sequence[bool]
) -> list[tuple[int, float, float]]:
    """Index, count and exposure of the months that are watched and not left out."""
    rows = enumerate(zip(counts, exposure, strict=True))
    return [(t, y, m) for t, (y, m) in rows if m > 0 and not (len(veto) and veto[t])]


class _Watched:
    """What a stream has taught so far; begins anew after an alarm."""

    def __init__(self) -> None:
        self.past: list[tuple[int, float, float]] = []
        self.wait = LEARNT
        self._reset()

    def _reset(self) -> None:
        self.alpha, self.beta, self.months, self.square, self.n = PRIOR, 0.0, 0.0, 1.0, 1.0

    @property
    def ready(self) -> bool:
        """Whether enough was learnt to chart a month."""
        return len(self.past) >= self.wait and self.beta > 0

    @property
    def usual(self) -> float:
        """Mean exposure of the months remembered."""
        return self.beta / self.months

    def charted(self, t: int, y: float, m: float) -> Charted:
        """A month as charts of a fall see it."""
        return Charted(t, y, min(m, self.usual), self.alpha, self.beta)

    def risen(self, t: int, y: float, m: float, alike: Alike | None) -> Charted:
        """A month as the chart of a rise sees it."""
        if alike:
            y, acts = float(alike.seen[t]), PRIOR + (self.alpha - PRIOR) * float(alike.again[t])
        return Charted(t, y, max(m, self.usual), acts if alike else self.alpha, self.beta)

    def predict(self, now: Charted) -> Predicted:
        return predictive(now.expected, now.acts, max(1.0, self.square / self.n))

    def learn(self, t: int, y: float, m: float) -> None:
        if self.beta > 0 and len(self.past) >= AGAIN:
            mean = m * self.alpha / self.beta
            own = (y - mean) ** 2 / max(mean, 0.05) / (1 + m / self.beta)
            self.square, self.n = MEMORY * self.square + min(own, 16.0), MEMORY * self.n + 1
        self.alpha = PRIOR + MEMORY * (self.alpha - PRIOR) + y
        self.beta, self.months = MEMORY * self.beta + m, MEMORY * self.months + 1
        self.past.append((t, y, m))

    def restart(self, start: int) -> None:
        since = [row for row in self.past if row[0] >= start]
        scatter = self.square / self.n
        self.past, self.wait = [], AGAIN
        self._reset()
        for row in since:
            self.learn(*row)
        self.square, self.n = scatter * 12, 12.0  # how much it scatters is not learnt anew


class _Chart:
    """One CUSUM, and what it has seen since it last stood at zero."""

    def __init__(self) -> None:
        self.height, self.run = 0.0, list[Charted]()
        self.log_e: list[float] = []

    def crossed(self, now: Charted, p: Predicted, rho: float) -> bool:
        """Whether the chart, with one more month charted, crosses the threshold of a prediction that is not too thin."""
        log_e = evidence(now.seen, p, rho)
        self.log_e.append(log_e)
        if self.height <= 0:
            self.run = []
        self.height = max(0.0, self.height + log_e)
        self.run.append(now)
        return p.mean >= (THIN if rho < 1 else RARE) and crosses(self.height, p, rho, BUDGET * 12 * SHARED)

    def alarm(self, kind: str) -> Alarm:
        return Alarm(kind, e_value(self.log_e), tuple(self.run))


def e_value(log_e: Sequence[float]) -> float:
    """The mean over the last twelve months of the product of e from that month on: E at most 1 without a change."""
    last = np.array(log_e[-WINDOW:])
    return float(np.exp(np.cumsum(last[::-1])).sum() / WINDOW)


def e_bh(values: Sequence[float], tested: int) -> list[bool]:
    """Which e-values of ``tested`` hypotheses survive at the false-discovery rate FDR, under any dependence (e-BH).

    The k largest survive for the largest k whose k-th is at least tested / (k FDR).

    >>> e_bh([30.0, 5.0, 25.0], 4)
    [True, False, True]
    """
    order = sorted(range(len(values)), key=lambda i: -values[i])
    kept = max((k for k, i in enumerate(order, 1) if values[i] >= tested / (k * FDR)), default=0)
    return [order.index(i) < kept for i in range(len(values))]
