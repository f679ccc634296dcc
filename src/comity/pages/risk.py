"""How likely is each tie to break, beside how often such ties do, and what is the forecast worth?"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity import flow
from comity.acts import pairs as tied
from comity.errors import NotFound, UsageError
from comity.numerals import listed, thousand
from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.words import Part, Said, said
from comity.rupture.chronicle import LAST_DAY
from comity.rupture.features import MEANT
from comity.rupture.published import others, verdict
from comity.rupture.risk import GRADE, YEAR, Outlook, Risk, broken, cut_short, quote
from comity.rupture.spell import Spell, already
from comity.rupture.spell import said as spell_said
from comity.states import called, is_state, known
from comity.tables import Roles
from comity.vocabulary import Modality
from comity.watch.hard import of_defence, rupture
from comity.watch.outlook import TAKEN_PLACE

if TYPE_CHECKING:
    from comity.flow import Picture

NAMED = 5  # broken ties that the answer names
OPENS = "risk"  # before the pair, in the id of a chance


@dataclass(frozen=True)
class Chance:
    """The chance of a rupture within some months."""

    months: int = says("within how many months")
    probability: float = says("that the tie sees a rupture, 0-1")
    low: float = says("5 % bound")
    high: float = says("95 % bound")
    base_rate: float = says("how often ties of its kind do")


@dataclass(frozen=True)
class Rupture:
    """A rupture of the tie that nothing known by the day had undone."""

    row: str = says("id of its row in the chronicle")
    start: date = says("first day on which it may have happened")
    on: date = says("last such day, from which it counts")
    severity: int = says("1 one instrument, 2 several, 3 all defence ties, 4 relations broken")


@dataclass(frozen=True)
class Before:
    """What broke of a tie before the day, and whether it counts as at risk again."""

    at_risk: bool = says(
        "whether it counts as at risk: not for two years after a rupture of several instruments or more, nor while relations are broken"
    )
    again: date | None = says(
        "first day on which it counts again, which may be past; null where nothing took it off, or nothing known brings it back"
    )
    broken: list[Rupture] = says(
        "the newest rupture not undone, and that which ended its time at risk if it is another; empty where nothing broke"
    )
    text: str | None = says("the same in a sentence; null where nothing broke")
    already: str | None = says(
        "the same in a few words, where it was taken off and no repair is on record; null elsewhere"
    )


@dataclass(frozen=True)
class Horizon:
    """What the chances within 3 months or 2 years are worth, which follow from that of a year."""

    months: int = says("within how many months")
    target: str = says("comity backtest NAME scores them again")
    worth: str = says("what the backtest says of such chances")


@dataclass(frozen=True)
class Moved:
    """What moves a forecast away from that of the average tie."""

    feature: str = says("what was seen, by its name in the model")
    title: str = says("the same in plain words")
    odds: float = says("times the odds of the average tie; above 1 raises the risk")
    sign: str = says("+ raises the risk, - lowers it")
    grade: str = says("C: an association put right for the others, no effect that was shown")


@dataclass(frozen=True)
class Term:
    """What one feature adds to the log odds of a forecast."""

    feature: str = says("its name in the model")
    title: str = says("the same in plain words")
    means: str = says("what the value is, and in which unit")
    value: float | None = says("what was seen of this tie; null where its source was never read")
    guessed: bool = says("whether nothing is known of this tie, so that the mean of the day's ties stands for it")
    average: float = says("over the ties that the model was learnt from")
    spread: float = says("standard deviation over them")
    weight: float = says("the coefficient: what a value of one spread above the average adds")
    contribution: float = says("weight x (value - average) / spread; 0 where its source was never read")


@dataclass(frozen=True)
class Own:
    """What the patron's own rate is made of: the log odds of (ruptures + added x rate) / (years + added)."""

    years: int = says("years of ties in which it was the patron, up to the day on which the learning ends")
    ruptures: int = says("how many of them saw a rupture")
    added: float = says("years at the rate of all that are added; prior_share = added / (years + added)")
    rate: float = says("how often a tie of any kind in the world breaks within a year")


@dataclass(frozen=True)
class Forecast:
    """How a chance within a year is put together: ceiling / (1 + exp(-log_odds)), where log_odds = start + contributions.

    Where sources were never read it is the mean of that over log odds spread normally around ``log_odds`` by ``unread``. The bounds are the
    same at log_odds -+ 1.645 x error, and hold the chance. Over m months: p / (p + otherwise) x (1 - (1 - p - otherwise)^(m / 12)).
    """

    opens: str = says("id under which /evidence/ shows this")
    a: str = says("first state in alphabetical order")
    b: str = says("second state")
    kind: str = says("arms, treaty or other; any where no source told")
    patron: str = says("the side that gave more arms in twenty years, else the more capable one")
    chances: list[Chance] = says("within 3, 12 and 24 months")
    before: Before = says("what broke already, and whether the tie counts as at risk")
    prior_share: float = says("how much of the patron's own rate is the world's, 0-1")
    ceiling: float = says("which no chance within a year passes")
    start: float = says("log odds, under the ceiling, of a tie that is average in every feature")
    average: float = says("chance within a year of that tie: most ties are quieter than the base rate of their kind")
    terms: list[Term] = says("every feature of the model, what moves it most first")
    log_odds: float = says("start and all contributions together")
    unread: float = says("standard deviation of what was never read; 0 where every source was read")
    error: float = says("standard error of log_odds, what is unread with it")
    otherwise: float = says("chance within a year that the tie ends otherwise first")
    own: Own = says("what the patron's own rate is made of")
    missing: list[str] = says("sources that were never read")
    worth: str = says("what the backtest says of such forecasts within a year")
    horizons: list[Horizon] = says("the same of 3 months and of 2 years")


@dataclass(frozen=True)
class Tie:
    """One tie's forecast."""

    opens: str = says("id under which /evidence/ shows every feature of the chance, and how they sum up")

    a: str = says("first state in alphabetical order")
    b: str = says("second state")
    kind: str = says(
        "arms delivered within ten years, a treaty of alliance of any kind (ATOP), or other; any where no source told"
    )
    patron: str = says("the side that gave more arms in twenty years, else the more capable one")
    chances: list[Chance] = says("within 3, 12 and 24 months")
    before: Before = says("what broke already, and whether the tie counts as at risk")
    prior_share: float = says("how much of the patron's own rate is the world's, 0-1")
    drivers: list[Moved] = says("what moves it most")
    quote: str = says("the sentence that may be quoted, with interval and base rate")
    cut_short: str | None = says(
        "why the chance lies near the upper end of its interval; null where the ceiling is far"
    )


@dataclass(frozen=True)
class Broken:
    """One act that broke a tie after the day that the model knows."""

    id: str = says("id of the act; /evidence/{id} opens it")
    on: date = says("day on which it happened")
    text: str = says("what happened, in one sentence")


@dataclass(frozen=True)
class Risks:
    """How likely the case's ties are to break."""

    about: About = says("header")
    answer: list[Said] = says("the answer in words: the patron's ties with its partners, and the likeliest of all")
    features: int = says("features of the model; each chance opens all of them")
    ties: list[Tie] = says(
        "the ties of the case, the likeliest first, those last that broke and do not count as at risk; empty when nothing can be said of the day"
    )
    of: int = says("ties of the case before the page was narrowed")
    ruptures: int = says("ruptures of these ties in the chronicle up to the day: too few to fit on")
    listed: int = says("ties that count as at risk in the whole world on the day")
    ended: int = says(
        "ties beside them that broke and do not count again yet: each has a chance, of one more rupture on record"
    )
    since: list[Broken] = says(
        "acts that broke a tie of the case after the day that the model knows, believed by half or more, newest first: they move no chance here"
    )
    missing: list[str] = says("sources that were never read: their features are those of an average tie")
    known: date | None = says("what the model was learnt from ends on this day")
    learnt: int = says("tie-years it was learnt from, in the whole world")
    events: int = says("of which so many saw a rupture")
    stale: bool = says("whether the day lies after the chronicle's end: later ruptures are not known")
    worth: str = says("what the backtest says of such forecasts within a year")
    horizons: list[Horizon] = says("the same of 3 months and of 2 years")
    why_not: str | None = says("why nothing can be said of the day; null when something can")


def risk(picture: Picture, query: Query) -> Risks:
    """The forecast of each tie of the case; ``partners`` narrows it to ties that name one of them."""
    some = {known(code, "partners") for code in query.partners}
    pairs = [p for p in picture.case.pairs if is_state(p[0]) and is_state(p[1])]
    ruptures = broken(pairs, picture.as_of)
    try:
        found, why = flow.outlook(picture), None
    except UsageError as error:
        found, why = Outlook([], [], picture.as_of, 0, 0), str(error)
    of_pair: dict[tuple[str, ...], list[Risk]] = {}
    for one in found.risks:
        of_pair.setdefault(tuple(one.pair.split("-")), []).append(one)
    wanted = [p for p in pairs if p in of_pair and (not some or some & {*p})]
    ties = [_tie(of_pair[p], len(pairs), ruptures) for p in wanted]
    ties.sort(key=lambda t: (not t.before.at_risk, -t.chances[1].probability, t.a, t.b))
    return Risks(
        about=about(picture, query),
        answer=_answer(ties, picture.case.roles),
        features=len(MEANT),
        ties=ties,
        of=len(pairs),
        ruptures=ruptures,
        listed=sum(r.spell.at_risk for r in found.risks if r.horizon_months == YEAR),
        ended=sum(not r.spell.at_risk for r in found.risks if r.horizon_months == YEAR),
        since=[] if why else broken_since(picture, found.known, wanted),
        missing=found.missing,
        known=None if why else found.known,
        learnt=found.ties,
        events=found.ruptures,
        stale=picture.as_of > LAST_DAY,
        worth=verdict("rupture"),
        horizons=_horizons(),
        why_not=why,
    )


def forecast(picture: Picture, pair: str) -> Forecast:
    """How the chance of one tie at risk (``KAZ-TUR``) is put together; raises ``NotFound`` where none is foretold."""
    wanted = "-".join(sorted(pair.split("-")))
    try:
        found = flow.outlook(picture)
    except UsageError as error:
        raise NotFound(f"no chance of a rupture is foretold: {error}") from error
    mine = [r for r in found.risks if r.pair == wanted]
    if not mine or (parts := mine[0].sum) is None:
        raise NotFound(f"no tie at risk on {picture.as_of} has the name {pair[:60]!r}; comity risk --world lists them")
    a, b = wanted.split("-")
    return filled(
        Forecast,
        parts,
        opens=f"{OPENS}:{wanted}",
        a=a,
        b=b,
        kind=mine[0].kind,
        patron=mine[0].patron,
        chances=_chances(mine),
        before=_before(mine[0].spell),
        prior_share=mine[0].prior_share,
        average=parts.ceiling / (1 + math.exp(-parts.start)),
        terms=[Term(title=MEANT[t.feature].title, means=MEANT[t.feature].means, **t._asdict()) for t in parts.terms],
        own=Own(*parts.own),
        missing=found.missing,
        worth=verdict("rupture"),
        horizons=_horizons(),
    )


def of_tie(picture: Picture, a: str, b: str) -> tuple[Chance | None, str | None, list[Broken]]:
    """Of one tie of the case its chance within a year, what the chronicle says broke of it, and what broke since by the evidence.

    No chance where none is foretold, or where the tie broke and does not count again yet.
    """
    if (a, b) not in picture.case.pairs:
        return None, None, []
    try:
        found = flow.outlook(picture)
    except UsageError:
        return None, None, []
    mine = [r for r in found.risks if r.pair == f"{a}-{b}"]
    chance = next((c for c in _chances([r for r in mine if r.spell.at_risk]) if c.months == YEAR), None)
    return chance, spell_said(mine[0].spell) if mine else None, broken_since(picture, found.known, [(a, b)])


def broken_since(picture: Picture, last: date, ties: Collection[tuple[str, str]]) -> list[Broken]:
    """The acts that broke one of some ties after the last day that the model knows, by the rule of alerts save how far they are believed."""
    acts = picture.acts.filter(
        rupture(),
        pl.col("modality") == Modality.ACTUAL,
        pl.col("belief") >= TAKEN_PLACE,
        pl.col("date_from") > last,
    ).sort("date_to", "act", descending=True)
    return [
        Broken(row["act"], row["date_to"], row["text"] or "")
        for row in acts.iter_rows(named=True)
        if of_defence(row) and any((p.a, p.b) in ties for p in tied(row))
    ]


def _horizons() -> list[Horizon]:
    return [Horizon(*found) for found in others()]


def _chances(found: list[Risk]) -> list[Chance]:
    """The chances of one tie, the nearest horizon first."""
    by_months = sorted(found, key=lambda r: r.horizon_months)
    return [Chance(r.horizon_months, r.probability, r.low, r.high, r.base_rate) for r in by_months]


def _before(spell: Spell) -> Before:
    return Before(spell.at_risk, spell.again, [Rupture(*b) for b in spell.broken], spell_said(spell), already(spell))


def with_partners(ties: list[Tie], roles: Roles) -> list[Tie]:
    """Those of the patron with its partners."""
    return [t for t in ties if roles.patron in {t.a, t.b} and {t.a, t.b} & {*roles.held}]


def _answer(ties: list[Tie], roles: Roles) -> list[Said]:
    """The ties of the patron with its partners, then the likeliest of the others; ``ties`` come the likeliest first.

    What broke and does not count as at risk again is no tie that is likeliest to break: it is named last.
    """
    ended = [t for t in ties if not t.before.at_risk]
    ties = [t for t in ties if t.before.at_risk]
    own = with_partners(ties, roles)
    others = [t for t in ties if t not in own]
    found = []
    if own:
        top, least = own[0].chances[1], own[-1].chances[1]
        partner = next(iter({own[0].a, own[0].b} - {roles.patron}))
        spread = f"{thousand(least.probability)} to {thousand(top.probability)}" if len(own) > 1 else thousand(top.probability)  # fmt: skip
        found.append(
            said(
                f"A tie of {called(roles.patron)} with a partner breaks within a year in {spread} of 1,000, likeliest with ",
                _opens(own[0], called(partner)),
                f" ({thousand(top.low)} to {thousand(top.high)}{_already(own[0])}). Of the ties of its kind {thousand(top.base_rate)} do.",
            )
        )
    if others:
        top = others[0].chances[1]
        found.append(
            said(
                f"{'Of the other ties' if own else 'Of the ties'} of this case the likeliest to break is ",
                _opens(others[0], f"{called(others[0].a)} with {called(others[0].b)}"),
                f": {thousand(top.probability)} ({thousand(top.low)} to {thousand(top.high)}{_already(others[0])}).",
            )
        )
    if ended:
        broke = listed([f"{called(t.a)} with {called(t.b)}" for t in ended[:NAMED]])
        more = f" and {len(ended) - NAMED} more" if len(ended) > NAMED else ""
        found.append(
            said(
                f"Not at risk, since it broke before: {broke}{more}. A chance there is that of one more rupture on record."
            )
        )
    return found


def _already(tie: Tie) -> str:
    return f"; {tie.before.already}" if tie.before.already else ""


def _opens(tie: Tie, words: str) -> Part:
    return Part(words, f"/risk#{tie.a}-{tie.b}")


def _tie(found: list[Risk], of: int, ruptures: int) -> Tie:
    year = next(r for r in found if r.horizon_months == YEAR)
    a, b = year.pair.split("-")
    return filled(
        Tie,
        year,
        opens=f"{OPENS}:{year.pair}",
        a=a,
        b=b,
        chances=_chances(found),
        before=_before(year.spell),
        drivers=[Moved(d.feature, d.title, d.odds, d.sign, GRADE) for d in year.drivers],
        quote=quote(year, of, ruptures),
        cut_short=cut_short(year),
    )
