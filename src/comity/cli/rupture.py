"""Commands about how ties end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.app import app
from comity.cli.app import folder as there
from comity.cli.asked import AsJson, AsOf, OfCase, answer, day_of, lake_of, note, picture_of, query_of
from comity.errors import UsageError

if TYPE_CHECKING:
    from comity.flow import Picture
    from comity.lake import Lake


@app.command()
def chronicle(context: typer.Context, case: OfCase = "", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """Which defence ties broke anywhere, and how complete the list is."""
    from comity import pages, terminal

    answer(pages.chronicle(picture_of(context, case, as_of), query_of(as_of)), as_json, terminal.chronicle)


@app.command()
def risk(
    context: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="The case whose ties are wanted.")] = None,
    world: Annotated[bool, typer.Option("--world", help="Every tie at risk in the world.")] = False,
    as_json: AsJson = False,
    as_of: AsOf = None,
) -> None:
    """How likely a tie is to break within 3, 12 and 24 months. With its interval, its base rate, what moves it and what the forecast is worth; comity evidence risk:KAZ-TUR opens one whole."""
    from comity import flow, pages, terminal
    from comity.rupture import published
    from comity.rupture import risk as rupture
    from comity.tables import pair_of, subject_of

    if world == (case is not None):
        raise UsageError("name a case, or say --world: one of the two")
    if case and not as_json:
        picture = picture_of(context, case, as_of)
        page, roles = pages.risk(picture, query_of(as_of)), picture.case.roles
        if page.why_not:
            raise UsageError(page.why_not)
        terminal.write(terminal.risk(page, {pair_of(roles.patron, partner) for partner in roles.held}))
        return
    if case:
        picture = picture_of(context, case, as_of)
        pairs = {subject_of(*pair) for pair in picture.case.pairs}
        found = flow.outlook(picture)
        found = found._replace(risks=[r for r in found.risks if r.pair in pairs])
    else:
        found = rupture.stored(lake_of(context), day_of(as_of))
    if found.missing:
        note(f"leans on the base rate: never read here are {', '.join(found.missing)}")
    worth = published.verdict("rupture")
    if as_json:
        note(worth)
        for other in published.others():
            note(f"within {other.months} months, which follows from the year: as a probability {other.worth}")
        typer.echo(json.dumps([r.to_json() for r in found.risks], indent=1))
    else:
        terminal.write(terminal.risks(found, worth))


@app.command()
def scores(context: typer.Context, case: OfCase = "", as_json: AsJson = False, as_of: AsOf = None) -> None:
    """How good the forecasts of this release are: every published score beside its baselines and its registered goal."""
    from comity import pages, terminal

    answer(pages.scores(picture_of(context, case, as_of), query_of(as_of)), as_json, terminal.scores)


@app.command()
def backtest(
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[TARGET]",
            help="What was forecast or found, such as rupture, lapse, acts, alerts or scenario; a wrong name lists them. All when absent.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            parser=there,
            metavar="DIR",
            help="Folder of the files that act counts and the replay of scenarios read.",
        ),
    ] = None,
    challengers: Annotated[
        bool,
        typer.Option(
            "--challengers",
            help="Beside the forecast of rupture also boosting, a random forest, frailty of ties and a mixture: minutes more.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """How good the forecasts are. Every score beside its baselines, its interval and the goal registered before the first run."""
    from comity import proof, terminal
    from comity.rupture import backtest as backtests
    from comity.scenarios.replay.backtest import replay
    from comity.scores import RESAMPLES
    from comity.watch.backtest import alerts as watch

    known: dict[str, Callable[[Lake], Iterator[Any]]] = {
        **backtests.catalogue(),
        "rupture": lambda lake: backtests.rupture(backtests.whole_world(lake), challengers),
        "alerts": watch,
        "hard_acts": lambda lake: _hard_acts(picture_of(context, "turan", None)),
        "acts": lambda lake: proof.acts(folder),
    }
    if folder:
        known["scenario"] = lambda lake: replay(folder)
    elif target == "scenario":
        raise UsageError("backtest scenario reads files of others: say --from DIR")
    if target is not None and target not in known:
        raise UsageError(f"no target {target}; there are {', '.join(dict.fromkeys([*known, 'scenario']))}")
    for name in [target] if target else known:
        if not as_json:
            note(f"scoring {name} at every origin, with {RESAMPLES} resamples; some minutes")
        if name == "acts" and folder is None:
            note("without --from DIR only the planted truth is measured: counts are scored on files of others")
        for result in known[name](lake_of(context)):
            if as_json:
                typer.echo(json.dumps(result.to_json()))
            else:
                terminal.write(terminal.score(result))


def _hard_acts(picture: Picture) -> Iterator[Any]:
    from comity.watch.judge import hard_acts

    return hard_acts(picture.acts, picture.reports, picture.case.roles, picture.as_of)
