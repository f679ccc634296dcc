"""Who did violence to whom, where a sentence tells of it in the passive or by a noun: "two sailors were killed in a Peruvian strike"."""

from __future__ import annotations

from dataclasses import replace

from comity.coding.clauses import SUBJECTS, Clause, Tree
from comity.coding.gazetteer import Mention
from comity.coding.harm import classed
from comity.coding.parse import Token

_SUFFERING = {"kill", "wound", "injure", "hurt", "die", "hit", "destroy", "damage", "strike", "perish", "maim"}
_WITHIN = {"in", "by", "during", "from", "under", "after", "amid"}
_ATTACKS = {"clash", "firefight", "gunfight", "gunbattle", "battle", "shelling", "bombing", "gunfire", "crossfire", "ambush", "airstrike", "blast", "explosion", "skirmish", "drone", "incursion", "pounding"}  # fmt: skip
_FIRING = {"fire", "launch", "lob", "shoot"}
_WHOSE = {"by", "from", "with"}


def struck(tree: Tree, clause: Clause) -> Clause:
    """A clause of harm with whose attack it was and who suffered it, where the grammar around its word leaves that open."""
    t = clause.at
    if clause.act.plover != "ASSAULT" or t.pos not in {"VERB", "AUX"}:
        return clause
    slots = clause.slots
    if t.lemma in _FIRING and clause.passive and not slots.get("subj") and slots.get("from"):
        return replace(clause, slots={**slots, "subj": slots["from"], "from": []})  # "was fired from Gaza"
    attack = tree.child(t, *SUBJECTS)
    if (
        t.lemma in _SUFFERING
        and not clause.passive
        and not slots.get("subj")
        and attack is not None
        and attack.lemma in _attacks()
    ):
        return replace(clause, slots={**slots, "subj": _whose(tree, attack)})  # "an attack from Peruvian soil killed"
    if t.lemma not in _SUFFERING or not (clause.passive or t.lemma in {"die", "perish"}):
        return clause
    victims = slots.get("obj", []) if clause.passive else slots.get("subj", [])
    by = slots.get("subj", []) if clause.passive else []
    attack = None if by else _attack(tree, t)
    whose = _whose(tree, attack) if attack is not None else []
    whose = [m for m in whose if m.code not in {v.code for v in victims}]
    if attack is None or not whose:
        return clause
    doers = {m.code for m in whose}
    hit = victims or [m for m, at in tree.named if at.i > attack.i and m.code not in doers]
    return replace(clause, slots={"subj": whose, "obj": hit})


def _attacks() -> frozenset[str]:
    return classed("attack") | _ATTACKS


def _attack(tree: Tree, t: Token) -> Token | None:
    """The attack in which somebody was harmed: the noun after "killed in", or what the parser takes for a verb there."""
    words = _attacks()
    for prep in tree.children[t.i]:
        if prep.lemma in _WITHIN and prep.i > t.i:
            for w in tree.tokens[prep.i + 1 : prep.i + 9]:
                if w.lemma in words or w.text.lower() in words:
                    return _last(tree, w)
                if w.pos in {"ADP", "VERB", "CCONJ", "SCONJ"} and w.tag not in {"VBG", "VBN"}:
                    break
    return None


def _last(tree: Tree, w: Token) -> Token:
    """The last noun of a compound: of "drone strike" the strike."""
    after = tree.tokens[w.i + 1] if w.i + 1 < len(tree.tokens) else None
    words = _attacks()
    return _last(tree, after) if after is not None and (after.lemma in words or after.text.lower() in words) else w


def _whose(tree: Tree, attack: Token) -> list[Mention]:
    """Who is named before an attack in its own group of words, or behind "by", "from" or "with" after it."""
    before = attack.i
    while before and _describes(tree.tokens[before - 1]):
        before -= 1
    named = [m for m, at in tree.named if before <= at.i < attack.i]
    if named:
        return named
    led = next((w for w in tree.tokens[attack.i + 1 : attack.i + 4] if w.lemma in _WHOSE and w.pos == "ADP"), None)
    if led is None:
        return []
    end = next((w.i for w in tree.tokens[led.i + 1 :] if w.pos in {"VERB", "AUX", "ADP"} or w.text in {",", "."}), len(tree.tokens))  # fmt: skip
    return [m for m, at in tree.named if led.i < at.i < end]


def _describes(w: Token) -> bool:
    """Whether a word may stand between an article and its noun: "a Chilean-led cross-border drone strike"."""
    return w.tag == "VBN" or (w.pos in {"ADJ", "NOUN", "PROPN", "NUM", "PART", "PUNCT"} and w.text not in {",", "."})
