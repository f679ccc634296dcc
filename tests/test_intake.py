"""Intake: a folder of strangers' files holds papers of two kinds, and only those that tell of events are articles."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.newsroom import small

from comity import cli, flow, intake
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
    folder = put(tmp_path / "files", (DATA, DATA.name), (PAPER, "codebook.pdf"))
    lake = Lake(tmp_path / "lake")
    done = flow.update(case, lake, date(2026, 1, 1), folder)
    assert (done.manuals, done.unread, done.coded.articles) == (["codebook.pdf"], [], 0)
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


class Word:
    """A source of which each file is one word."""

    def __init__(self, layout: str | None) -> None:
        self.known = layout
        self.card = SimpleNamespace(name="word", reader=1)

    def layout(self, path: Path) -> str | None:
        return self.known


def test_a_fetched_file_that_its_source_does_not_know_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw/word").mkdir(parents=True)
    (tmp_path / "raw/word/new.bin").write_text("x")
    found = {layout: intake.kept(Lake(tmp_path), {"word": Word(layout)}) for layout in ("a", None)}  # type: ignore[dict-item]
    assert [(path.name, layout) for path, _, layout in found["a"][0]] == [("new.bin", "a")]
    assert (found["a"][1:], found[None][0]) == (([], 0), [])
    assert [(f.source, f.path) for f in found[None][1]] == [("word", "new.bin")]
    assert "laid out as nothing that this source knows" in found[None][1][0].why


def test_files_are_stored_in_groups_of_one_source_that_end_with_the_one_that_fills_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four bytes each where ten are enough: three fill a group."""
    monkeypatch.setattr(intake, "GROUP_BYTES", 10)
    paths = [tmp_path / name for name in "abcdefg"]
    for path in paths:
        path.write_text("four")
    groups = list(intake._groups([intake.Claim(path, Word("w"), "w") for path in paths]))  # type: ignore[arg-type]
    assert [[path.name for path, *_ in group] for _, group in groups] == [["a", "b", "c"], ["d", "e", "f"], ["g"]]


def test_hidden_files_and_the_samples_of_sources_are_no_evidence_and_a_folder_of_that_name_is(tmp_path: Path) -> None:
    for name in (".hidden.csv", ".git/a.csv", "source.toml", "sample/a.csv", "mine/sample/b.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.relative_to(tmp_path).as_posix() for p in intake.files_in(tmp_path)] == ["mine/sample/b.csv", "source.toml"]  # fmt: skip


def test_a_fetched_file_is_from_where_and_when_its_card_says(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")
    assert intake.identified(path).url is None
    card = {"source": "s", "url": "https://a.example", "found": "https://b.example", "retrieved": "2024-01-02T03:04:05+00:00", "sha256": "", "size": 1, "licence": "", "attribution": ""}  # fmt: skip
    (tmp_path / "a.csv.card.json").write_text(json.dumps(card))
    raw = intake.identified(path)
    assert (raw.url, raw.retrieved) == ("https://b.example", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_what_was_read_what_was_known_and_what_failed_are_told_apart(tmp_path: Path) -> None:
    """Two notes, one of them twice, and one of nobody: of four files two are read, the twin is known, one fails."""
    head = "author: Ada\ndate: 2024-03-04\nactors: {}\nrecipients: KAZ\ninstrument: exercise\nstage: executed\n\nA drill.\n"  # fmt: skip
    for name, actor in (("a", "TUR"), ("b", "RUS"), ("twin of a", "TUR"), ("wrong", "Nowhereland")):
        (tmp_path / f"{name}.txt").write_text(head.format(actor))
    lake = Lake(tmp_path / "store")
    claims = list(claimed(sorted(tmp_path.glob("*.txt")), catalogue()))
    ledger, known, failures = intake.absorb(lake, claims)
    assert (len(ledger), known, [f.path for f in failures]) == (2, 1, ["wrong.txt"])
    ledger, known, failures = intake.absorb(lake, claims)
    assert (len(ledger), known, [f.path for f in failures]) == (0, 3, ["wrong.txt"])


@pytest.mark.parametrize("name", ["casebook.csv", "effort.csv"])
def test_a_table_of_the_case_that_no_source_knows_is_named(tmp_path: Path, name: str) -> None:
    case = small(tmp_path / "small", {})
    assert intake.unlike(case, []) == []
    (case.folder / name).write_text("id,who\n1,TUR\n")
    assert [f.path for f in intake.unlike(case, [])] == [name]
