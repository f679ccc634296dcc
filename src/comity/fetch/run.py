"""One run: ask each source what is due, fetch it, and say of each file whether it came.

A file that cannot be had stops no other, and a host that fails again and again is left in peace.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from comity.errors import SourceError
from comity.fetch.bring import kept
from comity.fetch.config import settings
from comity.fetch.door import Door, Page, opened
from comity.fetch.files import Due, Kept, Missed, Told, Wanted, names

FAILURES = 5  # in a row, after which a host is not asked again in this run
GROUP = 64  # files handed on together
Plan = Callable[[Door, Due], Awaitable[Sequence[Wanted | Missed]]]  # with what could not be planned


class Errand(NamedTuple):
    """One source's part of a run."""

    source: str
    plan: Plan
    terms: tuple[str, str]  # licence and attribution


def errand(
    home: Path,
    raw: Path,
    errands: Sequence[Errand],
    since: date | None,
    case: Path,
    told: Told,
    until: date | None = None,
) -> list[Kept | Missed]:
    """Ask each source what is due, fetch it, and say of each file whether it came. ``raw`` is where files are kept."""

    def due(source: str) -> Due:
        return Due(datetime.now(UTC), since, names(raw, source), case, until)

    return asyncio.run(_errand(home, raw, errands, due, told))


async def _errand(
    home: Path, raw: Path, errands: Sequence[Errand], asked: Callable[[str], Due], told: Told
) -> list[Kept | Missed]:
    found: list[Kept | Missed] = []
    async with opened(home, settings(home)) as door:
        for one in errands:
            due = asked(one.source)
            try:
                plan = await one.plan(door, due)
            except SourceError as error:
                found.append(Missed(Wanted(one.source, _address(error), ""), str(error), False))
                continue
            found += [w for w in plan if isinstance(w, Missed)]
            wanted = [w for w in plan if isinstance(w, Wanted) and w.name not in due.have]
            found += await _all(door, raw, wanted, one.terms, told)
    return found


def page(home: Path, url: str) -> Page:
    """One page that a person asks for, where the site's robots.txt lets programs in. Raises ``SourceError`` as ``Door.page``."""

    async def asked() -> Page:
        async with opened(home, settings(home)) as door:
            return await door.page(url, robots=True)

    return asyncio.run(asked())


def _address(error: SourceError) -> str:
    return str(error).split(": ")[0]


async def _all(
    door: Door, raw: Path, wanted: Sequence[Wanted], terms: tuple[str, str], told: Told
) -> list[Kept | Missed]:
    """Every file, a few at once; of a host that failed too often in a row the rest is left for another day."""
    in_a_row: Counter[str] = Counter()
    left: Counter[str] = Counter()

    places = asyncio.Semaphore(door.having.at_once)

    async def one(what: Wanted) -> Kept | Missed | None:
        host = what.url.partition("//")[2].partition("/")[0]
        async with places:
            if in_a_row[host] >= FAILURES:
                left[host] += 1
                return None
            result = await kept(door, raw, what, terms, told)
            in_a_row[host] = in_a_row[host] + 1 if isinstance(result, Missed) and not result.absent else 0
            return result

    found: list[Kept | Missed] = []
    for start in range(0, len(wanted), GROUP):
        found += [r for r in await asyncio.gather(*map(one, wanted[start : start + GROUP])) if r]
    if wanted:
        found += [
            Missed(
                Wanted(wanted[0].source, host, ""),
                f"{host}: failed {FAILURES} times in a row; {n} files were left for the next run",
                False,
            )
            for host, n in left.items()
        ]
    return found
