"""JSON lines become articles; a line that cannot be read says why and stops nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import MAXYEAR, MINYEAR, date
from typing import Any, NamedTuple, TypeVar

from comity.coding.article import Article
from comity.coding.relation import Item
from comity.coding.text import LANGUAGES

LONGEST_TEXT = 200_000  # letters of one article that are read: a book is not an article
LONGEST_ITEM = 5_000  # letters of one text to classify that are read
LONGEST_LINE = 16_000_000  # bytes
_HALF = re.compile("[\ud800-\udfff]")  # of a letter, as a text that was cut to a length may end with

Made = TypeVar("Made", Article, Item)


class Refused(NamedTuple):
    """A line that was left out, or cut, and why."""

    line: int
    why: str
    lost: bool = True


def articles(lines: Iterable[bytes]) -> Iterator[Article | Refused]:
    """An article a line with at least a text; an id that is absent is the line's number. Empty lines are passed over."""
    return _cut(lines, _article, LONGEST_TEXT)


def items(lines: Iterable[bytes]) -> Iterator[Item | Refused]:
    """A text and two parties a line, to classify; a party that is absent is no words."""
    return _cut(lines, _item, LONGEST_ITEM)


def _cut(
    lines: Iterable[bytes], made: Callable[[dict[str, Any], int], Made | Refused], longest: int
) -> Iterator[Made | Refused]:
    """What each line says, its text no longer than is read; what is left out is said before it."""
    for number, said in _objects(lines):
        one = said if isinstance(said, Refused) else made(said, number)
        if not isinstance(one, Refused):
            if len(one.text) > longest:
                why = f"the text has {len(one.text):,} letters; the first {longest:,} are read"
                yield Refused(number, why, lost=False)
            one = one._replace(text=one.text[:longest])
        yield one


def _objects(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    """The JSON object of each line with the line's number."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _object(line, number)


def _object(line: bytes, number: int) -> dict[str, Any] | Refused:
    if len(line) > LONGEST_LINE:
        return Refused(number, f"the line is longer than {LONGEST_LINE:,} bytes; split it")
    try:
        said = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Refused(number, f"not UTF-8 (byte {error.start}); convert the file, e.g. with iconv")
    except (ValueError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else "too deep, or a number is too long"
        return Refused(number, f'not JSON ({what}); write {{"id": ..., "text": ...}} on one line')
    if not isinstance(said, dict):
        return Refused(number, f"a JSON object was expected, this is {type(said).__name__}")
    return {name: _HALF.sub("\ufffd", value) if isinstance(value, str) else value for name, value in said.items()}


def _id(said: dict[str, Any], number: int) -> str | int:
    """As it was given, so that answers are found again by it."""
    given = said.get("id")
    return number if given is None else given if isinstance(given, str | int) else str(given)


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
        published = date.min
    if published and published.year in {MINYEAR, MAXYEAR}:  # no calendar has the week before, or the year after
        return Refused(number, f"published {day!r} is no day; write it as 2024-06-30")
    return Article(_id(said, number), text, published, lang, said.get("url"))


def _item(said: dict[str, Any], number: int) -> Item | Refused:
    text, source, target = (said.get(name, "") for name in ("text", "source", "target"))
    if not text or not all(isinstance(part, str) for part in (text, source, target)):
        return Refused(number, "text, source and target must be words; write {text, source, target}")
    return Item(_id(said, number), text, source, target)
