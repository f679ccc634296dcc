"""How values look on a page: numbers, dates, names, links. Nothing here is computed from evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from comity.numerals import added, day, drawn, number, of_all, percent, short, signed, span, thousand, whole
from comity.pages import Query
from comity.pages.cells import THIN
from comity.pages.told import how
from comity.pages.words import named
from comity.states import called, name_of
from comity.ties import DRAWS
from comity.vocabulary import CREDIBILITY, INSTRUMENTS, RELIABILITY, Modality, Stage

STATIC = Path(__file__).with_name("static")


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
        match asked.split("="):
            case ["instruments", words]:
                changes["instruments"] = tuple(words.split(","))
            case ["scenario", name]:
                changes = {"shocks": (), "holds": (), **changes, "scenario": name}
            case _ if asked:
                raise ValueError(f"a page's own link to {path} asks for {asked!r}; teach links() what that changes")
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
    loader = PackageLoader("comity.web")
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters.update(
        number=number,
        short=short,
        whole=whole,
        thousand=thousand,
        how=how,
        percent=percent,
        drawn=lambda share: drawn(share, DRAWS),
        of_all=of_all,
        day=day,
        span=span,
        months=months,
        name=name_of,
        named=named,
        called=called,
        added=added,
        signed=signed,
        reliability=lambda letter: f"{letter} ({RELIABILITY[letter]})",
        credibility=lambda digit: f"{digit} ({CREDIBILITY[digit]})",
    )
    env.globals.update(
        asset=asset, thin=THIN, instruments=list(INSTRUMENTS),
        stages=list(map(str, Stage)), modalities=list(map(str, Modality)),
    )  # fmt: skip
    return env
