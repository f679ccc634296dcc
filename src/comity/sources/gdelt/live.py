"""GDELT's bulk files as they appear: version 2.0 every 15 minutes since 2015 with its translated feed, 1.0 back to 1979.

The lists say size and MD5 of each file. The search interface (DOC API) is never asked: it answers one request in five
seconds at best, and no more than 250 rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from comity.errors import SourceError
from comity.fetch import Door, Due, Wanted

# The encrypted mirror of http://data.gdeltproject.org/, by the publisher.
BASE = "https://storage.googleapis.com/data.gdeltproject.org/"
FEEDS = ("", "-translation")
FIRST_V2 = datetime(2015, 2, 18, 23, tzinfo=UTC)
LINE = re.compile(
    r"(?P<size>\d+) (?P<md5>[0-9a-f]{32}) \S*/(?P<name>(?P<stamp>\d{14})\.(?:translation\.)?(?P<kind>export|mentions|gkg)\.csv\.zip)",
    re.IGNORECASE,
)
OLD = re.compile(r"(?P<md5>[0-9a-f]{32})\s+(?P<stamp>\d{4}(?:\d\d){0,2})(?:\.export\.csv)?\.zip", re.IGNORECASE)
BYTES_A_DAY = 96 * 3 * 120  # of a list: 96 quarters of an hour, three files each, a line a file
FIRST_RUN = timedelta(days=1)  # what the first run brings where no day is asked for
OVERLAP = timedelta(days=1)  # files that came late or failed are looked for so far back


async def plan(door: Door, due: Due) -> Sequence[Wanted]:
    """Exports, mentions and, where the settings say so, the knowledge graph of the days asked for, else since the newest file that is here, oldest first."""
    newest = max((m[0] for name in due.have if (m := re.search(r"\d{14}", name))), default=None)
    if due.since:
        start = datetime.combine(due.since, time(), UTC)
    elif newest:
        start = _time(newest) - OVERLAP
    else:
        start = due.now - FIRST_RUN
    wanted = list(await _before(door, start.date())) if start < FIRST_V2 else []
    last = f"{due.until:%Y%m%d}" if due.until else "9999"
    for feed in FEEDS if last >= f"{FIRST_V2:%Y%m%d}" else ():
        if due.since or not await _known(door, feed, due.have):
            wanted += await _listed(door, feed, max(start, FIRST_V2), due.now)
    return [
        w for w in wanted if w.name.rsplit("/", 1)[-1].partition(".")[0][:8] <= last
    ]  # 1979 and 197905 hold 19790512


async def _known(door: Door, feed: str, have: frozenset[str]) -> bool:
    """Whether the newest files are here already: one short answer every quarter of an hour."""
    body = (await door.page(f"{BASE}gdeltv2/lastupdate{feed}.txt")).body
    return {w.name for w in _lines(body, f"lastupdate{feed}.txt", door.having.gkg)} <= have


async def _listed(door: Door, feed: str, start: datetime, now: datetime) -> list[Wanted]:
    """Files of the master list from a time on; only as much of its end is read as reaches back so far."""
    name = f"masterfilelist{feed}.txt"
    tail = (max(0, (now - start).days) + 1) * BYTES_A_DAY
    while True:
        body = (await door.page(f"{BASE}gdeltv2/{name}", tail=tail, cap=door.having.file_bytes)).body
        whole = len(body) != tail
        found = list(_lines(body if whole else body.partition(b"\n")[2], name, door.having.gkg))
        if whole or (found and _stamp(found[0]) < start):
            return [w for w in found if _stamp(w) >= start]
        tail *= 4


def _lines(body: bytes, where: str, gkg: bool) -> Iterator[Wanted]:
    """What a list says, files of the knowledge graph only where they are asked for; a few broken lines are known in it, a list of another layout is an error."""
    lines = body.decode("ascii", "replace").splitlines()
    read = [m for line in lines if (m := LINE.fullmatch(line.strip()))]
    if len(read) < len(lines) / 2 or not lines:
        raise SourceError(
            f"{BASE}gdeltv2/{where}: {len(lines) - len(read)} of {len(lines)} lines are not as GDELT writes its lists; its layout may have changed"
        )
    for m in read:
        if gkg or m["kind"].lower() != "gkg":
            stamp, name = m["stamp"], m["name"]
            kept = f"{stamp[:4]}/{stamp[4:6]}/{name}"
            yield Wanted("gdelt", f"{BASE}gdeltv2/{name}", kept, m["md5"], int(m["size"]))


async def _before(door: Door, start: date) -> Iterator[Wanted]:
    """Files of version 1.0 from a day on to the first of version 2.0: yearly, from 2006 monthly, from April 2013 daily."""
    body = (await door.page(f"{BASE}events/md5sums")).body.decode("ascii", "replace")
    read = [m for line in body.splitlines() if (m := OLD.fullmatch(line.strip()))]
    if not read:
        raise SourceError(f"{BASE}events/md5sums: no line is as GDELT writes it; its layout may have changed")
    first, last = f"{start:%Y%m%d}", f"{FIRST_V2:%Y%m%d}"
    return (
        Wanted("gdelt", f"{BASE}events/{m[0].split()[-1]}", f"v1/{m['stamp']}.export.CSV.zip", m["md5"])
        for m in sorted(read, key=lambda m: m["stamp"])
        if m["stamp"] >= first[: len(m["stamp"])] and m["stamp"] < last
    )


def _stamp(wanted: Wanted) -> datetime:
    return _time(wanted.name.rsplit("/", 1)[-1][:14])


def _time(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return FIRST_V2  # a broken stamp is no reason to read the list to its beginning
