"""One alert has one id whatever its act is called: nobody is told twice, and no mark of an analyst is lost."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from tests.newsroom import small
from tests.serving import served

from comity import cases, cli, flow, verdicts, watch
from comity.errors import UsageError
from comity.lake import Lake
from comity.tables import ALERT, BASIS, REMARK
from comity.watch.alert import HARD, Alert, frame
from comity.watch.book import Book, names
from comity.web import create_app

OURS = {"sec-fetch-site": "same-origin"}
NOW = datetime.now(UTC)
HEAD = "author,date,actors,recipients,instrument,stage,published,belief,text\n"


@dataclass
class Room:
    """A small case in a store of its own, the command line, and the pages on a real server."""

    folder: Path
    case: cases.Case
    lake: Lake
    command: Callable[..., tuple[int, str, str]]
    page: httpx.Client
    told: list[str] = field(default_factory=list)  # titles of what was sent

    def report(self, author: str, published: str, day: str = "2025-03-01", **more: str) -> None:
        """One analyst's file arrives and is read: Russia suspends arms for Kazakhstan."""
        row = {"actors": "Russia", "recipients": "Kazakhstan", "instrument": "rupture", "stage": "suspended", "belief": "0.95"} | more  # fmt: skip
        line = [author, day, row["actors"], row["recipients"], row["instrument"], row["stage"], published, row["belief"], "Russia suspends arms deliveries to Kazakhstan"]  # fmt: skip
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{author}-{published}.csv").write_text(HEAD + ",".join(line) + "\n")
        self.read()

    def read(self) -> None:
        """Everything brought so far is read."""
        flow.update(self.case, self.lake, NOW.date(), self.folder)

    def watch(self) -> list[str]:
        """A pass; the ids raised. What is to be told is told to a receiver that takes all."""
        code, out, err = self.command("watch", str(self.case.folder), "--json")
        assert code == 0, err
        watch.deliver(self.lake, self.case.name, ["here"], lambda where, title, text: not self.told.append(text), lambda: datetime(2025, 3, 20, tzinfo=UTC))  # fmt: skip
        return [row["alert"] for row in json.loads(out)["raised"] if row["channel"] == HARD]

    def shown(self) -> list[dict[str, Any]]:
        """The hard acts on the page."""
        found = self.page.get("/alerts.json?from=2025-01-01").json()["alerts"]
        return [a for a in found if a["channel"] == HARD]

    def mark(self, id: str, note: str, status: str = "closed") -> int:
        """A mark on the page."""
        sent = {"alert": id, "status": status, "note": note, "author": "Ada", "back": "/alerts"}
        return self.page.post("/remark", data=sent, headers=OURS).status_code

    def noted(self) -> list[tuple[str, str, str]]:
        """Each hard act on the page with its status and note."""
        return [(a["id"], a["status"], a["note"]) for a in self.shown()]


@pytest.fixture
def room(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    case, lake = small(tmp_path / "small", {}), Lake(tmp_path / "store")

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["comity", "--lake", str(lake.root), *words])
        try:
            cli.main()
        except SystemExit as stop:
            return int(stop.code or 0), *capsys.readouterr()
        return 0, *capsys.readouterr()

    app = create_app(lambda day: flow.picture(case, lake, day), stamp=lambda: flow.stamp(case, lake), analyst="Ada")
    with served(app) as page:
        yield Room(tmp_path / "brought", case, lake, command, page)


def test_an_alert_keeps_its_id_its_mark_and_its_receivers_when_an_earlier_report_is_read_late(room: Room) -> None:
    """The act bears the name of its first report, and that is another one after the pass."""
    room.report("Late", "2025-03-08")
    (id,) = room.watch()
    assert room.mark(id, "asked the embassy") == 303
    before = room.shown()[0]["evidence"]
    room.report("First", "2025-03-02")
    assert room.shown()[0]["evidence"] != before
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert room.watch() == []
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert len(room.told) == 1
    assert room.page.get(f"/evidence/{id}").status_code == 200


@pytest.mark.parametrize("by", ["page", "command"])
def test_a_mark_between_a_late_report_and_the_next_pass_is_one_of_the_alert_that_was_raised(
    room: Room, by: str
) -> None:
    room.report("Late", "2025-03-08")
    (id,) = room.watch()
    room.report("First", "2025-03-02")
    (shown,) = room.shown()
    if by == "page":
        assert room.mark(shown["id"], "asked the embassy") == 303
    else:
        words = ["alerts", str(room.case.folder), "--mark", shown["id"][:8], "--status", "closed", "--note", "asked the embassy", "--by", "Ada"]  # fmt: skip
        assert room.command(*words)[0] == 0
    assert room.watch() == []
    assert len(room.told) == 1
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert room.lake.read(ALERT, room.case.name).collect()["alert"].to_list().count(id) == 1


def test_an_alert_that_no_pass_raised_may_be_marked_by_the_command_and_on_a_page_opened_before_it_had_another_name(
    room: Room,
) -> None:
    room.report("Late", "2025-03-08")
    (then,) = room.shown()
    room.report("First", "2025-03-02")
    assert room.mark(then["id"], "asked the embassy", "seen") == 303
    ((id, *said),) = room.noted()
    assert said == ["seen", "asked the embassy"]
    assert room.command("alerts", str(room.case.folder), "--mark", id, "--status", "closed", "--by", "Bek")[0] == 0
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert room.watch() == []  # it was raised when it was marked
    assert len(room.told) == 1  # and is told as any other


def test_two_passes_side_by_side_raise_one_alert_though_one_of_them_saw_fewer_reports(room: Room) -> None:
    room.report("First", "2025-03-08")
    slow = flow.picture(room.case, room.lake, NOW.date())  # its pass takes its time
    room.report("Earlier", "2025-03-02")
    (id,) = room.watch()
    assert slow.alerts.filter(pl.col("channel") == HARD)["alert"].to_list() != [id]
    assert watch.recorded(room.lake, room.case.name, slow.alerts, slow.acts).is_empty()
    with pytest.raises(UsageError, match="status"):
        watch.remark(room.lake, room.case.name, slow.alerts, slow.acts, id, "over", "Ada", NOW, None)


def test_an_act_whose_first_report_is_rejected_keeps_its_alert(room: Room) -> None:
    """Two voices at .95 each; the second joined after the alert was raised, and stands alone in the end."""
    room.report("First", "2025-03-02")
    (id,) = room.watch()
    room.report("Second", "2025-03-05")
    assert room.watch() == []
    picture = flow.picture(room.case, room.lake, NOW.date())
    (first,) = picture.reports.filter(pl.col("publisher") == "First").rows(named=True)
    verdicts.judge(room.lake, room.case.name, [first], verdicts.REJECT, "Ada", NOW, "a hoax", {})
    (shown,) = room.shown()
    assert (shown["id"], shown["raised"]) == (id, "2025-03-05")
    assert room.watch() == []
    verdicts.judge(room.lake, room.case.name, [first], verdicts.ACCEPT, "Ada", NOW, "no hoax", {})
    assert [a["id"] for a in room.shown()] == [id]
    assert room.watch() == []
    assert len(room.told) == 1


def test_two_acts_made_one_and_two_again_are_each_told_once_and_keep_their_marks(room: Room) -> None:
    room.report("A", "2025-03-02")
    room.report("B", "2025-05-02", "2025-05-01")
    two = room.watch()
    assert len(two) == 2
    by_day = {a["raised"]: a["id"] for a in room.shown()}
    for day, note in (("2025-03-02", "one"), ("2025-05-02", "two")):
        assert room.mark(by_day[day], note, "seen") == 303
    reports = flow.picture(room.case, room.lake, NOW.date()).reports.sort("known")["report"].to_list()
    sides = verdicts.Sides([reports[0]], [reports[1]])
    verdicts.rule(room.lake, room.case.name, sides, verdicts.MERGE, "Ada", NOW, "")
    assert room.noted() == [(by_day["2025-03-02"], "seen", "two")]  # the last mark of the two
    assert room.watch() == []
    verdicts.rule(room.lake, room.case.name, sides, verdicts.SPLIT, "Ada", datetime.now(UTC), "")
    assert sorted(room.noted()) == sorted([(by_day["2025-03-02"], "seen", "one"), (by_day["2025-05-02"], "seen", "two")])  # fmt: skip
    assert room.watch() == []
    assert len(room.told) == 2


def test_a_ledger_that_holds_one_alert_under_two_names_of_its_act_shows_it_once_with_every_mark(room: Room) -> None:
    """As it was once written: ids with the day, no list of reports, and a second row by a mark under the later name."""
    room.report("Late", "2025-03-08")
    room.report("First", "2025-03-02")
    picture = flow.picture(room.case, room.lake, NOW.date())
    reports = picture.reports.sort("known")["report"].to_list()
    rows = [
        Alert(HARD, f"rupture {name}", "pair", "KAZ-RUS", day, date(2025, 3, 1), 0.9, "", "", [name], 0.1, sure=True)._asdict() | {"alert": id}
        for id, name, day in (("old", reports[1], date(2025, 3, 8)), ("older", reports[0], date(2025, 3, 2)))
    ]  # fmt: skip
    room.lake.append(ALERT, ALERT.frame(rows), room.case.name)
    said = [{"alert": id, "status": "seen", "author": "Ada", "when": NOW, "note": note} for id, note in (("older", "embassy"), ("old", None))]  # fmt: skip
    room.lake.append(REMARK, REMARK.frame(said), room.case.name)
    assert room.noted() == [("older", "seen", "embassy")]
    assert room.mark("old", "done") == 303
    assert room.noted() == [("older", "closed", "done")]
    assert room.watch() == []
    assert set(room.lake.read(BASIS, room.case.name).collect().rows()) == {("older", r) for r in reports}


def test_a_mark_is_taken_while_an_update_runs(room: Room) -> None:
    room.report("First", "2025-03-02")
    with room.lake.writing():
        assert room.mark(room.shown()[0]["id"], "busy day") == 303


def test_no_alert_takes_the_name_of_another_that_stands() -> None:
    """A1 was raised of acts a and b while these were one, A2 of c. Then b stands alone, and a is one with c."""
    acts = pl.DataFrame({"act": ["b", "c"], "reports": [["b"], ["c", "a"]]})

    def one(act: str) -> Alert:
        day = date(2025, 3, 1)
        return Alert(HARD, f"rupture {act}", "pair", "KAZ-RUS", day, day, 0.9, "", "", [act], 0.1, sure=True)

    a, b, c = (one(act) for act in "abc")
    book = Book(frame([a, c]), BASIS.frame([{"alert": a.id, "report": r} for r in "ab"] + [{"alert": c.id, "report": "c"}]))  # fmt: skip
    assert names(frame([b, c]), acts, book) == {b.id: a.id}
