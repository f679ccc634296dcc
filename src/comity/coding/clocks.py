"""Which words for dates in an English sentence are another deed's: "received two of the ships that Japan had pledged in 2024"."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from comity.coding.clauses import BOUNDARY, PASSIVES, SUBJECTS, Clause, Tree
from comity.coding.parse import Token
from comity.coding.text import dateline, fold
from comity.coding.when import dated, dates
from comity.vocabulary import BROKEN, Stage

Place = tuple[int, int]
_OF_A_NOUN = {"nummod", "poss", "compound", "nmod", "amod"}
_EARLIER = {"after", "since", "before", "following", "despite", "amid"}
_TIMES = {"spring", "summer", "autumn", "fall", "winter", "year", "month", "week", "quarter", "half", "end", "start", "night", "morning", "afternoon", "evening", "day", "weekend"}  # fmt: skip
_COURSE = {"begin", "start", "open", "run", "last", "end", "finish", "conclude", "close", "take"}  # of a drill: "which began on"  # fmt: skip
_SIGNING = {"sign", "conclude", "reach", "initial", "ink", "approve", "ratify"}
_OCCASION = {"at", "during", "in", "on", "after", "since", "before"}
_WHO = {
    "government",
    "minister",
    "president",
    "side",
    "country",
    "state",
    "ministry",
    "party",
    "leader",
}  # "a pact the governments signed"
_DEALT = _SIGNING | {"order", "buy", "purchase", "acquire", "announce", "agree", "pledge", "promise", "donate", "receive", "deliver", "sell", "lease", "commission", "strike", "award"}  # fmt: skip
_OBJECTS = {"dobj", "attr", *SUBJECTS, *PASSIVES}
_VERBS = {"VERB", "AUX"}


def earlier(tree: Tree, clause: Clause) -> bool:
    """Whether something was done at an unnamed time before the news: "has already sold", "had previously bought", "in recent years"."""
    verb = next((t for t in tree.path(clause.at) if t.pos in _VERBS), None)
    if verb is None:
        return False
    said = tree.children[verb.i]
    perfect = any(c.dep == "aux" and c.lemma == "have" for c in said)
    if any(c.dep == "advmod" and (c.text.lower() in _ONCE or (perfect and c.lemma in _BY_NOW)) for c in said):
        return verb.tag in {"VBD", "VBN"}
    if clause.act.instrument in {"training", "basing"} and verb.tag in {"VBD", "VBN"} and _for_long(tree, verb):
        return True
    spans = (tree.child(c, "pobj") for c in said if c.dep == "prep" and c.lemma in {"in", "over", "for", "during"})
    return any(c is not None and c.tag == "NNS" and c.lemma in _LONG and not _counted(tree, c) for c in spans)


def _for_long(tree: Tree, verb: Token) -> bool:
    """ "Trained at La Spezia for a year"."""
    lasts = (tree.child(c, "pobj") for c in tree.children[verb.i] if c.dep == "prep" and c.lemma == "for")
    return any(c is not None and c.lemma in {"month", *_LONG} for c in lasts)


def _counted(tree: Tree, t: Token) -> bool:
    return any(c.dep == "nummod" for c in tree.children[t.i])


_ONCE = {"previously", "formerly", "once", "earlier", "long"}
_BY_NOW = {"already", "since", "far", "ever"}  # with a perfect: "has so far delivered"
_LONG = {"year", "decade"}  # "in recent years"


class Dated(NamedTuple):
    """A date in a sentence and the word that it belongs to."""

    place: Place
    owner: Token
    noun: bool  # whether that is a noun which it describes: "the 2014 deal", "after talks in May"


class Clock:
    """The dates of a parsed sentence, each with the word whose date it is."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        text = tree.text
        written = dateline(text)
        self.dates = [self._dated(place) for place in dates(fold(text)) if place[0] >= written]

    @cached_property
    def fixed(self) -> set[int]:
        """Where dates begin that do not count from publication."""
        return {start for start, _ in dated(fold(self.tree.text))}

    def _dated(self, place: Place) -> Dated:
        covered = [t for t in self.tree.tokens if t.start < place[1] and t.end > place[0]]
        inside = [t for t in covered if t.pos not in {"ADP", "SCONJ", "DET"}] or covered
        within = {t.i for t in inside}
        step = next((t for t in inside if t.head not in within), inside[0])
        above = self.tree.tokens[step.head]
        if step.dep in _OF_A_NOUN and above.pos == "NOUN" and above.lemma not in _TIMES:
            return Dated(place, above, True)
        path = list(self.tree.path(step))
        for here, over in pairwise(path[1:]):
            if here.pos in _VERBS:
                break
            if here.lemma == "since" and over.pos not in _VERBS:
                return Dated(place, over, True)  # "the first since 2013"
            if here.pos == "NOUN" and over.lemma in _EARLIER:
                return Dated(place, here, True)
        return Dated(place, next((t for t in path[1:] if t.pos in _VERBS), path[-1]), False)

    def apart(self, clause: Clause, planned: bool = False) -> tuple[Place, ...]:
        """Where the dates stand that are not this clause's: of other deeds, and where it has its own, whatever else is dated.

        What is planned "under a deal announced in May" has the day on which it was settled.
        """
        if not self.dates:
            return ()
        near = self._near(clause.at)
        own = [d.place for d in self.dates if self._own(d, clause, near)]
        if own:
            return tuple(d.place for d in self.dates if d.place not in own)
        return tuple(d.place for d in self.dates if self._of_another(d, near, planned))

    def _near(self, t: Token) -> set[int]:
        """The words that share the date of a deed: the verb over its noun, what completes it, and how it is said to run."""
        near = {t.i}
        for step in self.tree.path(t):
            near.add(step.i)
            if step.pos in _VERBS or step.dep in BOUNDARY:
                break
        below = [self.tree.tokens[i] for i in near]
        while below:
            step = below.pop()
            for c in self.tree.children[step.i]:
                completes = c.dep in {"xcomp", "ccomp", "pcomp", "prep", "agent"} or (c.dep == "acl" and step.i == t.i)
                runs = c.lemma in _COURSE or (c.lemma in _SIGNING and step.i == t.i)
                if (completes or (c.dep in {"acl", "relcl"} and runs)) and c.i not in near:
                    near.add(c.i)
                    below.append(c)
                elif c.dep in {"pobj", *_OBJECTS} and c.pos not in _VERBS:
                    below.append(c)
        return near

    def _own(self, d: Dated, clause: Clause, near: set[int]) -> bool:
        if d.owner.i == clause.at.i or not d.noun:
            return d.owner.i in near
        lasting = clause.act.stage not in BROKEN and clause.act.stage != Stage.RENEWED
        return lasting and d.owner.dep in _OBJECTS and d.owner.head in near  # "held their 2024 exercise"

    def _of_another(self, d: Dated, near: set[int], planned: bool) -> bool:
        """Whether a date is surely of another deed: of what somebody else did with the thing, of what came earlier, of a further sentence."""
        if d.noun:
            above = self.tree.tokens[d.owner.head]
            return not (d.owner.dep in _OBJECTS and above.i in near) and above.lemma not in {"at", "during"}
        apart = False
        for step in self.tree.path(d.owner):
            if step.i in near:
                return apart
            whose = self.tree.child(step, *SUBJECTS, *PASSIVES) is not None
            above = self.tree.tokens[step.head]
            apart = apart or (
                (step.dep == "conj" and step.pos in _VERBS and whose)
                or (step.dep == "relcl" and whose and self._thing(above, d, planned))
                or (step.dep == "acl" and step.tag == "VBN" and step.lemma in _DEALT and self._thing(above, d, planned))
                or (step.dep == "advcl" and any(c.dep == "mark" and c.lemma in _EARLIER for c in self.tree.children[step.i]))
            )  # fmt: skip
        return False

    def _thing(self, t: Token, d: Dated, planned: bool) -> bool:
        """Whether a noun has a past of its own, as a thing or a frame and no occasion: "tanks ordered in May", "under a deal announced in May"."""
        over = self.tree.tokens[t.head]
        if t.dep != "pobj":
            return t.dep in _OBJECTS and t.lemma not in _WHO
        frame = over.lemma not in _OCCASION and self.tree.tokens[over.head].text.lower() != "according"
        if over.lemma == "of" or planned or not frame:
            return over.lemma == "of"
        return d.place[0] in self.fixed  # "under a deal signed on Monday" is of Monday, too
