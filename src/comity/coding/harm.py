"""Harm that concerns no state: accidents, diseases, games, quarrels of private people and suits of firms, in English sentences."""

from __future__ import annotations

import re
from functools import cache

from comity.coding.clauses import PASSIVES, REPORTING, SUBJECTS, Clause, Tree
from comity.coding.parse import Token
from comity.knowledge import table

_SCORE = re.compile(r"(?<![\w-])\d{1,3}\s?[-–:]\s?\d{1,3}(?![\w-])")
_CONTEST = {"beat", "defeat", "strike", "edge", "thrash", "attack", "hit", "down"}
_UPWARD = {"up", "past", "through", "out"}
_BURST = {"blow", "explode"}
_PORTIONS = {"part", "half", "most", "swathe", "hold", "possession", "charge"}


def of_nobody(tree: Tree, clause: Clause) -> bool:
    """Whether what the word of a clause tells of concerns no state."""
    t, event = clause.at, clause.act.plover
    if event not in {"ASSAULT", "ACCUSE"}:
        return False
    subjects = [c for c in tree.children[t.i] if c.dep in SUBJECTS]
    if any({c.lemma, c.text.lower()} & listed("disaster") for c in subjects) or (_at_home(tree) and _private(tree)):
        return True  # "a truck slammed into"
    return event == "ASSAULT" and (_by_itself(tree, clause, subjects) or _in_play(tree, t))


def of_games(text: str) -> bool:
    """Whether a sentence tells of sport."""
    return not listed("sport").isdisjoint(re.findall(r"[\w-]+", text.lower()))


def _by_itself(tree: Tree, clause: Clause, subjects: list[Token]) -> bool:
    """What shoots up or bursts, and "took a trip to the city"."""
    t = clause.at
    done_to = tree.child(t, "dobj", *PASSIVES)
    if t.lemma == "take":
        return done_to is not None and done_to.lemma not in clause.act.wanted | _PORTIONS
    if done_to is not None:
        return False
    if t.lemma == "shoot":
        return any(c.lemma in _UPWARD for c in tree.children[t.i])
    return t.lemma in _BURST and not any(c.lemma in listed("blast") for c in subjects)


def _in_play(tree: Tree, t: Token) -> bool:
    text = " ".join(w.text for w in tree.tokens)
    scored = t.lemma in _CONTEST and _SCORE.search(text.replace(" - ", "-").replace(" – ", "-"))
    return bool(scored) or of_games(text)


def _at_home(tree: Tree) -> bool:
    """Whether a sentence names no more than one actor."""
    return len({m.code for m, _ in tree.named}) < 2


def _private(tree: Tree) -> bool:
    """Whether people without office or arms, firms or disasters are named, and nobody with office or arms: a shooting in a home, a suit."""
    said = {t.lemma.lower() for t in tree.tokens if not _reports(tree, t)}
    things = {t.lemma.lower() for t in tree.tokens if t.pos in {"NOUN", "PROPN"}}
    return bool(things & (listed("private") | listed("disaster"))) and not said & listed("public")


def _reports(tree: Tree, t: Token) -> bool:
    """ "Police said"."""
    return t.dep in SUBJECTS and tree.tokens[t.head].lemma in REPORTING


@cache
def listed(use: str) -> frozenset[str]:
    """The English words of one use in ``words.csv``."""
    return frozenset(row["word"] for row in table("words") if row["lang"] == "en" and row["use"] == use)


@cache
def classed(name: str) -> frozenset[str]:
    """The English words of one class of the act list (``classes.csv``)."""
    return frozenset(next(r["words"] for r in table("classes") if r["lang"] == "en" and r["name"] == name).split())
