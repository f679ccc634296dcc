"""A small history: the estimate as a line in the band of its interval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from comity.draw.scale import linear, root
from comity.draw.svg import drawing, tag, title

WIDTH, HEIGHT, EDGE = 180.0, 26.0, 2.0


class Step(NamedTuple):
    """The estimate at one date."""

    day: date
    value: float
    low: float
    high: float


def line(steps: Sequence[Step], top: float, words: str) -> str:
    """A history on a square-root axis from 0 to ``top``; empty when there is none."""
    if not steps:
        return ""
    x = linear(steps[0].day.toordinal(), steps[-1].day.toordinal(), EDGE, WIDTH - EDGE)
    y = root(top, HEIGHT - EDGE, EDGE)
    at = [(x(s.day.toordinal()), s) for s in steps]
    upper = " ".join(f"{px:.1f},{y(s.high):.1f}" for px, s in at)
    lower = " ".join(f"{px:.1f},{y(s.low):.1f}" for px, s in reversed(at))
    middle = " ".join(f"{px:.1f},{y(s.value):.1f}" for px, s in at)
    base = tag("path", d=f"M{EDGE} {HEIGHT - EDGE:.1f}H{WIDTH - EDGE}", class_="rule")
    shape = tag("polygon", points=f"{upper} {lower}", class_="band c0")
    trace = tag("polyline", points=middle, class_="trace c0")
    return drawing(WIDTH, HEIGHT, words, base, shape, trace, title(words), class_="spark")
