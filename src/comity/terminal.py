"""The pages in a terminal: dresses what ``comity.pages`` returns and computes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.pages import to_json
from comity.states import name_of
from comity.tables import OBSERVED

if TYPE_CHECKING:
    from comity.flow import Updated
    from comity.health import Check
    from comity.pages.about import About
    from comity.pages.chronicle import Chronicle
    from comity.pages.claims import Claims
    from comity.pages.evidence import Evidence, Read
    from comity.pages.map import Arc
    from comity.pages.methods import Methods
    from comity.pages.overview import Overview
    from comity.pages.sources import Sources
    from comity.pages.state import State
    from comity.pages.tie import Tie
    from comity.pages.told import Told
    from comity.rupture.backtest import Result
    from comity.rupture.risk import Risk

WIDTH = 110  # where the output is no terminal
CHANGES, UNSEEN, UNKNOWNS, RIVALS, TOP, LISTED = 7, 3, 8, 3, 3, 12  # how much of a list fits on one screen
RISKS = 15  # ties shown
VERDICTS = {"supported": "green", "partly": "yellow", "contradicted": "red", "nothing found": "red"}


def write(page: RenderableType) -> None:
    """A page on stdout."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    console.print(page)


def plain(page: Any) -> None:
    """A page on stdout as JSON."""
    Console(soft_wrap=True, highlight=False, markup=False, emoji=False, color_system=None).out(
        json.dumps(to_json(page), ensure_ascii=False, indent=1, allow_nan=False)
    )


def overview(page: Overview) -> RenderableType:
    """The answer on one screen."""
    return Group(
        _title(page.about.title, page.about),
        Text(" ".join(s.text for s in page.sentences)),
        _heading(
            "Who holds which partner, by what", "expected acts in 12 months, 5-95 % interval; * half assumption or more"
        ),
        _holders(page),
        _heading(f"What changed since {page.since}", f"{len(page.changes)} acts"),
        _acts(page.changes[:CHANGES]),
        _heading("Announced, not seen", f"{len(page.unseen)} of {page.promised} arms, production and basing deals"),
        _acts([p.act for p in reversed(page.unseen)][:UNSEEN]),
        _heading("Where the ties are thin", "more assumption than evidence, or nothing reported"),
        Text("; ".join(_by_state((t.state, t.instrument) for t in page.thin)) or "nowhere"),
        _heading("What is not known", ""),
        *(Text(f"- {u.kind}: {u.text}") for u in page.unknowns[:UNKNOWNS]),
        *(
            [Text(f"  and {len(page.unknowns) - UNKNOWNS} more (--json)", style="dim")]
            if len(page.unknowns) > UNKNOWNS
            else []
        ),
        _footer(page.about, f"{len(page.evidence)} reports behind this page; comity evidence ID opens any of them"),
    )


def tie(page: Tie) -> RenderableType:
    """One tie whole."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("instrument", "strength", "5-95 %", "prior", "acts", "reports", "evidence"):
        grid.add_column(name, justify="right" if name in {"strength", "prior", "acts", "reports"} else "left")
    for s in (s for s in page.strengths if s.view == page.view):
        cells = (
            ("-", "")
            if s.state != OBSERVED and not s.exposure
            else (f"{s.strength:.1f}", f"{s.low:.1f} to {s.high:.1f}")
        )
        grid.add_row(s.instrument, *cells, f"{s.prior_share:.0%}", str(s.acts), str(s.reports), s.state)
    weights = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("tie", "weight", "share", "what"):
        weights.add_column(name, overflow="fold")
    for w in page.weights[:15]:
        weights.add_row(
            w.opens.partition(":")[2], f"{getattr(w, page.view):.2f}", f"{w.share:.0%}", f"{w.date_to} {w.text}"
        )
    return Group(
        _title(f"{name_of(page.a)} and {name_of(page.b)}", page.about),
        *(
            Text(f"{t.view}: {t.strength:.1f} acts in the next 12 months ({t.low:.1f} to {t.high:.1f})")
            for t in page.totals
        ),
        _heading("By instrument", f"{page.view} view"),
        grid,
        _heading("What the numbers rest on", f"the heaviest of {len(page.weights)} acts"),
        weights,
        _heading("Newest acts", f"{len(page.acts)} in all"),
        _acts(page.acts[:CHANGES]),
        _heading("Pressure", f"{len(page.pressure)} acts"),
        _acts(page.pressure[:CHANGES]),
        _footer(page.about),
    )


def state(page: State) -> RenderableType:
    """One state."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("with", "instrument", "strength", "5-95 %", "acts"):
        grid.add_column(name, justify="right" if name in {"strength", "acts"} else "left")
    cells = [(name_of(c.with_), c) for c in page.held_by] + [(name_of(h.partner), h.cell) for h in page.holds]
    for who, c in cells:
        if c.state == OBSERVED:
            grid.add_row(who, c.instrument, f"{c.strength:.1f}", f"{c.low:.1f} to {c.high:.1f}", str(c.acts))
    return Group(
        _title(f"{page.name} ({page.role})", page.about),
        _heading("Ties with acts on record", ""),
        grid,
        _heading("What is read of it", ""),
        _readings(page.readings),
        _heading("Newest acts", f"{len(page.changes)} in the last twelve months"),
        _acts(page.changes[:CHANGES]),
        _heading("Pressure", f"{len(page.pressure)} acts in five years"),
        _acts(page.pressure[:CHANGES]),
        _footer(page.about),
    )


def claims(page: Claims) -> RenderableType:
    """Each claim beside its evidence."""
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for c in page.claims:
        grid.add_row(Text(c.verdict, style=VERDICTS[c.verdict]), f"{c.claim}\n[dim]{c.why}[/dim]")
    return Group(_title("Claims, checked", page.about), grid, _footer(page.about))


def indicators(page: Methods) -> RenderableType:
    """Every indicator with its readings."""
    parts: list[RenderableType] = [_title("Indicators", page.about)]
    for card in page.indicators:
        parts += [
            _heading(f"{card.id} {card.name}", f"{card.unit}; {card.direction}"),
            Text(card.meaning),
            _readings(card.readings),
        ]
    return Group(*parts, _footer(page.about))


def sources(page: Sources) -> RenderableType:
    """Every source."""
    parts: list[RenderableType] = [_title("Sources", page.about)]
    for s in page.sources:
        parts += [_heading(f"{s.name}: {s.title}", s.state), Text(f"{s.publisher}; {s.licence}. {s.terms}")]
        parts += [
            Text(
                f"{len(s.files)} files, {s.reports} reports, {s.acts} acts, {s.numbers} numbers; newest {s.newest or '-'}"
            )
        ]
        parts += [
            Padding(Text(f"{f.path}: {f.kept} of {f.rows} rows kept{_reasons(f.skipped)}"), (0, 2))
            for f in s.files[:10]
        ]
        parts += [Padding(Text(f"limit: {limit}", style="dim"), (0, 2)) for limit in s.limits]
    return Group(*parts, _footer(page.about))


def evidence(page: Evidence) -> RenderableType:
    """What one id rests on."""
    parts: list[RenderableType] = [_title(page.headline, page.about)]
    if page.sum:
        s = page.sum
        parts += [
            Text(f"{s.strength:.2f} acts in the next 12 months ({s.low:.2f} to {s.high:.2f}), {s.view} view"),
            Text(
                f"= (prior {s.prior_mean:g} x {s.prior_years:g} years + weights {s.weights:.2f}) / {s.years:.2f} years"
            ),
        ]
    if page.reading:
        parts += [_readings([page.reading])]
    for w in page.weights[:20]:
        parts += [Text(f"{w.opens}  weight {w.presence:.2f}, bilateral {w.bilateral:.2f}  {w.date_to} {w.text}")]
    for m in page.measures[:20]:
        parts += [Text(f"{m.name} {m.subject} {m.period_end}: {m.value}  ({m.source}, {m.file} {m.position})")]
    for r in page.statements:
        parts += [
            _heading(
                r.report,
                f"{r.coded}; reliability {r.reliability}, credibility {r.credibility}, belief {r.belief:.2f}"
                if r.belief is not None
                else r.coded,
            ),
            Text(
                f"{r.text}\n{r.publisher or 'no publisher named'}, {r.published or 'no date'}; {r.address or 'no address'}\n{r.source}: {r.file} {r.position}"
            ),
        ]
    return Group(*parts, _footer(page.about))


def updated(done: Updated) -> RenderableType:
    """What an update did, file by file."""
    parts: list[RenderableType] = [_heading("Read", f"{len(done.read)} files now, {done.known} known before")]
    rows = done.read.sort("source", "layout", "path").iter_rows(named=True)
    for (source, layout), found in groupby(rows, key=lambda r: (r["source"], r["layout"])):
        files = list(found)
        total, kept = sum(r["rows"] for r in files), sum(r["kept"] for r in files)
        skipped: dict[str, int] = {}
        for r in files:
            for reason, n in json.loads(r["skipped"]).items():
                skipped[reason] = skipped.get(reason, 0) + n
        parts += [
            Text(
                f"{source} {layout}: {len(files)} {_many('file', len(files))}, {kept} of {total} rows kept{_reasons(skipped)}"
            )
        ]
    if done.failures:
        parts += [_heading("Failed", f"{len(done.failures)} files; the rest is read")]
        parts += [Text(f"{f.source}: {f.path}: {f.why}", style="red") for f in done.failures]
    if done.unread:
        parts += [
            _heading("Nobody's", f"{len(done.unread)} files that no source here reads"),
            Text(", ".join(_folders(done.unread)), style="dim"),
        ]
    parts += [_heading("Changed", ""), Text(", ".join(done.changed) or "nothing")]
    return Group(*parts)


def _folders(names: Iterable[str]) -> Iterable[str]:
    """File names gathered by their first folder: how many there are, or the only one."""
    for folder, found in groupby(names, key=lambda name: name.partition("/")[0]):
        inside = list(found)
        yield inside[0] if len(inside) == 1 else f"{folder}/ ({len(inside)} files)"


def checks(found: Sequence[Check]) -> RenderableType:
    """What the doctor found."""
    grid = Table(box=None, pad_edge=False, show_header=False)
    for c in found:
        mark = Text("ok" if c.ok else "look", style="green" if c.ok else "yellow")
        grid.add_row(mark, c.check, c.says if c.ok else f"{c.says} -> {c.next}")
    return grid


def chronicle(page: Chronicle) -> RenderableType:
    """Counts, completeness, and the newest rows between states with a part in the case."""
    counts = ", ".join(f"{n} {kind.replace('_', ' ')}s" for kind, n in page.counts.items())
    grid = Table(box=None, pad_edge=False, show_header=False)
    for s in page.sweeps:
        there = (
            "too few shared to say" if s.estimate is None else f"about {s.estimate:.0f} to find (s.e. {s.error:.0f})"
        )
        grid.add_row(f"search {s.sweep}", f"{s.found} found, {s.elsewhere} by the others, {s.shared} by both: {there}")
    mine = [e for e in page.ends if e.in_case][:LISTED]
    lines = Table(box=None, pad_edge=False, show_header=False)
    lines.add_column(no_wrap=True)
    lines.add_column(no_wrap=True)
    for e in mine:
        lines.add_row(str(e.date_to), e.kind.replace("_", " "), Text(f"{e.text} ({e.publisher})"))
    return Group(
        _title("Chronicle of ruptures", page.about), counts,
        _heading("How complete", "Chapman's estimate from each search beside the others"), grid,
        _heading("Newest between states of this case", f"{len(mine)} of {sum(e.in_case for e in page.ends)}"), lines,
    )  # fmt: skip


def risks(found: Sequence[Risk], worth: str) -> RenderableType:
    """The ties most likely to break within a year, in words that may be quoted, and what the forecast is worth."""
    year = [r for r in found if r.horizon_months == 12]
    grid = Table(box=None, pad_edge=False, show_header=False)
    for r in year[:RISKS]:
        names = " and ".join(name_of(code) for code in r.pair.split("-"))
        why = "; ".join(f"{d.feature} x{d.odds:.1f}" for d in r.drivers)
        grid.add_row(
            Text(names, style="bold"),
            f"about {_thousand(r.probability)} in 1,000 in a year",
            f"{_thousand(r.low)}-{_thousand(r.high)}",
            Text(why, style="dim"),
        )
    base = f"base rate {_thousand(year[0].base_rate)} in 1,000" if year else "no tie here carries major arms"
    return Group(
        Text.assemble(
            (f"{len(year)} ties at risk", "bold"),
            f"; {base}, {min(RISKS, len(year))} shown; odds beside the average tie, all of grade C",
        ),
        grid,
        Text(
            f"\nWhat it is worth, by its backtest: {worth}. Few of these ties ever broke: too few to fit on any region alone.",
            style="yellow",
        ),
    )


def _thousand(p: float) -> str:
    return f"{1000 * p:.0f}" if p >= 0.001 else f"{1000 * p:.1f}"


def score(found: Result) -> RenderableType:
    """One score, its goal, and the best baseline."""
    met = "no goal registered" if found.goal is None else f"goal {found.goal:.2f} {'met' if found.met else 'missed'}"
    line = Text.assemble(
        (f"{found.target} {found.score:<12}", "bold"),
        f"{found.value:6.3f}  ({found.low:.3f} to {found.high:.3f})  {met}",
    )
    best = sorted(found.baselines.items(), key=lambda b: -b[1].value)
    beside = ", ".join(f"{name} {value.value:.3f}" for name, value in best)
    return Text.assemble(line, (f"\n  n {found.n:,}{'; ' + beside if beside else ''}", "dim"))


def _title(words: str, about: About) -> RenderableType:
    return Text.assemble((words, "bold"), (f"  as known on {about.as_of}", "dim"))


def _heading(words: str, beside: str) -> RenderableType:
    return Text.assemble("\n", (words, "bold"), (f"  {beside}" if beside else "", "dim"))


def _footer(about: About, more: str = "") -> RenderableType:
    built = f"{about.built:%Y-%m-%d}" if about.built else "-"
    line = f"evidence read {built}, vintage {about.vintage[:12]}, case {about.digest[:12]}, comity {about.software}"
    return Text(f"\n{more + chr(10) if more else ''}{line}", style="dim")


def _holders(page: Overview) -> RenderableType:
    """Partner by partner: the patron first, then the rivals with most behind them, each with its strongest instruments."""
    grid = Table(box=None, pad_edge=False, show_header=False)
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


def _acts(lines: Iterable[Told]) -> RenderableType:
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for a in lines:
        sign = "red" if a.polarity < 0 else "cyan"
        grid.add_row(
            a.date_to.isoformat(),
            Text(a.instrument, style=sign),
            Text.assemble(a.text, (f" ({a.publisher or '-'}, {a.act})", "dim")),
        )
    return grid


def _readings(rows: Iterable[Read]) -> RenderableType:
    grid = Table(box=None, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for r in rows:
        value = "-" if r.value is None else f"{r.value:.2f}"
        bounds = "" if r.low is None or r.high is None else f"{r.low:.2f} to {r.high:.2f}"
        grid.add_row(f"{r.indicator} {r.subject}", value, bounds, "; ".join(x for x in (r.state, r.note) if x))
    return grid


def _by_state(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Instruments gathered by state, in prose."""
    for code, found in groupby(sorted(pairs), key=lambda p: p[0]):
        yield f"{name_of(code)}: {', '.join(instrument for _, instrument in found)}"


def _reasons(skipped: dict[str, int]) -> str:
    return "; left out: " + ", ".join(f"{n} {reason}" for reason, n in sorted(skipped.items())) if skipped else ""


def _many(noun: str, n: int) -> str:
    return noun if n == 1 else f"{noun}s"
