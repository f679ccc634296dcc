"""Who was told what: alerts raised, remarks on them, and an outbox that neither loses an alert nor sends it twice.

Guarantee: each alert reaches each receiver at least once, and once only unless a sending was not confirmed: a process was
killed before the record of it, or the receiver answered too late or not that it took it. Then that one alert is sent once more,
and says so. Every step is one append: ``sending`` before, ``sent`` or ``failed`` after.

Sent is what is news to the watch. What is read late and was raised long before is history: it is written down and shown on the
pages, and each receiver is told of it in one message. So is a receiver that is new of what it finds there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from comity.errors import UsageError
from comity.lake import Lake
from comity.numerals import many, short
from comity.tables import ACT, ALERT, BASIS, DELIVERY, REMARK, identity
from comity.watch.alert import HARD, doubt
from comity.watch.book import Book, book_of, learnt, names, renamed
from comity.watch.news import STALE
from comity.watch.streams import NEWS

NEW, SEEN, CLOSED = STATUSES = ("new", "seen", "closed")
SENDING, SENT, FAILED, PASSED = ("sending", "sent", "failed", "passed")
NO_ACTS = ACT.empty()
LEDGER = "watch"  # what is locked: not the update, which may fetch for an hour while an analyst writes
NAME, NOTE = 200, 2000  # letters of a remark
START = ""  # in place of an alert: all that stood when a receiver was new, told in one message
EVERYBODY = ""  # in place of a receiver: passed is sent to nobody by itself; with START, the day of a pass
PATIENCE = 3  # failures after which an alert waits behind the others: a receiver may refuse one and take the rest
QUARTER = timedelta(days=NEWS)  # raised longer before the last pass: history, as an act is to the streams
# Until an act is known: a year, as for a new actor, and one that may be all that is known of its day.
YEARS = timedelta(days=2 * STALE)
LISTED = 10  # alerts that a message of many names
AGAIN = "This may have reached you before: an earlier sending was not confirmed."
Post = Callable[[str, str, str], bool]  # address, title, text -> whether the receiver took it


class Status(NamedTuple):
    """What was last said of an alert."""

    status: str = NEW
    note: str | None = None
    author: str | None = None
    when: datetime | None = None


class Letter(NamedTuple):
    """What one receiver is to be sent."""

    of: tuple[str, ...]  # ids of the alerts that it tells; or START
    title: str
    text: str


class Delivered(NamedTuple):
    """What one pass sent."""

    sent: int
    failed: int  # receivers that did not answer; they are asked again by the next pass
    waiting: int  # messages that still wait for some receiver


def recorded(lake: Lake, case: str, found: pl.DataFrame, when: datetime, acts: pl.DataFrame = NO_ACTS) -> pl.DataFrame:
    """Write down the alerts that were never raised before, under whatever name their act had, and that there was a pass.

    Those are returned, with a column ``history``: whether it is told with others in one message.
    """
    with lake.writing(LEDGER):
        book = book_of(lake, case)
        fresh = _kept(lake, case, renamed(found, names(found, acts, book)), acts, book, when)
        last = _last_pass(lake, case, when)
        if last is None or last.date() != when.date():
            _steps(lake, case, [START], EVERYBODY, PASSED, when)
        return fresh


def _kept(lake: Lake, case: str, called: pl.DataFrame, acts: pl.DataFrame, book: Book, when: datetime) -> pl.DataFrame:
    """Those of some alerts, called as they go, that the ledger did not hold yet; it does now."""
    last = _last_pass(lake, case, when) or when
    fresh = called.filter(~pl.col("alert").is_in(book.raised["alert"].implode())).unique("alert", maintain_order=True)
    told = fresh.with_columns(history=history(last.date()))
    # In this order and as of the last pass: whoever is killed in between neither tells what is history nor loses what is none.
    lake.append(BASIS, learnt(called, acts, book), case)
    _steps(lake, case, told.filter("history")["alert"], EVERYBODY, PASSED, last)
    lake.append(ALERT, fresh, case)
    return told


def history(last: date) -> pl.Expr:
    """Whether an alert that is new to the ledger is none to its receivers: raised a quarter before the last pass, or of an act long over."""
    old_act = (pl.col("channel") == HARD) & (pl.col("raised") - pl.col("since") > YEARS)
    return (pl.col("raised") < last - QUARTER) | old_act


def _last_pass(lake: Lake, case: str, when: datetime) -> datetime | None:
    """When somebody last told or meant to tell; never later than it is, wherever the clock once stood."""
    found: datetime | None = lake.read(DELIVERY, case).select(pl.col("when").max()).collect().item()
    return min(found, when) if found else None


def remark(
    lake: Lake,
    case: str,
    found: pl.DataFrame,
    acts: pl.DataFrame,
    alert: str,
    status: str,
    author: str,
    when: datetime,
    note: str | None,
) -> str:
    """Append what an analyst says of an alert that was found or raised, by any id it ever had or the beginning of one.

    The id by which it goes is returned. No pass need have raised it yet: who is to be told of it is told by the next.
    """
    if status not in STATUSES:
        raise UsageError(f"{status!r} is no status of an alert; there are {', '.join(STATUSES)}")
    if not author.strip() or len(author) > NAME or len(note or "") > NOTE:
        raise UsageError(f"a remark has its author, in {NAME} letters, and a note of {NOTE} at most")
    if any("\ud800" <= letter <= "\udfff" for letter in author + (note or "")):
        raise UsageError(
            "the note or its author's name is not written in UTF-8; set the terminal to it and write it again"
        )
    with lake.writing(LEDGER):
        book = book_of(lake, case)
        same = names(found, acts, book)
        ids = {*book.raised["alert"], *found["alert"], *same}
        mine: set[str] = {same.get(id, id) for id in ids if id.startswith(alert)} if alert else set()
        if len(mine) != 1:
            raise UsageError(f"{len(mine)} alerts begin with {alert[:40]!r}; comity alerts lists them")
        (id,) = mine
        _kept(lake, case, renamed(found, same).filter(pl.col("alert") == id), acts, book, when)
        after = pl.col("when").is_between(when, when + timedelta(days=1), closed="left"), pl.col("alert") == id
        last = lake.read(REMARK, case).filter(*after).collect()["when"].max()
        if isinstance(last, datetime):  # a clock that was set back puts no mark behind an older one
            when = last + timedelta(microseconds=1)
        row: dict[str, object] = {"alert": id, "status": status, "author": author.strip(), "when": when, "note": note}
        lake.append(REMARK, REMARK.frame([row]), case)
    return id


def statuses(remarks: pl.DataFrame, same: Mapping[str, str]) -> dict[str, Status]:
    """The last remark on each alert, under whichever of its names; one without a note keeps the note before it."""
    out: dict[str, Status] = {}
    for r in remarks.sort("when").iter_rows(named=True):
        id = same.get(r["alert"], r["alert"])
        before = out.get(id, Status())
        out[id] = Status(r["status"], r["note"] or before.note, r["author"], r["when"])
    return out


def standing(lake: Lake, case: str, found: pl.DataFrame, acts: pl.DataFrame, as_of: date) -> frozenset[str]:
    """The alerts raised that hold: found as known on a day, or raised after it."""
    book = book_of(lake, case)
    found = renamed(found, names(found, acts, book))
    return frozenset([*found["alert"], *book.raised.filter(pl.col("raised") > as_of)["alert"]])


def deliver(
    lake: Lake,
    case: str,
    receivers: Sequence[str],
    post: Post,
    clock: Callable[[], datetime],
    holding: Container[str] | None = None,
) -> Delivered:
    """Send what each receiver was not sent, oldest first; a receiver that fails is left until the next pass, the others are not.

    Parts of a wider alert are not sent by themselves. What is not among the alerts ``holding`` is sent, too, and says that it
    was withdrawn. A receiver that is new is told of all that stands in one message, and so is each of the history that was read
    in since. Only one process sends at a time.
    """
    sent = failed = 0
    with lake.writing("sending"):
        for address in receivers:
            who = receiver(address)
            for letter in _pending(lake, case, who, clock, holding):
                _steps(lake, case, letter.of, who, SENDING, clock())
                took = post(address, letter.title, letter.text)
                _steps(lake, case, letter.of, who, SENT if took else FAILED, clock())
                sent += took
                failed += not took
                if not took:
                    break
        waiting = sum(len(_pending(lake, case, receiver(address), clock, holding)) for address in receivers)
    return Delivered(sent, failed, waiting)


def receiver(address: str) -> str:
    """How a receiver is named in the ledger: by a hash, because addresses hold passwords."""
    return identity("receiver", address)


def _pending(
    lake: Lake, case: str, who: str, clock: Callable[[], datetime], holding: Container[str] | None
) -> list[Letter]:
    """What a receiver is not known to have: what stood at its start, history, then alerts, oldest first, those that failed often last."""
    alerts = lake.read(ALERT, case).filter(pl.col("within").is_null()).collect().sort("raised", "alert")
    steps = lake.read(DELIVERY, case).filter(pl.col("receiver").is_in([who, EVERYBODY])).collect()
    mine = steps.filter(pl.col("receiver") == who)
    if mine.is_empty():
        _steps(lake, case, alerts["alert"] if len(alerts) else [START], who, PASSED, clock())
        mine = lake.read(DELIVERY, case).filter(pl.col("receiver") == who).collect()
    over, passed = pl.col("step").is_in([SENT, PASSED]), pl.col("step") == PASSED
    begun, done = (set(mine.filter(which)["alert"]) for which in (pl.col("step") == SENDING, over))
    failed = Counter(mine.filter(pl.col("step") == FAILED)["alert"])
    found = []
    if START not in done:
        there = mine.filter(passed)
        stood = alerts.filter(pl.col("alert").is_in(there["alert"].implode()))
        found.append(_start(case, _holding(stood, holding), there["when"].min(), again=START in begun))
    new = alerts.filter([id not in done for id in alerts["alert"]])
    old = pl.col("alert").is_in(steps.filter(passed)["alert"].implode())
    single = []
    if len(late := _holding(new.filter(old), holding)):
        single.append(_late(case, late, again=bool(begun & {*late["alert"]})))
    for alert in new.filter(~old).iter_rows(named=True):
        id = alert["alert"]
        gone = holding is not None and id not in holding
        single.append(Letter((id,), title(case, alert), _text(alert, again=id in begun, gone=gone)))
    return [*found, *sorted(single, key=lambda letter: failed[letter.of[0]] // PATIENCE)]


def _holding(alerts: pl.DataFrame, holding: Container[str] | None) -> pl.DataFrame:
    return alerts if holding is None else alerts.filter([id in holding for id in alerts["alert"]])


def _start(case: str, stood: pl.DataFrame, when: Any, *, again: bool) -> Letter:
    """What stood when a receiver was new; the newest by name. They are no older than the newest alert, whatever the clock says."""
    newest = stood.reverse().filter(pl.col("raised") >= max([when.date(), *stood["raised"]]) - QUARTER)
    lines = [
        f"Alerts that stand in {case} as this watch begins to tell you: {len(stood)}. They are not sent one by one; the page "
        f"Alerts and comity alerts {case} have them. Each new one is.",
        f"Raised in the last three months: {len(newest) or 'none'}; the newest on {max(stood['raised'], default='no day')}.",
    ]
    return Letter((START,), f"{case}: {many(len(stood), 'alert')} at the start", _list(lines, newest, again=again))


def _late(case: str, old: pl.DataFrame, *, again: bool) -> Letter:
    """What sources told long after it was raised, in one message; the newest by name."""
    changes, since = many(len(old), "older change"), min(old["raised"])
    line = f"Read in late, and not sent one by one: {changes}, raised from {since} to {max(old['raised'])}. The page Alerts and comity alerts {case} --since {since} have them."
    return Letter((*old["alert"],), f"{case}: {changes} read in", _list([line], old.reverse(), again=again))


def _list(lines: list[str], newest: pl.DataFrame, *, again: bool) -> str:
    """Some lines, then some alerts by name."""
    named = [
        f"{a['raised']} {a['channel']}: {a['text']} ({a['alert']})" for a in newest.head(LISTED).iter_rows(named=True)
    ]
    more = [f"And {len(newest) - LISTED} more."] if len(newest) > LISTED else []
    return "\n".join([*lines, *named, *more, *([AGAIN] if again else [])])


def title(case: str, alert: dict[str, Any]) -> str:
    """The subject line of an alert."""
    return f"{case}: {alert['channel']}, {alert['subject']}, {alert['raised']}"


def _text(alert: dict[str, Any], *, again: bool, gone: bool) -> str:
    lines = [alert["text"], f"Size: {short(alert['size'])} {alert['unit']}. Since {alert['since']}."]
    if gone:
        lines.insert(0, "Withdrawn: what this rested on was rejected, taken back or reads differently since.")
    if wrong := doubt(alert["channel"], alert["false_alarm_rate"], alert["sure"]):
        lines.append(wrong)
    lines.append(f"Alert {alert['alert']}; evidence {', '.join(alert['evidence'][:5]) or 'is the feed itself'}.")
    if again:
        lines.append(AGAIN)
    return "\n".join(lines)


def _steps(lake: Lake, case: str, alerts: Iterable[str], who: str, step: str, when: datetime) -> None:
    rows: list[dict[str, object]] = [{"alert": id, "receiver": who, "step": step, "when": when} for id in alerts]
    lake.append(DELIVERY, DELIVERY.frame(rows), case)
