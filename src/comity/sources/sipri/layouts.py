"""The layouts in which SIPRI has published its register, each turned into the same lines."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from comity.errors import LayoutError

# The columns of a line in the order of ``_lines``.
REGISTER = (
    "Supplier", "Recipient", "Weapon designation", "Weapon description", "Year of order", "Number ordered",
    "SIPRI TIV of delivered weapons", "Year(s) of delivery", "Comments",
)  # fmt: skip
OLD = ("seller", "buyer", "desg", "desc", "odat", "onum", "tivdel", "delyears", "coments")
DELIVERIES = (
    "SIPRI AT Database ID", "Supplier", "Recipient", "Designation", "Description", "Order date", "Delivery year",
    "TIV delivery values", "Local production",
)  # fmt: skip
COLUMNS = {"register": 16, "deliveries": 17, "old register": 22}
HEAD_BYTES = 8192
MOST = 1e6  # TIV: no line of the register comes near
PREAMBLE_LINES = 25
# As in "selected 2022 but not yet ordered by end-2023"; "ordred" is SIPRI's.
NOT_ORDERED = re.compile(r"\bselected\b.*\bnot (?:yet )?(?:ordered|ordred|signed)\b", re.IGNORECASE)


class Line(NamedTuple):
    """One line of the register: one deal."""

    supplier: str
    recipient: str
    designation: str
    description: str
    ordered: str  # year as written
    quantity: str
    delivered: dict[int, float | None]  # TIV by delivery year; null where SIPRI says only "below 0.5"
    licence: bool
    chosen: bool  # picked, and by the line's own words not ordered yet
    position: str


class Edition(NamedTuple):
    """A whole file."""

    generated: date | None
    lines: list[Line]
    rows: int
    broken: int  # rows without the columns of the layout


def layout(path: Path) -> str | None:
    """Which layout a file has, by its header within the first lines; None when it is no register."""
    if path.suffix.lower() not in {".csv", ".txt"}:
        return None
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES).decode("utf-8-sig", "replace").splitlines()[:PREAMBLE_LINES]
    return next((found for line in head if (found := _headed(line))), None)


def _headed(line: str) -> str | None:
    """The layout whose header a line is."""
    if line.startswith("Recipient,Supplier,Year of order,"):
        return "register"
    if line.startswith("SIPRI AT Database ID,"):
        return "deliveries"
    return "old register" if {"buyer", "seller", "tivdel"} <= set(re.split("[,;]", line.strip())) else None


def edition(path: Path, layout: str) -> Edition:
    """Every line of a file. Raises ``LayoutError`` when its header lacks a column or its text is in no known encoding."""
    text = _decoded(path)
    stamp = re.search(r"Data generated: (\d{1,2} \w{3} \d{4})", text[:HEAD_BYTES])
    generated = _day(stamp[1]) if stamp else None
    start = next(m.start() for m in re.finditer(r"^.*$", text, re.MULTILINE) if _headed(m[0]) == layout)
    delimiter = ";" if layout == "old register" and ";" in text[start : start + 200] else ","
    # Not ``splitlines``: Windows' three dots read as Latin-1 are U+0085, which ends no row.
    rows = list(csv.reader(re.split(r"\r\n?|\n", text[start:]), delimiter=delimiter))
    header = [name.strip().rstrip(";") for name in rows[0]]
    wanted = {"register": REGISTER, "deliveries": DELIVERIES, "old register": OLD}[layout]
    if missing := [name for name in wanted if name not in header]:
        raise LayoutError(
            f"{path.name}: the header lacks {', '.join(missing)}; export the trade register again, with every column"
        )
    body = _joined(rows[1:])
    whole = [(number, dict(zip(header, row, strict=True))) for number, row in body if len(row) == len(header)]
    lines = _deals(whole) if layout == "deliveries" else _lines(whole, wanted)
    return Edition(generated, list(lines), len(body), len(body) - len(whole))


def _day(text: str) -> date | None:
    """A day as SIPRI writes it; null when it is none."""
    try:
        return datetime.strptime(text, "%d %b %Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _decoded(path: Path) -> str:
    """The text; SIPRI writes UTF-8 with a mark or Latin-1, and does not say which."""
    raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _joined(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    """Rows with their number; a comment that holds a line break tears a row in two, and the halves are put together."""
    found: list[tuple[int, list[str]]] = []
    for number, row in enumerate(rows, start=1):
        if not any(row):
            continue
        if found and row[0] == "" and not any(found[-1][1][13:]):
            found[-1] = (found[-1][0], [*found[-1][1][:13], *row[1:4]])
        else:
            found.append((number, row))
    return found


def _lines(rows: list[tuple[int, dict[str, str]]], columns: tuple[str, ...]) -> Iterator[Line]:
    for number, row in rows:
        supplier, recipient, name, description, ordered, quantity, tiv, years, comment = (row[c] for c in columns)
        delivered = _split(tiv, _years(years))
        yield Line(
            supplier, recipient, name, description, ordered, quantity, delivered, _licence(comment),
            not delivered and bool(NOT_ORDERED.search(comment)), f"row {number}",
        )  # fmt: skip


def _deals(rows: list[tuple[int, dict[str, str]]]) -> Iterator[Line]:
    """Rows of one deal, a year each, put together again."""
    deals: dict[str, list[dict[str, str]]] = {}
    for _, row in rows:
        deals.setdefault(row["SIPRI AT Database ID"], []).append(row)
    for id, years in deals.items():
        first, delivered = years[0], dict[int, float | None]()
        for row in years:
            worth = _worth(row["TIV delivery values"]) or 0.0
            for year in _years(row["Delivery year"]):
                delivered[year] = (delivered.get(year) or 0.0) + worth or None
        licence = any(row["Local production"].strip(" ;") == "Yes" for row in years)
        supplier, recipient, name, description, ordered = (first[c] for c in DELIVERIES[1:6])
        yield Line(supplier, recipient, name, description, ordered, "", delivered, licence, False, f"id {id}")


def _years(text: str) -> list[int]:
    """Delivery years; a year in brackets or with a question mark is a year."""
    return [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text)]


def _split(tiv: str, years: list[int]) -> dict[int, float | None]:
    """A line's TIV, evenly over its deliveries; a year that is named twice saw two of them."""
    worth = _worth(tiv)
    return {year: worth and worth * n / len(years) for year, n in Counter(years).items()}


def _worth(tiv: str) -> float | None:
    """A TIV; null for none and for 0, which SIPRI writes for anything below 0.5."""
    try:
        value = float(tiv) if tiv.strip() else 0.0
    except ValueError:
        raise LayoutError(f"a TIV of {tiv[:40]!r} is no number; export the trade register again") from None
    if not 0 <= value < MOST:
        raise LayoutError(f"a TIV of {tiv[:40]!r} is impossible; export the trade register again")
    return value or None


def _licence(comment: str) -> bool:
    """Whether a comment says that the recipient builds or assembles the weapon itself."""
    return (
        bool(re.search(r"\b(licen[cs]e|assembled|produced) (?:\w+ ){0,4}in\b|under licen[cs]e", comment, re.IGNORECASE))
        and "not" not in comment.lower().split()[:3]
    )
