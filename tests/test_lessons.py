"""The lessons of the coder: their form holds, and none says what a scored sentence says."""

from __future__ import annotations

import csv
import re
from collections import Counter

import numpy as np
import pytest
from bench.coding import goldset, lessons
from rapidfuzz import fuzz, process, utils

from comity import cases
from comity.vocabulary import INSTRUMENTS, Stage


@pytest.fixture(scope="module")
def every() -> list[lessons.Lesson]:
    return lessons.read() + lessons.further()


def test_a_line_is_read_with_all_its_parties_and_acts() -> None:
    line = "[Chad] and [Mali] met <Niger>'s chief and signed a pact. = agreement signed = training announced"
    one = lessons.parse("x:1", line, ("dialogue", "executed"))
    assert one.text == "Chad and Mali met Niger's chief and signed a pact."
    assert one.acts == (("dialogue", "executed"), ("agreement", "signed"), ("training", "announced"))
    assert [one.text[a:b] for a, b in one.actors] == ["Chad", "Mali"]
    assert [one.text[a:b] for a, b in one.others] == ["Niger"]
    assert one.words == ("", "", "")
    told = lessons.parse(
        "x:3",
        "[Chad] met <Mali>, then armed it. = dialogue executed: met = arms signed: armed",
        ("dialogue", "executed"),
    )
    assert told.text == "Chad met Mali, then armed it."
    assert list(zip(told.acts, told.words, strict=True)) == [
        (("dialogue", "executed"), "met"),
        (("arms", "signed"), "armed"),
    ]
    assert lessons.parse("x:2", "Rain fell.", (lessons.NONE, lessons.NONE)).acts == ()


def test_heads_are_words_of_the_vocabulary(every: list[lessons.Lesson]) -> None:
    stages = set(Stage)
    odd = [one.id for one in every if any(i not in INSTRUMENTS or s not in stages for i, s in one.acts)]
    assert odd == []


def test_every_party_of_an_act_is_marked(every: list[lessons.Lesson]) -> None:
    assert [one.id for one in every if one.acts and not (one.actors or one.others)] == []
    assert [one.id for one in every if set(one.text) & set("[]<>")] == []
    assert [one.id for one in every if len({name for name, _ in one.acts}) < len(one.acts)] == []


def test_the_word_that_tells_of_an_act_stands_in_the_sentence(every: list[lessons.Lesson]) -> None:
    said = {one.id: set(re.findall(r"[\w'’-]+", one.text.lower())) for one in every}
    assert [(one.id, word) for one in every for word in one.words if word and word.lower() not in said[one.id]] == []


def plain(text: str) -> str:
    """The words in order of the alphabet, so that ``fuzz.ratio`` of two is ``fuzz.token_sort_ratio``."""
    return " ".join(sorted(utils.default_process(text).split()))


def test_no_lesson_is_written_twice(every: list[lessons.Lesson]) -> None:
    counted = Counter(plain(one.text) for one in every)
    assert [one.id for one in every if counted[plain(one.text)] > 1] == []


def test_no_lesson_is_near_a_scored_sentence(every: list[lessons.Lesson], case: cases.Case) -> None:
    """Open gold sentences and pairs, sentences in further languages, and every casebook summary; only ids of lessons are shown."""
    scored = [row["text"] for name in ("sentences", "pairs", "languages") for row in goldset.read(f"{name}.jsonl")]
    with (case.folder / "casebook.csv").open(encoding="utf-8", newline="") as file:
        scored += [row["summary"] for row in csv.DictReader(file)]
    likeness = process.cdist(
        [plain(one.text) for one in every],
        [plain(text) for text in scored],
        scorer=fuzz.ratio,
        score_cutoff=82,
        dtype=np.uint8,
    )
    assert [one.id for one, most in zip(every, likeness.max(axis=1), strict=True) if most >= 82] == []
