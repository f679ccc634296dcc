"""Intake: a folder of strangers' files holds papers of two kinds, and only those that tell of events are articles."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from tests.newsroom import small

from comity import cli, flow
from comity.intake import claimed, manuals
from comity.lake import Lake
from comity.sources import catalogue

SOURCES = Path(flow.__file__).parent / "sources"
PAPER = SOURCES / "articles/sample/drill_sample.pdf"
PAGE = SOURCES / "articles/sample/drill_sample.html"
DATA = SOURCES / "gdelt/sample/20240301000000.export.CSV.zip"


def put(folder: Path, *files: tuple[Path, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file, name in files:
        shutil.copy(file, folder / name)
    return folder


def apart(folder: Path) -> list[str]:
    claims = claimed(sorted(p for p in folder.rglob("*") if p.is_file()), catalogue())
    return sorted(p.name for p in manuals(claims))


def test_a_pdf_beside_a_data_set_is_its_manual_and_one_in_another_folder_an_article(tmp_path: Path) -> None:
    put(tmp_path / "gdelt", (DATA, DATA.name), (PAPER, "events.pdf"), (PAGE, "events.html"))
    put(tmp_path / "papers", (PAPER, "report.pdf"))
    assert apart(tmp_path) == ["events.pdf"]


def test_a_pdf_beside_what_people_wrote_is_an_article(tmp_path: Path) -> None:
    own = SOURCES / "manual/sample"
    put(tmp_path, *((path, path.name) for path in own.iterdir()), (PAPER, "report.pdf"), (PAGE, "page.html"))
    assert apart(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("atop_5_1_codebook.pdf", True),
        ("Codebook v3.1.pdf", True),
        ("Data-Dictionary.pdf", True),
        ("users_guide.pdf", True),
        ("plover_reference.html", True),
        ("a manual for armies signed in Ankara.pdf", False),
        ("manually.pdf", False),
        ("report.html", False),
    ],
)
def test_a_paper_that_is_named_like_a_codebook_is_one_wherever_it_lies(tmp_path: Path, name: str, is_one: bool) -> None:
    put(tmp_path, (PAGE if name.endswith("html") else PAPER, name))
    assert apart(tmp_path) == [name] * is_one


def test_the_codebook_of_a_real_data_set_is_passed_over(shared_data: Path) -> None:
    assert apart(shared_data / "atop") == ["atop_5_1_codebook.pdf"]


def test_an_update_names_the_manual_and_reads_it_where_it_is_asked_to(tmp_path: Path) -> None:
    case = small(tmp_path / "case", {})
    folder = put(tmp_path / "files", (DATA, DATA.name), (PAPER, "events.pdf"))
    lake = Lake(tmp_path / "lake")
    done = flow.update(case, lake, date(2026, 1, 1), folder)
    assert (done.manuals, done.unread, done.coded.articles) == (["events.pdf"], [], 0)
    asked = flow.update(case, lake, date(2026, 1, 1), folder, only=["articles"])
    assert (asked.manuals, asked.coded.articles) == ([], 1)


def test_the_command_says_how_to_read_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = small(tmp_path / "case", {})
    folder = put(tmp_path / "files", (DATA, DATA.name), (PAPER, "events.pdf"))
    line = ["comity", "--lake", str(tmp_path / "lake"), "update", str(case.folder), "--from", str(folder), "--offline"]

    def said(*more: str) -> str:
        monkeypatch.setattr(sys, "argv", [*line, *more])
        with suppress(SystemExit):
            cli.main()
        return capsys.readouterr().out

    told = said()
    assert "events.pdf" in told
    assert "--source articles" in told
    assert json.loads(said("--json"))["manuals"] == ["events.pdf"]
