"""Troops abroad who are let in, told to leave or sent home: what "let", "asked", "gave a year" or "sent" mean where it is about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from comity.coding.clauses import Act, Clause, Tree
from comity.coding.gazetteer import CAPITAL, NAME, Mention
from comity.coding.harm import classed
from comity.coding.parse import Token

_TELLING = {"tell", "order", "ask", "request", "instruct", "urge", "give"}
_LEAVING = {"leave", "withdraw", "depart", "vacate", "quit"}
_LETTING = {"let", "allow", "permit"}
_USING = {"use", "land", "operate", "fly", "refuel", "station", "deploy", "base", "keep", "stay", "cross", "overfly", "march", "pass"}  # fmt: skip
_SITES = {"base", "airbase", "barracks", "garrison", "airfield", "airport", "outpost", "camp", "runway", "port", "harbour", "airspace"}  # fmt: skip
_SOIL = {"territory", "soil"}  # which troops use, and others only cross
_INNER = {"xcomp", "ccomp", "relcl", "acl", "advcl"}
_BREAK = Act("", frozenset(), "SANCTION", "cancelled", "rupture", "st", "", firm=True)
_RETURN = _BREAK._replace(plover="RETREAT", stage="ended", instrument="basing")
_STAY = _BREAK._replace(plover="COOPERATE", stage="executed", instrument="basing", roles="ts")


def present(tree: Tree, found: list[Clause]) -> Iterator[tuple[Clause, Clause]]:
    """Each clause, and as it is meant where it tells of troops abroad; without those of the words by which they leave or stay."""
    inner: set[int] = set()
    meant: list[tuple[Clause, Clause]] = []
    for clause in found:
        one, verb = _present(tree, clause)
        inner |= {verb.i} if verb is not None else set()
        meant.append((clause, one))
    yield from (pair for pair in meant if pair[0].at.i not in inner)


def gives_time(clause: Clause) -> bool:
    """Whether a clause gives somebody time ("gave them a year to repay"), of which only "a year to leave" breaks anything off."""
    return clause.at.lemma == "give" and clause.act.instrument == "rupture" and "+" in clause.act.rule


def _present(tree: Tree, clause: Clause) -> tuple[Clause, Token | None]:
    """The clause, and the word by which those of whom it tells leave or stay, which speaks for nothing else."""
    t = clause.at
    if t.lemma in _TELLING and (leaving := _inner(tree, t, _leaves)) is not None:
        who = tree.child(leaving, "nsubj") or _object(tree, t)
        if who is not None and (who.lemma in _troops() or _from_site(tree, leaving, who)):
            return _told(tree, clause, _BREAK, who), leaving
    if t.lemma in _LETTING and (using := _inner(tree, t, _uses)) is not None:
        who = tree.child(using, "nsubj") or _object(tree, t)
        if who is not None and (_uses(tree, using, _SITES) or who.lemma.lower() in _troops() | {"army"}):
            return _told(tree, clause, _STAY, who), using
    if t.lemma in {"send", "order"} and any(c.lemma == "home" and c.dep == "advmod" for c in tree.children[t.i]):
        who = _object(tree, t)
        if who is not None and who.lemma in _troops():
            others = {m.code for m in _named(tree, who)} - {m.code for m in clause.slots.get("subj", [])}
            if others and not (clause.passive and not clause.slots.get("subj")):  # "jets were sent home": by whom?
                return _told(tree, clause, _BREAK, who), None
            return (clause if others else replace(clause, act=_ruled(clause, _RETURN))), None
    return clause, None


def _told(tree: Tree, clause: Clause, act: Act, who: Token) -> Clause:
    """The clause as this act of its subject on those whom it concerns."""
    slots = {slot: found for slot, found in clause.slots.items() if slot in {"subj", "by"}}
    return replace(clause, act=_ruled(clause, act), slots=slots | {"obj": _named(tree, who)})


def _ruled(clause: Clause, act: Act) -> Act:
    return act._replace(head=clause.act.head, rule=clause.act.rule.split("+")[0])


def _named(tree: Tree, who: Token) -> list[Mention]:
    """Everybody named in a group of words, and in one list with them."""
    inside = [m for m, at in tree.named if any(step.i == who.i for step in tree.path(at))]
    return inside + [
        m for group in tree.lists for m, _ in group if m not in inside and any(one in inside for one, _ in group)
    ]


def _object(tree: Tree, t: Token) -> Token | None:
    """To whom something is said or done: "told the soldiers", "gave the soldiers a year"."""
    return tree.child(t, "dative") or tree.child(t, "dobj", "nsubjpass")


def _inner(tree: Tree, t: Token, fits: Callable[[Tree, Token], bool]) -> Token | None:
    """The verb under another, or under its object ("a year to leave"), that fits."""
    below = [v for c in tree.children[t.i] for v in (c, *tree.children[c.i]) if v.dep in _INNER and v.pos == "VERB"]
    return next((v for v in below if fits(tree, v)), None)


def _leaves(tree: Tree, t: Token) -> bool:
    return t.lemma in _LEAVING or (
        t.lemma in {"get", "go", "pull", "clear"} and any(c.lemma == "out" for c in tree.children[t.i])
    )


def _uses(tree: Tree, t: Token, what: set[str] = _SITES | _SOIL) -> bool:
    return t.lemma in _USING and any(w.lemma in what for w in tree.reach(t, 2))


def _from_site(tree: Tree, leaving: Token, who: Token) -> bool:
    """Whether it is a base that somebody is to leave, or people of a state are to leave a place by its own name ("the French", "Camp Lemonnier")."""
    left = list(tree.reach(leaving, 2))
    if any(w.lemma in _SITES for w in left):
        return True
    people = any(at.i == who.i for _, at in tree.named)
    states = {at.i for m, at in tree.named if m.kind in {NAME, CAPITAL}}
    return people and any(w.pos == "PROPN" and w.dep in {"dobj", "pobj"} and w.i not in states for w in left)


@cache
def _troops() -> frozenset[str]:
    return classed("troops") | {"personnel", "airman", "trainer", "instructor", "detachment", "military"}
