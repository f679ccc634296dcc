"""Damaged files of the store: whoever meets one is told which, what is wrong and what to do, and nothing is overwritten."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import polars as pl
import pytest
from mcp import Client
from tests.serving import AS_OF, served

from comity import cases, cli, engine, flow, mcp, verdicts
from comity.errors import StoreError
from comity.lake import MANY_FILES, SWEPT, Lake, damages, reading
from comity.tables import ACT, COVERAGE, REPORT, TIE, VERDICT, Table
from comity.web import create_app


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def torn(path: Path) -> None:
    """As long as it was, with other bytes in the middle of its rows."""
    content, rng = path.read_bytes(), random.Random(1)
    at, n = len(content) // 8, len(content) // 4
    path.write_bytes(content[:at] + rng.randbytes(n) + content[at + n :])


BY_SIZE = {missing: "is missing", empty: "is empty", half: "bytes that were written"}
BY_CONTENT = {zeros: "is damaged (parquet", torn: "is damaged (parquet"}
WAYS = BY_SIZE | BY_CONTENT
Damage = Callable[[Path], None]


@pytest.fixture
def own(copied: Lake) -> Lake:
    """A copy of the built-in case's store with a verdict in it."""
    rows = copied.read(REPORT, "turan").head(1).collect().to_dicts()
    verdicts.judge(copied, "turan", rows, "accept", "A. Nalyst", datetime(2026, 1, 1, tzinfo=UTC), "", {})
    return copied


def file_of(lake: Lake, table: Table, case: str | None = "turan") -> Path:
    place = lake.root / "cases" / case / table.name if case else lake.root / "tables" / table.name
    return next(iter(sorted(place.glob("*.parquet"))))


@pytest.mark.parametrize("damage", WAYS)
@pytest.mark.parametrize("table", [TIE, VERDICT], ids=lambda t: t.name)
def test_a_damaged_file_is_named_with_what_is_wrong_and_what_to_do(own: Lake, table: Table, damage: Damage) -> None:
    path = file_of(own, table)
    damage(path)
    with pytest.raises(StoreError) as told, reading(own):
        own.read(table, "turan").collect()
    said = str(told.value)
    assert said.startswith(f"{path}: this file of the store ")
    assert WAYS[damage] in said
    assert ("put it back from a backup" in said) == (table is VERDICT)
    assert ("comity update CASE --anew --offline" in said) == (table is TIE)
    assert "delete" not in said
    assert damages(own) == [said]


def test_a_whole_store_has_no_damage_and_another_error_stays_what_it_was(own: Lake) -> None:
    assert damages(own) == []
    with pytest.raises(pl.exceptions.ColumnNotFoundError), reading(own):
        own.read(TIE, "turan").select("nonsense").collect()
    with pytest.raises(pl.exceptions.ColumnNotFoundError), reading(None):
        own.read(TIE, "turan").select("nonsense").collect()


@pytest.mark.parametrize("damage", BY_SIZE)
def test_an_engine_is_given_no_file_that_is_cut_short(own: Lake, damage: Damage) -> None:
    path = file_of(own, REPORT, None)
    damage(path)
    with pytest.raises(StoreError, match=path.name):
        engine.scan(REPORT, own.files(REPORT))


def test_tables_that_rest_on_a_damaged_one_are_not_put_in_place(own: Lake, case: cases.Case) -> None:
    torn(path := file_of(own, REPORT, None))
    before = own.version(ACT, "turan")
    own.note("turan", "woven", "")  # the next update weaves everything
    with pytest.raises(StoreError, match=path.name):
        flow.update(case, own, AS_OF)
    assert own.version(ACT, "turan") == before
    kept = own.set_aside(date(2026, 11, 27))
    assert (kept / path.relative_to(own.root)).exists()
    flow.update(case, own, AS_OF)
    assert damages(own) == []
    assert own.read(VERDICT, "turan").collect()["author"].to_list() == ["A. Nalyst"]


def test_what_is_committed_is_no_failure_where_a_damaged_file_hinders_the_tidying(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    say = [VERDICT.frame([{"target": str(n), "kind": "accept", "said": "{}"}]) for n in range(MANY_FILES + 3)]
    lake.append(VERDICT, say[0], "turan")
    torn(file_of(lake, VERDICT))
    for one in say[1:]:
        lake.append(VERDICT, one, "turan")
    assert lake.version(VERDICT, "turan") == MANY_FILES + 2  # one commit each, and none that put files together
    assert len(list((tmp_path / "cases/turan/verdict").glob("*.parquet"))) == MANY_FILES + 3


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_what_is_committed_is_no_failure_where_the_summary_of_its_log_does_not_fit(tmp_path: Path) -> None:
    """No file may grow past 6,000 bytes: a row fits, the summary of twenty commits does not."""
    work = f"""
import resource
from pathlib import Path
from comity.lake import SWEPT, Lake
from comity.tables import VERDICT
resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))
for n in range(SWEPT + 5):
    Lake(Path({str(tmp_path)!r})).append(VERDICT, VERDICT.frame([{{"target": str(n)}}]), "turan")
"""
    ran = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]
    log = tmp_path / "cases/turan/verdict/_delta_log"
    assert not list(log.glob("*.checkpoint.parquet"))
    assert len(Lake(tmp_path).read(VERDICT, "turan").collect()) == SWEPT + 5
    for _ in range(SWEPT):
        Lake(tmp_path).append(VERDICT, VERDICT.frame([{"target": "later"}]), "turan")
    assert len(list(log.glob("*.checkpoint.parquet"))) == 1
    assert len(Lake(tmp_path).read(VERDICT, "turan").collect()) == 2 * SWEPT + 5


COMMANDS: list[tuple[list[str], Table, int]] = [
    (["show", "turan"], REPORT, 3),
    (["sql", "select count(*) from ties"], COVERAGE, 3),
    (["export", "turan", "--output", "out"], REPORT, 3),
    (["watch", "turan"], VERDICT, 3),
    (["doctor", "--json"], VERDICT, 1),
]


@pytest.mark.parametrize("damage", [half, torn])
@pytest.mark.parametrize(("words", "table", "code"), COMMANDS, ids=lambda c: c[0] if isinstance(c, list) else "")
def test_a_command_ends_in_one_line_that_names_the_file(
    own: Lake,
    words: list[str],
    table: Table,
    code: int,
    damage: Damage,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damage(path := file_of(own, table))
    broken = path.read_bytes()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["comity", "--lake", str(own.root), *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    out, err = capsys.readouterr()
    assert end.value.code == code
    assert path.name in "".join((out if code == 1 else err).split())
    assert code == 1 or err.count("\n") == 1
    assert path.read_bytes() == broken


@pytest.mark.parametrize("damage", [half, torn])
def test_a_page_says_it_on_a_page_and_in_its_twin(own: Lake, case: cases.Case, damage: Damage) -> None:
    damage(path := file_of(own, REPORT))
    with served(create_app(lambda day: flow.picture(case, own, day), today=lambda: AS_OF, analyst="A")) as site:
        for address in ("/", "/index.json", "/claims", "/alerts.atom", "/brief.pdf"):
            answer: httpx.Response = site.get(address)
            assert answer.status_code == 500
            assert path.name in answer.text
            assert "--anew --offline" in answer.text
        sent = {"target": "x", "kind": "accept", "author": "A"}
        answer = site.post("/verdict", data=sent, headers={"sec-fetch-site": "same-origin"})
        assert path.name in answer.text
        assert site.get("/healthz").text == "ok"


def test_a_page_that_looks_up_a_damaged_table_later_says_it_too(own: Lake, case: cases.Case) -> None:
    id = "0123456789abcdef"  # of no text: the articles of the store are asked for it
    place = own.root / "tables/article"
    with served(create_app(lambda day: flow.picture(case, own, day), today=lambda: AS_OF)) as site:
        assert site.get(f"/read/{id}").status_code == 404
        shutil.copytree(own.root / "tables/report", place)  # a table of other columns
        answer = site.get(f"/read/{id}")
        assert answer.status_code == 500
        assert "another release of Comity wrote it" in answer.text


def test_a_program_that_asks_is_told(own: Lake, case: cases.Case) -> None:
    torn(path := file_of(own, REPORT))
    made = mcp.server(lambda day: flow.picture(case, own, day), lambda: AS_OF)

    async def asked() -> object:
        async with Client(made) as client:
            return await client.call_tool("claims", {})

    answer = asyncio.run(asked())
    assert path.name in json.dumps(str(answer))
