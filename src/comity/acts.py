"""Reports are not acts: reports of one act become one act, with a belief and both counts kept.

Two reports tell of one act when they name the same parties, instrument and sign, their date intervals overlap, and they
say similar things: the same platform, much the same words, or the same place in roughly the same words. Reports in two
languages share no words; there the same value in dollars, or a name or number besides the parties', stands for them. A bare machine
record (a GDELT row has a code, no words of its own) joins any act of those parties, instrument and days. Two rows of one
hand-made file are two acts, because its makers have already put one act on one row; so are an order and a delivery that two
editions of one register tell of.

A rupture does not say what it ends. A report of one and a report of an agreement, base or other tie that was ended tell of one
act under the same rule, if somebody ended both; the act then bears the name of the tie. Ends of two ties are two acts, and so are a
rupture and what was only threatened.

Sentences that our own coder read in articles of all languages share no words with each other's: one joins an act of the same
parties, instrument and sign whose days it shares, unless the days are too wide, or both name something and not the same:
platforms, values, or any names and numbers besides the parties' (not of ends: nobody ends a tie twice within days).
Two sentences of one article tell of one act under the same rule.

What analysts say of two reports goes before all this: they stand in one act, or not, as the last ruling on them has it.

Belief is 1 - prod(1 - p) over *independent* voices (docs/method/measurement.md): a publisher counts once however
often it speaks, whoever reprints it speaks with its voice, and a coder of bare records counts once, because its mistakes are
the same in every article that it reads.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import polars as pl
from rapidfuzz import fuzz, utils

from comity.coding.anchors import anchors, shared
from comity.coding.text import fold, language
from comity.knowledge import table
from comity.rulings import Rulings
from comity.tables import ACT, REPORT, expect, pair_of
from comity.vocabulary import DONE, INSTRUMENTS, OVER, TIES, Modality, Stage

BARE = frozenset({"gdelt"})  # coders whose text says nothing beyond their code
SIMILAR_WORDS = 75.0  # of 100, rapidfuzz token_set_ratio: below it, two Kazakh drills of one month are still told apart
SIMILAR_WORDS_SAME_PLACE = 55.0
BARE_DAYS = 3  # a bare record joins only an act dated this closely
READER = "comity"  # our own coder; an analyst who judges what it read is named behind it
# Likeness where words say nothing, below any that they say (55 and up): a code of those days goes before the days alone.
CODE_ALONE, DAYS_ALONE = 50.0, 40.0
BREAK, END = "rupture", "end"  # an end that does not say of what; what it is compared as, as is the end of any tie
READER_DAYS = 10  # a sentence it read joins an act dated this closely: "last week" is the usual date of an article

Row = dict[str, Any]
NOBODY = Rulings()


def merge(reports: pl.DataFrame, rulings: Rulings = NOBODY) -> pl.DataFrame:
    """One row an act, from one row a report; see the module for the rule.

    Deterministic, and stable as evidence arrives: reports are taken in the order in which they became known, so a later
    report joins or adds an act, and never renames one. Every report is in exactly one act.
    """
    rows = expect(reports, REPORT).with_columns(kind=_kind()).sort("known", "report").rows(named=True)
    groups: list[Group] = []
    years: dict[tuple[Any, ...], list[Group]] = defaultdict(list)
    ruled: dict[str, Group] = {}
    for row in rows:
        key = (parties(row), *(row[mark] for mark in MARKS))
        near = [g for year in _years(row) for g in years[*key, year]]
        group = _ruled(row, near, ruled, rulings) if row["report"] in rulings else _best(row, near)
        if group is None:
            group = Group([], row["date_from"], row["date_to"])
            groups.append(group)
        group.add(row)
        if row["report"] in rulings:
            ruled[row["report"]] = group
        for year in _years(row):
            if not any(g is group for g in years[*key, year]):
                years[*key, year].append(group)
    return ACT.frame([_act(group) for group in groups]).sort("date_from", "act")


def merge_again(reports: pl.LazyFrame, news: pl.DataFrame, gone: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The same as ``merge(reports)``, from the acts ``before``.

    ``news`` are the reports that came since or changed, ``gone`` those that went or changed, as they were. Only what may meet
    one of them is merged anew.
    """
    both = pl.concat([news, gone])
    if both.is_empty():
        return before
    near = _near(pl.concat([_spans(reports), _spans(gone.lazy())]), _spans(both.lazy()).collect())
    chained = _chained(near.with_columns(parties=_parties()), both["report"])
    ids, first, last = chained["report"].unique(), chained["date_from"].min(), chained["date_to"].max()
    then = before.lazy().filter(pl.col("date_to") >= first, pl.col("date_from") <= last)
    old = then.select("act", "reports").explode("reports").filter(pl.col("reports").is_in(ids.implode()))
    kept = before.lazy().join(old, on="act", how="anti").collect()
    fresh = merge(reports.filter(pl.col("report").is_in(ids.implode())).collect())
    return pl.concat([kept, fresh]).sort("date_from", "act")


MARKS = ["kind", "polarity", "modality"]
_DAYS = {c: pl.col(c).to_physical() for c in ("date_from", "date_to")}  # numbers: a day far off has no date in Python


def _kind() -> pl.Expr:
    """What two reports of one act have in common: their instrument; what is done against a tie, and a rupture, are compared."""
    against = pl.col("instrument").is_in([BREAK, *TIES]) & (pl.col("polarity") == -1)
    return pl.when(against).then(pl.lit(END)).otherwise("instrument")


def _spans(reports: pl.LazyFrame) -> pl.LazyFrame:
    """What says which reports may meet."""
    sides = ("report", "date_from", "date_to", "actors", "recipients")
    return reports.select(*sides, "polarity", "modality", kind=_kind())


def _near(spans: pl.LazyFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Reports with the marks of a changed one, of days so wide that they hold every unbroken chain of such reports to it."""
    alike = spans.join(changed.lazy().select(MARKS).unique(), on=MARKS, how="semi")
    first, last = _reach(changed)
    while True:
        inside = _DAYS["date_to"] >= first, _DAYS["date_from"] <= last
        found = alike.filter(inside).collect()
        low, high = _reach(found)
        if first <= low and high <= last:
            return found
        first, last = low - (high - low), high + (high - low)  # a chain of months in few looks


def _reach(spans: pl.DataFrame) -> tuple[int, int]:
    """The first and the last day."""
    return tuple(spans.select(_DAYS["date_from"].min(), _DAYS["date_to"].max()).row(0))


def _chained(spans: pl.DataFrame, changed: pl.Series) -> pl.DataFrame:
    """Of reports of the same parties and marks those that an unbroken chain of overlapping days leads to from a changed one."""
    block = [*MARKS, "parties"]
    reach = pl.col("date_to").cum_max().over(block).shift(1).over(block)
    starts = reach.is_null() | (pl.col("date_from") > reach)
    chains = spans.sort(*block, "date_from").with_columns(chain=starts.cum_sum())
    hit = chains.filter(pl.col("report").is_in(changed.implode()))["chain"].unique()
    return chains.filter(pl.col("chain").is_in(hit.implode()))


def _parties() -> pl.Expr:
    everybody = pl.concat_list(pl.col("actors", "recipients").fill_null([]))
    return everybody.list.unique().list.sort().list.join(" ")


@dataclass
class Group:
    """Reports of one act so far, and the days on which all of them agree; of those that an analyst joined, the days of the first."""

    rows: list[Row]
    start: date
    end: date

    def add(self, row: Row) -> None:
        """Take one more report in."""
        self.rows.append(row)
        start, end = max(self.start, row["date_from"]), min(self.end, row["date_to"])
        if start <= end:
            self.start, self.end = start, end


def parties(row: Row) -> tuple[str, ...]:
    """Everybody who took part, sorted."""
    return tuple(sorted({*(row["actors"] or ()), *(row["recipients"] or ())}))


def with_party(code: str) -> pl.Expr:
    """Whether a state or organisation took part."""
    return pl.any_horizontal(
        pl.col(side).list.contains(code).fill_null(value=False) for side in ("actors", "recipients")
    )


def counted(acts: pl.DataFrame) -> pl.DataFrame:
    """The acts that strengthen a tie: real cooperation by a defence instrument that was held, signed or delivered.

    What was only asked, offered or announced is shown as such and counts for nothing until it is seen; nor does what was
    refused, suspended, cancelled or ended.
    """
    return acts.filter(
        pl.col("instrument").is_in(TIES),
        pl.col("polarity") == 1,
        pl.col("modality") == Modality.ACTUAL,
        pl.col("stage").is_in([*DONE, Stage.TALKS]),
    )


class Tied(NamedTuple):
    """Two parties of one act, and the act's weight for them in the bilateral-equivalent view."""

    a: str
    b: str
    share: float


def pairs(row: Row) -> Iterator[Tied]:
    """The pairs that an act ties: all parties with each other if its instrument is mutual, else actors with recipients.

    What is done against somebody is between those who do it and them only: a raid on two states is none of one on the other.

    Among n parties each pair has share 1/(n-1) in the bilateral-equivalent view and counts 1 in the presence view.
    """
    everybody = parties(row)
    share = 1 / max(1, len(everybody) - 1)
    mutual = INSTRUMENTS[row["instrument"]].mutual and row.get("polarity") != -1
    if mutual or not row["recipients"]:
        found = set(combinations(everybody, 2))
    else:
        found = {pair_of(a, b) for a in row["actors"] for b in row["recipients"] if a != b}
    return (Tied(a, b, share) for a, b in sorted(found))


def pairwise(acts: pl.DataFrame) -> pl.DataFrame:
    """One row an act and pair that it ties: columns ``act a b share`` beside the act's dates, instrument and belief."""
    kept = ("instrument", "date_from", "date_to", "belief")
    rows = [
        (row["act"], *pair, *(row[c] for c in kept))
        for row in acts.select("act", "actors", "recipients", *kept).iter_rows(named=True)
        for pair in pairs(row)
    ]
    own = {"act": pl.String, "a": pl.String, "b": pl.String, "share": pl.Float64}
    return pl.DataFrame(rows, schema={**own, **{c: acts.schema[c] for c in kept}}, orient="row")


def _years(row: Row) -> range:
    return range(row["date_from"].year, row["date_to"].year + 1)


def _ruled(row: Row, near: list[Group], ruled: dict[str, Group], rulings: Rulings) -> Group | None:
    """The act that a report belongs to by an analyst's word; else the likeliest of those that it may belong to."""
    said = [(group, one) for other, group in ruled.items() if (one := rulings.says(row["report"], other)) is not None]
    apart = {id(group) for group, one in said if not one}
    together = next((group for group, one in said if one and id(group) not in apart), None)
    return together or _best(row, [group for group in near if id(group) not in apart])


def _best(row: Row, groups: list[Group]) -> Group | None:
    """The act among ``groups`` that a report most likely tells of, or none."""
    scored = [(_likeness(row, group), -i) for i, group in enumerate(groups)]
    score, place = max(scored, default=(0.0, 0))
    return groups[-place] if score > 0 else None


def _likeness(row: Row, told: Group) -> float:
    start, end, group = told.start, told.end, told.rows
    if row["date_from"] > end or row["date_to"] < start or _already_told(row, group) or not _of_one_kind(row, group):
        return 0.0
    if row["coder"] in BARE or all(other["coder"] in BARE for other in group):
        return CODE_ALONE if max((end - start).days, (row["date_to"] - row["date_from"]).days) <= BARE_DAYS else 0.0
    words = max(_similar(row, other) for other in group if other["coder"] not in BARE)
    return _read_alike(row, told, words) if any(is_read(r) for r in (row, *group)) else words


def _of_one_kind(row: Row, group: list[Row]) -> bool:
    """Whether a report names an act's instrument; or one of the two does not say what was ended, and somebody ended both."""
    kinds = {other["instrument"] for other in group}
    if row["instrument"] in kinds:
        return True
    if len(kinds) > 1 or BREAK not in {row["instrument"], *kinds}:
        return False
    return any(_one_ended(row, other) for other in group)


def _one_ended(one: Row, other: Row) -> bool:
    """Whether somebody ended, by two reports, a tie of the same parties."""
    over = one["kind"] == other["kind"] == END and {one["stage"], other["stage"]} <= {*OVER}
    return over and bool({*(one["actors"] or ())} & {*(other["actors"] or ())})


def _read_alike(row: Row, told: Group, words: float) -> float:
    """Whether a sentence that our coder read and an act agree in what they have: a platform where both name one, words or days."""
    platforms = {known_as(r["platform"]) for r in (row, *told.rows) if r["platform"]}
    if len(platforms) > 1:
        return 0.0
    if row["platform"] and any(other["platform"] for other in told.rows):
        return 100.0
    widest = max((told.end - told.start).days, (row["date_to"] - row["date_from"]).days)
    return words or (
        DAYS_ALONE if widest <= READER_DAYS and not all(_apart(row, other) for other in told.rows) else 0.0
    )


@cache
def _called() -> dict[str, str]:
    """The platforms of ``knowledge/platforms.csv`` by each name that they have."""
    rows = table("platforms")
    return {fold(name): row["platform"] for row in rows for name in (*row["also"].split(";"), row["platform"]) if name}


def known_as(platform: str) -> str:
    """The first name of a platform, where it is known by several: a TB2 is a Bayraktar TB2."""
    return _called().get(fold(platform), platform)


def _apart(one: Row, other: Row) -> bool:
    """Whether two sentences name things that keep them apart: two values, or names and numbers of which they share none."""
    if one["value_usd"] and other["value_usd"] and one["value_usd"] != other["value_usd"]:
        return True
    if _one_ended(one, other):  # one names the spokesman, the other the base
        return False
    # A headline says "Seoul and Cairo" of those whom the story under it calls by their names; between articles a capital is a place.
    here = parties(one) if one["raw"] == other["raw"] and one["url"] == other["url"] else ()
    ours, theirs = _anchors(one, here), _anchors(other, here)
    return bool(ours and theirs) and not shared(ours, theirs)


def is_read(row: Row) -> bool:
    """Whether our own coder read a report in an article, judged by an analyst since or not."""
    return str(row["coder"]).partition(",")[0] == READER


def _already_told(row: Row, group: list[Row]) -> bool:
    """Whether this hand-made file already has a row of its own in the act, or another edition of it one of another stage."""
    if row["coder"] in BARE or is_read(row):
        return False
    return any(other["raw"] == row["raw"] or _another_stage(row, other) for other in group)


def _another_stage(one: Row, other: Row) -> bool:
    """Whether a register tells of an item ordered and of one that came: its rows share most words, and are two acts."""
    return bool(
        one["coder"] == other["coder"] and one["stage"] != other["stage"] and one["platform"] and other["platform"]
    )


def _similar(one: Row, other: Row) -> float:
    if one["platform"] and one["platform"] == other["platform"]:
        return 100.0
    words = alike(one["text"], other["text"])
    same_place = one["place"] and one["place"] == other["place"]
    if words >= (SIMILAR_WORDS_SAME_PLACE if same_place else SIMILAR_WORDS):
        return words
    return SIMILAR_WORDS if _same_across(one, other) else 0.0


def _same_across(one: Row, other: Row) -> bool:
    """Whether reports in two languages have a value, a name or a number in common, and name no two platforms.

    The language is that of the sentence, because a page's may be another than its summary's.
    """
    if language(one["text"] or "") == language(other["text"] or "") or (one["platform"] and other["platform"]):
        return False
    if one["value_usd"] and one["value_usd"] == other["value_usd"]:
        return True
    return shared(_anchors(one), _anchors(other))


def _anchors(row: Row, called: tuple[str, ...] = ()) -> frozenset[str]:
    text = row["text"] or ""
    return anchors(text, language(text), row["date_from"].year, called)


def alike(one: str | None, other: str | None) -> float:
    """How much two sentences share their words, 0-100: rapidfuzz's token-set ratio."""
    return float(fuzz.token_set_ratio(_plain(one), _plain(other)))


@lru_cache(maxsize=10_000)
def _plain(text: str | None) -> str:
    """Lower case, without marks: each sentence is compared many times."""
    return utils.default_process(text or "")


def leading(rows: Iterable[Row]) -> list[Row]:
    """An act's reports, the surest first; of an end those before all others that say what was ended."""
    order = sorted(rows, key=lambda r: (-(r["belief"] or 0.0), r["known"], r["report"]))
    ended = any(r["instrument"] == BREAK for r in order)
    return sorted(order, key=lambda r: ended and r["instrument"] not in TIES)


def _act(group: Group) -> Row:
    lead = leading(group.rows)[0]
    voices: dict[str, float] = defaultdict(float)
    for r in group.rows:
        name = voice(r)
        voices[name] = max(voices[name], r["belief"] or 0.0)
    filled = {c: next((r[c] for r in (lead, *group.rows) if r[c] is not None), None) for c in _FILLED}
    return {
        **{c: lead[c] for c in ("instrument", "stage", "polarity", "modality", "text", "actors", "recipients")},
        **filled,
        "act": group.rows[0]["report"],
        "date_from": group.start,
        "date_to": group.end,
        "known": group.rows[0]["known"],
        "belief": 1 - math.prod(1 - p for p in voices.values()),
        "reports": [r["report"] for r in group.rows],
        "publishers": sorted(voices),
    }


_FILLED = ("forum", "platform", "quantity", "value_usd", "place")


def voice(row: Row) -> str:
    """Whose word a report is: that of the publisher whose words it prints, or its coder's where that gives bare records."""
    return str(row["coder"] if row["coder"] in BARE else row["voice"] or row["publisher"] or row["source"])
