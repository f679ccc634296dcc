"""The small language model that reads English sentences beside the linear one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from comity.coding import encoder, stages, subject
from comity.coding.english import Event
from comity.coding.gazetteer import mentions
from comity.vocabulary import Modality

needs_encoder = pytest.mark.skipif(not encoder.installed(), reason="needs the extra nlp")
SENTENCES = [
    "State signed a contract to buy twelve howitzers from State.",
    "Officers of State and State met.",
    "State beat State on penalties in the final, which lasted until midnight and had been put off twice because of the rain.",
]


MASKED = [encoder.Masked(text, [m.start() for m in re.finditer("State", text)]) for text in SENTENCES]


def reading(text: str, lang: str = "en") -> subject.Reading:
    return subject.Reading(text, lang, [], [], [])


@needs_encoder
def test_what_runs_the_model_keeps_no_id_of_the_machine_to_report_to_its_maker(tmp_path: Path) -> None:
    """As it does from 1.29 on, but where it sees that it is tested."""
    read = "from comity.coding import encoder; print(len(encoder.read([encoder.Masked('State met State.', [0, 10])])))"
    hidden = {"CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    having = {k: v for k, v in os.environ.items() if k not in hidden} | {"HOME": str(tmp_path)}
    assert subprocess.check_output([sys.executable, "-c", read], env=having) == b"1\n"
    assert list(tmp_path.rglob("*")) == []


def test_both_models_tell_of_the_same_subjects() -> None:
    assert encoder.classes() == subject.classes()


def test_the_file_is_the_one_that_its_card_tells_of() -> None:
    assert sha256(files("comity.coding").joinpath("encoder.npz").read_bytes()).hexdigest() == encoder.card()["sha256"]


@needs_encoder
def test_a_sentence_is_read_alike_alone_and_among_others() -> None:
    for together, text in zip(encoder.read(MASKED), MASKED, strict=True):
        (alone,) = encoder.read([text])
        assert alone.tokens == together.tokens
        for one, other in zip(alone[:-1], together[:-1], strict=True):
            assert np.array_equal(one, other)


@needs_encoder
def test_chances_of_the_encoder_sum_to_one_and_no_length_stops_it() -> None:
    long = encoder.Masked("State " * 5000, [0, 6 * 4999], ((0, 11), (6 * 4999, 6 * 5000)))
    told = encoder.read([*MASKED, encoder.Masked("", []), encoder.Masked("🛩" * 5000, []), long])
    for one in told:
        assert np.exp(one.subject).sum(axis=1) == pytest.approx(1)
        assert np.exp(one.stage).sum(axis=1) == pytest.approx(1)
    assert [len(one.roles) for one in told] == [2, 2, 2, 0, 0, 2]
    assert np.exp(told[-1].roles).sum(axis=1) == pytest.approx(1)
    assert np.array_equal(told[-1].roles[1], encoder.UNREAD)  # beyond what is read
    assert [len(one.subject) for one in told] == [1, 1, 1, 1, 1, 3]
    assert np.array_equal(told[-1].subject[2], told[-1].subject[0])  # a clause beyond what is read counts as the whole


@needs_encoder
def test_seller_and_buyer_are_told_apart_and_who_only_stands_by_is_no_party() -> None:
    text = "State sold twelve howitzers to State, although State had protested."
    (told,) = encoder.read([encoder.Masked(text, [m.start() for m in re.finditer("State", text)])])
    assert [encoder.ROLES[row.argmax()] for row in told.roles] == ["actor", "other", "none"]


@needs_encoder
@pytest.mark.parametrize(
    ("first", "second", "acts"),
    [
        (
            "State sold twelve howitzers to State,",
            " and the two navies drilled together off Place.",
            ["arms", "exercise"],
        ),
        ("State gave State four patrol boats", " while its instructors trained cadets of State.", ["aid", "training"]),
    ],
)
def test_each_clause_tells_of_its_own_act(first: str, second: str, acts: list[str]) -> None:
    clauses = (0, len(first)), (len(first), len(first + second))
    (told,) = encoder.read([encoder.Masked(first + second, [], clauses)])
    assert [encoder.classes()[row.argmax()] for row in told.subject[1:]] == acts


def test_an_event_is_told_by_its_clause_and_where_none_was_read_by_its_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subject, "classes", lambda: ["arms", "none"])
    told = np.log([[0.5, 0.5], [0.36, 0.64]])
    stages, nobody = np.zeros((2, len(encoder.stages()))), np.zeros((0, 3))
    tokens = encoder.Tokens([1], [], [[True], [True]])
    one = encoder.Told(told, stages, nobody, np.zeros((1, 4)), tokens)
    about = subject.About({"arms": 0.75, "none": 0.25}, {}, nobody, one)
    assert about.of(0).chances == pytest.approx({"arms": 0.36, "none": 0.64})
    assert about._replace(told=None).of(0).chances == about.chances


def test_marks_and_clauses_stand_where_names_and_clauses_stood() -> None:
    text = "In Ankara, Kazakhstan's and Türkiye's ministers met."
    found = mentions(text, "en")
    clause = text.index("Kazakhstan"), text.index(" met")
    masked = subject.masked(text, found, [clause])
    assert masked.text == "In Capital, State's and State's ministers met."
    assert [masked.text[at : at + 5] for at in masked.marks] == ["Capit", "State", "State"]
    assert [masked.text[a:b] for a, b in masked.clauses] == ["State's and State's ministers"]


@needs_encoder
def test_a_matrix_moved_by_nothing_moves_nothing() -> None:
    name = "body.encoder.layer.0.intermediate.dense.weight"
    shape = encoder.weights()[f"{name}_quantized"].shape
    tokens = encoder.tokenized(MASKED[0], encoder.tokenizer())
    plain, same, other = (
        encoder.run(encoder.network(steps), [tokens])[0]
        for steps in ({}, {name: np.zeros(shape)}, {name: np.ones(shape)})
    )
    assert same == pytest.approx(plain, abs=1e-3)
    assert np.abs(other - plain).max() > 0.1


def test_two_models_that_agree_are_surer_together() -> None:
    # .6 * .2 = .12 and .4 * .8 = .32, of .44 together; with powers 1/2 their square roots
    told = np.log(np.array([[0.2, 0.8]]))
    assert subject.pooled(np.array([[0.6, 0.4]]), told, np.array([1, 1])) == pytest.approx(
        np.array([[12 / 44, 32 / 44]])
    )
    half = np.array([0.12**0.5, 0.32**0.5])
    assert subject.pooled(np.array([[0.6, 0.4]]), told, np.array([0.5, 0.5]))[0] == pytest.approx(half / half.sum())


@needs_encoder
def test_it_is_asked_of_english_sentences_alone_and_only_by_the_careful(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = encoder.read
    monkeypatch.setattr(encoder, "read", lambda masked: (asked.extend(m.text for m in masked), ask(masked))[1])
    readings = [reading("Türkiye ve Kazakistan anlaştı.", "tr"), *map(reading, SENTENCES)]
    fast = subject.about(readings, careful=False)
    assert asked == []
    careful = subject.about(readings, careful=True)
    assert asked == SENTENCES
    assert [one.told is not None for one in careful] == [False, True, True, True]
    assert all(a.chances != b.chances for a, b in zip(fast[1:], careful[1:], strict=True))


@needs_encoder
def test_of_a_sentence_of_a_thousand_events_only_those_that_become_acts_are_read() -> None:
    word = Event(("TUR",), ("KAZ",), "SUPPORT", "signed", "arms", Modality.ACTUAL, 0, 5, False, ("sign",))
    events = [replace(word, start=n, end=n + 5) for n in range(1000)]
    (about,) = subject.about([subject.Reading("State " * 1000, "en", [], events, [])], careful=True)
    assert about.told is not None
    assert len(about.told.subject) == 1 + subject.MOST_ACTS


def test_without_it_the_linear_model_speaks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "installed", lambda: False)
    readings = [reading(text) for text in SENTENCES]
    assert subject.about(readings, careful=True) == subject.about(readings, careful=False)


def test_the_sentence_as_a_whole_tells_the_stage_of_a_guess_alone() -> None:
    guess = Event(("TUR",), ("KAZ",), "SUPPORT", "signed", "arms", Modality.ACTUAL, 0, 9, False, ("guess: about arms",))
    close = subject.About({}, {"signed": -1.0, "delivered": -0.2})  # -1 + 1 = 0 is more than -.2
    far = subject.About({}, {"signed": -2.0, "delivered": -0.1})  # -2 + 1 = -1 is less than -.1
    assert stages.far(guess, "arms", close) == "signed"
    assert stages.far(guess, "arms", far) == "delivered"
    assert stages.far(guess, "arms", None) == "signed"
    assert stages.far(replace(guess, modality=Modality.NEGATED), "arms", far) == "signed"
    assert stages.far(replace(guess, why=("sign",)), "arms", far) == "signed"
