"""One deal, many stages: acts in which one thing was asked for, announced, signed and carried out are one thread.

An act joins a thread when it has the thread's parties and instrument, stands at another stage, comes in the order that
stages have and within a plausible time, and is about the same thing by what it says: the same platform, sum, place or words. Two
acts at one stage are two deals, but for deliveries of one order; so are two platforms, orders of two years, two years' drills, and
more coming than was promised. Nothing is linked only because nothing speaks against it.

Acts are taken in the order in which they became known, of one day what was promised first, and never linked anew, so a later act adds to a thread and moves no link.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from comity.acts import parties, with_party
from comity.coding.gazetteer import COMPANY, PLACE, mentions
from comity.coding.text import fold
from comity.tables import THREAD
from comity.vocabulary import BROKEN, CARRIED_OUT, OVER, TIES, Modality, Stage

# How far each stage is on the way; what broke off comes after whatever was promised.
ORDER = {
    Stage.ASKED: 1, Stage.OFFERED: 1, Stage.ANNOUNCED: 2, Stage.SIGNED: 3, Stage.EXECUTED: 4, Stage.DELIVERED: 5,
    **dict.fromkeys(BROKEN, 6),
}  # fmt: skip
PLEDGED = (1, 2, 3)  # ranks at which a thing is still to come
VISIBLE = ("arms", "industry", "exercise", "training", "basing", "border")  # what leaves something to be seen
KINDS = tuple(k for k in TIES if k != "dialogue")  # talks promise nothing that could be seen
MONTHS = {"exercise": 12, "training": 24, "aid": 36, "agreement": 24, "basing": 36, "border": 36, "intelligence": 36, "arms": 60, "industry": 60}  # longest time between two stages  # fmt: skip
SERIAL = ("arms",)  # an order of these is delivered in parts; a gift that is given again is another gift
PARTS_MONTHS = 36  # between two deliveries of one order
LIKELY = 0.5  # belief from which what is told to have been broken off was
ENOUGH = 0.5  # likeness from which on two acts are of one thing
DESIGNATION, NAME, SUM, PLACE_, WORDS = 0.6, 0.3, 0.3, 0.15, 1.0  # what each kind of likeness adds
DAYS_A_MONTH = 365.25 / 12
NEAR = 0.1  # by which two sums or numbers may differ and be the same
STEM = 6  # letters by which words are compared
_TOKEN, _YEAR = re.compile(r"\w+"), re.compile(r"(?:19|20)\d\d")
_ORDERED = re.compile(r"\border of ((?:19|20)\d\d)\b")  # as a register says which order a delivery belongs to

Row = dict[str, Any]


class Deals(NamedTuple):
    """Which thread each act is in, and in which threads something was promised and something came of it."""

    of: dict[str, str]  # act -> thread
    fulfilled: frozenset[str]

    @classmethod
    def among(cls, acts: pl.DataFrame, states: Collection[str] = ()) -> Deals:
        """The deals among some acts to which all of some states are parties."""
        return cls.linked(threads(acts, states), acts)

    @classmethod
    def linked(cls, links: pl.DataFrame, acts: pl.DataFrame) -> Deals:
        """The deals that the table ``thread`` of some acts tells of."""
        found = links.join(acts.select("act", "stage"), on="act")
        steps = found.group_by("thread").agg(
            early=pl.col("stage").is_in([s for s, rank in ORDER.items() if rank in PLEDGED]).any(),
            late=pl.col("stage").is_in(CARRIED_OUT).any(),
        )
        whole = steps.filter(pl.col("early") & pl.col("late"))["thread"]
        return cls(dict(found.select("act", "thread").iter_rows()), frozenset(whole))


def seen(deal: Row, pair: set[str], done: Iterable[Row], deals: Deals) -> str | None:
    """The act that carried out a deal of a pair: the first of its own thread, else the first later one that fulfils no other deal.

    ``done`` are acts carried out, in order of time. Sources seldom say which deal a delivery fulfils, so the second kind may belong
    to another one still.
    """
    own, first_free = deals.of.get(deal["act"]), None
    for row in done:
        if row["date_to"] < deal["date_from"] or row["instrument"] != deal["instrument"] or row["act"] == deal["act"]:
            continue
        thread = deals.of.get(row["act"])
        if own and thread == own and pair <= {*parties(row)}:
            return str(row["act"])
        if first_free is None and thread not in deals.fulfilled and pair <= {*parties(row)}:
            first_free = str(row["act"])
            if own not in deals.fulfilled:  # then nothing of its own thread was carried out
                break
    return first_free


def broken_off(deal: Row, pair: set[str], ends: Iterable[Row], deals: Deals) -> str | None:
    """The first act that broke off a deal of a pair, or ended something of its kind after it: the sources rarely say of which deal.

    ``ends`` are acts that broke something off, in order of time. What was ended had begun, or was called off: nobody waits for it.
    """
    own = deals.of.get(deal["act"])
    for row in ends:
        alike = row["instrument"] == deal["instrument"] and pair <= {*parties(row)}
        its = row["stage"] in OVER or (own and deals.of.get(row["act"]) == own)
        if alike and its and row["date_to"] >= deal["date_from"]:
            return str(row["act"])
    return None


def breaks(acts: pl.DataFrame) -> list[Row]:
    """The acts, in order of time, that broke something off and more likely than not took place."""
    found = acts.filter(
        pl.col("stage").is_in(BROKEN), pl.col("modality") == Modality.ACTUAL, pl.col("belief") >= LIKELY
    )
    return found.sort("date_to", "act").rows(named=True)


def ridden(acts: Iterable[Row]) -> set[str]:
    """Acts of production that a register tells of in the line of an order.

    The order speaks for both: a register counts what is made there as delivered, and never says that making began.
    """
    promised = [
        ((frozenset(parties(r)), r["platform"], r["date_from"], r["date_to"]), r)
        for r in acts
        if r["stage"] in ORDER and ORDER[Stage(r["stage"])] in PLEDGED and _ORDERED.search(r["text"] or "")
    ]
    orders = {line for line, r in promised if r["instrument"] == "arms"}
    return {r["act"] for line, r in promised if r["instrument"] == "industry" and line in orders}


@dataclass
class Act:
    """One act as it is compared."""

    row: Row
    rank: int
    words: frozenset[str]  # by their first letters
    spelt: dict[str, str]  # and whole
    years: frozenset[str]  # named in the text
    ordered: str | None  # year of the order that the text says it belongs to
    platforms: tuple[frozenset[str], ...]  # the words of each
    first: int  # day on which it may have happened, as an ordinal
    last: int

    @property
    def middle(self) -> float:
        """Of the days on which it may have happened."""
        return (self.first + self.last) / 2


@dataclass
class Thread:
    """The acts of one deal so far."""

    acts: list[Act]
    first: int  # day on which any may have happened
    last: int

    def add(self, act: Act) -> None:
        """One more stage."""
        self.acts.append(act)
        self.first, self.last = min(self.first, act.first), max(self.last, act.last)


class Link(NamedTuple):
    """What joins an act to a thread."""

    beside: Act  # the act of the thread that it is most like
    likeness: float
    why: str


def threads(acts: pl.DataFrame, states: Collection[str] = ()) -> pl.DataFrame:
    """Table ``thread``: a row an act that could be part of one, also where it stands alone. The thread is named after its first-known act.

    With ``states`` only acts to which all of them are parties are linked, as they would be among all: a thread has one set
    of parties, and how rare a word is counts over every act.
    """
    chosen = acts.filter(
        pl.col("instrument").is_in(KINDS),
        pl.col("modality").is_in([Modality.ACTUAL, Modality.PLANNED]),
        pl.col("stage").is_in(list(ORDER)),
    ).with_columns(rank=pl.col("stage").replace_strict(ORDER, return_dtype=pl.Int8))
    # A yearly register tells of an order and its delivery on one day: what was promised is there to be carried out.
    chosen = chosen.sort("known", "date_to", "rank", "act")
    chosen = chosen.with_columns(asked=pl.all_horizontal(pl.lit(value=True), *(with_party(state) for state in states)))
    counts: Counter[str] = Counter()  # in how many acts each word stood so far
    begun: dict[tuple[Any, ...], list[Thread]] = defaultdict(list)
    rows: list[dict[str, object]] = []
    for n, row in enumerate(chosen.iter_rows(named=True), start=1):
        counts.update(_spelt(_TOKEN.findall(fold(row["text"] or ""))).keys())
        if not row["asked"]:
            continue
        act, days = _act(row), MONTHS[row["instrument"]] * DAYS_A_MONTH
        mine = begun[_key(row)]
        # Most threads lie too far away in time and need no closer look: the question is asked here for its cost.
        near = [t for t in mine if act.first - t.last <= days and t.first - act.last <= days]
        links = [(link, thread) for thread in near if (link := _link(act, thread.acts, counts, n))]
        if not links:
            mine.append(Thread([act], act.first, act.last))
            rows.append({"act": row["act"], "thread": row["act"]})
            continue
        link, thread = max(links, key=lambda found: found[0].likeness)  # of equals the thread that began first
        rows.append(
            {
                "act": row["act"],
                "thread": thread.acts[0].row["act"],
                "beside": link.beside.row["act"],
                "likeness": round(link.likeness, 3),
                "why": link.why,
            }
        )
        thread.add(act)
    return THREAD.frame(rows)


def _key(row: Row) -> tuple[Any, ...]:
    """Who and what; not which way, because a buyer is told as the actor of one stage and the seller as that of another."""
    return parties(row), row["instrument"]


def _act(row: Row) -> Act:
    said = _said(row["text"] or "", parties(row))
    spelt = _spelt(said)
    items = (frozenset(_TOKEN.findall(fold(one))) for one in (row["platform"] or "").split(";"))
    return Act(
        row,
        ORDER[Stage(row["stage"])],
        frozenset(spelt),
        spelt,
        frozenset(w for w in said if _YEAR.fullmatch(w)),
        order[1] if (order := _ORDERED.search(row["text"] or "")) else None,
        tuple(one for one in items if one),
        row["date_from"].toordinal(),
        row["date_to"].toordinal(),
    )


def _spelt(said: Iterable[str]) -> dict[str, str]:
    """The words that tell what an act is about, whole, by their first letters; a year tells only when."""
    return {w[:STEM]: w for w in said if (len(w) > 3 or not w.isalpha()) and not _YEAR.fullmatch(w)}


@lru_cache(maxsize=50_000)
def _said(text: str, named: tuple[str, ...]) -> list[str]:
    """The words of an act without the names of its parties: several pages and alerts ask for the threads of the same acts."""
    masked = text
    for m in mentions(text, "en"):
        if m.code in named and m.kind not in {COMPANY, PLACE}:
            masked = masked[: m.start] + " " * (m.end - m.start) + masked[m.end :]
    return _TOKEN.findall(fold(masked))


def _link(act: Act, thread: list[Act], counts: Counter[str], n: int) -> Link | None:
    """The act of a thread that another is most like; None where it may not join or is not alike enough."""
    for other in thread:
        if not _compatible(act, other):
            return None
    found = [Link(other, *_likeness(act, other, counts, n)) for other in thread if _in_time(act, other)]
    best = max(found, key=lambda link: link.likeness, default=None)
    return best if best and best.likeness >= ENOUGH else None


def _compatible(one: Act, other: Act) -> bool:
    """Whether two acts can be stages of one deal: different stages in their order, no other platform, order or year's drill."""
    if one.rank == other.rank:
        parts = one.rank == ORDER[Stage.DELIVERED] and one.row["instrument"] in SERIAL
        if not parts or abs(one.middle - other.middle) > PARTS_MONTHS * DAYS_A_MONTH:
            return False
    else:
        early, late = (one, other) if one.rank < other.rank else (other, one)
        if early.rank not in PLEDGED or early.middle > late.middle:
            return False
        if _more(early.row["quantity"], late.row["quantity"]):
            return False
    if one.ordered and other.ordered and one.ordered != other.ordered:
        return False
    if one.row["instrument"] == "exercise" and one.years and other.years and not one.years & other.years:
        return False
    return not (one.platforms and other.platforms) or bool(_same(one, other))


def _more(promised: float | None, come: float | None) -> bool:
    """Whether more came than was promised: that is another deal. Less may be a part of it."""
    return bool(promised and come and come > promised * (1 + NEAR))


def _same(one: Act, other: Act) -> frozenset[str]:
    """The words of a platform that both name: one's are among the other's, or both have the same designation with a number in it."""
    for a in one.platforms:
        for b in other.platforms:
            if numbered := frozenset(w for w in a & b if any(c.isdigit() for c in w)):
                return numbered
            if a & b and (a <= b or b <= a):
                return a & b
    return frozenset()


def _in_time(one: Act, other: Act) -> bool:
    days = max(one.first, other.first) - min(one.last, other.last)
    return bool(days <= MONTHS[one.row["instrument"]] * DAYS_A_MONTH)


def _likeness(one: Act, other: Act, counts: Counter[str], n: int) -> tuple[float, str]:
    """How alike two acts are in what they are about, and in what."""
    why = []
    words = _cosine(one.words, other.words, counts, n)
    score = WORDS * words
    if same := _same(one, other):
        score += DESIGNATION if any(c.isdigit() for w in same for c in w) else NAME
        why.append(f"platform {' '.join(sorted(same))}")
    if _alike(one.row["value_usd"], other.row["value_usd"]) or (
        same and _alike(one.row["quantity"], other.row["quantity"])
    ):
        score += SUM
        why.append("the same sum or number")
    if one.row["place"] and one.row["place"] == other.row["place"]:
        score += PLACE_
        why.append(f"place {one.row['place']}")
    if shared := sorted(one.words & other.words, key=lambda w: (counts[w], w))[:3]:
        why.append(f"words {' '.join(one.spelt[w] for w in shared)}")
    return score, "; ".join(why)


def _alike(one: float | None, other: float | None) -> bool:
    return bool(one and other and abs(one / other - 1) <= NEAR)


def _cosine(one: frozenset[str], other: frozenset[str], counts: Counter[str], n: int) -> float:
    """Cosine of the words of two acts, each weighed by how rare it was so far."""

    def length(words: frozenset[str]) -> float:
        return sum(_weight(w, counts, n) ** 2 for w in words)

    shared = one & other
    return length(shared) / math.sqrt(length(one) * length(other)) if shared else 0.0


def _weight(word: str, counts: Counter[str], n: int) -> float:
    return math.log(1 + n / (1 + counts[word]))
