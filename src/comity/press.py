"""Articles become reports: each article is read once by each version of the coder, and what it tells of a case is weighed.

What the coder read stands in the table ``coded``, an article in one commit with the mark that it was read: a killed run
leaves an article read or not read, and the next goes on. Reports are made from it anew at each weaving, because who repeats
whom is known only when all are there.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from comity import coding
from comity.acts import READER
from comity.coding import LANGUAGES, LONGEST_TEXT, Act, Article, e5, encoder
from comity.coding.gazetteer import mentions
from comity.coding.pointing import POINTS_BACK
from comity.coding.text import language
from comity.lake import Lake, raw_file
from comity.sources import RUBBISH, card, catalogue
from comity.sources.articles.feeds import watched
from comity.sources.articles.gather import alike, newest, printed
from comity.tables import ARTICLE, CODED, COVERAGE, REPORT, WORLD, identity
from comity.vocabulary import NOT_SO

CHUNK = 64  # articles read between two commits
KEY = ("article", "raw")
NEAREST, GUESS = "nearest names", "guess"  # how the coder says that grammar did not give the parties
BACKGROUND = "background"  # and that the sentence only reminds of the act
Row = dict[str, Any]
Spoken = Mapping[tuple[frozenset[str], str | None], set[str]]
Progress = Callable[[str, int, int], None]


class Coded(NamedTuple):
    """What one run of the coder did."""

    articles: int = 0  # read now
    acts: int = 0  # found in them
    parsed: bool = True  # whether English was parsed: false without the extra nlp


@cache
def coder_version() -> str:
    """The version of this program, a hash of all that the coder reads with, and what it had besides or had to do without.

    What is installed later reads every article anew.
    """
    home = files("comity")
    parts = [p for room in ("coding", "knowledge") for p in sorted(Path(str(home.joinpath(room))).iterdir())]
    known = [p for p in parts if p.suffix in {".py", ".csv", ".json", ".npz", ".onnx", ".toml"}]
    read = f"articles {card('articles').reader}"  # another reader of files gives the coder other texts
    mark = identity(read, *(hashlib.blake2b(p.read_bytes()).hexdigest() for p in known))[:8]
    parts_there = {
        "parser": coding.model() is not None,
        "encoder": encoder.installed(),
        "multilingual model": e5.installed(),
    }
    lacking = [f" without {part}" for part, there in parts_there.items() if not there]
    more = " with Russian parser" if coding.parses_russian() else ""
    return f"{version('comity')} {mark}{''.join(lacking)}{more}"


def code(lake: Lake, progress: Progress = lambda what, done, total: None) -> Coded:
    """Read every article of the store that this version of the coder has not read yet, the newest reading of each."""
    every = newest(lake.read(ARTICLE)).select(*KEY).collect()
    if every.is_empty():
        return Coded()
    done = lake.read(CODED).filter(
        pl.col("number") == 0, pl.col("coder") == READER, pl.col("coder_version") == coder_version()
    )
    todo = every.join(done.select(*KEY).collect(), on=KEY, how="anti")
    acts = 0
    for start in range(0, len(todo), CHUNK):
        progress("reading articles", start, len(todo))
        chosen = todo[start : start + CHUNK].lazy()
        texts = newest(lake.read(ARTICLE).join(chosen, on=KEY, how="semi")).collect()
        rows = [row for one in texts.iter_rows(named=True) for row in _read(one)]
        lake.append(CODED, CODED.frame(rows), None)
        acts += len(rows) - len(texts)
    return Coded(len(todo), acts, coding.model() is not None)


def _read(article: Row) -> Iterator[dict[str, object]]:
    """The rows of one article: itself, and its acts. A text on which the coder breaks is read, holds nothing, and says why."""
    mine = {"article": article["article"], "raw": article["raw"], "coder": READER, "coder_version": coder_version(), "known": article["known"]}  # fmt: skip
    why: list[str] = []
    acts: list[Act] = []
    try:
        acts = list(coding.read([taken(article)], named=False))  # reports hold instrument and stage
    except RUBBISH as error:
        why = [f"the coder could not read it ({type(error).__name__}: {error})"]
    yield {**mine, "number": 0, "print": printed(article["text"] or ""), "why": why}
    for number, act in enumerate(acts, start=1):
        yield {**mine, "number": number, **columns(act, article["text"] or "")}


def taken(article: Mapping[str, Any]) -> Article:
    """A row of the table ``article`` as the coder takes it; a language that is none of its own it recognises by itself.

    The day on which a page was fetched is not that of its publication: "on Monday" of an old page that says no day is no day.
    """
    lang = article["lang"] if article["lang"] in LANGUAGES and article["lang"] != "uz" else None  # uz: two scripts
    text = (article["text"] or "")[:LONGEST_TEXT]
    return Article(article["article"], text, article["published"], lang, article["url"])


def articles(path: Path, url: str | None = None) -> list[Article] | None:
    """The articles in a page, feed, PDF, text or web archive, named by address or file; None where the file is none of these."""
    source = catalogue()["articles"]
    layout = source.layout(path)
    if layout is None:
        return None
    rows = source.read(raw_file(path), layout).tables["article"].iter_rows(named=True)
    return [taken({**row, "article": row["url"] or url or path.name, "url": row["url"] or url}) for row in rows]


def columns(act: Act, text: str) -> dict[str, object]:
    """An act that the coder read in a text, as columns of the table ``coded``."""
    begin = text.rfind(act.sentence, 0, act.span[0] + len(act.sentence))
    same = ("instrument", "stage", "polarity", "modality", "belief", "platform", "value_usd", "place", "forum", "why")
    return {
        **{name: getattr(act, name) for name in same},
        "actors": sorted(set(act.actors)),
        "recipients": sorted(set(act.recipients)),
        "quantity": float(act.quantity) if act.quantity is not None else None,
        "date_from": date.fromisoformat(act.date_from) if act.date_from else None,
        "date_to": date.fromisoformat(act.date_to) if act.date_to else None,
        "text": act.sentence,
        "start": act.span[0] - begin if begin >= 0 else None,
        "end": act.span[1] - begin if begin >= 0 else None,
    }


def derived(lake: Lake, states: frozenset[str], case: Path) -> dict[str, pl.DataFrame]:
    """Tables ``report`` and ``coverage`` of what the articles of the store say between some states."""
    articles = newest(lake.read(ARTICLE)).drop("text", "family", "title").collect()
    if articles.is_empty():
        return {}
    return {"report": _reports(lake, articles, states), "coverage": _coverage(articles, states, case)}


def _reports(lake: Lake, articles: pl.DataFrame, states: frozenset[str]) -> pl.DataFrame:
    """Reports of the newest reading of each article, numbered among all acts of their sentence, whoever the parties are."""
    coded = lake.read(CODED).filter(pl.col("coder") == READER, pl.col("coder_version") == coder_version())
    named = pl.concat_list("actors", "recipients").list.unique().list.set_intersection(sorted(states)).list.len() > 1
    whole = pl.all_horizontal(pl.col("instrument", "stage", "date_from", "date_to").is_not_null())
    acts = coded.filter(pl.col("number") > 0).with_columns(ours=named & whole)
    told = articles.join(acts.filter("ours").select(*KEY).unique().collect(), on=KEY, how="semi")
    prints = coded.filter(pl.col("number") == 0).select(*KEY, "print").collect()
    every = told.join(prints, on=KEY, how="left").sort("known", "article")
    about = {row["article"]: row for row in every.iter_rows(named=True)}
    family = alike(dict(every.select("article", "print").iter_rows()))
    mine = acts.join(told.lazy(), on=KEY, how="semi").sort("article", "number").collect()
    rows = mine.unique(["article", "number"], keep="first", maintain_order=True)
    around = _around(rows)
    made, count = [], Counter[tuple[str, str]]()
    for row in rows.iter_rows(named=True):
        article = about[row["article"]]
        count[row["article"], row["text"]] += 1
        if row["ours"] and not lacking(row, article):
            right = read_right(backing(row, around[row["article"]]))
            nth = count[row["article"], row["text"]]
            made.append(_report(row, article, about[family[row["article"]]], nth, right))
    return REPORT.frame(made)


def _around(acts: pl.DataFrame) -> dict[str, Spoken]:
    """What the sentences of each article speak of, whoever the parties are."""
    rows: dict[str, list[Row]] = defaultdict(list)
    kept = acts.select("article", "text", "actors", "recipients", "instrument", "modality", "why")
    for row in kept.iter_rows(named=True):
        rows[row["article"]].append(row)
    return {article: spoken(mine) for article, mine in rows.items()}


def spoken(rows: Iterable[Row]) -> Spoken:
    """The sentences of one article that tell of an act, by its parties with its instrument, and by its parties alone.

    What is denied or only thought of is left out, and so are acts of one party or no instrument, and what points back: it has
    its parties and instrument from another of these sentences, and bears out nothing.
    """
    found: dict[tuple[frozenset[str], str | None], set[str]] = defaultdict(set)
    for row in rows:
        parties = frozenset((*row["actors"], *row["recipients"]))
        if len(parties) > 1 and row["instrument"] and row["modality"] not in NOT_SO and not _points_back(row):
            found[parties, row["instrument"]].add(row["text"])
            found[parties, None].add(row["text"])
    return found


def _points_back(row: Row) -> bool:
    """Whether its parties were found in an earlier sentence to which it points back."""
    return any(why.startswith(POINTS_BACK) for why in row["why"] or ())


def backing(row: Row, around: Spoken) -> int:
    """How far the article's other sentences bear out a reading.

    2 where another tells of the same parties and instrument, 1 where another tells of some act between the same parties, else 0.
    """
    parties, own = frozenset((*row["actors"], *row["recipients"])), {row["text"]}
    if around.get((parties, row["instrument"]), set()) - own:
        return 2
    return int(bool(around.get((parties, None), set()) - own))


def _report(row: Row, article: Row, first: Row, nth: int, right: float) -> dict[str, object]:
    """One act of one article as a report; ``first`` is the article whose words it prints, ``right`` the chance that it was read right."""
    own, other = (one["publisher"] or one["article"] for one in (article, first))
    return {
        **{name: row[name] for name in REPORT.schema if name in row},
        "report": report_id(row["article"], row["text"], nth),
        "source": "articles",
        **{name: article[name] for name in ("url", "publisher", "published", "retrieved", "lang", "raw", "known")},
        "voice": other if other != own else None,
        "position": f"{article['position']}, {mark(row['start'], row['end'])}" if row["end"] else article["position"],
        "reliability": article["reliability"],
        "credibility": 6,
        "belief": believed(right, article["reliability"]),
    }


def report_id(article: str, sentence: str, nth: int) -> str:
    """The id of a report: the n-th act of one sentence of an article, whatever a later coder makes of it."""
    return identity("articles", article, sentence, nth)


def mark(start: int, end: int) -> str:
    """Where in its sentence an act stands, as the column ``position`` says it."""
    return f"letters {start}-{end} of the sentence"


def marked(position: str | None) -> tuple[int, int] | None:
    """The letters that a position names; None where it names none."""
    found = re.search(r"letters (\d+)-(\d+) of the sentence$", position or "")
    return (int(found[1]), int(found[2])) if found else None


class Told(NamedTuple):
    """One act that the coder reads in an article, and the report that it would be; none where it is no evidence, and why."""

    act: Act
    report: Row | None
    lacks: str
    right: float  # how often such a reading is right, were it evidence


def told(article: Row) -> list[Told]:
    """What the coder reads in one row of the table ``article`` now, act by act."""
    text = article["text"] or ""
    same = {"coder": READER, "coder_version": coder_version(), "article": article["article"]}
    acts = list(coding.read([taken(article)]))
    rows = [columns(act, text) | same for act in acts]
    count, around, out = Counter[str](), spoken(rows), []
    for act, row in zip(acts, rows, strict=True):
        count[act.sentence] += 1
        lacks, right = lacking(row, article), read_right(backing(row, around))
        report = None if lacks else _report(row, article, article, count[act.sentence], right)
        out.append(Told(act, report, lacks, right))
    return out


def lacking(row: Row, article: Row) -> str:
    """Why what the coder read is no evidence; empty where it is.

    On whole pages a party that was taken from nearness, guessed, or spoken of sentences before is wrong in most cases: only
    what a sentence says in its own words of parties that it names counts.
    """
    parties = {*row["actors"], *row["recipients"]}
    if len(parties) < 2 or not row["instrument"] or not row["stage"]:
        return "it has no two parties" if len(parties) < 2 else "it has no instrument of ours"
    if not row["date_from"] or not row["date_to"]:
        return "it has no day"
    if any(why == NEAREST or why.startswith(GUESS) for why in row["why"] or ()):
        return "a party was taken from nearness or guessed"
    if _points_back(row):
        return "its parties were named by an earlier sentence to which it points back"
    if BACKGROUND in (row["why"] or ()):
        return "its sentence only reminds of it, and its day is another's"
    one = taken(article | {"text": ""})
    named = {m.code for m in mentions(row["text"], one.lang or language(row["text"]), one.published)}
    return "" if parties <= named else "its sentence does not name both parties"


def believed(right: float, reliability: str) -> float:
    """Belief in a report: the chance that the coder read its sentence right, times the chance that such a publisher is right."""
    return round(right * card("articles").beliefs[reliability], 4)


@cache
def read_right(backed: int) -> float:
    """How often a reading that may be evidence is right which the rest of its article bears out so far (``backing``), as measured."""
    told = tomllib.loads(files("comity").joinpath("belief.toml").read_text("utf-8"))
    return next(float(step["right"]) for step in told["step"] if step["backing"] == backed)


def _coverage(articles: pl.DataFrame, states: frozenset[str], case: Path) -> pl.DataFrame:
    """Each day on which a publisher of the watch list was read, for its own state with any other."""
    voices: dict[str, str] = {one.publisher: one.state for one in watched(case) if one.state in states}
    days = (
        articles.filter(pl.col("publisher").is_in(list(voices)))
        .with_columns(state=pl.col("publisher").replace_strict(voices, default=None, return_dtype=pl.String))
        .group_by("state", "known")
        .agg(pl.col("raw").min())
        .sort("state", "known")
    )
    return COVERAGE.frame(list(_days(days.iter_rows(named=True))))


def _days(days: Iterable[Row]) -> Iterator[dict[str, object]]:
    for day in days:
        for instrument, detection in card("articles").detection.items():
            yield {
                "source": "articles",
                "a": WORLD,
                "b": day["state"],
                "instrument": instrument,
                "date_from": day["known"],
                "date_to": day["known"],
                "detection": detection,
                "known": day["known"],
                "basis": "a publisher of this state on the watch list was read on that day",
                "raw": day["raw"],
            }
