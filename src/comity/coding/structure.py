"""What the model of subjects sees of a sentence beyond its words: the main clause, verbs with their objects, tense, and the words beside the parties.

A word weighs half as much for each clause between it and the main one: what happened "after", "since" or "where" is background.
Parties are marks here too. Sentences without a parse have only who is named and the words beside them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from comity.coding.gazetteer import CAPITAL, COMPANY, LEADER, ORGANISATION, PLACE, Mention
from comity.coding.kinds import kinds
from comity.coding.parse import Parsed, Token
from comity.coding.text import fold

MASKS = {PLACE: "Place", CAPITAL: "Capital", COMPANY: "Firm", LEADER: "Leader", ORGANISATION: "Body"}
DEEPER = 0.5  # what a word weighs one clause further down
_APART = {"advcl", "relcl", "acl", "parataxis"}
_BACKGROUND = {"after", "since", "because", "despite", "amid", "as", "during", "under", "from", "following"}
_CONTENT = {"NOUN", "VERB", "ADJ", "PROPN"}
_ARGUMENTS = {"dobj", "nsubjpass", "nsubj", "prt", "attr"}
_WORD = re.compile(r"[^\W\d_]+")
_NEAR = 40  # letters beside a name in which its neighbours are sought

Group = dict[str, float]


def groups(text: str, tokens: Parsed, found: list[Mention]) -> list[Group]:
    """Named weights: words by clause, verbs with what belongs to them, forms, and the words beside the parties."""
    marks = {t.i: mark for t in tokens if (mark := _mark(t, found))}
    deep = _depths(tokens)
    return [_lemmas(tokens, marks), _main(tokens, marks, deep), _verbs(tokens, marks, deep), _forms(tokens, found), _beside(text, found)]  # fmt: skip


def _mark(t: Token, found: list[Mention]) -> str | None:
    return next((MASKS.get(m.kind, "State") for m in found if m.start < t.end and m.end > t.start), None)


def _depths(tokens: Parsed) -> list[float]:
    """How many clauses lie between each word and the main one; a phrase of time, cause or frame counts half."""
    own = [1.0 * (t.dep in _APART) + 0.5 * (t.dep == "prep" and t.lemma in _BACKGROUND) for t in tokens]
    known: dict[int, float] = {}
    for t in tokens:
        path, at = [], t
        while at.i not in known and at.i not in path and at.head != at.i:
            path.append(at.i)
            at = tokens[at.head]
        depth = known.setdefault(at.i, own[at.i])
        for i in reversed(path):
            depth = known[i] = depth + own[i]
    return [known[t.i] for t in tokens]


def _lemmas(tokens: Parsed, marks: dict[int, str]) -> Group:
    return {f"l:{fold(t.lemma)}": 1.0 for t in tokens if t.pos in _CONTENT and t.i not in marks}


def _main(tokens: Parsed, marks: dict[int, str], deep: list[float]) -> Group:
    """The same, adverbs too, lighter the deeper."""
    out: Group = {}
    for t in tokens:
        if t.pos in _CONTENT | {"ADV"} and t.i not in marks:
            name = f"a:{fold(t.lemma)}"
            out[name] = max(out.get(name, 0.0), DEEPER ** deep[t.i])
    return out


def _verbs(tokens: Parsed, marks: dict[int, str], deep: list[float]) -> Group:
    """Verbs, each with its subject, object and prepositions, by word and by kind."""
    children: dict[int, list[Token]] = defaultdict(list)
    for t in tokens:
        if t.head != t.i:
            children[t.head].append(t)
    out: Group = {}
    for t in tokens:
        if t.pos != "VERB":
            continue
        verb, weight = f"v:{fold(t.lemma)}", DEEPER ** deep[t.i]
        out[verb] = weight
        for c in children[t.i]:
            if c.dep in _ARGUMENTS:
                out[f"{verb} {c.dep} {_said(c, marks)}"] = weight
                if c.i not in marks:
                    out |= {f"{verb} {c.dep} {kind}": weight / 2 for kind in _kinds(c.pos, c.lemma)}
            elif c.dep == "prep":
                out |= {f"{verb} {c.lemma} {_said(d, marks)}": weight for d in children[c.i] if d.dep == "pobj"}
    return out


def _said(t: Token, marks: dict[int, str]) -> str:
    return "M" if t.i in marks else fold(t.lemma)


@lru_cache(maxsize=65536)
def _kinds(pos: str, lemma: str) -> tuple[str, ...]:
    """The four nearest kinds of a word."""
    found = kinds([Token(0, lemma, lemma, pos, "", "", 0, 0, 0)])
    return tuple(sorted(found, key=lambda name: -found[name])[:4])


def _forms(tokens: Parsed, found: list[Mention]) -> Group:
    """Tenses and moods, how many states are named, and how."""
    tags = {f"h:{t.tag}": 1.0 for t in tokens if t.tag.startswith("V") or t.tag == "MD"}
    return {**tags, f"h:states {min(4, len({m.code for m in found}))}": 1.0, **{f"h:{m.kind}": 0.7 for m in found}}


def _beside(text: str, found: list[Mention]) -> Group:
    """The words between the first two parties, and those just before and after each name."""
    out: Group = {f"n:#{min(len({m.code for m in found}), 4)}": 1.0}
    other = next((m for m in found[1:] if m.code != found[0].code), None) if found else None
    if other:
        out |= {f"n:{w}": 1.0 for w in _WORD.findall(fold(text[found[0].end : other.start]))}
    for m in found[:6]:
        after = _WORD.findall(fold(text[m.end : m.end + _NEAR]))[:2]
        before = _WORD.findall(fold(text[max(0, m.start - _NEAR) : m.start]))[-1:]
        out |= {f"n:>{' '.join(after[:n])}": 0.7 for n in range(1, len(after) + 1)}
        out |= {f"n:<{w}": 0.7 for w in before}
    return out
