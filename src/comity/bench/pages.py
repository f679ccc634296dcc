"""How well whole articles are read: of what would pass as evidence the share that is right, and of the acts the share that is found.

The articles are the project's own, invented and labelled, and lie beside its source (``bench/coding/gold/articles.jsonl``); where
that is not there, nothing is measured. A third of them is only ever scored.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from comity import acts, press
from comity.bench.measure import Measure
from comity.coding import Act
from comity.tables import REPORT
from comity.vocabulary import NOT_SO

ARTICLES = Path(__file__).parents[3] / "bench/coding/gold/articles.jsonl"
DRAWS = 1000
Row = dict[str, Any]
Key = tuple[frozenset[str], str]


class Page(NamedTuple):
    """One article as it was labelled, and as it was read."""

    row: Row
    told: list[press.Told]

    def alive(self) -> list[press.Told]:
        """The readings of two parties and an instrument that are neither denied nor hypothetical."""
        return [
            t
            for t in self.told
            if t.act.instrument and t.act.modality not in NOT_SO and len({*t.act.actors, *t.act.recipients}) > 1
        ]

    def evidence(self) -> list[press.Told]:
        """Those of them that may be evidence."""
        return [t for t in self.alive() if t.report]


def pages() -> Iterator[Measure]:
    """Each measure for the articles that the rules were made on, and for those that are only scored, with intervals over articles."""
    if not ARTICLES.is_file():
        return
    every = read(labelled())
    for split, name in (("dev", "articles"), ("measured", "articles that are only scored")):
        mine = [page for page in every if page.row["split"] == split]
        for what, count in COUNTS.items():
            yield share(f"{name}: {what}", [count(page) for page in mine])


def labelled() -> list[Row]:
    """The articles with their acts."""
    return [json.loads(line) for line in ARTICLES.read_text("utf-8").splitlines()]


def read(rows: Iterable[Row]) -> list[Page]:
    """Each article as an update would read it."""
    return [Page(row, press.told(_article(row))) for row in rows]


def _article(row: Row) -> Row:
    """A row of the table ``article`` from a labelled one."""
    day = date.fromisoformat(row["published"])
    return {
        **{name: row[name] for name in ("lang", "title", "text")},
        "article": row["id"],
        "published": day,
        "known": day,
        "retrieved": datetime(day.year, day.month, day.day, tzinfo=UTC),
        "url": None,
        "publisher": row["id"],
        "reliability": "C",
        "raw": row["id"],
        "position": "text",
    }


def right(act: Act, labels: Iterable[Row]) -> bool:
    """Whether an act of the same parties and instrument, neither denied nor hypothetical, is among the labels.

    A break may be called ``rupture`` or by the instrument that it broke.
    """
    parties = frozenset((*act.actors, *act.recipients))
    return any((parties, act.instrument) in keys(label) for label in labels if label["modality"] not in NOT_SO)


def keys(label: Row) -> set[Key]:
    """Parties with each name that the instrument of a labelled act may go by."""
    parties = frozenset((*label["actors"], *label["recipients"]))
    return {(parties, name) for name in (label["instrument"], label.get("subject")) if name}


Count = tuple[int, int]  # how many, of how many


def _right(told: list[press.Told], page: Page) -> Count:
    return sum(right(t.act, page.row["acts"]) for t in told), len(told)


def _found(told: list[press.Told], page: Page) -> Count:
    seen = {(frozenset((*t.act.actors, *t.act.recipients)), str(t.act.instrument)) for t in told}
    actual = [label for label in page.row["acts"] if label["modality"] == "actual"]
    return sum(bool(keys(label) & seen) for label in actual), len(actual)


def _dated(page: Page) -> Count:
    """Of the evidence that is right about acts whose days the labels give, what shares a day with one of them."""
    hits = []
    for t in page.evidence():
        key = (frozenset((*t.act.actors, *t.act.recipients)), str(t.act.instrument))
        true = [a for a in page.row["acts"] if a["modality"] not in NOT_SO and key in keys(a)]
        if true and all(a["date_from"] for a in true):
            hits.append(any(a["date_from"] <= t.act.date_to and t.act.date_from <= a["date_to"] for a in true))
    return sum(hits), len(hits)


def _twice(page: Page) -> Count:
    """Acts that the evidence of one article is merged into, beyond those that it tells of with these parties and this instrument."""
    merged = acts.merge(REPORT.frame([t.report for t in page.evidence() if t.report]))
    found = Counter((frozenset(acts.parties(row)), row["instrument"]) for row in merged.iter_rows(named=True))
    told = Counter(key for label in page.row["acts"] if label["modality"] not in NOT_SO for key in keys(label))
    return sum(max(0, n - told[key]) for key, n in found.items() if told[key]), len(merged)


COUNTS: dict[str, Callable[[Page], Count]] = {
    "readings that may be evidence, right": lambda page: _right(page.evidence(), page),
    "acts that took place, found in evidence": lambda page: _found(page.evidence(), page),
    "readings that may be evidence and are right, on a day of the act": _dated,
    "all readings, right": lambda page: _right(page.alive(), page),
    "acts that took place, found in all readings": lambda page: _found(page.alive(), page),
    "acts from evidence, one read as two": _twice,
}


def share(name: str, counts: list[Count]) -> Measure:
    """A share over articles, with the middle 95 % of samples of articles drawn with replacement."""
    found = np.array(counts).reshape(-1, 2)
    drawn = found[np.random.default_rng(0).integers(len(found), size=(DRAWS, len(found)))].sum(axis=1)
    some = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(some[:, 0] / some[:, 1], [0.025, 0.975])
    part, whole = map(int, found.sum(axis=0))
    return Measure(name, round(part / whole, 4), "share", n=whole, low=round(low, 4), high=round(high, 4))
