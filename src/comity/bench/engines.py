"""The same work on Polars and on Spark, with the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import polars as pl

from comity import world
from comity.bench.measure import Measure
from comity.engine import POLARS
from comity.errors import UsageError
from comity.lake import Batch, Lake, raw_file
from comity.tables import EVENT

EVENTS, DAYS, FIRST = 5_000_000, 3650, date(2015, 1, 1)
AS_OF = FIRST + timedelta(days=DAYS + 60)
SPARK = "local[2]"
CODES = ("057", "0312", "062", "040", "042", "036", "064")
STATES = 150
CLOSE = 1e-9  # relative: engines add logarithms in orders of their own


def engines(folder: Path | None = None, n: int = EVENTS) -> Iterator[Measure]:
    """Five million (or ``n``) invented events between 150 states over ten years -> acts -> monthly counts -> ties.

    One measure an engine, the other as its peer; a started Spark is timed, not its start. ``UsageError`` when the two differ.
    """
    with TemporaryDirectory() as there:
        lake = _store(Path(there), n)
        found: dict[str, pl.DataFrame] = {}
        seconds: dict[str, float] = {}
        for engine in (POLARS, SPARK):
            world.counts(lake, FIRST, engine)  # starts the engine
            start = perf_counter()
            found[engine] = world.counts(lake, AS_OF, engine)
            world.woven(found[engine], world.covered(lake), AS_OF)
            seconds[engine] = perf_counter() - start
    ours, theirs = found[POLARS], found[SPARK]
    if not ours.drop("acts").equals(theirs.drop("acts")) or not np.allclose(ours["acts"], theirs["acts"], rtol=CLOSE):
        raise UsageError("bench engines: Polars and Spark made different counts; this is a defect, please report it")
    yield Measure("engines polars", seconds[POLARS], "s", peer=seconds[SPARK], peer_name=f"Spark {SPARK}", n=n)
    yield Measure("engines spark", seconds[SPARK], "s", peer=seconds[POLARS], peer_name=POLARS, n=n)


def _store(folder: Path, n: int) -> Lake:
    raw = folder / "20150101.export.CSV"
    raw.write_text("invented", "utf-8")
    item = raw_file(raw)
    rng = np.random.default_rng(1)
    codes = pl.Series([f"{a}{b}{c}" for a in "ABCDEF" for b in "ABCDE" for c in "ABCDE"][:STATES])
    one, step = rng.integers(STATES, size=n), rng.integers(1, STATES, size=n)
    days = pl.Series(rng.integers(DAYS, size=n))
    frame = pl.DataFrame({"d": days}).select(date=pl.lit(FIRST) + pl.duration(days="d"))
    events = frame.with_columns(
        event=pl.int_range(n, dtype=pl.Int64),
        source=pl.lit("gdelt"),
        known=pl.col("date") + pl.duration(days=1),
        actor=codes.gather(one),
        recipient=codes.gather((one + step) % STATES),
        code=pl.Series(CODES).gather(rng.integers(len(CODES), size=n)),
        articles=pl.lit(1, pl.Int32),
        raw=pl.lit(item.sha256),
        position=pl.int_range(n, dtype=pl.Int32),
    )
    lake = Lake(folder / "lake")
    lake.store("gdelt", 1, [(item, Batch({"event": EVENT.of(events)}, "export", n, n, {}))])
    return lake
