"""What a source does to a target: the contract of ``comity classify``, and what it does without its optional parts."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

from comity.coding import Item, classify, encoder, model, relation, shipped
from comity.coding.relation import QUADS, probabilities
from comity.vocabulary import Quad

ITEMS = [
    Item("1", "Russia accused Turkey of arming Azerbaijan.", "Russia", "Turkey"),
    Item("2", "Japanese and Kenyan ministers met in Nairobi on Monday.", "Japanese", "Kenyan"),
    Item("3", "Police in Peru arrested forty miners.", "Police in Peru", "forty miners"),
    Item("4", "Norway sent blankets and medicine to Nepal after the earthquake.", "Norway", "Nepal"),
    Item("5", "Chad refused an offer of mediation from Sudan.", "Chad", "Sudan"),
]
CLASSES = ["ACCUSE", "CONSULT", "COERCE", "AID", "REJECT"]
needs_encoder = pytest.mark.skipif(not encoder.installed(), reason="needs the extra nlp")
needs_model = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


@needs_model
@pytest.mark.parametrize("encoded", [True, False])
def test_plain_sentences_get_their_class(encoded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if encoded and not encoder.installed():
        pytest.skip("needs the encoder of the extra nlp")
    monkeypatch.setattr(encoder, "installed", lambda: encoded)
    assert [v.plover for v in classify(ITEMS)] == CLASSES


@needs_model
def test_probabilities_are_a_distribution_and_the_verdict_its_peak() -> None:
    assert np.allclose(probabilities(ITEMS).sum(axis=1), 1)
    for verdict in classify(ITEMS):
        assert verdict.plover == max(verdict.probabilities, key=lambda name: verdict.probabilities[name])
        assert verdict.quad in set(Quad)
        assert set(verdict.probabilities) == set(QUADS)
        assert verdict.sure == (verdict.probabilities[verdict.plover] >= relation.SURE)


def test_without_the_parser_words_alone_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relation, "model", lambda: None)
    monkeypatch.setattr(encoder, "installed", lambda: False)
    assert np.allclose(probabilities(ITEMS).sum(axis=1), 1)


@needs_encoder
def test_source_and_target_have_marks_of_their_own_wherever_they_stand() -> None:
    def read(item: Item) -> list[str | None]:
        words, marks = encoder.tokenizer(), relation.tokenized(item).marks
        ids = relation.tokenized(item).ids
        return [at if at is None else words.id_to_token(ids[at]) for at in marks]

    assert read(ITEMS[0]) == ["source", "target"]
    assert read(Item("", "Hit by Turkey, Iran accused Iraq.", "Iran", "Turkey")) == ["source", "target"]
    assert read(Item("", "Nobody is here.", "Russia", "")) == [None, None]


@needs_encoder
def test_it_learned_with_the_encoder_that_ships() -> None:
    assert shipped.card("relation")["encoder"] == encoder.card()["sha256"]


def test_the_shipped_weights_are_small_plain_arrays_with_a_card() -> None:
    folder = files("comity.coding")
    card = json.loads(folder.joinpath("relation.json").read_text("utf-8"))
    assert {"learned_from", "encoder", "licence", "made", "scores", "classes", "features"} <= set(card)
    assert sum(len(folder.joinpath(f"relation.{kind}").read_bytes()) for kind in ("json", "npz")) < 2_000_000
    assert max(len(name.split("_")) for name in card["features"] if name.startswith("w:") and " " not in name) <= 4


def test_the_command_keeps_its_contract() -> None:
    long = ITEMS[0].text + " It was \ud800 so." * 400
    third = {**ITEMS[0]._asdict(), "id": 3, "text": long}
    lines = [json.dumps(ITEMS[0]._asdict()), "{}", "x", json.dumps(ITEMS[1]._asdict()), json.dumps(third)]
    done = subprocess.run(
        [sys.executable, "-m", "comity", "classify", "-"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", 3]
    assert all({"id", "plover", "quad", "probabilities"} <= set(row) for row in rows)
    assert "line 2: text, source and target" in done.stderr
    assert "line 3: not JSON" in done.stderr
    assert f"line 5: the text has {len(long):,} letters; the first 5,000 are read" in done.stderr
