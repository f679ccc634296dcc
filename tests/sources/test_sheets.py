"""Sheets: what a PDF report suffers from when its lines are taken for its sentences. Each PDF is set here, by Typst."""

from __future__ import annotations

import io
from collections import Counter
from itertools import cycle, islice

import pytest
import typst
from pypdf import PageObject, PdfReader

from comity.coding.text import sentences
from comity.sources.articles import sheets, texts

LONG = (
    "The interdependence of military-industrial establishments complicates straightforward characterisations of "
    "counterterrorism cooperation between neighbouring administrations, which the parliamentary commission recommended. "
)
HEAD = '#set page(width: 15cm, height: 12cm, margin: 2cm, {more})\n#set text(font: "Libertinus Serif", size: 10pt, lang: "en", hyphenate: {hyphenate})\n#set par(justify: true, linebreaks: "simple")\n'


def pdf(source: str, more: str = "", hyphenate: str = "false") -> bytes:
    made = typst.compile((HEAD.format(more=more, hyphenate=hyphenate) + source).encode())
    assert isinstance(made, bytes)
    return made


def read(source: str, more: str = "", hyphenate: str = "false") -> list[str]:
    """The paragraphs of a PDF set from a text in Typst."""
    return sheets.read(pdf(source, more, hyphenate), 100_000).text.split("\n\n")


def test_heading_and_day_and_first_sentence_are_three() -> None:
    found = read(f"= Drones and Ties\n5 March 2024\\\nTurkey delivered three drones to Kyrgyzstan on 1 March. {LONG}")
    assert found[:2] == ["Drones and Ties", "5 March 2024"]
    assert found[2].startswith("Turkey delivered three drones to Kyrgyzstan on 1 March.")
    assert len(found) == 3


def test_a_heading_of_two_lines_is_one() -> None:
    title = "Drones and Dependence: Arms Ties of Some Invented States in a Region"
    assert read(f"= {title}\n{LONG}")[0] == title


@pytest.mark.parametrize("mark", ["-", "+"])
def test_each_item_of_a_list_stands_alone_and_a_long_one_stays_whole(mark: str) -> None:
    items = ["Turkey trains Uzbek forces", "Kazakhstan will host a drill in 2025", LONG.strip()]
    found = read(LONG + "\n" + "\n".join(f"{mark} {item}" for item in items) + f"\n\n{LONG}")
    assert [one.split(maxsplit=1)[1] for one in found[1:-1]] == items
    assert found[-1] == LONG.strip()


def test_items_whose_marks_are_drawn_and_not_written_stand_apart() -> None:
    items = ["Turkey trains Uzbek forces", "Kazakhstan will host a joint drill in 2025", LONG.strip()]
    assert read(" \\\n".join(items)) == items


def test_rows_of_a_table_are_not_run_together() -> None:
    cells = ["Year", "Recipient", "System", "2021", "Kyrgyzstan", "TB2", "2022", "Turkmenistan", "TB2"]
    table = f"#table(columns: 3, stroke: none, inset: 2.5pt, {', '.join(f'[{c}]' for c in cells)})"
    assert read(f"{LONG}\n{table}\n{LONG}")[1:-1] == ["Year Recipient System", "2021 Kyrgyzstan TB2", "2022 Turkmenistan TB2"]  # fmt: skip


def test_a_word_parted_at_the_end_of_a_line_is_one_word_and_a_compound_keeps_its_hyphen() -> None:
    source = "#set page(columns: 3)\n" + LONG + "They are military-industrial, and industrial more than military, and military again. An industrial matter."  # fmt: skip
    text = " ".join(read(source, hyphenate="true"))
    raw = "\n".join(line.text for line in sheets._lines(next(iter(_pages(source))), 0))
    assert raw.count("-\n") > 3  # the case is there
    assert text == source.split("\n")[1]


def _pages(source: str) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(pdf(source, hyphenate="true"))).pages)


def test_running_heads_feet_and_page_numbers_are_left_out_and_a_sentence_goes_over_the_page() -> None:
    more = 'header: [Invented Institute | Policy Brief 12], footer: context align(center)[www.invented.example | #counter(page).display()]'  # fmt: skip
    found = read(LONG * 12, more)
    assert found == [(LONG * 12).strip()]
    assert len(list(sentences(found[0]))) == 12


def test_page_numbers_alone_are_left_out_even_of_one_page() -> None:
    assert read(LONG, "footer: context align(center)[Page #counter(page).display() of 9]") == [LONG.strip()]


def test_columns_are_read_one_after_the_other() -> None:
    places = list(islice(cycle(["Ankara", "Astana", "Baku", "Bishkek"]), 16))
    body = " ".join(f"The meeting number {n} of the ministers was held in {place}." for n, place in enumerate(places))
    found = read(body, "columns: 2")
    assert " ".join(found) == body  # a sentence that ends where its column ends may end a paragraph


def test_footnotes_follow_at_the_end_and_their_numbers_vanish() -> None:
    source = f"#set page(height: 9cm)\n{LONG}Turkey delivered drones.#footnote[Invented Agency, 1 March 2024.] {LONG * 2}They met in Ankara,#footnote[Another agency.] and signed. {LONG * 3}"  # fmt: skip
    found = read(source)
    assert found[-2:] == ["Invented Agency, 1 March 2024.", "Another agency."]
    assert "Turkey delivered drones. The interdependence" in found[0]
    assert "They met in Ankara, and signed." in found[0]
    assert len(found) == 3


def test_paragraphs_that_only_an_indent_tells_apart_stand_apart() -> None:
    found = read(f"#set par(first-line-indent: 1.5em, spacing: 0.65em)\n{LONG}\n\n{LONG}\n\n{LONG}")
    assert found == [LONG.strip()] * 3


def test_chinese_lines_are_joined_without_a_space() -> None:
    (found,) = (sheets._joined([line("中国和巴基斯坦在"), line("新疆举行了演习。")], Counter()),)
    assert found == "中国和巴基斯坦在新疆举行了演习。"


@pytest.mark.parametrize(
    ("drawn", "written"), [("ﬁrst oﬀer", "first offer"), ("ﺗﺮﻛﻴﺎ", "تركيا"), ("co\xadop", "co-op")]
)
def test_letters_that_a_font_draws_as_one_are_read_as_written(drawn: str, written: str) -> None:
    found = sheets._line([sheets.Piece(drawn, 0, 0, 10, "/Font")], 0)
    assert found is not None
    assert found.text == written


def line(text: str) -> sheets.Line:
    return sheets.Line(0, text, 0, 0, 10, frozenset({"/Font"}), (0,), False)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Report on Drones", "Report on Drones"),
        ("Microsoft Word - v3 final.docx", "The Headline"),
        ("", "The Headline"),
    ],
)
def test_a_title_that_a_program_gave_goes_behind_the_headline(said: str, title: str) -> None:
    (found,) = texts.pdf(pdf(f'#set document(title: "{said}")\n#text(20pt)[The Headline]\n\n{LONG}'), None)
    assert found.title == title


def test_what_is_no_pdf_has_no_text() -> None:
    assert list(texts.pdf(b"%PDF-1.7 and nothing", None)) == []
