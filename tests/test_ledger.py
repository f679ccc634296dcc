"""One alert has one id whatever its act is called: nobody is told twice, and no mark of an analyst is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import feedparser
import httpx
import polars as pl
import pytest
from tests.newsroom import small
from tests.serving import served
from tests.test_every import Time
from tests.test_watch import NOW as NOON
from tests.test_watch import Receiver, receiver, some

from comity import cases, cli, flow, pages, verdicts, watch
from comity.cli.every import beats
from comity.errors import UsageError
from comity.lake import Lake
from comity.tables import ACT, ALERT, BASIS, REMARK, Table
from comity.watch.alert import HARD, NEWS, Alert, frame
from comity.watch.book import Book, names
from comity.watch.ledger import AGAIN
from comity.watch.send import sender
from comity.web import create_app

__all__ = ["receiver"]  # a fixture

OURS = {"sec-fetch-site": "same-origin"}


def now() -> datetime:
    """The clock as it runs: a verdict given after midnight is of the new day."""
    return datetime.now(UTC)


TEXT = "Russia suspends arms deliveries to Kazakhstan"
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
    start: date = field(default_factory=lambda: now().date() - timedelta(days=81))  # what is told since is no history

    def day(self, n: int) -> str:
        """The n-th day of what is told here."""
        return str(self.start + timedelta(days=n))

    def report(self, author: str, published: str, day: str = "", text: str = TEXT, **more: str) -> None:
        """One analyst's file arrives and is read."""
        day = day or self.day(1)
        row = {"actors": "Russia", "recipients": "Kazakhstan", "instrument": "rupture", "stage": "suspended", "belief": "0.95"} | more  # fmt: skip
        line = [author, day, row["actors"], row["recipients"], row["instrument"], row["stage"], published, row["belief"], text]  # fmt: skip
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{author}-{published}.csv").write_text(HEAD + ",".join(line) + "\n")
        self.read()

    def read(self) -> None:
        """Everything brought so far is read."""
        flow.update(self.case, self.lake, now().date(), self.folder)

    def watch(self) -> list[str]:
        """A pass; the ids raised."""
        code, out, err = self.command("watch", str(self.case.folder), "--json")
        assert code == 0, err
        self.tell()
        return [row["alert"] for row in json.loads(out)["raised"] if row["channel"] == HARD]

    def tell(self) -> None:
        """Everything that waits reaches a receiver that takes all."""
        watch.deliver(self.lake, self.case.name, ["here"], lambda where, title, text: not self.told.append(text), now)  # fmt: skip

    def shown(self) -> list[dict[str, Any]]:
        """The hard acts on the page."""
        found = self.page.get(f"/alerts.json?from={self.day(0)}").json()["alerts"]
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
        room = Room(tmp_path / "brought", case, lake, command, page)
        room.tell()  # who is new hears in one message of what stands
        yield room


def test_an_alert_keeps_its_id_its_mark_and_its_receivers_when_an_earlier_report_is_read_late(room: Room) -> None:
    """The act bears the name of its first report, and that is another one after the pass."""
    room.report("Late", room.day(8))
    (id,) = room.watch()
    assert room.mark(id, "asked the embassy") == 303
    before = room.shown()[0]["evidence"]
    room.report("First", room.day(2))
    assert room.shown()[0]["evidence"] != before
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert room.watch() == []
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert len(room.told) == 1
    assert room.page.get(f"/evidence/{id}").status_code == 200


def test_an_alert_keeps_its_id_when_a_later_report_says_what_was_ended_and_the_act_shows_both(room: Room) -> None:
    room.report("Wire", room.day(2))
    (id,) = room.watch()
    room.report("Analyst", room.day(5), instrument="arms", stage="ended", belief="0.6")
    assert room.watch() == []
    (shown,) = room.shown()
    assert (shown["id"], shown["raised"]) == (id, room.day(2))
    (act,) = shown["evidence"]
    told = room.page.get(f"/evidence/{act}.json").json()
    assert (told["act"]["instrument"], told["act"]["also"], told["act"]["publisher"]) == (
        "arms",
        ["rupture"],
        "Analyst",
    )
    assert {one["instrument"] for one in told["statements"]} == {"arms", "rupture"}
    assert "also told as" in room.page.get(f"/evidence/{act}").text
    assert "arms, also told as rupture" in room.command("evidence", act, "--case", str(room.case.folder))[1]
    assert room.page.get(f"/evidence/{act}.json?as_of={room.day(3)}").json()["act"]["instrument"] == "rupture"


@pytest.mark.parametrize("by", ["page", "command"])
def test_a_mark_between_a_late_report_and_the_next_pass_is_one_of_the_alert_that_was_raised(
    room: Room, by: str
) -> None:
    room.report("Late", room.day(8))
    (id,) = room.watch()
    room.report("First", room.day(2))
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
    room.report("Late", room.day(8))
    (then,) = room.shown()
    room.report("First", room.day(2))
    assert room.mark(then["id"], "asked the embassy", "seen") == 303
    ((id, *said),) = room.noted()
    assert said == ["seen", "asked the embassy"]
    assert room.command("alerts", str(room.case.folder), "--mark", id, "--status", "closed", "--by", "Bek")[0] == 0
    assert room.noted() == [(id, "closed", "asked the embassy")]
    assert room.watch() == []  # it was raised when it was marked
    assert len(room.told) == 1  # and is told as any other


def test_two_passes_side_by_side_raise_one_alert_though_one_of_them_saw_fewer_reports(room: Room) -> None:
    room.report("First", room.day(8))
    slow = flow.picture(room.case, room.lake, now().date())  # its pass takes its time
    room.report("Earlier", room.day(2))
    (id,) = room.watch()
    assert slow.alerts.filter(pl.col("channel") == HARD)["alert"].to_list() != [id]
    assert watch.recorded(room.lake, room.case.name, slow.alerts, now(), slow.acts).is_empty()
    with pytest.raises(UsageError, match="status"):
        watch.remark(room.lake, room.case.name, slow.alerts, slow.acts, id, "over", "Ada", now(), None)


def test_an_act_whose_first_report_is_rejected_keeps_its_alert(room: Room) -> None:
    """Two voices at .95 each; the second joined after the alert was raised, and stands alone in the end."""
    room.report("First", room.day(2))
    (id,) = room.watch()
    room.report("Second", room.day(5))
    assert room.watch() == []
    picture = flow.picture(room.case, room.lake, now().date())
    (first,) = picture.reports.filter(pl.col("publisher") == "First").rows(named=True)
    verdicts.judge(room.lake, room.case.name, [first], verdicts.REJECT, "Ada", now(), "a hoax", {})
    (shown,) = room.shown()
    assert (shown["id"], shown["raised"]) == (id, room.day(5))
    assert room.watch() == []
    verdicts.judge(room.lake, room.case.name, [first], verdicts.ACCEPT, "Ada", now(), "no hoax", {})
    assert [a["id"] for a in room.shown()] == [id]
    assert room.watch() == []
    assert len(room.told) == 1


def test_two_acts_made_one_and_two_again_are_each_told_once_and_keep_their_marks(room: Room) -> None:
    room.report("A", room.day(2))
    room.report("B", room.day(62), room.day(61))
    two = room.watch()
    assert len(two) == 2
    by_day = {a["raised"]: a["id"] for a in room.shown()}
    for day, note in ((room.day(2), "one"), (room.day(62), "two")):
        assert room.mark(by_day[day], note, "seen") == 303
    reports = flow.picture(room.case, room.lake, now().date()).reports.sort("known")["report"].to_list()
    sides = verdicts.Sides([reports[0]], [reports[1]])
    verdicts.rule(room.lake, room.case.name, sides, verdicts.MERGE, "Ada", now(), "")
    assert room.noted() == [(by_day[room.day(2)], "seen", "two")]  # the last mark of the two
    assert room.watch() == []
    verdicts.rule(room.lake, room.case.name, sides, verdicts.SPLIT, "Ada", datetime.now(UTC), "")
    assert sorted(room.noted()) == sorted([(by_day[room.day(2)], "seen", "one"), (by_day[room.day(62)], "seen", "two")])  # fmt: skip
    assert room.watch() == []
    assert len(room.told) == 2


def test_a_ledger_that_holds_one_alert_under_two_names_of_its_act_shows_it_once_with_every_mark(room: Room) -> None:
    """As it was once written: ids with the day, no list of reports, and a second row by a mark under the later name."""
    room.report("Late", room.day(8))
    room.report("First", room.day(2))
    picture = flow.picture(room.case, room.lake, now().date())
    reports = picture.reports.sort("known")["report"].to_list()
    rows = [
        Alert(HARD, f"rupture {name}", "pair", "KAZ-RUS", day, date(2025, 3, 1), 0.9, "", "", [name], 0.1, sure=True)._asdict() | {"alert": id}
        for id, name, day in (("old", reports[1], date(2025, 3, 8)), ("older", reports[0], date(2025, 3, 2)))
    ]  # fmt: skip
    room.lake.append(ALERT, ALERT.frame(rows), room.case.name)
    said = [{"alert": id, "status": "seen", "author": "Ada", "when": now(), "note": note} for id, note in (("older", "embassy"), ("old", None))]  # fmt: skip
    room.lake.append(REMARK, REMARK.frame(said), room.case.name)
    assert room.noted() == [("older", "seen", "embassy")]
    assert room.mark("old", "done") == 303
    assert room.noted() == [("older", "closed", "done")]
    assert room.watch() == []
    assert set(room.lake.read(BASIS, room.case.name).collect().rows()) == {("older", r) for r in reports}


def test_a_mark_is_taken_while_an_update_runs(room: Room) -> None:
    room.report("First", room.day(2))
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


@pytest.mark.parametrize(
    ("told", "found", "goes_by"),
    [
        (["CHN-KAZ", "CHN-UZB"], "CHN-KAZ-UZB", "CHN-KAZ"),
        (["CHN-KAZ-UZB"], "CHN-UZB", "CHN-KAZ-UZB"),
        (["CHN-KAZ", "CHN-UZB"], "CHN-KAZ-TJK-UZB", None),  # Tajikistan is news
        (["CHN-KAZ", "CHN-UZB"], "KAZ-RUS-UZB", None),  # and so is Russia
    ],
)
def test_an_alert_of_states_that_were_all_told_of_by_the_same_report_is_not_told_again(
    told: list[str], found: str, goes_by: str | None
) -> None:
    acts = pl.DataFrame({"act": ["a"], "reports": [["a", "b"]]})

    def one(states: str, evidence: str) -> Alert:
        day = date(2025, 3, 1)
        return Alert(NEWS, f"competing offer {evidence}", "instrument", f"{states}:arms", day, day, 0.9, "", "", [evidence], None, sure=True)  # fmt: skip

    raised = {states: one(states, "b") for states in told}
    fresh = one(found, "a")
    same = names(frame([fresh]), acts, Book(frame([*raised.values()])))
    assert same.get(fresh.id) == (raised[goes_by].id if goes_by else None)
    if goes_by:  # whatever else told of it leads to the same alert
        assert {same.get(alert.id, alert.id) for alert in raised.values()} == {raised[goes_by].id}


# --- somebody who wants to break it


def sent(lake: Lake, address: str, when: datetime = NOON, **more: Any) -> watch.Delivered:
    return watch.deliver(lake, "turan", [address], sender((address,)), lambda: when, **more)


def test_what_a_receiver_took_and_confirmed_too_late_is_sent_again_and_says_so(
    tmp_path: Path, receiver: Receiver
) -> None:
    """It takes two seconds, and one is waited for."""
    lake, address = Lake(tmp_path), f"{receiver.address}?rto=1"
    assert sent(lake, address) == (0, 0, 0)
    watch.recorded(lake, "turan", some(2), NOON)
    receiver.slow = 2.0
    assert sent(lake, address) == (0, 1, 2)
    while not receiver.bodies:
        time.sleep(0.05)
    receiver.slow = 0.0
    assert sent(lake, address) == (2, 0, 0)
    assert receiver.acts == ["Act 0", "Act 0", "Act 1"]
    assert ["may have reached you" in body for body in receiver.bodies] == [False, True, False]


# --- what is news to a receiver


def test_what_is_read_a_quarter_late_is_news_and_what_is_read_later_is_history(
    tmp_path: Path, receiver: Receiver
) -> None:
    """A source may be a month late, or a quarter (92 days); what an archive of years brings is told in one message."""
    lake = Lake(tmp_path)
    assert sent(lake, receiver.address) == (0, 0, 0)
    days = [NOON.date() - timedelta(days=n) for n in (9000, 93, 92, 31)]
    found = pl.concat([some(1, day) for day in days])
    assert watch.recorded(lake, "turan", found, NOON)["history"].to_list() == [True, True, False, False]
    assert sent(lake, receiver.address) == (3, 0, 0)
    late, *news = receiver.bodies
    assert [f"Since {day}" in body for day, body in zip(days[2:], news, strict=True)] == [True, True]
    assert late.splitlines() == [
        f"Read in late, and not sent one by one: 2 older changes, raised from {days[0]} to {days[1]}. The page Alerts and comity alerts turan --since {days[0]} have them.",
        *(f"{day} hard act: Act 0 ({alert})" for day, alert in zip(days[1::-1], found["alert"][1::-1], strict=True)),
    ]
    assert len(lake.read(ALERT, "turan").collect()) == 4


def test_nothing_is_history_that_happened_while_nobody_watched(tmp_path: Path, receiver: Receiver) -> None:
    """The watch is off for half a year; what was raised meanwhile is told, and what a late source tells of the quarter before."""
    lake, half = Lake(tmp_path), timedelta(days=182)
    assert watch.recorded(lake, "turan", some(0), NOON - half).is_empty()
    assert sent(lake, receiver.address, NOON - half) == (0, 0, 0)
    found = pl.concat([some(1, NOON.date() - half - timedelta(days=n)) for n in (-100, 0, 92, 93)])
    assert watch.recorded(lake, "turan", found, NOON)["history"].to_list() == [False, False, False, True]
    assert sent(lake, receiver.address) == (4, 0, 0)
    assert "1 older change, raised" in receiver.bodies[0]


def test_a_receiver_that_is_down_for_half_a_year_gets_all_of_it(tmp_path: Path, receiver: Receiver) -> None:
    """Each pass records what it found; that the receiver had nothing of it makes it no history."""
    lake, days = Lake(tmp_path), [NOON - timedelta(days=n) for n in range(180, -1, -30)]
    assert sent(lake, receiver.address, days[0]) == (0, 0, 0)
    receiver.answer = 500
    for n, day in enumerate(days, 1):
        watch.recorded(lake, "turan", some(1, day.date()), day)
        assert sent(lake, receiver.address, day) == (0, 1, n)
    receiver.answer = 200
    assert sent(lake, receiver.address) == (len(days), 0, 0)
    assert sent(lake, receiver.address) == (0, 0, 0)


def test_an_act_that_became_known_years_after_it_is_history_though_its_page_is_of_today(
    tmp_path: Path, receiver: Receiver
) -> None:
    """Two years, 732 days: one after which it is no news, and one that may be all that is known of its day."""
    lake, day = Lake(tmp_path), NOON.date()
    assert sent(lake, receiver.address) == (0, 0, 0)
    (row,) = some(1, day).rows(named=True)
    for n, old in ((733, True), (732, False)):
        found = ALERT.frame([row | {"alert": f"{n}", "evidence": [f"{n}"], "since": day - timedelta(days=n)}])
        assert watch.recorded(lake, "turan", found, NOON)["history"].to_list() == [old]
    assert sent(lake, receiver.address) == (2, 0, 0)
    assert [body.splitlines()[0].partition(":")[0] for body in receiver.bodies] == ["Read in late, and not sent one by one", row["text"]]  # fmt: skip


def test_what_is_read_late_is_told_once_to_each_receiver_however_long_one_refuses_it(
    tmp_path: Path, receiver: Receiver
) -> None:
    """Twelve of 2020, then one of 2021, and a receiver that begins after these."""
    lake, other = Lake(tmp_path), receiver.address + "/other"
    assert sent(lake, receiver.address) == (0, 0, 0)
    watch.recorded(lake, "turan", some(12, date(2020, 1, 1)), NOON)
    receiver.refuses = "older change"
    for waiting in (1, 2, 2):
        watch.recorded(lake, "turan", some(waiting - 1, NOON.date()), NOON)
        assert sent(lake, receiver.address) == (0, 1, waiting)
    assert sent(lake, receiver.address) == (1, 1, 1)  # refused three times, it lets the other pass
    receiver.refuses = "\0"
    watch.recorded(lake, "turan", some(1, date(2021, 1, 1)), NOON)
    assert sent(lake, receiver.address) == (1, 0, 0)
    _, *named, more, again = receiver.bodies[-1].splitlines()
    assert "13 older changes, raised from 2020-01-01 to 2021-01-01" in receiver.bodies[-1]
    assert (len(named), more, again) == (10, "And 3 more.", AGAIN)
    watch.recorded(lake, "turan", some(1, date(2022, 1, 1)), NOON)
    assert sent(lake, other) == (1, 0, 0)
    assert "begins to tell you: 15." in receiver.bodies[-1]  # the one of today too
    assert sent(lake, receiver.address) == (1, 0, 0)
    assert "1 older change, raised from 2022-01-01 to 2022-01-01" in receiver.bodies[-1]
    assert sent(lake, receiver.address) == sent(lake, other) == (0, 0, 0)


def test_a_receiver_that_is_new_gets_one_message_of_what_stands_until_it_takes_it(
    tmp_path: Path, receiver: Receiver
) -> None:
    """Forty stand, of which fifteen are of the last three months: ten are named, and each one that comes after is sent by itself."""
    lake, day = Lake(tmp_path), NOON.date()
    found = pl.concat([some(25, date(2020, 1, 1)), some(15, day - timedelta(days=15))])
    watch.recorded(lake, "turan", found, NOON)
    receiver.answer = 500
    assert sent(lake, receiver.address) == (0, 1, 1)
    watch.recorded(lake, "turan", some(1, day), NOON)
    receiver.answer = 200
    holding = set(found["alert"][1:]) | set(some(1, day)["alert"])
    assert sent(lake, receiver.address, holding=holding) == (2, 0, 0)
    start, alert = (body.splitlines() for body in receiver.bodies)
    assert start[0].startswith(
        "Alerts that stand in turan as this watch begins to tell you: 39. "
    )  # one was taken back
    assert start[1] == f"Raised in the last three months: 15; the newest on {day - timedelta(days=1)}."
    assert start[2].startswith(f"{day - timedelta(days=1)} hard act: Act 14 (")
    assert start[11].startswith(f"{day - timedelta(days=10)} hard act: Act 5 (")
    assert start[12:] == ["And 5 more.", AGAIN]
    assert alert[0] == "Act 0"
    assert sent(lake, receiver.address) == (0, 0, 0)


def test_a_clock_that_starts_in_1970_or_once_stood_in_2040_makes_no_history(tmp_path: Path, receiver: Receiver) -> None:
    lake, day = Lake(tmp_path), NOON.date()
    assert sent(lake, receiver.address, datetime(2040, 1, 1, tzinfo=UTC)) == (0, 0, 0)
    watch.recorded(lake, "turan", some(0), datetime(1970, 1, 1, tzinfo=UTC))
    assert watch.recorded(lake, "turan", some(1, day), NOON)["history"].to_list() == [False]
    assert sent(lake, receiver.address, datetime(1970, 1, 1, tzinfo=UTC)) == (1, 0, 0)


def test_a_pass_that_is_killed_before_it_wrote_its_alerts_down_takes_none_of_them_for_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had written which are history; the pass that does it again goes by the same last pass."""
    lake, ago = Lake(tmp_path), NOON - timedelta(days=182)
    watch.recorded(lake, "turan", some(0), ago)
    found = pl.concat([some(1, date(2020, 1, 1)), some(1, NOON.date() - timedelta(days=100))])
    append = Lake.append

    def killed(lake: Lake, table: Table, frame: pl.DataFrame, case: str | None) -> None:
        if table is ALERT:
            raise KeyboardInterrupt
        append(lake, table, frame, case)

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            watch.recorded(lake, "turan", found, NOON)
    assert watch.recorded(lake, "turan", found, NOON)["history"].to_list() == [True, False]


def test_archives_that_are_read_into_a_watched_case_are_kept_and_told_in_one_message(room: Room) -> None:
    room.report("Old", "2006-03-02", "2006-03-01")
    code, out, err = room.command("watch", str(room.case.folder))
    assert (code, out) == (0, "")
    assert "1 new, all of them history, which is sent in one message" in err
    room.tell()
    room.tell()
    assert [text.partition(", raised")[0] for text in room.told] == [
        "Read in late, and not sent one by one: 1 older change"
    ]
    assert "2006-03-02" in room.command("alerts", str(room.case.folder), "--since", "2006")[1]
    room.report("Late", room.day(8))
    assert len(room.watch()) == len(room.told[1:]) == 1


# --- odd clocks and words


def test_a_mark_after_the_clock_was_set_back_is_the_last_one(tmp_path: Path) -> None:
    """By an hour it stands behind the one before it; by years it keeps its own time, or nobody would see it for as long."""
    lake = Lake(tmp_path)
    (id,) = watch.recorded(lake, "turan", some(1), NOON)["alert"]

    def marked(status: str, when: datetime) -> tuple[str, list[datetime]]:
        watch.remark(lake, "turan", ALERT.empty(), ACT.empty(), id, status, "Ada", when, None)
        rows = lake.read(REMARK, "turan").collect()
        return watch.statuses(rows, {})[id].status, rows["when"].sort().to_list()

    marked("closed", NOON)
    assert marked("new", NOON - timedelta(hours=1)) == ("new", [NOON, NOON + timedelta(microseconds=1)])
    assert marked("seen", NOON - timedelta(days=800))[1][0] == NOON - timedelta(days=800)


@pytest.mark.parametrize("words", [("Ada", "caf\udce9"), ("Ren\udce9", None)])
def test_a_note_that_is_no_utf_8_is_one_clear_line(tmp_path: Path, words: tuple[str, str | None]) -> None:
    (id,) = watch.recorded(Lake(tmp_path), "turan", some(1), NOON)["alert"]
    with pytest.raises(UsageError, match="not written in UTF-8"):
        watch.remark(Lake(tmp_path), "turan", ALERT.empty(), ACT.empty(), id, "seen", words[0], NOON, words[1])


def test_an_alert_that_was_taken_back_before_a_receiver_had_it_says_so(room: Room, receiver: Receiver) -> None:
    day = (now().date() - timedelta(days=5)).isoformat()
    words = ("watch", str(room.case.folder), "--to", receiver.address)
    assert room.command(*words)[0] == 0
    room.report("First", day, day)
    receiver.answer = 500
    assert room.command(*words)[0] == 3
    reports = flow.picture(room.case, room.lake, now().date()).reports.rows(named=True)
    verdicts.judge(room.lake, room.case.name, reports, verdicts.REJECT, "Ada", now(), "a hoax", {})
    receiver.answer = 200
    assert room.command(*words)[0] == 0
    assert receiver.bodies[0].startswith(f"Withdrawn: what this rested on was rejected, taken back or reads differently since.\n{TEXT}")  # fmt: skip
    assert watch.standing(room.lake, room.case.name, ALERT.empty(), ACT.empty(), date(2020, 1, 1))  # not known by then


def test_a_pass_that_cannot_send_says_what_it_raised(room: Room, receiver: Receiver) -> None:
    """It is raised once: who reads the output would never hear of it."""
    room.report("First", room.day(2))
    with room.lake.writing("sending"):
        code, out, err = room.command("watch", str(room.case.folder), "--json", "--to", receiver.address)
    assert code == 3
    assert "another sending" in err
    assert [row["text"] for row in json.loads(out)["raised"]] == [TEXT]
    assert room.watch() == []


def test_a_watch_that_goes_on_raises_at_its_third_pass_what_came_while_the_second_could_not_write(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another watch of the case holds the ledger during the second; then the service is told to stop."""
    time, busy = Time(), ExitStack()

    def arrives() -> None:
        room.report("First", room.day(2))
        busy.enter_context(room.lake.writing("watch"))

    time.happens = {10: arrives, 910: busy.close, 1810: lambda: os.kill(os.getpid(), signal.SIGTERM)}
    clocks = partial(beats, ran=lambda: time.run, wall=lambda: time.wall, sleep=time.sleep)
    monkeypatch.setattr(import_module("comity.cli.watch"), "beats", clocks)
    code, out, err = room.command("watch", str(room.case.folder), "--every", "15m")
    assert code == 0
    assert [line.partition(" hard act: ")[2][: len(TEXT)] for line in out.splitlines() if "hard act" in line] == [TEXT]
    assert re.findall(r"nothing new|another watch|\d new|stopped", err) == ["nothing new", "another watch", "1 new", "stopped"]  # fmt: skip


def test_control_characters_of_a_source_break_neither_the_feed_nor_the_screen(room: Room) -> None:
    room.report("First", room.day(2), text="Russia suspends \x1b[2Jarms \x0b for Kazakhstan ]]> & <b> \u202e")
    found = feedparser.parse(room.page.get("/alerts.atom?from=2025-01-01").content)
    assert not found.bozo
    assert found.entries[0].summary.startswith("Russia suspends \ufffd[2Jarms \ufffd for Kazakhstan ]]> & <b>")
    for words in (("alerts", str(room.case.folder), "--since", "2025"), ("watch", str(room.case.folder))):
        out = room.command(*words)[1]
        assert "Russia suspends [2Jarms" in out
        assert "\x1b" not in out


def test_a_page_as_json_holds_no_control_character_of_a_source(room: Room) -> None:
    """U+0080 to U+009F may stand in JSON; some of them write over the screen of whoever prints it."""
    room.report("First", room.day(2), text="Russia suspends \x9b2Jarms \x7f for Kazakhstan")
    answer = room.page.get("/alerts.json?from=2025-01-01")
    assert "Russia suspends \\u009b2Jarms \\u007f for" in answer.text
    assert answer.json()["alerts"][0]["text"] == "Russia suspends \x9b2Jarms \x7f for Kazakhstan"
    wrong = room.page.get("/alerts.json?from=\x9b2J")
    assert wrong.status_code == 400
    assert not re.search("[\x7f-\x9f]", answer.text + wrong.text)


def test_a_page_of_very_many_alerts_lists_some_of_each_kind_and_counts_the_rest(picture: flow.Picture) -> None:
    """450 of a kind: 10 and 200 behind a fold; the feed has the newest hundred."""
    many = replace(picture)
    many.__dict__["_found"] = some(450, picture.as_of - timedelta(days=360)).with_columns(raised=pl.lit(picture.as_of))
    with served(create_app(lambda day: many, today=lambda: picture.as_of, analyst="Ada")) as page:
        text = page.get("/alerts").text
        assert text.count("<li id=") == 210
        assert "And 240 more" in text
        assert len(page.get("/alerts.json").json()["alerts"]) == 450
        assert len(feedparser.parse(page.get("/alerts.atom").content).entries) == 100


def test_a_case_that_is_renamed_keeps_its_marks_where_its_folder_in_the_store_is_renamed_too(room: Room) -> None:
    room.report("First", room.day(2))
    (id,) = room.watch()
    room.mark(id, "asked the embassy")
    room.case.folder.rename(room.case.folder.with_name("other"))
    (room.lake.root / "cases/small").rename(room.lake.root / "cases/other")
    other = cases.load(str(room.case.folder.with_name("other")))
    flow.update(other, room.lake, now().date())
    picture = flow.picture(other, room.lake, now().date())
    assert [(a.id, a.note) for a in pages.alerts(picture, pages.Query(start=date(2025, 1, 1))).alerts if a.channel == HARD] == [(id, "asked the embassy")]  # fmt: skip
    assert watch.recorded(room.lake, other.name, picture.alerts, now(), picture.acts).is_empty()
