"""Who stands with whom in a fight: on whose side, with whose help, in whose support, and against whom.

An English word of fighting or of sending troops says little of that. The words beside it do, and without them the one who is fought
would count as helped, or the one who is helped as attacked. The learned models do not see these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.coding.article import Act
from comity.coding.clauses import PASSIVES, SUBJECTS, Clause, Tree
from comity.coding.gazetteer import GROUP, Mention
from comity.coding.harm import listed
from comity.coding.mood import Mood
from comity.coding.parse import Token
from comity.vocabulary import CONTEXT, TIES, Modality

SENDING = {"send", "dispatch", "deploy", "rush", "move", "fly", "airlift", "land", "station", "commit", "provide"}
_BESIDE = {"alongside", "beside", "together", "shoulder"}
_GUARDING = {"defend", "protect", "reinforce", "restore", "relieve", "strengthen", "bolster"}  # what may be one's own
_OTHERS = {"it", "they", "he", "she", "government", "regime", "president", "ruler", "king", "ally", "neighbour", "neighbor", "junta"}  # fmt: skip
_HELP = {"support", "help", "backing", "assistance", "aid", "cover"}
_WISHES = {"request", "appeal", "plea", "invitation"}
_APART = {"to", "by", "with", "for", "from", "at", "on", "in", "into", "as", "who", "which", "that", "when", "while", "if", "after", "before", "during", "since", ",", ";", ":", "."}  # fmt: skip
_CHOOSING = {"vote", "voted", "votes", "decide", "decided", "ruled", "argued", "advised", "warned", "spoke", "down", "out"}  # fmt: skip
_BODIES = {"force", "group", "organisation", "organization", "movement", "faction", "fighter", "leader", "army", "unit", "band", "opponent", "alliance", "element"}  # fmt: skip
_MARCH = re.compile(
    r"\b(?:cross(?:ed|ing)? into|advanc(?:e|ed|ing) (?:from|into|to|toward|towards|on|along)|(?:re)?occup(?:y|ied|ying) (?:the|its|most|part)"
    r"|(?:to|toward|towards) (?:the|its|their) (?:[\w’'-]+ ){0,3}(?:border|frontier)s?)\b",
    re.IGNORECASE,
)
_PEACE = {"ceasefire", "truce", "armistice"}
_UNSURE = {"nearest names", "background", "occupy", "word order"}  # why an attack is not told for sure
DESPITE_ATTACK = 0.5  # a chance below which no drill is guessed beside an attack
_REACH = 7  # words between "against" and a name


def foes(words: Iterable[tuple[str, int]], found: list[Mention]) -> set[str]:
    """Those who are named only behind "against" ("help against the Chadian and Libyan armies"); ``words`` with where each begins."""
    told = list(words)
    against = {m for m in found if _against([word.lower() for word, start in told if start < m.start][-_REACH:])}
    return {m.code for m in against} - {m.code for m in found if m not in against}


def _against(before: list[str]) -> bool:
    at = next((i for i, word in reversed(list(enumerate(before))) if word in _APART or word == "against" or word.endswith("ing")), None)  # fmt: skip
    return at is not None and before[at] == "against" and before[at - 1] not in _CHOOSING


def words(text: str) -> Iterator[tuple[str, int]]:
    """The words and signs of a text, with where each begins."""
    return ((found.group(), found.start()) for found in re.finditer(r"\w+|[^\w\s]", text))


def attacked(told: Iterable[Act]) -> set[str]:
    """Whom a sentence's own words say to be attacked; barracks are occupied without that."""
    return {code for act in told if act.plover == "ASSAULT" and not _UNSURE & {*act.why} for code in act.recipients}


def at_odds(guess: Act, told: Iterable[Act], chances: dict[str, float]) -> bool:
    """Whether a guess takes war for a tie: for a drill, where the words tell of an attack; for another, where one of its sides attacks the other.

    Troops are not guessed to be guests even where it is not sure who is attacked, where fighting ends, or where they march on or across a border.
    Who learns to shoot is taught all the same.
    """
    name, told = guess.instrument, list(told)
    if name == "exercise":
        return chances[name] < DESPITE_ATTACK and bool(attacked(told))
    if name not in TIES or name == "training" or guess.polarity < 0:
        return False
    if name == "basing" and _MARCH.search(guess.sentence):
        return True
    sure = [act for act in told if not _UNSURE & {*act.why}]
    fought = [act for act in (told if name == "basing" else sure) if act.plover == "ASSAULT"]
    fought += [act for act in sure if name == "basing" and not _PEACE.isdisjoint(act.why[0].split())]
    return any(act.modality == Modality.ACTUAL and _between(act) & _between(guess) for act in fought)


def _between(act: Act) -> set[frozenset[str]]:
    """Each pair of its two sides."""
    return {frozenset((a, b)) for a in act.actors for b in act.recipients if a != b}


def at_war(event: str, name: str) -> bool:
    """Whether an instrument is not that of an event which has none: war waged together is no drill, troops that land are no guests."""
    return (event, name) in {("COOPERATE", "exercise"), ("MOBILIZE", "basing")}


def friends(
    text: str, name: str, found: list[Mention], roles: NDArray[np.float64] | None, told: list[Act]
) -> tuple[str, list[Mention], NDArray[np.float64] | None]:
    """A tie that is guessed and who may be its parties, with the encoder's row of each: not those against whom it is.

    Enemies are left out where two others are named. What has no party but one against whom it is, is no tie but frictions.
    """
    if name not in {*TIES, *CONTEXT}:
        return name, found, roles
    against, enemies = foes(words(text), found), attacked(told)
    others = {m.code for m in found} - against
    if against and len(others) == 1:
        return "frictions", found, roles
    if len(others - enemies) > 1:
        against |= enemies
    kept = [i for i, m in enumerate(found) if m.code not in against]
    return name, [found[i] for i in kept], roles if roles is None else roles[kept]


def sided(tree: Tree, clause: Clause) -> Clause:
    """The clause with the act and parties that sides make of it."""
    t, act = clause.at, clause.act
    if act.firm and t.lemma == "stand" and act.plover == "SUPPORT":
        return replace(clause, slots={**clause.slots, "to": _in(clause, ("by", "beside", "alongside"))})
    if act.firm and t.lemma == "join" and act.plover == "COOPERATE":
        return _fellow(clause, ("obj", "objmod", "with"))
    if t.lemma == "fight" and t.pos == "VERB" and _on_a_side(tree, t) and not of_menace(tree, clause):
        return _fellow(clause, ("alongside", "beside", "with", "on"))
    if act.plover in {"AID", "COOPERATE", "SUPPORT"} and any(_rebels(tree, w) for w in _receivers(tree, clause)):
        return replace(clause, act=act._replace(plover="MOBILIZE", stage="executed", instrument="frictions", firm=True))
    if act.plover == "MOBILIZE" and t.lemma in SENDING:
        return _sent(tree, clause)
    if t.pos == "NOUN" and t.lemma in _HELP and act.plover in {"SUPPORT", "AID"}:
        return _with_help(tree, clause)
    return clause


def apart(tree: Tree, clause: Clause) -> bool:
    """Whether a word of standing by or joining tells of nobody's side: "stood by the pact", "joined the war on terror"."""
    if clause.at.lemma == "join":
        return set(clause.slots) != {"subj", "with"} or of_menace(tree, clause)
    heads = {at.i for _, at in tree.named}
    return not any(
        c.dep in {"prep", "agent"} and any(p.dep == "pobj" and p.i in heads for p in tree.children[c.i])
        for c in tree.children[clause.at.i]
    )


def _in(clause: Clause, slots: Iterable[str]) -> list[Mention]:
    return [m for slot in slots for m in clause.slots.get(slot, [])]


def _fellow(clause: Clause, beside: tuple[str, ...]) -> Clause:
    """War that is waged together: with those in some slots, and with nobody else; it is no drill, and no other instrument."""
    act = clause.act._replace(plover="COOPERATE", stage="executed", instrument="", roles="joint", firm=True)
    slots = {"subj": clause.slots.get("subj", []), "with": _in(clause, beside)}
    return replace(clause, act=act, slots={name: some for name, some in slots.items() if some})


def _on_a_side(tree: Tree, t: Token) -> bool:
    """ "Fought alongside", "on the side of", "on Lima's side"."""
    sides = (w for w in tree.reach(t, 1) if w.lemma == "side" and w.dep == "pobj")
    whose = any(tree.tokens[w.head].lemma == "on" and any(c.dep in {"poss", "prep"} for c in tree.children[w.i]) for w in sides)  # fmt: skip
    return whose or any(w.lemma in _BESIDE for w in tree.reach(t, 1))


def _sent(tree: Tree, clause: Clause) -> Clause:
    """Troops that are sent in support of another state cooperate with it; those sent for its rebels, or to overthrow it, do not."""
    act = clause.act
    senders = clause.slots.get("subj") or (clause.slots.get("obj", []) if clause.passive else [])
    own = {m.code for m in senders}
    aims = list(_aims(tree, clause.at))
    if any(aim.lemma in listed("harm") or _for_rebels(tree, aim) for aim in aims):
        return replace(clause, act=act._replace(instrument="frictions", firm=True))
    aims = [aim for aim in aims if aim.lemma in _for_others() and not _its_own(tree, aim, own)]
    if not (aims or _answers(tree, clause.at)) or not own or not {m.code for m, _ in tree.named} - own:
        return clause
    asked = [m for aim in aims if aim.pos != "VERB" for m in _inside(tree, aim) if m.code not in own]
    meant = [m for aim in aims for m in _inside(tree, aim) if m.code not in own]
    there = [m for m in _in(clause, ("to", "into", "in")) if m.code not in own]
    slots = {"subj": senders, "to": asked or there or meant}
    return replace(clause, act=act._replace(plover="COOPERATE", instrument="basing"), slots={name: some for name, some in slots.items() if some})  # fmt: skip


def _aims(tree: Tree, t: Token) -> Iterator[Token]:
    """What troops are sent for: "to help", "in support of", "as a sign of solidarity", "at the request of"; or the harm they do there, "and occupied"."""
    for w in (*tree.children[t.i], *tree.reach(t, 4)):
        to_do = w.dep in {"advcl", "xcomp", "acl", "relcl"} and any(d.lemma == "to" for d in tree.children[w.i] if d.dep == "aux")  # fmt: skip
        harms = w.lemma in listed("harm") and w.head == t.i and (w.tag == "VBG" or w.dep == "conj")
        if to_do or harms or (w.lemma in listed("favour") and _led_by(tree, w) in {"in", "at", "on", "of", "to"}):
            yield w


def _led_by(tree: Tree, t: Token) -> str:
    """The preposition before a noun, or before the first of those joined to it ("as a sign of concern and support"); else empty."""
    while t.dep == "conj":
        t = tree.tokens[t.head]
    return tree.tokens[t.head].lemma if t.dep == "pobj" else ""


def _answers(tree: Tree, t: Token) -> bool:
    """ "Received an appeal from Peru and answered by sending troops"."""
    by = tree.tokens[t.head]
    above = tree.tokens[by.head]
    said = any(w.lemma in _WISHES and w.pos == "NOUN" and w.i < above.i for w in tree.tokens)
    return t.dep == "pcomp" and by.lemma == "by" and above.lemma in {"respond", "answer", "react", "reply"} and said


def _inside(tree: Tree, aim: Token) -> list[Mention]:
    """Those named in an aim: of "to help Peru's army" Peru; nobody behind what is done to them ("fight the Chileans")."""
    return [m for m, at in tree.named if _below(tree, at, aim)]


def _below(tree: Tree, at: Token, aim: Token) -> bool:
    for step in tree.path(at):
        if step.i == aim.i:
            return True
        if step.pos in {"VERB", "AUX"} or (step.dep == "prep" and step.lemma not in {"of", "by", "from"}):
            return False
    return False


def _its_own(tree: Tree, aim: Token, senders: set[str]) -> bool:
    """Whether an aim is not surely another's good: "to protect Peruvian fishers", "to defend its own coast", "to reinforce the border"."""
    named = {m.code for m in _inside(tree, aim)}
    objects = _objects(tree, aim)
    owned = any(c.lemma in {"its", "their", "own"} for w in objects for c in tree.children[w.i])
    some = aim.lemma in _GUARDING and not {w.lemma for w in objects} & _OTHERS
    return (owned or some) if not named else named <= senders


def _for_rebels(tree: Tree, aim: Token) -> bool:
    """Whether those for whom somebody is sent are rebels, or an armed group."""
    heads = _objects(tree, aim)
    groups = {at.i for m, at in tree.named if m.kind == GROUP}
    return aim.lemma in _for_others() and any(_rebels(tree, w) or w.i in groups for w in heads)


def _rebels(tree: Tree, t: Token) -> bool:
    """Whether a word stands for those who rise against their state: "the guerrillas", "rebel forces", "UNITA"."""
    beside = [c for c in tree.children[t.i] if c.dep in {"amod", "compound", "nmod"}] if t.lemma in _BODIES else []
    return any(not listed("rebel").isdisjoint({w.lemma.lower(), w.text.lower()}) for w in (t, *beside))


def _receivers(tree: Tree, clause: Clause) -> list[Token]:
    """Those whom a word helps or gives something: "armed the rebels", "gave rebels aid", "aid for the rebels", "the rebels got arms"."""
    t, takes = clause.at, SUBJECTS if clause.act.roles == "take" else set()
    given = [c for c in tree.children[t.i] if c.dep in {"dobj", "dative", *PASSIVES, *takes}]
    given += [c for c in tree.children[t.i] if c.lemma == "rebel"]  # "to rebel groups", to the parser a verb
    leads = [c for w in (t, *given) for c in tree.children[w.i] if c.lemma in ({"to", "for", "of"} if w is t else {"to", "for"})]  # fmt: skip
    found = [*given, *(p for c in leads for p in tree.children[c.i] if p.dep == "pobj")]
    return found + [w for one in found for w in tree.children[one.i] if w.dep == "conj"]


def _for_others() -> frozenset[str]:
    return listed("succour") | listed("favour")


def _objects(tree: Tree, aim: Token) -> list[Token]:
    """Those whom an aim is for."""
    below = [c for c in tree.children[aim.i] if c.dep in {"dobj", "poss"}]
    return below + [p for c in tree.children[aim.i] if c.dep == "prep" and c.lemma == "of" for p in tree.children[c.i]]


def _with_help(tree: Tree, clause: Clause) -> Clause:
    """ "With French air support Chad retook the town": who helps is who is named beside the help, and whom, who acts."""
    t, above = clause.at, tree.tokens[clause.at.head]
    doer = tree.tokens[above.head]
    if t.dep != "pobj" or above.lemma != "with" or not (doer.pos == "VERB" or doer.dep in SUBJECTS):
        return clause
    helpers = clause.slots.get("mod") or clause.slots.get("from") or []
    whose = clause.slots.get("subj", [])
    if doer.pos != "VERB":
        whose = [m for m, at in tree.named if doer.i in {at.i, at.head} and at.dep != "pobj"]
    helped = [m for m in whose if m.code not in {h.code for h in helpers}]
    return replace(clause, slots={"subj": helpers, "to": helped}) if helpers and helped else clause


def helped(tree: Tree, clause: Clause, how: Mood, told: list[tuple[Clause, Mood]]) -> Mood:
    """The mood of a help that troops or arms were sent to give: it is given where they were sent."""
    t = clause.at
    if how.why != "tense" or t.lemma not in listed("succour") or t.dep not in {"advcl", "xcomp", "acl", "relcl"}:
        return how
    if _for_rebels(tree, t):
        return how
    above = {a.i for a in list(tree.path(t))[1:3]}
    sent = any(
        c.at.i in above and c.at.lemma in SENDING and m.modality is Modality.ACTUAL and not m.why for c, m in told
    )
    return Mood(Modality.ACTUAL, None, how.hearsay, "") if sent else how


def of_menace(tree: Tree, clause: Clause) -> bool:
    """Whether it is terrorism or the like that is fought together."""
    return any(w.lemma in listed("menace") for w in tree.reach(clause.at, 4))
