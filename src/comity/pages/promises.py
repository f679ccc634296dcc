"""Announced, and then? Deals announced or signed, and whether anything was seen carried out afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from comity.acts import parties
from comity.pages.about import says
from comity.pages.told import Told, told
from comity.vocabulary import Modality, Stage

PROMISED = (Stage.ANNOUNCED, Stage.SIGNED)
CARRIED_OUT = (Stage.EXECUTED, Stage.DELIVERED)
KINDS = ("industry", "arms", "basing")  # what leaves something to be seen: a plant, a delivery, a garrison


@dataclass(frozen=True)
class Promise:
    """One deal that was announced or signed."""

    partner: str = says("code of the partner")
    months: int = says("whole months since it was announced or signed")
    seen: str | None = says(
        "id of the first later act of this pair and instrument that was carried out; null when none is known"
    )
    act: Told = says("the deal")


def promises(
    acts: pl.DataFrame, reports: pl.DataFrame, patron: str, partners: tuple[str, ...], as_of: date
) -> list[Promise]:
    """Every arms, production or basing deal between the patron and a partner, oldest first.

    A later delivery or start of the same pair and instrument counts as seen, also when it may belong to another deal:
    the sources rarely say which deal a delivery fulfils, so "not seen" is the cautious reading and never means "broken".
    """
    mine = acts.filter(pl.col("instrument").is_in(KINDS), pl.col("polarity") == 1).sort("date_to", "act")
    done = [
        row for row in mine.iter_rows(named=True) if row["stage"] in CARRIED_OUT and row["modality"] == Modality.ACTUAL
    ]
    deals = mine.filter(pl.col("stage").is_in(PROMISED))
    found = []
    for row, line in zip(deals.iter_rows(named=True), told(deals, reports), strict=True):
        everybody = parties(row)
        for partner in partners if patron in everybody else ():
            if partner in everybody:
                months = (as_of.year - row["date_to"].year) * 12 + as_of.month - row["date_to"].month
                found.append(Promise(partner, max(0, months), _seen(row, {patron, partner}, done), line))
    return found


def _seen(deal: dict[str, Any], pair: set[str], done: list[dict[str, Any]]) -> str | None:
    later = (
        row["act"]
        for row in done
        if row["instrument"] == deal["instrument"] and row["date_to"] >= deal["date_from"] and pair <= set(parties(row))
    )
    return next(later, None)
