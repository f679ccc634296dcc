"""What ties two tellings of one act across languages: names and numbers, written in one alphabet.

"Lyaur" and "Ляур", "Tirmiz" and "Термез" are one place in two alphabets. Words that name the parties themselves tie nothing, nor
does the year in which both were written.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from comity.coding.gazetteer import CAPITAL, PLACE, mentions
from comity.coding.text import clean, fold
from comity.knowledge import table

LETTERS = 5  # of a name that are compared: what follows is mostly its case
NEAR = 80.0  # of 100, rapidfuzz ratio of two beginnings: one letter of five may differ
_WORD = re.compile(r"[^\W\d_][\w-]+|\d\d+")


@lru_cache(maxsize=4096)
def anchors(text: str, lang: str, year: int, parties: tuple[str, ...] = ()) -> frozenset[str]:
    """Names and numbers of a sentence other than its parties', titles and ``year``, in Latin letters and cut to their beginning.

    A capital is a place, unless it is all that the sentence calls one of the ``parties`` by.
    """
    plain = clean(text).text
    found = mentions(plain, lang)
    named = [m for m in found if m.kind not in {CAPITAL, PLACE}]
    spelt = {m.code for m in named}
    called = named + [m for m in found if m.kind == CAPITAL and m.code in parties and m.code not in spelt]
    return frozenset(
        latin(word.group())[:LETTERS]
        for word in _WORD.finditer(plain)
        if word.start()
        and (word.group()[0].isupper() or (word.group()[0].isdigit() and word.group() != str(year)))
        and fold(word.group()) not in _titles()
        and not any(m.start <= word.start() < m.end + len(m.ending) for m in called)
    )


def shared(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences have a name or a number in common."""
    return any(
        a == b or (not a[0].isdigit() and not b[0].isdigit() and fuzz.ratio(a, b) >= NEAR) for a in one for b in other
    )


def latin(word: str) -> str:
    """A word in plain Latin letters, roughly as it sounds."""
    return "".join(_sounds().get(letter, letter) for letter in fold(word))


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    return {row["letters"]: row["instead"] for row in table("letters") if row["use"] == "sound"}


@lru_cache(maxsize=1)
def _titles() -> frozenset[str]:
    """Words that are capitals in some language and name nobody: offices, months and days of the week."""
    titles = {row["word"] for row in table("words") if row["use"] == "title"}
    days = (w for row in table("dates") if row["what"] in {"month", "weekday"} for w in re.split(r"[ ;]", row["words"]))
    return frozenset(titles | {fold(word) for word in days})
