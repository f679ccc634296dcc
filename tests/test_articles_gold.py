"""The labelled articles: their format holds, they are many and mixed, their words are their own, and what is measured on them is what the hand gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from bench.coding import goldset
from rapidfuzz import fuzz, process, utils

from comity import coding
from comity.bench import pages
from comity.vocabulary import TIES

Row = dict[str, object]


@pytest.fixture(scope="module")
def articles() -> list[goldset.Row]:
    return goldset.read("articles.jsonl")


def test_every_article_keeps_the_format(articles: list[goldset.Row]) -> None:
    assert list(goldset.problems_of_articles(articles)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"split": "untouched"}, "other split"),
        ({"title": "Another"}, "title"),
        ({"kind": "sport"}, "kind"),
        ({"colour": "red"}, "fields"),
    ],
)
def test_a_broken_article_is_told(articles: list[goldset.Row], changes: Row, said: str) -> None:
    assert said in " ".join(goldset.problems_of_articles([articles[0] | changes]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"background": None}, "background"),
        ({"date_from": "2044-01-01", "date_to": "2044-01-01"}, "after it was told"),
        ({"actors": ["XYZ"]}, "parties"),
    ],
)
def test_a_broken_label_of_an_article_is_told(articles: list[goldset.Row], changes: Row, said: str) -> None:
    row = next(r for r in articles if r["acts"] and r["acts"][0]["modality"] == "actual")
    assert said in " ".join(goldset.problems_of_articles([row | {"acts": [row["acts"][0] | changes]}]))
    assert "told 2 times" in " ".join(goldset.problems_of_articles([row | {"acts": [row["acts"][0]] * 2}]))


def test_an_article_was_labelled_twice_and_changed_only_where_a_note_says_why(articles: list[goldset.Row]) -> None:
    passes = {r["id"]: r for r in goldset.read("articles-passes.jsonl")}
    assert list(passes) == [r["id"] for r in articles]
    for row in articles:
        assert (row["acts"] == passes[row["id"]]["first"]) is not bool(passes[row["id"]]["note"])


def test_how_far_two_labellers_of_articles_agree_is_what_the_readme_says() -> None:
    rows, readme = goldset.read("articles-passes.jsonl"), (goldset.HERE / "README.md").read_text("utf-8")
    found = [
        goldset.kappa_any(rows),
        *(goldset.kappa(rows, f) for f in ("instrument", "stage", "modality", "polarity")),
    ]
    found += [goldset.f1(rows, goldset.parties), goldset.f1(rows, goldset.directed)]
    assert f"| kappa, or F1 | {' | '.join(f'{value:.3f}' for value in found)} |" in readme


def test_there_are_enough_articles_of_every_kind(articles: list[goldset.Row]) -> None:
    assert Counter(r["kind"] for r in articles)["defence"] >= 40
    assert Counter(r["kind"] for r in articles)["general"] >= 20
    languages = Counter(r["lang"] for r in articles)
    assert (languages["en"] >= 45, languages["ru"] >= 8, languages["tr"] >= 7) == (True, True, True)
    assert 0.25 < Counter(r["split"] for r in articles)["measured"] / len(articles) < 0.42
    acts = [act for r in articles for act in r["acts"]]
    assert set(TIES) <= {act["instrument"] for act in acts}
    assert {act["modality"] for act in acts} == {"actual", "planned", "historical", "hypothetical", "negated"}


def test_general_news_tells_of_no_running_defence_tie(articles: list[goldset.Row]) -> None:
    told = [(r["title"], a["instrument"]) for r in articles if r["kind"] == "general" for a in r["acts"]
            if a["modality"] == "actual" and a["instrument"] in TIES]  # fmt: skip
    assert {name for _, name in told} <= {
        "dialogue",
        "basing",
    }  # talks about water; a range that has been leased for decades


def test_no_paragraph_of_an_article_is_a_sentence_of_the_set(articles: list[goldset.Row]) -> None:
    paragraphs = [p for r in articles for p in r["text"].split("\n\n") if len(p) > 40]
    ours = [r["text"] for name in ("sentences.jsonl", "pairs.jsonl") for r in goldset.read(name)]
    likeness = process.cdist(paragraphs, ours, scorer=fuzz.token_sort_ratio, processor=utils.default_process, dtype=np.uint8)  # fmt: skip
    assert [p for p, most in zip(paragraphs, likeness.max(axis=1), strict=True) if most >= 82] == []


TEXT = (
    "Drones arrive\n\nTurkey delivered three Anka drones to Kyrgyzstan on 2 March 2024.\n\n"
    "Turkey delivered the Anka drones to Kyrgyzstan on 2 March 2024, the ministry said.\n\n"
    "Russia refused to sell helicopters to Tajikistan."
)


def labelled(*acts: Row) -> pages.Page:
    row = {"id": "a1", "lang": "en", "published": "2024-03-05", "title": "Drones arrive", "text": TEXT, "acts": acts}
    return pages.read([row])[0]


def act(actors: str, recipients: str, instrument: str, modality: str = "actual") -> Row:
    return {"actors": [actors], "recipients": [recipients], "instrument": instrument, "modality": modality,
            "date_from": None, "date_to": None}  # fmt: skip


@pytest.mark.skipif(coding.model() is None, reason="the extra nlp is not installed: English is not parsed")
def test_shares_of_an_article_are_what_the_hand_gives() -> None:
    """Two sentences tell rightly of one delivery, one of a refusal that the labels hold as denied: 2 of 3 right, 1 of 2 found, none twice."""
    page = labelled(act("TUR", "KGZ", "arms"), act("RUS", "TJK", "arms", "negated"), act("TUR", "KGZ", "training"))
    assert len(page.evidence()) == 3
    counts = {what: count(page) for what, count in pages.COUNTS.items()}
    assert counts["readings that may be evidence, right"] == (2, 3)
    assert counts["acts that took place, found in evidence"] == (1, 2)
    assert counts["acts from evidence, one read as two"] == (0, 2)
    assert counts["readings that may be evidence and are right, on a day of the act"] == (0, 0)  # no label has one
    days = {"date_from": "2024-03-01", "date_to": "2024-03-31"}
    assert pages._dated(labelled(act("TUR", "KGZ", "arms") | days)) == (2, 2)
    assert pages._dated(labelled(act("TUR", "KGZ", "arms") | dict.fromkeys(days, "2024-03-03"))) == (0, 2)


@pytest.mark.skipif(coding.model() is None, reason="the extra nlp is not installed: English is not parsed")
def test_one_act_on_two_days_is_read_as_two() -> None:
    page = labelled(act("TUR", "KGZ", "arms"))
    first, second = page.evidence()[:2]
    assert second.report is not None
    moved = second.report | {"date_from": second.report["date_from"].replace(year=2023), "date_to": second.report["date_to"].replace(year=2023)}  # fmt: skip
    assert pages._twice(page._replace(told=[first, second._replace(report=moved)])) == (1, 2)


def test_a_break_is_right_by_its_own_name_and_by_what_it_broke() -> None:
    cut = act("DEU", "TUR", "rupture") | {"subject": "arms"}
    one = pages.labelled()[0]
    told = next(t.act for t in pages.read([one])[0].told)
    for name, true in (("rupture", True), ("arms", True), ("aid", False)):
        assert pages.right(replace(told, actors=["DEU"], recipients=["TUR"], instrument=name), [cut]) is true


def test_an_interval_over_articles_holds_its_share() -> None:
    measure = pages.share("x", [(1, 2), (3, 3), (0, 1), (2, 4)])
    assert (measure.value, measure.n) == (0.6, 10)
    assert measure.low is not None
    assert measure.high is not None
    assert 0 <= measure.low <= 0.6 <= measure.high <= 1
    assert set(measure.row()) - set(measure._replace(low=None, high=None).row()) == {"low", "high"}
