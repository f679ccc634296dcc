"""Who only tells of a deed, and whom "he", "they" or "itself" means in what somebody tells, in English sentences.

The learned models see each word's arguments as the parser gives them, so that nothing here asks for new weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.coding.clauses import REPORTING, SUBJECTS, Clause, Tree, subject_hosts
from comity.coding.gazetteer import Mention
from comity.coding.parse import Token

_TELLING = REPORTING | {"deny", "warn", "insist", "admit", "complain", "hope", "promise", "vow", "acknowledge", "maintain", "assert", "allege", "swear", "expect"}  # fmt: skip
_MANY = {"they", "we", "their", "our", "them", "us"}
_ONE = {"he", "she", "it", "i", "his", "her", "its", "him"}
_SELF = {"itself", "himself", "herself", "themselves"}
_OWN = {"country", "government", "state", "nation", "ministry", "army", "navy", "force", "troop", "soldier", "police", "administration", "military", "jet", "plane", "missile", "drone", "rocket", "artillery", "warship", "fighter", "parliament"}  # fmt: skip
_SAID = re.compile(
    r"(?:['’]s?)?(?: [a-z'’-]+){0,4}? (?:said|says|told \w+|reported|claimed|claims|believes?|announced|confirmed)(?: on \w+day)?,?(?: that)? (?=[A-Z\d]|the |an? )"
)


def pointed(tree: Tree, clause: Clause) -> Clause:
    """The clause with whom its pronouns mean: the one who tells of it, or all of them ("Peru and Chile said they"), and "itself" its own subject."""
    t = clause.at
    slots = dict(clause.slots)
    told = _tellers(tree, t)
    for i, slot in subject_hosts(tree, t).items():
        if told and slot in {"subj", "obj"} and (many := _back(tree, tree.tokens[i])):
            slots[slot] = told if many in _MANY else told[:1]
    for slot, c in _objects(tree, t):
        if c.text.lower() in _SELF and slots.get("subj"):
            slots[slot] = slots["subj"]
        elif told and not slots.get(slot) and c.text.lower() in _ONE | _MANY:
            others = {m.code for m in slots.get("subj", [])}
            slots[slot] = [m for m in told if m.code not in others]
    return replace(clause, slots={slot: found for slot, found in slots.items() if found})


def tellers(tree: Tree, clause: Clause) -> set[str]:
    """Who only tells of violence that somebody without a name did: "Chad said that rebels had attacked Niger"."""
    subject = tree.child(clause.at, *SUBJECTS)
    if clause.act.plover != "ASSAULT" or subject is None or subject.pos == "PRON":
        return set()
    if any(c.text.lower() in _ONE | _MANY for c in tree.children[subject.i]):
        return set()  # "that its missiles had hit"
    return {m.code for m in _tellers(tree, clause.at)}


def heard(
    text: str, found: list[Mention], roles: NDArray[np.float64] | None
) -> tuple[list[Mention], NDArray[np.float64] | None]:
    """Those named, with the encoder's row of each, without who only speaks where two others are named: "Lima's envoy said Chad had sent Mali tanks"."""
    first = found[0] if found else None
    if first is None or not _SAID.match(text, first.end + len(first.ending)):
        return found, roles
    kept = list(range(1, len(found)))
    codes = {found[i].code for i in kept}
    if len(codes) < 2 or first.code in codes:
        return found, roles
    return [found[i] for i in kept], roles if roles is None else roles[kept]


def _tellers(tree: Tree, t: Token) -> list[Mention]:
    """Who says what a word tells; those of one list together."""
    below = t
    for above in list(tree.path(t))[1:]:
        if below.dep in {"ccomp", "parataxis"} and above.lemma in _TELLING:
            heads = {c.i for c in tree.children[above.i] if c.dep == "nsubj"}
            named = [m for m, at in tree.named if any(p.i in heads for p in tree.path(at))]
            group = next((group for group in tree.lists if named and any(m is named[0] for m, _ in group)), [])
            return [m for m, _ in group if m in named]
        below = above
    return []


def _back(tree: Tree, t: Token) -> str:
    """The pronoun by which a subject points back: "they", "its" of "its soldiers"; else empty."""
    words = [t] if t.pos == "PRON" else [c for c in tree.children[t.i] if t.lemma in _OWN]
    return next((w.text.lower() for w in words if w.text.lower() in _ONE | _MANY), "")


def _objects(tree: Tree, t: Token) -> Iterable[tuple[str, Token]]:
    """The pronouns to which something is done, each with its slot."""
    for c in tree.children[t.i]:
        if c.dep == "dobj" and c.pos == "PRON":
            yield "obj", c
        elif c.dep in {"prep", "dative"} and c.lemma in {"at", "to", "on", "against", "with", "from"}:
            below = tree.child(c, "pobj")
            if below is not None and below.pos == "PRON":
                yield c.lemma, below
