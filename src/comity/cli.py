"""The command line: reads the clock, calls the rooms, dresses their answer for a terminal or as JSON.

Results go to stdout, progress and notes to stderr. Exit code 0 done, 1 a finding, 2 wrong use, 3 a source or the store
failed. Commands import what they run, so that help is instant.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.errors import ComityError, SourceError, StoreError, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.cases import Case
    from comity.flow import Picture, Updated
    from comity.lake import Lake

app = typer.Typer(
    name="comity",
    help="A sourced picture of the defence ties between states, in which every number opens its evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="Name of a built-in case, or the folder of your own.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Nothing known after this day counts (2024-06-30). Default: today."),
]
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
    lake: Annotated[
        Path | None, typer.Option("--lake", envvar="COMITY_HOME", help="Folder of the evidence store.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that hold for every command."""
    context.obj = lake


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0 takes a free one.")] = 8765,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after the answer.")] = True,
) -> None:
    """Build the built-in case, print the answer, serve the pages."""
    from comity import pages, terminal

    picture = _picture(context, "turan", None)
    terminal.write(terminal.overview(pages.overview(picture, pages.Query())))
    if serve:
        _serve(context, "127.0.0.1", port, picture)


@app.command()
def update(
    context: typer.Context,
    case: CaseName,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Read every file in this folder that a source recognises."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="Only this source; may be given more than once."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing: read what is on this machine.")] = False,
    engine: Annotated[
        str,
        typer.Option(
            metavar="ENGINE",
            help="polars, or a Spark master (local[2], spark://host:7077) for tables too large for one machine.",
        ),
    ] = "polars",
    as_json: AsJson = False,
) -> None:
    """Read new evidence and weave the case anew. Safe to stop and to run again."""
    from comity import cases, terminal

    if folder is not None and not folder.is_dir():
        raise UsageError(f"--from {folder}: no such folder")
    if not offline and folder is None:
        _note("this release fetches nothing by itself; give --from DIR. Reading the bundled evidence.")
    done = _update(cases.load(case), _lake(context), folder, source or [], engine)
    if as_json:
        typer.echo(json.dumps(_updated(done), indent=1))
    else:
        terminal.write(terminal.updated(done))
    if done.failures:
        raise typer.Exit(3)


@app.command()
def show(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Who holds which partner by what. With what changed, where ties are thin, what is not known."""
    from comity import pages, terminal

    _answer(pages.overview(_picture(context, case, as_of), pages.Query()), as_json, terminal.overview)


@app.command()
def tie(
    context: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="A state, by code or by name in any of fifteen languages.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    case: OfCase = "turan",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """One tie whole: strength, acts and weights, pressure, coverage."""
    from comity import pages, terminal

    one, other = _state(a), _state(b)
    _answer(pages.tie(_picture(context, case, as_of), one, other, pages.Query()), as_json, terminal.tie)


@app.command()
def state(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="STATE", help="A state, by code or by name.")],
    case: OfCase = "turan",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """One state: who holds it by what, and what changed."""
    from comity import pages, terminal

    code = _state(name)
    _answer(pages.state(_picture(context, case, as_of), code, pages.Query()), as_json, terminal.state)


@app.command()
def claims(
    context: typer.Context,
    case: CaseName,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when a claim is contradicted or nothing was found for it.")
    ] = False,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What is said of the case, beside the evidence found."""
    from comity import pages, terminal

    page = pages.claims(_picture(context, case, as_of), pages.Query())
    _answer(page, as_json, terminal.claims)
    if strict and any(c.verdict in {"contradicted", "nothing found"} for c in page.claims):
        raise typer.Exit(1)


@app.command()
def chronicle(context: typer.Context, case: OfCase = "turan", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Which defence ties broke anywhere, and how complete the list is."""
    from comity import pages, terminal

    _answer(pages.chronicle(_picture(context, case, as_of), pages.Query()), as_json, terminal.chronicle)


@app.command()
def indicators(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every reading, with its interval, coverage and state."""
    from comity import pages, terminal

    _answer(pages.methods(_picture(context, case, as_of), pages.Query()), as_json, terminal.indicators)


@app.command()
def evidence(
    context: typer.Context,
    id: Annotated[
        str, typer.Argument(metavar="ID", help="Of a report, act or measure; a tie (KAZ-TUR:arms) or reading (I2:KAZ).")
    ],
    case: OfCase = "turan",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What a number rests on, down to the address, file and row."""
    from comity import pages, terminal

    _answer(pages.evidence(_picture(context, case, as_of), id, pages.Query()), as_json, terminal.evidence)


@app.command()
def sources(context: typer.Context, case: OfCase = "turan", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every source: terms, files, rows kept and skipped and why."""
    from comity import pages, terminal

    _answer(pages.sources(_picture(context, case, as_of), pages.Query()), as_json, terminal.sources)


@app.command()
def doctor(context: typer.Context, case: OfCase = "turan", as_json: AsJson = False) -> None:
    """Whether store and evidence are well. Exit 1 when something wants doing."""
    from comity import cases, health, pages, terminal

    found = health.checks(cases.load(case), _lake(context), _today())
    if as_json:
        typer.echo(json.dumps(pages.to_json(found), indent=1))
    else:
        terminal.write(terminal.checks(found))
    if not all(c.ok for c in found):
        raise typer.Exit(1)


@app.command()
def serve(
    context: typer.Context,
    case: OfCase = "turan",
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8765,
) -> None:
    """Serve the pages until stopped."""
    _serve(context, host, port, _picture(context, case, None))


@app.command()
def export(
    context: typer.Context,
    case: CaseName,
    form: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder to write. Default: CASE-export.")
    ] = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """Write the tables as files. A manifest names terms and vintage of each."""
    from comity.export import export as written

    picture = _picture(context, case, as_of)
    paths = written(picture, output or Path(f"{picture.case.name}-export"), form)
    typer.echo(json.dumps([str(p) for p in paths], indent=1) if as_json else "\n".join(map(str, paths)))


@app.command()
def risk(
    context: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="The case whose ties are wanted.")] = None,
    world: Annotated[bool, typer.Option("--world", help="Every tie at risk in the world.")] = False,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """How likely a tie that carries major arms is to break. With its interval, the base rate, the drivers and what the forecast is worth."""
    from comity import cases, terminal
    from comity.rupture import backtest as backtests
    from comity.rupture import risk as rupture

    if world == (case is not None):
        raise UsageError("name a case, or say --world")
    if not as_json:
        _note("learning from the ruptures known on the day; ten seconds or so")
    found = rupture.risks(*backtests.evidence(_lake(context)), _day(as_of))
    if case:
        pairs = {"-".join(pair) for pair in cases.load(case).pairs}
        found = [r for r in found if r.pair in pairs]
    if as_json:
        typer.echo(json.dumps([r.to_json() for r in found], indent=1))
    else:
        terminal.write(terminal.risks(found, rupture.verdict("rupture")))


@app.command()
def backtest(
    context: typer.Context,
    target: Annotated[
        str | None, typer.Argument(metavar="[TARGET]", help="What was forecast: lapse. All when absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How good the forecasts are. Every score beside five baselines, its interval and the goal registered before the first run."""
    from comity import terminal
    from comity.rupture import backtest as backtests

    known = backtests.catalogue()
    if target is not None and target not in known:
        raise UsageError(f"no target {target}; there are {', '.join(known)}")
    for name in [target] if target else known:
        if not as_json:
            _note(f"scoring {name} at every origin, with {backtests.RESAMPLES} resamples; some minutes")
        for result in known[name](_lake(context)):
            if as_json:
                typer.echo(json.dumps(result.to_json()))
            else:
                terminal.write(terminal.score(result))


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One bench; all when absent.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--from", metavar="DIR", help="Folder of real files for the benches that read some.")
    ] = None,
) -> None:
    """Measure this machine. One JSON line a measure, with limit and peer timed in the same run."""
    from comity import bench as benches

    known = benches.catalogue()
    if name is not None and name not in known:
        raise UsageError(f"no bench {name}; there are {', '.join(known)}")
    for chosen in [name] if name else known:
        for measure in known[chosen](folder):
            typer.echo(json.dumps(measure._asdict()))


def _today() -> date:
    return datetime.now(UTC).date()


def _day(text: str | None) -> date:
    """The day asked for; today when none is."""
    from comity.pages import parse

    asked = parse([("as_of", text)]).as_of if text else None
    if asked and asked > _today():
        raise UsageError(f"--as-of {asked} has not come yet; today is {_today()}")
    return asked or _today()


def _state(name: str) -> str:
    from comity import states

    return states.resolve(name, where="the command line")


def _lake(context: typer.Context) -> Lake:
    from comity.lake import Lake, home

    return Lake(context.obj or home())


def _picture(context: typer.Context, name: str, as_of: str | None) -> Picture:
    """The case's picture on a day; a case never built is built from its bundled evidence first."""
    from comity import cases, flow

    day, case, lake = _day(as_of), cases.load(name), _lake(context)
    if not flow.is_built(case, lake):
        _note(f"building {case.name} from its bundled evidence into {lake.root}")
        _update(case, lake, None, [], "polars")
    return flow.picture(case, lake, day)


def _update(case: Case, lake: Lake, folder: Path | None, only: list[str], engine: str) -> Updated:
    from comity import flow

    with _bar() as progress:
        return flow.update(case, lake, _today(), folder, only, progress, engine)


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on stderr where that is a terminal, and nothing where it is not."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<40.40}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def _serve(context: typer.Context, host: str, port: int, warm: Picture) -> None:
    from comity.web.serve import serve

    serve(_lake(context), warm, host, port, lambda address: _note(f"the pages are at {address} (stop with Ctrl-C)"))


def _answer(page: Any, as_json: bool, dress: Callable[[Any], RenderableType]) -> None:
    from comity import terminal

    if as_json:
        terminal.plain(page)
    else:
        terminal.write(dress(page))


def _updated(done: Updated) -> dict[str, Any]:
    files = done.read.select("source", "path", "layout", "rows", "kept", "skipped").to_dicts()
    return {
        "read": [{**f, "skipped": json.loads(f["skipped"])} for f in files],
        "known": done.known,
        "failures": [f._asdict() for f in done.failures],
        "unread": done.unread,
        "changed": done.changed,
    }


def _note(words: str) -> None:
    typer.echo(f"note: {words}", err=True)
