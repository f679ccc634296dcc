"""Text before any meaning: folded letter by letter, split into sentences, its language guessed.

Folding keeps every position: the n-th letter of the folded text is the n-th of the original, so that a span found in one
is a span of the other.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from comity.knowledge import table

LANGUAGES = ("en", "tr", "ru", "kk", "ky", "uz", "uz_Cyrl", "tk", "tg", "az", "fa", "ar", "zh", "fr", "de")
LONGEST = 2_000  # letters of a sentence that is analysed; what is longer is a table or a list, and is cut there


class Sentence(NamedTuple):
    """A sentence and where it starts and ends in its text."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text without case, marks and variants of apostrophes and dashes; never longer or shorter."""
    return text.lower() if text.isascii() else text.translate(_folding())


def letters(text: str, at: int) -> str:
    """The letters that follow a position, up to twelve."""
    end = at
    while end < len(text) and end - at < 12 and text[end].isalpha():
        end += 1
    return text[at:end]


@cache
def _folding() -> dict[int, str]:
    kept = {"й", "ё", "ї", "ғ", "қ", "ң", "ҷ", "ҳ", "ӣ", "ӯ"}
    special = {
        "İ": "i",
        "I": "i",
        "ı": "i",
        "ə": "e",
        "Ə": "e",
        "ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "ё": "е",
        "Ё": "е",
    }
    special |= (
        dict.fromkeys("’ʻʼ`‘´ʹ＇", "'")
        | dict.fromkeys("–—‑−", "-")
        | {"\u200c": " ", "\xa0": " ", "ي": "ی", "ك": "ک", "ى": "ی"}
    )
    found = {}
    for number in range(128, min(0x2FFF, sys.maxunicode)):
        letter = chr(number)
        low = letter.lower()
        base = low if low in kept else unicodedata.normalize("NFD", low)[:1]
        if len(low) == 1 and base != letter:
            found[number] = base
    found |= {ord(a): b for a, b in special.items()}
    return found | {number: chr(number + 32) for number in range(65, 91)}


_END = re.compile(r"[.!?…。！？؟۔]+[\"'”’»)\]]*(?=\s|$|[一-鿿])|\n\s*\n|\n(?=[-•*\t|])|(?<=。)|(?<=！)")
_INITIAL = re.compile(r"(?:^|[\s.(])(?:[A-ZА-ЯÇĞİÖŞÜ]\.?|\d{1,2})$")


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order; abbreviations, initials and ordinals do not end one."""
    start = 0
    for found in _END.finditer(text):
        if found.group().startswith(".") and not _ends(text, start, found):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    before = text[max(start, found.start() - 24) : found.start()]
    after = text[found.end() : found.end() + 2].strip()
    if after and (after[0].islower() or after[0] == ","):
        return False
    word = before.rsplit(None, 1)[-1].strip("(\"'“«") if before.strip() else ""
    return fold(word) not in _abbreviations() and not (_INITIAL.search(before) and after)


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    part = text[start:end]
    left = start + len(part) - len(part.lstrip())
    while (right := start + len(part.rstrip())) > left:
        cut = min(right, left + LONGEST)
        yield Sentence(text[left:cut], left, cut)
        if cut == right:
            return
        left = cut


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(row["word"] for row in table("words") if row["use"] == "abbreviation")


@cache
def _common() -> dict[str, frozenset[str]]:
    """The small words by which a language is known."""
    langs = {row["lang"] for row in table("words") if row["use"] == "common"}
    return {
        lang: frozenset(r["word"] for r in table("words") if r["use"] == "common" and r["lang"] == lang)
        for lang in langs
    }


_WORDS = re.compile(r"[^\W\d_]+")


def language(text: str) -> str:
    """The likeliest of the languages read here, by script and small words; ``en`` when nothing speaks."""
    head = text[:1500]
    if re.search(r"[一-鿿]", head) and len(re.findall(r"[一-鿿]", head)) * 3 > len(head.strip()):
        return "zh"
    words = _WORDS.findall(head.lower().replace("\u0307", ""))
    if not words:
        return "en"
    score = {lang: sum(w in small for w in words) for lang, small in _common().items()}
    for marks, lang in (
        ("әңұһ", "kk"),
        ("ҷӣӯ", "tg"),
        ("ў", "uz_Cyrl"),
        ("پچگژی", "fa"),
        ("ةأإى", "ar"),
        ("əƏ", "az"),
        ("ğşıİ", "tr"),
        ("ňýž", "tk"),
        ("ßäö", "de"),
        ("éèàê", "fr"),
    ):
        score[lang] = score.get(lang, 0) + min(3, sum(head.count(m) for m in marks))
    plain = fold(head)
    score["uz"] += 2 * min(3, len(re.findall(r"\b[og]'|\w[og]'\w", plain)))
    score["tr"] += (
        len(re.findall(r"\w'(?:[ndt]?[aeiu]n?|[ndt][ae]n?|y[aeiu]|ndan|nden)\b|\w(?:acak|ecek|yor|mistir|di)\b", plain))
        if "'" in plain or score["tr"]
        else 0
    )
    best = max(score, key=lambda lang: score[lang])
    if score[best]:
        return best
    return "ru" if re.search(r"[а-я]", head.lower()) else "en"
