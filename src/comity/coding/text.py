"""Text before any meaning: cleaned of what nobody sees, folded letter by letter, split into sentences, its language guessed.

Folding keeps every position: the n-th letter of the folded text is the n-th of the clean one, so that a span found in one
is a span of the other. Cleaning takes letters out and remembers where each remaining one stood.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from comity.knowledge import table

LANGUAGES = ("en", "tr", "ru", "kk", "ky", "uz", "uz_Cyrl", "tk", "tg", "az", "fa", "ar", "zh", "fr", "de")
LONGEST = 2_000  # letters of a sentence that is analysed; what is longer is a table or a list, and is cut there


class Sentence(NamedTuple):
    """A sentence and where it starts and ends in its text."""

    text: str
    start: int
    end: int


class Clean(NamedTuple):
    """A text without invisible letters, and the place in the original of each letter and of the end; None where nothing changed."""

    text: str
    places: list[int] | None

    def place(self, at: int) -> int:
        """Where a letter of the clean text stood in the original."""
        return at if self.places is None else self.places[at]


# Zero-width and directional marks, soft hyphens, Arabic vowel marks and stretching, accents that were written as letters of their own.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u0640\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]|[\u0300-\u036f\u064b-\u065f\u0670\u1ab0-\u1aff]"
)
_BOTH = re.compile(r"(?<![\w'’])(?=[\w'’]{0,60}[A-Za-z])(?=[\w'’]{0,60}[А-Яа-яЁёІіЈј])[\w'’]+")


def clean(text: str) -> Clean:
    """The text as a reader sees it: nothing invisible, accents joined to their letters, no letter of another script that only looks like its own."""
    if text.isascii():
        return Clean(text, None)
    if not _UNSEEN.search(text):
        return Clean(_one_script(text), None)
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        if not _UNSEEN.match(letter):
            letters.append(letter)
            places.append(at)
        elif letters and unicodedata.combining(letter):
            joined = unicodedata.normalize("NFC", letters[-1] + letter)
            letters[-1] = joined if len(joined) == 1 else letters[-1]
    return Clean(_one_script("".join(letters)), [*places, len(text)])


def _one_script(text: str) -> str:
    """A word that mixes Latin and Cyrillic letters is written in the script of most of them, where the others are look-alikes."""
    return _BOTH.sub(_unmixed, text)


def _unmixed(found: re.Match[str]) -> str:
    word = found.group()
    latin = sum("A" <= c <= "z" for c in word)
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in word)
    there, back = _lookalikes()
    written = word.translate(there if latin >= cyrillic else back)
    mixed = any("A" <= c <= "z" for c in written) and any("\u0400" <= c <= "\u04ff" for c in written)
    return word if mixed else written


@cache
def _lookalikes() -> tuple[dict[int, str], dict[int, str]]:
    row = next(r for r in table("letters") if r["use"] == "lookalike")
    pairs = list(zip(row["letters"], row["instead"], strict=True))
    return {ord(a): b for a, b in pairs}, {ord(b): a for a, b in pairs}


def begins(folded: str, at: int) -> bool:
    """Whether a word begins here. Chinese words have no boundary; in Arabic "and", "in", "to", "by" and the article are glued on."""
    if at == 0 or not folded[at - 1].isalnum() or "一" <= folded[at] <= "鿿":
        return True
    return "\u0600" <= folded[at] <= "\u06ff" and bool(_GLUED.search(folded[max(0, at - 5) : at]))


_GLUED = re.compile(r"(?:^|[^\w])(?:[وف]?[بلکس]?(?:ال|ل)?)$")


def fold(text: str) -> str:
    """The text without case, marks and variants of apostrophes and dashes; never longer or shorter."""
    return text.lower() if text.isascii() else text.translate(_folding())


def blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    """A text in which nothing can be read in some places."""
    for start, end in places:
        text = text[:start] + "#" * (end - start) + text[end:]
    return text


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
        base = special.get(base, base)
        if len(low) == 1 and base != letter:
            found[number] = base
    found |= {ord(a): b for a, b in special.items()}
    row = next(r for r in table("letters") if r["use"] == "traditional")
    found |= {ord(a): b for a, b in zip(row["letters"], row["instead"], strict=True)}
    return found | {number: chr(number + 32) for number in range(65, 91)}


_END = re.compile(r"[.!?…。！？؟۔]+[\"'”’»)\]]*(?=\s|$|[一-鿿])|\n\s*\n|(?<=。)|(?<=！)|\n")
_ITEMS = ("-", "•", "*", "\t", "|")  # a line that begins with one of these is an item of a list, or a row
_BLOCK = re.compile(r"^[^\n]+(?:\n[^\n]+)+", re.MULTILINE)  # lines without an empty one between them
FULL = (
    0.85  # share of a block's longest line from which on a line may be full: as a rule its letters are not of one width
)
_INITIAL = re.compile(r"(?:^|[\s.(])(?:[A-ZА-ЯÇĞİÖŞÜ]\.?|\d{1,2})$")


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order; abbreviations, initials and ordinals do not end one, nor does a line that is only full."""
    start = 0
    short = _short_lines(text)
    for found in _END.finditer(text):
        if found.group().startswith(".") and not _ends(text, start, found):
            continue
        if found.group() == "\n" and found.start() not in short:
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _short_lines(text: str) -> set[int]:
    """Where a line ends before an item of a list, or though the next one's first word would still have fitted: a heading, a byline, a row."""
    found = set()
    for block in _BLOCK.finditer(text):
        lines = block.group().split("\n")
        width, at = max(map(len, lines)), block.start()
        for line, after in pairwise(lines):
            at += len(line)
            word = after.split(maxsplit=1)[0] if after.strip() else ""
            opens = (word[:1].isupper() or word[:1].isdigit()) and not line.endswith((",", "-"))
            if after.startswith(_ITEMS) or (opens and len(line) + 1 + len(word) < FULL * width):
                found.add(at)
            at += 1
    return found


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    before = text[max(start, found.start() - 24) : found.start()]
    after = text[found.end() : found.end() + 2].strip()
    if after and (after[0].islower() or after[0] == ","):
        return False
    word = before.rsplit(None, 1)[-1].strip("(\"'“«") if before.strip() else ""
    if fold(word) in _abbreviations("numbered"):
        return not after[:1].isdigit()  # "No. 5", and not "has so far said no."
    return fold(word) not in _abbreviations("abbreviation") and not (_INITIAL.search(before) and after)


def dateline(sentence: str) -> int:
    """How many letters of a sentence say where and when it was written ("ANKARA, 5 March (Agency) - "); 0 where none do."""
    found = _DATELINE.match(sentence)
    return found.end() if found and found[1].isupper() else 0


_DATELINE = re.compile(
    r"([^\W\d_][^\d.,;:!?()\n]{2,40}?)(?:,[^.;:!?()\n]{3,20})?(?:\s*\([^()\n]{2,30}\))?(?:\s+[-–—]+|:)\s+"
)


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
def _abbreviations(use: str) -> frozenset[str]:
    return frozenset(row["word"] for row in table("words") if row["use"] == use)


@cache
def _common() -> dict[str, frozenset[str]]:
    """The small words by which a language is known."""
    langs = {row["lang"] for row in table("words") if row["use"] == "common"}
    return {
        lang: frozenset(r["word"] for r in table("words") if r["use"] == "common" and r["lang"] == lang)
        for lang in langs
    }


_WORDS = re.compile(r"[^\W\d_]+")
# What no neighbour has, for a sentence without small words: doubled vowels and endings in Kyrgyz, q without u and endings in Uzbek.
_KYRGYZ = re.compile(r"[а-я]{2,}(?:уу|оо|аа)(?:су|нун|га|дан|да|лар)?\b|[а-я]{3,}(?:нын|дын|дагы|гандыгын)\b")
_UZBEK = re.compile(
    r"\b[a-z]*q(?!u)[a-z]*\b|[a-z]{3,}(?:lari|larni|larga|moqda|dagi|kasini|[bdfghjklmnqrstvxyz]ga)\b(?!')"
)
# Of equals the first: English, since "in" is German too; else who has fewer letters of its own, which would have spoken for the other.
_EQUALS = ("en", "ky", "uz_Cyrl", "tg", "ru", "kk", "tr", "de", "fr", "uz", "az", "tk", "fa", "ar", "zh")


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
        ("әұіһ", "kk"),
        ("үөңқғ", "kk"),
        ("үөң", "ky"),
        ("ҷӣӯ", "tg"),
        ("ҳқғ", "tg"),
        ("ў", "uz_Cyrl"),
        ("ҳқғ", "uz_Cyrl"),
        ("پچگژی", "fa"),
        ("ةأإى", "ar"),
        ("əƏ", "az"),
        ("ğşıİ", "tr"),
        ("ňýž", "tk"),
        ("ňý", "tk"),  # once more: Turkish, with which it shares its words and ş, has neither
        ("ßäö", "de"),
        ("éèàê", "fr"),
    ):
        score[lang] = score.get(lang, 0) + min(3, sum(head.count(m) for m in marks))
    plain = fold(head)
    if 40 * head.count("ə") > len(head):  # more than a name of theirs
        score["tr"] = 0
    if re.search("[ğşı]", head):
        score["az"] += min(3, len(re.findall("[qx]", head)))  # which Turkish lacks
    if re.search("[Ыы]", head):  # in neither alphabet
        score["uz_Cyrl"] = score["tg"] = 0
    score["ky"] += len(_KYRGYZ.findall(plain))
    score["uz"] += 2 * min(3, len(re.findall(r"\b[og]'|\w[og]'\w", plain))) + len(_UZBEK.findall(head))
    score["tr"] += (
        len(re.findall(r"\w'(?:[ndt]?[aeiu]n?|[ndt][ae]n?|y[aeiu]|ndan|nden)\b|\w(?:acak|ecek|yor|mistir|di)\b", plain))
        if "'" in plain or score["tr"]
        else 0
    )
    best = max(_EQUALS, key=lambda lang: score.get(lang, 0))
    if score[best]:
        return best
    return "ru" if re.search(r"[а-я]", head.lower()) else "en"
