"""How likely is each tie to break, beside how often such ties do, and what is the forecast worth?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from comity import flow
from comity.errors import UsageError
from comity.pages.about import About, about, says
from comity.pages.query import Query
from comity.pages.words import Part, Said, called, said
from comity.rupture.chronicle import LAST_DAY
from comity.rupture.published import verdict
from comity.rupture.risk import GRADE, Outlook, Risk, broken, cut_short, quote, thousand
from comity.states import is_state, known
from comity.tables import Roles

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Chance:
    """The chance of a rupture within some months."""

    months: int = says("within how many months")
    probability: float = says("that the tie sees a rupture, 0-1")
    low: float = says("5 % bound")
    high: float = says("95 % bound")
    base_rate: float = says("how often ties of its kind do")


@dataclass(frozen=True)
class Moved:
    """What moves a forecast away from that of the average tie."""

    feature: str = says("what was seen")
    odds: float = says("times the odds of the average tie; above 1 raises the risk")
    sign: str = says("+ raises the risk, - lowers it")
    grade: str = says("C: an association put right for the others, no effect that was shown")


@dataclass(frozen=True)
class Tie:
    """One tie's forecast."""

    a: str = says("first state in alphabetical order")
    b: str = says("second state")
    kind: str = says("arms delivered within ten years, a treaty of alliance, or other; any where no source told")
    patron: str = says("the side that gave more arms in twenty years, else the more capable one")
    chances: list[Chance] = says("within 3, 12 and 24 months")
    prior_share: float = says("how much of the patron's own rate is the world's, 0-1")
    drivers: list[Moved] = says("what moves it most")
    quote: str = says("the sentence that may be quoted, with interval and base rate")
    cut_short: str | None = says(
        "why the chance lies near the upper end of its interval; null where the ceiling is far"
    )


@dataclass(frozen=True)
class Risks:
    """How likely the case's ties are to break."""

    about: About = says("header")
    answer: list[Said] = says("the answer in words: the patron's ties with its partners, and the likeliest of all")
    ties: list[Tie] = says("the ties of the case, the likeliest first; empty when nothing can be said of the day")
    of: int = says("ties of the case before the page was narrowed")
    ruptures: int = says("ruptures of these ties in the chronicle up to the day: too few to fit on")
    listed: int = says("ties at risk in the whole world on the day")
    missing: list[str] = says("sources that were never read: their features are those of an average tie")
    known: date | None = says("what the model was learnt from ends on this day")
    learnt: int = says("tie-years it was learnt from, in the whole world")
    events: int = says("of which so many saw a rupture")
    stale: bool = says("whether the day lies after the chronicle's end: later ruptures are not known")
    worth: str = says("what the backtest says of such forecasts")
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
    ties.sort(key=lambda t: (-t.chances[1].probability, t.a, t.b))
    return Risks(
        about=about(picture, query),
        answer=_answer(ties, picture.case.roles),
        ties=ties,
        of=len(pairs),
        ruptures=ruptures,
        listed=len({r.pair for r in found.risks}),
        missing=found.missing,
        known=None if why else found.known,
        learnt=found.ties,
        events=found.ruptures,
        stale=picture.as_of > LAST_DAY,
        worth=verdict("rupture"),
        why_not=why,
    )


def _answer(ties: list[Tie], roles: Roles) -> list[Said]:
    """The ties of the patron with its partners, then the likeliest of the others; ``ties`` come the likeliest first."""
    own = [t for t in ties if roles.patron in {t.a, t.b} and {t.a, t.b} & {*roles.held}]
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
                f" ({thousand(top.low)} to {thousand(top.high)}). Of the ties of its kind {thousand(top.base_rate)} do.",
            )
        )
    if others:
        top = others[0].chances[1]
        found.append(
            said(
                f"{'Of the other ties' if own else 'Of the ties'} of this case the likeliest to break is ",
                _opens(others[0], f"{called(others[0].a)} with {called(others[0].b)}"),
                f": {thousand(top.probability)} ({thousand(top.low)} to {thousand(top.high)}).",
            )
        )
    return found


def _opens(tie: Tie, words: str) -> Part:
    return Part(words, f"/risk#{tie.a}-{tie.b}")


def _tie(found: list[Risk], of: int, ruptures: int) -> Tie:
    year = next(r for r in found if r.horizon_months == 12)
    a, b = year.pair.split("-")
    return Tie(
        a=a,
        b=b,
        kind=year.kind,
        patron=year.patron,
        chances=[
            Chance(r.horizon_months, r.probability, r.low, r.high, r.base_rate)
            for r in sorted(found, key=lambda r: r.horizon_months)
        ],
        prior_share=year.prior_share,
        drivers=[Moved(d.feature, d.odds, d.sign, GRADE) for d in year.drivers],
        quote=quote(year, of, ruptures),
        cut_short=cut_short(year),
    )
