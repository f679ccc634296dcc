"""What commands share: the options they take, and what they make of them. The clock of the command line is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from comity.errors import StoreBusy, UsageError, printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.cases import Case
    from comity.flow import Picture, Updated
    from comity.lake import Lake
    from comity.pages import Query

P = TypeVar("P")
CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A built-in case (turan), or the folder of your own.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Nothing known after this day counts (2024-06-30). Default: today."),
]
BUILT_IN = "turan"
AUTHOR = ["COMITY_ANALYST", "USER", "USERNAME"]  # the last is what Windows says
SOON, LONG = 2, 600  # seconds that a reader waits for another process in silence, and in all


def today() -> date:
    """The day it is."""
    return datetime.now(UTC).date()


def now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


def day_of(text: str | None) -> date:
    """The day asked for; today when none is."""
    return given(text, "--as-of", first=False) or today()


def given(text: str | None, option: str, *, first: bool) -> date | None:
    """The day that an option names, if it is given; of a month or a year its ``first`` day, or its last."""
    from comity.pages import day

    if text is None:
        return None
    asked = day(text, f"{option} ", first=first)
    if asked > today():
        raise UsageError(f"{option} {asked} has not come yet; today is {today()}")
    return asked


def query_of(as_of: str | None, **more: Any) -> Query:
    """The question as the pages ask it: with a day only where one is named."""
    from comity import pages

    return pages.Query(as_of=given(as_of, "--as-of", first=False), **more)


def state_named(name: str) -> str:
    """The code of a state named on the command line."""
    from comity import states

    return states.resolve(name, where="the command line")


def lake_of(context: typer.Context) -> Lake:
    """The store that the options name; until the command ends, a file of it that is damaged is an error that names the file."""
    from comity.lake import Lake, home, reading

    if isinstance(context.obj, Lake):
        return context.obj
    try:
        lake = context.obj = Lake(context.obj or home())
    except RuntimeError as error:  # a number without a name, as containers run programs under
        raise UsageError("this user has no home folder; name one for the store with --lake or COMITY_HOME") from error
    context.with_resource(reading(lake))
    return lake


def _of_store(context: typer.Context, named: str) -> str:
    """The case named, or else the store's own; of several the built-in one, or the first, which is said."""
    from comity import mark

    if named or context.resilient_parsing:
        return named
    lake = lake_of(context)
    kept = mark.kept(lake)
    there = [place for place in kept if mark.found(place)]
    if not kept:
        return BUILT_IN
    if not there:
        raise UsageError(f"{lake.root} holds {', '.join(kept)}, which is gone; name a case with --case")
    chosen = BUILT_IN if BUILT_IN in there else there[0]
    if len(kept) > 1:
        note(f"reading {chosen}; --case names another of this store: {', '.join(p for p in kept if p != chosen)}")
    return chosen


OfCase = Annotated[
    str,
    typer.Option(
        "--case",
        metavar="CASE",
        callback=_of_store,
        help="The case to read. Default: the store's own; of several turan, or else the first.",
    ),
]


def case_of(context: typer.Context, name: str) -> tuple[Case, Lake]:
    """A case, and the store that it is kept in."""
    from comity import cases, mark

    case, lake = cases.load(name), lake_of(context)
    mark.own(case, lake)
    return case, lake


def picture_of(context: typer.Context, name: str, as_of: str | None) -> Picture:
    """The case's picture on a day; a case never built is built from its bundled evidence first."""
    from comity import flow

    day, (case, lake) = day_of(as_of), case_of(context, name)
    if not flow.is_built(case, lake):
        note(f"building {case.name} from its bundled evidence into {lake.root}")
        try:
            done = read_into(case, replace(lake, patience=SOON), None, [], "polars")
        except StoreBusy:
            note(f"another process is writing there; waiting for it, {LONG // 60} minutes at most")
            done = read_into(case, replace(lake, patience=LONG), None, [], "polars")
        for failure in done.failures:
            note(f"nothing here rests on {failure.path}: {failure.why}")
    with working("weighing the evidence"):
        return flow.picture(case, lake, day)


def with_history(picture: Picture) -> Picture:
    """The picture with what its readings were before, which may take a minute the first time: a progress bar tells of it."""
    from comity import flow

    with bar() as (progress, _):
        return flow.remembered(picture, progress)


def page_of(context: typer.Context, name: str, as_of: str | None, page: Callable[..., P], *asked: Any) -> P:
    """A page of the case's picture on a day. It is kept in the store, and read there again while nothing has changed."""
    from comity import mark, pages

    day, (case, lake), query = day_of(as_of), case_of(context, name), query_of(as_of)
    if text := lake.page(case.name, mark.page(case, lake, day, page.__name__, *asked, query)):
        found = pages.read(page, text)
        if found is not None:
            return found
    picture = picture_of(context, name, as_of)
    with working("writing the answer"):
        made = page(picture, *asked, query)
    lake.keep_page(case.name, mark.page(case, lake, day, page.__name__, *asked, query), pages.written(made))
    return made


def read_into(
    case: Case,
    lake: Lake,
    folder: Path | None,
    only: list[str],
    engine: str,
    live: bool = False,
    since: date | None = None,
    until: date | None = None,
) -> Updated:
    """Fetch files if ``live``, and read them into the store, with progress bars."""
    from comity import flow, intake

    with bar() as (progress, told):
        return flow.update(
            case, lake, today(), folder, only, progress, engine, intake.Live(since, told, until) if live else None
        )


@contextmanager
def working(what: str) -> Iterator[None]:
    """A sign of life on stderr where that is a terminal, and nothing where it is not."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(what) if console.is_terminal else nullcontext():
        yield


@contextmanager
def bar() -> Iterator[tuple[Callable[[str, int, int], None], Callable[[str, int, int | None], None]]]:
    """Progress bars on stderr where that is a terminal, and nothing where it is not: one for all, one for each file that comes."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<40.40}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    coming: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def told(name: str, have: int, total: int | None) -> None:
            if name not in coming:
                coming[name] = bar.add_task(f"{printable(name)}, kB", total=None)
            bar.update(coming[name], completed=have // 1024, total=total // 1024 if total else None)
            if total is not None and have >= total:
                bar.remove_task(coming.pop(name))

        yield lambda what, done, total: bar.update(task, description=printable(what), completed=done, total=total), told


def answer(page: Any, as_json: bool, dress: Callable[[Any], RenderableType]) -> None:
    """A page on stdout, dressed or as JSON."""
    from comity import terminal

    if as_json:
        terminal.plain(page)
    else:
        terminal.write(dress(page))


def note(words: str) -> None:
    """A note on stderr."""
    typer.echo(f"note: {printable(words)}", err=True)
