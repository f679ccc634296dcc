"""Acts in time: cooperation above the line, filled; pressure below it, outlined; one bar a quarter, one colour a patron.

Where one source looked at few quarters only, those tower over all others: they are cut short, notched, and say their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from math import ceil
from typing import NamedTuple

from comity.draw.scale import Scale, linear, round_up
from comity.draw.svg import drawing, link, tag, text

LABEL = 30.0  # room for a year or a number
USUAL, TOWERS = 0.9, 2.0  # a quarter is cut short at so many times what this share of quarters stays under
WIDTH, ABOVE, BELOW, LEFT, TOP, FOOT = 1160.0, 130.0, 56.0, 30.0, 14.0, 20.0


class Bar(NamedTuple):
    """What one patron did in one quarter."""

    start: date
    end: date
    colour: int
    up: float
    down: float
    who: str


def bars(
    bins: Sequence[Bar],
    first: date,
    last: date,
    chosen: tuple[date, date] | None,
    address: str,
    words: str,
    width: float = WIDTH,
) -> str:
    """The whole time axis; ``address`` with ``{start}`` and ``{end}`` is where a quarter opens, ``chosen`` is shaded."""
    quarters = [(start, list(found)) for start, found in groupby(sorted(bins), key=lambda b: b.start)]
    top, deep = _most(_totals(bins, "up")), _most(_totals(bins, "down"))
    x = linear(first.toordinal(), last.toordinal() + 1, LEFT, width)
    scale = min(ABOVE / max(top, 1e-9), BELOW / max(deep, 1e-9))
    middle = TOP + ABOVE
    drawn = [_quarter(start, found, x, scale, middle, (top, deep), address) for start, found in quarters]
    return drawing(
        width,
        TOP + ABOVE + BELOW + FOOT,
        words,
        *_years(first, last, x, width),
        *(_axis(scale, middle, top, deep, width) if quarters else ()),
        _band(chosen, x),
        tag("rect", x=LEFT, y=TOP, width=width - LEFT, height=ABOVE + BELOW, class_="plot", data_plot=""),
        *drawn,
        tag("path", d=f"M{LEFT} {middle:.1f}H{width}", class_="base"),
        text("cooperation, acts a quarter", LEFT + 4, TOP - 3, class_="tick"),
        text("pressure", LEFT + 4, TOP + ABOVE + BELOW - 3, class_="tick over"),
        class_="bars",
    )


def cut(bins: Sequence[Bar]) -> int:
    """How many quarters are cut short."""
    sides = ((side, _totals(bins, side)) for side in ("up", "down"))
    return len({start for _, found in sides for start, total in found.items() if total > _most(found)})


def _totals(bins: Sequence[Bar], side: str) -> dict[date, float]:
    found: dict[date, float] = {}
    for bar in bins:
        found[bar.start] = found.get(bar.start, 0.0) + getattr(bar, side)
    return {start: total for start, total in found.items() if total}


def _most(totals: dict[date, float]) -> float:
    """The tallest quarter, or where quarters are cut short."""
    ordered = sorted(totals.values())
    usual = ordered[int(USUAL * len(ordered))] if ordered else 1.0
    return min(ordered[-1], TOWERS * usual) if ordered else 1.0


def _quarter(
    start: date, found: list[Bar], x: Scale, scale: float, middle: float, most: tuple[float, float], address: str
) -> str:
    left, right = x(start.toordinal()) + 0.5, x(found[0].end.toordinal() + 1) - 0.5
    whole = sum(b.up for b in found), sum(b.down for b in found)
    rise, fall = (scale * min(1.0, at / total) if total else scale for at, total in zip(most, whole, strict=True))
    up, down, drawn = middle, middle, []
    for bar in found:
        up -= bar.up * rise
        if bar.up:
            drawn.append(
                tag("rect", x=left, y=up, width=right - left, height=bar.up * rise, class_=f"part c{bar.colour}")
            )
        if bar.down:
            place = {"x": left + 0.5, "y": down + 0.5, "width": right - left - 1}
            drawn.append(tag("rect", **place, height=max(0.0, bar.down * fall - 1), class_=f"outline c{bar.colour}"))
        down += bar.down * fall
    if rise < scale:
        drawn += _notched(whole[0], left, right, up, "inside")
    if fall < scale:
        drawn += _notched(whole[1], left, right, middle, "tick", down - 8)
    sides = (_told("cooperation", [(b.who, b.up) for b in found]), _told("pressure", [(b.who, b.down) for b in found]))
    total = f"{start:%Y} quarter {start.month // 3 + 1}: {'; '.join(side for side in sides if side)}"
    return link(address.format(start=start, end=found[0].end), total, *drawn)


def _told(kind: str, acts: list[tuple[str, float]]) -> str:
    """Who did how much of it, for those who do not see the colours; empty where nobody did any."""
    who = ", ".join(f"{name} {round(n, 1):g}" for name, n in acts if n)
    return f"{round(sum(n for _, n in acts), 1):g} of {kind} ({who})" if who else ""


def _notched(total: float, left: float, right: float, top: float, kind: str, at: float | None = None) -> list[str]:
    """A notch across a bar that is cut short, and its number along it."""
    notch, amid = top + 8 if at is None else at, (left + right) / 2
    kind = kind if right - left > 9 else "tick over"
    below = top + 13 if at is None else top + 3
    return [
        tag("path", d=f"M{left - 1:.1f} {notch + 2:.1f}L{right + 1:.1f} {notch - 2:.1f}", class_="notch"),
        text(f"{total:.0f}", amid + 3.5, below, class_=kind, text_anchor="end", transform=f"rotate(-90 {amid + 3.5:.1f} {below:.1f})"),
    ]  # fmt: skip


def _years(first: date, last: date, x: Scale, width: float) -> list[str]:
    """A line each year, and as many of their numbers as there is room for: those that end with the newest that has it."""
    starts = {year: x(date(year, 1, 1).toordinal()) for year in range(first.year, last.year + 1)}
    named = [year for year, at in starts.items() if at + LABEL <= width]
    step = ceil(LABEL * len(starts) / (width - LEFT))
    foot = TOP + ABOVE + BELOW
    return [tag("path", d=f"M{at:.1f} {TOP}V{foot}", class_="grid") for at in starts.values()] + [
        text(str(year), starts[year] + 3, foot + 14, class_="tick") for year in named[::-1][::step]
    ]


def _axis(scale: float, middle: float, top: float, deep: float, width: float) -> list[str]:
    """Lines at round numbers of acts, above the middle and below it."""
    step = round_up(max(top, deep) / 4)
    return [
        tag("path", d=f"M{LEFT} {middle - n * step * scale:.1f}H{width}", class_="grid")
        + text(f"{abs(n * step):g}", LEFT - 5, middle - n * step * scale + 4, class_="tick", text_anchor="end")
        for n in range(-4, 5)
        if n and -deep <= n * step <= top
    ]


def _band(chosen: tuple[date, date] | None, x: Scale) -> str:
    """The period chosen; of no width when it is the whole."""
    left, right = (x(chosen[0].toordinal()), x(chosen[1].toordinal() + 1)) if chosen else (LEFT, LEFT)
    return tag("rect", x=left, y=TOP, width=right - left, height=ABOVE + BELOW, class_="chosen", data_band="")
