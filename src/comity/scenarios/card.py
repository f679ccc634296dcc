"""The card that every shock and hold carries, and what its function yields: pushes on ties, and acts that it assumes."""

from __future__ import annotations

from typing import NamedTuple

SHOCK, HOLD = "shock", "hold"
RATE, BREAK = "rate", "break"
ALL = "all"  # as a target: every tie of the patron
FROM_NEWS = (  # a limit of every effect on contact
    "Contact is read from news: a crisis lifts attention together with contact, and the two cannot be told apart: what was measured is "
    "shown and not used."
)


class Card(NamedTuple):
    """What a shock or a hold assumes, which effects it calls on, and what it does not say."""

    kind: str
    name: str
    side: str  # shock or hold
    meaning: str
    size: str  # what a size of 1 means; 0 is nothing, 3 is the most
    effects: tuple[str, ...]  # keys of the effect library
    limits: tuple[str, ...]
    less: str = ""  # why more of it may mean less risk; empty where it may not


class Asked(NamedTuple):
    """One shock or hold that a scenario assumes: who does it to whom, and how much of it."""

    kind: str
    actor: str
    target: str
    size: float = 1.0

    def __str__(self) -> str:
        return f"{self.kind}:{self.actor}->{self.target}" + (f":{self.size:g}" if self.size != 1 else "")


class Push(NamedTuple):
    """A move of one tie: the log of its acts, or of its hazard of rupture, by size times an effect of the library."""

    pair: tuple[str, str]
    on: str  # rate or break
    effect: str
    size: float
    instruments: tuple[str, ...] = ()  # whose acts move; nothing for a hazard


class Assumed(NamedTuple):
    """An act that the scenario assumes: woven like a real one, and never counted as its own result."""

    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    instrument: str
    stage: str
    polarity: int
    size: float  # acts
    text: str
