"""What stands until it ends: agreements in force, and whose arms a state holds.

A flow is counted a year; a stock is there or not. An agreement is in force from its signature on with probability

    P(in force at t) = belief x exp(-h x age)

age counted in years from the last signature or renewal, h the yearly chance that it ends without anybody saying so. A
denunciation (an act of the same instrument and pair at stage cancelled or ended, and a suspension while it lasts) takes
its own belief away: P is multiplied by 1 - belief of the denunciation. The sources here give no term, so that renewal at
the end of a term, which would multiply P once more, shows only as a new signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.acts import alike, counted, pairs, pairwise
from comity.tables import identity
from comity.ties import DRAWS, Array, frozen
from comity.vocabulary import OVER, Modality, Stage

AGREEMENT = "agreement"
FOUNDING = (Stage.SIGNED, Stage.EXECUTED, Stage.RENEWED)
SAME = 55.0  # of 100 words alike: a renewal or a denunciation of this agreement, else of the pair's latest
VAGUE = 0.5  # Jeffreys weight of each supplier before any delivery
TYPICAL = 14.0  # TIV of one piece of evidence: the median register line delivered since 1990


class Standing(NamedTuple):
    """One agreement of one pair, and whether it stands."""

    act: str  # the act that founded it
    a: str
    b: str
    text: str
    since: date  # its last signature or renewal
    ended: date | None  # day of a denunciation or suspension not taken back
    probability: float  # that it stands, 0-1
    used: list[str]  # acts that this rests on


def hazards() -> dict[str, float]:
    """Yearly chance by instrument that what stands ends unannounced."""
    return dict(frozen()["stock"])


def standing(acts: pl.DataFrame, as_of: date) -> list[Standing]:
    """Every agreement of every pair as known on a day, by pair and then by day of foundation.

    An act at stage signed, executed or renewed founds one; a later one in much the same words renews it. Talks found
    nothing.
    """
    known = acts.filter(pl.col("known") <= as_of, pl.col("instrument") == AGREEMENT).sort("date_to", "act")
    found = known.filter(pl.col("stage").is_in(FOUNDING))
    text = dict(known.select("act", "text").iter_rows())
    rows: dict[tuple[str, str], list[Standing]] = {}
    for act, a, b, day, belief in pairwise(counted(found)).select("act", "a", "b", "date_to", "belief").iter_rows():
        mine = rows.setdefault((a, b), [])
        spot = _same(mine, text[act])
        if spot is None:
            mine.append(Standing(act, a, b, text[act] or "", day, None, belief, [act]))
        else:
            old = mine[spot]
            doubt = (1 - old.probability) * (1 - belief)
            mine[spot] = old._replace(since=day, probability=1 - doubt, used=[*old.used, act])
    _end(rows, known)
    h = hazards()[AGREEMENT]
    return [
        s._replace(probability=float(s.probability * np.exp(-h * max(0, (as_of - s.since).days) / 365.25)))
        for pair in sorted(rows)
        for s in rows[pair]
    ]


def shares(tiv: Mapping[str, float], partner: str) -> Array:
    """200 draws of the shares of the suppliers seen, and of one not seen, last: [200, suppliers + 1].

    Dirichlet(0.5 + TIV / 14): a single delivery is no proof of a monopoly. The draws depend on the partner's name only.
    """
    rng = np.random.default_rng(int(identity("suppliers", partner), 16))
    return rng.dirichlet([*(VAGUE + value / TYPICAL for value in tiv.values()), VAGUE], size=DRAWS)


def _same(found: list[Standing], text: str | None) -> int | None:
    """The place of the one whose words are most alike, the first of equals; None where none is alike enough."""
    likeness = [alike(s.text, text) for s in found]
    best = max(likeness, default=0.0)
    return likeness.index(best) if best >= SAME else None


def _end(rows: dict[tuple[str, str], list[Standing]], known: pl.DataFrame) -> None:
    """Denunciations take away what was founded before them; a signature after them stands."""
    ends = known.filter(pl.col("stage").is_in(OVER), pl.col("modality") == Modality.ACTUAL)
    for row in ends.iter_rows(named=True):
        for pair in pairs(row):
            mine = rows.get((pair.a, pair.b), [])
            earlier = [i for i, s in enumerate(mine) if s.since <= row["date_to"]]
            spot = _same([mine[i] for i in earlier], row["text"])
            if earlier and (spot is not None or _same(mine, row["text"]) is None):  # else it was signed again since
                place = earlier[-1 if spot is None else spot]
                left = mine[place].probability * (1 - (row["belief"] or 0.0))
                used = [*mine[place].used, row["act"]]
                mine[place] = mine[place]._replace(ended=row["date_to"], probability=left, used=used)
