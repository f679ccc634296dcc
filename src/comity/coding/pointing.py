"""What points back: "the first ten arrived", "the drill began" tell of an act whose parties an earlier sentence of the article named.

A definite noun of ``knowledge/pointing.csv`` is the subject or object of a verb that says how far such a thing got. It stands for
an earlier act of a fitting instrument; where acts of different parties, or of different weapons, fit alike, for none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from comity.coding.amounts import platform
from comity.coding.article import Act as Reading
from comity.coding.clauses import PASSIVES, Act, Clause, Tree, clause_at, passive, subject_hosts
from comity.coding.clocks import Clock
from comity.coding.english import Event
from comity.coding.gazetteer import PLACE, Mention
from comity.coding.mood import background, mood
from comity.coding.parse import Parsed, Token
from comity.coding.text import fold
from comity.knowledge import table
from comity.vocabulary import BROKEN, CONTEXT, NOT_SO, TIES, Modality

POINTS_BACK = "points back to: "  # in ``why``, before the sentence that names the parties
QUOTED = 160  # letters of it
INSTRUMENTS = {  # of what a noun can mean
    "goods": ("arms", "aid"),
    "batch": ("arms", "aid"),
    "handover": ("arms", "aid"),
    "deal": (*TIES, *CONTEXT),
    "pact": (*TIES, *CONTEXT),
    "drill": ("exercise", "border"),
    "talks": ("dialogue",),
    "base": ("basing",),
    "loan": ("economy", "aid", "arms"),
}
WEAPONS = {"goods", "batch", "handover"}
ALIKE = {"batch": ("goods",), "handover": ("goods",), "deal": ("deal", "pact"), "pact": ("deal", "pact")}  # whose words show that an act is meant  # fmt: skip
EDITION = timedelta(days=60)  # a drill so long before the one told of is another
_PLOVER = {"signed": "SUPPORT", "renewed": "SUPPORT", "suspended": "SANCTION", "cancelled": "SANCTION"}
_CUT = {"suspended", "cancelled"}
_ORDINALS = {"first", "second", "third", "fourth", "fifth", "sixth", "last", "final", "rest"}
_FURTHER = {"second", "third", "fourth", "fifth", "sixth", "further"}  # "a second radar" is one more of those told of
_DEFINITE = {"the", "this", "these", "those"}
_TAKING = {"receive", "order", "buy", "purchase"}
_PRONOUNS = {"they", "it", "them"}
_PARTICLES = {"take": {"place"}, "kick": {"off"}, "wrap": {"up"}, "call": {"off"}}
_GOING_ON = {"run", "last", "continue"}
_ABOUT = {"on", "for", "about", "over", "with", "between", "under"}
_COUNTS = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"}
_AT_WHICH = {"reach", "take"}  # whose object is where something came to


class Before(NamedTuple):
    """An earlier sentence that is no title: what was read in it, its lemmas, the nouns of the table and the platform that it brings up, and its paragraph."""

    acts: list[Reading]
    lemmas: frozenset[str]
    brought: frozenset[str]
    platform: str | None
    paragraph: int


class Phrase(NamedTuple):
    """A noun that points back: its kind, the words and classes of platforms for the same thing, the platform that it names, and what it is said to be about."""

    kind: str
    words: frozenset[str]
    classes: frozenset[str]
    platform: str | None = None
    about: frozenset[str] = frozenset()
    year: str = ""  # of a deal, in which it was signed
    close: bool = False  # whether it is a pronoun or a bare number, which mean what the sentence before told of


@cache
def _nouns() -> dict[str, list[Phrase]]:
    """What each noun may mean."""
    found: dict[str, list[Phrase]] = {}
    for row in table("pointing"):
        words = row["words"].split() if row["use"] == "noun" else []
        alike = frozenset(words) if row["kind"] == "goods" else frozenset()
        classes = frozenset(row["classes"].split(";")) - {""}
        for word in words:
            found.setdefault(word, []).append(Phrase(row["kind"], alike, classes))
    return found


@cache
def _words(kind: str) -> frozenset[str]:
    """The nouns that show that an act of a kind is told of."""
    kinds = ALIKE.get(kind, (kind,))
    return frozenset(word for word, means in _nouns().items() if any(one.kind in kinds for one in means))


@cache
def _verbs() -> dict[tuple[str, str, str], str]:
    """The stage of a kind of thing, by whether it does something, something is done to it or it is due, and the verb."""
    return {
        (row["use"], kind, word): row["stage"]
        for row in table("pointing")
        for kind in row["kind"].split(";")
        for word in row["words"].split()
        if row["stage"]
    }


@cache
def _all_verbs() -> frozenset[str]:
    return frozenset(verb for _, _, verb in _verbs())


@cache
def _others() -> frozenset[str]:
    """What makes a thing another one: "the previous contract"."""
    return frozenset(word for row in table("pointing") if row["use"] == "other" for word in row["words"].split())


@cache
def _of_class(name: str) -> frozenset[str]:
    """The nouns for platforms of a class."""
    return frozenset(word for word, means in _nouns().items() if any(name in one.classes for one in means))


@cache
def _class(name: str | None) -> str:
    return next((row["class"] for row in table("platforms") if row["platform"] == name), "")


def may_point(sentence: str) -> bool:
    """Whether a sentence holds a word that can point back: the cheap question before parsing."""
    return bool(_CUE.search(fold(sentence)))


_CUE = re.compile(
    rf"\b(?:{'|'.join(sorted(_DEFINITE | _FURTHER | _PRONOUNS | _ORDINALS | _COUNTS))}|deliver(?:y|ies))\b"
)


def before(tokens: Parsed, text: str, acts: list[Reading], paragraph: int) -> Before:
    """A sentence as later ones may point back to it."""
    known = {t.head for t in tokens if t.lemma in _DEFINITE}
    brought = {t.lemma for t in tokens if t.i not in known and t.lemma in _nouns()}
    weapon = platform(text)
    return Before(acts, frozenset(t.lemma for t in tokens), frozenset(brought), weapon and weapon[0], paragraph)


def pointed(
    tokens: Parsed, text: str, found: list[Mention], paragraph: int, told: Sequence[Before]
) -> tuple[Event, Reading] | None:
    """What a sentence tells further of an earlier act, as an event of that act's parties; none where no act fits, or two alike."""
    tree = Tree(tokens, found)
    for clause, phrase in (*_clauses(tree, text), *_dated(tree)):
        act = _meant(phrase, paragraph, told[-1:] if phrase.close else told)
        if act is None or {
            m.code for m, at in tree.named if m.kind != PLACE and _beside(tree, at, clause.at)
        } - _parties(act):
            continue
        if (event := _event(tree, clause, act)) is not None:
            return event, act
    return None


def _beside(tree: Tree, at: Token, t: Token) -> bool:
    """Whether a name stands in the clause of a verb or above it, not in one that only tells when or why."""
    over = {step.i for step in tree.path(t)}
    below = [step for step in tree.path(at) if step.i not in over]
    return not any(step.dep == "advcl" for step in below)


def _clauses(tree: Tree, text: str) -> Iterator[tuple[Clause, Phrase]]:
    """The verbs whose subject or object points back."""
    for t in tree.tokens:
        if t.lemma not in _all_verbs() or t.pos not in {"VERB", "AUX", "ADJ"}:
            continue
        for at, use in _arguments(tree, t):
            for phrase in _phrases(tree, at, text):
                if stage := _stage(tree, t, phrase.kind, use):
                    act = Act(t.lemma, frozenset(), _PLOVER.get(stage, "COOPERATE"), stage, "", "", t.lemma)
                    yield clause_at(tree, t, act, {t.lemma}), phrase


def _dated(tree: Tree) -> Iterator[tuple[Clause, Phrase]]:
    """The nouns for a deal that name its year, and so tell when it was signed: "the 2014 contract covers 36 aircraft"."""
    for t in tree.tokens:
        said = tree.children[t.i]
        year = next((c.text for c in said if _YEAR.fullmatch(c.text) and c.i < t.i), "")
        if year and any(c.lemma in _DEFINITE for c in said):
            for one in _nouns().get(t.lemma, []):
                if one.kind in ALIKE["deal"]:
                    act = Act(t.lemma, frozenset(), _PLOVER["signed"], "signed", "", "", t.lemma)
                    yield clause_at(tree, t, act, {t.lemma}), one._replace(year=year)


def _arguments(tree: Tree, t: Token) -> Iterator[tuple[Token, str]]:
    """The subject and object of a verb, and whether each does it or it is done to it."""
    over = tree.tokens[t.head] if t.pos == "ADJ" else t  # "is due"
    for i in subject_hosts(tree, over):
        yield tree.tokens[i], "done" if passive(tree, t) else "does"
    for c in tree.children[t.i]:
        if c.dep == "dobj":
            yield c, "done"


def _phrases(tree: Tree, t: Token, text: str) -> Iterator[Phrase]:
    """What a noun may stand for, if it points back and is nobody's in particular."""
    own = tree.children[t.i]
    if t.lemma in _PRONOUNS or (t.pos == "NUM" and t.dep in PASSIVES and not own):
        yield Phrase("batch", frozenset(), frozenset(), close=True)  # "they were ordered in 2022", "ten were delivered"
        return
    said = {c.lemma for c in own}
    of = next((c for c in _under(tree, t, {"of"})), None)
    if t.pos == "NUM" and of and not said & _DEFINITE:  # "two of the ships"
        yield from _phrases(tree, of, text)
    bare = t.lemma == "delivery" and not any(c.dep == "det" for c in own)  # "deliveries will begin"
    definite = said & _DEFINITE or bare or (said & _FURTHER and t.lemma in _nouns())
    if not definite or said & _others() or any(c.dep == "poss" or _YEAR.fullmatch(c.text) for c in own):
        return
    if of and of.pos == "PRON":
        return  # "the last of these": of what the sentence before named
    means = _nouns().get(t.lemma, [])
    part = not means or means[0].kind in {"batch", "handover"}
    last = of if part and of else t  # "the first of the howitzers", "delivery of the jets"
    first = min([t.start, *(c.start for c in own if c.i < t.i)])
    weapon = platform(text, first, last.end)
    name = weapon[0] if weapon and first <= weapon[1] < last.end else None
    about = frozenset(c.lemma for c in _under(tree, t, _ABOUT))
    goods = [one for one in _nouns().get(last.lemma, []) if one.kind == "goods"]
    if last is not t and goods:
        verbs = means[0].kind if means else "batch"
        means = [Phrase(verbs, one.words, one.classes) for one in goods]
    elif name and part:  # "the F-16s"
        means = [Phrase(means[0].kind if means else "batch", _of_class(_class(name)), frozenset())]
    elif not means and (t.pos == "NUM" or t.lemma in _ORDINALS):  # "the first ten"
        means = [Phrase("batch", frozenset(), frozenset())]
    yield from (one._replace(platform=name, about=about) for one in means)


def _under(tree: Tree, t: Token, prepositions: Collection[str]) -> Iterator[Token]:
    for p in tree.children[t.i]:
        if p.dep == "prep" and p.lemma in prepositions:
            yield from (c for c in tree.children[p.i] if c.dep == "pobj")


_YEAR = re.compile(r"(?:19|20)\d\d")


def _stage(tree: Tree, t: Token, kind: str, use: str) -> str | None:
    """How far a thing got by a verb; none where the verb is none of such a thing."""
    beside = {c.lemma for c in tree.children[t.i]}
    if stage := _verbs().get(("due", kind, t.lemma)):
        over = tree.children[tree.tokens[t.head].i if t.pos == "ADJ" else t.i]
        past = any(c.lemma == "have" or c.text.lower() in {"was", "were"} for c in over) or (
            t.pos == "ADJ" and tree.tokens[t.head].tag == "VBD"
        )
        further = any(c.dep == "xcomp" for c in tree.children[t.i])  # "is expected to arrive": that verb tells
        return None if past or further or (use == "does" and t.pos != "ADJ") else stage
    if use == "does" and t.tag in {"VBZ", "VBP"} and t.lemma not in _GOING_ON:
        return None  # "expires in 2030", "opens on Monday"
    if t.lemma == "reach" and not any(c.dep == "dobj" and c.pos == "PROPN" for c in tree.children[t.i]):
        return None  # "reached its targets"
    if t.lemma in _PARTICLES and not _PARTICLES[t.lemma] & beside:
        return None
    if use == "does" and t.lemma not in _AT_WHICH and any(c.dep == "dobj" for c in tree.children[t.i]):
        return None  # "the exercise opened a new chapter"
    if any(c.lemma == "yet" for c in tree.children[t.head]):
        return None  # "have yet to arrive"
    return _verbs().get((use, kind, t.lemma))


def _meant(phrase: Phrase, paragraph: int, told: Sequence[Before]) -> Reading | None:
    """The act that a phrase stands for: one of this paragraph, else of the article; none of two that fit alike.

    None either where a later sentence brought up another such thing, in whatever it was read.
    """
    fitting = [(n, act) for n, one in enumerate(told) for act in one.acts if _fits(phrase, act, one.lemmas)]
    near = [(n, act) for n, act in fitting if told[n].paragraph == paragraph] or fitting
    parties = {_parties(act) for _, act in near}
    if len(parties) != 1 or len({act.platform for _, act in near} - {None}) > 1:
        return None
    last, act = near[-1]
    names = phrase.words or _words(phrase.kind)
    weapon = phrase.kind in WEAPONS and not phrase.words
    for one in told[last + 1 :]:
        if one.brought & names or (weapon and one.platform and one.platform != act.platform):
            return None
    return max(near, key=lambda one: (one[1].belief, one[0]))[1]


def _fits(phrase: Phrase, act: Reading, lemmas: frozenset[str]) -> bool:
    """Whether an act of a sentence with these lemmas may be what a phrase stands for."""
    if len(_parties(act)) < 2 or act.instrument not in INSTRUMENTS[phrase.kind]:
        return False
    if act.modality in NOT_SO or act.stage in BROKEN or "background" in act.why:
        return False
    if phrase.year and act.stage == "signed" and act.date_from and not act.date_from.startswith(phrase.year):
        return False
    if phrase.platform and act.platform:
        return phrase.platform == act.platform
    if phrase.about and not phrase.about & lemmas:
        return False
    if phrase.words:
        return bool(phrase.words & lemmas) or _class(act.platform) in phrase.classes
    plain = {"drill": act.instrument == "exercise", "deal": act.instrument == "arms"}
    weapon = phrase.kind in WEAPONS and act.platform is not None
    return bool(_words(phrase.kind) & lemmas) or weapon or plain.get(phrase.kind, False)


def _event(tree: Tree, clause: Clause, act: Reading) -> Event | None:
    """What the verb tells, with the parties of the earlier act; none of what is denied, supposed or only reminded of."""
    how = mood(tree, clause)
    due = clause.act.stage == "announced"
    if (
        how.modality in NOT_SO
        or how.stage in BROKEN
        or background(tree, clause)
        or _must(tree, clause.at, how.modality)
    ):
        return None
    planned = due or how.modality is Modality.PLANNED
    stage = (how.stage or "announced") if planned else (how.stage or clause.act.stage)
    cut = stage in _CUT
    if planned and clause.act.stage in BROKEN:
        return None
    actors, recipients = tuple(act.actors), tuple(act.recipients)
    by = tuple(dict.fromkeys(m.code for m in clause.slots.get("subj", ()) if m.kind != PLACE))
    weapon = clause.act.stage == "delivered" or clause.act.head in {"sell", *_TAKING}
    if weapon and not {*by} <= {*(recipients if clause.act.head in _TAKING else actors)}:
        return None  # "Riyadh shipped the guns to the front"
    if cut and by:
        actors, recipients = by, tuple(c for c in (*actors, *recipients) if c not in by)
    sentence = act.sentence.strip()
    quoted = sentence if len(sentence) <= QUOTED else sentence[:QUOTED].rsplit(" ", 1)[0] + " ..."
    return Event(
        actors,
        recipients,
        "AGREE" if planned else clause.act.plover,
        stage,
        "rupture" if cut else str(act.instrument),
        Modality.PLANNED if planned else Modality.ACTUAL,
        clause.start,
        clause.end,
        how.hearsay,
        (clause.act.head, *((how.why,) if how.why else ()), POINTS_BACK + quoted),
        grammar=False,
        firm=True,
        apart=Clock(tree).apart(clause),
    )


def _must(tree: Tree, t: Token, modality: Modality) -> bool:
    """Whether something only has to be done: "must be approved", "would have to be approved"."""
    auxes = {c.lemma for c in tree.children[t.i] if c.dep in {"aux", "auxpass"}}
    to_do = "to" in auxes and tree.tokens[t.head].lemma not in {"begin", "start", "continue"}
    return bool(auxes & {"must", "should", "ought"}) or (modality is Modality.ACTUAL and to_do)


def follows(act: Reading, earlier: Reading) -> bool:
    """Whether a reading can be of the thing that the earlier one told of: what arrived before it was signed, or a drill of another year, is another."""
    if not act.date_to or not earlier.date_from:
        return True
    over, since = date.fromisoformat(act.date_to), date.fromisoformat(earlier.date_from)
    if act.instrument == "exercise":
        return over >= since - EDITION
    return act.stage != "delivered" or earlier.stage != "signed" or over >= since


def same(one: Reading, other: Reading) -> bool:
    """Whether two readings are of the same parties and instrument."""
    return one.instrument == other.instrument and _parties(one) == _parties(other)


def firm(act: Reading, further: Reading) -> bool:
    """Whether the words of a sentence tie two parties by an instrument, or grammar found who acts: what a reading that points back leaves standing."""
    return not weak(act) or (act.instrument is not None and len(_parties(act)) > 1 and not same(act, further))


def weak(act: Reading) -> bool:
    """Whether its parties were guessed or are the nearest names."""
    return "nearest names" in act.why or act.why[0].startswith("guess")


def _parties(act: Reading) -> frozenset[str]:
    return frozenset((*act.actors, *act.recipients))
