"""Writing to the terminal, and the parts that several pages share."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from comity.errors import escaped, printable
from comity.numerals import short, span
from comity.pages import to_json
from comity.pages.told import how

if TYPE_CHECKING:
    from comity.pages.about import About
    from comity.pages.evidence import Read
    from comity.pages.told import Told

WIDTH = 110  # where the output is no terminal
WHOLE = 100_000  # there, for rows that another program may read
GAP = 2  # letters between two columns
CHANGES = 7  # how much of a list fits on one screen


def write(page: RenderableType, width: int = WIDTH) -> None:
    """A page on stdout, of that width where it is no terminal. Brackets and colons in it are words: strangers wrote some."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = width
    console.print(_Printable(page))


class _Printable:
    """A page whose words are printable."""

    def __init__(self, page: RenderableType) -> None:
        self.page = page

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.page, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


def plain(page: Any) -> None:
    """A page on stdout as JSON."""
    Console(soft_wrap=True, highlight=False, markup=False, emoji=False, color_system=None).out(
        escaped(json.dumps(to_json(page), ensure_ascii=False, indent=1, allow_nan=False))
    )


def title(words: str, about: About) -> RenderableType:
    """The first line of a page."""
    return Text.assemble((words, "bold"), (f"  as known on {about.as_of}", "dim"))


def heading(words: str, beside: str) -> RenderableType:
    """A heading, and what stands dimmed beside it."""
    return Text.assemble("\n", (words, "bold"), (f"  {beside}" if beside else "", "dim"))


def footer(about: About, more: str = "") -> RenderableType:
    """Vintage and version, after whatever else is said last."""
    built = f"{about.built:%Y-%m-%d}" if about.built else "-"
    line = f"evidence read {built}, vintage {about.vintage[:12]}, case {about.digest[:12]}, comity {about.software}"
    newer = (
        f"\n{about.newer} more files were read since and are not in it: comity update {about.case}"
        if about.newer
        else ""
    )
    return Text(f"\n{more + chr(10) if more else ''}{line}{newer}", style="dim")


class Grid(Table):
    """A table without lines that cuts no number and no word.

    Rich takes what is lacking from the widest columns, and puts dots for the end of a word that no longer fits. Here each
    column keeps room for its longest word, or for its longest cell where it shall not wrap, while there is any.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(box=None, pad_edge=False, **how)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - GAP * (len(self.columns) - 1)
        needs = [_needs(console, options, c) for c in self.columns]
        words, cells = [word for word, _ in needs], [cell for _, cell in needs]
        kept = [cell if c.no_wrap else word for c, word, cell in zip(self.columns, words, cells, strict=True)]
        least = kept if sum(kept) <= room else words
        wanted = [cell - few for cell, few in zip(cells, least, strict=True)]
        spare = room - sum(least)
        for column, few, more in zip(self.columns, least, wanted, strict=True):
            column.overflow, column.no_wrap = "fold", False
            if 0 <= spare < sum(wanted):
                column.width = few + spare * more // sum(wanted)
        return super().__rich_console__(console, options)


def _needs(console: Console, options: ConsoleOptions, column: Column) -> tuple[int, int]:
    """Letters of the longest word and of the longest cell of a column."""
    found = [Measurement.get(console, options, cell) for cell in (column.header, *column.cells)]
    return max(f.minimum for f in found), max(column.min_width or 0, *(f.maximum for f in found))


def lined(names: Sequence[str], right: Collection[str]) -> Grid:
    """An empty table under the names of its columns, those with numbers set to the right."""
    table = Grid(header_style="bold")
    for name in names:
        table.add_column(name, justify="right" if name in right else "left")
    return table


_KINDS: dict[str, dict[str, Any]] = {
    "whole": {"no_wrap": True},
    "bold": {"no_wrap": True, "style": "bold"},
    "dim": {"no_wrap": True, "style": "dim"},
    "right": {"no_wrap": True, "justify": "right"},
    "fold": {},
}


def bare(*columns: str) -> Grid:
    """An empty table without a head; its first columns are of some kinds, the others come with its rows."""
    table = Grid(show_header=False)
    for kind in columns:
        table.add_column(**_KINDS[kind])
    return table


def acts(lines: Iterable[Told]) -> RenderableType:
    """A line an act."""
    grid = bare("dim", "whole", "fold")
    for a in lines:
        sign = "red" if a.polarity < 0 else "cyan"
        grid.add_row(
            span(a.date_from, a.date_to),
            Text(a.instrument, style=sign),
            Text.assemble(
                *((f"{word}: ", "yellow") for word in how(a)), a.text, (f" ({a.publisher or '-'}, {a.act})", "dim")
            ),
        )
    return grid


def readings(rows: Iterable[Read], names: Mapping[str, str] | None = None) -> RenderableType:
    """A line a reading, with the names of their indicators where they are given."""
    grid = bare("whole", "right", "dim", "fold")
    for r in rows:
        bounds = "" if r.low is None else f"{short(r.low)} to {short(r.high)}"
        name = f" {names[r.indicator]}," if names else ""
        grid.add_row(
            f"{r.indicator}{name} {r.subject}", short(r.value), bounds, "; ".join(x for x in (r.state, r.note) if x)
        )
    return grid


def grid(columns: list[str], rows: list[tuple[Any, ...]]) -> RenderableType:
    """Plain rows under the names of their columns, with every letter of them."""
    table = Grid()
    for name in columns:
        table.add_column(name)
    for row in rows:
        table.add_row(*("-" if v is None else "; ".join(map(str, v)) if isinstance(v, list) else str(v) for v in row))
    return table


def reasons(skipped: dict[str, int]) -> str:
    """Why rows were left out, with counts."""
    return "; left out: " + ", ".join(f"{n} {reason}" for reason, n in sorted(skipped.items())) if skipped else ""
