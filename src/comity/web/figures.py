"""The drawings of each page: hands a page's values to ``comity.draw`` and computes nothing of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from comity import draw, indicators, scenarios
from comity.indicators.composite import EVEN
from comity.indicators.evidence import COVERED
from comity.numerals import number, percent, short
from comity.pages import Query
from comity.pages.cells import THIN, Cell, Row
from comity.pages.compare import LIKELY
from comity.pages.foreseen import Kind, Months
from comity.pages.outlook import Horizon
from comity.pages.tie import Strength
from comity.pages.timeline import Bin
from comity.pages.words import named
from comity.scenarios.card import HOLD, SHOCK
from comity.states import name_of
from comity.tables import OBSERVED, subject_of
from comity.ties import VIEWS
from comity.vocabulary import PRESSURE, TIES
from comity.watch.readings import OWN_WEIGHT
from comity.web.dress import links

if TYPE_CHECKING:
    from comity.flow import Picture

LISTED = 200  # alerts of one kind behind a fold: a browser reads no more at once
SLIM = 390.0  # width of the map and the timeline as a phone shows them: whole
RIVALS = 9  # colours c1 to c9 of comity.css
Choice = tuple[str, str, list[tuple[str, str]], tuple[str, ...]]  # key, title, options with their words, those chosen


def figures(page: str, made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    """What a page's template needs beside the page itself."""
    shared = {"choices": _choices(picture, query), "tie_page": _tie_page(query)}
    make = _MAKE.get(page)
    return {**shared, **(make(made, picture, query) if make else {})}


def _overview(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    return {
        **_map(made, picture, query, 640.0),
        **_matrix(made.partners, picture, query),
        **_bars(made.bins, made.first, picture.as_of, None, picture, query),
        "rows": made.partners,
    }


def _map(made: Any, picture: Picture, query: Query, width: float = 1160.0) -> dict[str, Any]:
    roles, at = picture.case.roles, links(query)["at"]
    opens = _tie_page(query)
    ties = [
        draw.Tied(
            a.patron,
            a.partner,
            colours(picture)[a.patron],
            a.strength,
            a.prior_share >= THIN,
            f"{name_of(a.patron)} and {name_of(a.partner)}: {number(a.strength)} acts a year, {number(a.low)} to {number(a.high)}",
            opens(a.patron, a.partner),
        )
        for a in made.arcs
        if a.acts
    ]
    codes = {*roles.patrons, *roles.held}
    pages = {code: at(f"/state/{code}") for code in codes}
    shown = [p for p in roles.held if not query.partners or p in query.partners]
    names = {c: name_of(c) for c in codes}
    drawn, note = draw.map(ties, shown, roles.patron, names, pages, width)
    slim, slim_note = draw.map(ties, shown, roles.patron, names, pages, SLIM)
    return {
        "map": Markup(drawn),
        "map_note": note,
        "map_slim": Markup(slim),
        "map_slim_note": slim_note,
        "covered": COVERED,
        "legend_of": _legend(picture, _holders(getattr(made, "partners", [])) | {a.patron for a in made.arcs}),
    }


def _holders(rows: Iterable[Row]) -> set[str]:
    return {c.with_ for row in rows for c in row.ties}


def _legend(picture: Picture, shown: set[str]) -> list[tuple[int, str, str]]:
    """Colour, code and name of each patron drawn."""
    return [(colour, code, name_of(code)) for code, colour in colours(picture).items() if code in shown]


def colours(picture: Picture) -> dict[str, int]:
    """The number of the colour of the patron, which is 0, and of each rival; with more than nine they come again."""
    patron, *rivals = picture.case.roles.patrons
    return {patron: 0, **{code: 1 + i % RIVALS for i, code in enumerate(rivals)}}


def _matrix(rows: Sequence[Row], picture: Picture, query: Query) -> dict[str, Any]:
    """Rows of cells for the template: partner -> instrument -> drawing, with one line a patron."""
    order = colours(picture)
    top = max((c.high for row in rows for c in row.ties if c.state == OBSERVED), default=1.0)
    used = [k for k in TIES if any(c.instrument == k for row in rows for c in row.ties)]
    patrons = [code for code in order if any(c.with_ == code for row in rows for c in row.ties)]
    drawn = {row.state: {k: _cell(row, k, patrons, order, top, query) for k in used} for row in rows}
    supply = _supply([row.state for row in rows], picture, query)
    return {"instruments": used, "cells": drawn, "ruler": Markup(draw.ruler(top)), "supply": supply}


def _cell(row: Row, instrument: str, patrons: list[str], order: dict[str, int], top: float, query: Query) -> Markup:
    found = {c.with_: c for c in row.ties if c.instrument == instrument}
    lines = [_mark(found[code], row.state, order[code], query) if code in found else None for code in patrons]
    return Markup(draw.marks(lines, top, f"{instrument} with {name_of(row.state)}"))


def _mark(cell: Cell, partner: str, colour: int, query: Query) -> draw.Mark:
    said = f"{name_of(cell.with_)}, {name_of(partner)}, {cell.instrument}"
    if cell.state == OBSERVED:
        said += f": {number(cell.strength)} acts a year, {number(cell.low)} to {number(cell.high)}, {percent(cell.prior_share)} assumption"
    else:
        said += f": {cell.state}"
    return _drawn(cell, colour, said, query)


def _drawn(tie: Cell | Strength, colour: int, words: str, query: Query) -> draw.Mark:
    opens = links(query)["proof"](tie.opens)
    return draw.Mark(colour, tie.strength, tie.low, tie.high, tie.prior_share >= THIN, tie.state, words, opens)


def _supply(partners: list[str], picture: Picture, query: Query) -> dict[str, Markup]:
    """Who delivered each partner's arms, where there are readings of I9."""
    said = picture.readings.filter(pl.col("indicator") == "I9", pl.col("value").is_not_null())
    rows = {subject: (value, note) for subject, value, note in said.select("subject", "value", "note").iter_rows()}
    patron, proof, drawn = name_of(picture.case.roles.patron), links(query)["proof"], dict[str, Markup]()
    for partner in partners:
        if partner in rows and f"{partner}:patron" in rows:
            (mine, _), (theirs, note) = rows[f"{partner}:patron"], rows[partner]
            rest = max(0.0, round(1 - mine - theirs, 9))
            parts = [draw.Share(0, mine, "patron"), draw.Share(1, theirs, "rivals"), draw.Share(None, rest, "others")]
            words = f"Arms of {name_of(partner)} {note}: {patron} {percent(mine)}, rivals {percent(theirs)}, others {percent(rest)}"
            drawn[partner] = Markup(draw.shares(parts, proof(f"I9:{partner}"), words))
    return drawn


def _timeline(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    chosen = (made.start, made.end) if (made.start, made.end) != (made.first, made.last) else None
    return _bars(made.bins, made.first, made.last, chosen, picture, query)


def _bars(
    bins: Sequence[Bin], first: date, last: date, chosen: tuple[date, date] | None, picture: Picture, query: Query
) -> dict[str, Any]:
    drawn = [draw.Bar(b.start, b.end, colours(picture)[b.who], b.cooperation, b.pressure, name_of(b.who)) for b in bins]
    address = links(query)["at"]("/timeline", start=None, end=None)
    address += ("&" if "?" in address else "?") + "from={start}&to={end}"
    words = "Acts a quarter: cooperation above, pressure below"
    return {
        "timeline": Markup(draw.bars(drawn, first, last, chosen, address, words)),
        "timeline_slim": Markup(draw.bars(drawn, first, last, chosen, address, words, SLIM)),
        "cut": draw.cut(drawn),
        "timeline_legend": _legend(picture, {b.who for b in bins}),
    }


def _tie(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    mine = [s for s in made.strengths if s.view == made.view]
    top = max((s.high for s in mine), default=1.0)
    steps: defaultdict[str, list[draw.Step]] = defaultdict(list)
    for p in made.history:
        steps[p.instrument].append(draw.Step(p.month, p.strength, p.low, p.high))
    peak = max((p.high for p in made.history), default=1.0)
    marks = {s.instrument: _drawn(s, 0, f"{s.instrument}: {number(s.strength)} acts a year", query) for s in mine}
    looked: defaultdict[tuple[Any, ...], list[tuple[str, int]]] = defaultdict(list)
    for c in made.coverage:  # a source looks at most instruments alike: one line says it of all of them
        if c.instrument in TIES or c.reports:
            alike = (c.source, c.state, c.date_from, c.date_to, c.detection and round(c.detection, 2), c.basis)
            looked[alike].append((c.instrument, c.reports))
    return {
        "looked": looked,
        "intervals": {k: Markup(draw.interval(mark, top)) for k, mark in marks.items()},
        "histories": {
            k: Markup(draw.line(steps[k], peak, f"{k} since {steps[k][0].day.year}" if steps[k] else k)) for k in marks
        },
        "ruler": Markup(draw.ruler(top)),
        "peak": peak,
        "first_year": min((p.month.year for p in made.history), default=picture.as_of.year),
    }


def _alerts(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    """Every alert by its id, and the page of all that were ever raised."""
    ever = query.replace(start=picture.alerts["raised"].min(), end=None)
    return {"by_id": {a.id: a for a in made.alerts}, "ever": ever.link("/alerts"), "most": LISTED}


def _digest(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    return {"yesterday": made.start - timedelta(days=1)}


def _methods(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    steps = [draw.Step(date(y.year, 12, 31), y.seen, y.low, y.high) for y in made.years]
    words = "share of a year's acts that the casebook's pages can show, with its bounds"
    return {"seen_line": Markup(draw.line(steps, 1.0, words))}


def _state(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    rows = [Row(made.code, False, made.held_by)] if made.held_by else _turned(made)
    cards = {id: item.card for id, item in indicators.catalogue().items()}
    cells = _matrix(rows, picture, query)
    legend = _legend(picture, _holders(rows))
    return {"holders": bool(rows), "rows": rows, "legend_of": legend, "cards": cards, **cells}


def _turned(made: Any) -> list[Row]:
    """A patron's ties, a row a partner."""
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for held in made.holds:
        found[held.partner].append(held.cell)
    return [Row(partner, False, cells) for partner, cells in found.items()]


def _scenario(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    """What the builder offers, and what is kept of each tie, drawn."""
    roles = picture.case.roles
    kinds = scenarios.catalogue().items()
    shocks, holds = (tuple(line.spec for line in lines) for lines in (made.shocks, made.holds))
    shown = Query(as_of=query.as_of, view=query.view, shocks=shocks, holds=holds)
    drawn = {
        f"{k.a}-{k.b}": Markup(
            draw.kept(
                k.kept, k.low, k.high, k.grade == "E", f"{percent(k.kept)} kept, {percent(k.low)} to {percent(k.high)}"
            )
        )
        for k in made.kept
        if not k.instrument
    }
    return {
        "drawn": drawn,
        "first_of": _first_of,
        "moved": lambda effect: scenarios.title(effect).partition(": ")[2],
        "hidden": shown.pairs(),
        "shocks_but": lambda one: tuple(s for s in shown.shocks if s != one),
        "holds_but": lambda one: tuple(h for h in shown.holds if h != one),
        "shock_kinds": [(kind, item.card.name) for kind, item in kinds if item.card.side == SHOCK],
        "hold_kinds": [(kind, item.card.name) for kind, item in kinds if item.card.side == HOLD],
        "actors": [(c, name_of(c)) for c in (*roles.rivals, roles.patron, *roles.held)],
        "targets": [(c, name_of(c)) for c in (*roles.held, roles.patron)],
    }


def _first_of(code: str) -> str:
    """What comes first in a ranking, in words: a shock or hold by its state, or a pair."""
    kind, _, rest = code.partition(":")
    if item := scenarios.catalogue().get(kind):
        actor = rest.partition("->")[0]
        return f"{item.card.name}, {name_of(actor)}" if actor else item.card.name
    return named(code)


def _evidence(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    return {"title": _title(made), "likely": LIKELY, "even": EVEN, "own_weight": OWN_WEIGHT}


def _title(made: Any) -> str:
    """What an evidence page is about, in words where its id is a code."""
    if made.sum:
        return named(made.sum.opens)
    if made.foreseen:
        indicator, _, subject = made.foreseen.opens.partition(":")
        return f"{indicators.catalogue()[indicator].card.name}, {named(subject)}: the next months"
    if made.reading:
        card = indicators.catalogue()[made.reading.indicator].card
        return f"{card.name}: {named(made.reading.subject)}"
    return str(made.headline)


def _risk(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    year = {f"{t.a}-{t.b}": (t.chances[1], t.quote) for t in made.ties}
    drawn = {
        pair: Markup(draw.chance(c.probability, c.low, c.high, c.base_rate, said)) for pair, (c, said) in year.items()
    }
    return {"drawn": drawn, "ruler": Markup(draw.chance_ruler())}


def _outlook(made: Any, picture: Picture, query: Query) -> dict[str, Any]:
    top = max((t.horizons[-1].high for t in made.ties), default=1.0)
    drawn = {}
    for t in made.ties:
        blades, last = [_blade(h, h.last) for h in t.horizons], t.horizons[-1]
        words = f"{t.instrument} of {name_of(t.with_)} with {name_of(t.partner)}: {number(last.mean)} acts in {last.months} months, {number(last.low, 0)} to {number(last.high, 0)}"
        drawn[t.opens] = Markup(draw.fan(blades, top, words))
    by_indicator = [list(kinds) for _, kinds in groupby(made.kinds, key=lambda k: k.indicator)]
    return {"fan_of": drawn | _fans_of_readings(made.kinds), "by_indicator": by_indicator}


def _blade(h: Horizon | Months, last: float) -> draw.Blade:
    """A forecast beside its own mean and what was last."""
    return draw.Blade(h.months, (h.low, h.quarter, h.median, h.three_quarters, h.high), (h.own, last))


def _fans_of_readings(kinds: Sequence[Kind]) -> dict[str, Markup]:
    """Those of one kind share an axis from the least to the greatest that any of them may reach."""
    drawn = {}
    for kind in kinds:
        fans = [(f, f.value) for f in kind.readings if f.horizons and f.value is not None]
        ends = [x for f, today in fans for h in f.horizons for x in (h.low, h.high, h.own, today)]
        for f, today in fans:
            blades, last = [_blade(h, today) for h in f.horizons], f.horizons[-1]
            words = f"{kind.name} of {named(f.subject)}: {short(today)} today, {short(last.median)} in {last.months} months, {short(last.low)} to {short(last.high)}"
            drawn[f.rests] = Markup(draw.fan(blades, max(ends), words, today, min(ends)))
    return drawn


_MAKE: dict[str, Callable[[Any, Picture, Query], dict[str, Any]]] = {
    "overview": _overview,
    "map": _map,
    "timeline": _timeline,
    "methods": _methods,
    "digest": _digest,
    "alerts": _alerts,
    "tie": _tie,
    "outlook": _outlook,
    "state": _state,
    "evidence": _evidence,
    "scenario": _scenario,
    "risk": _risk,
}


def _choices(picture: Picture, query: Query) -> Callable[[Iterable[str]], list[Choice]]:
    """What a reader may choose, for the keys that a template names."""
    roles = picture.case.roles
    instruments = [(k, k.replace("_", " ")) for k in (*TIES, *PRESSURE)]
    views = [(VIEWS[0], "count 1 for each pair"), (VIEWS[1], "count 1/(n−1)")]
    every: list[Choice] = [
        ("partners", "Partners", [(c, name_of(c)) for c in roles.held], query.partners),
        ("rivals", "Beside", [(c, name_of(c)) for c in roles.rivals], query.rivals),
        ("instruments", "Instruments", instruments, query.instruments),
        ("view", "Drills of many", views, (query.view,)),
    ]
    by_key = {choice[0]: choice for choice in every}
    return lambda keys: [by_key[key] for key in keys]


def _tie_page(query: Query) -> Callable[[str, str], str]:
    at = links(query)["at"]
    return lambda one, other: at(f"/tie/{subject_of(one, other)}")
