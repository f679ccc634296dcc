"""How well titles, dates and texts come out of saved pages, beside what people wrote down as right."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from comity.sources.articles.texts import Found, page


class Scored(NamedTuple):
    """One page: whether title and date are right, and the share of words that are."""

    name: str
    title: bool
    date: bool
    precision: float  # share of the words found that belong to the article
    recall: float  # share of the article's words that were found


def scored(folder: Path) -> list[Scored]:
    """Every page with its score; a page that has several expected readings counts beside the nearest of them."""
    found = []
    for path in sorted(folder.rglob("*.html.gz")):
        url = json.loads((path.parent / "meta.info").read_text("utf-8"))[path.name]["url"]
        expected = json.loads((path.parent / f"{path.name.split('_')[0]}.json").read_text("utf-8"))
        read = next(page(gzip.decompress(path.read_bytes()), url), None)
        found.append(
            max(
                (_scored(path.name, read, right) for right in expected.values()),
                key=lambda s: s.recall + s.precision + s.title,
            )
        )
    return found


def _scored(name: str, read: Found | None, right: dict[str, Any]) -> Scored:
    if read is None:
        return Scored(name, False, False, 0.0, 0.0)
    body = right["body"]
    wanted = Counter(
        _words(" ".join([*body["summary"], *(t for s in body["sections"] for t in [*s["headline"], *s["paragraphs"]])]))
    )
    have = Counter(_words(read.text))
    both = sum((wanted & have).values())
    return Scored(
        name,
        _words(read.title or "") == _words(right["title"]),
        read.published == date.fromisoformat(right["publishing_date"][:10]),
        both / max(1, sum(have.values())),
        both / max(1, sum(wanted.values())),
    )


def _words(text: str) -> list[str]:
    """Words; in a script without spaces, letters."""
    return re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text.casefold())
