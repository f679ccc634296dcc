"""Boundaries of states as rings of degrees, and the projections of the map: of a region, and of the whole world.

The shapes are Natural Earth's 50m boundaries in visionscarto's edition, which follows the United Nations on Crimea and
Western Sahara; ``tools/boundaries.py`` cuts them to a grid of 0.02 degrees.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

CONVENTION = (
    "Boundaries: Natural Earth in visionscarto's edition, close to United Nations practice; "
    "no position on the status of any territory is implied. Arcs end in the middle of a state or at the edge."
)


@cache
def rings() -> dict[str, list[Array]]:
    """Outlines of each state by code: arrays [points, 2] of longitude and latitude in degrees, outer rings and holes alike."""
    world = json.loads(files(__package__).joinpath("boundaries.json").read_text("utf-8"))
    arcs = [np.cumsum(np.array(arc, dtype=float).reshape(-1, 2), axis=0) * world["grid"] for arc in world["arcs"]]
    drawn = {
        code: [_ring(ring, arcs) for polygon in polygons for ring in polygon]
        for code, polygons in world["states"].items()
    }
    # The grid swallows islets.
    return {code: [ring for ring in found if len(ring) > 2] for code, found in drawn.items()}


def _ring(indices: list[int], arcs: list[Array]) -> Array:
    """Arcs joined end to end; a negative index is an arc walked backwards (TopoJSON).

    Russia's goes on beyond 180 degrees rather than jumping to the other side, so that its middle is in Siberia.
    """
    ring = np.concatenate([(arcs[i] if i >= 0 else arcs[~i][::-1])[:-1] for i in indices])
    return np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]])


@cache
def middle(code: str) -> tuple[float, float] | None:
    """The centroid of a state's largest part, in degrees; None for a code without a shape."""
    found = rings().get(code)
    return _centroid(max(found, key=_area)) if found else None


def _area(ring: Array) -> float:
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _centroid(ring: Array) -> tuple[float, float]:
    x, y = ring.T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = cross.sum() * 3 or 1.0
    return float(((x + np.roll(x, -1)) * cross).sum() / area), float(((y + np.roll(y, -1)) * cross).sum() / area)


def project(points: Array, centre: tuple[float, float]) -> Array:
    """Lambert's azimuthal equal-area projection about ``centre``: [points, 2] in earth radii, y downwards."""
    lon, lat = np.radians(points).T
    lon0, lat0 = np.radians(centre)
    inside = 1 + np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon - lon0)
    k = np.sqrt(2 / np.maximum(inside, 1e-6))
    x = k * np.cos(lat) * np.sin(lon - lon0)
    y = k * (np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon - lon0))
    return np.column_stack([x, -y])


def cut(ring: Array, amid: float) -> list[Array]:
    """The parts of an outline on a world map about the meridian ``amid``: longitudes counted from it, -180 to 180, those beyond moved to its edge."""
    west = ring[:, 0] - amid - 360 * np.round((ring[:, 0].mean() - amid) / 360)
    turned = [np.column_stack([np.clip(west + turn, -180, 180), ring[:, 1]]) for turn in (-360, 0, 360)]
    return [part for part in turned if np.ptp(part[:, 0]) > 0]


def equal_earth(points: Array) -> Array:
    """The Equal Earth projection (Šavrič, Patterson and Jenny 2019): [points, 2] of longitude from the middle meridian and latitude, in earth radii, y downwards."""
    lon, lat = np.radians(points).T
    a = np.arcsin(np.sqrt(3) / 2 * np.sin(lat))
    slope = 1.340264 - 3 * 0.081106 * a**2 + a**6 * (7 * 0.000893 + 9 * 0.003796 * a**2)
    y = a * (1.340264 - 0.081106 * a**2 + a**6 * (0.000893 + 0.003796 * a**2))
    return np.column_stack([2 * np.sqrt(3) * lon * np.cos(a) / (3 * slope), -y])
