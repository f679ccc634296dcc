"""Every table and column of Comity, once: type, unit, meaning.

A table is a Polars (or narwhals) frame whose columns are exactly those listed here. ``expect`` stands at each room's
door. Empty is null, never zero; dates that are known to the month or the year are intervals ``date_from``..``date_to``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from comity.errors import EvidenceError

Pair = tuple[str, str]  # two states in alphabetical order
WORLD = "*"  # in ``coverage``: any state


class Column(NamedTuple):
    """One column: its name, type, unit (empty where it has none) and meaning."""

    name: str
    dtype: pl.DataType
    unit: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table: its name, what one row is, and its columns."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @cached_property
    def schema(self) -> pl.Schema:
        """Column names and Polars types, in order."""
        return pl.Schema({c.name: c.dtype for c in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.schema)

    def frame(self, rows: list[dict[str, object]]) -> pl.DataFrame:
        """Rows as this table; a missing key is null, an unknown key an ``EvidenceError``."""
        known = set(self.schema)
        for row in rows:
            if extra := set(row) - known:
                raise EvidenceError(f"table {self.name} has no column {sorted(extra)}")
        return pl.DataFrame([[row.get(c) for c in self.schema] for row in rows], schema=self.schema, orient="row")

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame as this table: its columns in order and cast, a missing one null, a surplus one left out."""
        return frame.select(
            (pl.col(c) if c in frame.columns else pl.lit(None)).cast(dtype).alias(c) for c, dtype in self.schema.items()
        )


def expect(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The same frame with the table's columns in order; ``EvidenceError`` when a column is missing, surplus or mistyped."""
    want, have = table.schema, frame.schema
    if list(have.items()) == list(want.items()):
        return frame
    if set(want) != set(have):
        missing, surplus = sorted(set(want) - set(have)), sorted(set(have) - set(want))
        raise EvidenceError(f"table {table.name}: missing columns {missing}, surplus columns {surplus}")
    if wrong := {c: f"{have[c]} for {want[c]}" for c in want if have[c] != want[c]}:
        raise EvidenceError(f"table {table.name}: wrong types {wrong}")
    return frame.select(list(want))


def identity(*raw: object) -> str:
    """A 16-digit id from raw values as the source wrote them, so that better cleaning never renames history."""
    return hashlib.blake2b("\x1f".join("" if r is None else str(r) for r in raw).encode(), digest_size=8).hexdigest()


def pair_of(one: str, other: str) -> Pair:
    """Two states in alphabetical order, as tables name a pair without a direction."""
    return min(one, other), max(one, other)


def subject_of(one: str, other: str, instrument: str = "") -> str:
    """What a number about a pair is about: KAZ-TUR, or KAZ-TUR:arms for its tie by one instrument."""
    return "-".join(pair_of(one, other)) + (f":{instrument}" if instrument else "")


@dataclass(frozen=True)
class Roles:
    """Who plays which part in a case; ISO 3166-1 alpha-3 or organisation codes."""

    patron: str
    partners: tuple[str, ...]
    beside: tuple[str, ...] = ()  # shown with the partners, not counted among them
    rivals: tuple[str, ...] = ()
    east: tuple[str, ...] = ()  # the first pole of the balancing indicator
    west: tuple[str, ...] = ()  # the second pole

    @property
    def held(self) -> tuple[str, ...]:
        """Partners and those beside them."""
        return self.partners + self.beside

    @property
    def patrons(self) -> tuple[str, ...]:
        """The patron, then the rivals."""
        return (self.patron, *self.rivals)


_STR, _DATE, _FLOAT, _INT, _LIST = pl.String(), pl.Date(), pl.Float64(), pl.Int8(), pl.List(pl.String)

_WHAT = (
    Column("date_from", _DATE, "", "first day on which it may have happened"),
    Column("date_to", _DATE, "", "last day on which it may have happened"),
    Column("known", _DATE, "", "day on which it was public; nothing known after as_of may move a number"),
    Column("actors", _LIST, "", "who acted: ISO 3166-1 alpha-3 or organisation codes, sorted"),
    Column("recipients", _LIST, "", "to or with whom, sorted"),
    Column("forum", _STR, "", "multilateral frame, empty when none"),
    Column("instrument", _STR, "", "a word of vocabulary.INSTRUMENTS"),
    Column("stage", _STR, "", "a word of vocabulary.Stage"),
    Column("polarity", _INT, "", "+1 cooperation, -1 pressure, 0 neither"),
    Column("modality", _STR, "", "a word of vocabulary.Modality"),
    Column("belief", _FLOAT, "0-1", "probability that an act of this kind between these parties took place"),
    Column("platform", _STR, "", "weapon, vehicle or system"),
    Column("quantity", _FLOAT, "items", "how many"),
    Column("value_usd", _FLOAT, "current US dollars", "what it is worth"),
    Column("place", _STR, "", "where, in the source's words"),
    Column("text", _STR, "", "the claim in one sentence"),
)

REPORT = Table(
    "report",
    "one claim by one source that something happened",
    (
        Column("report", _STR, "", "id: hash of the raw values that tell this claim from others"),
        Column("source", _STR, "", "name of the source folder that read it"),
        Column("url", _STR, "", "address of the page that states it"),
        Column("publisher", _STR, "", "who published that page; reports of one publisher are not independent"),
        Column("voice", _STR, "", "whose words the page reprints; null where they are its own"),
        Column("published", _DATE, "", "when the page was published"),
        Column("retrieved", pl.Datetime("us", "UTC"), "", "when the file was fetched or last changed"),
        Column("lang", _STR, "", "language of the page, ISO 639-1"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
        Column("position", _STR, "", "where in the raw file: row number or record id"),
        Column("coder", _STR, "", "what turned the claim into columns"),
        Column("coder_version", _STR, "", "version of that coder"),
        Column("reliability", _STR, "A-F", "how reliable the publisher is (Admiralty; F = cannot be judged)"),
        Column("credibility", _INT, "1-6", "how credible this report is (Admiralty; 6 = cannot be judged)"),
        *_WHAT,
    ),
)

ACT = Table(
    "act",
    "one thing that happened or was announced between parties, told by one or more reports",
    (
        Column("act", _STR, "", "id: that of its first-known report, so later reports never rename it"),
        *_WHAT,
        Column("reports", _LIST, "", "ids of the reports that tell of it"),
        Column("publishers", _LIST, "", "independent publishers among them"),
    ),
)

MEASURE = Table(
    "measure",
    "one slow number about a state or a pair",
    (
        Column("measure", _STR, "", "id"),
        Column("subject", _STR, "", f"a state (KAZ), a pair (TUR>KAZ; in alphabetical order if undirected) or {WORLD}"),
        Column("name", _STR, "", "what is measured, unit in the name where two units exist"),
        Column("date", _DATE, "", "last day of the period measured"),
        Column("value", _FLOAT, "", "the number; null when the source has no value"),
        Column("low", _FLOAT, "", "lower bound given by the source"),
        Column("high", _FLOAT, "", "upper bound given by the source"),
        Column("known", _DATE, "", "day on which it was public"),
        Column("vintage", _DATE, "", "when the source generated the edition read; null when it does not say"),
        Column("source", _STR, "", "name of the source folder"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
        Column("position", _STR, "", "where in the raw file"),
    ),
)

COVERAGE = Table(
    "coverage",
    "how well one source would have shown acts of some instruments between two states in a period",
    (
        Column("source", _STR, "", "name of the source folder"),
        Column("a", _STR, "", f"first state in alphabetical order, or {WORLD}"),
        Column("b", _STR, "", f"second state, or {WORLD}"),
        Column("instrument", _STR, "", "a word of vocabulary.INSTRUMENTS"),
        Column("date_from", _DATE, "", "first day covered"),
        Column("date_to", _DATE, "", "last day covered"),
        Column("detection", _FLOAT, "0-1", "probability that the source shows an act that happened"),
        Column("known", _DATE, "", "day on which the source was read this far"),
        Column("basis", _STR, "", "where the number comes from, in words"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
    ),
)

TIE = Table(
    "tie",
    "strength of one instrument between two states at the end of one month",
    (
        Column("a", _STR, "", "first state in alphabetical order"),
        Column("b", _STR, "", "second state"),
        Column("instrument", _STR, "", "a word of vocabulary.TIES"),
        Column("view", _STR, "", "presence: a multilateral act counts 1 for each pair; bilateral: it counts 1/(n-1)"),
        Column("month", _DATE, "", "last day of the month, or as_of within the running month"),
        Column("alpha", _FLOAT, "acts", "shape of the Gamma posterior of the yearly rate"),
        Column("beta", _FLOAT, "years", "rate of the Gamma posterior"),
        Column("spread", _FLOAT, "", "1 and up, for all doubt: the rate is Gamma(alpha / spread, beta / spread)"),
        Column("strength", _FLOAT, "acts a year", "expected acts in the next 12 months: alpha / beta"),
        Column("low", _FLOAT, "acts a year", "5 % quantile of the rate"),
        Column("high", _FLOAT, "acts a year", "95 % quantile of the rate"),
        Column("prior", _FLOAT, "acts a year", "expected of a pair of such sizes and places before any evidence"),
        Column("borrowed", _FLOAT, "", "factor on it for what the pair does by other instruments; 1 without evidence"),
        Column("prior_share", _FLOAT, "0-1", "weight of the prior in the strength: prior years over all years"),
        Column("exposure", _FLOAT, "years", "evidence-years of full coverage in the memory of the filter"),
        Column("acts", _LIST, "", "ids of the acts that entered in this month"),
    ),
)

READING = Table(
    "reading",
    "the value of one indicator for one subject at one date",
    (
        Column("indicator", _STR, "", "id of the indicator (I1 ... I16)"),
        Column("subject", _STR, "", "what it is about: a state, a pair TUR-KAZ, or a pair and instrument TUR-KAZ:arms"),
        Column("date", _DATE, "", "as of when"),
        Column("value", _FLOAT, "", "median of the draws; null when not measurable"),
        Column("low", _FLOAT, "", "5 % quantile"),
        Column("high", _FLOAT, "", "95 % quantile"),
        Column("coverage", _FLOAT, "0-1", "evidence present over evidence expected"),
        Column("state", _STR, "", "observed, none reported (looked at), not covered (nobody looked) or source failed"),
        Column("note", _STR, "", "what was dropped or widened, and why"),
        Column("newest", _DATE, "", "last day of the newest act or measure that it rests on; null where there is none"),
        Column("used", _LIST, "", "ids of the acts and measures that it rests on"),
    ),
)

HISTORY = Table("history", "one reading at the end of an earlier quarter, made only from what was known then", (*READING.columns[:8], Column("made_from", _STR, "", "hash of all that was known then, and of the program")))  # fmt: skip

FILE = Table(
    "file",
    "one raw file that a source has read",
    (
        Column("source", _STR, "", "name of the source folder"),
        Column("path", _STR, "", "file name as found"),
        Column("url", _STR, "", "address that it was fetched from, where redirects led; null for a file given by hand"),
        Column("raw", _STR, "", "SHA-256 of its bytes"),
        Column("layout", _STR, "", "which of the source's layouts it has"),
        Column("reader", pl.Int64(), "", "version of the reader"),
        Column("size", pl.Int64(), "bytes", "size on disk"),
        Column("retrieved", pl.Datetime("us", "UTC"), "", "when the file was fetched or last changed"),
        Column("rows", pl.Int64(), "rows", "rows found"),
        Column("kept", pl.Int64(), "rows", "rows that became evidence"),
        Column("skipped", _STR, "", "JSON object: reason -> rows"),
    ),
)

VERDICT = Table(
    "verdict",
    "one analyst's judgement on a report, or on whether reports tell of one act; append-only, and the report itself is never edited",
    (
        Column("target", _STR, "", "id of the report; an act is judged by judging each of its reports"),
        Column("kind", _STR, "", "accept, reject, recode, merge or split; the last one holds"),
        Column("author", _STR, "", "who judged"),
        Column("when", pl.Datetime("us", "UTC"), "", "when"),
        Column("why", _STR, "", "the reason"),
        Column("said", _STR, "", "JSON: columns as judged (was) and by the verdict (now); or reports of both sides"),
    ),
)

EVENT = Table(
    "event",
    "one record of a machine-coded event stream between two states, before it is joined to its articles",
    (
        Column("event", pl.Int64(), "", "id in the stream"),
        Column("source", _STR, "", "name of the source folder"),
        Column("date", _DATE, "", "day on which it is said to have happened"),
        Column("known", _DATE, "", "day on which the stream showed it"),
        Column("actor", _STR, "", "who acted: ISO 3166-1 alpha-3"),
        Column("recipient", _STR, "", "to or with whom"),
        Column("code", _STR, "", "CAMEO code; of POLECAT the type, mode and context of PLOVER"),
        Column("articles", pl.Int32(), "articles", "how many articles told of it within its first 15 minutes"),
        Column("place", _STR, "", "where, in the stream's words"),
        Column("url", _STR, "", "address of the first article"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
        Column("position", pl.Int32(), "", "row of the raw file"),
    ),
)

MENTION = Table(
    "mention",
    "one article that tells of one event of a machine-coded stream",
    (
        Column("event", pl.Int64(), "", "id of the event in the stream"),
        Column("source", _STR, "", "name of the source folder"),
        Column("time", pl.Datetime("us"), "UTC", "when the stream saw the article"),
        Column("publisher", _STR, "", "site of the article"),
        Column("url", _STR, "", "address of the article"),
        Column("confidence", _INT, "%", "the stream's own confidence that the article tells of it"),
        Column("lang", _STR, "", "language of the article, ISO 639-2, where it was translated"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
        Column("position", pl.Int32(), "", "row of the raw file"),
    ),
)

ATTENTION = Table(
    "attention",
    f"how many articles of one file name two states and the military; under {WORLD} all articles of the file",
    (
        Column("source", _STR, "", "name of the source folder"),
        Column("a", _STR, "", f"first state in alphabetical order, or {WORLD}"),
        Column("b", _STR, "", f"second state, or {WORLD}"),
        Column("date", _DATE, "", "day on which the stream saw the articles"),
        Column("articles", pl.Int32(), "articles", "how many"),
        Column("tone", _FLOAT, "-100 to 100", "mean tone of their words, as the stream measures it"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
    ),
)

ARTICLE = Table(
    "article",
    "one text as it was read, before its sentences are coded",
    (
        Column("article", _STR, "", "id: hash of its address, or of file and position where it has none"),
        Column("source", _STR, "", "name of the source folder"),
        Column("url", _STR, "", "address of the page; null where none is known"),
        Column("publisher", _STR, "", "who published it: as the watch list names it, else the site"),
        Column("published", _DATE, "", "day of publication as page or feed states it; null where neither does"),
        Column("retrieved", pl.Datetime("us", "UTC"), "", "when the file was fetched or last changed"),
        Column("known", _DATE, "", "day on which it was public: published, else the day it was fetched"),
        Column("lang", _STR, "", "language of the text, ISO 639-1"),
        Column("title", _STR, "", "title of the page"),
        Column("text", _STR, "", "main text without navigation, comments and notices; belongs to its publisher"),
        Column("family", _STR, "", "id of the first-known text that shares most of its wording; its own in the store"),
        Column("reliability", _STR, "A-F", "how reliable the publisher is, where the watch list says; F where not"),
        Column("raw", _STR, "", "SHA-256 of the raw file"),
        Column("position", _STR, "", "where in the raw file"),
    ),
)

CODED = Table(
    "coded",
    "one act that a coder read in one article (number 1 and up); number 0 says that it read the article",
    (
        Column("article", _STR, "", "id of the article"),
        Column("raw", _STR, "", "SHA-256 of the raw file it stood in"),
        Column("coder", _STR, "", "what read it"),
        Column("coder_version", _STR, "", "version of that coder: a new one reads every article again"),
        Column("number", pl.Int32(), "", "which of the article's acts, from 1; 0 for the article itself"),
        Column("start", pl.Int32(), "letters", "where the act stands in its sentence; null where that is not known"),
        Column("end", pl.Int32(), "letters", "the letter after its last"),
        Column("why", _LIST, "", "the words and rules that it rests on"),
        Column("print", pl.Binary(), "", "of number 0: 128 min-wise hashes, by which reprints are found"),
        *_WHAT,
    ),
)

THREAD = Table(
    "thread",
    "one act as a stage of one deal",
    (
        Column("act", _STR, "", "id of the act"),
        Column("thread", _STR, "", "id of the thread: that of its first-known act"),
        Column("beside", _STR, "", "the act of the thread that it is most like; null where it began the thread"),
        Column("likeness", _FLOAT, "", "how alike the two are in what they are about; linked from 0.5 on"),
        Column("why", _STR, "", "in what they are alike"),
    ),
)

ALERT = Table(
    "alert",
    "one change worth a person's time",
    (
        Column("alert", _STR, "", "id: hash of channel, kind and subject, and of the day unless it is of one act"),
        Column("channel", _STR, "", "how it was noticed: a word of watch.CHANNELS"),
        Column("kind", _STR, "", "what kind of change, within the channel"),
        Column("level", _STR, "", "region, patron, pair, instrument or feed"),
        Column("subject", _STR, "", f"what it is about: {WORLD} (the region), TUR, KAZ-TUR, KAZ-TUR:arms or a source"),
        Column("raised", _DATE, "", "first day on which what was known says so"),
        Column("since", _DATE, "", "first day of the change, as far as can be told"),
        Column("size", _FLOAT, "see unit", "how large it is"),
        Column("unit", _STR, "", "of the size, in words"),
        Column("text", _STR, "", "the change in one sentence"),
        Column("evidence", _LIST, "", "ids of the acts and measures that it rests on"),
        Column("false_alarm_rate", _FLOAT, "a year, or 0-1", "of one unchanged stream; chance that an act was none"),
        Column("sure", pl.Boolean(), "", "whether it survives the false-discovery rate over all watched that month"),
        Column("within", _STR, "", "id of the alert one level up that it belongs to"),
    ),
)

BASIS = Table(
    "basis",
    "one report that an alert of one act has rested on, by which it is known under another name of it; append-only",
    (Column("alert", _STR, "", "id of the alert"), Column("report", _STR, "", "id of the report")),
)

REMARK = Table(
    "remark",
    "what one analyst did with an alert; append-only",
    (
        Column("alert", _STR, "", "id of the alert"),
        Column("status", _STR, "", "seen or closed; new again takes both back"),
        Column("author", _STR, "", "who"),
        Column("when", pl.Datetime("us", "UTC"), "", "when"),
        Column("note", _STR, "", "why, in the analyst's words"),
    ),
)

DELIVERY = Table(
    "delivery",
    "one step of sending an alert to one receiver; append-only",
    (
        Column("alert", _STR, "", "id of the alert; empty: all that stood when a receiver was new, or that day's pass"),
        Column("receiver", _STR, "", "hash of its address: addresses hold secrets and are not kept; empty: everybody"),
        Column("step", _STR, "", "sending, sent, failed or passed (never to be sent by itself)"),
        Column("when", pl.Datetime("us", "UTC"), "", "when"),
    ),
)

SEEN = Table(
    "seen",
    "one data file of the store from which what concerns a case was already taken",
    (
        Column("key", _STR, "", "hash of what it was taken for: the states, the versions of the readers"),
        Column("path", _STR, "", "the data file"),
    ),
)

FAILURE = Table(
    "failure",
    "one file that could not be fetched or read when its source was last tried",
    (
        Column("source", _STR, "", "name of the source folder; empty for a file that nobody may open"),
        Column("path", _STR, "", "file name or address"),
        Column("why", _STR, "", "the reason"),
        Column("known", _DATE, "", "day of the update"),
    ),
)

TABLES = {t.name: t for t in (
    REPORT, ACT, MEASURE, COVERAGE, TIE, READING, HISTORY, FILE, FAILURE, VERDICT, EVENT, MENTION, ATTENTION, ARTICLE, CODED, THREAD, ALERT, BASIS, REMARK, DELIVERY, SEEN,
)}  # fmt: skip

OBSERVED, NONE_REPORTED, NOT_COVERED, SOURCE_FAILED = STATES = ("observed", "none reported", "not covered", "source failed")  # fmt: skip
