"""What the other words of a sentence read by order make of an act in it: how far it got, whether it lies ahead, who gives.

The act list goes by the stem of one word. Its ending and the words beside it ("обсудили поставку", "tatbikat ertelendi") say the rest.
The learned models see the words as the list has them, so that nothing here asks for new weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from comity.coding.english import Event
from comity.coding.gazetteer import DEMONYM, PLACE, Mention
from comity.coding.order import past, slots
from comity.coding.text import fold
from comity.knowledge import table
from comity.vocabulary import CARRIED_OUT, DONE, Modality


class _Turn(NamedTuple):
    where: str
    head: re.Pattern[str]
    instruments: frozenset[str]  # of which it says so; of any where there are none
    stage: str
    modality: Modality


def turned(event: Event, name: str, stage: str, sentence: str, lang: str) -> tuple[str, Modality]:
    """Stage and modality of an act of that instrument, by a word beside its own (``knowledge/turns.csv``), else by its own."""
    modality = event.modality
    if modality is Modality.ACTUAL and ("word order" in event.why or event.why[0].startswith("guess")):
        stage, modality = next(_said(event, name, stage, fold(sentence), lang), (stage, modality))
    if modality is Modality.PLANNED and stage in CARRIED_OUT:  # a guess, whose stage another model told
        stage = "announced"
    if modality is Modality.ACTUAL and stage == "announced":  # agreed, planned or promised, and so not yet done
        modality = Modality.PLANNED
    return stage, modality


def _said(event: Event, name: str, stage: str, folded: str, lang: str) -> Iterator[tuple[str, Modality]]:
    guessed = event.why[0].startswith("guess")  # and so has no word of its own
    done = stage not in (DONE if guessed else CARRIED_OUT) or past(folded, event.start, event.end, lang)
    for turn in _turns(lang):
        if turn.instruments and name not in turn.instruments:
            continue
        own = turn.where == "own" and turn.head.match(event.why[0])
        beside = turn.where == "beside" and not (done or stage == turn.stage) and turn.head.search(folded)
        if own or beside:
            yield turn.stage, turn.modality


@cache
def _turns(lang: str) -> tuple[_Turn, ...]:
    """What stands beside speaks first: "in talks to buy" buys nothing."""
    return tuple(
        _Turn(
            where,
            re.compile(row["head"]),
            frozenset(row["instruments"].split()),
            row["stage"],
            Modality(row["modality"]),
        )
        for where in ("beside", "own", "learns")
        for row in table("turns")
        if row["lang"] == lang and row["where"] == where
    )


def sellers(sentence: str, found: list[Mention], lang: str, at: int) -> set[str]:
    """From whom weapons come: by case or preposition, else those whose weapons are named ("турецких бронемашин", "Türk yapımı İHA")."""
    folded = fold(sentence)
    if away := {m.code for m in slots(folded, found, lang, at).get("from", [])}:
        return away
    after = ((m.code, _WORD.findall(folded[m.end + len(m.ending) :])[:3]) for m in found if m.kind == DEMONYM)
    return {code for code, words in after if any(word.startswith(_weapons(lang)) for word in words)}


_WORD = re.compile(r"[\w-]+")


@cache
def _weapons(lang: str) -> tuple[str, ...]:
    words = (row["words"].split() for row in table("classes") if row["lang"] == lang and row["name"] == "arms")
    return tuple(word for line in words for word in line if len(word) > 2)


def trained(event: Event, found: list[Mention], sentence: str, lang: str) -> Event:
    """Training from those with whom, or in whose country, somebody learnt ("прошли курс в Анкаре", "Isparta'da eğitim aldı")."""
    folded = fold(sentence)
    around = slots(folded, found, lang, event.start)
    where = [m.code for slot in ("from", "by", "in") for m in around.get(slot, [])] + [
        m.code for m in found if m.kind == PLACE
    ]
    if _learns(lang, folded) and not around.get("to"):
        pupil = next((m.code for m in found if m.kind != PLACE and m.code not in where), None)
        teachers = [
            c for c in dict.fromkeys((*where, *event.actors, *event.recipients, *(m.code for m in found))) if c != pupil
        ]
        if pupil and teachers:
            return replace(event, actors=(teachers[0],), recipients=(pupil,))
    sides = {*event.actors, *event.recipients}
    others = tuple(c for c in dict.fromkeys(where) if c not in sides)
    if len(sides) == 1 and len(others) == 1:
        return replace(event, actors=event.actors or others, recipients=event.recipients or others)
    return event


def _learns(lang: str, folded: str) -> bool:
    return any(turn.head.search(folded) for turn in _turns(lang) if turn.where == "learns")
