"""SIPRI's register through the backend of its own portal: the whole register, a dated vintage each time.

The backend is not documented by SIPRI; the body is what the portal itself sends and public clients use. The past is
revised with every edition, so no vintage is ever replaced by another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from comity.errors import SourceError
from comity.fetch import Door, Due, Wanted

BASE = "https://atbackend.sipri.org/api/p/"
FIRST_YEAR = 1950
EVERY = timedelta(days=30)
MIB = 1024 * 1024


async def plan(door: Door, due: Due) -> Sequence[Wanted]:
    """A vintage of today, when the newest here is a month old. ``since`` is no matter: each vintage is the whole register."""
    today = due.now.date()
    if any(today - day < EVERY for day in _vintages(due.have)):
        return []
    answer = (await door.page(f"{BASE}trades/getMaxYear")).body.decode("utf-8", "replace")
    year = re.search(r"\b(?:19|20)\d\d\b", answer)
    if not year:
        raise SourceError(f"{BASE}trades/getMaxYear: answered {answer[:60]!r}, no year; the portal may have changed")
    body: dict[str, object] = {
        "filters": [_filter("Delivery year", FIRST_YEAR, int(year[0])), _filter("opendeals")],
        "logic": "AND",
    }
    name = f"trade-register_{today}.csv"
    return [Wanted("sipri", f"{BASE}trades/trade-register-csv/", name, post=body, inside="bytes", cap=256 * MIB)]


def _filter(field: str, first: int | str = "", last: int | str = "") -> dict[str, object]:
    condition = "contains" if first else ""
    return {"field": field, "oldField": "", "condition": condition, "value1": first, "value2": last, "listData": []}


def _vintages(have: frozenset[str]) -> list[date]:
    return [date.fromisoformat(m[0]) for name in have if (m := re.search(r"\d{4}-\d\d-\d\d", name))]
