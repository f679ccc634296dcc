"""Drawings are well-formed, stay inside their frame, name themselves, and run nothing that a stranger wrote."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from comity import draw
from comity.draw.map import APART, CROWDED, MARGIN, Name
from comity.draw.scale import linear, root, round_up
from comity.draw.world import CONVENTION, cut, equal_earth, middle
from comity.states import name_of

HOSTILE = '<script>alert("1")</script>&\'"'
SVG = "{http://www.w3.org/2000/svg}"


def mark(
    value: float = 1.0, low: float = 0.5, high: float = 2.0, state: str = "observed", hollow: bool = False
) -> draw.Mark:
    return draw.Mark(0, value, low, high, hollow, state, HOSTILE, "/evidence/x?a=1&b=2")


def bar(year: int, up: float, down: float) -> draw.Bar:
    return draw.Bar(date(year, 1, 1), date(year, 3, 31), 1, up, down, "Russia")


TIED = [
    draw.Tied("TUR", "KAZ", 0, 3.0, False, HOSTILE, "/tie/TUR-KAZ"),
    draw.Tied("CHN", "UZB", 1, 1.0, True, HOSTILE, "/tie/CHN-UZB"),
]
CODES = ("KAZ", "UZB", "TUR", "CHN")
DRAWINGS = {
    "marks": draw.marks([mark(), None, mark(state="none reported"), mark(state="not covered"), mark(hollow=True)], 4.0, HOSTILE),
    "interval": draw.interval(mark(), 4.0),
    "ruler": draw.ruler(25.0),
    "line": draw.line([draw.Step(date(2020 + n, 1, 1), n, n / 2, n * 2) for n in range(4)], 9.0, HOSTILE),
    "bars": draw.bars([bar(2020, 3, 1), bar(2021, 0, 0), bar(2022, 5, 9)], date(2020, 1, 1), date(2022, 12, 31), None, "/?from={start}&to={end}", HOSTILE),
    "no bars": draw.bars([], date(2020, 1, 1), date(2022, 12, 31), None, "/", "nothing"),
    "shares": draw.shares([draw.Share(0, 0.5, HOSTILE), draw.Share(None, 0.5, "other")], "/x", HOSTILE),
    "map": draw.map(TIED, ("KAZ", "UZB"), "TUR", dict.fromkeys(CODES, HOSTILE), {c: f"/state/{c}" for c in CODES})[0],
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_well_formed_and_has_a_name(name: str) -> None:
    root_ = ElementTree.fromstring(DRAWINGS[name])
    assert root_.tag == f"{SVG}svg"
    assert root_.get("aria-label")


@pytest.mark.parametrize("name", DRAWINGS)
def test_strangers_words_stay_words(name: str) -> None:
    found = ElementTree.fromstring(DRAWINGS[name])
    assert not list(found.iter(f"{SVG}script"))
    assert "<script" not in DRAWINGS[name]
    assert not re.search(r"\son\w+=", DRAWINGS[name])
    assert "style=" not in DRAWINGS[name]  # the page's policy would refuse it


@pytest.mark.parametrize("name", [n for n in DRAWINGS if n != "map"])
def test_nothing_is_drawn_outside_the_frame(name: str) -> None:
    found = ElementTree.fromstring(DRAWINGS[name])
    _, _, width, height = map(float, (found.get("viewBox") or "").split())
    for item in found.iter():
        for key, most in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            if item.get(key):
                assert -1 <= float(item.get(key) or 0) <= most + 1


@pytest.mark.parametrize("name", DRAWINGS)
def test_whatever_can_be_followed_says_where_it_leads(name: str) -> None:
    for link in ElementTree.fromstring(DRAWINGS[name]).iter(f"{SVG}a"):
        assert link.get("href", "").startswith("/")
        assert link.get("aria-label")


def test_what_was_not_covered_has_no_dot() -> None:
    assert "circle" not in draw.interval(mark(state="not covered"), 4.0)
    assert "circle" in draw.interval(mark(state="none reported"), 4.0)


def test_a_whisker_spans_its_interval() -> None:
    path = re.search(r'd="M([\d.]+) [\d.]+H([\d.]+)" class="whisker', draw.interval(mark(4.0, 1.0, 9.0), 9.0))
    assert path
    place = root(9.0, 5.0, 77.0)
    assert [float(g) for g in path.groups()] == pytest.approx([place(1.0), place(9.0)], abs=0.05)


def test_scales_hold_what_is_outside_at_their_ends() -> None:
    place = linear(0, 10, 0, 100)
    assert [place(v) for v in (-5, 0, 5, 10, 20)] == [0, 0, 50, 100, 100]
    assert root(100, 0, 10)(25) == pytest.approx(5)
    assert [round_up(v) for v in (0, 0.7, 1.5, 13, 50)] == [1.0, 1.0, 2.0, 20.0, 50.0]


@pytest.mark.parametrize(
    ("code", "west", "east", "south", "north"),
    [
        ("KAZ", 46, 88, 40, 56), ("UZB", 55, 74, 37, 46), ("TKM", 52, 67, 35, 43), ("KGZ", 69, 81, 39, 44), ("TJK", 67, 76, 36, 42),
        ("AZE", 44, 51, 38, 42), ("TUR", 25, 45, 35, 43), ("RUS", 80, 110, 50, 70), ("CHN", 73, 135, 18, 54), ("USA", -130, -66, 24, 50),
        ("IRN", 44, 64, 25, 40), ("IND", 68, 98, 6, 36), ("ISR", 34, 36, 29, 34),
    ],
)  # fmt: skip
def test_every_state_of_the_case_has_a_shape_whose_middle_is_where_it_is(
    code: str, west: int, east: int, south: int, north: int
) -> None:
    longitude, latitude = middle(code) or (0, 0)
    assert west < longitude < east
    assert south < latitude < north


def test_no_arc_bends_out_of_the_map() -> None:
    held = ("TUR", "AZE", "KGZ")
    far = [draw.Tied("USA", code, 3, 2.0, False, "", "/") for code in held]
    codes = (*held, "USA")
    drawn, _ = draw.map(far, held, "TUR", dict.fromkeys(codes, "x"), dict.fromkeys(codes, "/"))
    arcs = re.findall(r'd="M[\d.-]+ ([\d.-]+)Q[\d.-]+ ([\d.-]+) [\d.-]+ ([\d.-]+)"', drawn)
    heights = [(1 - t) ** 2 * float(a) + 2 * t * (1 - t) * float(b) + t * t * float(c) for a, b, c in arcs for t in np.linspace(0, 1, 50)]  # fmt: skip
    assert len(arcs) == len(far)
    assert min(heights) > 0  # unbent by the frame, one would reach -27


def test_a_name_at_the_edge_of_the_map_stands_away_from_the_arcs() -> None:
    """India lies south of the region, Russia north of it: their arcs leave upwards and downwards."""
    held, rivals = ("KAZ", "UZB", "KGZ"), ("IND", "RUS")
    ties = [draw.Tied(rival, "KAZ", 1, 1.0, False, "", "/") for rival in rivals]
    names = {code: name_of(code) for code in (*held, "TUR", *rivals)}
    drawn, _ = draw.map(ties, held, "TUR", names, dict.fromkeys(names, "/"))
    places = re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)" r="3" class="place rival"/><text x="[\d.]+" y="([\d.]+)" class="name rival" text-anchor="\w+">(\w+)', drawn)  # fmt: skip
    assert {name: float(y) - float(dot) for dot, y, name in places} == {"India": 16.0, "Russia": -7.0}


def test_pressure_has_its_numbers_on_the_axis_too() -> None:
    """Up to 20 above and 10 below, a line each 5."""
    drawn = draw.bars([bar(2020, 20, 10), bar(2021, 1, 1)], date(2020, 1, 1), date(2021, 12, 31), None, "/", "words")
    lines = re.findall(r'y="([\d.]+)" class="tick" text-anchor="end">(\d+)<', drawn)
    middle = next(float(y) for y in re.findall(r'M30.0 ([\d.]+)H1160.0" class="base"', drawn))
    assert [int(n) for y, n in lines if float(y) - 4 < middle] == [5, 10, 15, 20]
    assert [int(n) for y, n in lines if float(y) - 4 > middle] == [10, 5]


@pytest.mark.parametrize(
    ("patron", "held"),
    [("FRA", ("CIV", "MLI", "NER", "TCD")), ("AUS", ("PNG", "SLB", "FJI", "TON", "WSM"))],
    ids=["from north to south", "across 180 degrees"],
)
def test_a_region_of_any_shape_is_wholly_in_view(patron: str, held: tuple[str, ...]) -> None:
    """Each state stands where it is, from west to east, and not at the edge, where those outside the region stand."""
    codes = (patron, *held)
    drawn, _ = draw.map([], held, patron, dict.fromkeys(codes, "x"), dict.fromkeys(codes, "/"))
    width, height = (float(v) for v in re.findall(r'<rect width="([\d.]+)" height="([\d.]+)" class="sea"', drawn)[0])
    places = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawn)]
    assert len(places) == len(codes)
    assert places[:-1] == sorted(places[:-1])  # the patron is drawn last
    assert all(MARGIN < x < width - MARGIN and MARGIN < y < height - MARGIN for x, y in places)


@pytest.mark.parametrize(
    ("patron", "held"),
    [
        ("USA", ("MEX", "COL", "CHL", "BRA", "MAR", "NGA", "KEN", "AUS", "FJI")),  # the Pacific at the edge
        ("CHN", ("PER", "VEN", "BOL", "ARG", "BRA")),
        ("USA", ("PAK", "IDN", "JPN", "NZL", "FJI")),  # together across 180 degrees
    ],
)
def test_a_case_around_the_globe_has_every_state_in_its_place_and_its_land_drawn(
    patron: str, held: tuple[str, ...]
) -> None:
    codes = (patron, *held)
    drawn, _ = draw.map([], held, patron, dict.fromkeys(codes, "x"), dict.fromkeys(codes, "/"))
    width, height = (float(v) for v in re.findall(r'<rect width="([\d.]+)" height="([\d.]+)" class="sea"', drawn)[0])
    places = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawn)]
    assert all(MARGIN < x < width - MARGIN and MARGIN < y < height - MARGIN for x, y in places)
    assert places[:-1] == sorted(places[:-1])
    north = sorted(zip(codes[1:], places[:-1], strict=True), key=lambda place: place[1][1])
    assert [code for code, _ in north] == sorted(held, key=lambda code: -middle(code)[1])  # type: ignore[index]
    islets = {"FJI"}  # no ring of which is wider than a pixel and a half
    assert drawn.count('class="land held"') >= len(set(held) - islets)
    assert drawn.count('class="land own"') == 1


def test_an_outline_across_the_edge_of_a_world_map_is_drawn_at_both_sides() -> None:
    """Ten degrees of it lie to the west of the edge at 190, ten to the east."""
    ring = np.array([[180.0, 0.0], [200.0, 0.0], [200.0, 10.0], [180.0, 10.0]])
    assert [(part[:, 0].min(), part[:, 0].max()) for part in cut(ring, 10.0)] == [(-180, -170), (170, 180)]
    assert [(part[:, 0].min(), part[:, 0].max()) for part in cut(ring, 190.0)] == [(-10, 10)]


def test_the_world_is_drawn_in_the_equal_earth_projection() -> None:
    """As PROJ draws it (eqearth, WGS 84, whose sphere of equal area has a radius of 6,371,007 m)."""
    x, y = 6_371_007 * equal_earth(np.array([[180.0, 0.0], [180.0, 90.0]])).T
    assert x == pytest.approx([17_243_959, 10_216_475], rel=1e-6)
    assert -y == pytest.approx([0, 8_392_928], rel=1e-6)


def test_a_bar_tells_who_did_what_without_its_colours() -> None:
    second = bar(2020, 0.5, 0)._replace(colour=2, who="China")
    drawn = draw.bars([bar(2020, 3, 1), second], date(2020, 1, 1), date(2020, 12, 31), None, "/", "x")
    assert "2020 quarter 1: 3.5 of cooperation (Russia 3, China 0.5); 1 of pressure (Russia 1)" in drawn


def test_a_phone_sees_all_years_and_names_as_many_as_fit() -> None:
    """Fifteen years over 360 are 24 each: every second is named, the newest with room for its name among them."""
    drawn = draw.bars([bar(2012, 1, 0), bar(2026, 1, 0)], date(2012, 1, 1), date(2026, 3, 31), None, "/", "x", 390.0)
    years = re.findall(r'<text x="([\d.]+)"[^>]*>(20\d\d)<', drawn)
    assert [year for _, year in years][:3] == ["2025", "2023", "2021"]
    assert max(float(x) for x, _ in years) + 27 <= 390
    assert 'viewBox="0 0 390 220"' in drawn


def test_names_on_a_crowded_map_never_touch_and_those_left_out_still_have_a_place() -> None:
    held = ("GBR", "FRA", "DEU", "NLD", "BEL", "CHE", "AUT", "CZE", "SVK", "HUN", "SVN", "HRV", "ITA", "POL", "DNK", "JPN", "AUS")  # fmt: skip
    codes = (*held, "USA")
    names = {code: name_of(code) for code in codes}
    ties = [draw.Tied("USA", code, 0, float(n), False, "", "/") for n, code in enumerate(held, 1)]
    drawn, note = draw.map(ties, held, "USA", names, dict.fromkeys(codes, "/"))
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" class="name \w+" text-anchor="(\w+)">([^<]+)', drawn)
    boxes = [Name(float(x), float(y), anchor).box(words) for x, y, anchor, words in found]
    for one, other in combinations(boxes, 2):
        assert (
            one[2] + APART < other[0] + 0.2
            or other[2] + APART < one[0] + 0.2
            or one[3] <= other[1]
            or other[3] <= one[1]
        )
    assert "Australia" in {words for *_, words in found}  # the strongest tie is named
    assert len(found) < len(codes)
    assert drawn.count('class="place') == len(codes)
    assert CROWDED in note
    _, sparse = draw.map(TIED, ("KAZ", "UZB"), "TUR", dict.fromkeys(CODES, "x"), dict.fromkeys(CODES, "/"))
    assert sparse == CONVENTION


def test_quarters_that_tower_over_the_rest_are_cut_short_and_say_their_number() -> None:
    """Nine quarters in ten stay under 10, so the paper ends at 20: 100 is cut there, its two parts one to three as they were."""
    usual = [bar(2000 + n, 10 if n % 2 else 4, 1) for n in range(19)]
    tower = [bar(2019, 25, 0), bar(2019, 75, 0)._replace(colour=2)]
    drawn = draw.bars([*usual, *tower], date(2000, 1, 1), date(2019, 12, 31), None, "/", "words")
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" class="part', drawn)]
    assert draw.cut([*usual, *tower]) == 1
    assert sum(heights[-2:]) == pytest.approx(2 * max(heights[:-2]), abs=0.2)
    assert heights[-1] == pytest.approx(3 * heights[-2], abs=0.3)
    assert drawn.count('class="notch"') == 1
    assert ">100</text>" in drawn
    assert draw.cut(usual) == 0
    assert "notch" not in draw.bars(usual, date(2000, 1, 1), date(2019, 12, 31), None, "/", "words")


def test_a_fan_reaches_from_the_5_to_the_95_percent_quantile() -> None:
    drawn = draw.fan([draw.Blade(12, (0.0, 1.0, 2.0, 3.0, 9.0), ())], 9.0, "words")
    assert "178.0,2.0" in drawn.split("polygon")[1]  # the top of the paper, at its right edge
    assert "178.0,2.0" not in drawn.split("polygon")[2]  # the inner band ends at 75 %
