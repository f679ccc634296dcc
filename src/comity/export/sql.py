"""A user's own question to the tables, in SQL; the only file that knows DuckDB."""

from __future__ import annotations

import math
from importlib.util import find_spec
from typing import Any, NamedTuple

from comity.errors import MissingExtra, UsageError
from comity.export import tables
from comity.flow import Picture

# A question reads no file and opens no socket.
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class Found(NamedTuple):
    """What a question gave."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def asked(picture: Picture, question: str) -> Found:
    """The answer to a question in DuckDB's SQL over the tables of a picture, each under its name; what is no number is missing.

    Raises ``MissingExtra`` when DuckDB or PyArrow is not installed, ``UsageError`` when DuckDB does not understand the question, or
    would answer the last of several.
    """
    needed = ("duckdb", "pyarrow")  # the one reads the tables through the other
    if missing := [name for name in needed if find_spec(name) is None]:
        raise MissingExtra(f"comity sql needs DuckDB and PyArrow ({missing[0]} is missing): pip install 'comity[sql]'")
    import duckdb

    with duckdb.connect(":memory:", config=CLOSED) as store:
        for name, table in tables(picture).items():
            store.register(name, table)
        try:
            questions = [one.type == duckdb.StatementType.SELECT for one in duckdb.extract_statements(question)]
            if sum(questions) > 1:
                raise UsageError(
                    f"SQL: {sum(questions)} questions; ask one at a time, or join their rows with UNION ALL"
                )
            result = store.execute(question)
            if result is None or not result.description:  # nothing but spaces and remarks
                raise UsageError("SQL: no question; write one, as in: select * from ties")
            names, rows = [column[0] for column in result.description], result.fetchall()
            return Found(names, [tuple(map(_measured, row)) for row in rows])
        except duckdb.Error as error:
            known = ", ".join(tables(picture))
            raise UsageError(f"SQL: {error}\nTables: {known}. Their columns: docs/reference/tables.md") from error


def _measured(value: Any) -> Any:
    """A value, or None for one divided by nought, which JSON cannot say."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
