"""When it happened: words for dates become intervals that are no narrower than the words allow.

``5 March 2024`` is a day, ``in March`` a month, ``in 2019`` a year. What names no year takes the publication's; a weekday or
a "last week" is counted from it; without a publication date they stay unknown rather than guessed. A day on which somebody
only said so ("will sign in March, the minister said on Sunday") dates no deed that is done or has a day of its own.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from comity.coding.text import fold
from comity.knowledge import table

STALE_DAYS = (
    31  # older than this at publication, nobody tells on what day or in what month something was said without the year
)
NEWS_DAYS = 7  # what is told without a date is taken to be at most this much older than its telling


_COUNTED = {"days", "weekday", "month-off", "year-off"}  # rows of dates that count from publication


class Span(NamedTuple):
    """First and last possible day; either may be unknown."""

    first: date | None
    last: date | None


_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_WHICH = r"(?P<which>last|this|next)\s+year"
_UNTIL = r"(?:\s*(?:-|and|to)\s*(?P<until>[0-3]?\d)(?:st|nd|rd|th)?)?"  # "3-5 March"


# Up to five words between a verb and its date, none of which begins what was said, another deed, or one that is still to come.
_BETWEEN = r"(?:\s+(?!(?:that|will|would|to|it|they|he|is|are|was|were|has|have|had|be|not|and|after|before|the\s+\w+\s+on|будет|будут)\b|\w*(?:acag|eceg|acak|ecek))[^\s,;:]+){0,5}?"


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    months = "|".join(sorted(_named("month"), key=len, reverse=True))
    month = rf"(?P<month>{months})\w{{0,3}}\.?"
    sure = "|".join(w for w in months.split("|") if len(w) > 3 and w != "march")  # "this may be", "the last march"
    seasons = "|".join(_named("season"))
    return (
        ("iso", re.compile(rf"\b{_YEAR}-(?P<number>\d\d)-(?P<day>\d\d)\b")),
        ("dotted", re.compile(rf"\b(?P<day>[0-3]?\d)\.(?P<number>[01]?\d)\.{_YEAR}\b")),
        ("day", re.compile(rf"\b{_DAY}{_UNTIL}\s+(?:of\s+)?{month}(?:,?\s+(?:{_YEAR}|{_WHICH}))?\b")),
        ("day", re.compile(rf"\b{month}\s+{_DAY}{_UNTIL}(?:,?\s+{_YEAR})?\b(?!\s*(?:million|billion|percent|%))")),
        ("month", re.compile(rf"\b{month},?\s+(?:of\s+)?{_YEAR}\b")),
        ("month", re.compile(rf"\b{_YEAR}[- ]?(?:yil|жылы|жылдын|ýylyň|ил|\w{{0,3}})?\s+{month}\b")),
        ("zh", re.compile(rf"{_YEAR}年(?:(?P<number>\d\d?)月)?(?:(?P<day>\d\d?)[日号])?")),
        ("zh", re.compile(r"(?<!\d)(?P<number>1[0-2]|0?[1-9])月(?P<day>[0-3]?\d)[日号]")),
        (
            "month",
            re.compile(rf"\b(?:in|during|since|by|until|в|во)\s+(?:early |late |mid-?)?{month}(?:\s+{_WHICH})?\b"),
        ),
        ("month", re.compile(rf"\b(?:from|for|between|of)\s+(?:early |late |mid-?)?(?P<month>{sure})\b")),
        (
            "season",
            re.compile(
                rf"\b(?:(?P<nearest>last|this|next)|(?:in|during|since)(?: the)?|early|late)\s+(?P<season>{seasons})(?:\s+(?:of\s+)?(?:{_YEAR}|{_WHICH}))?\b"
            ),
        ),
        ("season", re.compile(rf"\b(?P<season>{seasons})\s+(?:of\s+)?{_YEAR}\b")),
        ("ago", re.compile(rf"\b(?P<many>{'|'.join(_NUMBERS)}|\d\d?)\s+(?P<unit>day|week|month|year)s?\s+ago\b")),
        (
            "years",
            re.compile(
                r"\b(?:from|between)\s+(?P<year>(?:19|20)\d\d)\s+(?:to|and|until|through)\s+(?P<to>(?:19|20)\d\d)\b"
            ),
        ),
        ("month", re.compile(rf"\b(?:(?P<nearest>last)|this|next|late as|early as)\s+(?P<month>{sure})\b")),
        ("month", re.compile(rf"\b{month}\s+(?:ayinda|ayında)\b")),
        ("decade", re.compile(r"\b(?P<year>(?:19|20)\d)0'?s\b")),
        ("year", re.compile(rf"(?<![\d-]){_YEAR}(?![\d-]|\s*(?:km|mw|troops|million|billion))")),
    )


@cache
def _named(what: str) -> dict[str, int]:
    """Months by their number, seasons by that of their first month."""
    return {
        fold(word): int(row["number"]) for row in table("dates") if row["what"] == what for word in row["words"].split()
    }


@cache
def _relative() -> tuple[tuple[re.Pattern[str], str, int, int], ...]:
    return tuple(
        (
            re.compile(rf"(?<!\w){re.escape(fold(word))}(?!\w)"),
            row["what"],
            int(row["number"]),
            int(row["to"] or row["number"]),
        )
        for row in table("dates")
        if row["what"] in _COUNTED
        for word in row["words"].split(";")
    )


@cache
def _counting() -> re.Pattern[str]:
    """Any of the words that count from publication."""
    words = (word for row in table("dates") if row["what"] in _COUNTED for word in row["words"].split(";"))
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, map(fold, words)), key=len, reverse=True))})(?!\w)")


@cache
def _named_at_all() -> re.Pattern[str]:
    """What every other word for a date has in it: a figure, or the name of a month or season."""
    return re.compile(rf"\d| ago\b|{'|'.join((*_named('month'), *_named('season')))}")


def when(text: str, published: date | None, planned: bool = False, done: bool = False, earlier: bool = False) -> Span:
    """The interval that a sentence's words give its act; without any, the days before it was told.

    What is planned for no day has the day on which it was told or settled, and from publication on where that has none either.
    What was done ``earlier`` and on no day that is named has no first day. What is ``done`` was not done after publication: "leased until 2042" names the end of it, and "in 2025" of a page of March ends there.
    """
    deed, telling = _parted(fold(text), published, planned)
    if found := _found(deed, published, planned, published if done else None):
        return _by(found, published) if done and published else found
    told = _found(telling, published, False)
    if planned:
        return told or Span(published, None)
    first, last = told or Span(published, published)
    if earlier:
        return Span(None, last)
    return Span(first - timedelta(NEWS_DAYS) if first else None, last)


def _by(span: Span, published: date) -> Span:
    """As much of an interval as lies before the day after publication, on which it may be tomorrow where it was done."""
    if span.first is None or span.last is None or span.last <= published:
        return span
    return Span(span.first, max(span.first, published))


def _found(folded: str, published: date | None, planned: bool, latest: date | None = None) -> Span | None:
    """The interval of the surest words for a date that does not begin after the ``latest``; of several weekdays of the first."""
    vague = None
    for kind, pattern in _patterns() if _named_at_all().search(folded) else ():
        for found in pattern.finditer(folded):
            span = _read(kind, found.groupdict(), published, planned)
            if span is None or (latest and span.first and span.first > latest + timedelta(1)):
                continue
            if kind != "year" or not _OF_A_NAME.search(folded[: found.start()]):
                return span
            vague = vague or span
    return _counted(folded, published, planned) or vague


def _counted(folded: str, published: date | None, planned: bool) -> Span | None:
    """The interval of words that count from publication."""
    if published is None or not _counting().search(folded):
        return None
    days = [
        (what == "weekday" and found.start(), what, low, high)
        for pattern, what, low, high in _relative()
        if (found := pattern.search(folded))
    ]
    if not days:
        return None
    _, what, low, high = min(days, key=lambda day: day[0])
    return _moved(what, low, high, published, planned)


# "Eternity 2022": the year of a name says less than "last week" beside it.
_OF_A_NAME = re.compile(
    r"\b(?!(?:about|after|around|before|between|early|from|late|since|spring|summer|autumn|winter|through|until|year|with|within|seit|depuis)\b)[a-z]{4,} $"
)


def _parted(folded: str, published: date | None, planned: bool) -> tuple[str, str]:
    """The text without the dates on which somebody told of its act, or settled what is planned; and the last of these."""
    before, behind = _tellings(planned)
    telling = ""
    if behind.search(folded):
        for start, end in dates(folded):
            opens = not re.search(r"\w{4}", folded[:start])
            after = folded[end:].removeprefix(",") if opens else folded[end:]
            told = before.search(folded[:start]) or behind.match(after)
            if told and not (planned and not _THEN.match(folded[end:]) and _ahead(folded[start:end], published)):
                telling = folded[start:end]
                folded = folded[:start] + "#" * (end - start) + folded[end:]
    return folded, telling


_THEN = re.compile(r"\s+(?:to|that)\b")  # "agreed in January to train": the date is that of the agreeing


def _ahead(folded: str, published: date | None) -> bool:
    """Whether a date without a year is likelier one to come: a drill that is announced in November "in May" is the next May's."""
    past, coming = (_found(folded, published, planned) for planned in (False, True))
    return bool(past and past.last and past != coming and published and (published - past.last).days > STALE_DAYS)


@cache
def _tellings(planned: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words of telling up to a date ("told reporters in Astana on"), and from a date on ("the minister of defence said")."""
    kinds = {"told", "settled"} if planned else {"told"}
    stems = (fold(word) for row in table("dates") if row["what"] in kinds for word in row["words"].split(";"))
    verb = "|".join(re.escape(stem.rstrip("*")) + r"\w*" * stem.endswith("*") for stem in stems)
    told = rf"(?<!\bbe )(?<!\w)(?:{verb})(?!\w)"
    return re.compile(rf"{told}{_BETWEEN}\s*$"), re.compile(rf"{_BETWEEN}\s+{told}")


def dates(folded: str) -> list[tuple[int, int]]:
    """Where a folded text says when, each place once and as wide as any of its readings."""
    relative = (found.span() for found in _counting().finditer(folded))
    merged: list[tuple[int, int]] = []
    for start, end in sorted([*dated(folded), *relative]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def dated(folded: str) -> list[tuple[int, int]]:
    """Where a folded text writes dates: there "March" is a month and nobody marches."""
    patterns = _patterns() if _named_at_all().search(folded) else ()
    return [found.span() for _, pattern in patterns for found in pattern.finditer(folded)]


def _read(kind: str, said: dict[str, str | None], published: date | None, planned: bool) -> Span | None:
    year = int(said["year"] or 0) if said.get("year") else None
    if kind == "decade":
        return Span(date(int(said["year"] or 0) * 10, 1, 1), date(int(said["year"] or 0) * 10 + 9, 12, 31))
    if kind == "years":
        return Span(date(year or 0, 1, 1), date(int(said["to"] or 0), 12, 31))
    if kind == "ago":
        return _ago(said["many"] or "", said["unit"] or "", published)
    if year is None and published and said.get("which"):
        year = published.year + ("last", "this", "next").index(said["which"] or "") - 1
    if kind == "season":
        return _season(_named("season")[said["season"] or ""], year, said.get("nearest"), published, planned)
    number = int(said["number"] or 0) if said.get("number") else _named("month").get(said.get("month") or "", 0)
    day = int(said["day"] or 0) if said.get("day") else None
    if not number:
        return Span(date(year, 1, 1), date(year, 12, 31)) if year else None
    if not 1 <= number <= 12:
        return None
    year = year or _year(number, published, planned)
    if year and published and said.get("nearest") == "last" and number == published.month:
        year = published.year - 1  # "last August", said in August
    if year is None:
        return None
    last = monthrange(year, number)[1]
    if day is None:
        return Span(date(year, number, 1), date(year, number, last))
    until = int(said.get("until") or day)
    return Span(date(year, number, day), date(year, number, max(day, min(until, last)))) if 1 <= day <= last else None


def _ago(many: str, unit: str, published: date | None) -> Span | None:
    """ "Three weeks ago": no narrower than its unit."""
    if published is None:
        return None
    number = int(many) if many.isdigit() else _NUMBERS.index(many) + 1
    if unit in {"day", "week"}:
        days, about = (number, 0) if unit == "day" else (number * 7, 3)
        return Span(published - timedelta(days + about), published - timedelta(days - about))
    return _moved(f"{unit}-off", -number, -number, published, False)


def _season(month: int, year: int | None, nearest: str | None, published: date | None, planned: bool) -> Span | None:
    """Three whole months; the winter of a year is the one that ends in it. "Last" is over, "next" has not begun."""
    if year is None and published is None:
        return None
    if year is None and published is not None:
        year = published.year + (month == 12 and published.month > 2)
        begun, over = _three(month, year).first <= published, _three(month, year).last < published
        if nearest == "next" or (planned and nearest is None):
            year += over or (begun and nearest == "next")
        elif nearest != "this":
            year -= not (over if nearest == "last" else begun)
    return Span(*_three(month, year or 0))


class _Days(NamedTuple):
    first: date
    last: date


def _three(month: int, year: int) -> _Days:
    last = (month + 1) % 12 + 1
    return _Days(date(year - (month == 12), month, 1), date(year, last, monthrange(year, last)[1]))


def _year(month: int, published: date | None, planned: bool) -> int | None:
    """The year of a month named without one: the latest not after publication, or for plans the next not before."""
    if published is None:
        return None
    if planned:
        return published.year + (month < published.month)
    return published.year - (month > published.month)


def _moved(what: str, low: int, high: int, published: date, planned: bool) -> Span:
    if what == "days":
        return Span(published + timedelta(low), published + timedelta(high))
    if what == "weekday":
        back = (published.weekday() - low) % 7
        day = published + timedelta((low - published.weekday()) % 7 or 7) if planned else published - timedelta(back)
        return Span(day, day)
    if what == "month-off":
        months = published.year * 12 + published.month - 1 + low
        year, month = divmod(months, 12)
        return Span(date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1]))
    return Span(date(published.year + low, 1, 1), date(published.year + low, 12, 31))
