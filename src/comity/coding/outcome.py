"""What became of a deed: put on hold, no longer done, turned down, approved, run out, ahead, or told under a contract that was signed.

The learned models do not see these words, so that a change here asks for no new weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from comity.coding.clauses import PASSIVES, SUBJECTS, Clause, Tree, passive, subject_hosts
from comity.coding.gazetteer import ORGANISATION
from comity.coding.mood import FUTURE, MAYBE, Mood, mood, negated
from comity.coding.parse import Token
from comity.knowledge import table
from comity.vocabulary import DONE, OVER, TIES, Modality

_HAPPEN = {"take", "happen", "occur", "begin", "start", "go", "proceed", "materialise", "materialize", "open", "run", "last"}  # fmt: skip
_ATTEND = _HAPPEN | {
    "be",
    "come",
    "travel",
    "fly",
    "arrive",
    "press",
    "push",
    "continue",
    "join",
    "stage",
    "attend",
    "participate",
    "mount",
}
_DUE = {"due", "set", "schedule", "scheduled", "slate", "slated", "expect", "plan", "planned"}
_ORDINAL = {"first", "last", "only", "latest", "second", "third"}
_APPROVING = {"approve", "clear", "authorise", "authorize", "okay", "greenlight", "notify"}
_LEAVE = {"light", "nod", "go-ahead", "approval", "permission", "blessing", "clearance", "consent"}
_SELLING = {"sale", "export", "transfer", "delivery", "shipment", "sell", "supply"}
_TAKING = {"buy", "purchase", "acquire", "procure", "acquisition", "accept", "receive", "import"}
_OFFERS = {"offer", "proposal", "invitation"}
_CONTRACTS = {"contract", "deal", "accord", "agreement", "memorandum", "protocol", "order"}
_SIGNED = {"sign", "ink", "conclude", "win", "seal", "initial", "award", "strike"}
_PART = {"take", "participate"}
_REFUGE = {"refuge", "shelter", "asylum", "protection"}
_PLEDGED = (Modality.PLANNED, "announced", "pledged")
_PROMISING = {"pledge": _PLEDGED, "promise": _PLEDGED, "earmark": _PLEDGED, "offer": (Modality.ACTUAL, "offered", "offered")}  # fmt: skip
_TEACHERS = {"instructor", "trainer", "adviser", "advisor", "teacher", "mission"}
_OPEN = {"open", "ready", "committed", "commit", "receptive"}  # to talks that were not held
_COMPLETING = {"xcomp", "acl", "advcl", "dobj", "dative", "pcomp", "prep", "pobj", *SUBJECTS, *PASSIVES}


class Turn(NamedTuple):
    """A word above an act and what it makes of it, beside the governors that the learned models know."""

    beside: frozenset[str]  # words of which one must stand with it; empty where it says so by itself
    of: frozenset[str]  # instruments of which the act must be; empty for any
    stage: str
    modality: Modality


@cache
def turns() -> dict[str, list[Turn]]:
    """The lines of ``knowledge/turns.csv`` by their word, those with conditions first."""
    found: dict[str, list[Turn]] = {}
    for row in table("turns"):
        if row["where"] == "above":
            head, _, beside = row["head"].partition("+")
            line = Turn(frozenset(beside.split()), frozenset(row["instruments"].split()), row["stage"], Modality(row["modality"]))  # fmt: skip
            found.setdefault(head, []).append(line)
    return {head: sorted(lines, key=lambda line: not line.beside) for head, lines in found.items()}


def turned(tree: Tree, clause: Clause, how: Mood) -> Mood:
    """The mood of a clause with what the words above it and beside it make of it."""
    t = clause.at
    if stage := _no_more(tree, clause):
        return Mood(Modality.ACTUAL, stage, how.hearsay, "no longer")
    if how.modality is Modality.NEGATED and clause.act.stage == "renewed" and negated(tree, t):
        until = Modality.PLANNED if _aux(tree, t) & FUTURE else Modality.ACTUAL
        return Mood(until, "ended", how.hearsay, "not renewed")
    if how.modality is Modality.NEGATED:
        refused = _declines(tree, clause) or _withholds(tree, clause)
        return Mood(Modality.ACTUAL, "refused", how.hearsay, "will not") if refused else how
    if stage := _approved(tree, clause):
        return Mood(Modality.ACTUAL, stage, how.hearsay, "approved")
    verb = tree.tokens[t.head]
    if t.pos == "NOUN" and t.dep in SUBJECTS and verb.lemma in _HAPPEN and tree.child(verb, "neg") is not None:
        if _aux(tree, verb) & (FUTURE | {"would"}):
            return Mood(Modality.ACTUAL, "cancelled", how.hearsay, "will not take place")
        return Mood(Modality.NEGATED, how.stage, how.hearsay, "negated")
    if how.why == "tense" and t.dep in {"acl", "relcl", "advcl"} and _of_the_first(tree, t):
        return Mood(Modality.ACTUAL, how.stage, how.hearsay, "")
    if clause.act.stage == "delivered" and how.modality is Modality.ACTUAL and t.lemma in _PROMISING:
        modality, stage, why = _PROMISING[t.lemma]
        return Mood(modality, stage, how.hearsay, why)
    if how.modality is Modality.PLANNED and _under_contract(tree, t):
        return Mood(Modality.ACTUAL, "signed", how.hearsay, "under contract")
    if clause.act.stage not in DONE:
        return how
    if clause.act.instrument == "dialogue" and _open_to(tree, t) and how.modality is Modality.ACTUAL:
        return Mood(Modality.ACTUAL, "offered", how.hearsay, "open to")
    if (told := _above(tree, clause, how)) is not None:
        return told
    ahead = _ahead(tree, clause) if how.modality is Modality.ACTUAL and not how.why else None
    return Mood(ahead, how.stage, how.hearsay, "tense above") if ahead else how


_BEARING = {"give", "provide", "offer", "lend", "extend", "grant", "send", "make", "hold", "have", "take", "launch", "conduct", "carry", "sign", "reach", "show", "express", "impose", "start", "begin", "open", "mount", "file", "issue", "enter"}  # fmt: skip
_ACCEPTING = {"accept", "recognise", "recognize", "support", "agree", "allow", "tolerate", "forgive", "approve", "endorse", "back", "permit"}  # fmt: skip
_YIELDING = {"COOPERATE", "AID", "SUPPORT", "CONSULT", "AGREE", "CONCEDE", "RETREAT"}


def borne(tree: Tree, clause: Clause, how: Mood) -> Mood:
    """The mood of a noun with that of the verb that bears it: "would not provide support", "might hold talks", "will give its backing"."""
    t = clause.at
    verb = tree.tokens[t.head]
    if t.pos != "NOUN" or t.dep not in {"dobj", *PASSIVES} or verb.lemma not in _BEARING or how.modality is not Modality.ACTUAL or how.why:  # fmt: skip
        return how
    if negated(tree, verb):
        return Mood(Modality.NEGATED, how.stage, how.hearsay, "negated")
    told = mood(tree, replace(clause, at=verb, under=[]))
    return Mood(told.modality, how.stage, how.hearsay, told.why) if told.why in {"conditional", "tense"} else how


def _open_to(tree: Tree, t: Token) -> bool:
    """ "Remains open to dialogue", "is ready for talks"."""
    prep = tree.tokens[t.head]
    said = tree.tokens[prep.head]
    return (
        t.dep == "pobj"
        and prep.lemma in {"to", "for"}
        and said.lemma in _OPEN
        and (said.pos == "ADJ" or said.tag == "VBN")
    )


_HELD_BACK = {"arms", "aid", "training", "basing", "exercise"}


def _declines(tree: Tree, clause: Clause) -> bool:
    """Whether somebody who is named says that a thing "will not" be given, allowed or taken part in, under no condition."""
    t = clause.at
    said = _aux(tree, t)
    ahead = bool(said & (FUTURE | {"would"})) and not said & {"have", "be"}
    open_ended = not any(word.lemma in {"if", "unless", "until"} for word in tree.tokens)
    held_back = clause.act.instrument in _HELD_BACK and clause.act.stage in DONE and t.lemma not in _TAKING
    return ahead and open_ended and held_back and bool(clause.slots.get("subj")) and negated(tree, t)


def _withholds(tree: Tree, clause: Clause) -> bool:
    """Whether somebody who is named will not do another a good turn: "would not meet", "cannot accept", "will never give permission"."""
    verb = tree.tokens[clause.at.head] if clause.at.pos == "NOUN" else clause.at
    said = _aux(tree, verb)
    ahead = bool(said & (FUTURE | {"would"})) or (verb.lemma in _ACCEPTING and bool(said & {"can", "could", "ca"}))
    open_ended = not any(word.lemma in {"if", "unless", "until"} for word in tree.tokens)
    kind = clause.act.plover in _YIELDING and clause.act.stage not in OVER and clause.act.roles != "take"
    return ahead and not said & {"have", "be"} and open_ended and kind and bool(clause.slots.get("subj")) and negated(tree, verb)  # fmt: skip


def _no_more(tree: Tree, clause: Clause) -> str:
    """How what "will no longer" be done, or "takes no part" in an organisation's work, is broken off; empty where it is not."""
    t = clause.at
    bodies = {at.i for m, at in tree.named if m.kind == ORGANISATION}
    if t.lemma in _PART and (t.lemma != "take" or "part" in clause.words):
        within = {w.i for w in tree.reach(t, 6)}
        apart = negated(tree, t) or _no_longer(tree, t)
        return "suspended" if apart and bodies & within and not _class("exercise") & clause.words else ""
    if clause.act.instrument == "arms" and negated(tree, t) and _aux(tree, t) & FUTURE and _more(tree, t):
        return "cancelled"  # "will not buy further missiles"
    cut = clause.act.stage in DONE and clause.act.instrument in TIES and clause.act.instrument != "dialogue"
    return "cancelled" if cut and _no_longer(tree, t) else ""


@cache
def _class(name: str) -> frozenset[str]:
    return frozenset(w for row in table("classes") if row["lang"] == "en" and row["name"] == name for w in row["words"].split())  # fmt: skip


def _more(tree: Tree, t: Token) -> bool:
    thing = tree.child(t, "dobj", *PASSIVES)
    return thing is not None and any(
        c.text.lower() in {"further", "additional", "more"} for c in tree.children[thing.i]
    )


def _no_longer(tree: Tree, t: Token) -> bool:
    for c in tree.children[t.i]:
        before = tree.tokens[c.i - 1].text.lower() if c.i else ""
        if c.text.lower() == "longer" and before == "no":
            return True
        if c.text.lower() in {"anymore", "longer", "more"} and (before == "any" or c.text.lower() == "anymore"):
            return negated(tree, t)
    return False


def _approved(tree: Tree, clause: Clause) -> str:
    """The stage of a sale or purchase that this word approves, "gave the green light to the sale"; else empty."""
    t = clause.at
    given = tree.child(t, "dobj") if t.lemma == "give" else None
    if t.lemma not in _APPROVING and (given is None or given.lemma not in _LEAVE):
        return ""
    return "offered" if clause.words & _SELLING else "announced" if clause.words & _TAKING else ""


def _under_contract(tree: Tree, t: Token) -> bool:
    """ "Will supply tanks under a contract signed in May", "won a contract to supply tanks"."""
    head = tree.tokens[t.head]
    if t.dep in {"acl", "relcl"} and t.tag == "VB" and head.lemma in _CONTRACTS:
        verb = tree.tokens[head.head]
        ahead = {c.lemma for c in tree.children[verb.i] if c.dep in {"aux", "neg"}} - {"have", "be"}
        return verb.lemma in _SIGNED and not ahead
    signed = (
        tree.child(head, "dobj") if t.dep in {"advcl", "xcomp"} and t.tag == "VB" and head.lemma in _SIGNED else None
    )
    if signed is not None and signed.lemma in _CONTRACTS:  # "signed a contract this summer to build drones"
        return not _aux(tree, head) - {"have", "be"} and not negated(tree, head)
    for prep in tree.children[t.i]:
        if prep.dep == "prep" and prep.lemma == "under":
            deal = tree.child(prep, "pobj")
            if deal is not None and deal.lemma in _CONTRACTS:
                below = tree.child(deal, "acl", "relcl")
                return below is not None and below.lemma in _SIGNED
    return False


def _above(tree: Tree, clause: Clause, how: Mood) -> Mood | None:
    """What the nearest word of ``turns`` above makes of it."""
    for below, above in _upwards(tree, clause.at):
        near = {w.lemma for w in tree.reach(above, 2)} if above.lemma in turns() else set()
        line = next((x for x in turns().get(above.lemma, ()) if _fits(x, near, clause.act.instrument)), None)
        if line is not None and above.pos != "ADP":  # "talked about buying"
            leads = (below.dep == "xcomp") == (line.stage in {"announced", "offered", "refused"})
            if not line.beside and not leads:
                return None  # "about to", "willing to" lead to a verb, "resumed", "talks on" to a thing
            if below.dep in SUBJECTS and line.stage not in {"renewed", "ended"}:
                return None  # "the sale resumed", "the accord expired"
            if how.modality is Modality.HYPOTHETICAL and line.stage != "offered":
                return None
            stage, modality = line.stage, line.modality
            return Mood(Modality.NEGATED if negated(tree, above) else modality, stage, how.hearsay, f"under {above.lemma}")  # fmt: skip
        if below.dep == "conj" or below.dep in SUBJECTS:
            return None
    return None


def _fits(line: Turn, near: set[str], instrument: str) -> bool:
    return (not line.beside or bool(line.beside & near)) and (not line.of or instrument in line.of)


def _upwards(tree: Tree, t: Token) -> Iterator[tuple[Token, Token]]:
    """The words above within the clause and those that it completes, nearest first."""
    below = t
    for above in list(tree.path(t))[1:5]:
        if below.tag == "VBN" and below.dep == "acl":
            return  # "agreed on a truce at talks hosted by"
        if below.dep == "relcl":
            to_do = tree.child(below, "aux")
            if to_do is None or to_do.lemma != "to":
                return
        elif below.dep not in _COMPLETING:
            return
        if below.dep == "advcl" and not any(line.beside for line in turns().get(above.lemma, ())):
            return  # "cancelled a trip to buy tanks"
        yield below, above
        below = above


def _ahead(tree: Tree, clause: Clause) -> Modality | None:
    """Planned or thought of: a drill or talks that "will begin", are "due", or that somebody "will go ahead with"."""
    below = clause.at
    if below.pos != "NOUN" or clause.act.instrument not in {"exercise", "dialogue"}:
        return None
    for verb in list(tree.path(below))[1:4]:
        if verb.pos in {"VERB", "AUX"}:
            begun = _HAPPEN if below.dep in {*SUBJECTS, *PASSIVES} else _ATTEND
            said = _aux(tree, verb)
            if verb.lemma in begun and said & FUTURE:
                return Modality.PLANNED
            if verb.lemma in _STARTING and verb.tag in {"VBZ", "VBP"} and not said and _dated(tree, verb):
                return Modality.PLANNED  # "drills start on Monday"
            if verb.lemma in begun and said & MAYBE:
                return Modality.HYPOTHETICAL
            due = {verb.lemma} if _passive(tree, verb) else set()
            due |= (
                {c.lemma for c in tree.children[verb.i] if c.dep in {"acomp", "attr"}} if verb.lemma == "be" else set()
            )
            return Modality.PLANNED if due & _DUE and below.dep in {*SUBJECTS, *PASSIVES} else None
        if below.dep not in {"dobj", "pobj", "prep", *SUBJECTS, *PASSIVES}:
            return None
        below = verb
    return None


_STARTING = {"start", "begin", "open", "kick"}
_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "next"}


def _dated(tree: Tree, verb: Token) -> bool:
    return any(w.text.lower() in _DAYS for w in tree.reach(verb, 2))


def _aux(tree: Tree, verb: Token) -> set[str]:
    return {c.lemma for c in tree.children[verb.i] if c.dep in {"aux", "auxpass"}}


def _passive(tree: Tree, verb: Token) -> bool:
    return any(c.dep == "auxpass" for c in tree.children[verb.i])


def _of_the_first(tree: Tree, t: Token) -> bool:
    """ "The first member to ban": what was done, and no plan."""
    head = tree.tokens[t.head]
    if t.dep == "advcl":
        head = tree.child(head, "attr", "dobj") or head
    return any(c.lemma in _ORDINAL for c in (head, *tree.children[head.i]) if c.i < t.i)


def to_taker(tree: Tree, clause: Clause, stage: str) -> bool:
    """Whether the side that is spoken of is to receive: it asked for the thing, turned down an offer of it, or learns."""
    t, act = clause.at, clause.act
    if act.instrument == "training" and (act.roles == "visit" or _learns(tree, clause)):
        return True  # "cadets from Ghana study in Norway"
    if act.roles in {"give", "take"} or clause.words & _REFUGE:
        return False
    if stage == "asked":
        return True
    inside = list(tree.reach(t, 2))
    if stage == "announced":  # "agreed to a Polish offer"
        return clause.act.head in {"accept", "agree"} and any(w.lemma in _OFFERS for w in inside)
    if stage != "refused":
        return False
    return any(w.lemma in _OFFERS | _TAKING or (w.dep == "prep" and w.lemma == "from") for w in inside)


def _learns(tree: Tree, clause: Clause) -> bool:
    """Whether somebody is taught abroad, and teaches nobody: "Latvian soldiers began training in Poland"."""
    t = clause.at
    who = {w.lemma for i in subject_hosts(tree, t) for w in (tree.tokens[i], *tree.children[i])}
    taught = t.lemma == "train" and t.pos == "VERB" and not passive(tree, t) and tree.child(t, "dobj") is None
    abroad = set(clause.slots) & {"in", "at", "adv"} and not set(clause.slots) & {"with", "by", "obj", "to", "for"}
    return bool(taught and abroad and clause.slots.get("subj") and not who & _TEACHERS)


def seller(tree: Tree, clause: Clause) -> str:
    """Who sells, where the word does not say it: "signed a deal for Norwegian missiles", "signed a deal with Norway for missiles"; else empty."""
    if clause.act.roles != "joint":
        return ""
    weapons = {w.i for w in tree.reach(clause.at, 6) if w.lemma in _class("arms")}
    weapons |= {w.i for c in tree.children[clause.at.i] if c.dep in PASSIVES for w in tree.reach(c) if w.lemma in _class("arms")}  # fmt: skip
    if not weapons:
        return ""
    if whose := _owners(tree, weapons):
        return whose[0]
    wanted = any(tree.tokens[tree.tokens[i].head].lemma == "for" for i in weapons)
    other = clause.slots.get("with", [])
    return other[0].code if wanted and len(other) == 1 and clause.slots.get("subj") else ""


def guest(tree: Tree, sure: bool) -> str:
    """Whose troops a sentence tells of or, where its word does not say who uses a base, whose base or lease that is ("prolonged the Dutch lease"); else empty."""
    states = {m.code for m, _ in tree.named if m.kind != ORGANISATION}
    for nouns in (_class("troops") - _BODIES, frozenset() if sure else _STAYS):
        whose = {*_owners(tree, {t.i for t in tree.tokens if t.lemma in nouns})}
        if len(whose) == 1 and whose <= states:
            return whose.pop()
    return ""


_BODIES = {"army", "force", "guard", "police", "military", "navy", "unit"}  # which may be the host's
_STAYS = frozenset({"base", "airbase", "airfield", "lease", "stay", "presence", "garrison"})


def _owners(tree: Tree, nouns: set[int]) -> list[str]:
    """Whom adjectives and possessives of some nouns name."""
    return [m.code for m, at in tree.named if at.head in nouns and at.dep in {"amod", "poss", "compound", "nmod"}]
