"""The thing of which several clauses tell: "received the frigate ordered from Germany" names the buyer in one clause and the seller in the other.

The learned models do not see these words, so that a change here asks for no new weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.coding.clauses import HANDING, PASSIVES, PRONOUNS, Clause, Tree, described
from comity.coding.parse import Token
from comity.coding.roles import Parties, parties


def things(tree: Tree, clause: Clause) -> Iterator[Token]:
    """What is handed over: the object of the word, what is done to it in the passive, or what it describes."""
    t = clause.at
    heads = [c for c in tree.children[t.i] if c.dep in {"dobj", *PASSIVES} and c.lemma not in PRONOUNS]
    if t.dep == "acl" and t.tag == "VBN":
        heads.append(tree.tokens[t.head])
    if (over := described(tree, t)) is not None:
        heads.append(over)
    elif t.dep == "relcl" and (passed := tree.child(t, *PASSIVES)) and passed.lemma in PRONOUNS:
        heads.append(tree.tokens[t.head])
    for head in heads:
        yield head
        yield from _parts(tree, head)


def _parts(tree: Tree, t: Token) -> Iterator[Token]:
    """ "The first 28 of 118 vehicles": the vehicles."""
    for c in tree.children[t.i]:
        if c.lemma == "of" and c.dep in {"prep", "quantmod"}:
            yield from tree.children[c.i]


def shared(tree: Tree, clause: Clause, who: Parties, others: Iterable[Clause]) -> Parties:
    """The parties of a clause that hands something over, the side that it leaves open taken from another clause about the same thing."""
    if clause.act.roles not in HANDING or (who.actors and who.recipients):
        return who
    mine = {t.i for t in things(tree, clause)}
    for other in others:
        if other is clause or other.act.roles not in HANDING or not mine & {t.i for t in things(tree, other)}:
            continue
        there = parties(other)
        actors = who.actors or [c for c in there.actors if c not in who.recipients]
        recipients = who.recipients or [c for c in there.recipients if c not in who.actors]
        if actors and recipients:
            return Parties(actors, recipients)
    return who
