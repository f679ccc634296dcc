"""A brief on paper says what the pages say, every act has its footnote, and it asks for nothing once it is written."""

from __future__ import annotations

import errno
import os
import re
import sys
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest

from comity.errors import MissingExtra, StoreError, UsageError
from comity.flow import Picture
from comity.pages import Query, overview, to_json
from comity.pages.brief import Brief, Credit, brief
from comity.sources import catalogue
from comity.web.brief import html, pdf, write


@pytest.fixture(scope="module")
def page(picture: Picture) -> Brief:
    return brief(picture, Query())


def test_every_note_is_cited_and_every_citation_has_its_note(page: Brief) -> None:
    cited = [line.note for line in (*page.changes, *page.unseen)] + [n for claim in page.claims for n in claim.notes]
    assert sorted(set(cited)) == [note.number for note in page.notes] == list(range(1, len(page.notes) + 1))
    by_number = {note.number: note for note in page.notes}
    assert all(by_number[line.note].report == line.act.report for line in (*page.changes, *page.unseen))


def test_it_says_what_the_overview_says(page: Brief, picture: Picture) -> None:
    whole = overview(picture, Query())
    assert page.sentences == [s.text for s in whole.sentences]
    ours = {c.opens: c.strength for row in whole.partners for c in row.ties if c.with_ == page.patron and c.acts}
    assert {c.opens: c.strength for held in page.held for c in held.ties} == ours
    assert all(c.low <= c.strength <= c.high for held in page.held for c in held.ties)
    assert all(f.low <= f.probability <= f.high for f in page.forecasts)


def test_the_terms_of_every_source_stand_on_paper_and_in_html(page: Brief) -> None:
    restricted = [c for c in (item.card for item in catalogue().values()) if not c.may_redistribute]
    credits = [Credit(c.attribution, c.licence, c.terms, c.may_redistribute) for c in restricted]
    whole = replace(page, sources=[*page.sources, *credits])
    text = unescape(html(whole))
    assert all(one.terms in text and one.licence in text for one in whole.sources)
    assert text.count("The data may not be passed on.") == len(restricted) > 0
    pypdf = pytest.importorskip("pypdf")
    paper = "".join("".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(pdf(whole))).pages).split())
    assert paper.count("Thedatamaynotbepassedon.") == len(restricted)
    assert "".join(whole.sources[0].terms.split()) in paper


def test_a_file_runs_nothing_and_fetches_nothing(page: Brief) -> None:
    text = html(page)
    assert "<script" not in text
    assert not re.search(r"""(?:src|href)=["']/|url\(|@import|<link""", text)
    assert all(f'id="note-{note.number}"' in text for note in page.notes)


def test_a_pdf_has_pages_and_is_the_same_each_time(page: Brief) -> None:
    pypdf = pytest.importorskip("pypdf")
    content = pdf(page)
    read = pypdf.PdfReader(BytesIO(content))
    text = " ".join(sheet.extract_text() for sheet in read.pages)
    assert 2 <= len(read.pages) <= 12
    assert page.about.title in text
    assert page.about.vintage[:12] in text
    assert page.notes[-1].report in text
    # Not the clock of the printing, which would make each another file.
    assert read.metadata.creation_date.date() == page.about.as_of
    assert pdf(page) == content


def test_hostile_words_stay_words(page: Brief) -> None:
    evil = replace(page, sentences=['<img src=x onerror=alert(1)> #panic("x") $x$ \\ */'])
    assert "<img" not in html(evil)
    assert pdf(evil).startswith(b"%PDF")


def test_a_wrong_ending_and_a_folder_that_cannot_be_are_said(page: Brief, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.pdf or \.html"):
        write(page, tmp_path / "brief.docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another file"):
        write(page, tmp_path / "file" / "brief.html")


def test_a_full_disk_leaves_the_brief_that_was_there(
    page: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "brief.html"
    there.write_text("that of last week")

    def fill(self: Path, content: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(StoreError, match=r"No space left on device.*choose another file"):
        write(page, there)
    assert there.read_text() == "that of last week"
    assert list(tmp_path.iterdir()) == [there]


def test_an_empty_day_has_a_brief_too(picture: Picture) -> None:
    assert to_json(brief(picture, Query(partners=("TKM",))))["held"][0]["state"] == "TKM"


def test_a_pdf_without_typst_names_the_extra_that_brings_it(page: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match=r"pip install 'comity\[brief\]'"):
        pdf(page)
