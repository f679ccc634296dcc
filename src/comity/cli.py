"""The command line: reads the clock, calls the rooms, dresses their answer for a terminal or as JSON.

Results go to stdout, progress and notes to stderr. Exit code 0 done, 1 a finding, 2 wrong use, 3 a source or the store
failed. Commands import what they run, so that help is instant.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.errors import ComityError, SourceError, StoreError, UsageError

if TYPE_CHECKING:
    from comity.cases import Case
    from comity.flow import Picture, Updated
    from comity.lake import Lake

app = typer.Typer(
    name="comity",
    help="A sourced picture of the defence ties between states, in which every number opens its evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="Name of a built-in case, or the folder of your own.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Nothing known after this day counts (2024-06-30). Default: today.")]
OfCase = Annotated[str, typer.Option("--case", metavar="CASE", help="The case to read.")]


def main() -> None:
    """Run the command line; an error of ours becomes one line on stderr and an exit code."""
    try:
        app()
    except ComityError as error:
        typer.echo(f"comity: {error}", err=True)
        raise SystemExit(3 if isinstance(error, SourceError | StoreError) else 2) from None
    except KeyboardInterrupt:
        typer.echo("comity: stopped; what was read is kept, run the same command to go on", err=True)
        raise SystemExit(130) from None
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"comity {version('comity')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    lake: Annotated[Path | None, typer.Option("--lake", envvar="COMITY_HOME", help="Folder of the evidence store.")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options that hold for every command."""
    context.obj = lake


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port of the page on this machine.")] = 8765,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after the answer.")] = True,
) -> None:
    """Build the built-in case from bundled evidence, print the answer, serve the pages."""
    show(context, "turan")
    if serve:
        _serve(context, "turan", "127.0.0.1", port)


@app.command()
def update(
    context: typer.Context,
    case: CaseName,
    folder: Annotated[Path | None, typer.Option("--from", metavar="DIR", help="Read every file in this folder that a source recognises.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", metavar="NAME", help="Only this source; may be given more than once.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing: read what is on this machine.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read new evidence into the store and weave the case anew; safe to stop and to run again."""
    from comity import terminal

    if folder is not None and not folder.is_dir():
        raise UsageError(f"--from {folder}: no such folder")
    if not offline and folder is None:
        typer.echo("note: this release fetches nothing by itself; give --from DIR. Reading the bundled evidence.", err=True)
    done = _update(_case(case), _lake(context), folder, source)
    _print(terminal.updated_json(done), as_json, lambda: terminal.updated(done))
    if done.failures:
        raise typer.Exit(3)


@app.command()
def show(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Who holds which partner by what, what changed, where ties are thin, what is not known."""
    from comity import pages, terminal

    page = pages.overview(_picture(context, case, as_of), pages.Query())
    _print(pages.to_json(page), as_json, lambda: terminal.overview(page))


@app.command()
def tie(context: typer.Context, a: str, b: str, case: OfCase = "turan", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """One tie whole: strength by instrument, the acts behind it and what each weighs, pressure, coverage."""
    from comity import pages, states, terminal

    codes = [states.resolve(name, where="the command line") for name in (a, b)]
    page = pages.tie(_picture(context, case, as_of), *codes, pages.Query())
    _print(pages.to_json(page), as_json, lambda: terminal.tie(page))


@app.command()
def state(context: typer.Context, name: Annotated[str, typer.Argument(metavar="STATE")], case: OfCase = "turan", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """One state: who holds it by what, what changed, which pressure it is under."""
    from comity import pages, states, terminal

    page = pages.state(_picture(context, case, as_of), states.resolve(name, where="the command line"), pages.Query())
    _print(pages.to_json(page), as_json, lambda: terminal.state(page))


@app.command()
def claims(
    context: typer.Context,
    case: CaseName,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when a claim is contradicted or nothing was found for it.")] = False,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What is said of the case, each claim beside the evidence found for and against it."""
    from comity import pages, terminal

    page = pages.claims(_picture(context, case, as_of), pages.Query())
    _print(pages.to_json(page), as_json, lambda: terminal.claims(page))
    if strict and not terminal.all_supported(page):
        raise typer.Exit(1)


@app.command()
def indicators(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every reading of every indicator, with its interval, coverage and state."""
    from comity import pages, terminal

    page = pages.methods(_picture(context, case, as_of), pages.Query())
    _print(pages.to_json(page), as_json, lambda: terminal.indicators(page))


@app.command()
def sources(context: typer.Context, case: OfCase = "turan", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every source: its terms, the files read, what was kept and skipped and why, how fresh it is."""
    from comity import pages, terminal

    page = pages.sources(_picture(context, case, as_of), pages.Query())
    _print(pages.to_json(page), as_json, lambda: terminal.sources(page))
