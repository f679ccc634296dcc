"""What was handed over: the platform, how many, and for how much money.

Money becomes US dollars only where a published annual rate is at hand (``knowledge/rates.csv``); other currencies stay
unknown rather than converted by guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache

from comity.coding.text import fold
from comity.coding.words import Words
from comity.knowledge import table

_SCALE = {
    "thousand": 1e3, "bin": 1e3, "тыс": 1e3, "k": 1e3,
    "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "milyon": 1e6, "млн": 1e6, "миллион": 1e6, "百万": 1e6,
    "billion": 1e9, "bn": 1e9, "milyar": 1e9, "млрд": 1e9, "миллиард": 1e9, "b": 1e9, "亿": 1e8,
}  # fmt: skip
_NUMBER = r"(?P<number>\d{1,3}(?:[ ,.]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_UNIT = r"(?P<scale>thousand|million|billion|milyon|milyar|mln|bn|mn|bin|млн|млрд|тыс|миллион|миллиард|[mkb](?![a-z]))?[а-я.]*"
_BEFORE = re.compile(rf"(?P<money>us\$|u\.s\.\$|\$|usd|eur|€)\s?{_NUMBER}[ -]?{_UNIT}")
_AFTER = re.compile(
    rf"{_NUMBER}[ -]?{_UNIT}\s?(?:of |u\.s\.? |us |amerikan )?(?P<money>dollars?|usd|euros?|eur|долл\w*|евро|dolar\w*|avro)"
)
_WORDS = {w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])} | {
    "dozen": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "iki": 2, "üç": 3, "uc": 3, "dort": 4, "bes": 5, "alti": 6, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6,
}  # fmt: skip


def value_usd(text: str, on: date | None) -> float | None:
    """The money named first, in US dollars of that day; None where none is named or no rate is known."""
    folded = fold(text)
    found = _BEFORE.search(folded) or _AFTER.search(folded)
    if not found:
        return None
    amount = _number(found["number"]) * _SCALE.get(found["scale"] or "", 1)
    if found["money"][0] in "e€е" or found["money"] == "avro":
        rate = _rates().get(("EUR", on.year)) if on else None
        return round(amount * rate) if rate else None
    return round(amount)


def _number(said: str) -> float:
    plain = said.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+", plain):
        return float(re.sub(r"[,.]", "", plain))
    return float(re.sub(r",(?=\d{3}(?:\D|$))", "", plain).replace(",", "."))


def platform(text: str, start: int = 0, end: int | None = None) -> tuple[str, int, str] | None:
    """The weapon system named first between two letters, else last before them, else first: its name, where it starts, and the state of its maker."""
    found = list(_platforms(text))
    within = [one for one in found if start <= one[1] < (len(text) if end is None else end)]
    return next(iter([*within, *[one for one in found if one[1] < start][-1:], *found]), None)


def platforms(text: str) -> list[int]:
    """Where the names of weapon systems begin."""
    return [start for _, start, _ in _platforms(text)]


def _platforms(text: str) -> Iterator[tuple[str, int, str]]:
    folded = fold(text)
    names, automaton = _automaton()
    for number, start, end in automaton.find(folded):
        alone = not (start and folded[start - 1].isalnum()) and not re.match(r"[^\W\d_]{2,}|\d", folded[end : end + 2])
        for written, row in names[number]:
            if row and alone and _capitals(written, text[start:end]):
                yield row["platform"], start, row["code"]
                break


def _capitals(written: str, here: str) -> bool:
    """Whether a spelling stands with its capitals: "TOW" is a missile, and "Tow" a word that begins a sentence."""
    if written.isupper() and written.isalpha():
        return here.isupper()
    return here[0] in {written[0], written[0].upper()}


def quantity(text: str, at: int | None) -> int | None:
    """How many: the number just before a platform, or before a word for arms or troops."""
    spots = [at] if at is not None else [m.start() for m in _things().finditer(fold(text))]
    for spot in spots:
        for said in reversed(re.findall(r"[\w$€,.-]+", fold(text[:spot]))[-3:]):
            plain = said.replace(",", "")
            if plain.isdecimal() and ("," in said.strip(",") or not 1900 <= int(plain) <= 2100):
                return int(plain)
            if said in _WORDS:
                return _WORDS[said]
    return None


@cache
def _things() -> re.Pattern[str]:
    words = next(r["words"] for r in table("classes") if r["name"] == "arms" and r["lang"] == "en").split()
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))}|troops|soldiers|personnel|servicemen)s?\b")


@cache
def _rates() -> dict[tuple[str, int], float]:
    return {(r["currency"], int(r["year"])): float(r["usd"]) for r in table("rates")}


@cache
def _automaton() -> tuple[list[list[tuple[str, dict[str, str] | None]]], Words]:
    """Every spelling of a weapon system by its folded form; without a row what is longer and none ("Cobra Gold")."""
    found: dict[str, list[tuple[str, dict[str, str] | None]]] = {}
    for row in table("platforms"):
        for name in _spellings(row):
            found.setdefault(fold(name), []).append((name, row))
    bare = Counter(name for row in table("platforms") for name in {*row["bare"].split(";")})
    for row in table("platforms"):  # "12 Mirages": what can be counted is no other word's beginning
        for name in row["bare"].split(";"):
            if name and bare[name] == 1 and not name.endswith("s"):
                found.setdefault(fold(f"{name}s"), []).append((f"{name}s", row))
    others = [r["form"] for r in table("traps")] + [n for r in table("exercises") for n in r["names"].split(";")]
    for name in others:
        found.setdefault(fold(name), [(name, None)])
    return list(found.values()), Words(found, longest=True)


def _spellings(row: dict[str, str]) -> Iterator[str]:
    """A platform's names; those that are words or other names too ("Puma") only before a noun of its class."""
    for name in [row["platform"], *row["also"].split(";")]:
        if len(name) > 2 or any(c.isdigit() for c in name):
            yield name
    nouns = next(r["nouns"] for r in table("weapons") if r["class"] == row["class"]).split(";") if row["bare"] else []
    yield from (f"{name} {noun}" for name in row["bare"].split(";") for noun in nouns)
