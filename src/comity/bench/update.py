"""What adding one quarter of an hour of GDELT costs, in a store that is empty and in one of ten million rows."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import polars as pl

from comity.bench import small
from comity.bench.measure import Measure
from comity.cases import Case
from comity.errors import UsageError
from comity.lake import Batch, Lake, RawFile
from comity.tables import EVENT, MENTION

ROWS, DAYS = 10_000_000, 30
EVENTS = 0.1  # share of the rows that are events between two states; the rest are mentions
TRIES, COMMANDS = 15, 5  # of each store, in turn
STORES = ("empty", "full")
LATE = 2_000_000_000  # ids of the new file's events: later than those of the archive
# Sixty states: one event in 300 is between two of the four of the case, as in GDELT's real stream of April and May 2026.
STATES = (
    "TUR", "KAZ", "UZB", "RUS", "USA", "DEU", "FRA", "CHN", "JPN", "IND", "BRA", "GBR", "ITA", "POL", "EGY", "IRN", "IRQ", "SYR", "ISR", "SAU",
    "ARE", "QAT", "KWT", "OMN", "YEM", "JOR", "LBN", "CAN", "MEX", "ARG", "CHL", "COL", "PER", "VEN", "ZAF", "NGA", "KEN", "ETH", "SDN", "DZA",
    "MAR", "TUN", "LBY", "ESP", "PRT", "NLD", "BEL", "CHE", "AUT", "SWE", "NOR", "FIN", "DNK", "GRC", "ROU", "BGR", "HUN", "UKR", "GEO", "AUS",
)  # fmt: skip


def update(folder: Path | None = None, rows: int = ROWS, tries: int = TRIES) -> Iterator[Measure]:
    """One more export and its mentions, read, gathered and woven: the median of fifteen, each with files of its own.

    The limit is the same in a store that held nothing before; the two take turns, because the machine changes. ``update
    ratio`` is the median of how many times as long the one took as the other beside it, with the least and the greatest;
    every try is told on stderr. ``update command`` is what a user waits for: the whole command, with its start.

    The archive is invented: events between 60 states and their mentions, 30 days in the true proportion.
    """
    with TemporaryDirectory() as there:
        root = Path(there)
        case, samples = small.world(root, ("gdelt",))
        _archived(Lake(root / "full"), rows)
        for name in STORES:
            small.updated(case, root / name, root / "nothing")  # the first update gathers the archive once
        inside = [_both(partial(_added, case), root, samples, n) for n in range(tries)]
        whole = [_both(partial(_commanded, case), root, samples, n) for n in range(tries, tries + COMMANDS + 1)][
            1:
        ]  # its day is today
        held = len(Lake(root / "full").read(MENTION).select("event").collect())
    for name, tried in (("update", inside), ("update command", whole)):
        empty, full = zip(*tried, strict=True)
        yield Measure(name, median(full), "s", limit=median(empty), n=held, low=min(full), high=max(full))
        ratios = [b / a for a, b in tried]
        yield Measure(f"{name} ratio", median(ratios), "times", n=held, low=min(ratios), high=max(ratios))
        sys.stderr.writelines(f"{name}: {a:.3f} s in the empty store, {b:.3f} s in the full one\n" for a, b in tried)


def _both(work: Callable[[Path, Path], float], root: Path, samples: Path, n: int) -> tuple[float, float]:
    """Seconds of one more quarter of an hour in the empty and in the full store, each first every other time."""
    took = {name: work(root / name, _quarter(root, name, samples, n)) for name in STORES[:: 1 - 2 * (n % 2)]}
    return took["empty"], took["full"]


def _added(case: Case, store: Path, fresh: Path) -> float:
    """Seconds of an update that finds one new export and its mentions."""
    start = perf_counter()
    done = small.updated(case, store, fresh)
    seconds = perf_counter() - start
    if done.failures or len(done.read) != 2:
        raise UsageError(f"bench update: the new files were not read: {done.failures}")
    return seconds


def _commanded(case: Case, store: Path, fresh: Path) -> float:
    """Seconds of the command that does the same, from its start to its end."""
    command = [sys.executable, "-m", "comity", "--lake", str(store), "update", str(case.folder)]
    start = perf_counter()
    done = subprocess.run([*command, "--from", str(fresh), "--offline"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise UsageError(f"bench update: the command failed: {done.stderr[-2000:]}")
    return perf_counter() - start


def _quarter(root: Path, store: str, samples: Path, n: int) -> Path:
    """A folder with one export and its mentions, under ids of their own."""
    fresh = root / f"{store}-{n}"
    fresh.mkdir()
    stamp = f"{datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n):%Y%m%d%H%M%S}"
    for kind in ("export", "mentions"):
        _shifted(samples / f"gdelt/20240301000000.{kind}.CSV.zip", fresh / f"{stamp}.{kind}.CSV.zip", LATE + 1000 * n)
    return fresh


def _shifted(source: Path, target: Path, by: int) -> None:
    """The same rows under other ids."""
    with zipfile.ZipFile(source) as archive:
        lines = archive.read(archive.infolist()[0]).decode().splitlines()
    fields = (line.partition("\t") for line in lines)
    moved = "\n".join(f"{int(id) + by if id.isdigit() else id}{tab}{rest}" for id, tab, rest in fields) + "\n"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(target.name.removesuffix(".zip"), moved)


def _archived(lake: Lake, rows: int) -> None:
    """Thirty days of invented events and mentions, a commit a day."""
    rng = np.random.default_rng(1)
    of_events, of_mentions = int(rows * EVENTS) // DAYS, int(rows * (1 - EVENTS)) // DAYS
    states = pl.Series(STATES)
    for n in range(DAYS):
        name = f"day{n:02}"
        day = date(2025, 1, 1) + timedelta(days=n)
        ids = np.arange(of_events, dtype=np.int64) + n * of_events
        one, other = (states.gather(rng.integers(0, len(STATES), of_events)) for _ in range(2))
        same = {"source": pl.lit("gdelt"), "raw": pl.lit(name)}
        event = pl.DataFrame({"event": ids, "actor": one, "recipient": other}).with_columns(
            date=pl.lit(day), known=pl.lit(day), code=pl.lit("057"), **same
        )
        mention = pl.DataFrame({"event": rng.choice(ids, of_mentions)}).with_columns(
            time=pl.lit(datetime(2025, 1, 1) + timedelta(days=n)), url=pl.lit(f"https://news.example.org/{n}/") + pl.int_range(of_mentions).cast(pl.String), publisher=pl.lit("news.example.org"), **same  # noqa: DTZ001 - GDELT's clock is UTC
        )  # fmt: skip
        tables = {
            t.name: t.of(frame.with_columns(position=pl.int_range(len(frame), dtype=pl.Int32)))
            for t, frame in ((EVENT, event), (MENTION, mention))
        }
        raw = RawFile(Path(f"{day:%Y%m%d}.export.CSV"), name, 1, datetime(2025, 3, 1, tzinfo=UTC))
        lake.store("gdelt", 1, [(raw, Batch(tables, "export", of_events + of_mentions, of_events + of_mentions, {}))])
