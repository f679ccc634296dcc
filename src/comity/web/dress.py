"""How values look on a page: numbers, dates, names, links. Nothing here is computed from evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from comity.pages import Query
from comity.pages.verdicts import signed
from comity.pages.words import named, percent
from comity.states import name_of
from comity.vocabulary import CREDIBILITY, INSTRUMENTS, RELIABILITY, Modality, Stage

STATIC = Path(__file__).with_name("static")


def number(value: float | None, digits: int = 1) -> str:
    """A number of a fixed width of digits; a dash where there is none.

    >>> number(0.04), number(3.14159), number(None)
    ('<0.1', '3.1', '–')
    """
    if value is None:
        return "–"
    least = 10**-digits
    return f"<{least}" if 0 < value < least / 2 else f"{value:.{digits}f}"


def short(value: float) -> str:
    """A number of any size in as few signs as tell it.

    >>> short(0.034), short(0.5), short(12.34), short(3278.0), short(0.0)
    ('.03', '.50', '12', '3,278', '0')
    """
    if value == 0:
        return "0"
    if abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.1f}"


def day(value: date | datetime | None) -> str:
    """A day as in 3 May 2024."""
    return "–" if value is None else f"{value:%-d %b %Y}"


def span(start: date, end: date) -> str:
    """An interval as precisely as it is known.

    >>> span(date(2024, 5, 3), date(2024, 5, 3)), span(date(2024, 5, 1), date(2024, 5, 31)), span(date(2024, 1, 1), date(2024, 12, 31))
    ('2024-05-03', '2024-05', '2024')
    """
    if start == end:
        return start.isoformat()
    whole_year = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if whole_year:
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if start.day == 1 and (start.year, start.month) == (end.year, end.month) and end.day >= 28:
        return f"{start:%Y-%m}"
    return f"{start.isoformat()} – {end.isoformat()}"


def months(value: int) -> str:
    """A number of months as years and months.

    >>> months(7), months(12), months(30)
    ('7 mo', '1 y', '2 y 6 mo')
    """
    years, rest = divmod(value, 12)
    return " ".join([*([f"{years} y"] if years else []), *([f"{rest} mo"] if rest or not years else [])])


@cache
def asset(name: str) -> str:
    """Address of a static file with its version, so that it may be kept for ever."""
    digest = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=4).hexdigest()
    return f"/static/{name}?v={digest}"


def links(query: Query) -> dict[str, Callable[..., str]]:
    """How a page makes its links: ``at`` keeps the question, ``proof`` only its day and view."""
    brief = Query(as_of=query.as_of, view=query.view)

    def at(path: str, **changes: Any) -> str:
        path, _, fragment = path.partition("#")
        path, _, asked = path.partition("?")
        if asked.startswith("instruments="):
            changes["instruments"] = tuple(asked.removeprefix("instruments=").split(","))
        if asked.startswith("scenario="):
            changes = {"shocks": (), "holds": (), **changes, "scenario": asked.removeprefix("scenario=")}
        kept = query if path.startswith("/scenario") else query.plain()
        return kept.replace(**changes).link(path) + (f"#{fragment}" if fragment else "")

    def proof(id: str) -> str:
        return brief.link(f"/evidence/{quote(id, safe=':>')}")

    return {"at": at, "proof": proof}


def dressed(template: str, /, **values: Any) -> str:
    """A template with some values."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    """The templates, with everything escaped."""
    env = Environment(
        loader=PackageLoader("comity.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        number=number,
        short=short,
        percent=percent,
        day=day,
        span=span,
        months=months,
        name=name_of,
        named=named,
        signed=signed,
        reliability=lambda letter: f"{letter} ({RELIABILITY[letter]})",
        credibility=lambda digit: f"{digit} ({CREDIBILITY[digit]})",
    )
    env.globals.update(
        asset=asset, instruments=list(INSTRUMENTS), stages=list(map(str, Stage)), modalities=list(map(str, Modality))
    )
    return env
