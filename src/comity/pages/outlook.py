"""What comes next? The acts that each tie should bring and where each reading should go, beside naive rules, and what such forecasts were worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.numerals import number
from comity.pages.about import About, about, filled, says
from comity.pages.foreseen import Kind, kinds
from comity.pages.query import Query, wanted
from comity.pages.words import Part, Said, owned, said
from comity.pages.worth import Worth, summed, worth
from comity.states import called
from comity.tables import subject_of
from comity.vocabulary import TIES
from comity.watch.outlook import Ahead, Fan

if TYPE_CHECKING:
    from comity.flow import Picture


UNDER_WAY = "under way"
SAID = 3  # ties named in the answer


@dataclass(frozen=True)
class Horizon:
    """The forecast for some months."""

    months: int = says("months ahead")
    mean: float = says(
        "acts expected on record, if the tie is watched as it was last; a few hundredths lie above a high of 0"
    )
    low: float = says("5 % quantile of whole counts")
    quarter: float = says("25 % quantile")
    median: float = says("50 % quantile")
    three_quarters: float = says("75 % quantile")
    high: float = says("95 % quantile, or the whole number above the mean where that is more")
    own: float = says("what the mean of the tie's own six years would bring")
    last: float = says("what its last year would bring")


@dataclass(frozen=True)
class Tied:
    """One tie ahead."""

    partner: str = says("code of the partner")
    with_: str = says("code of who holds it: the patron or a rival")
    instrument: str = says("a word of the vocabulary")
    year: int = says("acts on record in the last twelve months")
    rate: float = says("strength of the tie today, in acts a year; its evidence shows every weight")
    told: float = says("acts on record for each act believed, by this instrument")
    watched: float = says(
        "share of a year that is watched, as it was last: each mean is rate x told x watched x months / 12"
    )
    size: float = says("of the negative binomial around each mean, from which its quantiles are: small is wide")
    horizons: list[Horizon] = says("3, 12 and 24 months ahead")
    opens: str = says("id of the tie's evidence")


@dataclass(frozen=True)
class Outlook:
    """Every tie and reading ahead, and what that is worth."""

    about: About = says("header")
    answer: Said | None = says("the ties that should bring most, in words; null when no tie is shown")
    ties: list[Tied] = says("ties with an act on record, the patron's first")
    worth: list[Worth] = says("past scores: all instruments first, then each")
    kinds: list[Kind] = says("every reading ahead, by indicator and what it tells of")
    readings_worth: list[Worth] = says("past scores of all readings; those of each kind stand with it")
    readings_verdict: str = says("the same in words; empty when none could be forecast")
    reckoning: str | None = says(
        f"null where readings are looked ahead; '{UNDER_WAY}' while a server still reckons what they were before (ask again), else why it could not"
    )
    left_out: int = says("ties without any act on record, of which nothing but the prior could be said")


def outlook(picture: Picture, query: Query) -> Outlook:
    """The next 3, 12 and 24 months of every tie and reading."""
    roles = picture.case.roles
    partners = wanted(query.partners, roles.held, "partners")
    holders = (roles.patron, *wanted(query.rivals, roles.rivals, "rivals"))
    ahead, scores = picture.ahead
    shown = [
        t
        for f in ahead
        for t in _tied(f, holders, partners)
        if not query.instruments or t.instrument in query.instruments
    ]
    order = {code: i for i, code in enumerate((*holders, *partners))}
    shown.sort(key=lambda t: (order[t.with_], order[t.partner], -t.horizons[1].mean))
    every = len(holders) * len(partners) * len(TIES)
    found = sorted(scores, key=lambda p: (p.of is not None, p.of or "", p.months))
    reckoned = picture.reckoning is None
    whole = [worth(p, "the") for p in picture.readings_ahead[1][None]] if reckoned else []
    return Outlook(
        about(picture, query),
        _answer(shown),
        shown,
        [worth(p, "the tie's") for p in found],
        kinds(picture, query) if reckoned else [],
        whole,
        summed(whole),
        picture.reckoning,
        every - len(shown),
    )


def _answer(shown: list[Tied]) -> Said | None:
    """Of the patron's ties, or of the first rival's where none of the patron's is shown, those that should bring most within a year."""
    if not shown:
        return None
    holder = shown[0].with_
    top = sorted((t for t in shown if t.with_ == holder), key=lambda t: -t.horizons[1].mean)[:SAID]
    parts: list[str | Part] = [f"Of {owned(holder)} ties these should bring most in the next twelve months: "]
    for n, t in enumerate(top):
        year = t.horizons[1]
        parts += [*([", "] if n else []), Part(f"{t.instrument} with {called(t.partner)}", f"/evidence/{t.opens}"), f" {number(year.mean)} acts ({number(year.low, 0)} to {number(year.high, 0)})"]  # fmt: skip
    return said(*parts, ".")


def _tied(f: Fan, holders: tuple[str, ...], partners: tuple[str, ...]) -> list[Tied]:
    sides = [(x, y) for x, y in ((f.a, f.b), (f.b, f.a)) if x in holders and y in partners]
    horizons, opens = [_horizon(h) for h in f.ahead], subject_of(f.a, f.b, f.instrument)
    return [filled(Tied, f, partner=y, with_=x, horizons=horizons, opens=opens) for x, y in sides]


def _horizon(h: Ahead) -> Horizon:
    low, quarter, median, three_quarters, high = h.quantiles
    return Horizon(h.months, h.mean, low, quarter, median, three_quarters, max(high, math.ceil(h.mean)), h.own, h.last)
