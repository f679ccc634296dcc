"""The answer on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.states import name_of
from comity.tables import OBSERVED
from comity.terminal.write import CHANGES, acts, bare, footer, heading, title

if TYPE_CHECKING:
    from comity.pages.map import Arc
    from comity.pages.overview import Overview

UNSEEN, UNKNOWNS, RIVALS, TOP = 3, 8, 3, 3  # how much of a list fits


def overview(page: Overview) -> RenderableType:
    """The answer on one screen."""
    return Group(
        title(page.about.title, page.about),
        Text(" ".join(s.text for s in page.sentences)),
        heading(
            "Who holds which partner, by what", "expected acts in 12 months, 5-95 % interval; * half assumption or more"
        ),
        _holders(page),
        heading(f"What changed since {page.since}", f"{len(page.changes)} acts"),
        acts(page.changes[:CHANGES]),
        heading("Announced, not seen", f"{len(page.unseen)} of {page.promised} arms, production and basing deals"),
        acts([p.act for p in reversed(page.unseen)][:UNSEEN]),
        heading("Where the ties are thin", "more assumption than evidence, or nothing reported"),
        Text("; ".join(_by_state((t.state, t.instrument) for t in page.thin)) or "nowhere"),
        heading("What is not known", ""),
        *(Text(f"- {u.kind}: {u.text}") for u in page.unknowns[:UNKNOWNS]),
        *(
            [Text(f"  and {len(page.unknowns) - UNKNOWNS} more (--json)", style="dim")]
            if len(page.unknowns) > UNKNOWNS
            else []
        ),
        footer(page.about, f"{len(page.evidence)} reports behind this page; comity evidence ID opens any of them"),
    )


def _holders(page: Overview) -> RenderableType:
    """Partner by partner: the patron first, then the rivals with most behind them, each with its strongest instruments."""
    grid = bare()
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for row in page.partners:
        arcs = [a for a in page.arcs if a.partner == row.state and a.acts]
        shown = [a for a in arcs if a.role == "patron"] + [a for a in arcs if a.role != "patron"][:RIVALS]
        for n, arc in enumerate(shown):
            grid.add_row(
                name_of(row.state) if n == 0 else "",
                name_of(arc.patron),
                f"{arc.strength:.1f}",
                f"{arc.low:.1f}-{arc.high:.1f}",
                _by_what(page, arc),
            )
    return grid


def _by_what(page: Overview, arc: Arc) -> str:
    row = next(r for r in page.partners if r.state == arc.partner)
    cells = sorted((c for c in row.ties if c.with_ == arc.patron and c.state == OBSERVED), key=lambda c: -c.strength)
    return ", ".join(
        f"{c.instrument} {c.strength:.1f}{'*' if c.prior_share >= 0.5 else ''} ({c.low:.1f}-{c.high:.1f})"
        for c in cells[:TOP]
    )


def _by_state(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Instruments gathered by state, in prose."""
    for code, found in groupby(sorted(pairs), key=lambda p: p[0]):
        yield f"{name_of(code)}: {', '.join(instrument for _, instrument in found)}"
