"""Where no word of the act list speaks, or none of the main subject: an act guessed from what the sentence is about and who is named in it.

Such an act carries the lowest belief, and its ``why`` says that it is a guess.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from comity.coding import order
from comity.coding.english import Event
from comity.coding.gazetteer import DEMONYM, EXERCISE, NAME, ORGANISATION, PLACE, Mention
from comity.coding.roles import Parties, from_slots
from comity.coding.sides import likeliest
from comity.coding.text import fold
from comity.knowledge import table
from comity.vocabulary import INSTRUMENTS, Kind, Modality, code

_SCHEMES = {"arms": "give", "aid": "give", "training": "give", "basing": "st", "economy": "joint", "culture": "joint"}
_TOGETHER = {"intelligence", "border", "training", "dialogue", "agreement"}  # what a drill may be taken for
_STAGES = {"arms": "signed", "aid": "delivered", "agreement": "signed"}


def guess(
    sentence: str,
    found: list[Mention],
    lang: str,
    name: str,
    context: tuple[str, ...],
    roles: NDArray[np.float64] | None = None,
) -> Event | None:
    """The act of that instrument among those named; None where fewer than two are.

    Its parties are those that the encoder sees (``roles``, see ``sides``), or else by the order of the names.
    """
    if lang == "en":
        name, found, roles = _meant(sentence, name, found, roles)
    named = [m for m in found if m.kind != PLACE] or found
    codes = list(dict.fromkeys([*(m.code for m in named), *(m.code for m in found)]))
    if len(codes) < 2:
        codes += [c for c in context if c not in codes][: 2 - len(codes)]
    if len(codes) < 2:
        return None
    folded = fold(sentence)
    modality, why = order.mood(folded, lang)
    if lang == "en" and _cut(name, modality, folded):
        modality = Modality.ACTUAL  # "will no longer support", "were not invited": what is negated is cooperation
    told = _with_lists(sentence, found, _seen(name, found, named, roles)) if roles is not None else None
    actors, recipients = told or _by_order(folded, named, lang, name, codes)
    if modality is Modality.PLANNED and lang == "en" and _UNDER.search(sentence):
        modality = Modality.ACTUAL  # "four more will follow under a second contract"
    stage = _stage(folded, lang, name, modality)
    event = (
        "AGREE"
        if modality is Modality.PLANNED and INSTRUMENTS[name].kind is not Kind.PRESSURE
        else code(name, stage).event
    )
    return Event(tuple(actors), tuple(recipients), event, stage, name, modality, 0, len(sentence), False, (f"guess: about {name}", *why), False)  # fmt: skip


_FREE = re.compile(r"\b(?:free (?:of charge|transfer|delivery)|for free|gifts?|as (?:a )?(?:present|donation)|at no (?:cost|charge)|(?:cost|costs) \w+ nothing|without charge|part of (?:\w+ )?(?:help|aid))\b", re.IGNORECASE)  # fmt: skip
_UNDER = re.compile(
    r"\bunder (?:an?|the|its|their) (?:[\w-]+ )?(?:contract|deal|order|memorandum|accord|agreement|protocol|pact)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:join|left|leav|quit|exit|member|observer|acce[ds]|withdr|freez|froze|participat|admit)\w*(?:['’]s?)?(?: \w+){0,5} $", re.IGNORECASE)  # fmt: skip
_PASSED = re.compile(
    r"\b(?:across|opposite|through|via|over|(?:roads?|railways?|way|lorries|trucks) (?:to|from)|wars? (?:on|in|against|with)|invasion of|bound for)(?: the)? $"
)


def _meant(
    text: str, name: str, found: list[Mention], roles: NDArray[np.float64] | None
) -> tuple[str, list[Mention], NDArray[np.float64] | None]:
    """The instrument that is meant and who may be its parties, with the encoder's row of each.

    Arms that cost nothing are aid; a drill called by its name is a drill. Who is only crossed, or at war, has no part in it, and
    who joins or leaves an organisation does so with that, if two others are left or it is one of two.
    """
    if name == "arms" and _FREE.search(text):
        name = "aid"
    if name in _TOGETHER and any(m.kind == EXERCISE for m in found):
        name = "exercise"
    idle = {m for m in found if _PASSED.search(text[: m.start])}
    bodies = {m for m in found if m.kind == ORGANISATION and _JOINED.search(text[: m.start])}
    if name == "alliance_shift" and bodies:
        first = next((m.code for m in found if m not in bodies), "")
        idle |= {m for m in found if m not in bodies and m.code != first}
    kept = [i for i, m in enumerate(found) if m not in idle]
    if len({found[i].code for i in kept}) < 2:
        return name, found, roles
    return name, [found[i] for i in kept], roles if roles is None else roles[kept]


_DENIED = re.compile(
    r"\b(?:den(?:y|ie[sd]|ial)|untrue|baseless|unfounded|(?:dismiss|reject|refut)\w*|perhaps|consider\w*|weigh\w*|discuss\w*|agenda)\b"
)
_AND = re.compile(r"(?:'s|’s)?,? (?:and|&) (?:the )?")
_COMMA = re.compile(r"(?:'s|’s)?, (?:the )?")
_LISTED = {NAME, DEMONYM}
_THERE = {"basing", "exercise", "training", "communication", "disinformation"}  # whose place says with whom or to whom


def _seen(name: str, found: list[Mention], named: list[Mention], roles: NDArray[np.float64]) -> Parties | None:
    """Who the encoder takes for parties; a place only where it is host or reader, or fewer than two are named besides."""
    if name in _THERE or len({m.code for m in named}) < 2:
        return likeliest(found, roles)
    return likeliest(named, roles[[m in named for m in found]])


def _cut(name: str, modality: Modality, folded: str) -> bool:
    """Whether what a sentence negates is the cooperation that pressure denies ("were not invited"), and not the pressure."""
    pressure = INSTRUMENTS[name].kind is Kind.PRESSURE
    return pressure and modality is Modality.NEGATED and not _DENIED.search(folded)


def _with_lists(text: str, found: list[Mention], told: Parties | None) -> Parties | None:
    """The parties, and on the same side whoever stands in one list with them ("Peru, Chile and Bolivia have settled ...")."""
    if told is None:
        return None
    sides = {code: side for side, codes in enumerate(told) for code in codes}
    run: list[str] = []
    for m, after in zip(found, [*found[1:], None], strict=True):
        run.append(m.code)
        between = text[m.end : after.start] if after else ""
        alike = after is not None and {m.kind, after.kind} <= _LISTED
        if alike and _COMMA.fullmatch(between):
            continue
        if alike and after is not None and _AND.fullmatch(between):
            run.append(after.code)
            side = next((sides[code] for code in run if code in sides), None)
            sides |= {code: side for code in run if code not in sides and side is not None}
        run = []
    return Parties(*([code for code, one in sides.items() if one == side] for side in range(2)))


def _by_order(folded: str, named: list[Mention], lang: str, name: str, codes: list[str]) -> Parties:
    slots = order.slots(folded, named, lang, named[1].start if len(named) > 1 else len(folded))
    who = from_slots(slots, _scheme(name))
    if not who.actors or not who.recipients or {*who.actors, *who.recipients} < set(codes[:2]):
        return Parties(codes[:1], codes[1:])
    return who


def _scheme(name: str) -> str:
    return _SCHEMES.get(name) or (
        "joint" if INSTRUMENTS[name].mutual and INSTRUMENTS[name].kind is not Kind.PRESSURE else "st"
    )


def _stage(folded: str, lang: str, name: str, modality: Modality) -> str:
    for stage, pattern in _patterns(lang):
        if pattern.search(folded):
            return "suspended" if name == "rupture" and stage in {"signed", "announced"} else stage
    if modality is Modality.PLANNED:
        return "announced"
    if name == "rupture":
        return "cancelled"
    return _STAGES.get(name, "executed")


@cache
def _patterns(lang: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["stage"], re.compile(row["pattern"])) for row in table("stages") if row["lang"] == lang)
