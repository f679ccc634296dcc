"""The map: one arc a pair, from the patron or rival to the partner, as wide as the tie is strong.

A region is drawn by Lambert's projection about its middle. A case whose states lie too far apart for that is drawn on a
map of the world, with the Pacific at its edge as in most atlases, unless the states are much closer together across it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from comity.draw.svg import drawing, link, tag, text
from comity.draw.world import CONVENTION, Array, cut, equal_earth, middle, project, rings

WIDTH, EDGE, MARGIN = 640.0, 0.072, 20.0  # the edge, around the case, is a share of the width
TALLEST = 0.7  # of the width: a region that reaches further from north to south is drawn smaller
THINNEST, WIDEST = 0.8, 9.0
REACH = 70.0  # degrees from its middle to its furthest point that a region may have; beyond, shapes are torn
USUAL = 11.0  # middle meridian of an atlas, whose edge cuts no land
CLOSER = 0.8  # of what they span there: states that span less about another meridian have that one
MANY = 80  # arcs; more are drawn fainter, or they hide the map
LETTER, TALL, DOT = 6.8, 12.0, 3.0  # of a name: mean width of a letter, height; radius of the place beside it
APART = 5.0  # between two names on one line, or they read as one
CROWDED = "Names that have no room are left out; each place tells its own to a pointer, and the table has all."


class Tied(NamedTuple):
    """One pair."""

    patron: str
    partner: str
    colour: int
    strength: float
    dashed: bool  # half assumption or more
    words: str
    opens: str


class Frame(NamedTuple):
    """The part of the projected world that is shown."""

    centre: tuple[float, float]
    whole: bool  # a map of the world about the centre's meridian
    left: float
    top: float
    scale: float
    height: float

    def at(self, degrees: Array) -> Array:
        """Places on the paper."""
        if not self.whole:
            return self._put(project(degrees, self.centre))
        turned = (degrees[:, 0] - self.centre[0] + 180) % 360 - 180
        return self._put(equal_earth(np.column_stack([turned, degrees[:, 1]])))

    def parts(self, ring: Array) -> list[Array]:
        """The parts of an outline that can be seen, on the paper."""
        if self.whole:
            return [self._put(equal_earth(part)) for part in cut(ring, self.centre[0])]
        return [self.at(ring)] if _near(ring, self) else []

    def _put(self, flat: Array) -> Array:
        return np.asarray((flat - [self.left, self.top]) * self.scale)


def map(
    ties: Sequence[Tied],
    held: Sequence[str],
    patron: str,
    names: Mapping[str, str],
    pages: Mapping[str, str],
    width: float = WIDTH,
) -> tuple[str, str]:
    """The map of a region, and the words that belong under it: partners and patron in view, rivals outside it at its edge; strongest arcs at the bottom.

    ``names`` gives the label and ``pages`` the address of each state drawn.
    """
    frame = _frame(tuple(code for code in (*held, patron) if middle(code)), width)
    spots = {
        code: _spot(code, frame, width)
        for code in {t.patron for t in ties} | {t.partner for t in ties} | {*held, patron}
        if middle(code)
    }
    drawn = sorted(
        (t for t in ties if t.patron in spots and t.partner in spots), key=lambda t: (t.patron == patron, -t.strength)
    )
    most = max((t.strength for t in drawn), default=1.0)
    kinds = {**dict.fromkeys(held, "held"), patron: "own"}
    kinds |= dict.fromkeys(sorted({t.patron for t in drawn} - {patron}), "rival")
    kinds = {code: kind for code, kind in kinds.items() if code in spots}
    written = _written(_by_weight(kinds, drawn), spots, names, width, frame.height)
    note = f"{CONVENTION} {CROWDED}" if len(written) < len(kinds) else CONVENTION
    made = drawing(
        width,
        frame.height,
        f"Map of the ties of {names[patron]} and its rivals with the partners",
        tag(
            "svg",
            tag("rect", width=width, height=frame.height, class_="sea"),
            *_land(frame, width, held, patron),
            width=width,
            height=frame.height,
        ),
        *[_arc(t, spots, most, min(WIDEST, WIDEST * width / WIDTH)) for t in drawn],
        *[_label(spots[code], written.get(code), names[code], pages[code], kind) for code, kind in kinds.items()],
        class_="map many" if len(drawn) > MANY else "map",
    )
    return made, note


def _land(frame: Frame, width: float, held: Sequence[str], patron: str) -> list[str]:
    kinds = {**dict.fromkeys(held, "land held"), patron: "land own"}
    return [tag("path", d=d, class_=kinds.get(code, "land")) for code, d in _shapes(frame, width).items()]


@cache
def _frame(codes: tuple[str, ...], width: float) -> Frame:
    """A frame around the shapes of some states."""
    outlines = np.concatenate([max(rings()[code], key=len) for code in codes])
    centre, whole = _centre(outlines)
    flat = Frame(centre, whole, 0, 0, 1, 0).at(outlines)
    (left, top), (right, bottom) = flat.min(axis=0), flat.max(axis=0)
    edge = EDGE * width
    scale = min((width - 2 * edge) / (right - left), (width * TALLEST - 2 * edge) / (bottom - top))
    height = (bottom - top) * scale + 2 * edge
    return Frame(centre, whole, (left + right - width / scale) / 2, top - edge / scale, scale, height)


def _centre(outlines: Array) -> tuple[tuple[float, float], bool]:
    """The middle of some states, and whether only a map of the world holds them; a region may lie across 180 degrees."""
    low, high = outlines[:, 1].min(), outlines[:, 1].max()
    east = np.sort(outlines[:, 0] % 360)
    gaps = np.diff(east, append=east[0] + 360)
    span = 360 - gaps.max()
    amid = float(east[(gaps.argmax() + 1) % len(east)] + span / 2)
    if np.degrees(np.arccos(_nearness(outlines, (amid, (low + high) / 2)).min())) <= REACH:
        return (amid, float(low + high) / 2), False
    usual = (outlines[:, 0] - USUAL + 180) % 360
    return (amid if span < CLOSER * np.ptp(usual) else USUAL, 0.0), True


@cache
def _shapes(frame: Frame, width: float) -> dict[str, str]:
    """The outlines in view as path data, by state; islands smaller than a pixel are left out."""
    found = {}
    for code, outlines in rings().items():
        paths = [_path(part, width, frame.height) for ring in outlines for part in frame.parts(ring)]
        if any(paths) and (code, frame.whole) != ("ATA", True):  # a band along the foot of the world
            found[code] = "".join(paths)
    return found


def _near(ring: Array, frame: Frame) -> bool:
    """Whether all of it lies not far beyond the half of the globe around the centre, where the projection is well behaved."""
    return bool(_nearness(ring, frame.centre).min() > -0.3)


def _nearness(points: Array, centre: tuple[float, float]) -> Array:
    """Cosine of the angle between some points and the centre."""
    lon, lat = np.radians(points).T
    lon0, lat0 = np.radians(centre)
    return np.asarray(np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon - lon0))


def _path(points: Array, width: float, height: float) -> str:
    low, high = points.min(axis=0), points.max(axis=0)
    if high[0] < 0 or high[1] < 0 or low[0] > width or low[1] > height or (high - low).max() < 1.5:
        return ""
    points = np.clip(points, [-20, -20], [width + 20, height + 20])
    steps = np.round(points).astype(int)
    keep = np.any(np.diff(steps, axis=0, prepend=steps[:1] - 1) != 0, axis=1)
    kept = steps[keep]
    moves = "".join(f"{x} {y} " for x, y in np.diff(kept, axis=0).tolist()).replace(" -", "-")
    return f"M{kept[0, 0]} {kept[0, 1]}l{moves.rstrip()}z" if len(kept) > 2 else ""


def _spot(code: str, frame: Frame, width: float) -> tuple[float, float]:
    """Where a state's arcs end: its middle, or the edge of the map in its direction."""
    x, y = frame.at(np.array([middle(code)]))[0].tolist()
    return min(width - MARGIN, max(MARGIN, x)), min(frame.height - MARGIN, max(MARGIN, y))


def _arc(tie: Tied, spots: Mapping[str, tuple[float, float]], most: float, widest: float) -> str:
    (x1, y1), (x2, y2) = spots[tie.patron], spots[tie.partner]
    bend = 0.18 + 0.03 * tie.colour
    cx, cy = (x1 + x2) / 2 + (y2 - y1) * bend, (y1 + y2) / 2 - abs(x2 - x1) * bend
    cy = max(cy, MARGIN - min(y1, y2))  # no arc bends out of the map
    width = THINNEST + (widest - THINNEST) * tie.strength / most
    path = f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
    kind = f"arc c{tie.colour}{' faint' if tie.colour else ''}{' dashed' if tie.dashed else ''}"
    return link(tie.opens, tie.words, tag("path", d=path, class_=kind, stroke_width=width))


class Name(NamedTuple):
    """Where a state's name is written."""

    x: float
    y: float  # of the line on which it stands
    anchor: str

    def box(self, words: str) -> tuple[float, float, float, float]:
        """What it covers: left, top, right, bottom."""
        long = len(words) * LETTER
        left = self.x - {"start": 0.0, "middle": long / 2, "end": long}[self.anchor]
        return left, self.y - TALL + 3, left + long, self.y + 3


def _by_weight(kinds: Mapping[str, str], drawn: Sequence[Tied]) -> list[str]:
    """The patron, then the others, those with the strongest ties first: so are names given room."""
    weight = {code: sum(t.strength for t in drawn if code in (t.patron, t.partner)) for code in kinds}
    return sorted(kinds, key=lambda code: (kinds[code] != "own", -weight[code], code))


def _written(
    codes: Sequence[str],
    spots: Mapping[str, tuple[float, float]],
    names: Mapping[str, str],
    width: float,
    height: float,
) -> dict[str, Name]:
    """A place for each name that covers no other name and no other state's place; a name without one is left out."""
    dots = {code: (x - DOT, y - DOT, x + DOT, y + DOT) for code, (x, y) in spots.items()}
    found: dict[str, Name] = {}
    covered: list[tuple[float, float, float, float]] = []
    for code in codes:
        others = [*covered, *(dot for other, dot in dots.items() if other != code)]
        for name in _places(spots[code], width, height):
            box = name.box(names[code])
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_meet(box, other) for other in others):
                found[code] = name
                covered.append((box[0] - APART, box[1], box[2] + APART, box[3]))
                break
    return found


def _places(spot: tuple[float, float], width: float, height: float) -> list[Name]:
    """Where a name may stand: above its place, below it, at either side, aslant; away from the edge of the map, and at its foot below the arcs."""
    x, y = spot
    anchor = "start" if x < 60 else "end" if x > width - 60 else "middle"
    upright = [Name(x, y - 7, anchor), Name(x, y + 16, anchor)]
    if y >= height - MARGIN:
        upright.reverse()
    aslant = [Name(x + side, name.y, anchor) for name in upright for side, anchor in ((-4, "start"), (4, "end"))]
    return [*upright, Name(x + 7, y + 4, "start"), Name(x - 7, y + 4, "end"), *aslant]


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label(spot: tuple[float, float], place: Name | None, name: str, page: str, kind: str) -> str:
    mark = tag("circle", cx=spot[0], cy=spot[1], r=DOT, class_=f"place {kind}")
    words = [text(name, place.x, place.y, class_=f"name {kind}", text_anchor=place.anchor)] if place else []
    return link(page, name, mark, *words)
