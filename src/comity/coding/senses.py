"""What a word of the act list means in its sentence: not every "deny" refuses, not every "fight" is against the state that is named.

The act list goes by a word and those around it. Here the grammar and the other words of the sentence take the word out, or say how
far the act got. The learned models see the words as the list has them, so that nothing here asks for new weights.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from comity.coding.clauses import PASSIVES, REPORTING, SUBJECTS, Act, Clause, Tree, acts
from comity.coding.mood import Mood, negated
from comity.coding.parse import Token
from comity.knowledge import table
from comity.vocabulary import Modality, code

Told = tuple[Clause, Mood]

_DENYING = {"deny", "dismiss", "reject", "refute", "dispute", "rebut", "disavow"}
_SAID = {"report", "claim", "allegation", "rumour", "rumor", "accusation", "story", "assertion", "speculation", "presence", "existence", "involvement"}  # fmt: skip
_UNTRUE = {"untrue", "false", "baseless", "unfounded", "fabricated", "fake"}
_AWAY = {"down", "away", "back", "off", "aside"}
_LATE = {"delay", "delayed", "late", "overdue", "belated", "stalled", "slow"}
_LATENESS = {"delay", "delays", "lateness"}
_DEALS = {"sell", "buy", "purchase", "sale", "procure", "acquire"}
_ACCUSING = {"accuse", "blame"}
_SENDING = {"send", "dispatch", "move"}
_FORCE = {"effect", "force"}
_ORDINAL = {"first", "last", "only", "latest", "second", "third"}
_CONSENT = {"request", "invitation", "behest"}
_BESIDE = {"alongside", "beside", "together", "shoulder"}
_HAPPEN = {"take", "happen", "occur", "begin", "start", "go", "proceed", "materialise", "materialize"}
_SCORE = re.compile(r"(?<![\w-])\d{1,3}\s?[-–:]\s?\d{1,3}(?![\w-])")


def sensed(tree: Tree, told: list[Told]) -> list[Told]:
    """The clauses of a sentence without those whose word means something else there, the others with what it means."""
    return [_meant(tree, clause, how) for clause, how in told if not _another(tree, clause)]


def _another(tree: Tree, clause: Clause) -> bool:
    """Whether the word tells of no act here."""
    t = clause.at
    if t.lemma in _DENYING and clause.act.stage == "refused":
        return denies(tree, t)
    if t.lemma == "turn" and clause.act.stage == "refused":
        return not any(c.lemma in _AWAY for c in tree.children[t.i])
    if clause.act.plover == "ASSAULT":
        return _no_attack(tree, clause)
    return False


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
    if t.lemma in {"beat", "defeat", "strike", "edge", "thrash", "attack", "hit", "down"} and _result(tree):
        return True
    if t.lemma == "carry" and "on" in around:
        return True
    if t.lemma == "open" and _opened(tree, clause) is None:
        return True
    target = [w.lemma for w in tree.children[t.i] if w.dep in {"dobj", "nsubjpass", "compound", "amod"}]
    if t.lemma in {"fight", "fighting", "combat"} and any(w in words["menace"] for w in target):
        return True  # "fighting terrorism"
    if t.i > 1 and tree.tokens[t.i - 1].text == "-" and tree.tokens[t.i - 2].lemma in words["menace"]:
        return True  # "fire-fighting"
    if any(c.text.lower().removesuffix("s") in words["disaster"] for c in tree.children[t.i] if c.dep in SUBJECTS):
        return True
    below = list(tree.reach(t))
    if any(w.lemma in _CONSENT and w.dep == "pobj" for w in below):
        return True
    if any(w.lemma in words["drill"] and w.dep == "pobj" and tree.tokens[w.head].lemma == "in" for w in below):
        return True  # "stormed a ship in an exercise"
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


def _result(tree: Tree) -> bool:
    return bool(_SCORE.search(" ".join(t.text for t in tree.tokens).replace(" - ", "-").replace(" – ", "-")))


@cache
def _listed() -> dict[str, frozenset[str]]:
    """Words by what they are: menaces that states fight together, disasters, drills, pacts."""
    found = {
        use: frozenset(row["word"] for row in table("words") if row["lang"] == "en" and row["use"] == use)
        for use in ("menace", "disaster")
    }
    classes = {row["name"]: frozenset(row["words"].split()) for row in table("classes") if row["lang"] == "en"}
    return found | {
        "arms": classes["arms"],
        "drill": classes["exercise"],
        "troops": classes["troops"],
        "pact": classes["pact"] - {"part", "letter", "statement"},
    }


def _meant(tree: Tree, clause: Clause, how: Mood) -> Told:
    t, act = clause.at, clause.act
    if t.lemma == "open" and act.plover == "ASSAULT":
        act = _opened(tree, clause) or act
        clause = replace(clause, act=act)
    if act.stage == "suspended" and act.plover == "SANCTION" and _final().search(t.lemma):
        return replace(clause, act=act._replace(stage="cancelled")), how
    sold = act.stage == "delivered" and act.instrument == "arms" and how.modality is Modality.ACTUAL
    if t.lemma in _DEALS and sold:
        act = act._replace(stage="signed")
        clause = replace(clause, act=act)
    if act.plover == "REQUEST" and not act.instrument and (wanted := _wanted(tree, t)):
        return replace(clause, act=act._replace(instrument=wanted)), how
    if act.plover == "ACCUSE" and not act.instrument and t.lemma in _ACCUSING and not clause.passive:
        # Whatever it is that somebody is accused of.
        return replace(clause, act=act._replace(instrument="frictions")), how
    if act.instrument == "arms" and t.lemma in _SENDING and clause.words & _listed()["troops"] - _listed()["arms"]:
        act = next(line for line in acts("en", "VERB")["send"] if line.plover == "MOBILIZE")
        clause = replace(clause, act=act)  # "sent tanks and soldiers"
    if t.lemma == "fight" and any(w.lemma in _BESIDE for w in tree.reach(t, 1)):
        return replace(clause, act=act._replace(plover="COOPERATE", stage="executed")), how
    if act.stage in {"delivered", "executed"} and _late(tree, t):
        late = act._replace(plover=code("frictions", "executed").event, stage="executed", instrument="frictions")
        return replace(clause, act=late), how
    if act.plover == "SUPPORT" and act.stage == "signed" and _in_force(tree, t):
        return replace(clause, act=act._replace(stage="executed")), how
    return clause, _turned(tree, clause, how)


def _wanted(tree: Tree, t: Token) -> str:
    """The instrument of a thing that is asked for: "asked Moscow for missiles"."""
    things = [d.lemma for c in tree.children[t.i] if c.dep == "prep" and c.lemma == "for" for d in tree.children[c.i]]
    return "arms" if any(thing in _listed()["arms"] for thing in things) else ""


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


@cache
def turns() -> dict[str, tuple[str, Modality]]:
    """What a word above makes of an act, beside the governors that the learned models know."""
    return {row["head"]: (row["stage"], Modality(row["modality"])) for row in table("turns") if row["where"] == "above"}


def _turned(tree: Tree, clause: Clause, how: Mood) -> Mood:
    t = clause.at
    if how.modality is Modality.NEGATED:
        return how
    if _denied_above(tree, t):
        return Mood(Modality.NEGATED, None, how.hearsay, "denied")
    verb = tree.tokens[t.head]
    if t.pos == "NOUN" and t.dep in SUBJECTS and verb.lemma in _HAPPEN and tree.child(verb, "neg") is not None:
        return Mood(Modality.NEGATED, how.stage, how.hearsay, "negated")
    if how.why == "tense" and t.dep in {"acl", "relcl", "advcl"} and _of_the_first(tree, t):
        return Mood(Modality.ACTUAL, how.stage, how.hearsay, "")
    if clause.act.stage not in {"delivered", "executed", "signed"} or how.modality is Modality.HYPOTHETICAL:
        return how
    for below, above in _upwards(tree, t):
        if above.lemma in turns():
            stage, modality = turns()[above.lemma]
            if (below.dep == "xcomp") != (stage in {"announced", "offered", "refused"}):
                return how  # "about to", "willing to" lead to a verb, "resumed", "talks on" to a thing
            if negated(tree, above):
                return Mood(Modality.NEGATED, stage, how.hearsay, "negated")
            return Mood(modality, stage, how.hearsay, f"under {above.lemma}")
        if below.dep == "conj":
            break
    return how


def _upwards(tree: Tree, t: Token) -> list[tuple[Token, Token]]:
    """The words above within the clause and those that it completes, nearest first."""
    found = []
    below = t
    for above in list(tree.path(t))[1:5]:
        if below.dep not in {"xcomp", "acl", "dobj", "pcomp", "prep", "pobj", *PASSIVES}:
            break
        found.append((below, above))
        below = above
    return found


def _denied_above(tree: Tree, t: Token) -> bool:
    for above in list(tree.path(t))[1:6]:
        if denies(tree, above):
            return True
        if above.lemma in REPORTING | {"call", "brand"} and any(c.lemma in _UNTRUE for c in tree.children[above.i]):
            return True
    return False


def _of_the_first(tree: Tree, t: Token) -> bool:
    """ "The first member to ban": what was done, and no plan."""
    head = tree.tokens[t.head]
    if t.dep == "advcl":
        head = tree.child(head, "attr", "dobj") or head
    return any(c.lemma in _ORDINAL for c in (head, *tree.children[head.i]) if c.i < t.i)
