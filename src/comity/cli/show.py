"""Commands that answer from the picture of a case."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import AsJson, AsOf, CaseName, OfCase, answer, page_of, state_named


@app.command()
def show(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Who holds which partner by what. With what changed, where ties are thin, what is not known."""
    from comity import pages, terminal

    answer(page_of(context, case, as_of, pages.overview), as_json, terminal.overview)


@app.command()
def tie(
    context: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="A state, by code or by name in any of fifteen languages.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    case: OfCase = "",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """One tie whole: strength, acts and weights, pressure, coverage."""
    from comity import pages, terminal

    one, other = state_named(a), state_named(b)
    answer(page_of(context, case, as_of, pages.tie, one, other), as_json, terminal.tie)


@app.command()
def state(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="STATE", help="A state, by code or by name.")],
    case: OfCase = "",
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """One state: who holds it by what, and what changed."""
    from comity import pages, terminal

    code = state_named(name)
    answer(page_of(context, case, as_of, pages.state, code), as_json, terminal.state)


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

    page = page_of(context, case, as_of, pages.claims)
    answer(page, as_json, terminal.claims)
    if strict and any(c.verdict in {"contradicted", "nothing found"} for c in page.claims):
        raise typer.Exit(1)


@app.command()
def indicators(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Every reading, with its interval, coverage and state."""
    from comity import pages, terminal

    answer(page_of(context, case, as_of, pages.methods), as_json, terminal.indicators)


@app.command()
def factors(context: typer.Context, case: CaseName, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Where the ties are vulnerable, what works against them, what holds them. Each row with the readings that test it."""
    from comity import pages, terminal

    answer(page_of(context, case, as_of, pages.factors), as_json, terminal.factors)
