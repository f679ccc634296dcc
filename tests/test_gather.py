"""Gathering what is new gives what gathering everything gives, in whatever order files come."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from comity import events as room
from comity import lake as store
from comity.engine import collect, scan
from comity.events import ROW, Found, added, events_between, mentions_of, renewed
from comity.lake import Batch, Lake, RawFile
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


def paths(lake: Lake) -> frozenset[str]:
    return frozenset([*lake.files(EVENT), *lake.files(MENTION)])


def kept(lake: Lake) -> Found:
    return Found(*(lake.read(table, "case").collect() for table in (EVENT, MENTION)))


def everything(lake: Lake, states: frozenset[str]) -> Found:
    events = events_between(scan(EVENT, lake.files(EVENT)), sorted(states))
    return Found(collect(events), collect(mentions_of(scan(MENTION, lake.files(MENTION)), events)))


def same(one: Found, other: Found) -> bool:
    return all(a.sort(ROW).equals(b.sort(ROW)) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::11], ids=str)
def test_file_by_file_in_any_order_is_the_same_as_all_at_once(tmp_path: Path, order: tuple[int, ...]) -> None:
    lake, seen = Lake(tmp_path), frozenset[str]()
    for n in order:
        lake.store("gdelt", 1, [FILES[n]])
        before = kept(lake)
        step = added(lake, "case", STATES, seen)
        seen = paths(lake)
        whole = everything(lake, STATES)
        assert same(kept(lake), whole)
        touched = {*step.events["event"]}  # with every row and mention of an event that anything came of
        for now, then, told in zip(whole, before, step, strict=True):
            assert {*now.join(then, on=ROW, how="anti")["event"]} & {*whole.events["event"]} <= touched
            assert told.sort(ROW).equals(now.filter(pl.col("event").is_in(touched)).sort(ROW))
        assert same(renewed(lake, "case", STATES, seen), whole)
    assert len(whole.mentions) == 6


def test_rows_of_a_stream_without_articles_are_told_together_where_they_say_the_same(tmp_path: Path) -> None:
    """Two rows of one day, pair and code are one report: the second asks for the first again."""
    lake, seen = Lake(tmp_path), frozenset[str]()
    for name, id in (("a", 5), ("b", 6)):
        found, batch = events(name, 2 * id + 1)
        rows = batch.tables["event"].with_columns(source=pl.lit("icews"))
        lake.store("icews", 1, [(found, batch._replace(tables={"event": rows}))])
        step = added(lake, "case", STATES, seen)
        seen = paths(lake)
    assert sorted(step.of("icews")["event"]) == [11, 13]


def test_only_new_files_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(tmp_path)
    lake.store("gdelt", 1, [events("e1", 1), mentions("m1", 1, 2, 3)])
    added(lake, "case", STATES, frozenset())
    seen = paths(lake)
    lake.store("gdelt", 1, [events("e2", 101), mentions("m2", 1, 101)])
    opened: list[str] = []
    real = room.scan
    monkeypatch.setattr(
        room,
        "scan",
        lambda table, paths, engine: (opened.extend(paths) if table is MENTION else None, real(table, paths, engine))[
            1
        ],
    )
    added(lake, "case", STATES, seen)
    assert len(opened) == 1
    opened.clear()
    assert added(lake, "case", STATES, paths(lake)).events.is_empty()
    assert opened == []


def test_compaction_and_another_set_of_states_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MANY_FILES", 2)
    lake, seen = Lake(tmp_path), frozenset[str]()
    for n in range(5):
        lake.store("gdelt", 1, [events(f"e{n}", 10 * n + 1, 10 * n + 2), mentions(f"m{n}", 1, 2, 10 * n + 1)])
        added(lake, "case", STATES, seen)
        seen = paths(lake)
    assert same(kept(lake), everything(lake, STATES))
    other = frozenset({"TUR", "RUS"})
    assert same(renewed(lake, "case", other, frozenset()), everything(lake, other))
    assert same(kept(lake), everything(lake, other))
