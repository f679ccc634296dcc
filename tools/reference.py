"""Write the reference pages of the documentation from the code itself; a test fails when they are not up to date.

python tools/reference.py
"""

from collections.abc import Iterator
from inspect import getdoc, signature
from pathlib import Path
from typing import Any

import typer

import comity
from comity import errors
from comity.cli import app
from comity.export.forecast import FORECASTS
from comity.indicators import catalogue as indicators
from comity.pages import KEYS, About, documented, kind_of
from comity.sources import catalogue as sources
from comity.tables import TABLES
from comity.vocabulary import INSTRUMENTS, Stage
from comity.web.app import VIEWS

TO = Path(__file__).parents[1] / "docs/reference"
MADE = "<!-- Written by tools/reference.py from the code: change the code, not this page. -->\n"


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines
    )


def commands() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "# Commands\n"
    yield "Results go to stdout, progress and notes to stderr. Exit code 0: done; 1: a finding (`doctor`, `claims --strict`); 2: wrong use; 3: a source or the store failed.\n"
    whole: Any = typer.main.get_command(app)
    yield options(whole.params)
    for name, command in whole.commands.items():
        yield f"## comity {name}\n"
        yield (command.help or "") + "\n"
        yield options(command.params)


def options(params: list[Any]) -> str:
    """Arguments and options of a command."""
    rows = []
    for p in params:
        if p.name in {"help", "install_completion", "show_completion"}:
            continue
        names = (
            f"`{p.metavar or p.name}`"
            if p.param_type_name == "argument"
            else ", ".join(f"`{o}`" for o in (*p.opts, *p.secondary_opts))
        )
        rows.append((names, p.help or ""))
    return table(("", ""), rows) + "\n" if rows else ""


def pages() -> Iterator[str]:
    """Every page, its twin, and every field of the twin."""
    yield "# Pages\n"
    yield "Each page has a `.json` twin with the same content. Every view is a link: these keys may stand in any address.\n"
    yield table(("key", "meaning"), [(f"`{k}`", v) for k, v in KEYS.items()]) + "\n"
    header = list(documented(About))
    yield "## Every page\n"
    yield table(("field", "meaning"), [(f"`{k}`", v) for k, v in header]) + "\n"
    for view in VIEWS:
        yield f"## {view.name}\n"
        yield f"`{view.path}`, as JSON `{view.twin}`. {first_line(view.page)}\n"
        own = [(f"`{k}`", v) for k, v in documented(kind_of(view.page)) if (k, v) not in header]
        yield table(("field", "meaning"), own) + "\n"


def api() -> Iterator[str]:
    """Every public name of the package, and the errors."""
    yield "# Python\n"
    yield "What `import comity` offers. Names that do not stand here may change without notice.\n"
    for name in comity.__all__:
        item = getattr(comity, name)
        given = "" if isinstance(item, type) else f"({', '.join(signature(item).parameters)})"
        yield f"## {name}\n\n```python\n{name}{given}\n```\n\n{getdoc(item)}\n"
    yield f"## Errors\n\n```text\n{(errors.__doc__ or '').strip()}\n```\n"


def source_cards() -> Iterator[str]:
    """Every source's card."""
    yield "# Sources\n"
    for name, source in sources().items():
        card = source.card
        yield f"## {name}: {card.title}\n"
        yield f"{card.measures}\n"
        yield table(("", ""), [
            ("publisher", f"[{card.publisher}]({card.homepage})"), ("licence", card.licence), ("terms", card.terms),
            ("attribution", card.attribution), ("rhythm", card.rhythm), ("reliability", f"{card.reliability} (Admiralty, A to F)"),
        ]) + "\n"  # fmt: skip
        yield "Limits:\n\n" + "".join(f"- {limit}\n" for limit in card.limits)
        yield "States that a case names:\n\n" + "".join(f"- {said}\n" for said in card.promises.said())
        if card.beliefs:
            yield f"Belief in a report, by class. {card.why_beliefs}\n"
            yield table(("class", "belief"), list(card.beliefs.items())) + "\n"
        if card.detection:
            yield f"Detection. {card.why_detection}\n"
            yield table(("", "probability or parameter"), list(card.detection.items())) + "\n"


def method_cards() -> Iterator[str]:
    """Every indicator's card."""
    yield "# Indicators\n"
    for id, indicator in indicators().items():
        card = indicator.card
        yield f"## {id} {card.name}\n\n{card.meaning}\n"
        yield (
            table(
                ("", ""),
                [
                    ("formula", card.formula),
                    ("unit", card.units),
                    ("direction", card.direction),
                    ("source", card.source),
                ],
            )
            + "\n"
        )
        yield "Limits:\n\n" + "".join(f"- {limit}\n" for limit in card.limits)


def words() -> Iterator[str]:
    """Instruments, stages, tables and columns."""
    yield "# Words and tables\n\n## Instruments\n"
    yield (
        table(
            ("instrument", "kind", "ties", "meaning"),
            [
                (i.name, i.kind, "all parties with each other" if i.mutual else "actors with recipients", i.meaning)
                for i in INSTRUMENTS.values()
            ],
        )
        + "\n"
    )
    yield "## Stages\n\n" + ", ".join(Stage) + "\n"
    for name, item in (TABLES | FORECASTS).items():
        yield f"## Table {name}\n\nOne row is {item.row}.\n"
        yield (
            table(
                ("column", "type", "unit", "meaning"),
                [(f"`{c.name}`", c.dtype, c.unit, c.meaning) for c in item.columns],
            )
            + "\n"
        )


def first_line(item: Any) -> str:
    """The first line of a docstring."""
    return (getdoc(item) or "").split("\n", 1)[0]


def written() -> dict[str, str]:
    """Every reference page by file name."""
    made = {
        "commands.md": commands,
        "pages.md": pages,
        "python.md": api,
        "sources.md": source_cards,
        "indicators.md": method_cards,
        "tables.md": words,
    }
    return {name: MADE + "\n" + "\n".join(part()) for name, part in made.items()}


if __name__ == "__main__":
    TO.mkdir(parents=True, exist_ok=True)
    for name, text in written().items():
        (TO / name).write_text(text, "utf-8")
