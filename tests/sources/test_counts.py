"""The page of rows read, kept and left out, held against the real files and against what is written beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from comity.lake import raw_file
from comity.sources import catalogue

PAGE = Path(__file__).parents[2] / "docs/counts.md"
LARGEST = 3 * 1024 * 1024  # bytes; what is larger is read by tools/counts.py only
CELL = r"\| ([\w ]+), ([\w ]+) \| `([^`]+)` \| ([^|]*) \| ([\d,]+) \| ([\d,]+) \| (.*) \|"


class Line(NamedTuple):
    """One file on the page."""

    source: str
    layout: str
    file: str
    said: str
    rows: int
    kept: int
    left: str


def number(text: str) -> int:
    return int(text.replace(",", ""))


def lines() -> list[Line]:
    found = [m for line in PAGE.read_text("utf-8").splitlines() if (m := re.fullmatch(CELL, line))]
    return [Line(*m.group(1, 2, 3, 4), number(m[5]), number(m[6]), m[7]) for m in found]


ALL = pytest.mark.parametrize("line", lines(), ids=lambda line: line.file)


def left_out(line: Line) -> list[int]:
    return [number(re.match(r"[\d,]+", part)[0]) for part in line.left.split("; ") if part]  # type: ignore[index]


@ALL
def test_each_row_is_kept_or_counted_and_there_are_as_many_as_is_said_beside_the_file(
    shared_data: Path, line: Line
) -> None:
    assert line.rows == line.kept + sum(left_out(line))
    said = re.fullmatch(r"([\d,]*)(: .+)?", line.said)
    assert said
    if said[1]:
        beside = (shared_data / line.file).parent / "SOURCE.txt"
        assert re.search(rf"(?<![\d,]){said[1]}(?![\d,])", beside.read_text("utf-8"))
        assert number(said[1]) == line.rows or said[2], "a difference is explained"


@ALL
def test_a_real_file_is_read_as_the_page_says(shared_data: Path, line: Line) -> None:
    path = shared_data / line.file
    if path.stat().st_size > LARGEST:
        pytest.skip("large: tools/counts.py reads it")
    source = catalogue()[line.source]
    assert source.layout(path) == line.layout
    batch = source.read(raw_file(path), line.layout)
    assert (batch.rows, batch.kept) == (line.rows, line.kept)
    assert sorted(batch.skipped.values()) == sorted(left_out(line))
    assert all(reason in line.left for reason in batch.skipped)
