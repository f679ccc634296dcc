"""What the classifiers see: words around two marked parties, the grammar between them, and the act list's own opinion.

Features are plain names with weights, in groups of length one, so that no kind of evidence outweighs another by its number.
Parties are replaced by marks: a verdict on "A accused B" must not hang on who A is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from comity.coding.clauses import Clause, Tree, clauses
from comity.coding.gazetteer import Mention
from comity.coding.mood import mood
from comity.coding.parse import Parsed, Token
from comity.coding.text import fold

LEARNED_WITH = ("acts", "classes", "governors")  # tables that the features rest on: change one, and train anew
Features = dict[str, float]
Range = tuple[int, int]


def relation(tokens: Parsed, source: Range | None, target: Range | None) -> Features:
    """The features of a sentence with its source and target, by where they stand in it."""
    if not tokens:  # no parser: nothing is known
        return {}
    marks = [Mention(*span, code, "name") for span, code in ((source, "S"), (target, "T")) if span]
    tree = Tree(tokens, marks)
    spans = {"S": source, "T": target}
    groups = {"w": _words(tokens, spans), "d": _grammar(tree), "l": _lexicon(tree)}
    return {name: weight for group, names in groups.items() for name, weight in _unit(group, names)}


def _unit(group: str, names: Iterable[str]) -> Iterator[tuple[str, float]]:
    kept = set(names)
    for name in kept:
        yield f"{group}:{name}", 1 / math.sqrt(len(kept))


def _words(tokens: Parsed, spans: dict[str, Range | None]) -> Iterator[str]:
    said = list(_marked(tokens, spans))
    yield from said
    yield from (f"{a}_{b}" for a, b in pairwise(said))
    if "<S>" in said and "<T>" in said:
        first, last = sorted((said.index("<S>"), said.index("<T>")))
        yield from (f"between {w}" for w in said[first + 1 : last])
        yield f"order {said[first]}"
    if "<S>" in said:
        yield from (f"after S {w}" for w in said[said.index("<S>") + 1 : said.index("<S>") + 5])


def _marked(tokens: Parsed, spans: dict[str, Range | None]) -> Iterator[str]:
    """The lemmas with each party as one mark."""
    last = ""
    for t in tokens:
        mark = next((m for m, span in spans.items() if span and span[0] <= t.start < span[1]), "")
        if mark:
            if mark != last:
                yield f"<{mark}>"
        elif t.pos not in {"PUNCT", "SPACE"}:
            yield "#" if t.pos == "NUM" else fold(t.lemma)
        last = mark


def _grammar(tree: Tree) -> Iterator[str]:
    at = {m.code: t for m, t in tree.named}
    for mark, t in at.items():
        yield f"{mark} {t.dep}"
        yield f"{mark} under {tree.tokens[t.head].lemma}"
        verb = _verb_above(tree, t)
        if verb is not None:
            yield f"{mark} verb {verb.lemma}"
            if mark == "S":
                yield from _frame(tree, verb)
    if len(at) == 2:
        yield from _path(tree, at["S"], at["T"])
    root = next((t for t in tree.tokens if t.dep == "ROOT"), None)
    if root:
        yield f"root {root.lemma}"


def _verb_above(tree: Tree, t: Token) -> Token | None:
    return next((a for a in list(tree.path(t))[1:] if a.pos in {"VERB", "AUX"}), None)


def _frame(tree: Tree, verb: Token) -> Iterator[str]:
    """A verb with what belongs to it: object, particle, auxiliary, negation, the verb under it."""
    yield f"tag {verb.tag}"
    for c in tree.children[verb.i]:
        if c.dep in {"dobj", "prt", "xcomp", "aux", "neg", "attr", "acomp", "ccomp", "auxpass", "advcl"}:
            yield f"{c.dep} {c.lemma}"
            yield f"{verb.lemma} {c.dep} {c.lemma}"
            if c.dep in {"xcomp", "ccomp", "dobj"}:
                for d in tree.children[c.i]:
                    if d.dep in {"dobj", "aux", "neg", "prep", "amod", "compound", "acl", "xcomp"}:
                        yield f"{c.lemma} {d.dep} {d.lemma}"
        elif c.dep == "prep":
            yield f"{verb.lemma} prep {c.lemma}"
            yield from (f"{verb.lemma} {c.lemma} {d.lemma}" for d in tree.children[c.i] if d.dep == "pobj")


def _path(tree: Tree, a: Token, b: Token) -> Iterator[str]:
    up, down = list(tree.path(a)), list(tree.path(b))
    common = next((t for t in up if t in down), None)
    if common is None:
        return
    left, right = up[: up.index(common)], down[: down.index(common)]
    yield "path " + " ".join(t.dep for t in left) + "^" + " ".join(t.dep for t in right)
    yield f"top {common.lemma}"
    for t in [*left[1:], *right[1:], common]:
        yield f"on path {t.lemma}"


def _lexicon(tree: Tree) -> Iterator[str]:
    """What the act list says of each clause, and more loudly of those between the two."""
    for clause in clauses(tree):
        how = mood(tree, clause)
        said = clause.act.plover
        yield f"any {said}"
        yield f"any rule {clause.act.rule.split('+')[0]} {said}"
        where = _where(clause)
        if where:
            yield f"{where} {said}"
            yield f"{where} {said} {how.modality}"
            yield f"{where} {said} {how.stage}"
            if "both" in where:
                yield f"both rule {clause.act.rule}"
        if clause.under:
            yield f"{said} under {clause.under[0]}"
        yield f"mood {how.modality}"


def _where(clause: Clause) -> str:
    slots = {m.code: slot for slot, found in clause.slots.items() for m in found}
    if "S" in slots and "T" in slots:
        return f"both {slots['S']}>{'obj' if slots['T'] in {'obj', 'to', 'on', 'against', 'with'} else 'far'}"
    return "source" if "S" in slots else "target" if "T" in slots else ""
