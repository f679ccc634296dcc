"""The same expressions give the same rows on Polars and on a real local Spark."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from comity.engine import collect, put, scan
from comity.errors import UsageError
from comity.events import events_between, mentions_of
from comity.tables import EVENT, MENTION

SPARK = "local[2]"
ENGINES = [
    "polars",
    pytest.param(
        SPARK,
        marks=[
            pytest.mark.spark,
            pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine"),
            pytest.mark.filterwarnings("ignore"),  # PySpark's own, about itself
        ],
    ),
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Events between four pairs and their mentions, as the store's Parquet files."""
    folder = tmp_path_factory.mktemp("engine")
    pairs = [("TUR", "KAZ"), ("KAZ", "TUR"), ("TUR", "USA"), ("RUS", "KAZ")]
    events = [
        {"event": n, "source": "gdelt", "date": date(2024, 2, 29), "known": date(2024, 3, 1), "actor": a, "recipient": b,
         "code": "057", "articles": n, "place": None, "url": f"https://example.org/{n}", "raw": "a" * 64, "position": n}
        for n, (a, b) in enumerate(pairs, start=1)
    ]  # fmt: skip
    mentions = [
        {"event": n % 6, "source": "gdelt", "time": datetime(2024, 3, 1, 0, n % 60), "publisher": "example.org",  # noqa: DTZ001 - the stream has no zone
         "url": f"https://example.org/{n}", "confidence": 50, "lang": None if n % 2 else "tur", "raw": "b" * 64, "position": n}
        for n in range(1, 61)
    ]  # fmt: skip
    paths = folder / "events.parquet", folder / "mentions.parquet"
    EVENT.frame(events).write_parquet(paths[0])
    MENTION.frame(mentions).write_parquet(paths[1])
    return paths


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_finds_the_same_events_and_mentions(stored: tuple[Path, Path], engine: str) -> None:
    events = events_between(scan(EVENT, [str(stored[0])], engine), ["TUR", "KAZ"])
    mentions = mentions_of(scan(MENTION, [str(stored[1])], engine), put(collect(events), engine))
    rows, seen = collect(events).sort("event"), collect(mentions).sort("position")
    assert rows.select("event", "actor", "recipient").rows() == [(1, "TUR", "KAZ"), (2, "KAZ", "TUR")]
    assert len(seen) == 20  # ten mentions of each of the two events
    assert rows.equals(pl.read_parquet(stored[0]).filter(pl.col("event") < 3))
    assert seen.equals(pl.read_parquet(stored[1]).filter(pl.col("event").is_in([1, 2])))


@pytest.mark.parametrize("engine", ENGINES)
def test_no_files_are_no_rows_on_every_engine(engine: str) -> None:
    assert collect(scan(MENTION, [], engine)).is_empty()


def test_an_engine_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match=r"engine 'duck' is unknown"):
        scan(EVENT, [], "duck")
