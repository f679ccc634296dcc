"""Acts in time: cooperation above the line, filled; pressure below it, outlined; one bar a quarter, one colour a patron."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from comity.draw.scale import Scale, linear, round_up
from comity.draw.svg import drawing, link, tag, text

WIDTH, ABOVE, BELOW, LEFT, TOP, FOOT = 1160.0, 130.0, 56.0, 30.0, 14.0, 20.0


class Bar(NamedTuple):
    """What one patron did in one quarter."""

    start: date
    end: date
    colour: int
    up: float
    down: float


def bars(
    bins: Sequence[Bar], first: date, last: date, chosen: tuple[date, date] | None, address: str, words: str
) -> str:
    """The whole time axis; ``address`` with ``{start}`` and ``{end}`` is where a quarter opens, ``chosen`` is shaded."""
    quarters = [(start, list(found)) for start, found in groupby(sorted(bins), key=lambda b: b.start)]
    top = max((sum(b.up for b in found) for _, found in quarters), default=1.0)
    deep = max((sum(b.down for b in found) for _, found in quarters), default=1.0)
    x = linear(first.toordinal(), last.toordinal() + 1, LEFT, WIDTH)
    scale = min(ABOVE / max(top, 1e-9), BELOW / max(deep, 1e-9))
    middle = TOP + ABOVE
    drawn = [_quarter(start, found, x, scale, middle, address) for start, found in quarters]
    return drawing(
        WIDTH,
        TOP + ABOVE + BELOW + FOOT,
        words,
        *_years(first, last, x),
        *_axis(scale, middle, top),
        _band(chosen, x),
        tag("rect", x=LEFT, y=TOP, width=WIDTH - LEFT, height=ABOVE + BELOW, class_="plot", data_plot=""),
        *drawn,
        tag("path", d=f"M{LEFT} {middle:.1f}H{WIDTH}", class_="base"),
        text("cooperation, acts a quarter", LEFT + 4, TOP - 3, class_="tick"),
        text("pressure", LEFT + 4, TOP + ABOVE + BELOW - 3, class_="tick"),
        class_="bars",
    )


def _quarter(start: date, found: list[Bar], x: Scale, scale: float, middle: float, address: str) -> str:
    left, right = x(start.toordinal()) + 0.5, x(found[0].end.toordinal() + 1) - 0.5
    up, down, drawn = middle, middle, []
    for bar in found:
        up -= bar.up * scale
        drawn.append(
            tag("rect", x=left, y=up, width=right - left, height=bar.up * scale, class_=f"part c{bar.colour}")
            if bar.up
            else ""
        )
        drawn.append(
            tag(
                "rect",
                x=left + 0.5,
                y=down + 0.5,
                width=right - left - 1,
                height=max(0.0, bar.down * scale - 1),
                class_=f"outline c{bar.colour}",
            )
            if bar.down
            else ""
        )
        down += bar.down * scale
    total = f"{start:%Y} quarter {start.month // 3 + 1}: {sum(b.up for b in found):.0f} of cooperation, {sum(b.down for b in found):.0f} of pressure"
    return link(address.format(start=start, end=found[0].end), total, *drawn)


def _years(first: date, last: date, x: Scale) -> list[str]:
    return [
        tag("path", d=f"M{x(date(year, 1, 1).toordinal()):.1f} {TOP}V{TOP + ABOVE + BELOW}", class_="grid")
        + text(str(year), x(date(year, 1, 1).toordinal()) + 3, TOP + ABOVE + BELOW + 14, class_="tick")
        for year in range(first.year, last.year + 1)
    ]


def _axis(scale: float, middle: float, top: float) -> list[str]:
    step = round_up(top / 4)
    return [
        tag("path", d=f"M{LEFT} {middle - n * step * scale:.1f}H{WIDTH}", class_="grid")
        + text(f"{n * step:g}", LEFT - 5, middle - n * step * scale + 4, class_="tick", text_anchor="end")
        for n in range(1, 5)
        if n * step <= top
    ]


def _band(chosen: tuple[date, date] | None, x: Scale) -> str:
    """The period chosen; of no width when it is the whole."""
    left, right = (x(chosen[0].toordinal()), x(chosen[1].toordinal() + 1)) if chosen else (LEFT, LEFT)
    return tag("rect", x=left, y=TOP, width=right - left, height=ABOVE + BELOW, class_="chosen", data_band="")
