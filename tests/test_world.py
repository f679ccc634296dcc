"""The world's ties: the same numbers on every engine, and the same as a case would have from the same records."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from tests.test_engine import ENGINES

from comity import acts, ties, world
from comity.cameo import believed
from comity.engine import collect, put, scan
from comity.lake import Batch, Lake, raw_file
from comity.sources import card
from comity.tables import COVERAGE, EVENT, REPORT, TIE, WORLD
from comity.vocabulary import TIES

AS_OF = date(2024, 6, 30)
STATES = ("AZE", "KAZ", "KGZ", "RUS", "TUR", "UZB")
CODES = ("057", "0312", "062", "040", "0421", "163", "190")


def records(n: int, source: str = "gdelt") -> list[dict[str, object]]:
    """Invented records of two years, many of one day, some known late."""
    rng = np.random.default_rng(7)
    out = []
    for i in range(n):
        day = date(2022, 7, 1) + timedelta(days=int(rng.integers(0, 60)) * 12)
        a, b = rng.choice(STATES, 2, replace=False)
        out.append(
            {"event": i, "source": source, "date": day, "known": day + timedelta(days=int(rng.integers(1, 40))), "actor": str(a),
             "recipient": str(b), "code": str(rng.choice(CODES)), "articles": 1, "place": None, "url": f"https://example.org/{i}",
             "raw": "a" * 64, "position": i}
        )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("world") / "events.parquet"
    EVENT.frame([*records(3000), *records(500, "icews")]).write_parquet(path)
    return str(path)


def monthly(path: str, engine: str, as_of: date = AS_OF) -> pl.DataFrame:
    codes = pl.read_parquet(path).select("source", "code").unique()
    found = world.monthly(scan(EVENT, [path], engine), put(world.meanings(codes), engine), as_of)
    return collect(found).cast({"t": pl.Int64}).sort("a", "b", "instrument", "t")


@pytest.mark.parametrize("engine", ENGINES)
def test_events_become_the_same_ties_on_every_engine(stored: str, engine: str) -> None:
    """To the last bit but for sums of logarithms, which the engines add in orders of their own: 1e-12."""
    here, there = monthly(stored, "polars"), monthly(stored, engine)
    assert here.drop("acts").equals(there.drop("acts"))
    assert here["acts"].to_numpy() == pytest.approx(there["acts"].to_numpy(), rel=1e-12)
    coverage = whole()
    ours, theirs = world.woven(here, coverage, AS_OF), world.woven(there, coverage, AS_OF)
    assert ours["strength"].to_numpy() == pytest.approx(theirs["strength"].to_numpy(), rel=1e-6)  # counted in 32 bits


def whole() -> pl.DataFrame:
    return COVERAGE.frame([
        {"source": "gdelt", "a": WORLD, "b": WORLD, "instrument": k, "date_from": date(2022, 1, 1), "date_to": AS_OF,
         "detection": 0.5, "known": date(2022, 1, 1), "basis": "", "raw": "r"} for k in TIES
    ])  # fmt: skip


def test_the_world_counts_a_pair_as_a_case_would(tmp_path: Path) -> None:
    """The world's rule is that of ``acts.merge`` for records without words, spelled for engines."""
    rows = [r for r in records(1500) if r["code"] in {"057", "062", "163"}]
    path = tmp_path / "events.parquet"
    EVENT.frame(rows).write_parquet(path)
    mine = world.woven(monthly(str(path), "polars"), whole(), AS_OF)
    meanings = dict(_meant())
    reports = REPORT.frame([
        {"report": f"{r['event']:06}", "source": "gdelt", "url": r["url"], "publisher": f"site{r['event']}.example",
         "published": r["known"], "raw": r["raw"], "position": str(r["position"]), "coder": "gdelt", "coder_version": "CAMEO",
         "reliability": "C", "credibility": 6, "date_from": r["date"], "date_to": r["date"], "known": r["known"],
         "actors": [r["actor"]], "recipients": [r["recipient"]], "modality": "actual", "text": "", **meanings[str(r["code"])]}
        for r in rows if r["known"] <= AS_OF  # type: ignore[operator]
    ])  # fmt: skip
    case = ties.weave(acts.merge(reports), whole(), AS_OF, list(itertools.combinations(STATES, 2)))
    last = case.filter(pl.col("view") == "presence", pl.col("month") == AS_OF)
    both = last.join(mine, on=["a", "b", "instrument"], suffix="_world")
    assert len(both) == len(mine) > 100
    for column in ("strength", "low", "high", "exposure"):
        assert both[column].to_numpy() == pytest.approx(both[f"{column}_world"].to_numpy(), rel=1e-4), column


def _meant() -> list[tuple[str, dict[str, object]]]:
    table = believed(card("gdelt").beliefs).select("cameo", "instrument", "stage", "polarity", "belief")
    return [(row.pop("cameo"), row) for row in table.iter_rows(named=True)]


def test_what_is_known_later_is_not_counted(stored: str) -> None:
    early = date(2023, 6, 30)
    rows = pl.read_parquet(stored).filter(pl.col("known") <= early)
    cut = nw.from_native(rows.lazy())
    codes = rows.select("source", "code").unique()
    alone = collect(world.monthly(cut, put(world.meanings(codes)), early)).sort("a", "b", "instrument", "t")
    whole_then = monthly(stored, "polars", early)
    assert alone.cast({"t": pl.Int64}).equals(whole_then)


def test_two_streams_are_two_voices_and_one_stream_is_one(tmp_path: Path) -> None:
    day = date(2024, 5, 1)
    same = {"date": day, "known": day, "code": "057", "articles": 1, "raw": "a" * 64}
    rows = [
        {**same, "event": i, "source": s, "actor": a, "recipient": b, "position": i}
        for i, (s, a, b) in enumerate([("gdelt", "TUR", "KAZ"), ("gdelt", "KAZ", "TUR"), ("icews", "TUR", "KAZ")])
    ]
    path = tmp_path / "events.parquet"
    EVENT.frame(rows).write_parquet(path)
    p = {
        s: dict(world.meanings(pl.DataFrame({"source": [s], "code": ["057"]})).select("source", "belief").iter_rows())[
            s
        ]
        for s in ("gdelt", "icews")
    }
    found = monthly(str(path), "polars")
    assert found["acts"].to_list() == pytest.approx([1 - (1 - p["gdelt"]) * (1 - p["icews"])])


def test_acts_that_double_with_the_news_bring_two_states_less_closer_than_acts_alone() -> None:
    """The second pair's acts doubled in the last year, and so did everything else that is said of both its states."""
    months = [AS_OF.year * 12 + AS_OF.month - 1 - i for i in range(24)]
    acts = [("AZE", "KAZ", "dialogue", t, 1.0) for t in months]
    acts += [("KGZ", "UZB", "dialogue", t, 2.0 if i < 12 else 1.0) for i, t in enumerate(months)]
    found = pl.DataFrame(acts, schema=["a", "b", "instrument", "t", "acts"], orient="row")
    loud = [(s, t, 20.0 * (2 if s in {"KGZ", "UZB"} and i < 12 else 1)) for s in STATES for i, t in enumerate(months)]
    volume = pl.DataFrame(loud, schema=["state", "t", "events"], orient="row")
    table = world.woven(found, whole(), AS_OF, volume).filter(pl.col("instrument") == "dialogue").sort("a")
    plain = world.woven(found, whole(), AS_OF).filter(pl.col("instrument") == "dialogue").sort("a")
    raised = (table["strength"] / plain["strength"]).to_list()
    assert raised[1] < raised[0]


def test_attention_is_that_of_twelve_months_against_the_mean_of_those_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 36 months the last 24 were watched; a state has 20 events a month, 40 in the last twelve, the other 20 throughout."""
    volume = pl.DataFrame(
        [(s, 100 + t, 40.0 if s == "KAZ" and t >= 24 else 20.0) for s in ("KAZ", "UZB") for t in range(12, 36)],
        schema=["state", "t", "events"],
        orient="row",
    )
    found = world._attention(volume, [("KAZ", "UZB")], 100, np.arange(36) >= 12)
    months = [12 * 20.0] * 12 + [12 * 20.0 + 20 * t for t in range(1, 13)]  # events of the twelve months to each
    mean = np.mean(months) + 1
    for k, name in enumerate(TIES):
        power = ties.priors()[name].elasticity / 2
        assert found[35, 0, k] == pytest.approx(((480 + 1) / mean) ** power, rel=1e-5), name
        assert found[20, 0, k] == pytest.approx(
            ((240 + 1) / mean) ** power, rel=1e-5
        )  # nine months watched stand for twelve
    assert (found[:12] == 1).all()  # nothing was watched
    assert len({ties.priors()[name].elasticity for name in TIES}) > 1


def test_what_a_state_does_alone_ties_nobody(tmp_path: Path) -> None:
    day = date(2024, 5, 1)
    row = {
        "event": 1,
        "source": "gdelt",
        "date": day,
        "known": day,
        "code": "057",
        "articles": 1,
        "raw": "a" * 64,
        "position": 1,
    }
    EVENT.frame([{**row, "actor": "TUR", "recipient": "TUR"}]).write_parquet(tmp_path / "events.parquet")
    assert monthly(str(tmp_path / "events.parquet"), "polars").is_empty()


def test_only_what_was_done_or_talked_of_strengthens_a_tie() -> None:
    """057 signs, 0312 says that it would cooperate, 163 is an embargo; all three are believed for something."""
    codes = pl.DataFrame({"source": ["gdelt"] * 3, "code": ["057", "0312", "163"]})
    assert world.meanings(codes)["code"].to_list() == ["057"]
    assert sorted(world._cooperative(codes)["code"]) == ["0312", "057"]


def test_the_strongest_ties_come_first_and_no_more_than_were_asked_for() -> None:
    rows = [{"a": "KAZ", "b": b, "instrument": "arms", "strength": s, "low": 0.0, "high": 9.0, "prior_share": 0.5} for b, s in (("RUS", 1.0), ("TUR", 3.0), ("UZB", 2.0))]  # fmt: skip
    assert world.strongest(TIE.frame(rows), 2)["b"].to_list() == ["TUR", "UZB"]


def fed(tmp_path: Path) -> tuple[Lake, list[dict[str, object]]]:
    """A store with a stream's file of one day, and the events in that."""
    raw = tmp_path / "20240501.export.CSV"
    raw.write_text("x", "utf-8")
    lake = Lake(tmp_path / "lake")
    item = raw_file(raw)
    rows = [{**r, "raw": item.sha256} for r in records(50)]
    lake.store("gdelt", 1, [(item, Batch({"event": EVENT.frame(rows)}, "export", 50, 50, {}))])
    return lake, rows


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_heard_apart_from_cooperation_is_counted_on_both_sides(tmp_path: Path, engine: str) -> None:
    lake, rows = fed(tmp_path)
    heard = world.heard(lake, AS_OF, engine)
    cold = [r for r in rows if r["code"] in {"163", "190"} and r["known"] <= AS_OF]
    assert heard["events"].sum() == 2 * len(cold) > 0
    own = dict(heard.group_by("state").agg(pl.col("events").sum()).iter_rows())
    assert own == Counter(r[side] for r in cold for side in ("actor", "recipient"))


def test_a_store_without_events_has_no_ties(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert world.counts(lake, AS_OF).is_empty()
    assert world.woven(world.counts(lake, AS_OF), world.covered(lake), AS_OF).is_empty()


def test_a_store_with_events_of_a_stream_covers_what_its_files_do(tmp_path: Path) -> None:
    lake, _ = fed(tmp_path)
    covered = world.covered(lake)
    assert set(covered["source"]) == {"gdelt"}
    assert set(covered.select("date_from", "date_to").iter_rows()) == {(date(2024, 5, 1), date(2024, 5, 1))}
    assert len(world.woven(world.counts(lake, AS_OF), covered, AS_OF)) > 0
