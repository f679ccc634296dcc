"""Files that people write by hand, CSV and TOML, read at the door: what is wrong in one is named with its line or field.

A mark of byte order in front and the line ends of any system are no mistakes. Files are named with their folder, not
with the whole path: what is said of them may stand on a page that others read.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from comity.errors import ComityError

M = TypeVar("M", bound=BaseModel)
SHOWN = 40  # letters of a wrong value that are repeated
PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "unexpected_keyword_argument": "is not known here",
}


def rows(path: Path | Traversable, wrong: type[ComityError]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row of a CSV file with where it stands; ``wrong`` for a file that is none, and for a row too long or too short."""
    lines = csv.DictReader(io.StringIO(_text(path, wrong)), strict=True)
    try:
        for row in lines:
            where = f"{name(path)}, line {lines.line_num}"
            if None in row or None in row.values():
                raise wrong(f"{where}: not as many columns as the header; mend the line")
            yield where, row
    except csv.Error as error:
        raise wrong(f"{name(path)}, line {lines.line_num}: no CSV ({error}); mend the line") from error


def table(path: Path | Traversable, model: type[M], wrong: type[ComityError]) -> Iterator[tuple[str, M]]:
    """Each row of a CSV file as a model, with where it stands; ``wrong`` names the line and the column."""
    for where, row in rows(path, wrong):
        yield where, checked(model, row, where, wrong)


def toml(path: Path | Traversable, wrong: type[ComityError]) -> dict[str, Any]:
    """What a TOML file says; ``wrong`` for a file that is none."""
    try:
        return tomllib.loads(_text(path, wrong))
    except tomllib.TOMLDecodeError as error:
        raise wrong(f"{name(path)}: no TOML ({error}); mend it there") from error


def checked(model: type[M], said: dict[str, Any], where: str, wrong: type[ComityError]) -> M:
    """A model of what is said; ``wrong`` names each field that is wrong, in one line."""
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise wrong(f"{where}: {'; '.join(map(_why, error.errors()))}") from error


def day(said: str, what: str) -> date:
    """A day written as 2024-03-05; ``ValueError`` that says what it is of."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{what} {said[:SHOWN]!r} is no day; write it as 2024-03-05") from None


def name(path: Path | Traversable) -> str:
    """A file by its folder and name."""
    return f"{path.parent.name}/{path.name}" if isinstance(path, Path) else path.name


def _text(path: Path | Traversable, wrong: type[ComityError]) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(f"{name(path)}: not in UTF-8 (byte {error.start}); save it again as that") from error
    except OSError as error:
        raise wrong(f"{path}: cannot be read ({error.strerror}); check that it is yours") from error


def _why(error: Any) -> str:
    field, kind = ".".join(map(str, error["loc"])), error["type"]
    if kind in PLAIN:
        return f"{field} {PLAIN[kind]}"
    if kind.startswith("date_"):
        return f"{field} {str(error['input'])[:SHOWN]!r} is no day; write it as 2015-01-01"
    told = error["msg"].removeprefix("Value error, ")
    if not field or kind == "value_error":  # our own words, which name the value
        return f"{field}: {told}" if field else told
    return f"{field} {str(error['input'])[:SHOWN]!r}: {told}"
