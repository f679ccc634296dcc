"""Announced, and then? Deals announced or signed, and whether anything was seen carried out afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity.acts import parties
from comity.pages.about import says
from comity.pages.told import Told, told
from comity.rupture.atrisk import later
from comity.threads import Deals, Row, breaks, broken_off, ridden, seen
from comity.vocabulary import CARRIED_OUT, Modality
from comity.watch.due import PROMISED

if TYPE_CHECKING:
    from comity.flow import Picture


KINDS = ("industry", "arms", "basing")  # what leaves something to be seen: a plant, a delivery, a garrison


@dataclass(frozen=True)
class Promise:
    """One deal that was announced or signed."""

    partner: str = says("code of the partner")
    months: int = says("whole months since it was announced or signed")
    seen: str | None = says(
        "id of the act that carried it out, or of the first later one of this pair and instrument that fulfils no other deal; null when none is known"
    )
    ended: str | None = says(
        "id of the act that broke it off, or of the first later one by which the two ended something of its kind; null when none is known"
    )
    linked: bool = says("whether that act is linked to this deal by what it says; otherwise it may belong to another")
    act: Told = says("the deal")


def promises(picture: Picture, acts: pl.DataFrame, patron: str, partners: tuple[str, ...]) -> list[Promise]:
    """Every arms, production or basing deal between the patron and a partner among some acts, oldest first.

    A later delivery or start of the same pair and instrument counts as seen, unless it is linked to another deal (see
    ``threads``): the sources rarely say which deal a delivery fulfils, so "not seen" never means "broken".
    A register's line is one deal, also where it tells of an order and of making it under licence.
    """
    mine = acts.filter(
        pl.col("instrument").is_in(KINDS), pl.col("polarity") == 1,
        pl.col("modality").is_in([Modality.ACTUAL, Modality.PLANNED]),
    ).sort("date_to", "act")  # fmt: skip
    done: dict[tuple[str, str], list[Row]] = defaultdict(list)  # what was carried out, by instrument and party
    for row in mine.filter(pl.col("stage").is_in(CARRIED_OUT), pl.col("modality") == Modality.ACTUAL).iter_rows(
        named=True
    ):
        everybody = parties(row)
        for who in everybody if patron in everybody else ():
            done[row["instrument"], who].append(row)
    deals = mine.filter(pl.col("stage").is_in(PROMISED))
    deals = deals.filter(~pl.col("act").is_in(list(ridden(deals.iter_rows(named=True)))))
    ends = breaks(acts)
    links, as_of = Deals.among(picture.acts, {patron}), picture.as_of
    found = []
    for row, line in zip(deals.iter_rows(named=True), told(deals, picture.reports), strict=True):
        everybody = parties(row)
        for partner in partners if patron in everybody else ():
            if partner in everybody:
                came = seen(row, {patron, partner}, done[row["instrument"], partner], links)
                linked = came is not None and links.of.get(came) == links.of.get(row["act"])
                over = broken_off(row, {patron, partner}, ends, links)
                found.append(Promise(partner, whole_months(row["date_to"], as_of), came, over, linked, line))
    return found


def whole_months(since: date, until: date) -> int:
    """How many months are full between two days; none where the second comes first.

    >>> whole_months(date(2026, 6, 30), date(2026, 7, 1)), whole_months(date(2026, 3, 31), date(2026, 6, 30))
    (0, 3)
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    return max(0, months if later(since, months) <= until else months - 1)
