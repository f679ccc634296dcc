"""Who was told what: alerts raised, remarks on them, and an outbox that neither loses an alert nor sends it twice.

Guarantee: each alert reaches each receiver at least once, and once only unless a sending was not confirmed: a process was
killed before the record of it, or the receiver answered too late or not that it took it. Then that one alert is sent once more,
and says so. Every step is one append: ``sending`` before, ``sent`` or ``failed`` after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from comity.errors import UsageError
from comity.lake import Lake
from comity.numerals import short
from comity.tables import ACT, ALERT, BASIS, DELIVERY, REMARK, identity
from comity.watch.alert import doubt
from comity.watch.book import Book, book_of, learnt, names, renamed

NEW, SEEN, CLOSED = STATUSES = ("new", "seen", "closed")
SENDING, SENT, FAILED, PASSED = ("sending", "sent", "failed", "passed")
NO_ACTS = ACT.empty()
LEDGER = "watch"  # what is locked: not the update, which may fetch for an hour while an analyst writes
NAME, NOTE = 200, 2000  # letters of a remark
NOBODY = ""  # in place of an alert: the receiver was there when its first pass was over
PATIENCE = 3  # failures after which an alert waits behind the others: a receiver may refuse one and take the rest
RECENT = timedelta(days=30)  # a receiver that is new is not told of what is older
Post = Callable[[str, str, str], bool]  # address, title, text -> whether the receiver took it


class Status(NamedTuple):
    """What was last said of an alert."""

    status: str = NEW
    note: str | None = None
    author: str | None = None
    when: datetime | None = None


class Delivered(NamedTuple):
    """What one pass sent."""

    sent: int
    failed: int  # receivers that did not answer; they are asked again by the next pass
    waiting: int  # alerts that still wait for some receiver


def recorded(lake: Lake, case: str, found: pl.DataFrame, acts: pl.DataFrame = NO_ACTS) -> pl.DataFrame:
    """Write down the alerts that were never raised before, under whatever name their act had; those are returned."""
    with lake.writing(LEDGER):
        book = book_of(lake, case)
        return _kept(lake, case, renamed(found, names(found, acts, book)), acts, book)


def _kept(lake: Lake, case: str, called: pl.DataFrame, acts: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Those of some alerts, called as they go, that the ledger did not hold yet; it does now."""
    fresh = called.filter(~pl.col("alert").is_in(book.raised["alert"].implode())).unique("alert", maintain_order=True)
    lake.append(BASIS, learnt(called, acts, book), case)  # first: of an alert that is not there it says nothing
    lake.append(ALERT, fresh, case)
    return fresh


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
        _kept(lake, case, renamed(found, same).filter(pl.col("alert") == id), acts, book)
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
    was withdrawn. Only one process sends at a time.
    """
    sent = failed = 0
    with lake.writing("sending"):
        for address in receivers:
            who = receiver(address)
            for alert, again in list(_pending(lake, case, who, clock)):
                _step(lake, case, alert["alert"], who, SENDING, clock())
                gone = holding is not None and alert["alert"] not in holding
                took = post(address, title(case, alert), _text(alert, again=again, gone=gone))
                _step(lake, case, alert["alert"], who, SENT if took else FAILED, clock())
                sent += took
                failed += not took
                if not took:
                    break
        waiting = sum(len(list(_pending(lake, case, receiver(address), clock))) for address in receivers)
    return Delivered(sent, failed, waiting)


def receiver(address: str) -> str:
    """How a receiver is named in the ledger: by a hash, because addresses hold passwords."""
    return identity("receiver", address)


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
        lines.append("This may have reached you before: an earlier sending was not confirmed.")
    return "\n".join(lines)


def _pending(lake: Lake, case: str, who: str, clock: Callable[[], datetime]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Alerts that a receiver is not known to have, and whether a sending of it was begun; oldest first, those that failed often last."""
    alerts = lake.read(ALERT, case).filter(pl.col("within").is_null()).collect().sort("raised", "alert")
    steps = lake.read(DELIVERY, case).filter(pl.col("receiver") == who).collect()
    if steps.is_empty():
        _pass_over(lake, case, who, alerts, clock())
        steps = lake.read(DELIVERY, case).filter(pl.col("receiver") == who).collect()
    done = set(steps.filter(pl.col("step").is_in([SENT, PASSED]))["alert"])
    begun = set(steps.filter(pl.col("step") == SENDING)["alert"])
    failed = Counter(steps.filter(pl.col("step") == FAILED)["alert"])
    for alert in sorted(alerts.iter_rows(named=True), key=lambda a: failed[a["alert"]] // PATIENCE):
        if alert["alert"] not in done:
            yield alert, alert["alert"] in begun


def _pass_over(lake: Lake, case: str, who: str, alerts: pl.DataFrame, now: datetime) -> None:
    """A receiver's first pass: what was raised long before is history. It is no day before the newest alert, whatever the clock says."""
    old: date = max([now.date(), *alerts["raised"]]) - RECENT
    rows: list[dict[str, object]] = [
        {"alert": id, "receiver": who, "step": PASSED, "when": now}
        for id in [NOBODY, *alerts.filter(pl.col("raised") < old)["alert"]]
    ]
    lake.append(DELIVERY, DELIVERY.frame(rows), case)


def _step(lake: Lake, case: str, alert: str, who: str, step: str, when: datetime) -> None:
    lake.append(DELIVERY, DELIVERY.frame([{"alert": alert, "receiver": who, "step": step, "when": when}]), case)
