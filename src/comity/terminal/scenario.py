"""A scenario: the answer in words, then the numbers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.numerals import added, number, percent, signed, thousand
from comity.pages.verdicts import odds
from comity.states import name_of
from comity.terminal.rupture import broken_since
from comity.terminal.write import Grid, footer, heading, title

if TYPE_CHECKING:
    from comity.pages.scenario import ScenarioPage


def scenario(page: ScenarioPage) -> RenderableType:
    """Whether, where first, by whom, what would hold it."""
    assumed = Text(
        "\n".join(f"assumed  {line.spec}  (grade {line.grade})" for line in page.shocks + page.holds)
        or "nothing is assumed",
        style="yellow",
    )
    broken = (b for b in page.breaks if b.before)
    already = [Text(f"{name_of(b.a)} and {name_of(b.b)}: {b.before}", style="yellow") for b in broken]
    words = [Text.assemble((f"\n{v.question} ", "bold"), v.answer.text) for v in page.verdicts]
    return Group(
        title(f"What if: {page.title}", page.about), assumed, *words,
        heading("Where first", f"chance to break in {page.months} months, in 1,000; base rate {thousand(page.base_rate)}"), _breaks(page), *already, *broken_since(page.since),
        heading("What is kept", f"expected acts in {page.months} months"), _kept(page),
        heading("By whom", "what each shock adds, over every order of arrival"), _shares(page),
        footer(page.about, f"result {page.id}, page /scenario?{page.about.query}, seed {page.seed}, effects {page.library}; worst grade on the path {page.grade}"),
    )  # fmt: skip


def _table(*names: str) -> Grid:
    grid = Grid()
    for name in names:
        grid.add_column(name, no_wrap=True)
    return grid


def _breaks(page: ScenarioPage) -> Grid:
    grid = _table("", "without", "with", "first, without", "with", "grade")
    for b in page.breaks:
        if b.broken and not any(row.broken for row in page.breaks[: page.breaks.index(b)]):
            grid.add_row(Text("broken already: could break anew", style="dim"))
        first = map(thousand, (b.first_base, b.first))
        grid.add_row(f"{name_of(b.a)} and {name_of(b.b)}", odds(b.base), odds(b.chance), *first, b.grade)
    return grid


def _kept(page: ScenarioPage) -> Grid:
    grid = _table("", "without", "with", "kept", "grade")
    for k in (k for k in page.kept if not k.instrument):
        kept = f"{percent(k.kept)} ({percent(k.low)} to {percent(k.high)})"
        grid.add_row(f"{name_of(k.a)} and {name_of(k.b)}", number(k.base), number(k.acts), kept, k.grade)
    return grid


def _shares(page: ScenarioPage) -> Grid:
    grid = _table("", "risk, in 1,000", "acts", "grade")
    for s in page.shares:
        risk = f"{added(s.risk.value)} ({added(s.risk.low)} to {added(s.risk.high)})"
        grid.add_row(f"{s.name}, {name_of(s.actor)}", risk, signed(s.acts), s.grade)
    return grid
