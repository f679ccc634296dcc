"""Slow measurements of this machine: each beside the limit of the same work and a peer, timed in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from comity.bench.coding import coding
from comity.bench.engines import engines
from comity.bench.faults import disk, kills
from comity.bench.fuzz import fuzz
from comity.bench.ingest import ingest, month
from comity.bench.measure import Measure
from comity.bench.scenario import bench as scenario
from comity.bench.ties import ties
from comity.bench.update import update

__all__ = ["Measure", "catalogue"]


def catalogue() -> dict[str, Callable[[Path | None], Iterator[Measure]]]:
    """Every bench by name; each takes the folder of real files."""
    return {
        "coding": coding,
        "disk": disk,
        "engines": engines,
        "fuzz": fuzz,
        "ingest": ingest,
        "kills": kills,
        "month": month,
        "scenario": scenario,
        "ties": ties,
        "update": update,
    }
