"""Patron beside rival: who is likely ahead with a partner by an instrument, where both were looked at evenly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.indicators.composite import EVEN
from comity.indicators.evidence import COVERED
from comity.pages.about import says
from comity.pages.cells import asked_for, by_tie, covered
from comity.pages.query import Query
from comity.tables import pair_of, subject_of
from comity.ties import drawn

if TYPE_CHECKING:
    from comity.flow import Picture

LIKELY = 0.8  # of the draws; below it nobody is said to be ahead

PATRON_AHEAD, RIVAL_AHEAD, CLOSE, UNEVEN = "patron likely ahead", "rival likely ahead", "close", "not compared"


BESIDE = "beside"  # before the rival, in the id of the comparisons with it


@dataclass(frozen=True)
class Side:
    """One of two ties that are compared."""

    opens: str = says("id under which /evidence/ shows every weight of the strength")
    strength: float = says("expected acts in the next 12 months")
    low: float = says("5 % bound")
    high: float = says("95 % bound")


@dataclass(frozen=True)
class Compared:
    """The patron's tie with a partner by one instrument beside one rival's."""

    partner: str = says("code of the partner")
    instrument: str = says("a word of the vocabulary")
    rival: str = says("code of the rival")
    mine: Side = says("the patron's tie")
    theirs: Side = says("the rival's")
    chance: float | None = says("probability that the patron's tie is the stronger, 0-1; null when not compared")
    verdict: str = says(
        "patron likely ahead, rival likely ahead, close, or not compared (looked at unevenly, or one of them hardly)"
    )


def compared(picture: Picture, query: Query) -> list[Compared]:
    """Every comparison between the patron and a rival in which at least one of the two has evidence behind its tie."""
    patrons, partners, instruments = asked_for(picture, query)
    patron, rivals = patrons[0], patrons[1:]
    table = by_tie(picture, query.view)
    found = []
    for partner in partners:
        for rival in rivals:
            for instrument in instruments:
                mine = table.get((*pair_of(patron, partner), instrument))
                theirs = table.get((*pair_of(rival, partner), instrument))
                if mine and theirs and max(mine["exposure"], theirs["exposure"]) > 0:
                    found.append(
                        Compared(partner, instrument, rival, _side(mine), _side(theirs), *_verdict(mine, theirs))
                    )
    return found


def _side(tie: dict[str, Any]) -> Side:
    return Side(subject_of(tie["a"], tie["b"], tie["instrument"]), tie["strength"], tie["low"], tie["high"])


def _verdict(mine: dict[str, Any], theirs: dict[str, Any]) -> tuple[float | None, str]:
    exposure = mine["exposure"], theirs["exposure"]
    if min(exposure) < EVEN * max(exposure) or min(map(covered, (mine, theirs))) < COVERED:
        return None, UNEVEN
    chance = float((drawn(mine) > drawn(theirs)).mean())
    if chance >= LIKELY:
        return chance, PATRON_AHEAD
    return chance, RIVAL_AHEAD if chance <= 1 - LIKELY else CLOSE
