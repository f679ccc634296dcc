"""The commands that read text: what was done, by whom, to whom."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.app import app
from comity.cli.asked import note
from comity.errors import UsageError

if TYPE_CHECKING:
    from comity.coding import Refused

File = Annotated[str, typer.Argument(metavar="[FILE|-]", help="A file of JSON lines; - reads them from stdin.")]
INSTALL = "pip install 'comity[nlp]'"


@app.command()
def code(
    file: File = "-",
    embed: Annotated[
        str,
        typer.Option(
            metavar="none|others|all",
            help="Which sentences to embed: none (fastest), all languages but English, or all.",
        ),
    ] = "others",
) -> None:
    """Read articles. JSON lines {id,text,published?,lang?,url?} become one JSON line per act, with the reason for it."""
    from comity import coding

    if coding.model() is None:
        note(f"the English parser is not installed, so English is read by word order; {INSTALL} installs it")
    if embed not in set(coding.Embedding):
        raise UsageError(f"--embed {embed}: choose one of {', '.join(coding.Embedding)}")
    asked = coding.Embedding(embed)
    left: list[Refused] = []
    count = 0
    with _lines(file) as lines:
        for act in coding.read(_kept(coding.articles(lines), left), asked):
            count += 1
            typer.echo(json.dumps(act.row(), ensure_ascii=False))
    _end(left, count)


def _kept(found: Iterator[Any], left: list[Refused]) -> Iterator[Any]:
    from comity.coding import Refused

    for one in found:
        if isinstance(one, Refused):
            note(f"line {one.line}: {one.why}")
            left.extend([one] if one.lost else [])
        else:
            yield one


def _end(left: list[Refused], count: int) -> None:
    if left and not count:
        raise UsageError(f"{len(left)} lines could not be read and nothing came of the rest; the reasons are above")
    if left:
        raise typer.Exit(1)


@contextmanager
def _lines(file: str) -> Iterator[Iterator[bytes]]:
    from comity.coding import LONGEST_LINE

    if file == "-":
        yield iter(lambda: sys.stdin.buffer.readline(LONGEST_LINE + 2), b"")
        return
    path = Path(file)
    if not path.is_file():
        raise UsageError(f"{file}: no such file")
    with path.open("rb") as stream:
        yield iter(lambda: stream.readline(LONGEST_LINE + 2), b"")


@app.command()
def classify(file: File = "-") -> None:
    """Name what a source does to a target. JSON lines {id,text,source,target} become {id,plover,quad,probabilities,sure}."""
    from comity import coding

    if coding.model() is None:
        note(f"the English parser is not installed, so only single words count; {INSTALL} installs it")
    left: list[Refused] = []
    count = 0
    with _lines(file) as lines:
        for verdict in coding.classify(_items(coding.objects(lines), left)):
            count += 1
            typer.echo(json.dumps(verdict._asdict(), ensure_ascii=False))
    _end(left, count)


def _items(found: Iterator[Any], left: list[Refused]) -> Iterator[Any]:
    from comity.coding import Item, Refused

    for number, said in _kept(found, left):
        parts = [said.get(name, "") for name in ("text", "source", "target")]
        if not parts[0] or not all(isinstance(part, str) for part in parts):
            left.append(Refused(number, ""))
            note(f"line {number}: text, source and target must be words; write {{text, source, target}}")
        else:
            yield Item(str(said.get("id", number)), parts[0][:5000], parts[1], parts[2])
