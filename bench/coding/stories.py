"""Measure whether one act told in several languages becomes one act, and two acts of the same parties stay two.

    python bench/coding/stories.py      precision and recall over pairs of sentences in different languages: once with the true labels of
                                        each sentence, which judges the merging alone, and once as the coder reads them

``gold/stories.jsonl``: sixteen acts, two and two of the same parties, instrument and week, each told in Turkish, Russian, English and Kazakh.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from comity import acts
from comity.coding import Article, read
from comity.coding.amounts import platform, value_usd
from comity.tables import REPORT

GOLD = Path(__file__).parent / "gold"

Row = dict[str, Any]


def told() -> list[Row]:
    """The sentences with their acts."""
    return [json.loads(line) for line in (GOLD / "stories.jsonl").read_text("utf-8").splitlines()]


def labelled(rows: list[Row]) -> list[Row]:
    """One report a sentence, as its label has it."""
    return [_report(r, r | {"platform": _name(r["text"]), "value_usd": value_usd(r["text"], _day(r))}) for r in rows]


def coded(rows: list[Row], careful: bool) -> list[Row]:
    """The reports that the coder makes of the sentences; several for a sentence in which it sees several acts."""
    by_id = {r["id"]: r for r in rows}
    articles = (Article(r["id"], r["text"], _day(r), r["lang"]) for r in rows)
    found = [a.row() for a in read(articles, careful) if a.instrument and a.actors and a.recipients]
    return [_report(by_id[a["id"]], a, str(n)) for n, a in enumerate(found)]


def _day(row: Row) -> date:
    return date.fromisoformat(row["published"])


def _name(text: str) -> str | None:
    found = platform(text)
    return found[0] if found else None


def _report(row: Row, act: Row, number: str = "") -> Row:
    day = _day(row)
    start, end = (date.fromisoformat(act[k]) if act.get(k) else None for k in ("date_from", "date_to"))
    return {
        "report": f"{row['id']} {number}".strip(),
        "source": "articles",
        "publisher": row["lang"],
        "raw": row["id"],
        "coder": "comity",
        "known": day,
        "lang": row["lang"],
        "text": row["text"],
        "polarity": act.get("polarity", 1),
        "modality": act.get("modality", "actual"),
        "belief": act.get("belief", 0.5),
        "date_from": start or day - timedelta(7),
        "date_to": end or day,
        **{k: act.get(k) for k in ("actors", "recipients", "instrument", "stage", "platform", "value_usd", "place")},
    }


def pairs(rows: list[Row], reports: list[Row]) -> dict[str, float]:
    """Precision and recall over pairs of sentences in two languages that tell of the same parties in the same week."""
    together: dict[str, set[int]] = defaultdict(set)
    for n, found in enumerate(acts.merge(REPORT.frame(reports))["reports"].to_list()):
        for report in found:
            together[report.split(" ")[0]].add(n)
    right = wrong = missed = 0
    for a, b in combinations(rows, 2):
        if a["act"][0] != b["act"][0] or a["lang"] == b["lang"]:
            continue
        same, found = a["act"] == b["act"], bool(together[a["id"]] & together[b["id"]])
        right, wrong, missed = right + (same and found), wrong + (found and not same), missed + (same and not found)
    return {
        "precision": round(right / max(right + wrong, 1), 3),
        "recall": round(right / (right + missed), 3),
        "n": right + missed,
    }


def main() -> None:
    """Print both."""
    rows = told()
    print(json.dumps({"labels": "true"} | pairs(rows, labelled(rows))))
    for careful in (False, True):
        print(json.dumps({"labels": f"coded, {'careful' if careful else 'fast'}"} | pairs(rows, coded(rows, careful))))


if __name__ == "__main__":
    main()
