"""Russian sentences: parsed words of the act list become events, with the same slots and schemes as in English.

Universal Dependencies and case say who stands where: a bare instrumental under a passive is the doer, a bare dative the
receiver, "с" and "между" join; a noun of the list shares the arguments of the verb that carries it ("провела учения с ...").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from comity.coding import order
from comity.coding.clauses import Act, Tree
from comity.coding.english import LAUNCHED, Event, distinct
from comity.coding.gazetteer import Mention
from comity.coding.parse import Parsed, Token
from comity.coding.roles import Parties, from_slots
from comity.coding.text import fold
from comity.vocabulary import Modality

_BOUNDARY = {"ccomp", "advcl", "acl:relcl", "acl", "parataxis", "csubj", "csubj:pass"}
_SLOT = {"с": "with", "со": "with", "вместе": "with", "при": "with", "между": "between", "из": "from", "от": "from", "у": "from", "для": "for", "к": "to", "ко": "to", "против": "against", "за": "for", "перед": "to"}  # fmt: skip
_UNDER = {"xcomp", "ccomp", "obj", "obl", "nmod", "acl", "conj", "iobj", "csubj", "nsubj:pass"}  # what governors govern
_STEERING = {"AGREE", "REQUEST", "REJECT", "SANCTION"}  # such a word says how far the one below it got
_DENY, _ALLEGE = ("опроверг", "отриц", "отверг"), ("обвин", "упрек", "заподозр", "приписыва")
_MAYBE = ("мог", "может", "могут", "возможно", "вероятно", "якобы", "предполага", "рассматрива")
_PAST = re.compile(r"(?:[лс]|ла|ло|ли|лся|лась|лось|лись|шел)$")


class _Told(NamedTuple):
    act: Act
    at: Token
    carrier: Token | None  # the verb that carries a noun and is in no list
    slots: dict[str, list[Mention]]


def events(text: str, tokens: Parsed, found: list[Mention], context: tuple[str, ...] = ()) -> list[Event]:
    """The events of a parsed sentence, most certain first; ``context`` are the states last spoken of."""
    tree = Tree(tokens, found)
    told = list(_told(tree, fold(text)))
    return list(distinct(_event(tree, one, told, context) for one in told if not _steers(tree, one, told)))


def _told(tree: Tree, folded: str) -> Iterator[_Told]:
    """The words of the act list whose condition their own clause meets; nouns inside another's arguments are left to it."""
    hits: dict[int, tuple[Act, Token]] = {}
    for lines, start, end in order.hits(folded, "ru"):
        at = next((t for t in tree.tokens if t.start <= start < t.end), None)
        if at is None or at.start != start or (at.i in hits and len(hits[at.i][0].head) >= end - start):
            continue
        scope = " ".join(t.lemma for t in sorted(_clause(tree, _verb(tree, at) or at)))
        act = next((a for a in lines if not a.wanted or any(order.stands(scope, w) for w in a.wanted)), None)
        if act is not None and act.plover != "-":
            hits[at.i] = (act, at)
    for act, at in hits.values():
        over = [hits[t.i][0] for t in list(tree.path(at))[1:] if t.i in hits and _same_clause(tree, at, t)]
        if over and not _verbal(at) and not any(a.plover in _STEERING and not a.instrument for a in over):
            continue
        carrier = None if _verbal(at) else _verb(tree, at)
        carrier = carrier if carrier and carrier.i not in hits else None
        yield _Told(act, at, carrier, _slots(tree, at, carrier))


def _verbal(t: Token) -> bool:
    return t.pos in {"VERB", "AUX"} or "VerbForm" in t.tag


def _verb(tree: Tree, t: Token) -> Token | None:
    """The verb over a word, within its clause."""
    for step in tree.path(t):
        if _verbal(step):
            return step
        if step.dep in _BOUNDARY:
            return None
    return None


def _clause(tree: Tree, t: Token) -> Iterator[Token]:
    """A word and what hangs on it, without clauses of their own."""
    yield t
    for c in tree.children[t.i]:
        if c.dep in _BOUNDARY - {"acl"} or (c.dep == "conj" and _verbal(c)):
            continue
        yield from _clause(tree, c)


def _same_clause(tree: Tree, below: Token, above: Token) -> bool:
    for step in tree.path(below):
        if step.i == above.i:
            return True
        if step.dep in _BOUNDARY or (step.dep == "conj" and _verbal(step)):
            return False
    return False


def _slots(tree: Tree, at: Token, carrier: Token | None) -> dict[str, list[Mention]]:
    """Every actor in the slot in which it stands to a word."""
    slots: dict[str, list[Mention]] = defaultdict(list)
    hosts = _hosts(tree, carrier or at)
    hosts.pop(at.i, None)
    for m, word in tree.named:
        if slot := _slot(tree, at, carrier, word, hosts):
            slots[slot].append(m)
    if "between" in slots:
        slots["between"] += slots.pop("with", [])
    return dict(slots)


def _hosts(tree: Tree, t: Token, depth: int = 4) -> dict[int, str]:
    """The tokens that are a verb's subject or object although they may hang elsewhere: shared, relative and participles'."""
    passive = "Voice=Pass" in t.tag
    found = {c.i: "obj" if passive else "subj" for c in tree.children[t.i] if c.dep.startswith("nsubj")}
    if t.dep == "acl:relcl":
        which = [c for c in tree.children[t.i] if c.lemma.startswith("котор")]
        slot = "" if not which else _bare(which[0]) if which[0].dep == "obl" else found.get(which[0].i, "obj")
        return found | ({t.head: slot} if slot else {})
    if t.dep == "acl":
        return found | {t.head: "obj" if passive else "subj"}
    if not found and depth and t.dep in {"conj", "xcomp", "advcl", "csubj", "obj"}:
        above = tree.tokens[t.head]
        if _verbal(above) or "Variant=Short" in above.tag:  # "готов продать"
            return dict.fromkeys(_hosts(tree, above, depth - 1), "obj" if passive and t.dep == "conj" else "subj")
    return found


def _slot(tree: Tree, at: Token, carrier: Token | None, word: Token, hosts: dict[int, str]) -> str:
    """Climb from a name to the word, remembering the last preposition."""
    prep, below = "", None
    for step in tree.path(word):
        if step.i in hosts:
            return _inside(hosts[step.i], prep, step, word)
        if step.i == at.i or (carrier and step.i == carrier.i):
            return _edge(step, below, prep, word)
        if step.dep in _BOUNDARY or (step.dep == "conj" and _verbal(step)):
            return ""
        prep = _preposition(tree, step) or prep
        below = step
    return ""


def _preposition(tree: Tree, t: Token) -> str:
    """The slot that a word's preposition leads to."""
    for c in tree.children[t.i]:
        if c.dep == "case":
            if c.lemma in {"в", "во", "на"}:
                return "to" if "Case=Acc" in t.tag else "in"
            return _SLOT.get(c.lemma, "adv")
    return ""


def _edge(top: Token, below: Token | None, prep: str, word: Token) -> str:
    if below is None:
        return "mod"
    if prep:
        return prep
    if _verbal(top):
        if "Case=Ins" in below.tag and "Voice=Pass" in top.tag:
            return "subj"
        if below.dep in {"obj", "obl", "iobj"}:
            return _inside(_bare(below), prep, below, word)
        return "adv"
    return {"obj": "mod", "to": "to", "by": "subj"}.get(_bare(below), "mod") if below.dep != "amod" else "mod"


def _bare(t: Token) -> str:
    """The slot of a noun without preposition, by its case."""
    if "Case=Dat" in t.tag or t.dep == "iobj":
        return "to"
    return "by" if "Case=Ins" in t.tag else "obj"


_PEOPLE = re.compile(r"министр|презид|глав|лидер|коллег|посол|посл|делегац|арми|войск|военн|сторон|власт|погранич|спецназ|офицер|дипломат|компан|солдат")  # fmt: skip


def _inside(slot: str, prep: str, top: Token, word: Token) -> str:
    """A name inside an argument: the argument's own slot, or that of the preposition that leads to it there."""
    if prep and (slot == "obj" or prep in {"with", "between", "to", "against"}):
        return prep
    if slot == "obj" and top.i != word.i and not _PEOPLE.search(top.lemma):
        return "objmod"
    return slot


def _steers(tree: Tree, one: _Told, told: list[_Told]) -> bool:
    """Whether a word only says how far another one got ("согласилась продать"), so that both are one event."""
    return any(_steered(tree, other, one) for other in told)


def _steered(tree: Tree, below: _Told, above: _Told) -> bool:
    return (
        below.at.i != above.at.i
        and above.act.plover in _STEERING
        and not above.act.instrument
        and any(t.i == above.at.i for t in _governors(tree, below.at))
    )


def _governors(tree: Tree, t: Token) -> Iterator[Token]:
    """The words over one that say something of it: infinitives and objects under them, "о том, что"."""
    for step in tree.path(t):
        if step.i != t.i:
            yield step
        joined = step.dep == "conj" and _verbal(step)  # "договорились провести ... и подписать"
        if (tree.tokens[step.head] if joined else step).dep not in _UNDER:
            return


def _event(tree: Tree, one: _Told, told: list[_Told], context: tuple[str, ...]) -> Event:
    above = next((other for other in told if _steered(tree, one, other)), None)
    modality, why = _mood(tree, one, above)
    stage, plover = one.act.stage, one.act.plover
    if above is not None:
        stage, plover = above.act.stage, above.act.plover
    elif modality is Modality.PLANNED and plover in LAUNCHED:
        stage, plover = "announced", "AGREE"
    who = _with_above(from_slots(one.slots, one.act.roles), above)
    sure = bool(who.actors and who.recipients)
    actors, recipients = list(who.actors), list(who.recipients)
    if not actors and _pronoun(tree, one):
        actors = [c for c in context if c not in recipients][:1]
    found = [m for m, _ in tree.named]
    actors, recipients = order.completed(actors, recipients, found, one.slots, one.act, context)
    span = list(_clause(tree, one.at))
    return Event(
        tuple(actors), tuple(recipients), plover, stage, one.act.instrument, modality, min(t.start for t in span), max(t.end for t in span),
        False, (one.act.head, *((why,) if why else ()), *(() if sure else ("nearest names",))), sure,
    )  # fmt: skip


def _with_above(who: Parties, above: _Told | None) -> Parties:
    """The parties of an event, what they lack taken from the word above ("попросила у Турции дроны")."""
    if above is None:
        return who
    over = from_slots(above.slots, above.act.roles)
    everybody = list(dict.fromkeys([*who.actors, *who.recipients, *over.actors, *over.recipients]))
    if above.act.plover in {"REQUEST", "REJECT"} and over.actors and len(everybody) > 1:
        return Parties(over.actors, [c for c in everybody if c not in over.actors])
    if who.actors and who.recipients:
        return who
    return Parties(everybody[:1], everybody[1:])


def _pronoun(tree: Tree, one: _Told) -> bool:
    return any(c.dep.startswith("nsubj") and c.pos == "PRON" for c in tree.children[(one.carrier or one.at).i])


def _mood(tree: Tree, one: _Told, above: _Told | None) -> tuple[Modality, str]:
    """Whether it happened: denial, negation, condition, plan, by the words over it and in its clause."""
    chain = [one.at, *_governors(tree, one.at)]
    around = [c for t in chain for c in tree.children[t.i]]
    if any(t.lemma.startswith(_DENY) for t in chain[1:]):
        return Modality.NEGATED, "denied"
    if any(c.lemma in {"не", "ни", "нет"} and not _only(tree, c) for c in around):
        turned = above is not None and above.act.plover == "REJECT"
        return (Modality.ACTUAL, "") if turned else (Modality.NEGATED, "negated")
    if any(t.lemma.startswith(_ALLEGE) for t in chain[1:]):
        return Modality.HYPOTHETICAL, "alleged"
    clause = [*around, *(c for t in around if t.dep in {"advcl", "ccomp"} for c in tree.children[t.i])]
    if any(c.lemma in {"бы", "б", "если"} for c in clause) or any(
        t.lemma.startswith(_MAYBE) for t in (*chain[1:], *around)
    ):
        return Modality.HYPOTHETICAL, "conditional"
    if above is not None:
        return (Modality.PLANNED, f"under {above.act.head}") if above.act.plover == "AGREE" else (Modality.ACTUAL, "")
    if any(_ahead(tree, t) for t in chain):
        return Modality.PLANNED, "tense"
    said = " ".join(t.lemma for t in sorted({*chain, *around}))
    modality, why = order.mood(said, "ru")
    return (modality, why[0]) if modality is Modality.PLANNED else (Modality.ACTUAL, "")


def _only(tree: Tree, t: Token) -> bool:
    return t.i + 1 < len(tree.tokens) and tree.tokens[t.i + 1].lemma in {"только", "просто", "менее"}


def _ahead(tree: Tree, t: Token) -> bool:
    """A future: "будет", or a finite perfective form that is no past."""
    if any(c.lemma.startswith("буд") and c.dep.startswith("aux") for c in tree.children[t.i]):
        return True
    finite = "VerbForm=Fin" in t.tag and "Mood=Imp" not in t.tag
    return finite and ("Tense=Fut" in t.tag or ("Aspect=Perf" in t.tag and not _PAST.search(t.lemma)))
