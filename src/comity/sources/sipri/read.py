"""SIPRI's arms transfers register: orders and deliveries as reports, TIV by year as measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.sources import card, common, covered, whole_years
from comity.sources.sipri.layouts import COLUMNS, Edition, Line, edition, layout
from comity.states import from_sipri
from comity.tables import COVERAGE, MEASURE, REPORT, identity
from comity.vocabulary import Stage

__all__ = ["layout", "read"]
PAGE = "https://armstransfers.sipri.org/"
FIRST = 1940  # year of order
Row = dict[str, Any]


class Deal(NamedTuple):
    """A line whose parties are states, and its number among lines that look alike."""

    line: Line
    supplier: str
    recipient: str
    ordered: int
    alike: int


def read(raw: RawFile, layout: str) -> Batch:
    """A register as reports (ordered, delivered, made under licence), measures ``tiv_delivered``, and coverage by year."""
    whole = edition(raw.path, layout)
    deals, skipped = _deals(whole, raw.path.name)
    if whole.broken:
        skipped[f"not {COLUMNS[layout]} columns"] = whole.broken
    years = sorted({year for deal in deals for year in (*deal.line.delivered, deal.ordered)})
    tables = {
        "report": REPORT.frame([report for deal in deals for report in _reports(deal, raw, layout)]),
        "measure": MEASURE.frame([m for deal in deals for m in _measures(deal, raw, whole.generated)]),
        "coverage": _coverage(deals, years, raw, whole=len(whole.lines) >= _least(layout)),
    }
    lines = len(whole.lines) + whole.broken
    return Batch(tables, layout, lines, len(deals), dict(skipped))


def _deals(edition: Edition, name: str) -> tuple[list[Deal], Counter[str]]:
    skipped: Counter[str] = Counter()
    found, seen = [], Counter[tuple[str, ...]]()
    for line in edition.lines:
        where = f"{name}, {line.position}"
        if not line.ordered.strip().isdigit():
            skipped["no order year"] += 1
            continue
        ordered = int(line.ordered)
        if not FIRST <= ordered <= 2100:
            raise SourceError(f"{where}: order year {ordered} is impossible; fetch the file again")
        supplier, recipient = _state(line.supplier, where), _state(line.recipient, where)
        if supplier is None or recipient is None:
            skipped["unknown or non-state party"] += 1
        elif supplier == recipient:
            skipped["a state with itself"] += 1
        else:
            key = (supplier, recipient, line.designation, str(ordered))
            seen[key] += 1
            found.append(Deal(line, supplier, recipient, ordered, seen[key]))
    return found, skipped


def _state(name: str, where: str) -> str | None:
    """A party's code; an unknown name is an error that names its row."""
    try:
        return _code(name)
    except UnknownState as error:
        raise UnknownState(f"{where}: {error}") from None


_code = cache(from_sipri)


def _reports(deal: Deal, raw: RawFile, layout: str) -> Iterator[Row]:
    """What a line claims: it was ordered, or only selected; deliveries began; the recipient makes it itself."""
    ordered = (date(deal.ordered, 1, 1), date(deal.ordered, 12, 31))
    kind, did = ("selected", "selected") if deal.line.chosen else ("signed", "ordered")
    yield _report(deal, raw, layout, kind, ordered, f"{did} {_thing(deal)} from")
    if deal.line.delivered:
        first = min(deal.line.delivered)
        began = date(first, 1, 1), date(first, 12, 31)
        yield _report(deal, raw, layout, "delivered", began, f"began to receive {_thing(deal)} from")
    if deal.line.licence:
        yield _report(deal, raw, layout, "licence", ordered, f"was to make {_thing(deal)} itself, with")


def _thing(deal: Deal) -> str:
    line = deal.line
    return f"{line.quantity + ' ' if line.quantity else ''}{line.designation} ({line.description})"


def _report(deal: Deal, raw: RawFile, layout: str, kind: str, days: tuple[date, date], said: str) -> Row:
    words = f"{deal.line.recipient.rstrip('*')} {said} {deal.line.supplier.rstrip('*')}; order of {deal.ordered}."
    known = _public(days[1].year)
    return {
        # The same line in two editions is one report: an edition revises numbers and spellings, not who ordered what when.
        "report": identity(
            "sipri", kind, deal.supplier, deal.recipient, deal.line.designation, deal.ordered, deal.alike
        ),
        **common(card("sipri"), raw),
        "url": PAGE,
        "publisher": "SIPRI",
        "published": known,
        "position": deal.line.position,
        "coder": "sipri",
        "coder_version": layout,
        "credibility": 2,
        "date_from": days[0],
        "date_to": days[1],
        "known": known,
        "actors": [deal.supplier],
        "recipients": [deal.recipient],
        "instrument": "industry" if kind == "licence" else "arms",
        "stage": str(_stage(deal, kind)),
        "polarity": 1,
        "belief": card("sipri").beliefs[kind],
        "platform": deal.line.designation,
        "quantity": float(deal.line.quantity) if deal.line.quantity.strip().isdigit() else None,
        "text": words,
    }


def _stage(deal: Deal, kind: str) -> Stage:
    if kind == "delivered":
        return Stage.DELIVERED
    return Stage.ANNOUNCED if deal.line.chosen else Stage.SIGNED


def _public(year: int) -> date:
    """The day on which a year's transfers are published."""
    return date(year + 1, 3, 15)


def _measures(deal: Deal, raw: RawFile, generated: date | None) -> Iterator[Row]:
    for year, worth in deal.line.delivered.items():
        yield {
            "measure": identity("sipri", raw.sha256, deal.line.position, year),
            "subject": f"{deal.supplier}>{deal.recipient}",
            "name": "tiv_delivered",
            "date": date(year, 12, 31),
            "value": worth,
            "low": 0.0 if worth is None else None,
            "high": 0.5 if worth is None else None,
            "known": _public(year),
            "vintage": generated,
            "source": "sipri",
            "raw": raw.sha256,
            "position": deal.line.position,
        }


def _least(layout: str) -> int:
    """Lines from which on a file is the register of the whole world, by the card's promise for it, else by the least of them."""
    promised = card("sipri").promises.volume
    return promised[layout].rows if layout in promised else min(one.rows for one in promised.values())


def _coverage(deals: list[Deal], years: list[int], raw: RawFile, *, whole: bool) -> pl.DataFrame:
    """Year by year, from the first of the file to its last: the world, or of a part of the register the pairs in it.

    Who exported a part chose suppliers or recipients, and the file does not say which: that a pair is not in it says nothing.
    """
    spans = whole_years(years[0], years[-1]) if years else []
    public = [(first, last, _public(first.year)) for first, last, _ in spans]
    if whole:
        return covered(card("sipri"), raw, public, "register of the whole world")
    pairs = sorted({(min(d.supplier, d.recipient), max(d.supplier, d.recipient)) for d in deals})
    basis = "a part of the register, which has lines of this pair"
    return pl.concat([COVERAGE.empty(), *(covered(card("sipri"), raw, public, basis, sides=pair) for pair in pairs)])
