"""A tie, a state, the claims and the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.indicators import catalogue
from comity.numerals import drawn, listed, many, number, percent, short, span
from comity.states import name_of
from comity.tables import NOT_COVERED, OBSERVED
from comity.terminal.write import CHANGES, Grid, acts, bare, footer, heading, lined, readings, title
from comity.ties import DRAWS

if TYPE_CHECKING:
    from comity.pages.claims import Claims
    from comity.pages.factors import Factors, Of, Row, Test
    from comity.pages.methods import Methods
    from comity.pages.state import State
    from comity.pages.tie import Deal, Tie

HEAVIEST = 15  # how many weights are shown
VERDICTS = {"supported": "green", "partly": "yellow", "contradicted": "red", "nothing found": "red"}


def tie(page: Tie) -> RenderableType:
    """One tie whole."""
    whole = (
        f"{t.view}: {number(t.strength)} acts in the next 12 months ({number(t.low)} to {number(t.high)})"
        for t in page.totals
    )
    none = Text(
        f"The case {page.about.case} does not measure the tie of these two; the acts that name both are below. --case names another."
    )
    return Group(
        title(f"{name_of(page.a)} and {name_of(page.b)}", page.about),
        *([Text(page.caution)] if page.caution else []),
        *map(Text, whole),
        *([heading("By instrument", f"{page.view} view"), _strengths(page)] if page.totals else [none]),
        heading("What the numbers rest on", f"the heaviest of {many(len(page.weights), 'act')}"),
        _weights(page),
        heading("Deals", f"{sum(d.open for d in page.deals)} of {len(page.deals)} not seen carried out"),
        *map(_deal, page.deals[:CHANGES]),
        heading("Newest acts", f"{len(page.acts)} in all"),
        acts(page.acts[:CHANGES]),
        heading("Pressure", many(len(page.pressure), "act")),
        acts(page.pressure[:CHANGES]),
        footer(page.about),
    )


def _strengths(page: Tie) -> Grid:
    """A line an instrument, in the view asked for."""
    names = ("instrument", "strength", "5 to 95 %", "prior", "acts", "reports", "evidence")
    grid = lined(names, {"strength", "prior", "acts", "reports"})
    for s in (s for s in page.strengths if s.view == page.view):
        said = s.state == OBSERVED or s.exposure
        cells = (number(s.strength), f"{number(s.low)} to {number(s.high)}") if said else (number(None), "")
        grid.add_row(s.instrument, *cells, percent(s.prior_share), str(s.acts), str(s.reports), s.state)
    return grid


def _weights(page: Tie) -> Grid:
    """The acts that weigh most."""
    grid = Grid(header_style="bold")
    for name in ("tie", "weight", "share", "what"):
        grid.add_column(name)
    for w in page.weights[:HEAVIEST]:
        instrument = w.opens.partition(":")[2]
        grid.add_row(
            instrument, number(getattr(w, page.view), 2), percent(w.share), f"{span(w.date_from, w.date_to)} {w.text}"
        )
    return grid


def _deal(deal: Deal) -> Text:
    """One deal, stage by stage."""
    stages = [f"{span(s.date_from, s.date_to)} {s.stage} {s.text}" for s in deal.stages]
    end = (
        ["not seen"]
        if deal.open
        else ["perhaps a later act"]
        if deal.perhaps
        else ["an end of its kind"]
        if deal.ended
        else []
    )
    return Text(" -> ".join(stages + end))


def state(page: State) -> RenderableType:
    """One state."""
    grid = lined(("with", "instrument", "strength", "5 to 95 %", "acts"), {"strength", "acts"})
    cells = [(name_of(c.with_), c) for c in page.held_by] + [(name_of(h.partner), h.cell) for h in page.holds]
    for who, c in cells:
        if c.state == OBSERVED:
            grid.add_row(who, c.instrument, number(c.strength), f"{number(c.low)} to {number(c.high)}", str(c.acts))
    none = f"It has no part in the case {page.about.case}; the acts that name it are below. --case names another."
    names = {id: indicator.card.name for id, indicator in catalogue().items()}
    return Group(
        title(f"{page.name} ({page.role})", page.about),
        *([Text(none)] if page.role == "other" else []),
        *([heading("Ties with acts on record", ""), grid] if grid.row_count else []),
        *([heading("What is read of it", ""), readings(page.readings, names)] if page.readings else []),
        heading("Newest acts", f"{len(page.changes)} in the last twelve months"),
        acts(page.changes[:CHANGES]),
        heading("Pressure", f"{many(len(page.pressure), 'act')} in five years"),
        acts(page.pressure[:CHANGES]),
        footer(page.about),
    )


def claims(page: Claims) -> RenderableType:
    """Each claim beside its evidence."""
    grid = bare("whole", "fold")
    for c in page.claims:
        grid.add_row(Text(c.verdict, style=VERDICTS[c.verdict]), Text.assemble(c.claim, (f"\n{c.why}", "dim")))
    none = [] if page.claims else [Text("The folder of this case holds no claims.csv, so nothing is checked.")]
    return Group(title("Claims, checked", page.about), grid, *none, footer(page.about))


def indicators(page: Methods) -> RenderableType:
    """Every indicator with its readings."""
    parts: list[RenderableType] = [title("Indicators", page.about)]
    for card in page.indicators:
        parts += [
            heading(f"{card.id} {card.name}", f"{card.unit}; {card.direction}"),
            Text(card.meaning),
            readings(card.readings),
        ]
    return Group(*parts, footer(page.about))


def factors(page: Factors) -> RenderableType:
    """Every row with the readings that test it, and the weighted view."""
    parts: list[RenderableType] = [title("Vulnerabilities, disruptors, resilience, factors", page.about)]
    for row in page.rows:
        parts += [_row(row)]
    return Group(*parts, _weighted(page), footer(page.about))


def _row(row: Row) -> RenderableType:
    against = f"; against it: {row.risk}" if row.risk else ""
    return Group(
        heading(
            f"{row.kind}: {row.name}", f"said to lead to {row.leads_to}{against}; {row.measured} of {row.of} measured"
        ),
        *(Text(f"  {test.name} ({test.unit}): {_readings(test)}") for test in (*row.tests, *row.risk_tests)),
    )


def _readings(test: Test) -> str:
    """The values state by state, then the states without one, with the reason where it is one and the same."""
    told: list[str] = []
    gaps: dict[str, list[Of]] = {}
    for of in test.readings:
        r = of.reading
        if r.value is None or r.state == NOT_COVERED:
            gaps.setdefault(r.state, []).append(of)
        else:
            told.append(f"{name_of(of.state)} {short(r.value)} ({short(r.low)} to {short(r.high)})")
    for state, found in gaps.items():
        whom = f": {listed([name_of(of.state) for of in found])}" if len(found) < len(test.readings) else ""
        why = {of.reading.note for of in found}
        told.append(f"{state}{whom}{f' ({why.pop()})' if len(why) == 1 and None not in why else ''}")
    return "; ".join(told) or "no reading"


def _weighted(page: Factors) -> RenderableType:
    one = "too few ties to say" if page.omega is None else number(page.omega, 2)
    lines = []
    for p in page.weighted:
        held = (f"{name_of(h.with_)} {number(h.value, 2)} ({number(h.low, 2)} to {number(h.high, 2)}), first {drawn(h.first, DRAWS)}" for h in p.holders)  # fmt: skip
        lines.append(Text(f"  {name_of(p.partner)}: {', '.join(held) or 'nobody was watched well enough'}"))
    return Group(heading("All instruments in one number", f"a weighted view, no score; one factor: {one}"), *lines)
