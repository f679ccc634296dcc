"""Commands that answer from the picture of a case."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import AsJson, AsOf, CaseName, OfCase, answer, picture_of, state_named


@app.command()
def show(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Who holds which partner by what. With what changed, where ties are thin, what is not known."""
    from comity import pages, terminal

    answer(pages.overview(picture_of(context, case, as_of), pages.Query()), as_json, terminal.overview)


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

    one, other = state_named(a), state_named(b)
    answer(pages.tie(picture_of(context, case, as_of), one, other, pages.Query()), as_json, terminal.tie)


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

    code = state_named(name)
    answer(pages.state(picture_of(context, case, as_of), code, pages.Query()), as_json, terminal.state)


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

    page = pages.claims(picture_of(context, case, as_of), pages.Query())
    answer(page, as_json, terminal.claims)
    if strict and any(c.verdict in {"contradicted", "nothing found"} for c in page.claims):
        raise typer.Exit(1)


@app.command()
def indicators(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every reading, with its interval, coverage and state."""
    from comity import pages, terminal

    answer(pages.methods(picture_of(context, case, as_of), pages.Query()), as_json, terminal.indicators)


@app.command()
def factors(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Where the ties are vulnerable, what works against them, what holds them. Each row with the readings that test it."""
    from comity import pages, terminal

    answer(pages.factors(picture_of(context, case, as_of), pages.Query()), as_json, terminal.factors)
