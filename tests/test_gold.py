"""The gold set of the coder: its format holds, its splits do not leak, and its sentences are its own."""

from __future__ import annotations

import copy
import csv
from collections import Counter

import numpy as np
import pytest
from bench.coding import goldset
from rapidfuzz import fuzz, process, utils

from comity import cases
from comity.vocabulary import INSTRUMENTS, Modality, Stage

Row = goldset.Row


@pytest.fixture(scope="module")
def items() -> list[Row]:
    return goldset.items()


def test_every_item_keeps_the_format(items: list[Row]) -> None:
    assert list(goldset.problems(items)) == []


def broken(row: Row, **changes: object) -> list[Row]:
    row = copy.deepcopy(row)
    row["acts"][0] |= changes
    return [row]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"actors": ["XYZ"]}, "parties"),
        ({"instrument": "drill"}, "vocabulary"),
        ({"stage": "rumoured"}, "vocabulary"),
        ({"polarity": 2}, "polarity"),
        ({"date_from": "2024-02-01"}, "half a date"),
        ({"date_from": "2024-02-01", "date_to": "2024-01-01"}, "wrong way round"),
        ({"instrument": "rupture"}, "what was cut"),
        ({"actors": ["TUR", "KAZ"], "recipients": ["KAZ"]}, "both sides"),
        ({"colour": "red"}, "act fields"),
    ],
)
def test_a_broken_label_is_told(items: list[Row], changes: dict[str, object], said: str) -> None:
    whole = next(r for r in items if not r["pair"] and len(r["acts"]) == 1 and r["acts"][0]["date_from"] is None
                 and r["acts"][0]["instrument"] == "arms")  # fmt: skip
    assert list(goldset.problems([whole])) == []
    assert said in " ".join(goldset.problems(broken(whole, **changes)))


def test_an_item_of_the_wrong_split_is_told(items: list[Row]) -> None:
    moved = items[0] | {"split": "untouched" if items[0]["split"] == "dev" else "dev"}
    assert "belongs to the other split" in " ".join(goldset.problems([moved]))


def test_the_untouched_third_lies_packed_and_apart() -> None:
    for name in ("sentences.jsonl", "pairs.jsonl"):
        assert {row["split"] for row in goldset.read(name)} == {"dev"}
    held = goldset.read("untouched.jsonl.gz")
    assert {row["split"] for row in held} == {"untouched"}
    assert 0.28 < len(held) / len(goldset.items()) < 0.39
    assert {row["id"] for row in goldset.read("passes.jsonl")}.isdisjoint(row["id"] for row in held)


def test_there_is_enough_of_everything(items: list[Row]) -> None:
    sentences, pairs = [r for r in items if not r["pair"]], [r for r in items if r["pair"]]
    languages = Counter(r["lang"] for r in sentences)
    assert languages["en"] >= 400
    assert languages["ru"] >= 100
    assert languages["tr"] >= 100
    members = Counter(r["lang"] for r in pairs)
    assert members["en"] >= 440
    assert members["ru"] >= 80
    assert members["tr"] >= 80
    assert sum(not r["acts"] for r in sentences) >= 90
    acts = [act for r in sentences for act in r["acts"]]
    assert {act["instrument"] for act in acts} == set(INSTRUMENTS)
    assert {act["stage"] for act in acts} == set(Stage)
    assert {act["modality"] for act in acts} == set(Modality)


def test_no_sentence_is_written_twice(items: list[Row]) -> None:
    texts = [row["text"] for row in items]
    likeness = process.cdist(
        texts, texts, scorer=fuzz.token_sort_ratio, processor=utils.default_process, dtype=np.uint8
    )
    near = [(items[a], items[b]) for a, b in np.argwhere(np.triu(likeness, 1) >= 85)]
    assert [(a["id"], b["id"]) for a, b in near if a["pair"] != b["id"]] == []


def test_no_sentence_copies_the_casebook(items: list[Row], case: cases.Case) -> None:
    ours = [row for row in items if not row["pair"] and row["lang"] == "en"]
    with (case.folder / "casebook.csv").open(encoding="utf-8", newline="") as file:
        summaries = [row["summary"] for row in csv.DictReader(file)]
    texts = [row["text"] for row in ours]
    likeness = process.cdist(
        texts, summaries, scorer=fuzz.token_sort_ratio, processor=utils.default_process, dtype=np.uint8
    )
    assert [row["id"] for row, most in zip(ours, likeness.max(axis=1), strict=True) if most >= 82] == []


def act(actors: str, recipients: str, instrument: str = "arms") -> Row:
    return {"actors": actors.split(), "recipients": recipients.split(), "instrument": instrument, "stage": "signed",
            "modality": "actual", "polarity": 1}  # fmt: skip


def test_kappa_is_what_the_hand_gives() -> None:
    """Four items: arms/arms, arms/aid, aid/aid, none/none: observed 3/4, chance (2*1 + 1*2 + 1*1)/16, kappa 7/11."""
    rows = [
        {"first": [act("TUR", "KAZ")], "second": [act("TUR", "KAZ")]},
        {"first": [act("TUR", "KAZ")], "second": [act("TUR", "KAZ", "aid")]},
        {"first": [act("TUR", "KAZ", "aid")], "second": [act("TUR", "KAZ", "aid")]},
        {"first": [], "second": []},
    ]
    assert goldset.kappa(rows, "instrument") == pytest.approx(7 / 11)


def test_an_act_that_one_pass_missed_counts_against_it() -> None:
    rows = [{"first": [act("TUR", "KAZ"), act("RUS", "KGZ")], "second": [act("RUS", "KGZ")]}]
    assert list(goldset.matched(rows[0])) == [(act("RUS", "KGZ"),) * 2, (act("TUR", "KAZ"), None)]
    assert goldset.f1(rows, goldset.parties) == pytest.approx(2 * 2 / 6)
    swapped = [{"first": [act("TUR", "KAZ")], "second": [act("KAZ", "TUR")]}]
    assert goldset.f1(swapped, goldset.parties) == 1
    assert goldset.f1(swapped, goldset.directed) == 0


def test_kappa_of_act_or_none_is_what_the_hand_gives() -> None:
    """Both, both, one, neither: observed 3/4, chance (3*2 + 1*2) / 16 = 1/2, kappa 1/2."""
    some, none = [act("TUR", "KAZ")], []
    rows = [{"first": a, "second": b} for a, b in ((some, some), (some, some), (some, none), (none, none))]
    assert goldset.kappa_any(rows) == pytest.approx(1 / 2)


def test_the_second_labeller_labelled_open_items_in_the_vocabulary() -> None:
    dev = [*goldset.read("sentences.jsonl"), *goldset.read("pairs.jsonl")]
    second = goldset.read("second.jsonl")
    assert list(goldset.problems_of_second(second, dev)) == []
    assert Counter(bool(row["pair"]) for row in goldset.independent()) == {False: 250, True: 60}
    drawn = {row["id"] for row in second}
    assert not [row["id"] for row in dev if row["pair"] in drawn and row["id"] in drawn]  # no partner gives it away
    strange = [second[0] | {"id": "nobody"}, {"id": second[1]["id"], "acts": [act("XYZ", "KAZ")]}]
    assert [said.split(": ")[1][:7] for said in goldset.problems_of_second(strange, dev)] == ["labelle", "parties"]


def test_the_readme_says_what_agree_measures() -> None:
    said = (goldset.HERE / "README.md").read_text("utf-8")
    second = goldset.independent()
    sentences = [row for row in second if not row["pair"]]
    measures = {
        f"kappa {f}": lambda rows, f=f: goldset.kappa(rows, f) for f in ("instrument", "stage", "modality", "polarity")
    }
    measures |= {"kappa act or none": goldset.kappa_any, "F1 parties": lambda rows: goldset.f1(rows, goldset.parties),
                 "F1 directed pairs": lambda rows: goldset.f1(rows, goldset.directed)}  # fmt: skip
    for name, of in measures.items():
        row = next(line for line in said.splitlines() if line.startswith(f"| {name} |"))
        assert row.split("|")[2].strip(" *") == f"{of(second):.3f}"
        assert row.split("|")[4].strip() == f"{of(sentences):.3f}"
        assert row.split("|")[5].strip() == f"{of(goldset.passes()):.3f}"


def test_every_disputed_item_is_one_on_which_they_differ() -> None:
    disputed = (goldset.HERE / "README.md").read_text("utf-8").split("## Disputed")[1].split("## Thin")[0]
    by_id = {row["id"]: row for row in goldset.independent()}
    ids = [
        word
        for line in disputed.splitlines()
        if line.startswith("| `g")
        for word in line.split("|")[1].replace("`", "").split(", ")
    ]
    for id in map(str.strip, ids):
        assert any(
            a is None or b is None or any(a[k] != b[k] for k in ("instrument", "stage", "modality"))
            for a, b in goldset.matched(by_id[id])
        ), id
    assert len(ids) == 15


def test_every_difference_was_adjudicated() -> None:
    final = {row["id"]: row for row in goldset.items()}
    for row in goldset.passes():
        first, second = ([sorted(goldset.directed(a)) + [a[k] for k in ("instrument", "stage", "modality", "polarity")] for a in acts]
                         for acts in (row["first"], row["second"]))  # fmt: skip
        same = sorted(map(str, first)) == sorted(map(str, second))
        assert same or row["note"], row["id"]
        if same and not row["note"]:
            assert len(final[row["id"]]["acts"]) == len(first), row["id"]


@pytest.mark.parametrize("phenomenon", ["passive", "company"])
def test_some_differences_change_no_label(items: list[Row], phenomenon: str) -> None:
    by_id = {row["id"]: row for row in items}
    members = [row for row in items if row["pair"] and row["phenomenon"] == phenomenon]
    assert members
    assert [row["id"] for row in members if row["acts"] != by_id[row["pair"]]["acts"]] == []


def test_all_other_differences_change_one(items: list[Row]) -> None:
    by_id = {row["id"]: row for row in items}
    members = [row for row in items if row["pair"] and row["phenomenon"] not in {"passive", "company"}]
    assert [row["id"] for row in members if row["acts"] == by_id[row["pair"]]["acts"]] == []


def test_running_it_shows_no_sentence_of_the_untouched_third(capsys: pytest.CaptureFixture[str]) -> None:
    held = goldset.read("untouched.jsonl.gz")
    for what in ("check", "count"):
        assert goldset.main(what) == 0
    said = capsys.readouterr().out
    assert said
    assert not [row["id"] for row in held if row["text"] in said]
