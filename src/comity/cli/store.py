"""Commands that fill the store and look after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.app import app
from comity.cli.app import folder as there
from comity.cli.asked import (
    AUTHOR,
    AsJson,
    AsOf,
    CaseName,
    OfCase,
    answer,
    bar,
    case_of,
    given,
    lake_of,
    note,
    now,
    picture_of,
    query_of,
    read_into,
    today,
    with_history,
)
from comity.errors import UsageError, escaped

if TYPE_CHECKING:
    from comity.flow import Updated


@app.command()
def update(
    context: typer.Context,
    case: CaseName,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from", parser=there, metavar="DIR", help="Read every file in this folder that a source recognises."
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="Only this source; may be given more than once."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="Fetch from this day on. Default: from where the last update ended."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Fetch to this day, with --since. Default: to the newest."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing: read what is on this machine. So does --from.")
    ] = False,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew",
            help="First set aside all that was read and woven, as after a new release: nothing is deleted, what people wrote stays.",
        ),
    ] = False,
    engine: Annotated[
        str,
        typer.Option(
            metavar="ENGINE",
            help="polars, or a Spark master (local[2], spark://host:7077) for tables too large for one machine.",
        ),
    ] = "polars",
    as_json: AsJson = False,
) -> None:
    """Fetch and read new evidence and weave the case anew. Safe to stop and to run again."""
    from comity import terminal

    live = not offline and folder is None
    if since and not live:
        raise UsageError("--since says from when to fetch; leave out --offline and --from")
    first, last = given(since, "--since", first=True), given(until, "--until", first=False)
    if last and not (first and first <= last):
        raise UsageError(f"--until {last} ends what begins with --since: give a day before it")
    found, lake = case_of(context, case)
    if anew:
        with lake.writing():
            note(f"what was read before is kept in {lake.set_aside(today())}")
    done = read_into(found, lake, folder, source or [], engine, live, first, last)
    if as_json:
        typer.echo(json.dumps(_updated(done), indent=1))
    else:
        terminal.write(terminal.updated(done))
    if done.coded.articles and not done.coded.parsed:
        note(
            "English articles were read by word order: pip install 'comity[nlp]' installs the parser, and the next update reads them anew"
        )
    if folder is not None and not any(folder.iterdir()):
        note(f"{folder} is empty: put files in it, and run this again")
    if done.failures:
        raise typer.Exit(3)


@app.command()
def verdict(
    context: typer.Context,
    case: CaseName,
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a report, or of an act: then of all its reports.")],
    kind: Annotated[
        str,
        typer.Argument(
            metavar="accept|reject|recode|merge|split",
            help="Whether its page says what it is coded as; or whether it tells of one act with OTHER, or of another.",
        ),
    ],
    other: Annotated[
        str,
        typer.Argument(
            metavar="[OTHER]",
            help="With merge: an act or a report of it. With split: a report of the same act; all others, if none is named.",
        ),
    ] = "",
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="COLUMN=VALUE", help="What it says instead, with recode; may be given more than once."
        ),
    ] = None,
    why: Annotated[str, typer.Option("--note", help="Why.")] = "",
    author: Annotated[str, typer.Option("--by", envvar=AUTHOR, help="Who says so.")] = "analyst",
) -> None:
    """Confirm, reject or correct how a report was coded, or say that two acts are one or one is two. Verdicts are added, reports never edited; the last one holds."""
    from comity import pages, verdicts

    picture = picture_of(context, case, None)
    if kind in verdicts.OF_ACTS:
        sides = pages.sides(picture, kind, id, other)
        verdicts.rule(lake_of(context), picture.case.name, sides, kind, author, now(), why)
        note(f"{kind} by {author}: {len(sides.one)} and {len(sides.other)} reports")
        return
    pairs = [one.partition("=") for one in change or []]
    if bad := [name for name, _, value in pairs if not value.strip()]:
        raise UsageError(f"--set {bad[0]}: write it as COLUMN=VALUE, as in --set instrument=training")
    rows = pages.judgeable(picture, id)
    changes = {name: value for name, _, value in pairs}
    verdicts.judge(lake_of(context), picture.case.name, rows, kind, author, now(), why, changes)
    note(f"{kind} by {author} on {len(rows)} {'report' if len(rows) == 1 else 'reports'}")


@app.command()
def evidence(
    context: typer.Context,
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Of a report, act, alert or measure; a tie (KAZ-TUR:arms), reading (I6:KAZ), its outlook (outlook:I6:KAZ), chance (risk:KAZ-TUR), the comparisons with a rival (beside:RUS) or what a source gave (source:casebook).",
        ),
    ],
    case: OfCase = "",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What a number rests on, down to the address, file and row."""
    from comity import pages, terminal

    picture = picture_of(context, case, as_of)
    if id.startswith("outlook:"):
        picture = with_history(picture)
    answer(pages.evidence(picture, id, query_of(as_of)), as_json, terminal.evidence)


@app.command()
def sources(context: typer.Context, case: OfCase = "", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every source: terms, files, rows kept and skipped and why."""
    from comity import pages, terminal

    answer(pages.sources(picture_of(context, case, as_of), query_of(as_of)), as_json, terminal.sources)


@app.command()
def revisions(context: typer.Context, case: OfCase = "", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """What a source changed in its own past. Each edition of the arms register beside the one before it."""
    from comity import pages, terminal

    answer(pages.revisions(picture_of(context, case, as_of), query_of(as_of)), as_json, terminal.revisions)


@app.command()
def doctor(context: typer.Context, case: OfCase = "", as_json: AsJson = False) -> None:
    """Whether store and evidence are well. Exit 1 when something wants doing."""
    from comity import health, pages, terminal

    found = health.checks(*case_of(context, case), today())
    if as_json:
        typer.echo(json.dumps(pages.to_json(found), indent=1))
    else:
        terminal.write(terminal.checks(found))
    if not all(c.ok for c in found):
        raise typer.Exit(1)


@app.command()
def export(
    context: typer.Context,
    case: CaseName,
    form: Annotated[str, typer.Option("--format", help="csv, parquet, graphml, gexf or ftm.")] = "csv",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder to write. Default: CASE-export.")
    ] = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """Write tables, network or acts as files. A manifest names terms and vintage of each."""
    from comity import pages
    from comity.export import TABLES
    from comity.export import export as written

    picture = picture_of(context, case, as_of)
    with bar() as (progress, _):
        paths = written(picture, output or Path(f"{picture.case.name}-export"), form, progress)
    if why := pages.risk(picture, query_of(as_of)).why_not if form in TABLES else None:
        note(f"the table of chances is empty: {why}")
    typer.echo(json.dumps([str(p) for p in paths], indent=1) if as_json else "\n".join(map(str, paths)))


@app.command()
def brief(
    context: typer.Context,
    case: CaseName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A .pdf or .html. Default: CASE.pdf.")
    ] = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """Write the answer as a few pages with numbered notes. A PDF needs the extra brief."""
    from comity import pages, terminal
    from comity.web.brief import write

    picture = picture_of(context, case, as_of)
    page = pages.brief(picture, query_of(as_of))
    if as_json:
        terminal.plain(page)
    else:
        path = output or Path(f"{picture.case.name}.pdf")
        write(page, path)
        typer.echo(path)


@app.command()
def sql(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUERY", help="DuckDB's SQL; - reads it from stdin.")],
    case: OfCase = "",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """Ask the tables in SQL. reports, acts, ties, readings, measures, coverage, files, verdicts; reads nothing else."""
    import sys

    from comity import terminal
    from comity.export.sql import asked

    found = asked(picture_of(context, case, as_of), sys.stdin.read() if question == "-" else question)
    if as_json:
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
        typer.echo(escaped(json.dumps(rows, indent=1, ensure_ascii=False, default=str)))
    else:
        terminal.write(terminal.grid(found.columns, found.rows), terminal.WHOLE)


def _updated(done: Updated) -> dict[str, Any]:
    files = done.read.select("source", "path", "layout", "rows", "kept", "skipped").to_dicts()
    return {
        "read": [{**f, "skipped": json.loads(f["skipped"])} for f in files],
        "known": done.known,
        "failures": [f._asdict() for f in done.failures],
        "unread": done.unread,
        "manuals": done.manuals,
        "coded": done.coded._asdict(),
        "changed": done.changed,
    }
