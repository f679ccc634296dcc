"""Text: where sentences end in what somebody pastes from a page or a PDF."""

from __future__ import annotations

from datetime import date

import pytest

from comity.coding import Article, read
from comity.coding.text import sentences

STORY = (
    "Turkey delivered three Bayraktar drones to Kyrgyzstan on 1 March, the defence\n"
    "ministry in Bishkek said. The delivery followed a visit of the minister of the\n"
    "Kyrgyz Republic, who had met the President of Turkey, Recep Tayyip Erdogan, and\n"
    "his Iranian colleague."
)


def cut(text: str) -> list[str]:
    found = list(sentences(text))
    assert all(text[s.start : s.end] == s.text for s in found)
    return [s.text for s in found]


def test_a_full_line_ends_no_sentence_though_the_next_begins_with_a_name() -> None:
    assert [s.replace("\n", " ") for s in cut(STORY)] == [
        "Turkey delivered three Bayraktar drones to Kyrgyzstan on 1 March, the defence ministry in Bishkek said.",
        "The delivery followed a visit of the minister of the Kyrgyz Republic, who had met the President of Turkey, "
        "Recep Tayyip Erdogan, and his Iranian colleague.",
    ]


def test_heading_and_byline_and_day_end_where_their_lines_end() -> None:
    assert cut(f"Drones and ties\nBy A. Writer\n5 March 2024\n{STORY}")[:3] == ["Drones and ties", "By A. Writer", "5 March 2024"]  # fmt: skip


@pytest.mark.parametrize("text", ["Turkey and\nKazakhstan", "signed by Turkey,\n" + STORY, "the anti-\n" + STORY])
def test_a_short_line_that_goes_on_ends_nothing(text: str) -> None:
    assert "\n" in cut(text)[0]


@pytest.mark.parametrize("mark", ["-", "•", "*", "\t", "|"])
def test_items_of_a_list_are_sentences(mark: str) -> None:
    assert cut(f"{mark} Turkey trains forces\n{mark} and others too") == [
        f"{mark} Turkey trains forces".strip(),
        f"{mark} and others too".strip(),
    ]


def test_the_day_of_a_pasted_story_s_heading_is_not_that_of_its_act() -> None:
    text = f"Drones and ties\n5 February 2020\n{STORY}"
    acts = [a for a in read([Article("a", text, date(2024, 3, 5), "en")]) if a.instrument == "arms"]
    assert {(a.date_from, a.date_to) for a in acts} == {("2024-03-01", "2024-03-01")}
