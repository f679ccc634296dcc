"""What do scenarios rest on? The cards of shocks and holds, the effect library, the assumptions, and how replay went."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity import scenarios
from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.scores import Score, published
from comity.scenarios.effects import GRADES, library, version
from comity.scenarios.replay.registered import cases

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Card:
    """One shock or hold."""

    kind: str = says("the word for it")
    name: str = says("its name")
    side: str = says("shock or hold")
    meaning: str = says("what is assumed")
    size: str = says("what a size of 1 means")
    effects: list[str] = says("keys of the effect library that it calls on")
    limits: list[str] = says("what it does not say")
    less: str = says("why more of it may do the opposite; empty where it may not")


@dataclass(frozen=True)
class Effect:
    """One effect."""

    key: str = says("its key")
    title: str = says("the same in plain words")
    on: str = says("rate: acts; break: hazard of rupture; structure: what every run rests on")
    ratio: float = says("median ratio for a size of 1; of a rate or a shape, its value")
    low: float = says("5 % quantile")
    high: float = says("95 % quantile")
    months: int = says("how long it lasts")
    grade: str = says("A to E")
    n: int = says("events, or ties and years, behind it")
    placebo: float | None = says("share of placebos with as large an effect; null where none were made")
    pre: float | None = says("log of the same comparison before the events; should be near 0")
    measured: float | None = says(
        "ratio as measured, where its direction is not used because it is counted from news; else null"
    )
    data: str = says("data it was estimated from")
    design: str = says("how")
    script: str = says("script that does it; empty for an assumption")
    finding: str = says("what it shows, in words")


@dataclass(frozen=True)
class Entry:
    """One assumption."""

    id: str = says("its id")
    text: str = says("what is assumed")
    moves: str = says("what its number multiplies; empty for words only")
    value: float = says("the number used")
    low: float = says("lower bound")
    high: float = says("upper bound")
    why: str = says("where the bounds come from")


@dataclass(frozen=True)
class Effects:
    """Everything a scenario rests on."""

    about: About = says("header")
    version: str = says("version of the effect library")
    grades: dict[str, str] = says("what each grade means")
    shocks: list[Card] = says("every shock")
    holds: list[Card] = says("every hold")
    effects: list[Effect] = says("the effect library")
    assumptions: list[Entry] = says("the assumption register of this case")
    replayed: int = says("shocks of the past registered for replay")
    scores: list[Score] = says("how replay went; empty where none was run")


def effects(picture: Picture, query: Query) -> Effects:
    """Cards, effects, assumptions and scores."""
    every = (item.card for item in scenarios.catalogue().values())
    cards = [filled(Card, card, effects=list(card.effects), limits=list(card.limits)) for card in every]
    return Effects(
        about=about(picture, query),
        version=version(),
        grades=dict(GRADES),
        shocks=[c for c in cards if c.side == "shock"],
        holds=[c for c in cards if c.side == "hold"],
        effects=[
            filled(
                Effect, e, title=scenarios.title(e.key), measured=None if e.measured is None else math.exp(e.measured)
            )
            for e in library().values()
        ],
        assumptions=[filled(Entry, a, text=a.says) for a in scenarios.register(picture.case.folder)],
        replayed=len(cases()),
        scores=[s for t in published() if t.name == "scenario" for s in t.scores],
    )
