"""What forecasts were worth, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.pages.about import filled, says
from comity.watch.worth import FEW, Past


@dataclass(frozen=True)
class Worth:
    """How forecasts of one horizon did on this case's own history."""

    of: str | None = says("which instrument, or which kind of reading as in I6:volatility; null for all")
    months: int = says("months ahead")
    n: int = says("ties or readings and quarters forecast")
    crps: float = says(
        "continuous ranked probability score of the model, in acts or in the reading's unit; of all kinds of reading that of each over the last value's; 0 is perfect"
    )
    own: float = says("the same of the own mean")
    last: float = says("the same of a tie's last year, or a reading's last value")
    covered: float = says(
        "share of what happened inside the model's 5 to 95 %; counts are whole, so of ties more than 90 % is usual"
    )
    over: str | None = says("the better of the two naive rules")
    gain: float | None = says("how much of that rule's error the model saves, 0-1; null with too few forecasts")
    low: float | None = says("5 % quantile over resamples of ties or readings")
    high: float | None = says("95 % quantile")
    verdict: str = says("whether the model is better than the naive rule, in words")


def worth(p: Past, whose: str) -> Worth:
    """How some forecasts did; ``whose`` mean and last value the naive rules are."""
    gain = p.gain
    _, own, last = p.crps
    return filled(
        Worth,
        p,
        crps=next(iter(p.crps.values())),
        own=p.crps[own],
        last=p.crps[last],
        over=gain.over if gain else None,
        gain=gain.value if gain else None,
        low=gain.low if gain else None,
        high=gain.high if gain else None,
        verdict=verdict(p, whose),
    )


def verdict(p: Past, whose: str) -> str:
    """Whether the model is better than the better naive rule."""
    if p.gain is None:
        return "too few forecasts to say" if p.n < FEW else "it never moved"
    than = "better" if p.gain.low > 0 else "worse" if p.gain.high < 0 else "no better"
    return f"{than} than {whose} {p.gain.over}"


def summed(found: Sequence[Worth]) -> str:
    """The verdicts of all horizons in a line; empty without any forecast."""
    by: dict[str, list[str]] = {}
    for w in (w for w in found if w.n):
        by.setdefault(w.verdict, []).append(str(w.months))
    return "; ".join(
        f"{said} at {', '.join(months[:-1])}{' and ' if months[1:] else ''}{months[-1]} months"
        for said, months in by.items()
    )
