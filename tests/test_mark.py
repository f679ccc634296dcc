"""What a case's tables and pages are good for: the same evidence, the same day, the same program; and what the doctor says of them."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.newsroom import small

from comity import cameo, flow, health, mark, pages, verdicts, weaving
from comity.cases import Case
from comity.errors import StoreError
from comity.lake import Lake
from comity.tables import ALERT, CODED, COVERAGE, FAILURE, FILE, REMARK, REPORT, VERDICT, Table
from comity.watch.alert import RATE, TONE, Alert, frame

DAY = date(2024, 3, 10)
HEAD = "author,date,actors,recipients,instrument,stage,published,text\n"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return small(tmp_path / "small", {})


@pytest.fixture
def lake(case: Case, tmp_path: Path) -> Lake:
    """A store with one report, public on 5 March 2024."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.csv").write_text(HEAD + "Ada,2024-03-01,TUR,KAZ,exercise,executed,2024-03-05,A drill\n")
    lake = Lake(tmp_path / "store")
    flow.update(case, lake, DAY, tmp_path / "in")
    return lake


def name_of(case: Case, lake: Lake, day: date = DAY, coder: str = "c", retired: tuple[str, ...] = ()) -> str:
    return mark.of(case, lake, day, retired, coder).name


@pytest.mark.parametrize("table", [CODED, FAILURE, VERDICT], ids=lambda table: table.name)
def test_what_is_woven_is_good_until_an_article_is_coded_a_file_fails_or_somebody_judges(
    case: Case, lake: Lake, table: Table
) -> None:
    before = name_of(case, lake)
    lake.append(REMARK, REMARK.frame([{"alert": "a"}]), case.name)  # moves no number
    assert name_of(case, lake) == before
    lake.append(table, table.frame([{}]), None if table is CODED else case.name)
    assert name_of(case, lake) != before


def test_what_is_woven_is_good_for_its_day_its_coder_and_its_bundled_files(case: Case, lake: Lake) -> None:
    names = {name_of(case, lake), name_of(case, lake, DAY + timedelta(1)), name_of(case, lake, coder="d"), name_of(case, lake, retired=("r",))}  # fmt: skip
    assert len(names) == 4


def test_a_page_is_kept_for_its_day_its_question_and_the_store_as_it_is(case: Case, lake: Lake) -> None:
    def key(day: date = DAY, *asked: object) -> str:
        return mark.page(case, lake, day, "ties", *asked)

    first = key()
    assert len({first, key(DAY + timedelta(1)), key(DAY, "KAZ")}) == 3
    assert key() == first
    lake.append(REMARK, REMARK.frame([{"alert": "a"}]), case.name)
    assert key() != first


@pytest.mark.parametrize("spoilt", [b"", bytes(40), b"\xff\xfe", b"[]", b"[[]]", b"{}"], ids=repr)
def test_a_note_that_a_failing_disk_has_spoilt_is_none(case: Case, lake: Lake, spoilt: bytes) -> None:
    """The case is woven anew from what there is, and kept under its name by whoever comes first."""
    before = flow.picture(case, lake, DAY)
    for name in (mark.NAME, mark.PLACE):
        (lake.root / "cases" / case.name / name).write_bytes(spoilt)
    assert mark.last(case, lake) is None
    assert flow.picture(case, lake, DAY).ties.equals(before.ties)
    flow.update(case, lake, DAY)
    assert mark.last(case, lake) is not None
    assert mark.kept(lake) == [case.place]


@pytest.mark.parametrize("spoilt", [b"", bytes(40), b"\xff\xfe", b"[]"], ids=repr)
def test_a_kept_page_that_a_failing_disk_has_spoilt_is_made_anew(case: Case, lake: Lake, spoilt: bytes) -> None:
    lake.keep_page(case.name, "key", "{}")
    (lake.root / "cases" / case.name / "pages/key.json").write_bytes(spoilt)
    assert pages.read(pages.tie, lake.page(case.name, "key") or "") is None


def test_evidence_is_as_new_as_its_newest_file_and_its_vintage_is_of_files_and_readers() -> None:
    files = [{"source": "s", "raw": raw, "reader": 1, "retrieved": datetime(2024, 1, day, tzinfo=UTC)} for raw, day in (("a", 3), ("b", 1))]  # fmt: skip
    read = mark.read_of(FILE.frame(files))
    assert (read.built, read.files) == ("2024-01-03T00:00:00+00:00", 2)
    assert mark.read_of(FILE.frame(files[::-1])) == read
    assert mark.read_of(FILE.frame([files[0], files[1] | {"reader": 2}])).vintage != read.vintage
    assert mark.read_of(FILE.empty()).built == ""


def test_a_store_is_of_the_case_whose_folder_is_there(case: Case, lake: Lake, tmp_path: Path) -> None:
    mark.own(case, lake)
    other = tmp_path / "elsewhere"
    lake.note(case.name, mark.PLACE, str(other))
    mark.own(case, lake)  # it is gone: the case has moved here
    for place in (str(other), "turan"):
        shutil.copytree(case.folder, other, dirs_exist_ok=True)
        lake.note(case.name, mark.PLACE, place)
        with pytest.raises(StoreError, match="is of the case"):
            mark.own(case, lake)


def test_verdicts_and_remarks_of_a_day_count_from_that_day(case: Case, lake: Lake) -> None:
    when = datetime(2024, 3, 8, 23, 59, tzinfo=UTC)
    lake.append(REMARK, REMARK.frame([{"alert": "a", "when": when}]), case.name)
    row = lake.read(REPORT, case.name).collect().row(0, named=True)
    said = json.dumps({"was": {c: row[c] for c in ("actors", "recipients", "instrument", "polarity")}, "now": None})
    lake.append(VERDICT, VERDICT.frame([{"target": row["report"], "kind": "reject", "author": "Ada", "when": when, "said": said}]), case.name)  # fmt: skip
    found = {day: flow.picture(case, lake, date(2024, 3, day)) for day in (7, 8)}
    assert [(len(p.acts), len(p.remarks), len(p.verdicts)) for p in found.values()] == [(1, 0, 0), (0, 1, 1)]


def test_a_picture_from_evidence_alone_knows_nothing_of_later_days(case: Case, lake: Lake) -> None:
    """Of the report that was public on 5 March nothing on the 4th."""
    now = flow.picture(case, lake, DAY)
    evidence = now.reports, now.measures, now.coverage, now.files
    assert [len(flow.woven(case, date(2024, 3, day), *evidence).acts) for day in (4, 5)] == [0, 1]


def test_a_case_is_built_when_its_bundled_files_are_read_as_they_are(case: Case, lake: Lake) -> None:
    assert flow.is_built(case, lake)
    (case.folder / "mine.csv").write_text(HEAD + "Bek,2024-03-02,TUR,KGZ,exercise,executed,2024-03-06,A drill\n")
    assert not flow.is_built(case, lake)
    flow.update(case, lake, DAY)
    assert flow.is_built(case, lake)


def test_an_update_for_an_earlier_day_weaves_nothing_of_later_ones(case: Case, lake: Lake) -> None:
    flow.update(case, lake, date(2024, 3, 4))
    assert flow.picture(case, lake, date(2024, 3, 4)).acts.is_empty()


def test_what_an_analyst_set_apart_or_rejected_stays_so_when_another_report_of_it_arrives(
    case: Case, lake: Lake, tmp_path: Path
) -> None:
    """Ada and Bek tell of one drill, and Bek's is said to be another; then comes Cem's word of it, and then Dan's."""

    def told(author: str) -> list[int]:
        (tmp_path / f"in/{author}.csv").write_text(HEAD + f"{author},2024-03-01,TUR,KAZ,exercise,executed,2024-03-06,A drill\n")  # fmt: skip
        flow.update(case, lake, DAY, tmp_path / "in")
        return sorted(flow.picture(case, lake, DAY).acts["reports"].list.len())

    assert told("Bek") == [2]
    by = {row["publisher"]: row for row in flow.picture(case, lake, DAY).reports.iter_rows(named=True)}
    ada, bek = by["Ada"]["report"], by["Bek"]["report"]
    when = datetime(2024, 3, 9, tzinfo=UTC)
    verdicts.rule(lake, case.name, verdicts.Sides([bek], [ada]), verdicts.SPLIT, "Eve", when, "")
    flow.update(case, lake, DAY)
    assert told("Cem") == [1, 2]
    verdicts.judge(lake, case.name, [by["Bek"]], verdicts.REJECT, "Eve", when, "", {})
    flow.update(case, lake, DAY)
    assert told("Dan") == [3]


def test_what_was_covered_by_a_day_ends_on_it() -> None:
    days = [(date(2024, 1, 1), date(2024, 2, 1)), (date(2024, 3, 1), date(2024, 12, 31)), (DAY, DAY + timedelta(9)), (DAY + timedelta(1), DAY + timedelta(9))]  # fmt: skip
    seen = weaving.seen(COVERAGE.frame([{"date_from": a, "date_to": b} for a, b in days]), DAY)
    assert seen.select("date_from", "date_to").rows() == [days[0], (date(2024, 3, 1), DAY), (DAY, DAY)]


def test_a_source_failed_for_the_reason_of_its_first_file() -> None:
    rows = [{"source": s, "path": p, "why": w} for s, p, w in (("s", "a", "first"), ("s", "b", "second"), ("t", "c", "third"))]  # fmt: skip
    assert flow._reasons(FAILURE.frame(rows)) == {"s": "first", "t": "third"}


def test_of_what_a_watch_wrote_down_only_tone_stands_by_itself_and_from_its_day(case: Case, lake: Lake) -> None:
    """Every other alert is found in the evidence, or stands no more."""
    day = date(2024, 3, 8)
    rows = [Alert(channel, "k", "pair", "KAZ-TUR", day, day, 1.0, "", "", [], None, sure=False) for channel in (TONE, RATE)]  # fmt: skip
    lake.append(ALERT, frame(rows), case.name)
    found = [flow.picture(case, lake, date(2024, 3, d)).alerts["channel"].to_list() for d in (7, 8)]
    assert found == [[], [TONE]]


def test_a_file_that_nobody_may_open_is_no_failure_of_a_source(case: Case, lake: Lake) -> None:
    rows = [{"source": s, "path": "p", "why": "w", "known": DAY} for s in ("", "gdelt")]
    lake.replace(FAILURE, FAILURE.frame(rows), case.name)
    assert flow.picture(case, lake, DAY).failures["source"].to_list() == ["gdelt"]
    assert flow.picture(case, lake, DAY - timedelta(1)).failures.is_empty()


# --- the doctor

Usage = namedtuple("Usage", "total used free")


def said(case: Case, lake: Lake, day: date, check: str) -> health.Check | None:
    return next((c for c in health.checks(case, lake, day) if c.check == check), None)


def test_evidence_is_fresh_for_sixty_days(case: Case, lake: Lake) -> None:
    """The newest report was public on 5 March 2024: 4 May is the sixtieth day after it."""
    for day, ok in ((date(2024, 5, 4), True), (date(2024, 5, 5), False)):
        found = said(case, lake, day, "freshness")
        assert found
        assert (found.ok, found.says, bool(found.next)) == (ok, "the newest report was public on 2024-03-05", not ok)


def test_a_file_of_today_is_from_no_later_day(case: Case, lake: Lake) -> None:
    newest: datetime = lake.ledger()["retrieved"].max()  # type: ignore[assignment]
    assert said(case, lake, newest.date(), "clock") is None
    late = said(case, lake, newest.date() - timedelta(days=1), "clock")
    assert late
    assert not late.ok


def test_the_files_that_tell_of_a_case_and_those_of_each_source_are_counted(case: Case, lake: Lake) -> None:
    """A file of which only coverage concerns the case tells of it, too; another's does not."""
    lake.append(COVERAGE, COVERAGE.frame([{"source": "gdelt", "raw": "g"}]), case.name)
    lake.append(FILE, FILE.frame([{"source": "gdelt", "raw": raw, "reader": 1, "retrieved": datetime(2024, 1, 1, tzinfo=UTC)} for raw in ("g", "x")]), None)  # fmt: skip
    evidence, manual, gdelt = (said(case, lake, DAY, name) for name in ("evidence", "source manual", "source gdelt"))
    assert evidence
    assert evidence.says == "2 of the 3 files in the store tell of small"
    assert [c.says for c in (manual, gdelt) if c] == ["1 file read", "2 files read"]


@pytest.mark.parametrize(("free", "ok"), [(2 * 1024**3, False), (2 * 1024**3 + 1, True)])
def test_a_store_without_two_gibibytes_of_room_wants_some(
    case: Case, lake: Lake, monkeypatch: pytest.MonkeyPatch, free: int, ok: bool
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda place: Usage(1, 1, free))
    found = said(case, lake, DAY, "store")
    assert found
    assert (found.ok, "free some space" in found.next) == (ok, not ok)


# --- codes


def test_a_code_counts_as_the_longest_listed_one_that_it_begins_with() -> None:
    """Both 166 and 1661 are listed, 042 without its parts, and nothing under 14; two digits are a root and no code."""
    codes = ["042", "0421", "1661", "1662", "166", "14", "141", "04", "", None]
    assert cameo.rooted(pl.Series(codes)) == {"042": "042", "0421": "042", "1661": "1661", "1662": "166", "166": "166"}


@pytest.mark.parametrize("text", ["Expel or withdraw", "Expel or withdraw inspectors, observers", "Expel or withdraw aid agencies"])  # fmt: skip
def test_each_text_of_icews_has_the_code_of_its_row(text: str) -> None:
    assert cameo.said_by_icews()[text] == "166"
