"""A forecast as a fan: how many acts should have come by each month, or where a reading should be, with what two naive rules say as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from comity.draw.scale import linear, root
from comity.draw.svg import drawing, tag, title

WIDTH, HEIGHT, EDGE = 180.0, 34.0, 2.0


class Blade(NamedTuple):
    """The forecast for one horizon."""

    months: int
    quantiles: tuple[float, float, float, float, float]  # 5, 25, 50, 75 and 95 %
    naive: tuple[float, ...]  # one value a naive rule


def fan(blades: Sequence[Blade], top: float, words: str, start: float = 0.0, bottom: float | None = None) -> str:
    """A fan that opens today at ``start``, on a square-root axis from 0 to ``top``; on a plain one where ``bottom`` is given.

    Empty without blades.
    """
    if not blades:
        return ""
    x = linear(0, blades[-1].months, EDGE, WIDTH - EDGE)
    y = root(top, HEIGHT - EDGE, EDGE) if bottom is None else linear(bottom, top, HEIGHT - EDGE, EDGE)
    tip = f"{x(0):.1f},{y(start):.1f}"

    def edge(values: Sequence[float]) -> list[str]:
        return [f"{x(b.months):.1f},{y(v):.1f}" for b, v in zip(blades, values, strict=True)]

    def band(low: int, high: int) -> str:
        over, under = (edge([b.quantiles[i] for b in blades]) for i in (high, low))
        return tag("polygon", points=" ".join([tip, *over, *reversed(under)]), class_="band c0")

    naive = [
        tag("polyline", points=" ".join([tip, *edge([b.naive[i] for b in blades])]), class_=f"naive n{i}")
        for i in range(len(blades[0].naive))
    ]
    middle = tag("polyline", points=" ".join([tip, *edge([b.quantiles[2] for b in blades])]), class_="trace c0")
    base = tag("path", d=f"M{EDGE} {HEIGHT - EDGE:.1f}H{WIDTH - EDGE}", class_="rule")
    return drawing(WIDTH, HEIGHT, words, base, band(0, 4), band(1, 3), *naive, middle, title(words), class_="spark")
