"""What PLOVER calls an act: a name of the same sign, and nothing else of the act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comity.coding import Act, Article, coder, encoder, model, plover, read, shipped
from comity.vocabulary import PLOVER_EVENTS

needs_all = pytest.mark.skipif(not encoder.installed() or model() is None, reason="needs the extra nlp")
TEXT = (
    "Türkiye sold twelve drones to Kyrgyzstan. Russia accused Türkiye of spying. Kazakhstan asked China for missiles. "
    "Tajik and Kyrgyz border guards exchanged fire. India gave Tajikistan three helicopters while Russian officers taught Kazakh cadets. "
    "Uzbekistan refused a Russian base. Police in Peru arrested forty miners. Armenia froze its membership of the CSTO."
)


def acts(careful: bool = True) -> list[Act]:
    return list(read([Article("1", TEXT, None, "en")], careful))


@needs_all
def test_a_name_changes_neither_sign_nor_anything_else_of_the_act() -> None:
    derived = [act for act, _, _ in coder.derived([Article("1", TEXT, None, "en")], careful=True)]
    named = acts()
    assert [replace(a, plover="", mode="", cameo="") for a in named] == [
        replace(a, plover="", mode="", cameo="") for a in derived
    ]
    assert len(named) >= 8
    for act in named:
        assert act.polarity == plover.sign(act.plover)


@needs_all
def test_mode_and_code_are_those_of_the_name() -> None:
    derived = [act for act, _, _ in coder.derived([Article("1", TEXT, None, "en")], careful=True)]
    for one, act in zip(derived, acts(), strict=True):
        assert act == one or (act.mode is None and act.cameo == coder.CAMEO[act.plover])


@needs_all
def test_guards_who_exchange_fire_do_not_cooperate() -> None:
    (act,) = read([Article("1", "Kyrgyz and Tajik border guards exchanged fire on Thursday.", None, "en")])
    assert (act.instrument, act.polarity) == ("frictions", -1)


@needs_all
def test_read_fast_an_act_has_the_name_that_its_instrument_and_stage_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plover, "called", lambda *_: pytest.fail("asked"))
    assert acts(careful=False)


@needs_all
def test_who_needs_no_names_gets_the_same_acts_with_those_of_instrument_and_stage() -> None:
    article = Article("1", TEXT, None, "en")
    derived = [act for act, _, _ in coder.derived([article])]
    assert list(read([article], named=False)) == derived


def test_of_the_classes_of_its_sign_the_likeliest_is_taken_and_its_own_by_a_margin() -> None:
    scores = {"COOPERATE": -1.0, "SUPPORT": -0.2, "YIELD": -3.0, "ASSAULT": 9.0, "REQUEST": 9.0}
    assert plover.likeliest("COOPERATE", scores) == "COOPERATE"  # -1 + 1 is more than -.2
    assert plover.likeliest("AID", scores) == "SUPPORT"
    assert plover.likeliest("RETREAT", scores | {"YIELD": -1.0}) == "YIELD"
    assert plover.likeliest("ACCUSE", scores) == "ASSAULT"
    assert plover.likeliest("REQUEST", scores) == "REQUEST"


@pytest.mark.parametrize("event", PLOVER_EVENTS)
def test_every_event_can_be_called_something_of_its_sign(event: str) -> None:
    classes = shipped.card("plover")["classes"]
    assert plover.one_yield(event) in classes
    assert plover.likeliest(event, dict.fromkeys(classes, 0.0)) == plover.one_yield(event)


@needs_all
def test_it_learned_with_the_encoder_that_ships_and_holds_no_words_of_others() -> None:
    card = shipped.card("plover")
    assert card["encoder"] == encoder.card()["sha256"]
    kinds = {"event", "instrument", "stage", "modality", "rule"}
    assert {name.split()[0] for name in card["features"]} == kinds
