"""What a word of the act list means in its sentence: not every "deny" refuses, not every "fight" is against the state that is named.

The act list goes by a word and those around it. Here the grammar and the other words of the sentence take the word out, or say how
far the act got. The learned models see the words as the list has them, so that nothing here asks for new weights.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

from comity.coding import allies
from comity.coding.clauses import PASSIVES, REPORTING, SUBJECTS, Act, Clause, Tree, acts
from comity.coding.general import appeals, civil, of_people, off_the_list, only_due
from comity.coding.harm import classed, listed, of_nobody
from comity.coding.mood import Mood, negated
from comity.coding.outcome import borne, turned
from comity.coding.parse import Token
from comity.coding.presence import gives_time, present
from comity.knowledge import table
from comity.vocabulary import Modality, code

Told = tuple[Clause, Mood]

_DENYING = {"deny", "dismiss", "reject", "refute", "dispute", "rebut", "disavow"}
_SAID = {"report", "claim", "allegation", "rumour", "rumor", "accusation", "story", "assertion", "speculation", "presence", "existence", "involvement"}  # fmt: skip
_UNTRUE = {"untrue", "false", "baseless", "unfounded", "fabricated", "fake", "lie", "hoax", "fabrication", "invention"}
_AWAY = {"down", "away", "back", "off", "aside"}
_LATE = {"delay", "delayed", "late", "overdue", "belated", "stalled", "slow"}
_LATENESS = {"delay", "delays", "lateness"}
_DEALS = {"sell", "buy", "purchase", "sale", "procure", "acquire"}
_ACCUSING = {"accuse", "blame"}
_SENDING = {"send", "dispatch", "move"}
_SUBMITTING = {"submit", "lodge", "file"}
_FORCE = {"effect", "force"}
_OUT = {"out", "away", "down", "off"}
_POLICING = {"arrest", "detain", "jail", "imprison", "sentence", "convict", "extradite", "deport", "release", "free", "hold"}  # fmt: skip
_CONFIRMING = {"confirm", "verify", "corroborate", "acknowledge"}
_BELIEVING = {"believe", "think", "suspect", "rumour", "rumor", "presume"}
_RUMOURS = {"rumour", "rumor", "gossip"}
_DECLINING = {"decline", "refuse"}
_PUNISHING = {"SANCTION", "ACCUSE", "COERCE", "PROTEST"}
_PROMISED = {"pledge", "promise", "donate"}
_REPAIR = {"maintain", "overhaul", "repair", "refurbish", "service", "modernise", "modernize"}
_ASKING = {"letter", "request", "note", "application"}
_GIVING = {"give", "send", "supply", "deliver", "provide", "hand", "transfer", "donate", "ship", "receive", "get", "build", "equip", "obtain"}  # fmt: skip
_TEACHERS = {"trainer", "instructor", "adviser", "advisor"}
_PICTURES = {"image", "imagery", "picture", "photograph"}
_BASES = {"base", "airbase", "barracks", "garrison", "airfield", "camp", "outpost"}
_FREE = re.compile(
    r"\b(?:free of charge|for free|at no (?:cost|charge|expense)|as a (?:gift|present|donation)|at (?:its|their|his) own (?:cost|expense)"
    r"|for nothing(?: in return)?|without (?:pay|payment)|(?:from|out of) (?:[\w’'-]+ ){0,3}(?:stocks?|stockpiles?|inventor(?:y|ies)))\b",
    re.IGNORECASE,
)
_DRILLING = {"train", "drill", "exercise", "practise", "practice"}
_CUTTING = {"cut", "sever", "break"}
_OF_TRADE = {"trade", "economic", "commercial", "financial", "energy", "air", "rail", "sport", "academic"}
_QUARREL_OVER = re.compile(r"\b(?:end|terminat|eliminat|resolv|defus)\w* (?:[\w'’-]+ ){0,3}(?:crisis|war|conflict|fears?|disputes?|fighting|threats?|siege|tensions?)\b", re.IGNORECASE)  # fmt: skip
_CONSENT = {"request", "invitation", "behest"}


def sensed(tree: Tree, told: list[Told]) -> list[Told]:
    """The clauses of a sentence without those whose word means something else there, the others with what it means."""
    told = [(allies.sided(tree, clause), allies.helped(tree, clause, how, told)) for clause, how in told]
    told = _handed_as_promised(tree, told)
    how = {id(clause): mood for clause, mood in told}
    told = [(meant, how[id(clause)]) for clause, meant in present(tree, [clause for clause, _ in told])]
    hostile = any(clause.act.firm and clause.act.instrument == "frictions" for clause, _ in told)
    return [
        _meant(tree, clause, how)
        for clause, how in told
        if not _another(tree, clause)
        and not (clause.act.firm and clause.at.lemma in {"join", "stand"} and allies.apart(tree, clause))
        and not _reason(tree, clause, told)
        and not (hostile and clause.act.instrument == "exercise")
    ]


def _another(tree: Tree, clause: Clause) -> bool:
    """Whether the word tells of no act here."""
    t = clause.at
    if t.lemma in _DENYING and clause.act.stage == "refused":
        return denies(tree, t)
    if t.lemma == "turn" and clause.act.stage == "refused":
        return not any(c.lemma in _AWAY for c in tree.children[t.i])
    if t.lemma == "back" and clause.act.plover == "SUPPORT" and any(c.lemma in _OUT for c in tree.children[t.i]):
        return True  # "backed out of the deal"
    if t.lemma in _CONSENT and t.dep == "pobj" and tree.tokens[t.head].lemma in {"at", "on", "upon"}:
        return True  # "deployed planes at the request of Accra"
    if t.lemma == "write" and tree.child(t, "ccomp", "parataxis") is not None:
        return True  # "had arrived, he wrote in a letter"
    if t.lemma in _GIVING and clause.words & _listed()["arms"] and any(c.lemma == "back" for c in tree.children[t.i]):
        return True  # "handed back the radar"
    if t.lemma in _DECLINING and (what := tree.child(t, "xcomp")) is not None and what.lemma in _CONFIRMING:
        return True  # "declined to confirm": no deed was refused
    if (t.lemma == "become" and _the_one_to(tree, t)) or (t.lemma == "defend" and _its_own(tree, clause)):
        return True
    if clause.act.firm and t.lemma in {"order", "tell"}:
        return not clause.words & _listed()["troops"]  # who is told to leave is no army
    if t.lemma == "enter" and any(c.dep == "pobj" and c.lemma in _FORCE for c in tree.reach(t, 1)):
        return True  # "entered into force"
    if t.lemma == "leave" and clause.act.firm:
        return not _left(tree, clause)
    if gives_time(clause) or of_nobody(tree, clause) or of_people(tree, clause):
        return True
    return clause.act.plover == "ASSAULT" and _no_attack(tree, clause)


def _its_own(tree: Tree, clause: Clause) -> bool:
    """ "Defended its deployments along the border": and nobody else; who defends his policy may speak for another's."""
    defended = None if clause.act.firm else tree.child(clause.at, "dobj")
    return defended is not None and any(c.lemma in {"its", "their"} for c in tree.children[defended.i])


def _left(tree: Tree, clause: Clause) -> bool:
    """Whether it is a base that is left, or a state by soldiers, and not "the region without a base"."""
    left = tree.child(clause.at, "dobj")
    by_soldiers = any(word.startswith("<") for word in clause.act.wanted)
    return left is not None and (
        left.lemma in clause.act.wanted or (by_soldiers and any(at.i == left.i for _, at in tree.named))
    )


def _the_one_to(tree: Tree, t: Token) -> bool:
    """ "Became the first member to ban": who did so had joined before."""
    named = tree.child(t, "attr")
    below = [*tree.children[named.i], *tree.children[t.i]] if named is not None else []
    return any(
        c.dep in {"relcl", "acl", "advcl", "xcomp"} and (to := tree.child(c, "aux")) is not None and to.lemma == "to"
        for c in below
    )


def of_crime(text: str) -> bool:
    """Whether a sentence tells of common crime, and of no spying, war or weapons: an arrest in it concerns no other state."""
    return bool(_stems("crime").search(text)) and not _stems("spying").search(text)


def of_peace(text: str) -> bool:
    """Whether what ends in a sentence is a quarrel, and no tie: "an assurance that ended the crisis"."""
    return bool(_QUARREL_OVER.search(text))


@cache
def _stems(use: str) -> re.Pattern[str]:
    words = [row["word"] for row in table("words") if row["lang"] == "en" and row["use"] == use]
    return re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)


def _reason(tree: Tree, clause: Clause, told: list[Told]) -> bool:
    """Whether the word only tells what somebody is punished or blamed for: "sanctions on a bank for helping"."""
    t = clause.at
    if t.dep != "pcomp" or t.tag != "VBG" or tree.tokens[t.head].lemma != "for":
        return False
    above = {a.i for a in list(tree.path(t))[2:6]}
    return any(other.at.i in above and other.act.plover in _PUNISHING for other, _ in told)


def _handed_as_promised(tree: Tree, told: list[Told]) -> list[Told]:
    """ "The tanks that Norway had pledged to Peru were handed over": one deed, of the parties to the promise, and a gift."""
    kept = list(told)
    for clause, how in told:
        if clause.act.stage != "delivered" or clause.act.instrument not in {"arms", "aid"}:
            continue
        things = {t.i for t in tree.tokens if t.dep in {"dobj", *PASSIVES} and t.head == clause.at.i}
        things |= {w.i for i in list(things) for w in tree.reach(tree.tokens[i], 2)}
        for other, as_said in told:
            if other.at.dep == "relcl" and other.at.head in things and other.at.lemma in _PROMISED:
                takes = clause.act.roles == "take"  # "received the tanks that Norway had pledged"
                own = {"to": clause.slots.get("subj", [])} if takes else clause.slots if "subj" in clause.slots else {}
                slots = {**other.slots, **own}
                gift = clause.act._replace(instrument="aid", roles="give", firm=True)
                kept.remove((other, as_said))
                kept[kept.index((clause, how))] = (replace(clause, act=gift, slots=slots), how)
                return kept
    return kept


def denies(tree: Tree, t: Token) -> bool:
    """Whether a word of denying says that something is not so, and refuses nothing: "denied that", "denied having", "dismissed reports"."""
    if t.lemma not in _DENYING:
        return False
    told = tree.child(t, "dobj", *PASSIVES)
    inner = tree.child(t, "ccomp", "xcomp", "pcomp")
    if t.lemma == "deny" and inner is not None and inner.i > t.i:
        return True
    return told is not None and (told.lemma in _SAID or (t.lemma == "deny" and told.tag == "VBG"))


def _no_attack(tree: Tree, clause: Clause) -> bool:
    t = clause.at
    words = _listed()
    around = [c.lemma for c in tree.children[t.i]]
    if t.lemma == "carry" and "on" in around:
        return True
    if t.lemma == "open" and _opened(tree, clause) is None:
        return True
    target = [w.lemma for w in tree.children[t.i] if w.dep in {"dobj", "nsubjpass", "compound", "amod"}]
    if t.lemma in {"fight", "fighting", "combat"} and any(w in words["menace"] for w in target):
        return True  # "fighting terrorism"
    if t.i > 1 and tree.tokens[t.i - 1].text == "-" and tree.tokens[t.i - 2].lemma in words["menace"]:
        return True  # "fire-fighting"
    below = list(tree.reach(t))
    if any(w.lemma in _CONSENT and w.dep == "pobj" for w in below):
        return True
    if any(w.lemma in words["drill"] and w.dep == "pobj" and tree.tokens[w.head].lemma == "in" for w in below):
        return True  # "stormed a ship in an exercise"
    if t.lemma in {"fire", "shoot"} and any(w.lemma == "range" and w.dep == "pobj" for w in below):
        return True  # "fired on the range at Otar"
    above = list(tree.path(t))[1:]
    if t.dep in {"pcomp", "xcomp"} and any(a.lemma in words["pact"] for a in above[:3]):
        return True
    return any(b.dep in {"relcl", "acl"} and a.lemma in words["pact"] for b, a in zip([t, *above], above, strict=False))


def _opened(tree: Tree, clause: Clause) -> Act | None:
    """The line of "open" that its own object fits: "opened a base for the campaign" opens a base."""
    opened = tree.child(clause.at, "dobj", *PASSIVES)
    if opened is None or opened.lemma in clause.act.wanted:
        return clause.act
    return next((act for act in acts("en", "VERB")["open"] if opened.lemma in act.wanted), None)


@cache
def _listed() -> dict[str, frozenset[str]]:
    """Words by what they are: menaces that states fight together, drills, pacts."""
    return {
        "menace": listed("menace"),
        "arms": classed("arms"),
        "drill": classed("exercise"),
        "troops": classed("troops"),
        "posted": classed("troops") | classed("peacekeeper") | {"mission", "instructor"},
        "pact": classed("pact") - {"part", "letter", "statement"},
    }


def _meant(tree: Tree, clause: Clause, how: Mood) -> Told:
    t = clause.at
    if t.lemma == "take" and _takes_over(tree, clause):
        moved = clause.act._replace(plover="COOPERATE", stage="executed", instrument="basing", roles="st", firm=True)
        slots = {slot: found for slot, found in clause.slots.items() if slot not in {"obj", "objmod", "from"}}
        return replace(clause, act=moved, slots=slots), how
    clause = replace(clause, act=_instrument_meant(tree, clause))
    act = clause.act
    if (
        act.stage == "suspended"
        and act.plover == "SANCTION"
        and (t.lemma == "end" or _final().search(act.head or t.lemma))
    ):
        return replace(clause, act=act._replace(stage="cancelled")), how
    if t.lemma in _DEALS and act.stage == "delivered" and act.instrument == "arms" and how.modality is Modality.ACTUAL:
        clause = replace(clause, act=act._replace(stage="signed"))
    if act.stage in {"delivered", "executed"} and _late(tree, t):
        late = act._replace(plover=code("frictions", "executed").event, stage="executed", instrument="frictions")
        return replace(clause, act=late), how
    if act.plover == "SUPPORT" and act.stage == "signed" and _in_force(tree, t):
        return replace(clause, act=act._replace(stage="executed")), how
    if how.modality is not Modality.NEGATED and _denied_above(tree, t):
        return clause, Mood(Modality.NEGATED, None, how.hearsay, "denied")
    if how.modality in {Modality.ACTUAL, Modality.PLANNED} and _unconfirmed(tree, t):
        return clause, Mood(Modality.HYPOTHETICAL, None, how.hearsay, "not confirmed")
    if how.modality is Modality.ACTUAL and only_due(tree, clause):
        return clause, Mood(Modality.HYPOTHETICAL, how.stage, how.hearsay, "due")
    return clause, turned(tree, clause, borne(tree, clause, how))


def _takes_over(tree: Tree, clause: Clause) -> bool:
    """ "Took over the former French base at Abeche": a base, from whoever had it, and by force of nobody."""
    over = any(c.lemma == "over" and c.dep == "prt" for c in tree.children[clause.at.i])
    return over and bool(_things_sent(tree, clause.at) & _BASES)


def _instrument_meant(tree: Tree, clause: Clause) -> Act:
    """The line of the act list with the instrument that the words around its word make of it."""
    t, act = clause.at, clause.act
    if t.lemma == "open" and act.plover == "ASSAULT":
        return _opened(tree, clause) or act
    if t.lemma == "launch" and act.plover == "ASSAULT" and set(clause.slots) == {"subj", "with"}:
        return act._replace(plover="COOPERATE", stage="executed", roles="joint", firm=True)  # "an operation with Mali"
    if appeals(tree, clause):
        return act._replace(plover="REQUEST", stage="asked", instrument="", roles="st", firm=True)
    if act.plover == "REQUEST" and not act.instrument and (wanted := _wanted(tree, t)):
        return act._replace(instrument=wanted, firm=_for_weapons(tree, t))
    if act.plover == "ACCUSE" and not act.instrument and t.lemma in _ACCUSING and not clause.passive:
        return act._replace(instrument="frictions")  # whatever it is that somebody is accused of
    if t.lemma == "lease" and act.roles == "give" and "from" in clause.slots:
        return act._replace(roles="take")  # "leased jets from Sweden"
    sent = _things_sent(tree, t) if t.lemma in _SENDING | _GIVING else set()
    if act.instrument == "arms" and t.lemma in _SENDING and sent and sent <= _TEACHERS:
        return next(line for line in acts("en", "VERB")["send"] if "instructor" in line.wanted)  # "sent 100 trainers"
    if t.lemma in _GIVING and sent & _PICTURES:
        return act._replace(instrument="intelligence", stage="executed", firm=True)  # "supplied satellite images"
    if act.instrument == "arms" and t.lemma in _SENDING and clause.words & _listed()["troops"] - _listed()["arms"]:
        return next(
            line for line in acts("en", "VERB")["send"] if line.plover == "MOBILIZE"
        )  # "sent tanks and soldiers"
    if t.lemma in _SENDING | _SUBMITTING and _asks(tree, t):
        return act._replace(plover="REQUEST", stage="asked", instrument=_wanted(tree, t), roles="st")
    if t.lemma == "call" and t.pos == "NOUN" and any(c.lemma == "port" for c in tree.children[t.i]):
        return act._replace(plover="CONSULT", stage="executed", instrument="border", roles="visit", firm=True)
    if t.lemma == "call" and t.pos == "NOUN" and any(c.dep == "prep" and c.lemma == "with" for c in tree.children[t.i]):
        return act._replace(plover="CONSULT", stage="executed", instrument="dialogue", roles="joint")
    return _firm(tree, clause)


def _things_sent(tree: Tree, t: Token) -> set[str]:
    """The nouns themselves that are sent or handed over, also "with" which somebody is supplied, not what describes them."""
    sent = tree.child(t, "dobj", *PASSIVES)
    things: list[Token | None] = [sent]
    for b in (t, *([sent] if sent is not None else [])):
        things += [tree.child(c, "pobj") for c in tree.children[b.i] if c.dep == "prep" and c.lemma == "with"]
    return {w.lemma for w in things if w is not None}


def _firm(tree: Tree, clause: Clause) -> Act:
    """The line with an instrument that stands whatever the sentence is about: a gift, a repair, a mandate of troops, or none for an arrest."""
    t, act = clause.at, clause.act
    if t.lemma in _POLICING and act.plover in {"COERCE", "RETREAT"} and of_crime(" ".join(w.text for w in tree.tokens)):
        return act._replace(instrument="", firm=True)
    deed = tree.child(t, "xcomp", "pcomp") if t.lemma == "rule" else None
    if deed is not None and deed.lemma in _SENDING | _GIVING:
        arms = "arms" if _things_sent(tree, deed) & _listed()["arms"] else ""
        return act._replace(rule="refuse", instrument=arms, firm=bool(arms))  # "ruled out sending tanks": as the sender
    if civil(tree, clause):
        return act._replace(instrument="economy", firm=True)
    if t.lemma in _GIVING and act.instrument in {"arms", "aid", ""} and _free(tree, clause):
        return act._replace(instrument="aid", firm=True)
    if act.instrument == "dialogue" and clause.words >= {"note", "protest"}:
        return act._replace(plover="PROTEST", instrument="isolation", roles="st", firm=True)
    if t.lemma == "sanction" and off_the_list(tree, t):
        return act._replace(plover="RETREAT", stage="ended", instrument="coercion", roles="st", firm=True)
    if t.lemma in _REPAIR and act.instrument == "industry":
        return act._replace(firm=True)
    if t.lemma in _DRILLING and act.instrument in {"exercise", "training"} and _together(tree, t):
        return act._replace(plover="COOPERATE", stage="executed", instrument="exercise", roles="joint", firm=True)
    if t.lemma in _CUTTING and act.instrument == "isolation":
        return _ties_cut(tree, t, act)
    if act.stage == "renewed" and "mandate" in clause.words and clause.words & _listed()["posted"]:
        return act._replace(instrument="basing", roles="st", firm=True)
    return act


def _together(tree: Tree, t: Token) -> bool:
    """Whether troops drill with others, and nobody teaches ("trained alongside", "marines trained with Finnish units")."""
    if tree.child(t, "dobj", *PASSIVES) is not None:
        return False
    troops = _listed()["troops"] | {"sailor", "commando", "ranger", "pilot", "gunner", "sapper", "crew"}
    for c in tree.children[t.i]:
        if c.lemma in {"together", "jointly"}:
            return True
        beside = tree.child(c, "pobj") if c.lemma in {"with", "alongside", "beside"} else None
        if beside is not None and (beside.lemma in troops or any(at.i == beside.i for _, at in tree.named)):
            return True
    return False


def _ties_cut(tree: Tree, t: Token, act: Act) -> Act:
    """Relations cut: the break of one kind of cooperation where its name is said ("cut military ties"), isolation else."""
    cut = tree.child(t, "dobj", *PASSIVES)
    kinds = {c.lemma for c in tree.children[cut.i]} if cut is not None else set()
    if kinds & {"military", "defence", "defense", "security"}:
        return act._replace(stage="cancelled", instrument="rupture", firm=True)
    return act if kinds & _OF_TRADE else act._replace(firm=cut is not None)


def _asks(tree: Tree, t: Token) -> bool:
    """ "Sent a letter of request for missiles"."""
    sent = tree.child(t, "dobj")
    if sent is None or sent.lemma not in _ASKING:
        return False
    return any(w.lemma == "request" or (w.lemma == "ask" and w.dep == "acl") for w in (sent, *tree.reach(sent, 2)))


def _free(tree: Tree, clause: Clause) -> bool:
    """Whether what is handed over costs the other side nothing."""
    inside = [clause.at, *tree.reach(clause.at)]
    return bool(_FREE.search(" ".join(w.text for w in sorted(inside, key=lambda w: w.i))))


def _wanted(tree: Tree, t: Token) -> str:
    """The instrument of a thing that is asked for: "asked Moscow for missiles"."""
    asked_for = [c for b in (t, *tree.reach(t, 3)) for c in tree.children[b.i] if c.dep == "prep" and c.lemma == "for"]
    things = [d.lemma for c in asked_for for d in tree.reach(c, 2)]
    return "arms" if any(thing in _listed()["arms"] for thing in things) else ""


def _for_weapons(tree: Tree, t: Token) -> bool:
    """Whether weapons themselves are asked for, and not as a gift: "begged Berlin for tanks"; not "for a treaty of defence"."""
    weapons = _listed()["arms"] - {"defence", "defense", "technology", "car", "truck", "ambulance", "transport", "licence", "license"}  # fmt: skip
    things = [tree.child(c, "pobj") for c in tree.children[t.i] if c.dep == "prep" and c.lemma == "for"]
    free = _FREE.search(" ".join(w.text for w in tree.tokens))
    return not free and any(thing is not None and thing.lemma in weapons for thing in things)


@cache
def _final() -> re.Pattern[str]:
    """The words that break off for good."""
    return re.compile(next(r["pattern"] for r in table("stages") if r["lang"] == "en" and r["stage"] == "cancelled"))


def _late(tree: Tree, t: Token) -> bool:
    if any(c.lemma in _LATE and c.dep == "amod" for c in tree.children[t.i]):
        return True
    head = tree.tokens[t.head]
    if t.dep == "pobj":
        return tree.tokens[head.head].lemma in _LATENESS and tree.tokens[head.head].pos == "NOUN"
    return t.dep in {"dobj", *PASSIVES} and head.lemma == "delay"


def _in_force(tree: Tree, t: Token) -> bool:
    """ "The agreement took effect", "the pact came into force"."""
    head = tree.tokens[t.head]
    return t.dep in SUBJECTS and any(w.lemma in _FORCE for w in tree.reach(head, 1))


def _unconfirmed(tree: Tree, t: Token) -> bool:
    """ "Would not confirm that Baku had ordered", "declined to confirm"."""
    for below, above in pairwise(list(tree.path(t))[:6]):
        if below.dep in {"xcomp", "ccomp"} and _rumoured(tree, above):
            return True
        if below.dep == "ccomp" and above.lemma in _CONFIRMING:
            return negated(tree, above) or tree.tokens[above.head].lemma in _DECLINING
    return False


def _rumoured(tree: Tree, above: Token) -> bool:
    """ "Is believed to have", "rumour has it that"."""
    thought = above.lemma in _BELIEVING and any(c.dep == "auxpass" for c in tree.children[above.i])
    who = tree.child(above, *SUBJECTS)
    return thought or (above.lemma == "have" and who is not None and who.lemma in _RUMOURS)


def _denied_above(tree: Tree, t: Token) -> bool:
    for above in list(tree.path(t))[1:6]:
        if denies(tree, above):
            return True
        if above.lemma in REPORTING | {"call", "brand", "be"} and any(
            c.lemma in _UNTRUE for c in tree.children[above.i]
        ):
            return True
    return False
