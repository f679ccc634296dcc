"""What is kept of a tie: a dot with its interval on an axis from nothing to twice, and a line where nothing changes."""

from __future__ import annotations

from comity.draw.scale import linear
from comity.draw.svg import drawing, tag

WIDTH, HEIGHT, EDGE, TOP = 170.0, 16.0, 6.0, 2.0


def kept(value: float, low: float, high: float, assumed: bool, words: str) -> str:
    """One tie; what reaches beyond twice is cut off at the edge, and a hollow dot rests on assumptions."""
    place = linear(0.0, TOP, EDGE, WIDTH - EDGE)
    at, left, right = (place(x) for x in (value, low, high))
    y = HEIGHT / 2
    return drawing(
        WIDTH,
        HEIGHT,
        words,
        tag("path", d=f"M{place(1.0):.1f} 1V{HEIGHT - 1}", class_="half"),
        tag("path", d=f"M{left:.1f} {y}H{right:.1f}", class_="whisker c0"),
        tag("circle", cx=at, cy=y, r=3.4, class_=f"dot c0{' hollow' if assumed else ''}"),
        class_="kept",
    )
