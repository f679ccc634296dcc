"""The command that asks what if."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import AsJson, AsOf, CaseName, answer, picture_of, query_of
from comity.errors import UsageError


@app.command()
def scenario(
    context: typer.Context,
    case: CaseName,
    shock: Annotated[
        list[str] | None,
        typer.Option(
            "--shock",
            metavar="KIND:ACTOR->TARGET[:SIZE]",
            help="A shock to assume, in quotes (a shell takes > for its own); may be given up to eight times. A target may be `all` partners; a kind that is not known is answered with all that are.",
        ),
    ] = None,
    hold: Annotated[
        list[str] | None,
        typer.Option(
            "--hold",
            metavar="KIND[:PARTNER][:SIZE]",
            help="A hold to assume; the patron's with all partners unless it names one.",
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="A scenario of the case, by the name of its file.")
    ] = "",
    months: Annotated[
        int | None,
        typer.Option("--months", help="How many months to look ahead, 1 to 60; as the scenario's file says, or 24."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            help="Chance of a first rupture under which a set of holds is enough; that without shocks when absent.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """What if: can it be disrupted, where first, by whom, what would hold it. Beside the same case without the shocks, with grades."""
    from comity import pages, terminal

    if name and (shock or hold):
        raise UsageError("give --name or shocks and holds, not both")
    if threshold is not None and not 0 <= threshold <= 1:
        raise UsageError(f"--threshold {threshold:g}: a chance lies between 0 and 1")
    asked = query_of(
        as_of, scenario=name, shocks=tuple(shock or ()), holds=tuple(hold or ()), months=months, threshold=threshold
    )
    answer(pages.scenario(picture_of(context, case, as_of), asked), as_json, terminal.scenario)
