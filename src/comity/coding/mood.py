"""Whether it happened: negation, refusal, denial, plans, conditions and hearsay around a word of the act list."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from comity.coding.clauses import PASSIVES, REPORTING, SUBJECTS, Clause, Tree
from comity.coding.parse import Token
from comity.knowledge import table
from comity.vocabulary import Modality

HEDGES = {"reportedly", "allegedly", "apparently", "possibly", "perhaps", "purportedly", "supposedly", "probably"}
CONDITIONS = {"if", "unless", "should", "whether", "lest"}
MAYBE = {"may", "might", "could", "can"}
UNSURE = {"possible", "potential", "alleged", "rumoured", "rumored", "hypothetical", "prospective", "purported"}
_AT_LEAST = {"fewer", "less", "more"}
_NOBODY = {"nobody", "none", "nothing"}
FUTURE = {"will", "shall", "'ll", "wo"}


_TIMES = {"when", "after", "once", "as", "while", "because", "since", "before", "until"}
_ENDING = {"end", "stop", "halt", "cancel", "suspend", "refuse", "reject", "oppose", "block", "ban", "boycott", "fail", "deny", "order", "call", "demand"}  # fmt: skip


class Mood(NamedTuple):
    """How a sentence speaks of an act."""

    modality: Modality
    stage: str | None  # the stage that a governing word gives it: agreed to, refused to, asked to
    hearsay: bool
    why: str


def freed(tree: Tree, clause: Clause) -> Clause:
    """A clause without the words above that only tell what ended when it took place: "the crisis ended when a pact was signed"."""
    kept = 0
    for below, above in pairwise(tree.path(clause.at)):
        if below.dep == "advcl" and above.lemma in _ENDING and _timed(tree, below):
            return replace(clause, under=clause.under[:kept])
        kept += above.lemma in clause.under[kept : kept + 1]
    return clause


def _timed(tree: Tree, t: Token) -> bool:
    """Whether a clause says when, or why: "after it had sent envoys"."""
    return any(c.lemma in _TIMES and c.dep in {"mark", "advmod"} and c.i < t.i for c in tree.children[t.i])


def mood(tree: Tree, clause: Clause) -> Mood:
    """The mood of a clause; what governs it speaks first, then its own negation, condition and tense."""
    stage, governed = _governed(clause)
    hearsay = _hearsay(tree, clause)
    if negated(tree, clause.at) or _negated_above(tree, clause):
        turned = Modality.ACTUAL if stage == "refused" and governed is Modality.ACTUAL else Modality.NEGATED
        return Mood(turned, None if turned is Modality.ACTUAL else stage, hearsay, "negated")
    if governed in {Modality.NEGATED, Modality.HYPOTHETICAL}:
        return Mood(governed, stage, hearsay, f"under {clause.under[0]}")
    if _conditional(tree, clause.at):
        return Mood(Modality.HYPOTHETICAL, stage, hearsay, "conditional")
    if (tense := _tense(tree, clause.at)) is not None:
        return Mood(tense, stage, hearsay, "tense")
    return Mood(governed or Modality.ACTUAL, stage, hearsay, f"under {clause.under[0]}" if governed else "")


@cache
def governors() -> dict[str, tuple[str, Modality]]:
    """What a governing word makes of the act under it: its stage and its modality."""
    return {row["head"]: (row["stage"], Modality(row["modality"])) for row in table("governors")}


def _governed(clause: Clause) -> tuple[str | None, Modality | None]:
    for word in clause.under:
        if word in governors():
            stage, modality = governors()[word]
            return stage or None, modality
    return None, None


def negated(tree: Tree, t: Token) -> bool:
    """Whether a word stands with "not", "never" or "no", or after "without"."""
    for c in tree.children[t.i]:
        if c.dep == "neg" or (c.lemma in {"never", "no"} and c.dep in {"advmod", "det", "neg"}):
            return True
        if c.lemma in _NOBODY and c.dep in {*SUBJECTS, *PASSIVES}:
            return True
        if c.dep in {"dobj", "attr", *SUBJECTS, *PASSIVES} and any(
            d.lemma in {"no", "neither"}
            and d.dep in {"det", "neg"}
            and not _AT_LEAST & {w.text for w in tree.tokens[d.i + 1 : d.i + 2]}
            for d in tree.children[c.i]
        ):
            return True
    above = tree.tokens[t.head]
    if t.dep == "xcomp" and above.lemma in {"have", "be"} and any(c.lemma == "yet" for c in (*tree.children[above.i], *tree.children[t.i])):  # fmt: skip
        return True  # "has yet to sign"
    return t.dep == "pcomp" and above.lemma == "without"


def _negated_above(tree: Tree, clause: Clause) -> bool:
    """ "Has not agreed to sell": the word above is negated, and this one with it."""
    t = clause.at
    for above in list(tree.path(t))[1:4]:
        if t.dep not in {"xcomp", "ccomp", "pcomp", "prep"}:
            return False
        if t.dep == "ccomp" and (above.lemma in REPORTING or t.i < above.i):
            return False  # "promised a grant, the sum was not disclosed"
        if negated(tree, above):
            return True
        t = above
    return False


def _conditional(tree: Tree, t: Token) -> bool:
    if any(c.dep == "amod" and c.lemma in UNSURE for c in tree.children[t.i]):
        return True  # "a possible purchase"
    if _inverted(tree, t):
        return True
    for step in tree.path(t):
        if any(
            c.dep in {"mark", "aux"}
            and c.lemma in CONDITIONS
            and (c.dep == "mark" or (c.lemma == "should" and c.i < step.i and not _has_subject_before(tree, step, c)))
            for c in tree.children[step.i]
        ):
            return True
        if step.dep not in {"xcomp", "conj", "dobj", "pobj", "prep", "pcomp", "nsubj", "nsubjpass"}:
            break
    auxes = {c.lemma for c in tree.children[t.i] if c.dep in {"aux", "auxpass"}}
    return bool(auxes & MAYBE) or ("would" in auxes and not _reported(tree, t))


def _inverted(tree: Tree, t: Token) -> bool:
    """ "Were Oslo to ask, ...", "Had Oslo asked, ..."."""
    first = tree.tokens[0].text in {"Were", "Had"} and not tree.text.endswith("?")
    return first and t.i < next((w.i for w in tree.tokens if w.text == ","), 0)


def _has_subject_before(tree: Tree, verb: Token, aux: Token) -> bool:
    return any(c.dep in SUBJECTS | PASSIVES and c.i < aux.i for c in tree.children[verb.i])


def _reported(tree: Tree, t: Token) -> bool:
    """ "Said it would": a future told in the past."""
    return t.dep == "ccomp" and tree.tokens[t.head].lemma in REPORTING


_STAYING = {"stay", "spend", "remain"}
_GOING_ON = {"continue", "begin", "start", "keep"}
_TALKING = {"discuss", "talk", "negotiate", "review", "explore"}
_MEETING = {"be", "visit", "meet", "travel", "arrive", "fly", "come", "gather", "convene"}


def _tense(tree: Tree, t: Token) -> Modality | None:
    auxes = {c.lemma for c in tree.children[t.i] if c.dep in {"aux", "auxpass"}}
    if auxes & FUTURE or "would" in auxes:
        return Modality.PLANNED
    infinitive = any(c.dep == "aux" and c.lemma == "to" for c in tree.children[t.i])
    above = tree.tokens[t.head]
    if (
        infinitive
        and t.dep == "xcomp"
        and above.lemma
        in {"be", "go", "expect", "set", "due", "slate", "schedule", "likely", "ready", "prepare", "hope"}
    ):
        return Modality.PLANNED
    if infinitive and t.dep == "xcomp" and above.lemma in _GOING_ON:
        return _tense(tree, above)  # "would continue to supply"
    if infinitive and t.dep in {"acl", "relcl", "advcl"}:
        talked = above.tag in {"VBD", "VBN"} and (
            (t.lemma in _TALKING and above.lemma in _MEETING) or (t.lemma == "train" and above.lemma in _STAYING)
        )
        return None if talked else Modality.PLANNED  # "visited Samarkand to discuss"
    if t.dep == "conj" and above.pos in {"VERB", "AUX"} and not auxes and t.tag in {"VB", "VBP"}:
        return _tense(tree, above)
    return None


_EARLIER = {"after", "since", "following", "despite", "amid", "because", "before", "until"}
_HABIT = {"repeatedly", "consistently", "often", "frequently", "always", "usually", "traditionally", "historically", "previously"}  # fmt: skip
_STARTING = {"launch", "begin", "start", "mount", "carry", "open"}


def background(tree: Tree, clause: Clause) -> bool:
    """Whether the sentence only reminds of it: "shortly after Russia invaded", "the invasion of Ukraine does have", "has often condemned"."""
    t = clause.at
    above = list(tree.path(t))[:4]  # "has consistently opposed the idea of its becoming a member"
    if any(c.dep == "advmod" and c.lemma in _HABIT for step in above for c in tree.children[step.i]):
        return True
    if clause.act.plover == "ASSAULT" and t.pos in {"NOUN", "PROPN"} and t.dep not in {"ROOT", *SUBJECTS, *PASSIVES}:
        return not (t.dep == "dobj" and tree.tokens[t.head].lemma in _STARTING)
    return any(
        (step.dep == "prep" and step.lemma in _EARLIER)
        or (step.dep == "advcl" and any(c.dep == "mark" and c.lemma in _EARLIER for c in tree.children[step.i]))
        for step in tree.path(t)
    )


def _hearsay(tree: Tree, clause: Clause) -> bool:
    return any(t.lemma in HEDGES for t in tree.tokens) or any(
        w in {"claim", "accuse", "suggest", "believe"} for w in clause.under
    )
