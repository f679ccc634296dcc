"""Commands that keep watch."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import (
    AUTHOR,
    AsJson,
    AsOf,
    CaseName,
    answer,
    case_of,
    given,
    note,
    now,
    picture_of,
    query_of,
    read_into,
    with_history,
)
from comity.cli.every import beats, stoppable
from comity.errors import ComityError, MissingExtra, UsageError, escaped, printable

if TYPE_CHECKING:
    from polars import DataFrame

    from comity.watch import Delivered

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SHORTEST, LONGEST = 60, 366 * 86400  # seconds between two passes


@app.command()
def watch(
    context: typer.Context,
    case: CaseName,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            envvar="COMITY_ALERTS_TO",
            help="Whom to tell, as Apprise writes addresses (mailto://..., slack://..., jsons://...); may be given often.",
        ),
    ] = None,
    every: Annotated[
        str | None, typer.Option("--every", metavar="TIME", help="Go on for ever, a pass each 15m, 6h or 1d.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what is due before each pass.")] = False,
    as_json: AsJson = False,
) -> None:
    """One pass: raise what is new, and tell whoever is to be told. Nobody is told twice, and who could not be told is told by the next pass."""
    if every is None:
        if _pass(context, case, tuple(to or ()), fetch=fetch, as_json=as_json):
            raise typer.Exit(3)
        return
    pause, over = _seconds(every), False
    with stoppable() as stopped:
        for _ in beats(pause, stopped):
            try:
                _pass(context, case, tuple(to or ()), fetch=fetch, as_json=as_json)
                over = True
            except (ComityError, OSError) as error:
                if isinstance(error, UsageError | MissingExtra) and not over:
                    raise  # what was asked is wrong, and will be wrong at the next pass too
                # The store is busy, the disk full, a source away: the next pass may do.
                note(f"the pass of {now():%Y-%m-%d %H:%M} UTC failed: {error}; the next is in {every} at most")
    note("stopped; the same command goes on")


@app.command()
def alerts(
    context: typer.Context,
    case: CaseName,
    mark: Annotated[str | None, typer.Option("--mark", metavar="ID", help="Say something of this alert.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="What it is now, with --mark: seen (the default), closed or new.")
    ] = None,
    why: Annotated[str | None, typer.Option("--note", help="Why, with --mark.")] = None,
    author: Annotated[str, typer.Option("--by", envvar=AUTHOR, help="Who says so, with --mark.")] = "analyst",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Those raised since this day; twelve months when absent."),
    ] = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What changed, with evidence, size and false-alarm rate. With --mark, append a status and a note to one."""
    from comity import pages, terminal
    from comity import watch as room
    from comity.watch.ledger import SEEN

    if mark is None and (status or why):
        raise UsageError("--status and --note say something of one alert: name it with --mark")
    if mark is not None:
        picture, (own, lake) = picture_of(context, case, None), case_of(context, case)
        status = status or SEEN
        id = room.remark(lake, own.name, picture.alerts, picture.acts, mark, status, author, now(), why)
        note(f"{id} is {status}, by {author}")
    query = query_of(as_of, start=given(since, "--since", first=True))
    answer(pages.alerts(picture_of(context, case, as_of), query), as_json, terminal.alerts)


@app.command()
def digest(
    context: typer.Context,
    case: CaseName,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="What became known since this day; twelve months when absent."),
    ] = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What is new since a day. Acts partner by partner, alerts, and how far the evidence reaches."""
    from comity import pages, terminal

    query = query_of(as_of, start=given(since, "--since", first=True))
    answer(pages.digest(picture_of(context, case, as_of), query), as_json, terminal.digest)


@app.command()
def outlook(
    context: typer.Context,
    case: CaseName,
    readings: Annotated[
        bool, typer.Option("--readings", help="Every reading in place of the ties: the first time takes a while.")
    ] = False,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What the next 3, 12 and 24 months should bring, tie by tie and reading by reading. Beside naive rules, and what such forecasts were worth."""
    from comity import pages, terminal

    page = pages.outlook(with_history(picture_of(context, case, as_of)), query_of(as_of))
    answer(page, as_json, terminal.foreseen if readings else terminal.outlook)


def _pass(context: typer.Context, name: str, addresses: tuple[str, ...], *, fetch: bool, as_json: bool) -> bool:
    """One pass; whether somebody could not be told, or a file not be had."""
    from comity import watch as room
    from comity.lake import reading
    from comity.numerals import many
    from comity.watch.send import sender

    case, lake = case_of(context, name)
    post = sender(addresses) if addresses else None
    lost = read_into(case, lake, None, [], "polars", live=True).failures if fetch else []
    if lost:
        files, first = many(len(lost), "file"), f"{lost[0].source}: {lost[0].path}: {lost[0].why}"
        note(f"{files} could not be had or read, the first of {first}; comity sources has each")
    with reading(lake):
        picture = picture_of(context, name, None)
        found = room.every(picture.alerts, lake, case.roles, picture.as_of)
        fresh = room.recorded(lake, case.name, found, now(), picture.acts)
        told = None
        try:
            if post:
                holding = room.standing(lake, case.name, found, picture.acts, picture.as_of)
                told = room.deliver(lake, case.name, addresses, post, now, holding)
        finally:  # what was raised is raised once: it is said here or nowhere
            _said(name, case.name, picture.as_of, fresh, told, as_json=as_json)
        return bool(lost or (told and told.failed))


def _said(name: str, case: str, as_of: date, fresh: DataFrame, told: Delivered | None, *, as_json: bool) -> None:
    """What a pass raised and sent."""
    newest = fresh.filter(fresh["within"].is_null() & ~fresh["history"])
    if as_json:
        sent = told._asdict() if told else {"sent": 0, "failed": 0, "waiting": 0}
        rows = [
            {k: str(v) if k in {"raised", "since"} else v for k, v in r.items()} for r in fresh.iter_rows(named=True)
        ]
        typer.echo(escaped(json.dumps({"case": case, "as_of": str(as_of), "raised": rows, **sent}, ensure_ascii=False)))
    else:
        for row in newest.head(20).iter_rows(named=True):
            typer.echo(printable(f"{row['raised']} {row['channel']}: {row['text']} ({row['alert']})"))
        old = int(fresh["history"].sum())
        which = "all" if old == len(fresh) else old
        kept = (
            f", {which} of them history, which is sent in one message; comity alerts {name} --since DATE has them"
            if old
            else ""
        )
        note(f"{len(fresh) or 'nothing'} new{kept}")
        if told:
            note(f"{told.sent} sent, {told.failed} receivers did not answer, {told.waiting} wait for the next pass")


def _seconds(text: str) -> float:
    number, unit = text[:-1], text[-1:]
    try:
        found = float(number) * UNITS[unit]
    except (ValueError, KeyError):
        raise UsageError(f"--every {text!r}: write a number and s, m, h or d, as 15m") from None
    if not SHORTEST <= found <= LONGEST:
        raise UsageError(f"--every {text}: a pass each minute at most, and each year at least")
    return found
