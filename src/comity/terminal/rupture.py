"""How ties end: the chronicle, forecasts, scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.numerals import number, percent, short, thousand, whole
from comity.rupture.risk import cut_short
from comity.rupture.spell import said as spell_said
from comity.scores import title as plain
from comity.states import name_of
from comity.terminal.write import Grid, bare, footer, heading, title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from comity.pages.chronicle import Chronicle
    from comity.pages.risk import Broken, Moved, Risks
    from comity.pages.scores import Scores
    from comity.rupture.risk import Driver, Outlook
    from comity.scores import Score

LISTED, RISKS, ENDED, DRIVERS, SINCE = 12, 15, 5, 2, 8  # how much of a list fits


def chronicle(page: Chronicle) -> RenderableType:
    """Counts, completeness, and the newest rows between states with a part in the case."""
    counts = ", ".join(f"{n} {kind.replace('_', ' ')}s" for kind, n in page.counts.items())
    grid = bare()
    for s in page.sweeps:
        there = (
            "nothing can be said"
            if s.estimate is None
            else f"about {number(s.estimate, 0)} to find (s.e. {number(s.error, 0)})"
        )
        grid.add_row(f"search {s.sweep}", f"{s.found} found, {s.elsewhere} by the others, {s.shared} by both: {there}")
    again = bare()
    for a in page.agreed:
        kappa = "chance alone agrees" if a.kappa is None else f"kappa {number(a.kappa, 2)}"
        error = "" if a.error is None else f" (s.e. {number(a.error, 2)})"
        alike = f"{a.same} of {a.rows} alike ({percent(a.low)} to {percent(a.high)})"
        again.add_row(a.field, f"{alike}, {kappa}{error}; {a.coder}{'' if a.drawn else ', no random draw'}")
    mine = [e for e in page.ends if e.in_case][:LISTED]
    lines = bare("whole", "whole")
    for e in mine:
        lines.add_row(str(e.date_to), e.kind.replace("_", " "), Text(f"{e.text} ({e.publisher})"))
    return Group(
        title("Chronicle of ruptures", page.about), f"since {page.begins}: {counts}{'' if page.last else '; what broke before is not in the list'}",
        heading("How complete", "Chapman's estimate from each search beside the others"), grid,
        heading("Coded a second time", "share alike with 95 % interval and Cohen's kappa; a random draw counts"), again,
        heading("Newest between states of this case", f"{len(mine)} of {sum(e.in_case for e in page.ends)}"), lines,
    )  # fmt: skip


def risk(page: Risks, own: Collection[tuple[str, str]] = ()) -> RenderableType:
    """The ties of the case and what the forecast is worth: the patron's ``own`` ones first, then those likeliest to break."""
    grid = _grid()
    shown = sorted(page.ties, key=lambda t: (t.a, t.b) not in own)[: max(RISKS, len(own))]
    for t in shown:
        year = t.chances[1]
        line = _line(t.a, t.b, year.probability, year.low, year.high, year.base_rate, t.cut_short)
        grid.add_row(*line, _why(t.drivers, t.before.text if t.before.again or not t.before.at_risk else None))
    gone = [t for t in page.ties if not t.before.at_risk][:ENDED]
    ended = [Text(f"\n{name_of(t.a)} and {name_of(t.b)}, {t.before.text}.", style="yellow") for t in gone]
    first = "those of the patron with a partner before the others, " if own else ""
    missing = f"Leans on the base rate: never read here are {', '.join(page.missing)}." if page.missing else ""
    return Group(
        title("Risk of rupture", page.about), Text(" ".join(s.text for s in page.answer)),
        f"\nin 1,000 within a year; {len(shown)} of {page.of} ties, {first}likeliest first; odds beside the average tie, all of grade C",
        grid, *_ceiling(t.cut_short for t in shown), *ended,
        Text(f"\nTo quote: {name_of(shown[0].a)} and {name_of(shown[0].b)}, {shown[0].quote}.") if shown else "",
        Text(f"What it is worth, by its backtest: {page.worth}.", style="yellow"),
        Text(missing, style="yellow"),
        *broken_since(page.since),
        Text(f"comity evidence {shown[0].opens} opens a chance: all {page.features} features and how they sum up.") if shown else "",
        footer(page.about, _stale(page.known) if page.stale else ""),
    )  # fmt: skip


def risks(found: Outlook, worth: str) -> RenderableType:
    """The ties of the world most likely to break within a year, and what the forecast is worth."""
    every = [r for r in found.risks if r.horizon_months == 12]
    year, ended = [r for r in every if r.spell.at_risk], [r for r in every if not r.spell.at_risk]
    grid, apart = _grid(), _grid()
    for to, some in ((grid, year[:RISKS]), (apart, ended[:ENDED])):
        for r in some:
            a, b = r.pair.split("-")
            line = _line(a, b, r.probability, r.low, r.high, r.base_rate, cut_short(r))
            to.add_row(*line, _why(r.drivers, spell_said(r.spell) if r.spell.again or not r.spell.at_risk else None))
    missing = (
        f"\nLeans on the base rate, and lists only ties that broke before: never read here are {', '.join(found.missing)}."
        if found.missing
        else ""
    )
    return Group(
        Text.assemble((f"{len(year):,} ties at risk", "bold"), f", {min(RISKS, len(year))} shown; in 1,000 within a year; odds beside the average tie, all of grade C"),
        grid, *([heading("Broken, and not at risk again yet", f"{len(ended)}, {min(ENDED, len(ended))} shown; the chance is that of one more rupture on record"), apart] if ended else []),
        *_ceiling(map(cut_short, [*year[:RISKS], *ended[:ENDED]])),
        Text(f"\nWhat it is worth, by its backtest: {worth}. {_stale(found.known)}{missing}", style="yellow"),
    )  # fmt: skip


def _grid() -> Grid:
    grid = Grid()
    for word in ("tie", "in a year", "interval", "base rate", "what moves it"):
        grid.add_column(word, justify="left" if word in {"tie", "what moves it"} else "right", no_wrap=word != "what moves it")  # fmt: skip
    return grid


def _line(
    a: str, b: str, p: float, low: float, high: float, base: float, cut: str | None
) -> tuple[Text, str, str, str]:
    return (
        Text(f"{name_of(a)} and {name_of(b)}", style="bold"),
        f"{thousand(p)}{'*' if cut else ''}",
        f"{thousand(low)} to {thousand(high)}",
        thousand(base),
    )


def _why(drivers: Sequence[Driver | Moved], before: str | None) -> Text:
    moves = "; ".join(f"{d.title} x{short(d.odds)}" for d in drivers[:DRIVERS])
    return Text.assemble((moves, "dim"), (f"\n{before}", "yellow") if before else "")


def _ceiling(said: Iterable[str | None]) -> list[Text]:
    """What the asterisk of a line means, where one has it."""
    return [Text(f"\n* {words[0].upper()}{words[1:]}.") for words in sorted({s for s in said if s})]


def broken_since(broken: Sequence[Broken]) -> list[Text]:
    """What broke after the day that the model knows."""
    if not broken:
        return []
    said = "; ".join(f"{b.text} ({b.on}, {b.id})" for b in broken[:SINCE])
    more = f" and {len(broken) - SINCE} more (--json)" if len(broken) > SINCE else ""
    return [
        Text(
            f"Broken since, and not known to the model: {said}{more}. No chance here counts any of it.",
            style="yellow",
        )
    ]


def _stale(known: date | None) -> str:
    return f"Learnt from ruptures up to {known}; later ones are not known here."


def scores(page: Scores) -> RenderableType:
    """Every published score, target by target."""
    parts: list[RenderableType] = [title("Scores", page.about), f"{page.met} goals met, {page.missed} missed"]
    for target in page.targets:
        parts.append(heading(target.name, target.question))
        grid = bare()
        for s in target.scores:
            met = {True: "met", False: "missed", None: ""}[s.met]
            value, bounds = _measured(s.value, s.low, s.high)
            best = next((f"{b.name} {number(b.value, 3)}" for b in s.baselines if b.value is not None), "")
            name = Text.assemble(s.title, (f"\n{s.score}", "dim"))
            grid.add_row(name, value, bounds, f"goal {s.goal} {met}" if s.goal else "no goal", Text(best, style="dim"))
        parts.append(grid)
    return Group(
        *parts, footer(page.about, f"registered, not scored: {', '.join(page.waiting)}" if page.waiting else "")
    )


def score(found: Score) -> RenderableType:
    """One score, its goal, and the best baseline."""
    met = "no goal registered" if found.goal is None else f"goal {found.goal:g} {'met' if found.met else 'missed'}"
    value, bounds = _measured(found.value, found.low, found.high)
    line = Text.assemble(
        (plain(found.target, found.score), "bold"),
        (f"  {found.target} {found.score}", "dim"),
        f"\n  {value}  {f'({bounds})  ' if bounds else ''}{met}",
    )
    best = sorted(found.baselines.items(), key=lambda b: -b[1].value)
    beside = ", ".join(f"{name} {number(value.value, 3)}" for name, value in best)
    return Text.assemble(line, (f"\n  n {found.n:,}{'; ' + beside if beside else ''}", "dim"))


def _measured(value: float | None, low: float | None, high: float | None) -> tuple[str, str]:
    """A score and its interval; what was counted is a whole number and has none."""
    if low is not None and low == high:
        return whole(value), ""
    return number(value, 3), "" if low is None else f"{number(low, 3)} to {number(high, 3)}"
