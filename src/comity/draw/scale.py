"""From values to places on paper."""

from __future__ import annotations

import math
from collections.abc import Callable

Scale = Callable[[float], float]


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """Equal steps for equal differences; values outside are held at the ends."""
    width = (high - low) or 1.0

    def place(value: float) -> float:
        return start + (end - start) * min(1.0, max(0.0, (value - low) / width))

    return place


def root(high: float, start: float, end: float) -> Scale:
    """Square roots, for rates from hundredths to tens on one axis that begins at zero."""
    inner = linear(0.0, math.sqrt(high), start, end)
    return lambda value: inner(math.sqrt(max(0.0, value)))


def round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten.

    >>> round_up(0.7), round_up(13), round_up(5)
    (1.0, 20.0, 5.0)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if value <= step * power * (1 + 1e-9))
