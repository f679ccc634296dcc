"""What is new since a day? Acts that became known, alerts raised, and how far the evidence reaches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from comity.acts import counted
from comity.pages.about import About, about, says
from comity.pages.alerts import raised, widest
from comity.pages.query import Query, wanted
from comity.pages.told import Told, between, period, told
from comity.vocabulary import INSTRUMENTS
from comity.watch.alert import HEALTH
from comity.watch.outlook import TAKEN_PLACE

if TYPE_CHECKING:
    from comity.flow import Picture
    from comity.tables import Roles

SHOWN = 12  # acts a partner
NEWEST = ("known", "date_to", "act")


@dataclass(frozen=True)
class Headline:
    """One alert in one line."""

    id: str = says("id of the alert")
    channel: str = says("how it was noticed")
    raised: date = says("first day on which what was known said so")
    text: str = says("the change in one sentence")


@dataclass(frozen=True)
class Partner:
    """One partner's news."""

    partner: str = says("code of the partner")
    cooperation: int = says("acts of defence cooperation with the patron that became known in the period and count")
    before: int = says("the same in a period of the same length before")
    rivals: dict[str, int] = says("the same with each rival, by code")
    pressure: int = says("acts of pressure on or by it that became known in the period")
    acts: list[Told] = says(
        "those that became known last first, of one day the latest; those believed less than one half come after the others"
    )
    more: int = says("acts not shown")


@dataclass(frozen=True)
class Digest:
    """The period in one page."""

    about: About = says("header")
    start: date = says("first day of the period")
    end: date = says("last day of the period")
    before: date = says("first day of the period of the same length before")
    newest: date | None = says(
        "day on which the newest act of all became known; later days of the period hold nothing yet"
    )
    acts: int = says("acts of the case that became known in the period")
    late: int = says("how many of them took place more than a year before they became known: history, not news")
    instruments: dict[str, int] = says("acts that became known, by instrument, most first")
    alerts: list[Headline] = says(
        "alerts raised in the period that the query asks for, newest first, without those of feeds and without parts of others shown"
    )
    feeds: list[Headline] = says("what is wrong with the feeds")
    partners: list[Partner] = says("each partner, in the order of the case")
    others: list[Told] = says(
        "the newest of the other acts, as of the patron with a rival, or of a partner with a state that neither holds nor is held; none where the query names partners"
    )
    others_more: int = says("others not shown")


def digest(picture: Picture, query: Query) -> Digest:
    """What became known in the last twelve months, or in the period asked for (``from``)."""
    start, end = period(query, picture.as_of)
    roles = picture.case.roles
    codes = wanted(query.partners, roles.held, "partners")
    asked = picture.acts.filter(pl.col("instrument").is_in(query.instruments or list(INSTRUMENTS)))
    if query.partners:
        asked = between(asked, codes, _everybody(roles))
    yesterday = start - timedelta(days=1)
    before = yesterday - (end - start)
    fresh, earlier = _known(asked, start, end), _known(asked, before, yesterday)
    feeds = raised(picture, Query(), start, end).filter(pl.col("channel") == HEALTH)
    shown = widest(raised(picture, query, start, end).filter(pl.col("channel") != HEALTH))
    kinds = Counter(fresh["instrument"].to_list())
    theirs = between(fresh, codes, _everybody(roles))["act"]
    others = fresh.filter(~pl.col("act").is_in(theirs.implode())).sort(*NEWEST, descending=True)
    return Digest(
        about=about(picture, query),
        start=start,
        end=end,
        before=before,
        newest=picture.acts["known"].max(),  # type: ignore[arg-type]
        acts=len(fresh),
        late=len(fresh.filter((pl.col("known") - pl.col("date_to")).dt.total_days() > 365)),
        instruments={k: kinds[k] for k in sorted(kinds, key=lambda k: (-kinds[k], list(INSTRUMENTS).index(k)))},
        alerts=_headlines(shown),
        feeds=_headlines(feeds),
        partners=[_partner(picture, code, fresh, earlier) for code in codes],
        others=told(others.head(SHOWN), picture.reports),
        others_more=max(0, len(others) - SHOWN),
    )


def _headlines(alerts: pl.DataFrame) -> list[Headline]:
    return [Headline(*row) for row in alerts.select("alert", "channel", "raised", "text").iter_rows()]


def _known(acts: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    return acts.filter(pl.col("known").is_between(start, end))


def _everybody(roles: Roles) -> list[str]:
    """Whose acts with a partner stand under that partner."""
    return [*roles.patrons, *roles.held]


def _partner(picture: Picture, code: str, fresh: pl.DataFrame, earlier: pl.DataFrame) -> Partner:
    roles = picture.case.roles
    mine = between(fresh, [code], [c for c in _everybody(roles) if c != code])
    mine = mine.sort(pl.col("belief") >= TAKEN_PLACE, *NEWEST, descending=True)
    return Partner(
        code,
        len(between(counted(fresh), [code], [roles.patron])),
        len(between(counted(earlier), [code], [roles.patron])),
        {rival: n for rival in roles.rivals if (n := len(between(counted(fresh), [code], [rival])))},
        len(mine.filter(pl.col("polarity") == -1)),
        told(mine.head(SHOWN), picture.reports),
        max(0, len(mine) - SHOWN),
    )
