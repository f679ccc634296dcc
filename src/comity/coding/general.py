"""What the words of the act list mean in news of every kind: appeals that are no visits, duties that are no deeds, civil aircraft, states that are gone, in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from comity.coding.amounts import platform
from comity.coding.clauses import PASSIVES, SUBJECTS, Clause, Tree
from comity.coding.gazetteer import CAPITAL, PLACE, Mention
from comity.coding.harm import listed
from comity.coding.parse import Token
from comity.coding.text import fold
from comity.knowledge import table

_LETTING = {"let", "allow", "permit", "enable"}
_DUTIES = {"must", "ought"}  # what "should begin in May" is planned
_ASKING = {"insist", "demand"}  # who insists that another must asks it of him
_GOOD = {"COOPERATE", "AID", "CONSULT", "SUPPORT", "AGREE"}
_CIVIL = re.compile(
    r"\b(?:airlines?|airliners?|airways|passenger (?:jets?|planes?|aircraft|ships?)|(?:lng|gas|bulk|crude|car|ore) carriers?"
    r"|container ships?|cruise ships?|cargo ships?|oil tankers?|ferry|ferries)\b",
    re.IGNORECASE,
)
_ARMED = re.compile(
    r"\b(?:arm(?:s|y|ed)|militar\w+|nav(?:y|al)|defen[cs]e|air force|fighters?|missiles?|weapon\w*|combat|troops?|soldiers?|guns?|drones?|warplanes?|war)\b",
    re.IGNORECASE,
)
_REICH = ("Nazi", "Nazis", "Nazi Germany", "Third Reich", "Hitlerite", "Wehrmacht")  # and what rioters are called


def appeals(tree: Tree, clause: Clause) -> bool:
    """ "Called on its members to recognise him", "called on Tuesday for": nobody was visited."""
    t = clause.at
    if t.lemma != "call" or clause.act.plover != "CONSULT":
        return False
    asked = any(c.dep in {"xcomp", "advcl", "ccomp"} and _to(tree, c.i) for c in tree.children[t.i])
    on_somebody = not clause.slots.keys().isdisjoint({"on", "upon"})  # who "called him on Tuesday to assure" rang up
    return (asked and on_somebody) or any(c.dep == "prep" and c.lemma == "for" for c in tree.children[t.i])


def _to(tree: Tree, i: int) -> bool:
    return any(c.dep == "aux" and c.lemma == "to" for c in tree.children[i])


def only_due(tree: Tree, clause: Clause) -> bool:
    """Whether a good deed is only said to be somebody's duty, or somebody is let attack: "must mediate", "will let Kyiv strike"."""
    t = clause.at
    above = tree.tokens[t.head]
    if clause.act.plover in _GOOD:
        if t.dep == "ccomp" and above.lemma in _ASKING:
            return False
        bound = [t, above] if t.dep in {"xcomp", "pcomp"} else [t]
        return any(c.dep == "aux" and c.lemma in _DUTIES for w in bound for c in tree.children[w.i])
    return clause.act.plover == "ASSAULT" and t.dep in {"xcomp", "ccomp"} and above.lemma in _LETTING


def civil(tree: Tree, clause: Clause) -> bool:
    """Whether aircraft or ships are an airline's or a trader's."""
    text = " ".join(t.text for t in tree.tokens)
    return clause.act.instrument == "arms" and bool(_CIVIL.search(text)) and not _ARMED.search(text) and not platform(text)  # fmt: skip


def of_people(tree: Tree, clause: Clause) -> bool:
    """Whether who accuses or meets somebody is a private person: "two Filipino nurses accuse"."""
    if clause.act.plover not in {"ACCUSE", "CONSULT"}:
        return False
    subjects = [c for c in tree.children[clause.at.i] if c.dep in SUBJECTS | PASSIVES]
    return bool(subjects) and all(c.lemma.lower() in listed("person") for c in subjects)


def reminded(parties: set[str], found: Iterable[Mention], on: date | None) -> list[str]:
    """Why an act of these parties is only history, if it is."""
    return [] if parties.isdisjoint(gone(found, on)) else ["background"]


def gone(found: Iterable[Mention], on: date | None) -> set[str]:
    """Who is named by a state that was no more: what such a one did is long ago."""
    if on is None:
        return set()
    found = list(found)
    today = {m.code for m in found if not _ended(m.form, on)}
    return {m.code for m in found} - today


def _ended(form: str, on: date) -> bool:
    last = _last().get(form)
    return last is not None and on.year > last.year + 1


@cache
def _last() -> dict[str, date]:
    """The last day of each state that is no more, by its spellings."""
    rows = [(name, row["to"]) for row in table("former") for name in row["name"].split(";")]
    return {fold(name): date.fromisoformat(to) for name, to in [*rows, *((name, "1945-05-08") for name in _REICH)]}


def place(text: str, found: Iterable[Mention]) -> str | None:
    """The first place that a sentence names."""
    return next((text[m.start : m.end] for m in found if m.kind in {CAPITAL, PLACE}), None)


def off_the_list(tree: Tree, t: Token) -> bool:
    """ "Took two generals off its sanctions list"."""
    above = [a.lemma for a in list(tree.path(t))[1:4]]
    return (
        "list" in above[:1]
        and above[1:2] in (["off"], ["from"])
        and above[2:] in (["take"], ["remove"], ["strike"], ["drop"])
    )
