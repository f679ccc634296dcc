"""Which instrument an event is: what its own word says, and the subject of the words around it.

The subject is read from ``knowledge/topics.csv``: stems by language and instrument. A stem inside the clause counts three
times one elsewhere in the sentence.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from comity.coding.english import Event
from comity.coding.text import fold
from comity.coding.words import Words
from comity.knowledge import table
from comity.vocabulary import INSTRUMENTS, Kind, code

COOPERATION = {"COOPERATE", "AID", "SUPPORT", "AGREE", "CONSULT"}
BREAKING = {"SANCTION", "REJECT", "REQUEST"}


OWN_WORD = 1.0  # what the event's own word adds to the logarithm of its instrument's chance
LEAST = 0.35  # a chance below this does not overrule


class Limits(NamedTuple):
    """What chances must reach; chosen by cross-validation, stories held out (docs/coding.md)."""

    guess: float  # a chance of telling of nothing from which on nothing is guessed where the words tie no two parties
    nothing: float  # a chance of telling of nothing from which on no event is an instrument's
    beside: float  # a chance of an instrument below which it adds no act to those that the words tell


LIMITS = {"en": Limits(0.5, 0.3, 0.3)}  # what tells of nothing was learned from English
OTHERS = Limits(0.3, 1.01, 0.25)


def limits(lang: str) -> Limits:
    """The limits of a language."""
    return LIMITS.get(lang, OTHERS)


# CAMEO roots of PLOVER events that are not derived from an instrument.
CAMEO = {"SUPPORT": "050", "AGREE": "030", "CONSULT": "040", "COOPERATE": "060", "AID": "070", "CONCEDE": "080", "RETREAT": "080", "REQUEST": "100", "ACCUSE": "110", "REJECT": "120", "THREATEN": "130", "PROTEST": "140", "MOBILIZE": "150", "SANCTION": "160", "COERCE": "170", "ASSAULT": "190"}  # fmt: skip


def instrument(
    event: Event, chances: dict[str, float] | None, sentence: str, lang: str, states: int
) -> tuple[str | None, str]:
    """The instrument of an event and why; none for events outside the vocabulary.

    ``chances`` is what the sentence is about (see ``subject``); the event's own word adds to the logarithm of its instrument's
    chance. Without chances the stems of the topics stand in for them.
    """
    if chances is not None and chances["none"] >= limits(lang).nothing:
        return None, ""
    if event.firm:
        return event.instrument or None, ""
    if event.plover not in COOPERATION | BREAKING:
        return _conflict(event, chances, states)
    if chances is None:
        found = topics(sentence, event.start, event.end, lang)
        total = sum(found.values()) + 1.0
        chances = {name: (found.get(name, 0.0) + 0.05) / total for name in INSTRUMENTS}
    scores = {
        name: math.log(p + 0.01) + OWN_WORD * (name == event.instrument)
        for name, p in chances.items()
        if name in INSTRUMENTS and _possible(event, name)
    }
    best = max(scores, key=lambda name: scores[name])
    if best != event.instrument and chances[best] < LEAST:
        return event.instrument or (
            "agreement" if event.plover == "SUPPORT" and event.stage in {"signed", "renewed"} else None
        ), ""
    return best, f"about {best} ({chances[best]:.2f})" if best != event.instrument else ""


def _conflict(event: Event, chances: dict[str, float] | None, states: int) -> tuple[str | None, str]:
    """Accusations and attacks between two states are frictions, unless the words or the subject say something more special."""
    if event.instrument:
        return event.instrument, ""
    # Troops sent or withdrawn: by consent, if that is the subject.
    troops = event.grammar and event.plover in {"MOBILIZE", "RETREAT"}
    open_to = _SPECIAL | {"basing"} if troops else _SPECIAL
    special = {n: p for n, p in (chances or {}).items() if n in open_to and p >= LEAST}
    if states > 1 and special:
        best = max(special, key=lambda name: special[name])
        return best, f"about {best} ({special[best]:.2f})"
    return ("frictions", "") if states > 1 and event.plover in {"ACCUSE", "ASSAULT"} else (None, "")


_SPECIAL = {"frictions", "coercion", "isolation", "intelop", "disinformation", "rupture"}


def _possible(event: Event, name: str) -> bool:
    kind = INSTRUMENTS[name].kind
    if event.plover in COOPERATION:
        return kind is not Kind.PRESSURE or name in {event.instrument, "alliance_shift"}
    return True


def topics(sentence: str, start: int, end: int, lang: str) -> dict[str, float]:
    """How much the words of a sentence speak of each instrument."""
    folded = fold(sentence)
    names, automaton = _automaton(lang if lang in {"en", "ru", "tr"} else "en")
    scores: dict[str, float] = defaultdict(float)
    seen: set[int] = set()
    for number, left, _right in automaton.find(folded):
        if (left and folded[left - 1].isalnum()) or number in seen:
            continue
        seen.add(number)
        scores[names[number]] += 1.0 if start <= left < end else 0.34
    return scores


@cache
def _automaton(lang: str) -> tuple[list[str], Words]:
    rows = [row for row in table("topics") if row["lang"] == lang]
    return [row["instrument"] for row in rows], Words([fold(row["stem"]) for row in rows])


def codes(plover: str, name: str | None, stage: str | None) -> tuple[str, str | None, str | None]:
    """PLOVER event, mode and CAMEO code: derived from instrument and stage; for pressure the words say more than the table."""
    if name and stage and INSTRUMENTS[name].kind is not Kind.PRESSURE:
        event, mode, _, cameo = code(name, stage)
        return event, mode, cameo
    return plover, None, CAMEO.get(plover)
