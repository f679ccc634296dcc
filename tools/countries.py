"""Write src/comity/knowledge/countries.csv: size and capital of each state, from Natural Earth's 1:110m tables (public domain).

    python tools/countries.py FOLDER

FOLDER holds ``naturalearth_lowres`` and ``naturalearth_cities`` as geopandas 0.14 shipped them. Their
cities table lacks some capitals, and some lie outside the coarse outline of their state: these are in ``PLACES``.
"""

from __future__ import annotations

import csv
import struct
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from comity import states
from comity.errors import UnknownState

OUT = Path(__file__).parent.parent / "src/comity/knowledge/countries.csv"
# Where a state has several cities in the table, and Natural Earth's codes that are not ISO's.
CAPITALS = {"USA": "Washington,  D.C.", "CHN": "Beijing", "IND": "New Delhi", "BRA": "Brasília", "AUS": "Canberra", "TUR": "Ankara", "KAZ": "Astana", "NGA": "Abuja", "CAN": "Ottawa", "PAK": "Islamabad", "ZAF": "Pretoria", "CIV": "Yamoussoukro", "CHL": "Santiago", "BOL": "La Paz", "TZA": "Dodoma", "RUS": "Moscow", "JPN": "Tokyo", "EGY": "Cairo", "IDN": "Jakarta", "MMR": "Naypyidaw", "FRA": "Paris", "KEN": "Nairobi", "NLD": "Amsterdam", "ISR": "Jerusalem", "DEU": "Berlin"}  # fmt: skip
PLACES = {"AUT": (48.2, 16.4), "BHS": (25.1, -77.3), "COG": (-4.3, 15.3), "DJI": (11.6, 43.1), "ESH": (27.2, -13.2), "GNQ": (3.8, 8.8), "GRL": (64.2, -51.7), "LBY": (32.9, 13.2), "MAR": (34.0, -6.8), "MEX": (19.4, -99.1), "NCL": (-22.3, 166.5), "PHL": (14.6, 121.0), "SLE": (8.5, -13.2), "URY": (-34.9, -56.2), "VUT": (-17.7, 168.3)}  # fmt: skip
CODES = {"France": "FRA", "Norway": "NOR", "Kosovo": "XKX"}


def main(folder: Path) -> None:
    """Read both tables and write the file."""
    table = rows(folder / "naturalearth_lowres/naturalearth_lowres.dbf")
    shapes = polygons(folder / "naturalearth_lowres/naturalearth_lowres.shp")
    cities = list(zip(rows(folder / "naturalearth_cities/naturalearth_cities.dbf"), points(folder), strict=True))
    found = []
    for row, rings in zip(table, shapes, strict=True):
        code = CODES.get(row["name"], row["iso_a3"])
        try:
            states.known(code, row["name"])
        except UnknownState:
            sys.stderr.write(f"left out: {row['name']} {code}\n")
            continue
        if float(row["pop_est"]) > 10_000:
            found.append(
                (code, round(float(row["pop_est"])), round(float(row["gdp_md_est"])), *place(code, rings, cities))
            )
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["code", "population", "gdp_musd", "lat", "lon"])
        writer.writerows(sorted(found))


def place(code: str, rings: list[np.ndarray], cities: list[tuple[dict[str, str], np.ndarray]]) -> tuple[float, float]:
    """Latitude and longitude of the capital. Raises ``ValueError`` where the table has no city of the state."""
    if code in PLACES:
        return PLACES[code]
    mine = [(row["name"], p) for row, p in cities if any(inside(p, ring) for ring in rings)]
    named = [p for name, p in mine if name == CAPITALS.get(code)] or [p for _, p in mine]
    if code in CAPITALS and len(mine) > 1 and CAPITALS[code] not in dict(mine):
        sys.stderr.write(f"no capital by name: {code} {[n for n, _ in mine]}\n")
    if not named:
        raise ValueError(f"{code}: no city in the table; write where its capital lies in PLACES")
    lon, lat = named[0]
    return round(float(lat), 1), round(float(lon), 1)


def inside(point: np.ndarray, ring: np.ndarray) -> bool:
    """Whether a ray from the point crosses the ring an odd number of times."""
    x, y = point
    (x1, y1), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
    cross = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / np.where(y2 == y1, 1e-12, y2 - y1) + x1)
    return bool(cross.sum() % 2)


def rows(path: Path) -> list[dict[str, str]]:
    """A dBase table."""
    data = path.read_bytes()
    count, head, size = struct.unpack("<IHH", data[4:12])
    fields, at = [], 32
    while data[at] != 0x0D:
        fields.append((data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    found = []
    for i in range(count):
        row, spot = {}, head + i * size + 1
        for name, width in fields:
            row[name] = data[spot : spot + width].decode("latin-1").strip("\0 ")
            spot += width
        found.append(row)
    return found


def records(path: Path) -> list[bytes]:
    """The shapes of a shapefile, each its raw record."""
    data, at, found = path.read_bytes(), 100, []
    while at < len(data):
        length = 2 * struct.unpack(">I", data[at + 4 : at + 8])[0]
        found.append(data[at + 8 : at + 8 + length])
        at += 8 + length
    return found


def points(folder: Path) -> list[np.ndarray]:
    """Longitude and latitude of each city."""
    return [np.frombuffer(r[4:20], "<f8") for r in records(folder / "naturalearth_cities/naturalearth_cities.shp")]


def polygons(path: Path) -> list[list[np.ndarray]]:
    """The rings of each state."""
    found = []
    for r in records(path):
        parts, total = struct.unpack("<II", r[36:44])
        starts = [*struct.unpack(f"<{parts}I", r[44 : 44 + 4 * parts]), total]
        xy = np.frombuffer(r[44 + 4 * parts : 44 + 4 * parts + 16 * total], "<f8").reshape(-1, 2)
        found.append([xy[a:b] for a, b in pairwise(starts)])
    return found


main(Path(sys.argv[1]))
