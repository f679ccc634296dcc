"""The command about ties anywhere."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import AsJson, AsOf, day_of, lake_of
from comity.errors import UsageError


@app.command()
def world(
    context: typer.Context,
    top: Annotated[int, typer.Option(metavar="N", min=1, help="How many pairs, the strongest first.")] = 20,
    engine: Annotated[
        str, typer.Option(metavar="ENGINE", help="polars, or a Spark master (local[2], spark://host:7077).")
    ] = "polars",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """Defence ties anywhere, as machine-coded streams in the store show them. One machine or a Spark."""
    import polars as pl

    from comity import terminal
    from comity import world as room

    day, lake = day_of(as_of), lake_of(context)
    counts = room.counts(lake, day, engine)
    if counts.is_empty():
        raise UsageError(
            "no machine-coded events in the store; comity update turan, or --from DIR with files of GDELT or ICEWS"
        )
    table = room.strongest(room.woven(counts, room.covered(lake), day, room.heard(lake, day, engine)), top)
    if as_json:
        typer.echo(json.dumps(table.with_columns(day=pl.lit(str(day))).to_dicts(), indent=1))
    else:
        terminal.write(terminal.world(table, day, counts))
