"""A small probability with its interval and its base rate, on a logarithmic axis from 1 in 10,000 to 1."""

from __future__ import annotations

from math import log10

from comity.draw.scale import linear
from comity.draw.svg import axis, drawing, tag, title

WIDTH, HEIGHT, EDGE = 150.0, 16.0, 6.0
LEAST = 1e-4
TICKS = {1e-3: "1", 1e-2: "10", 1e-1: "100"}


def chance(value: float, low: float, high: float, base: float, words: str) -> str:
    """A dot with its whisker, and an upright stroke at the base rate."""
    middle = HEIGHT / 2
    whisker = tag("path", d=f"M{_place(low):.1f} {middle}H{_place(high):.1f}", class_="whisker c0")
    stroke = tag("path", d=f"M{_place(base):.1f} 2V{HEIGHT - 2}", class_="base")
    dot = tag("circle", cx=_place(value), cy=middle, r=3.2, class_="dot c0")
    return drawing(WIDTH, HEIGHT, words, tag("g", stroke, whisker, dot, title(words)), class_="cell")


def chance_ruler() -> str:
    """The axis of the cells below it, in so many of a thousand."""
    return axis(WIDTH, EDGE, "in 1,000", [(_place(p), word) for p, word in TICKS.items()])


def _place(p: float) -> float:
    return linear(log10(LEAST), 0.0, EDGE, WIDTH - EDGE)(log10(max(LEAST, p)))
