"""Check the gold set and measure how far those who labelled it agree.

    python bench/coding/goldset.py check      every rule of the format; says how many items and acts there are
    python bench/coding/goldset.py agree      Cohen's kappa and F1 of parties, with intervals: first of the final labels with a
                                              second labeller's, then of the author's own two passes, then of the articles
    python bench/coding/goldset.py count      items by language and phenomenon, acts by instrument, stage and modality

Prints counts and scores only, never a sentence, so that running it does not open the untouched third to a reader.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from comity import states
from comity.bench.coding import split_of
from comity.vocabulary import INSTRUMENTS, Modality, Stage

HERE = Path(__file__).parent / "gold"
ARTICLE = {"id", "lang", "published", "title", "text", "kind", "acts", "split"}
ORGANISATIONS = {"CIS", "CSTO", "EU", "NATO", "OTS", "SCO", "TAKM", "UN"}
ITEM = {"id", "lang", "text", "context", "published", "acts", "split", "pair", "phenomenon", "story"}
CORE = {"actors", "recipients", "instrument", "stage", "polarity", "modality"}
OPTIONAL = {"platform", "quantity", "value_usd", "place", "forum", "subject"}
NONE = "none"  # the act that the other did not see

Row = dict[str, Any]


def read(name: str) -> list[Row]:
    """The rows of a file of the set; packed files are unpacked in memory."""
    path = HERE / name
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in raw.decode("utf-8").splitlines()]


def items() -> list[Row]:
    """Sentences, pairs and the untouched third."""
    return [*read("sentences.jsonl"), *read("pairs.jsonl"), *read("untouched.jsonl.gz")]


def passes() -> list[Row]:
    """First and second label of every item, and the note of the adjudicator where they differ."""
    return [*read("passes.jsonl"), *read("untouched-passes.jsonl.gz")]


def independent() -> list[Row]:
    """The final label of every item that a second labeller, who had seen none, labelled too; with that one's."""
    final = {row["id"]: row for row in (*read("sentences.jsonl"), *read("pairs.jsonl"))}
    return [
        {"id": row["id"], "pair": final[row["id"]]["pair"], "first": final[row["id"]]["acts"], "second": row["acts"]}
        for row in read("second.jsonl")
    ]


def problems(rows: list[Row]) -> Iterator[str]:
    """What breaks the format, one line a problem, with the id of the item."""
    by_id = {row["id"]: row for row in rows}
    if len(by_id) < len(rows):
        yield "an id occurs twice"
    for text, n in Counter(row["text"] for row in rows if not row["pair"]).items():
        if n > 1:
            yield f"a sentence occurs {n} times: {next(row['id'] for row in rows if row['text'] == text)}"
    for row in rows:
        yield from (f"{row['id']}: {said}" for said in _item(row, by_id))
        if row["split"] != split_of(row["story"]):
            yield f"{row['id']}: its story belongs to the other split"


def problems_of_second(rows: list[Row], dev: list[Row]) -> Iterator[str]:
    """What breaks the format of a second labeller's file, with the id of the item."""
    known = {row["id"]: row for row in dev}
    for id, n in Counter(row["id"] for row in rows).items():
        if n > 1 or id not in known:
            yield f"{id}: labelled twice, or no item of the open part"
    for row in rows:
        for act in row["acts"]:
            yield from (f"{row['id']}: {said}" for said in _act(act | {"date_from": None, "date_to": None}))


def problems_of_languages(rows: list[Row]) -> Iterator[str]:
    """What breaks the format of the sentences in further languages, with the id of the item."""
    for id, n in Counter(row["id"] for row in rows).items():
        if n > 1:
            yield f"{id}: twice"
    for row in rows:
        if (
            set(row) != ITEM
            or row["pair"]
            or row["context"]
            or row["split"] not in {"dev", "measured", "fresh", "dull"}
        ):
            yield f"{row['id']}: fields or split"
        if split_of(row["story"]) != "dev":
            yield f"{row['id']}: its story belongs to the untouched third"
        for act in row["acts"]:
            yield from (f"{row['id']}: {said}" for said in _act(act))


def problems_of_articles(rows: list[Row]) -> Iterator[str]:
    """What breaks the format of the whole articles, with the id of the article."""
    for id, n in Counter(row["id"] for row in rows).items():
        if n > 1:
            yield f"{id}: twice"
    for row in rows:
        if set(row) != ARTICLE or row["kind"] not in {"defence", "general"} or row["lang"] not in {"en", "ru", "tr"}:
            yield f"{row['id']}: fields, kind or language"
        elif row["split"] != ("measured" if split_of(row["id"]) == "untouched" else "dev"):
            yield f"{row['id']}: belongs to the other split"
        elif not row["text"].startswith(row["title"]) or "\n\n" not in row["text"]:
            yield f"{row['id']}: its title does not head its paragraphs"
        else:
            yield from (f"{row['id']}: {said}" for act in row["acts"] for said in _told(act, row["published"]))
        told = Counter(json.dumps({k: v for k, v in act.items() if k != "background"}) for act in row["acts"])
        yield from (f"{row['id']}: an act is told {n} times" for n in told.values() if n > 1)


def _told(act: Row, published: str) -> Iterator[str]:
    yield from _act({k: v for k, v in act.items() if k != "background"})
    if act.get("background") not in {True, False} or (act["modality"] == "historical") != act["background"]:
        yield "what is historical is background, and nothing else"
    if act["date_from"] and act["modality"] in {"actual", "historical"} and act["date_from"] > published:
        yield "it took place after it was told"


def _item(row: Row, by_id: dict[str, Row]) -> Iterator[str]:
    if set(row) != ITEM:
        yield f"fields {sorted(set(row) ^ ITEM)}"
        return
    if row["lang"] not in {"en", "ru", "tr"} or row["split"] not in {"dev", "untouched"}:
        yield "language or split"
    if row["text"] != row["text"].strip() or not row["text"]:
        yield "text is empty or has blanks around it"
    date.fromisoformat(row["published"])
    if row["pair"]:
        partner = by_id.get(row["pair"])
        if partner is None or partner["pair"] != row["id"]:
            yield "partner missing"
        elif any(partner[k] != row[k] for k in ("lang", "phenomenon", "split", "story", "published")):
            yield "partner differs in more than text and acts"
    for act in row["acts"]:
        yield from _act(act)


def _act(act: Row) -> Iterator[str]:
    if not set(act) >= CORE | {"date_from", "date_to"} or set(act) - CORE - OPTIONAL - {"date_from", "date_to"}:
        yield f"act fields {sorted(act)}"
        return
    named = parties(act)
    if not act["actors"] or not act["recipients"] or not all(states.is_state(n) or n in ORGANISATIONS for n in named):
        yield f"parties {act['actors']} {act['recipients']}"
    both = set(act["actors"]) & set(act["recipients"])
    if both and act["actors"] != act["recipients"]:
        yield "a mutual act holds all parties on both sides, a directed one holds none twice"
    if (
        both
        and not INSTRUMENTS[act["instrument"]].mutual
        and act["instrument"] not in {"training", "basing", "rupture", "isolation"}
    ):
        yield f"{act['instrument']} is directed"
    if act["instrument"] not in INSTRUMENTS or act["stage"] not in set(Stage) or act["modality"] not in set(Modality):
        yield "a word that is not in the vocabulary"
    if act["polarity"] not in {-1, 0, 1}:
        yield "polarity"
    if (act["date_from"] is None) != (act["date_to"] is None):
        yield "half a date"
    elif act["date_from"] and date.fromisoformat(act["date_from"]) > date.fromisoformat(act["date_to"]):
        yield "dates the wrong way round"
    if (act["instrument"] == "rupture") != ("subject" in act):
        yield "a rupture, and nothing else, says what was cut"


def matched(row: Row) -> Iterator[tuple[Row | None, Row | None]]:
    """The acts of both labellers, likest first; an act that one of them alone saw stands beside None.

    An item in which neither saw one is a pair of Nones.
    """
    left, right = list(row["first"]), list(row["second"])
    if not left and not right:
        yield None, None
    while left and right:
        a, b = max(((a, b) for a in left for b in right), key=lambda ab: _likeness(*ab))
        left.remove(a)
        right.remove(b)
        yield a, b
    yield from ((a, None) for a in left)
    yield from ((None, b) for b in right)


def _likeness(a: Row, b: Row) -> tuple[float, int, bool]:
    ours, theirs = parties(a), parties(b)
    same = sum(a[k] == b[k] for k in ("instrument", "stage", "modality", "polarity"))
    return len(ours & theirs) / len(ours | theirs), same, a.get("date_from") == b.get("date_from")


def parties(act: Row) -> set[str]:
    """Everybody in an act."""
    return {*act["actors"], *act["recipients"]}


def directed(act: Row) -> set[tuple[str, str]]:
    """Who does it to whom; a mutual act runs both ways."""
    return {(a, b) for a in act["actors"] for b in act["recipients"] if a != b}


def kappa(rows: Iterable[Row], field: str) -> float:
    """Cohen's kappa of one field over matched acts."""
    return _cohen([(a[field] if a else NONE, b[field] if b else NONE) for row in rows for a, b in matched(row)])


def kappa_any(rows: Iterable[Row]) -> float:
    """Cohen's kappa over items of whether there is an act at all."""
    return _cohen([(bool(row["first"]), bool(row["second"])) for row in rows])


def _cohen(found: list[tuple[Any, Any]]) -> float:
    """(observed - chance) / (1 - chance)."""
    observed = sum(a == b for a, b in found) / len(found)
    left, right = Counter(a for a, _ in found), Counter(b for _, b in found)
    chance = sum(left[label] * right[label] for label in left) / len(found) ** 2
    return (observed - chance) / (1 - chance)


def f1(rows: Iterable[Row], of: Callable[[Row], set[Any]]) -> float:
    """F1 of the second labeller's parties against the first's: 2 * common / (first + second)."""
    common = total = 0
    for row in rows:
        for a, b in matched(row):
            ours, theirs = of(a) if a else set(), of(b) if b else set()
            common += len(ours & theirs)
            total += len(ours) + len(theirs)
    return 2 * common / total


def interval(rows: list[Row], measure: Callable[[list[Row]], float], draws: int = 500) -> tuple[float, float]:
    """The middle 95 % of ``measure`` over bootstrap samples of items."""
    rng = np.random.default_rng(0)
    drawn = [measure([rows[i] for i in rng.integers(len(rows), size=len(rows))]) for _ in range(draws)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def agreement(rows: list[Row]) -> Iterator[Row]:
    """One row a measure of how far two labels of each item agree."""
    measures: dict[str, Callable[[list[Row]], float]] = {"kappa act or none": kappa_any}
    measures |= {
        f"kappa {field}": (lambda some, field=field: kappa(some, field))
        for field in ("instrument", "stage", "modality", "polarity")
    }
    measures["F1 parties"] = lambda some: f1(some, parties)
    measures["F1 directed pairs"] = lambda some: f1(some, directed)
    for name, measure in measures.items():
        low, high = interval(rows, measure)
        yield {
            "name": name,
            "value": round(measure(rows), 3),
            "low": round(low, 3),
            "high": round(high, 3),
            "n": len(rows),
        }


def counts(rows: list[Row]) -> Iterator[Row]:
    """How many items and acts there are of each kind."""
    for kind, some in (
        ("sentences", [r for r in rows if not r["pair"]]),
        ("pair members", [r for r in rows if r["pair"]]),
    ):
        acts = [act for row in some for act in row["acts"]]
        yield {"kind": kind, "n": len(some), "without act": sum(not row["acts"] for row in some), "acts": len(acts)}
        yield from (
            {"kind": kind, k: dict(Counter(r[k] for r in some).most_common())} for k in ("lang", "split", "phenomenon")
        )
        for field in ("instrument", "stage", "modality", "polarity"):
            yield {"kind": kind, field: dict(Counter(act[field] for act in acts).most_common())}


def main(what: str) -> int:
    """Run one command; 1 if the format is broken."""
    match what:
        case "agree":
            second = independent()
            for between, rows in (
                ("final label and a second labeller", second),
                ("the same, sentences only", [row for row in second if not row["pair"]]),
                ("the author's two passes, a ceiling", passes()),
                ("articles, author and second labeller", read("articles-passes.jsonl")),
            ):
                for row in agreement(rows):
                    print(json.dumps({"between": between} | row))
        case "count":
            for row in counts(items()):
                print(json.dumps(row))
        case "check":
            found = [
                *problems(items()),
                *problems_of_articles(read("articles.jsonl")),
                *problems_of_languages(read("languages.jsonl")),
                *problems_of_second(read("second.jsonl"), [*read("sentences.jsonl"), *read("pairs.jsonl")]),
            ]
            print("\n".join(found) or f"{len(items())} items, no problem")
            return int(bool(found))
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
