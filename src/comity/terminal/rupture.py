"""How ties end: the chronicle, forecasts, scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from comity.states import name_of
from comity.terminal.write import heading, title

if TYPE_CHECKING:
    from comity.pages.chronicle import Chronicle
    from comity.rupture.backtest import Result
    from comity.rupture.risk import Risk
    from comity.scenarios.replay.backtest import Result as Replayed

LISTED, RISKS = 12, 15  # how much of a list fits


def chronicle(page: Chronicle) -> RenderableType:
    """Counts, completeness, and the newest rows between states with a part in the case."""
    counts = ", ".join(f"{n} {kind.replace('_', ' ')}s" for kind, n in page.counts.items())
    grid = Table(box=None, pad_edge=False, show_header=False)
    for s in page.sweeps:
        there = "nothing can be said" if s.estimate is None else f"about {s.estimate:.0f} to find (s.e. {s.error:.0f})"
        grid.add_row(f"search {s.sweep}", f"{s.found} found, {s.elsewhere} by the others, {s.shared} by both: {there}")
    again = Table(box=None, pad_edge=False, show_header=False)
    for a in page.agreed:
        kappa = "chance alone agrees" if a.kappa is None else f"kappa {a.kappa:.2f} (s.e. {a.error:.2f})"
        again.add_row(a.field, f"{a.same} of {a.rows} alike, {kappa}; {a.coder}")
    mine = [e for e in page.ends if e.in_case][:LISTED]
    lines = Table(box=None, pad_edge=False, show_header=False)
    lines.add_column(no_wrap=True)
    lines.add_column(no_wrap=True)
    for e in mine:
        lines.add_row(str(e.date_to), e.kind.replace("_", " "), Text(f"{e.text} ({e.publisher})"))
    return Group(
        title("Chronicle of ruptures", page.about), counts,
        heading("How complete", "Chapman's estimate from each search beside the others"), grid,
        heading("Coded a second time", "Cohen's kappa with the first coding"), again,
        heading("Newest between states of this case", f"{len(mine)} of {sum(e.in_case for e in page.ends)}"), lines,
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


def score(found: Result | Replayed) -> RenderableType:
    """One score, its goal, and the best baseline."""
    met = "no goal registered" if found.goal is None else f"goal {found.goal:.2f} {'met' if found.met else 'missed'}"
    line = Text.assemble(
        (f"{found.target} {found.score:<12}", "bold"),
        f"{found.value:6.3f}  ({found.low:.3f} to {found.high:.3f})  {met}",
    )
    best = sorted(found.baselines.items(), key=lambda b: -b[1].value)
    beside = ", ".join(f"{name} {value.value:.3f}" for name, value in best)
    return Text.assemble(line, (f"\n  n {found.n:,}{'; ' + beside if beside else ''}", "dim"))
