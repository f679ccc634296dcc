"""Whose "the army" or "its crews" are: the state last spoken of, as a party that a clause names without its name.

The learned models do not see these words, so that a change here asks for no new weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from comity.coding.clauses import PASSIVES, SUBJECTS, Clause, Tree
from comity.coding.gazetteer import NAME, PLACE, Mention
from comity.coding.parse import Token
from comity.coding.roles import Parties, from_slots
from comity.coding.text import fold

_BODIES = {"army", "navy", "military", "government", "ministry", "country", "kingdom", "emirate", "sultanate", "republic", "junta", "island", "neighbour", "neighbor", "force", "guard", "marine"}  # fmt: skip
_PEOPLE = {"crew", "pilot", "soldier", "troop", "officer", "cadet", "sailor", "army", "navy", "force", "military", "government", "mechanic", "technician", "commando", "marine"}  # fmt: skip
_FORCES = {"force", "guard", "marine"}  # of which "air", "armed" or "coast" says whose
_HOLDING = {"arrest", "detain", "jail"}
_BY_HOSTS = _HOLDING | {"train", "teach", "school", "instruct", "coach", "repair", "overhaul", "modernise", "modernize", "upgrade", "refurbish", "refit", "maintain"}  # fmt: skip
_OWNERS = {"its", "their", "his", "her"}
_RECEIVING = {"to", "for", "with"}
_MANY = {"three": 3, "four": 4, "five": 5}
_TOGETHER = "countries|states|nations|sides|governments|armies|navies|militaries|ministers|presidents|leaders|allies|neighbours|neighbors|partners|republics|powers|forces|fleets"
_THESE = re.compile(rf"\b(?:the|all|these|those) (three|four|five) (?:\w+ )?(?:{_TOGETHER})\b")
_TWO = re.compile(rf"\b(?:two|both) (?:\w+ )?(?:{_TOGETHER})\b")


def several(text: str, spoken: Sequence[str]) -> tuple[str, ...]:
    """The states that "the three countries" are: as many as were last spoken of, in the order in which they were first named; else nobody."""
    found = _THESE.search(fold(text))
    many = _MANY[found[1]] if found else 0
    return tuple(spoken[-many:]) if many and len(spoken) >= many else ()


def countries(text: str, context: tuple[str, ...], spoken: Sequence[str]) -> tuple[str, ...]:
    """Who was last spoken of, without organisations where a sentence tells of "the two countries": the states ``spoken`` of instead."""
    if len(spoken) < 2 or {*context} <= {*spoken} or not _TWO.search(fold(text)):
        return context
    return tuple(dict.fromkeys([*(c for c in context if c in spoken), *reversed(spoken)]))[:2]


def at_home(tree: Tree, clause: Clause, who: Parties, context: Iterable[str]) -> Parties | None:
    """The parties of a clause where a body or people without a name are a side that grammar left open; none where they are not."""
    slots = {slot: list(found) for slot, found in clause.slots.items()}
    taken = {m.code for found in slots.values() for m in found} | {*who.actors, *who.recipients}
    for slot, t in _nameless(tree, clause):
        before = [m.code for m, at in tree.named if m.kind != PLACE and at.i < t.i]
        code = next((c for c in (*reversed(before), *context) if c not in taken), None)
        if code and not slots.get(slot):
            again = from_slots({**slots, slot: [Mention(t.start, t.end, code, NAME)]}, clause.act.roles)
            if (
                again.actors
                and again.recipients
                and {*who.actors, *who.recipients} <= {*again.actors, *again.recipients}
            ):
                return again
    return None


def abroad(clause: Clause, who: Parties) -> Parties:
    """The parties of what is done to somebody in another state and nobody says by whom: "cadets are taught in Norway", "spies were held in Norway"."""
    slots = clause.slots
    if clause.at.lemma not in _BY_HOSTS or not clause.passive or {"subj", "by", "with"} & {*slots}:
        return who
    there = list(dict.fromkeys(m.code for slot in ("in", "at") for m in slots.get(slot, [])))
    others = [code for m in slots.get("obj", []) if (code := m.code) not in there]
    return Parties(there, list(dict.fromkeys(others))) if there and (others or clause.at.lemma in _HOLDING) else who


def blamed(tree: Tree, clause: Clause, context: Iterable[str]) -> Clause:
    """An accusation of somebody without a name, who is not whom its reason names: "accusing the neighbour of letting Emirati weapons through"."""
    t = clause.at
    whom = tree.child(t, "dobj")
    if clause.act.plover != "ACCUSE" or clause.passive or whom is None or not _home(tree, whom):
        return clause
    subject = clause.slots.get("subj", [])
    before = [m.code for m, at in tree.named if m.kind != PLACE and at.i < whom.i]
    code = next((c for c in (*reversed(before), *context) if c not in {m.code for m in subject}), None)
    named = [Mention(whom.start, whom.end, code, NAME)] if code else []
    return replace(clause, slots={"subj": subject, "obj": named} if subject and named else clause.slots)


def _nameless(tree: Tree, clause: Clause) -> Iterator[tuple[str, Token]]:
    """The arguments of a word that are such a body or such people, and the slot of each."""
    for c in tree.children[clause.at.i]:
        if c.dep in SUBJECTS and _home(tree, c):
            yield "subj", c
        elif (c.dep == "dobj" or c.dep in PASSIVES) and _home(tree, c):
            yield "obj", c
        elif c.dep == "dative" and _home(tree, c):
            yield "to", c
        elif c.dep in {"prep", "agent", "dative"} and c.lemma in _RECEIVING | {"by"}:
            below = tree.child(c, "pobj")
            if below is not None and _home(tree, below):
                yield "subj" if c.lemma == "by" else c.lemma, below


def _home(tree: Tree, t: Token) -> bool:
    """Whether a noun is a state's own body or people, and says not whose."""
    said = tree.children[t.i]
    if any(at.i == t.i or t.i in {p.i for p in tree.path(at)} for _, at in tree.named):
        return False
    if t.lemma in _PEOPLE and t.dep in SUBJECTS | PASSIVES and any(c.lemma in _OWNERS for c in said):
        return True
    whole = t.lemma not in _FORCES or any(c.lemma in {"air", "armed", "coast"} for c in said)
    return t.lemma in _BODIES and whole and any(c.lemma == "the" for c in said)
