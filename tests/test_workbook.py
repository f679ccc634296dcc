"""A workbook that would take the whole program down is refused."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from comity.errors import SourceError
from comity.sources import catalogue
from comity.workbook import MOST_SECONDS, sheets

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(path: Path, *cells: str) -> Path:
    """A workbook of one sheet whose cells stand where they say."""
    rows = "".join(f'<row><c r="{cell}"><v>1</v></c></row>' for cell in cells)
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{LINKS}"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}"><Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="one" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, f'<?xml version="1.0"?>{text}')
    return path


def test_a_cell_in_the_last_row_and_column_stops_no_update(tmp_path: Path) -> None:
    far = book(tmp_path / "far.xlsx", "A1", "XFD1048576")
    assert far.stat().st_size < 3000
    with pytest.raises(SourceError, match=r"far\.xlsx: no workbook, .*more memory or time"):
        sheets(far)
    assert not any(source.layout(far) for source in catalogue().values())
    assert sheets(book(tmp_path / "near.xlsx", "A1", "B2")) == [[[1.0, ""], ["", 1.0]]]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_a_workbook_is_read_where_less_is_allowed_than_it_may_take(tmp_path: Path) -> None:
    path, less = book(tmp_path / "near.xlsx", "A1"), f"({MOST_SECONDS - 1},) * 2"
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_CPU, {less}); from comity.workbook import sheets"
    read = f"{limit}; from pathlib import Path; print(sheets(Path({str(path)!r})))"
    assert subprocess.check_output([sys.executable, "-c", read], text=True) == "[[[1.0]]]\n"


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "note.xlsx"
    path.write_text("no workbook")
    with pytest.raises(SourceError, match=r"note\.xlsx: no workbook"):
        sheets(path)


def test_days_and_numbers_come_as_they_stand() -> None:
    [first, second, *_] = sheets(Path(str(files("comity.sources").joinpath("manual/sample/workbook_sample.xlsx"))))[0]
    row = dict(zip(first, second, strict=True))
    assert row["author"]
    assert str(row["date"])[:10] == "2024-03-04"
