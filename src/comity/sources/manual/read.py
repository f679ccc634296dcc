"""An analyst's own reports: a CSV or Excel table, a row a report, or a note with a head of ``name: value`` lines."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from pathlib import Path

from comity import byhand
from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.sources import card
from comity.states import resolve
from comity.tables import REPORT, identity
from comity.vocabulary import BROKEN, CREDIBILITY, INSTRUMENTS, Kind, Modality, Stage
from comity.workbook import Cell, Sheet, sheets

# Their hash, in this order, is the id of a report.
NEEDED = ("author", "date", "actors", "recipients", "instrument", "stage", "text")
OPTIONAL = (
    "date_to", "polarity", "modality", "belief", "credibility", "url", "publisher", "published", "lang", "forum", "platform",
    "quantity", "value_usd", "place",
)  # fmt: skip
BOOKS = (".xlsx", ".xls", ".ods")
NOTES = (".txt", ".md")
TIMED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")  # a day with a time, as a workbook may have it
HEAD = re.compile(r"^(\w+)\s*:\s*(.*)$")
NOTE_BYTES = 1024 * 1024
LONGEST = 100_000  # characters of one cell
LEAST_BELIEF = 0.001

Row = dict[str, str]


def layout(path: Path) -> str | None:
    """``table``, ``workbook`` or ``note`` when it has every column that a report of an author needs; a table may lack one, to be told so."""
    kind = path.suffix.lower()
    if kind == ".csv":
        return "table" if len(_lacking(header(path))) <= 1 else None
    if kind in BOOKS:
        rows = _sheet(path)
        return "workbook" if rows and len(_lacking(rows[0])) <= 1 else None
    if kind in NOTES and path.stat().st_size <= NOTE_BYTES:
        return "note" if set(NEEDED) - {"text"} <= set(_note(path)) else None
    return None


def _lacking(names: Iterable[Cell]) -> list[str]:
    """The columns that a report needs and a header does not have."""
    there = {str(name).strip().lower() for name in names}
    return [name for name in NEEDED if name not in there]


def read(raw: RawFile, layout: str) -> Batch:
    """Every row as a report. Raises ``SourceError`` that names the row and what is wrong with it."""
    if layout != "note" and (lost := _lacking(header(raw.path) if layout == "table" else _sheet(raw.path)[0])):
        raise SourceError(
            f"{raw.path.name}: a table of own reports needs the column {lost[0]}; docs/articles.md says what it holds"
        )
    rows = _rows(raw.path, layout)
    reports = [_report(raw, number, row) for number, row in rows]
    return Batch({"report": REPORT.frame(reports)}, layout, len(rows), len(reports), {})


def _rows(path: Path, layout: str) -> list[tuple[int, Row]]:
    match layout:
        case "table":
            return _table(path)
        case "workbook":
            return _workbook(path)
    return [(1, _note(path))]


def _table(path: Path) -> list[tuple[int, Row]]:
    rows = frame(path)
    named = rows.rename({name: name.strip().lower() for name in rows.columns})
    return [(row.pop("row"), {k: v or "" for k, v in row.items()}) for row in named.iter_rows(named=True)]


def _workbook(path: Path) -> list[tuple[int, Row]]:
    rows = _sheet(path)
    names = [str(cell).strip().lower() for cell in rows[0]]
    whole = [(n, dict(zip(names, map(_cell, row), strict=False))) for n, row in enumerate(rows[1:], start=2)]
    return [(n, row) for n, row in whole if any(row.values())]


def _sheet(path: Path) -> Sheet:
    """The first sheet; nothing when it is no workbook."""
    try:
        return sheets(path)[0]
    except SourceError:
        return []


def _cell(value: Cell) -> str:
    if isinstance(value, str) and TIMED.fullmatch(value):
        return value[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _note(path: Path) -> Row:
    """The head of a note as columns, and its body as ``text``."""
    lines = path.read_bytes().decode("utf-8-sig", "replace").splitlines()
    row: Row = {}
    for line in lines:
        match = HEAD.match(line.strip())
        if not match or match[1].lower() not in (*NEEDED, *OPTIONAL):
            break
        row[match[1].lower()] = match[2].strip()
    body = " ".join(" ".join(lines[len(row) :]).split())
    return {**row, "text": body} if body else row


def _report(raw: RawFile, number: int, row: Row) -> dict[str, object]:
    where = f"{raw.path.name}, row {number}"
    if strange := sorted(set(row) - set(NEEDED) - set(OPTIONAL)):
        raise SourceError(
            f"{where}: no column {', '.join(strange)} is known; there are {', '.join((*NEEDED, *OPTIONAL))}"
        )
    if missing := [name for name in NEEDED if not row.get(name, "").strip() and name != "recipients"]:
        raise SourceError(f"{where}: {', '.join(missing)} is empty; every report needs it")
    if any(len(value) > LONGEST for value in row.values()):
        raise SourceError(f"{where}: a cell longer than {LONGEST} characters; a report is a sentence")
    try:
        return _columns(raw, where, {k: v.strip() for k, v in row.items()})
    except UnknownState as error:
        raise SourceError(f"{error}; docs/articles.md says what each column holds") from error
    except ValueError as error:
        raise SourceError(f"{where}: {error}; docs/articles.md says what each column holds") from error


def _columns(raw: RawFile, where: str, row: Row) -> dict[str, object]:
    start = byhand.day(row["date"], "date")
    end = _day(row, "date_to") or start
    if end < start:
        raise ValueError(f"date_to {end} is before date {start}")
    published = _day(row, "published")
    modality = Modality(_word(row, "modality", list(Modality)) if row.get("modality") else Modality.ACTUAL)
    if modality is Modality.ACTUAL and start > raw.retrieved.date() + timedelta(1):
        raise ValueError(
            f"date {start} is after the day on which the file was written; what is to come has the modality planned"
        )
    instrument = INSTRUMENTS[_word(row, "instrument", INSTRUMENTS)]
    stage = Stage(_word(row, "stage", list(Stage)))
    against = instrument.kind is Kind.PRESSURE or stage in BROKEN
    url = row.get("url") or None
    if url and not url.startswith(("https://", "http://")):
        raise ValueError(f"url {url!r} is no address")
    actors, recipients = _states(row["actors"], where), _states(row.get("recipients", ""), where)
    if recipients and set(recipients) <= set(actors):
        raise ValueError(
            f"recipients {row['recipients']!r} are among the actors; name the other party, or leave them empty"
        )
    return {
        **{name: row.get(name) or None for name in ("lang", "forum", "platform", "place")},
        **{name: _amount(row, name) for name in ("quantity", "value_usd")},
        "report": identity("manual", *(row.get(name, "") for name in NEEDED)),
        "source": "manual",
        "url": url,
        "publisher": row.get("publisher") or row["author"],
        "published": published,
        "retrieved": raw.retrieved,
        "raw": raw.sha256,
        "position": where.rsplit(", ", 1)[-1],
        "coder": row["author"],
        "coder_version": "by hand",
        "reliability": card("manual").reliability,
        "credibility": _step(row, "credibility", 6, CREDIBILITY),
        "date_from": start,
        "date_to": end,
        "known": max(end, published or end),
        "actors": actors,
        "recipients": sorted(set(recipients) - set(actors)),
        "instrument": instrument.name,
        "stage": stage,
        "polarity": _step(row, "polarity", -1 if against else 1, (-1, 0, 1)),
        "modality": modality,
        "belief": _belief(row),
        "text": row["text"],
    }


def _day(row: Row, name: str) -> date | None:
    return byhand.day(row[name], name) if row.get(name) else None


def _number(row: Row, name: str) -> float | None:
    """A number that a row gives; ``ValueError`` for what is none, ``nan`` and numbers without end among it."""
    if not row.get(name):
        return None
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} {row[name]!r} is no number; write it in digits, as 6500000000")
    return value


def _amount(row: Row, name: str) -> float | None:
    value = _number(row, name)
    if value is not None and value < 0:
        raise ValueError(f"{name} {row[name]!r} is below nought")
    return value


def _word(row: Row, name: str, words: Collection[str]) -> str:
    """What a row says in one of the columns that take a word of the vocabulary; ``ValueError`` that lists the words."""
    if row[name] not in words:
        raise ValueError(f"{name} {row[name]!r} is none of {', '.join(words)}")
    return row[name]


def _states(text: str, where: str) -> list[str]:
    """Codes of the states and organisations named, separated by ``;``."""
    return sorted({resolve(name.strip(), where=where) for name in text.split(";") if name.strip()})


def _belief(row: Row) -> float:
    value = _number(row, "belief")
    if value is None:
        return card("manual").beliefs["asserted"]
    if not LEAST_BELIEF <= value <= 1:
        raise ValueError(f"belief {value:g} is not between {LEAST_BELIEF:g} and 1")
    return value


def _step(row: Row, name: str, default: int, steps: Collection[int]) -> int:
    value = default if (said := _number(row, name)) is None else said
    if value not in steps:
        raise ValueError(f"{name} {value:g} is none of {', '.join(map(str, steps))}")
    return int(value)
