"""Pinned scores, which only a person lowers: on development sets of others where they are at hand, and on the cards."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from comity.bench import catalogue
from comity.coding import e5, encoder, features, model, parse_ru, plover, shipped, subject
from comity.knowledge import fingerprint

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((ROOT / "bench/coding/floors.json").read_text("utf-8"))
bench = sys.modules["comity.bench.coding"]
needs_all = pytest.mark.skipif(
    model() is None or not e5.installed() or not encoder.installed(), reason="needs the extra nlp"
)


@pytest.fixture(scope="module")
def gold() -> Path:
    """Sentences labelled by others, which the repository must not hold."""
    folder = ROOT.parent / "shared/gold"
    if not folder.is_dir():
        pytest.skip(f"needs the development sets of others in {folder}; they may not be redistributed")
    return folder


@needs_all
@pytest.mark.parametrize("name", ["icbe", "petrarch", "plv", "news", "actors"])
def test_no_score_on_the_sets_of_others_falls_below_its_floor(name: str, gold: Path) -> None:
    scores = {m.name: m.value for m in getattr(bench, name)(gold)}
    assert scores
    for what, value in scores.items():
        assert value >= FLOORS["others"][what], what


@needs_all
def test_no_score_on_the_casebook_falls_below_its_floor() -> None:
    scores = {m.name: m.value for m in bench.casebook()}
    assert scores.keys() == FLOORS["casebook"].keys()
    for what, value in scores.items():
        assert value >= FLOORS["casebook"][what], what


def test_a_casebook_sentence_names_its_parties_only_if_it_names_them_all() -> None:
    def row(text: str, *recipients: str) -> bench.Row:
        return {"text": text, "acts": [{"actors": ["TUR"], "recipients": [*recipients]}]}

    assert bench.names_parties(row("Baykar delivered drones to Astana.", "KAZ"))
    assert not bench.names_parties(row("During his visit to Tashkent an accord was signed.", "UZB"))
    assert not bench.names_parties(row("Turkish-led drills were held with Azerbaijan.", "AZE", "UZB"))


@needs_all
def test_no_score_on_whole_articles_falls_below_its_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_ru, "installed", lambda: False)  # with it Russian is read otherwise
    scores = {m.name: m.value for m in bench.pages()}
    assert scores.keys() == FLOORS["articles"].keys()
    for what, value in scores.items():
        least = FLOORS["articles"][what]
        assert value <= least if what.endswith("read as two") else value >= least, what


@pytest.mark.parametrize("card", ["relation", "plover", "subject"])
def test_no_score_on_a_card_falls_below_its_floor(card: str) -> None:
    scores = shipped.card(card)["scores"]
    for which, floors in FLOORS[card].items():
        told = scores[which]
        for what, floor in floors.items():
            value = (
                told[what]
                if what in told
                else next(r["value"] for r in told["whole"] if f"{r['set']} {r['lang']} {r['what']}" == what)
            )
            assert value >= floor, (which, what)


@pytest.mark.parametrize(
    ("card", "tables", "lang"),
    [
        ("relation", features.LEARNED_WITH, "en"),
        ("plover", plover.LEARNED_WITH, "en"),
        ("subject", subject.LEARNED_WITH, ""),
    ],
)
def test_the_weights_were_learned_with_the_knowledge_as_it_is(card: str, tables: tuple[str, ...], lang: str) -> None:
    told = shipped.card(card)
    assert told["knowledge"] == fingerprint(*tables, lang=lang), (
        f"run bench/coding/train{'' if card == 'relation' else '_' + card}.py again"
    )


def test_the_bench_is_in_the_catalogue() -> None:
    assert "coding" in catalogue()
