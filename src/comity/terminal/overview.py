"""The answer on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.numerals import listed, many, number
from comity.pages.cells import PATRON, THIN, searched
from comity.states import name_of
from comity.tables import OBSERVED
from comity.terminal.write import CHANGES, acts, bare, footer, heading, title
from comity.vocabulary import TIES

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
            "Who holds which partner, by what",
            "expected acts in 12 months, 5 to 95 % interval; * half assumption or more, ? hardly looked at",
        ),
        _holders(page),
        heading(f"What changed since {page.since}", many(len(page.changes), "act")),
        acts(page.changes[:CHANGES]),
        heading(
            "Announced, not seen", f"{len(page.unseen)} of {many(page.promised, 'arms, production or basing deal')}"
        ),
        acts([p.act for p in reversed(page.unseen)][:UNSEEN]),
        heading("Where the ties are thin", "more assumption than evidence, or nothing reported"),
        *(map(Text, _thin(page)) if page.thin else [Text("nowhere")]),
        heading("What is not known", ""),
        *(Text(f"- {u.kind}: {u.text}") for u in page.unknowns[:UNKNOWNS]),
        *(
            [Text(f"  and {len(page.unknowns) - UNKNOWNS} more (--json)", style="dim")]
            if len(page.unknowns) > UNKNOWNS
            else []
        ),
        footer(
            page.about, f"{many(len(page.evidence), 'report')} behind this page; comity evidence ID opens any of them"
        ),
    )


def _holders(page: Overview) -> RenderableType:
    """Partner by partner: the patron first, then the rivals with most behind them, each with its strongest instruments."""
    grid = bare("bold", "whole", "right", "dim", "fold")
    for row in page.partners:
        arcs = [a for a in page.arcs if a.partner == row.state and a.acts]
        shown = [a for a in arcs if a.role == PATRON] + [a for a in arcs if a.role != PATRON and searched(a)][:RIVALS]
        for n, arc in enumerate(shown):
            grid.add_row(
                name_of(row.state) if n == 0 else "",
                name_of(arc.patron),
                f"{number(arc.strength)}{'' if searched(arc) else '?'}",
                f"{number(arc.low)} to {number(arc.high)}",
                _by_what(page, arc),
            )
        rest, first = [a for a in arcs if a not in shown], "" if shown else name_of(row.state)
        for words, found in (
            ("and others", [a for a in rest if searched(a)]),
            ("hardly looked at", [a for a in rest if not searched(a)]),
        ):
            if found:
                grid.add_row(first, words, "", "", listed([name_of(a.patron) for a in found]))
                first = ""
    return grid


def _by_what(page: Overview, arc: Arc) -> str:
    row = next(r for r in page.partners if r.state == arc.partner)
    cells = sorted(
        (c for c in row.ties if c.with_ == arc.patron and c.state == OBSERVED),
        key=lambda c: (not searched(c), -c.strength),
    )
    return ", ".join(
        f"{c.instrument} {number(c.strength)}{'*' if c.prior_share >= THIN else ''}{'' if searched(c) else '?'} ({number(c.low)} to {number(c.high)})"
        for c in cells[:TOP]
    )


def _thin(page: Overview) -> Iterator[str]:
    """States that are thin in the same instruments together, those thin in most of them first."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for row in page.partners:
        if found := tuple(sorted(t.instrument for t in page.thin if t.state == row.state)):
            alike.setdefault(found, []).append(name_of(row.state))
    for found, states in sorted(alike.items(), key=lambda item: -len(item[0])):
        by = "every instrument" if len(found) == len(TIES) else listed(found)
        yield f"{listed(states)}: {by}"
