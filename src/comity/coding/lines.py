"""JSON lines become articles; a line that cannot be read says why and stops nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from comity.coding.article import Article
from comity.coding.text import LANGUAGES

LONGEST_TEXT = 200_000  # letters of one article that are read: a book is not an article
LONGEST_LINE = 16_000_000  # bytes


class Refused(NamedTuple):
    """A line that was left out, or cut, and why."""

    line: int
    why: str
    lost: bool = True


def articles(lines: Iterable[bytes]) -> Iterator[Article | Refused]:
    """An article a line with at least a text; an id that is absent is the line's number. Empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        said = _object(line, number)
        if said is None or isinstance(said, Refused):
            if said:
                yield said
            continue
        made = _article(said, number)
        if isinstance(made, Article) and len(made.text) > LONGEST_TEXT:
            yield Refused(
                number, f"the text has {len(made.text):,} letters; the first {LONGEST_TEXT:,} are read", lost=False
            )
            made = made._replace(text=made.text[:LONGEST_TEXT])
        yield made


def objects(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]] | Refused]:
    """The JSON object of each line with the line's number."""
    for number, line in enumerate(lines, 1):
        said = _object(line, number)
        if isinstance(said, Refused):
            yield said
        elif said is not None:
            yield number, said


def _object(line: bytes, number: int) -> dict[str, Any] | Refused | None:
    if not line.strip():
        return None
    if len(line) > LONGEST_LINE:
        return Refused(number, f"the line is longer than {LONGEST_LINE:,} bytes; split it")
    try:
        said = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Refused(number, f"not UTF-8 (byte {error.start}); convert the file, e.g. with iconv")
    except (json.JSONDecodeError, RecursionError) as error:
        return Refused(
            number, f'not JSON ({getattr(error, "msg", "too deep")}); write {{"id": ..., "text": ...}} on one line'
        )
    if not isinstance(said, dict):
        return Refused(number, f"a JSON object was expected, this is {type(said).__name__}")
    return said


def _article(said: dict[str, Any], number: int) -> Article | Refused:
    text = said.get("text")
    if not isinstance(text, str):
        return Refused(number, 'no text; write {"id": ..., "text": ...}')
    lang = said.get("lang") or None
    if lang is not None and lang not in LANGUAGES:
        lang = {"uz-cyrl": "uz_Cyrl", "eng": "en", "rus": "ru", "tur": "tr"}.get(
            str(lang).lower(), str(lang).lower()[:2]
        )
        lang = lang if lang in LANGUAGES else None
    day = said.get("published")
    try:
        published = date.fromisoformat(str(day)[:10]) if day else None
    except ValueError:
        return Refused(number, f"published {day!r} is no day; write it as 2024-06-30")
    return Article(str(said.get("id", number)), text, published, lang, said.get("url"))
