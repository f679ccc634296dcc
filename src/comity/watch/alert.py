"""One change worth a person's time, and how it is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from comity.numerals import percent, short
from comity.tables import ALERT, identity

HARD, RATE, TONE, HEALTH, DUE, NEWS = CHANNELS = (
    "hard act",
    "rate shift",
    "tone shift",
    "data health",
    "due and not seen",
    "new actor",
)
OF_ONE_ACT = (HARD, DUE, NEWS)


class Alert(NamedTuple):
    """The columns of tables.ALERT but its id."""

    channel: str  # a word of CHANNELS
    kind: str  # what kind of change, within the channel
    level: str  # region, patron, pair, instrument or feed
    subject: str
    raised: date  # first day on which the evidence known says so
    since: date  # first day of the change as far as can be told
    size: float  # in the unit
    unit: str
    text: str
    evidence: list[str]
    false_alarm_rate: float | None  # chance that it is none, or false alarms a year of its stream, as the table says
    sure: bool  # survives the false-discovery rate over everything watched; an act by itself is
    within: str | None = None  # id of the alert one level up that it belongs to

    @property
    def id(self) -> str:
        """The same change has the same id however often it is found."""
        return name(self.channel, self.kind, self.subject, self.raised)


def name(channel: str, kind: str, subject: str, raised: date) -> str:
    """The id of an alert. Of one act it goes without the day, which another report may move."""
    return identity("alert", channel, kind, subject, *(() if channel in OF_ONE_ACT else (raised,)))


def doubt(channel: str, rate: float | None, sure: bool) -> str:
    """How often such an alert is wrong, in words; empty where nobody can say: news is no measurement.

    >>> doubt(RATE, 0.05, False)
    'False alarms of an unchanged stream: 0.05 a year; one of many charts, not sure.'
    """
    if rate is None:
        return ""
    if channel == HARD:
        return f"Chance that it did not take place: {percent(rate)}."
    return (
        f"False alarms of an unchanged stream: {short(rate)} a year{'' if sure else '; one of many charts, not sure'}."
    )


def frame(found: Sequence[Alert]) -> pl.DataFrame:
    """Alerts as the table, newest first."""
    rows: list[dict[str, Any]] = [{"alert": a.id, **a._asdict()} for a in found]
    return ALERT.frame(rows).sort("raised", "alert", descending=True)
