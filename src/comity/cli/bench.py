"""The command that measures this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from comity.cli.app import app
from comity.cli.app import folder as there
from comity.errors import UsageError


@app.command()
def bench(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="One bench, such as ingest or update; a wrong name lists them. All when absent."
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from", parser=there, metavar="DIR", help="Folder of real files for the benches that read some."
        ),
    ] = None,
) -> None:
    """Measure this machine. One JSON line a measure, with limit and peer timed in the same run."""
    from comity import bench as benches

    known = benches.catalogue()
    if name is not None and name not in known:
        raise UsageError(f"no bench {name}; there are {', '.join(known)}")
    for chosen in [name] if name else known:
        for measure in known[chosen](folder):
            typer.echo(json.dumps(measure.row()))
