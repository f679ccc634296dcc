"""Chances as tables: each row has its interval, the base rate, and what such forecasts were worth, as the page has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from comity import scenarios
from comity.flow import Picture
from comity.pages import Query, risk, scenario
from comity.pages.scenario import Odds, ScenarioPage
from comity.rupture.risk import YEAR
from comity.tables import WORLD, Column, Table

Progress = Callable[[str, int, int], None]

_STR, _FLOAT, _INT, _LIST = pl.String(), pl.Float64(), pl.Int32(), pl.List(pl.String())
_TIE = (Column("a", _STR, "", "first state"), Column("b", _STR, "", "second state"))
_SHARE = "0-1"

CHANCES = Table(
    "chances",
    "the chance that one tie of the case sees a rupture within some months (export only)",
    (
        *_TIE,
        Column("kind", _STR, "", "arms, treaty or other; any where no source told"),
        Column("patron", _STR, "", "the side that gave more arms in twenty years, else the more capable one"),
        Column("months", _INT, "months", "how far ahead"),
        Column("probability", _FLOAT, _SHARE, "the chance"),
        Column("low", _FLOAT, _SHARE, "5 % bound"),
        Column("high", _FLOAT, _SHARE, "95 % bound"),
        Column("base_rate", _FLOAT, _SHARE, "how often ties of its kind break within as many months"),
        Column("prior_share", _FLOAT, _SHARE, "how much of the patron's own rate is the world's"),
        Column("at_risk", pl.Boolean(), "", "false: it broke and does not count again yet; the chance is of one more"),
        Column("before", _STR, "", "what broke of it already; null where nothing did"),
        Column("drivers", _LIST, "", "what moves it most, each with times the odds of the average tie; associations"),
        Column(
            "missing", _LIST, "", "sources that were never read: what they would tell is taken as of an average tie"
        ),
        Column("learnt", pl.Date(), "", "day on which the learning ends: no later rupture is known"),
        Column("worth", _STR, "", "what the backtest says of chances of so many months"),
    ),
)

SCENARIOS = Table(
    "scenarios",
    "what one scenario of the case does to one tie of the patron, or to all together (export only)",
    (
        Column("id", _STR, "", "the same case, evidence, scenario, seed, effects and assumptions give the same"),
        Column("scenario", _STR, "", "name of its file"),
        Column("title", _STR, "", "its title"),
        Column("shocks", _LIST, "", "what is assumed against the ties"),
        Column("holds", _LIST, "", "what is assumed for them"),
        Column("months", _INT, "months", "how far ahead"),
        Column("seed", pl.Int64(), "", "of the draws"),
        Column("library", _STR, "", "version of the effect library"),
        _TIE[0],
        Column("b", _STR, "", f"second state; {WORLD} for at least one of the patron's ties"),
        Column("base_rate", _FLOAT, _SHARE, "chance that an average tie breaks; with *, at least one of as many"),
        Column("base", _FLOAT, _SHARE, "chance of a rupture without the scenario"),
        Column("base_low", _FLOAT, _SHARE, "5 % bound"),
        Column("base_high", _FLOAT, _SHARE, "95 % bound"),
        Column("chance", _FLOAT, _SHARE, "chance with it"),
        Column("low", _FLOAT, _SHARE, "5 % bound"),
        Column("high", _FLOAT, _SHARE, "95 % bound"),
        Column("first_base", _FLOAT, _SHARE, "chance that it is the first to break, without the scenario"),
        Column("first", _FLOAT, _SHARE, "the same with it"),
        Column("leads", _FLOAT, _SHARE, "share of draws in which it is the tie most at risk, with the scenario"),
        Column("before", _STR, "", "what broke of it already; null where nothing did"),
        Column("acts_base", _FLOAT, "acts", "expected over the months without the scenario"),
        Column("acts", _FLOAT, "acts", "the same with it; assumed acts are not counted"),
        Column("kept", _FLOAT, "", "the second over the first"),
        Column("kept_low", _FLOAT, "", "5 % bound"),
        Column("kept_high", _FLOAT, "", "95 % bound"),
        Column("grade", _STR, "", "worst grade on its path: A experiment to E assumed"),
        Column("worth", _STR, "", "what the replay of past shocks, and the backtest, say of such answers"),
    ),
)


FORECASTS = {table.name: table for table in (CHANCES, SCENARIOS)}


def forecasts(picture: Picture, progress: Progress) -> dict[str, pl.DataFrame]:
    """Chances of rupture, and the answers of every scenario of the case: some seconds, of which ``progress`` is told."""
    named = list(scenarios.named(picture.case.folder, picture.case.roles))
    progress("chances of rupture", 0, 1 + len(named))
    found = {CHANCES.name: CHANCES.frame(list(_chances(picture)))}
    rows: list[dict[str, object]] = []
    for done, name in enumerate(named, start=1):
        progress(f"scenario {name}", done, 1 + len(named))
        rows += _answer(picture.case.roles.patron, name, scenario(picture, Query(scenario=name)))
    return found | {SCENARIOS.name: SCENARIOS.frame(rows)}


def _chances(picture: Picture) -> Iterator[dict[str, object]]:
    page = risk(picture, Query())
    worth = {YEAR: page.worth} | {horizon.months: horizon.worth for horizon in page.horizons}
    for tie in page.ties:
        of = {n: getattr(tie, n) for n in ("a", "b", "kind", "patron", "prior_share")}
        of |= {"at_risk": tie.before.at_risk, "before": tie.before.text, "missing": page.missing, "learnt": page.known}
        of |= {"drivers": [f"{moved.title}: times {moved.odds}" for moved in tie.drivers]}
        for chance in tie.chances:
            told = {n: getattr(chance, n) for n in ("months", "probability", "low", "high", "base_rate")}
            yield of | told | {"worth": worth[chance.months]}


def _answer(patron: str, name: str, page: ScenarioPage) -> Iterator[dict[str, object]]:
    """The patron's ties under one scenario; all of them together first."""
    of: dict[str, object] = {n: getattr(page, n) for n in ("id", "title", "months", "seed", "library")}
    of |= {"scenario": name, "worth": page.verdicts[-1].answer.text}
    of |= {"shocks": [line.spec for line in page.shocks], "holds": [line.spec for line in page.holds]}
    kept = {(k.a, k.b): k for k in page.kept if not k.instrument}
    together = {"base_rate": page.base_rate_any, "grade": page.grade} | _odds(page.base, page.chance)
    yield of | together | {"a": patron, "b": WORLD}
    for tie in page.breaks:
        told = {n: getattr(tie, n) for n in ("a", "b", "first_base", "first", "leads", "before", "grade")}
        acts = kept[tie.a, tie.b]
        told |= {"acts_base": acts.base, "acts": acts.acts, "kept": acts.kept, "kept_low": acts.low, "kept_high": acts.high}  # fmt: skip
        yield of | told | {"base_rate": page.base_rate} | _odds(tie.base, tie.chance)


def _odds(base: Odds, chance: Odds) -> dict[str, object]:
    without: dict[str, object] = {"base": base.value, "base_low": base.low, "base_high": base.high}
    return without | {"chance": chance.value, "low": chance.low, "high": chance.high}
