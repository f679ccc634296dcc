"""Gathering what is new gives what gathering everything gives, in whatever order files come."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from comity import lake as store
from comity.lake import Batch, Lake, RawFile
from comity.sources.gdelt import gather
from comity.sources.gdelt.gather import gathered
from comity.tables import EVENT, MENTION

STATES = frozenset({"TUR", "KAZ"})


def raw(name: str) -> RawFile:
    return RawFile(Path(name), name, 1, datetime(2024, 1, 1, tzinfo=UTC))


def events(name: str, *ids: int) -> tuple[RawFile, Batch]:
    rows = [{"event": id, "source": "gdelt", "actor": "TUR", "recipient": "KAZ" if id % 2 else "RUS", "code": "057", "date": date(2024, 1, 1), "known": date(2024, 1, 1), "raw": name, "position": n} for n, id in enumerate(ids)]  # fmt: skip
    return raw(name), Batch({"event": EVENT.frame(rows)}, "export", len(ids), len(ids), {})


def mentions(name: str, *ids: int) -> tuple[RawFile, Batch]:
    rows = [{"event": id, "source": "gdelt", "time": datetime(2024, 1, 1), "url": f"https://x.example/{name}/{n}", "raw": name, "position": n} for n, id in enumerate(ids)]  # noqa: DTZ001  # fmt: skip
    return raw(name), Batch({"mention": MENTION.frame(rows)}, "mentions", len(ids), len(ids), {})


FILES = (
    events("e1", 1, 2, 3),
    mentions("m1", 1, 1, 2),
    events("e2", 11, 12),
    mentions("m2", 3, 11, 12),
    mentions("m0", 11, 1),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::11], ids=str)
def test_file_by_file_in_any_order_is_the_same_as_all_at_once(tmp_path: Path, order: tuple[int, ...]) -> None:
    lake = Lake(tmp_path)
    for n in order:
        lake.store("gdelt", 1, [FILES[n]])
        found = gathered(lake, STATES, "polars", "case")
    whole = gathered(lake, STATES, "polars")
    for one, other in zip(found, whole, strict=True):
        assert one.sort("event", "raw", "position").equals(other.sort("event", "raw", "position"))
    assert len(found[1]) == 6


def test_only_new_files_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(tmp_path)
    lake.store("gdelt", 1, [events("e1", 1), mentions("m1", 1, 2, 3)])
    gathered(lake, STATES, "polars", "case")
    lake.store("gdelt", 1, [events("e2", 101), mentions("m2", 1, 101)])
    opened: list[str] = []
    real = gather.scan
    monkeypatch.setattr(
        gather,
        "scan",
        lambda table, paths, engine: (opened.extend(paths) if table is MENTION else None, real(table, paths, engine))[
            1
        ],
    )
    gathered(lake, STATES, "polars", "case")
    assert len(opened) == 1
    opened.clear()
    gathered(lake, STATES, "polars", "case")
    assert opened == []


def test_compaction_and_another_set_of_states_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MANY_FILES", 2)
    lake = Lake(tmp_path)
    for n in range(5):
        lake.store("gdelt", 1, [events(f"e{n}", 10 * n + 1, 10 * n + 2), mentions(f"m{n}", 1, 2, 10 * n + 1)])
        found = gathered(lake, STATES, "polars", "case")
    assert found[1].sort(pl.all()).equals(gathered(lake, STATES, "polars")[1].sort(pl.all()))
    other = frozenset({"TUR", "RUS"})
    assert (
        gathered(lake, other, "polars", "case")[1]
        .sort(pl.all())
        .equals(gathered(lake, other, "polars")[1].sort(pl.all()))
    )
