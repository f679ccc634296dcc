"""Who did it to whom: the slots around a word become actors and recipients, by the word's own scheme.

Supplier, trainer and visitor are actors, whoever the sentence is about: "bought from", "received", "hosted" are turned.
Of several parties to a mutual act the first is the actor and the others are recipients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from comity.coding.clauses import Clause
from comity.coding.gazetteer import PLACE, Mention

_TARGETS = ("obj", "to", "against", "on", "with", "toward", "towards", "upon", "between", "among", "for", "from", "over", "at", "into", "of", "about", "objmod", "in", "near", "inside", "across", "within", "adv")  # fmt: skip


class Parties(NamedTuple):
    """Who acted, and to or with whom."""

    actors: list[str]
    recipients: list[str]


def parties(clause: Clause) -> Parties:
    """The parties of a clause, empty where the grammar names none."""
    return from_slots(clause.slots, clause.act.roles)


def from_slots(named: dict[str, list[Mention]], scheme: str) -> Parties:
    """The parties that the actors in their slots are, by the scheme of the word."""
    acting = {m.code for found in named.values() for m in found if m.kind != PLACE}
    slots = {slot: _codes(found) for slot, found in named.items()}
    if scheme == "joint" and len(acting) > 1:  # "opened drills near Iran's frontier"
        slots = {slot: kept for slot, found in slots.items() if (kept := [c for c in found if c in acting])}
    if scheme == "joint":
        return _joint(slots)
    if scheme == "give":
        actors = (
            slots.get("subj") or slots.get("mod") or slots.get("objmod") or slots.get("by") or slots.get("from") or []
        )
        return _directed(actors, _first(slots, ("to", "for", "with", "obj", "in", "against", "of", "adv"), actors))
    if scheme == "take":
        taker = slots.get("subj") or slots.get("by") or slots.get("mod") or slots.get("for") or slots.get("to") or []
        return _directed(_first(slots, ("from", "objmod", "with", "obj", "of", "by", "to"), taker), taker)
    if scheme == "host":
        guest = _first(slots, ("obj", "with", "from", "of", "by", "objmod", "to"), slots.get("subj", []))
        return _directed(guest, slots.get("subj", []) or slots.get("in", []))
    if scheme == "ts":  # the one spoken of is the receiver: "hosts a Russian base"
        taker = slots.get("subj", [])
        return _directed(_first(slots, ("obj", "objmod", "from", "of", "by", "adv"), taker), taker)
    actors = slots.get("subj") or slots.get("mod") or slots.get("by") or []
    order = ("obj", "to", "in", "with", "at", "from", "adv", "for") if scheme == "visit" else _TARGETS
    return _directed(actors, _first(slots, order, actors) or _first(slots, order, []))


def _joint(slots: dict[str, list[str]]) -> Parties:
    first = slots.get("subj") or slots.get("mod") or slots.get("by") or []
    others = [c for slot in ("with", "between", "among") for c in slots.get(slot, []) if c not in first]
    if len(first) < 2 and not others:
        others = [
            c for slot in ("obj", "objmod", "of", "by", "to", "and") for c in slots.get(slot, []) if c not in first
        ]
    everybody = list(dict.fromkeys([*first, *others]))
    if len(everybody) < 2:
        everybody += [
            c
            for slot in ("from", "for", "on", "in", "at", "against", "adv")
            for c in slots.get(slot, [])
            if c not in everybody
        ]
    if len(everybody) > 1 and others and first:
        return Parties(first, [c for c in everybody if c not in first])
    return Parties(everybody[:1], everybody[1:])


def _directed(actors: list[str], recipients: list[str]) -> Parties:
    kept = [c for c in recipients if c not in actors] or recipients
    return Parties(actors, kept)


def _first(slots: dict[str, list[str]], order: Iterable[str], without: list[str]) -> list[str]:
    return next((kept for slot in order if (kept := [c for c in slots.get(slot, []) if c not in without])), [])


def _codes(found: list[Mention]) -> list[str]:
    """The codes in order; a place name counts only where nobody else is named."""
    sure = [m.code for m in found if m.kind != PLACE]
    return list(dict.fromkeys(sure or [m.code for m in found]))
