"""Announced, due, and not seen: deals of the patron whose usual wait is over."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from comity.acts import parties
from comity.indicators.bureaucracy import LEAST, MONTHS, signed
from comity.indicators.durations import DAYS_A_MONTH, Curve, by, curves, reached
from comity.indicators.evidence import COVERED
from comity.numerals import listed, many
from comity.states import called
from comity.tables import WORLD, Roles
from comity.threads import VISIBLE, Deals, breaks, broken_off, ridden, seen
from comity.vocabulary import CARRIED_OUT, TIES, Modality, Stage
from comity.watch.alert import DUE, Alert

PROMISED = (Stage.ANNOUNCED, Stage.SIGNED)
USUAL = 0.75  # of the deals that were carried out within 24 months: by then so many of them were


def due(acts: pl.DataFrame, coverage: pl.DataFrame, roles: Roles, as_of: date) -> Iterator[Alert]:
    """One alert for each deal on the day on which it was due and nothing was known that carried it out since.

    What carries a deal out is a later act of its thread, or else one of its kind that fulfils no other deal. Nothing is due where
    the two ended something of its kind by then.

    A deal with several partners is one alert, which names those with whom nothing was seen. Another is raised only for
    partners at whom somebody looked at a later time.

    What is expected is the wait of indicator I7 over all partners' signatures, as known on 1 January of the year in which
    the deal became known; so no later act moves it. Where less than .3 of such acts would be seen on that day, nothing is raised; "not seen" never
    means broken: closed states show little.
    """
    mine = acts.filter(
        pl.col("known") <= as_of, pl.col("instrument").is_in(VISIBLE), pl.col("polarity") == 1,
        pl.col("modality").is_in([Modality.ACTUAL, Modality.PLANNED]),
    )  # fmt: skip
    rows = mine.sort("date_to", "act").rows(named=True)
    deals = Deals.among(acts.filter(pl.col("known") <= as_of), {roles.patron})
    looks = _Looks(coverage, roles)
    usual = _Usual(acts, looks, roles)
    done: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["stage"] in CARRIED_OUT and row["modality"] == Modality.ACTUAL and roles.patron in parties(row):
            done[row["instrument"]].append(row)
    riding, ends = ridden(rows), breaks(acts.filter(pl.col("known") <= as_of))
    for row in rows:
        told = parties(row)
        if (
            row["act"] in riding
            or roles.patron not in told
            or (row["stage"] not in PROMISED and row["modality"] != Modality.PLANNED)
        ):
            continue
        lag = usual.wait(row["known"].year)
        days = lag or MONTHS * DAYS_A_MONTH
        day = max(row["date_to"], row["known"]) + timedelta(days=int(days))
        missed: defaultdict[date, list[str]] = defaultdict(list)
        for partner in [p for p in roles.held if p in told] if day <= as_of else ():
            looked = looks.on(row["instrument"], partner, day)
            by_then = (r for r in done[row["instrument"]] if r["known"] <= day)
            over = (r for r in ends if r["known"] <= day)
            pair = {roles.patron, partner}
            if looked and not seen(row, pair, by_then, deals) and not broken_off(row, pair, over, deals):
                missed[max(day, looked)].append(partner)
        for raised, partners in sorted(missed.items()):
            yield _alert(row, roles.patron, partners, raised, days, known=lag is not None)


class _Looks:
    """Who looked at the patron with a partner, and when: the coverage that matters here."""

    def __init__(self, coverage: pl.DataFrame, roles: Roles) -> None:
        self.patron = roles.patron
        self.coverage = coverage.filter(*(pl.col(side).is_in([*roles.held, self.patron, WORLD]) for side in "ab"))

    def _at(self, partner: str) -> pl.Expr:
        among = [self.patron, partner, WORLD]
        return pl.col("a").is_in(among) & pl.col("b").is_in(among)

    def on(self, instrument: str, partner: str, day: date) -> date | None:
        """The day from which it was known that such an act of a day would be seen, as well as a reading and a fall ask; null where it would not."""
        rows = self.coverage.filter(
            pl.col("instrument") == instrument, self._at(partner), pl.col("date_from") <= day, pl.col("date_to") >= day
        ).sort("known")
        best: dict[str, float] = {}  # files of one source are no two looks
        for source, detection, known in rows.select("source", "detection", "known").iter_rows():
            best[source] = max(best.get(source, 0.0), detection)
            if 1 - math.prod(1 - d for d in best.values()) >= COVERED:
                return known  # type: ignore[no-any-return]
        return None

    def last(self, partner: str) -> date:
        """The last day on which anybody looked; the end of time where it is not said."""
        found: date | None = self.coverage.filter(self._at(partner))["date_to"].max()  # type: ignore[assignment]
        return found or date.max


class _Usual:
    """How long a deal usually takes to show, year by year of its becoming known."""

    def __init__(self, acts: pl.DataFrame, looks: _Looks, roles: Roles) -> None:
        ours = acts.filter(pl.col("modality") == Modality.ACTUAL, pl.col("instrument").is_in(TIES))
        happened = [r for r in ours.sort("date_from", "act").iter_rows(named=True) if roles.patron in parties(r)]
        self.pairs = [([r for r in happened if p in parties(r)], looks.last(p)) for p in roles.held]
        self.waits: dict[int, float | None] = {}

    def wait(self, year: int) -> float | None:
        """Days by which a deal should show, as known before a year; null with fewer than five signatures on record.

        The day by which three in four had been carried out of those that ever were within 24 months (Aalen-Johansen, I7).
        """
        if year not in self.waits:
            self.waits[year] = self._learnt(date(year, 1, 1))
        return self.waits[year]

    def _learnt(self, on: date) -> float | None:
        found = [
            spell
            for acts, watched in self.pairs
            for spell, _ in signed([r for r in acts if r["known"] < on], min(on, watched).toordinal())
        ]
        if len(found) < LEAST:
            return None
        return float(np.median([_usual(curve) for curve in curves(found, f"due {on}")]))


def _usual(curve: Curve) -> float:
    within = MONTHS * DAYS_A_MONTH
    share = USUAL * by(within, curve)
    return reached(curve, share) if share > 0 else within


def _alert(row: dict[str, Any], patron: str, partners: list[str], day: date, days: float, *, known: bool) -> Alert:
    subject = "-".join(sorted((patron, *partners)))
    named = listed([called(p) for p in partners])
    why = (
        "by then three in four of those that are carried out within two years have been (I7)"
        if known
        else "too few signatures are on record to say what is usual"
    )
    return Alert(
        DUE, f"{row['instrument']} {row['act']}", "instrument", f"{subject}:{row['instrument']}", day, row["date_from"],
        days / DAYS_A_MONTH, "months waited",
        f"Not seen carried out with {named} after {many(round(days / DAYS_A_MONTH), 'month')}; {why}. Announced was: {row['text'] or row['instrument']}",
        [row["act"]], None, True,
    )  # fmt: skip
