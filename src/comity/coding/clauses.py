"""What a sentence says was done: the words of the act list, each with who stands around it in the grammar.

A clause is one such word with its arguments. Who stands where is a *slot*: ``subj``, ``obj``, ``mod`` (an adjective or
possessive of a noun), or the preposition that leads there (``to``, ``with``, ``from`` ...).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import NamedTuple

from comity.coding import phrases
from comity.coding.gazetteer import LEADER, Mention
from comity.coding.parse import Parsed, Token
from comity.knowledge import table
from comity.vocabulary import OVER

HANDING = {"give", "take"}  # schemes of words that move a thing from one side to the other
PERSON = "PERSON"  # in the act list: the object is a person known by name
BOUNDARY = {"ccomp", "advcl", "relcl", "acl", "parataxis", "csubj", "csubjpass"}
SUBJECTS = {"nsubj", "csubj"}
PASSIVES = {"nsubjpass", "csubjpass"}
REPORTING = {"say", "tell", "announce", "report", "claim", "state", "add", "note", "declare", "confirm", "reveal", "show", "believe", "think", "know", "hear", "suggest", "argue", "describe", "explain", "stress", "mention"}  # fmt: skip
GOVERNING = {"agree", "offer", "promise", "pledge", "plan", "intend", "vow", "refuse", "decline", "threaten", "ask", "request", "urge", "appeal", "propose", "commit", "undertake", "consent", "warn", "demand", "call", "fail", "deny", "accuse", "schedule", "prepare", "aim", "hope", "order", "invite", "suspend", "stop", "halt", "cancel", "end", "boycott", "seek", "reject", "oppose", "block", "ban", "approve", "allow", "authorize", "authorise", "permit", "sanction", "consider", "want", "willing", "ready", "prepared", "denial", "rumour", "rumor", "speculation", "mull", "contemplate", "weigh", "ponder"}  # fmt: skip
PRONOUNS = {"it", "he", "she", "they", "its", "his", "her", "their", "we", "i", "who", "which", "that"}


_CONSENT = {"consent", "approval", "permission", "blessing", "mediation", "authorisation", "authorization"}
_CLOSERS = {"and", "or", "&", "nor", "/", "-"}
_JOINERS = _CLOSERS | {",", "the"}


class Act(NamedTuple):
    """A line of the act list: a word, what must stand with it, and what it then means."""

    head: str
    wanted: frozenset[str]
    plover: str
    stage: str
    instrument: str
    roles: str
    rule: str
    firm: bool = False  # whether its instrument, or that it has none, stands whatever the sentence is about


@dataclass
class Clause:
    """A word of the act list in a sentence, and the actors around it by slot."""

    act: Act
    at: Token
    slots: dict[str, list[Mention]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    passive: bool = False
    under: list[str] = field(default_factory=list)  # words of the list that govern this one, nearest first
    start: int = 0
    end: int = 0


class Tree:
    """A parsed sentence with children, and its actors by token."""

    def __init__(self, tokens: Parsed, found: list[Mention]) -> None:
        self.tokens = tokens
        self.children: dict[int, list[Token]] = defaultdict(list)
        for t in tokens:
            if t.head != t.i:
                self.children[t.head].append(t)
        self.named = [(m, at) for m in found if (at := self._token(m)) is not None and not self._consents(at)]
        self.lists = list(self._lists())
        self.weapons: set[int] = set()  # the words that begin the name of a weapon system, where somebody looked

    @property
    def text(self) -> str:
        """The sentence, its spaces as plain ones."""
        ends = [t.start for t in self.tokens[1:]] + [self.tokens[-1].end]
        return "".join(t.text.ljust(end - t.start) for t, end in zip(self.tokens, ends, strict=True))

    def _consents(self, at: Token) -> bool:
        """Whether somebody only lets it be done: "with American consent"."""
        leave = self.tokens[at.head]
        given = leave.lemma in _CONSENT and leave.dep == "pobj" and self.tokens[leave.head].lemma in {"with", "without"}
        return given and at.dep in {"amod", "poss", "compound", "nmod"}

    def _token(self, m: Mention) -> Token | None:
        """The word that heads a name: of the tokens that it covers, the one whose head lies outside."""
        inside = [t for t in self.tokens if t.start < m.end and t.end > m.start]
        if not inside:
            return None
        span = {t.i for t in inside}
        return next((t for t in inside if t.head not in span or t.head == t.i), inside[-1])

    def _lists(self) -> Iterator[list[tuple[Mention, Token]]]:
        """The actors named, those of one list together ("A, B and C", "A/B"), however the parser joins them."""
        group: list[tuple[Mention, Token]] = []
        closed = False  # whether an "and" stands before the last of them
        for m, at in self.named:
            link = self._link(group[-1][0], m) if group else None
            if link is None or (closed and m.start >= group[-1][0].end):
                yield from [group] if closed else _by_place(group)
                group, closed = [], False
            group.append((m, at))
            closed = closed or link is True
        yield from [group] if closed else _by_place(group)

    def _link(self, one: Mention, other: Mention) -> bool | None:
        """Whether two names stand in one list, and the second closes it; none where they stand in no list."""
        if other.start < one.end:
            return False
        between = {t.text.lower() for t in self.tokens if one.end <= t.start < t.end <= other.start and t.pos != "NUM"}
        if not between:
            return True if any(t.start < one.end and t.end > other.start for t in self.tokens) else None
        return bool(between & _CLOSERS) if between <= _JOINERS else None

    def child(self, t: Token, *deps: str) -> Token | None:
        """The first child with one of these relations."""
        return next((c for c in self.children[t.i] if c.dep in deps), None)

    def path(self, t: Token) -> Iterator[Token]:
        """The token and its heads, upwards."""
        for _ in range(60):
            yield t
            if t.head == t.i:
                return
            t = self.tokens[t.head]

    def reach(self, t: Token, depth: int = 4) -> Iterator[Token]:
        """The words of a token's arguments, without clauses of their own and without an active subject."""
        for c in self.children[t.i]:
            if (
                c.dep in SUBJECTS
                or c.dep in BOUNDARY - {"acl"}
                or c.dep == "punct"
                or (c.dep == "conj" and c.pos in {"VERB", "AUX"})
            ):
                continue
            yield c
            if depth:
                yield from self.reach(c, depth - 1)


def _by_place(group: list[tuple[Mention, Token]]) -> list[list[tuple[Mention, Token]]]:
    """Those apart that stand behind different names."""
    return [list(same) for _, same in groupby(group, key=lambda one: one[0].start)]


@cache
def acts(lang: str, pos: str, further: bool = False) -> dict[str, list[Act]]:
    """The act list of a language: its lines by head, those with conditions first; ``further`` with those that no model learned with."""
    classes = {row["name"]: row["words"].split() for row in table("classes") if row["lang"] == lang}
    found: dict[str, list[Act]] = defaultdict(list)
    for row, firm in [*((row, True) for row in table("deeds") if further), *((row, False) for row in table("acts"))]:
        if row["lang"] == lang and row["pos"] == pos:
            wanted = frozenset(
                word.replace("_", " ")
                for part in row["with"].split()
                for word in (classes[part[1:]] if part.startswith("@") else [part])
            )
            rule = f"{row['head']}{'+' + row['with'] if row['with'] else ''}"
            found[row["head"]].append(
                Act(row["head"], wanted, row["plover"], row["stage"], row["instrument"], row["roles"], rule, firm)
            )
    for lines in found.values():
        lines.sort(key=lambda act: not act.wanted)
    return dict(found)


def clauses(tree: Tree, further: bool = False) -> list[Clause]:
    """Every word of the act list with its actors, those that another one governs folded into it; ``further`` also of ``deeds``."""
    found = [c for t in tree.tokens if (c := _clause(tree, t, further)) is not None]
    verbs = [c for c in found if c.at.pos in {"VERB", "AUX"} and not (c.act.firm and c.act.head == "join")]
    taken = {t.i for c in verbs for t in tree.reach(c.at)}  # not the attack that somebody joins
    broken = {w.i for c in found if c.act.stage in OVER for w in tree.reach(c.at) if w.lemma in c.act.wanted}
    return [c for c in found if c.at.i not in broken and (c.at.pos in {"VERB", "AUX"} or c.at.i not in taken)]


def _clause(tree: Tree, t: Token, further: bool) -> Clause | None:
    pos = "VERB" if t.pos in {"VERB", "AUX"} or t.tag.startswith("VB") else "NOUN" if t.pos in {"NOUN", "PROPN"} else ""
    if t.dep in {"amod", "compound", "nmod"} and t.pos in {"VERB", "ADJ"}:
        return None  # "the ruling party", "armed forces"
    lemma = phrases.word(t.lemma, {c.lemma for c in tree.children[t.i]})
    if not pos or lemma not in acts("en", pos, further) or (t.pos == "PROPN" and t.text[:1].isupper() and t.i):
        return None
    if _only_says(tree, t):
        return None
    words = {w.lemma for w in tree.reach(t)} | ({w.lemma for w in _passive_subject(tree, t)})
    if any(m.kind == LEADER and at.head == t.i and at.dep == "dobj" for m, at in tree.named):
        words.add(PERSON)
    words |= {f"={w.lemma}" for w in _done_to(tree, t)} | {
        f"<{c.lemma}" for c in tree.children[t.i] if c.dep == "nsubj"
    }
    # "The crisis ended with a treaty" ends no treaty: only what is done to something does.
    done_to = passive(tree, t) or tree.child(t, "dobj") is not None or pos == "NOUN"
    over = described(tree, t) if further else None
    handed = words | {over.lemma} if over is not None else words
    if tree.weapons and t.lemma in TRADED and any(w.i in tree.weapons for w in _handed(tree, t, over)):
        handed = handed | {"weapon"}  # "bought 12 Mirages"
    act = next(
        (
            a
            for a in acts("en", pos, further)[lemma]
            if (not a.wanted or a.wanted & (handed if a.roles in HANDING else words))
            and (done_to or a.stage not in OVER)
        ),
        None,
    )
    if act is None or act.plover == "-":
        return None
    return clause_at(tree, t, act, handed if act.roles in HANDING else words)


def clause_at(tree: Tree, t: Token, act: Act, words: set[str]) -> Clause:
    """A word of a sentence that means an act, with the actors around it; ``words`` are the lemmas that stand with it."""
    clause = Clause(act, t, {}, words, passive=passive(tree, t), under=_governors(tree, t))
    _fill(tree, clause, t)
    span = [t, *tree.reach(t)]
    clause.start, clause.end = min(w.start for w in span), max(w.end for w in span)
    return clause


def _done_to(tree: Tree, t: Token) -> Iterator[Token]:
    """The things themselves that something is done to, without what stands beside them: of "helicopters at a base" the helicopters."""
    for c in tree.children[t.i]:
        if c.dep == "dobj" or c.dep in PASSIVES:
            yield from (c, *(also for also in tree.children[c.i] if also.dep == "conj"))
    if t.tag == "VBN" and t.dep in {"acl", "relcl"}:
        yield tree.tokens[t.head]


TRADED = {"buy", "purchase", "acquire", "procure", "import", "obtain", "get", "receive", "order", "sell", "deliver", "supply", "export", "ship", "hand", "transfer", "provide", "send", "lend", "lease", "donate", "give", "choose", "select", "pick"}  # fmt: skip


def _handed(tree: Tree, t: Token, over: Token | None) -> Iterator[Token]:
    """What is handed over, with all that stands in it."""
    yield from _passive_subject(tree, t)
    for c in tree.children[t.i]:
        if c.dep in {"dobj", "dative"}:
            yield from (c, *tree.reach(c, 2))
    if over is not None:
        yield from (over, *tree.reach(over, 1))


def described(tree: Tree, t: Token) -> Token | None:
    """The noun that a relative clause describes and its verb is done to: of "the vehicles which Ghana ordered" the vehicles."""
    over, thing = tree.tokens[t.head], tree.child(t, "dobj")
    if t.dep != "relcl" or over.pos != "NOUN" or tree.child(t, *PASSIVES) or (thing and thing.lemma not in PRONOUNS):
        return None
    whose = tree.child(t, *SUBJECTS)
    return over if whose is not None and whose.lemma not in {"who", "which", "that"} else None


_SAYING = {"call": "oprd", "insist": "ccomp"}  # "which Yerevan calls idle", "the ministry insisted that it was so"


def _only_says(tree: Tree, t: Token) -> bool:
    """Whether a word of the list names or claims something here, and asks for nothing."""
    return t.lemma in _SAYING and tree.child(t, _SAYING[t.lemma]) is not None


def passive(tree: Tree, t: Token) -> bool:
    """Whether something is done to the subject of a verb, or to the noun that a participle describes."""
    return any(c.dep in PASSIVES or c.dep == "auxpass" for c in tree.children[t.i]) or (
        t.tag == "VBN"
        and t.dep in {"acl", "relcl"}
        and not any(c.dep in SUBJECTS | {"aux"} for c in tree.children[t.i])
        and not _verb_of_all(tree, t)
    )


def _verb_of_all(tree: Tree, t: Token) -> bool:
    """A participle that the parser hung on the subject of a sentence left without a verb: "a Turkish group trained with Libyan units"."""
    return tree.tokens[t.head].dep == "ROOT" and any(
        c.dep == "dobj" or (c.dep == "prep" and c.lemma == "with") for c in tree.children[t.i]
    )


def _passive_subject(tree: Tree, t: Token) -> Iterator[Token]:
    for c in tree.children[t.i]:
        if c.dep in PASSIVES:
            yield c
            yield from tree.reach(c, 2)
    if t.tag == "VBN" and t.dep in {"acl", "relcl"}:
        yield tree.tokens[t.head]


def _governors(tree: Tree, t: Token) -> list[str]:
    """Words above that change what this one means: "agreed to", "accused of", "said that"."""
    found: list[str] = []
    below = t
    for above in list(tree.path(t))[1:]:
        if below.dep in {"xcomp", "ccomp", "pcomp", "prep", "pobj", "dobj", "acl", "advcl"}:
            if above.lemma in GOVERNING or above.lemma in REPORTING:
                found.append(above.lemma)
        elif below.dep not in {"conj", "aux", "auxpass"}:
            break
        below = above
    return found


def _fill(tree: Tree, clause: Clause, t: Token) -> None:
    """Put every actor into the slot in which it stands to the word."""
    slots: dict[str, list[Mention]] = defaultdict(list)
    hosts = subject_hosts(tree, t) or _light_verb(tree, t)
    for group in tree.lists:
        found = [_slot(tree, clause, t, at, hosts) for _, at in group]
        shared = next((slot for slot in found if slot and slot != "adv"), "")
        for (m, _), slot in zip(group, found, strict=True):
            if name := (shared if slot in {"", "adv"} else slot) or slot:
                slots[name].append(m)
    for i, slot in hosts.items():
        if slot not in slots and _points_back(tree, tree.tokens[i]):
            slots[slot] += speaker(tree, t)
    if "exercise" in {clause.act.instrument, *clause.words} and clause.act.roles == "joint":
        guests = {m.code for m in slots["subj"]}
        slots["with"] += [m for m, at in tree.named if m.code not in guests and _hosts(tree, at)]
    clause.slots = {slot: found for slot, found in slots.items() if found}


def _hosts(tree: Tree, at: Token) -> bool:
    """Whether a name says whose guests those are who drill, or who leads them: "their Polish hosts", "a Saudi-led exercise"."""
    head = tree.tokens[at.head]
    drill = head.dep == "amod" and tree.tokens[head.head].lemma in {"exercise", "drill", "manoeuvre", "maneuver"}
    return (head.lemma == "host" and head.pos == "NOUN" and at.i < head.i) or (
        drill and at.dep == "npadvmod" and head.lemma in {"lead", "host"}
    )


_OWN = {"country", "government", "state", "nation", "ministry", "army", "force", "troop", "administration"}


def _points_back(tree: Tree, t: Token) -> bool:
    """ "It", "his country"."""
    return t.lemma in PRONOUNS - {"who", "which", "that"} or (
        t.lemma in _OWN and any(c.lemma in {"its", "his", "her", "their", "our"} for c in tree.children[t.i])
    )


def speaker(tree: Tree, t: Token) -> list[Mention]:
    """Who said it: "Russia said it would sell"."""
    for above in list(tree.path(t))[1:]:
        if above.lemma in REPORTING:
            heads = {c.i for c in tree.children[above.i] if c.dep == "nsubj"}
            return [m for m, at in tree.named if any(p.i in heads for p in tree.path(at))][:1]
    return []


def subject_hosts(tree: Tree, t: Token) -> dict[int, str]:
    """The tokens that are this word's subject or object although they hang elsewhere: shared and relative ones."""
    found: dict[int, str] = {}
    for c in tree.children[t.i]:
        if c.dep in SUBJECTS or c.dep in PASSIVES:
            found[c.i] = "obj" if c.dep in PASSIVES else "subj"
            if c.lemma in {"who", "which", "that"} and t.dep == "relcl":
                found[t.head] = found[c.i]
        elif t.dep == "relcl" and c.dep == "dobj" and c.lemma in {"which", "whom", "who"}:
            found[t.head] = "obj"  # "France, which Baku accuses"
    if found:
        return found
    if t.dep in {"acl", "relcl"} and t.pos == "VERB":
        return {t.head: "obj" if t.tag == "VBN" and not _verb_of_all(tree, t) else "subj"}
    if t.dep in {"conj", "xcomp", "advcl", "pcomp", "prep", "ccomp", "dobj"}:
        above = tree.tokens[t.head]
        for _ in range(6):
            if above.pos in {"VERB", "AUX"}:
                if (
                    t.dep == "xcomp"
                    and (obj := tree.child(above, "dobj"))
                    and above.lemma
                    in {"ask", "urge", "order", "invite", "allow", "help", "want", "force", "tell", "call"}
                ):
                    return {obj.i: "subj"}
                shared = subject_hosts(tree, above)
                done_to = t.dep == "conj" and passive(tree, t)
                return dict.fromkeys(shared, "obj" if done_to else "subj")
            if above.head == above.i:
                break
            above = tree.tokens[above.head]
    return found


_COMING = {"come", "fall", "be", "remain", "stay", "go", "live"}  # "under American sanctions"


def _light_verb(tree: Tree, t: Token) -> dict[int, str]:
    """For a noun of the list under a verb that is not ("gave its backing", "came out of talks"): that verb's subject."""
    if t.pos in {"VERB", "AUX"}:
        return {}
    for above in list(tree.path(t))[1:4]:
        if above.pos in {"VERB", "AUX"}:
            hosts = subject_hosts(tree, above).items()
            done_to = t.dep == "pobj" and tree.tokens[t.head].lemma == "under" and above.lemma in _COMING
            return {i: "obj" if done_to else slot for i, slot in hosts if i != t.i and (done_to or slot == "subj")}
    return {}


_THINGS = frozenset(
    w for row in table("classes") if row["lang"] == "en" and row["name"] in {"arms", "aid", "pact", "exercise", "talks", "visit", "attack", "sanction", "request", "support", "intelligence", "ties", "protest"} for w in row["words"].split()
) - {"force", "fighter", "police", "troop", "delegation", "leader"}  # fmt: skip


def _slot(tree: Tree, clause: Clause, t: Token, at: Token, hosts: dict[int, str]) -> str:
    """The slot of one actor: climb from its name to the word, remembering prepositions."""
    prep = ""
    below: Token | None = None
    for step in tree.path(at):
        if step.i in hosts:
            return _in_argument(hosts[step.i], prep, step, at)
        if step.i == t.i:
            if below is None or t.pos not in {"VERB", "AUX"}:
                return prep or "mod"
            if below.dep == "dobj" and clause.act.roles == "give" and _counted(tree, below, at):
                return "to"
            if below.dep in {"dobj", "dative", "attr", "oprd"}:
                return _in_argument("obj", prep, below, at) if below.dep != "dative" else prep or "to"
            if below.dep == "agent":
                return "subj"
            return prep or "adv"
        if step.dep in BOUNDARY or (step.dep == "conj" and step.pos in {"VERB", "AUX"}) or _reason(tree, step):
            return ""
        if step.dep in {"pobj", "pcomp"}:
            prep = tree.tokens[step.head].lemma
        below = step
    return ""


def _reason(tree: Tree, step: Token) -> bool:
    """A deed for which somebody is thanked or punished ("sanctions on a bank for helping Moscow")."""
    return step.dep == "pcomp" and step.tag == "VBG" and tree.tokens[step.head].lemma == "for"


def _in_argument(slot: str, prep: str, top: Token, at: Token) -> str:
    if prep and prep != "of" and (slot == "obj" or prep in {"with", "between", "to", "against"}):
        return prep
    if slot == "subj" and prep == "on" and top.lemma in {"committee", "commission", "panel", "caucus"}:
        return prep  # "the committee on China"
    if slot == "obj" and top.lemma in _THINGS and top.i != at.i:
        return "objmod"
    return slot


def _counted(tree: Tree, top: Token, at: Token) -> bool:
    """Whether a name stands before the article or number of a thing, and so beside it: "handed Niger six drones"."""
    beside = at.head == top.i and at.pos == "PROPN" and tree.child(at, "case") is None
    return beside and any(c.dep in {"nummod", "det"} and c.i > at.i for c in tree.children[top.i])
