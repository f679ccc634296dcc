"""Military exercises: MME v7, wide or long, and JME v3."""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from comity.errors import LayoutError, SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.sources import card, common, covered, whole_years
from comity.states import from_cow, is_code, name_of, resolve
from comity.tables import REPORT, identity
from comity.vocabulary import Stage
from comity.workbook import sheets

ABOUT = ("MMEID", "Ex_Name", "Location", "StartDate", "s.year", "s.month", "s.day", "e.year", "e.month", "e.day")
WIDE, LONG = (*ABOUT, "StateA"), (*ABOUT, "country")
JME = (
    "Timestamp", "Exercise Name", "Location1", "Start Date", "s.year", "s.month", "s.day", "enddate", "e.year",
    "e.month", "e.day", "State A",
)  # fmt: skip
YEARS = {"mme": (1980, 2010), "jme": (1974, 2010)}
PAGE = "https://doi.org/10.7910/DVN/KHFODX"
NOBODY = {"baltic states", "8 nato members"}
JME_CODES = {"ROM": "ROU"}
Row = dict[str, str]


class Exercise(NamedTuple):
    """One exercise as its row says it."""

    id: tuple[str, ...]
    name: str
    place: str
    days: tuple[date, date] | None
    states: tuple[str, ...]
    position: str


def layout(path: Path) -> str | None:
    """``mme wide``, ``mme long`` or ``jme`` by the header."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            header = set(next(csv.reader(stream), []))
        return "mme wide" if set(WIDE) <= header else "mme long" if set(LONG) <= header else None
    if path.suffix not in {".xls", ".xlsx"}:
        return None
    try:
        return "jme" if set(JME) <= set(_sheet(path)[0]) else None
    except SourceError:  # one that cannot be opened is ours by its name only, and reading says what is wrong
        return "jme" if path.name.lower().startswith("jme") else None


def read(raw: RawFile, layout: str) -> Batch:
    """One report an exercise of two states or more, and coverage of the years."""
    kind = layout.split(maxsplit=1)[0]
    exercises = list({"mme wide": _wide, "mme long": _long, "jme": _jme}[layout](raw.path))
    skipped = Counter(why for e in exercises if (why := _unusable(e)))
    reports = [_report(e, e.days, kind, raw, layout) for e in exercises if e.days and not _unusable(e)]
    tables = {
        "report": REPORT.frame(reports),
        "coverage": covered(
            card("exercises"),
            raw,
            whole_years(*YEARS[kind]),
            f"{kind.upper()} of the whole world",
            {"exercise": card("exercises").detection[kind]},
        ),
    }
    return Batch(tables, layout, len(exercises), len(reports), dict(skipped))


def _unusable(exercise: Exercise) -> str:
    if exercise.days is None:
        return "no year, or ends before it starts"
    return "" if len(exercise.states) > 1 else "fewer than two states"


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.DictReader(stream)
        for number, row in enumerate(reader, start=1):
            if None in row or None in row.values():
                raise LayoutError(f"{path.name}, row {number}: not as many columns as the header; fetch the file again")
            yield number, row


def _wide(path: Path) -> Iterator[Exercise]:
    for number, row in _rows(path):
        names = [v for k, v in row.items() if re.fullmatch(r"State[A-Z]{1,2}", k) and v not in {"", "NA"}]
        yield _mme(row, names, f"row {number}", path)


def _long(path: Path) -> Iterator[Exercise]:
    """A row a participant; the rows of one exercise are put together."""
    groups: defaultdict[tuple[str, str], list[tuple[int, Row]]] = defaultdict(list)
    for number, row in _rows(path):
        groups[row["MMEID"], row["StartDate"]].append((number, row))
    for found in groups.values():
        number, row = found[0]
        yield _mme(row, [r["country"] for _, r in found], f"row {number}", path)


def _mme(row: Row, names: Iterable[str], position: str, path: Path) -> Exercise:
    days = _days([row[c] for c in ("s.year", "s.month", "s.day")], [row[c] for c in ("e.year", "e.month", "e.day")])
    states = _states(names, days, f"{path.name}, {position}")
    return Exercise(
        (row["MMEID"], row["StartDate"]), _text(row["Ex_Name"]), _text(row["Location"]), days, states, position
    )


def _jme(path: Path) -> Iterator[Exercise]:
    header, *rows = _sheet(path)
    columns = [i for i, name in enumerate(header) if re.fullmatch(r"State [A-Z]{1,2}", name)]
    for number, values in enumerate(rows, start=2):
        row = dict(zip(header, values, strict=True))
        start, end = ([row[f"{p}.{part}"] for part in ("year", "month", "day")] for p in ("s", "e"))
        days = _days(start, end) or _days(_typed(row["Start Date"]), _typed(row["enddate"]))
        codes = [values[i].strip().upper() for i in columns if values[i].strip()]
        names = [JME_CODES.get(code, code) for code in codes]
        states = _states(names, days, f"{path.name}, row {number}")
        yield Exercise(
            (row["Timestamp"], row["Exercise Name"], row["Start Date"], *codes),
            _text(row["Exercise Name"]),
            _text(row["Location1"]),
            days,
            states,
            f"row {number}",
        )


def _sheet(path: Path) -> list[list[str]]:
    """The rows of a workbook's first sheet as text; whole numbers without a decimal point."""
    return [[f"{v:g}" if isinstance(v, float) else str(v) for v in row] for row in sheets(path)[0]] or [[]]


def _typed(text: str) -> list[str]:
    """Year, month and day of 08/xx/2002."""
    parts = text.split("/")
    return [parts[2], parts[0], parts[1]] if len(parts) == 3 else ["", "", ""]


def _days(start: list[str], end: list[str]) -> tuple[date, date] | None:
    """The days on which it may have happened; None without a year or when it ends before it starts."""
    first, last = _span(start), _span(end)
    if first is None:
        return None
    days = first[0], (last or first)[1]
    return days if days[0] <= days[1] else None


def _span(parts: list[str]) -> tuple[date, date] | None:
    """The first and last day of a day, month or year; a part that is not a plain positive number is missing."""
    numbers = (re.fullmatch(r"(\d+)(\.0)?", part.strip()) for part in parts)
    year, month, day = (int(found[1]) if found else None for found in numbers)
    if year is None or not 1970 <= year <= 2011:
        return None
    if month is None or not 1 <= month <= 12:
        return date(year, 1, 1), date(year, 12, 31)
    length = monthrange(year, month)[1]
    if day is None or not 1 <= day <= length:
        return date(year, month, 1), date(year, month, length)
    return date(year, month, day), date(year, month, day)


def _states(names: Iterable[str], days: tuple[date, date] | None, where: str) -> tuple[str, ...]:
    found = set()
    for name in names:
        if name.casefold() in NOBODY or _missing(name):
            continue
        try:
            found.add(_state(name, days and days[0], where))
        except UnknownState as error:
            raise UnknownState(f"{error}; name it in knowledge/names.csv, or mend the row") from None
    return tuple(sorted(found))


def _state(name: str, on: date | None, where: str) -> str:
    """A participant's code. MME goes on writing Yugoslavia for what came after it, as number 345 does elsewhere."""
    if name == "Yugoslavia" and on:
        return from_cow(345, on) or name
    return name if is_code(name) else resolve(name, on, where)


def _missing(text: str) -> bool:
    return text.strip() in {"", "NA", "?", "-9", "-88", "-99", "xx", "xxxx", "XX"}


def _text(text: str) -> str:
    return "" if _missing(text) else text.strip()


def _report(exercise: Exercise, days: tuple[date, date], kind: str, raw: RawFile, layout: str) -> dict[str, Any]:
    whom = ", ".join(name_of(code) for code in exercise.states)
    return {
        "report": identity("exercises", kind, *exercise.id),
        **common(card("exercises"), raw),
        "url": PAGE,
        "publisher": kind.upper(),
        "position": exercise.position,
        "coder": kind,
        "coder_version": layout,
        "credibility": 2,
        "date_from": days[0],
        "date_to": days[1],
        "known": days[1],
        "actors": list(exercise.states),
        "recipients": [],
        "instrument": "exercise",
        "stage": str(Stage.EXECUTED),
        "polarity": 1,
        "belief": card("exercises").beliefs[kind],
        "place": exercise.place or None,
        "text": f"Exercise {exercise.name + ' ' if exercise.name else ''}of {whom}.",
    }
