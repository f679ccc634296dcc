"""A dot with its interval, one or several in a cell: who holds a partner by one instrument, one line a patron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from comity.draw.scale import root
from comity.draw.svg import axis, drawing, link, tag, text, title

WIDTH, LINE, EDGE = 82.0, 11.0, 5.0
TICKS = (0, 0.5, 1, 2, 4, 9, 16, 25, 49, 100)
ROOM = 15.0  # between two ticks


class Mark(NamedTuple):
    """One estimate."""

    colour: int  # which of the patrons it belongs to, 0 is the patron of the case
    value: float
    low: float
    high: float
    hollow: bool  # half assumption or more
    state: str  # observed, none reported or not covered
    words: str  # the estimate in words
    opens: str  # address of its evidence


def marks(lines: Sequence[Mark | None], top: float, words: str) -> str:
    """A cell: one line a patron, on a square-root axis from 0 to ``top`` acts a year; None leaves its line empty."""
    drawn = [_mark(m, i, top) for i, m in enumerate(lines) if m]
    return drawing(WIDTH, LINE * len(lines) + 2, words, *drawn, class_="cell")


def interval(mark: Mark, top: float) -> str:
    """One estimate by itself."""
    return marks([mark], top, mark.words)


def ruler(top: float) -> str:
    """The axis of the cells below it."""
    place = root(top, EDGE, WIDTH - EDGE)
    shown: list[float] = []
    for tick in TICKS:
        if tick <= top and (not shown or place(tick) - place(shown[-1]) >= ROOM):
            shown.append(tick)
    return axis(WIDTH, EDGE, "acts a year", [(place(tick), f"{tick:g}") for tick in shown])


def _mark(mark: Mark, line: int, top: float) -> str:
    place, y = root(top, EDGE, WIDTH - EDGE), LINE * (line + 0.5) + 1
    colour = f"c{mark.colour}"
    if mark.state == "not covered":
        return tag("g", text("–", EDGE, y + 3, class_="none"), title(mark.words))
    whisker = tag("path", d=f"M{place(mark.low):.1f} {y:.1f}H{place(mark.high):.1f}", class_=f"whisker {colour}")
    if mark.state != "observed":
        return tag("g", tag("circle", cx=place(mark.value), cy=y, r=1.2, class_=f"dot {colour}"), title(mark.words))
    dot = tag("circle", cx=place(mark.value), cy=y, r=3.2, class_=f"dot {colour}{' hollow' if mark.hollow else ''}")
    target = tag("rect", x=0, y=y - LINE / 2, width=WIDTH, height=LINE, class_="target")
    return link(mark.opens, mark.words, target, whisker, dot)
