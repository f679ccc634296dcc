"""Who only tells of a deed, whom pronouns mean in what is told, and what "would not" refuses."""

from __future__ import annotations

import numpy as np
import pytest

from comity import coding
from comity.coding import Act, Article
from comity.coding.gazetteer import mentions
from comity.coding.speech import heard

pytestmark = pytest.mark.skipif(coding.model() is None, reason="needs the extra nlp")


def acts(text: str) -> list[Act]:
    return list(coding.read([Article("1", text, None, "en")], careful=False))


def read(text: str, word: str) -> Act:
    """The act that one word of a sentence tells of."""
    return next(act for act in acts(text) if act.why[0].split(" ")[0] == word)


@pytest.mark.parametrize(
    ("text", "word", "actors", "recipients"),
    [
        ("Peru and Chile said they will attack Bolivia.", "attack", ["PER", "CHL"], ["BOL"]),
        ("Chile's minister said he had met the Peruvian envoy.", "meet", ["CHL"], ["PER"]),
        ("Peru admitted that its missiles had hit a Chilean ship.", "hit", ["PER"], ["CHL"]),
        ("Chile's army said a shell was fired at it from Peru.", "fire", ["PER"], ["CHL"]),
        ("Chile said that Peru had attacked itself.", "attack", ["PER"], ["PER"]),
        ("Britain, Italy and Japan said they will build the fighter together.", "build", ["GBR"], ["ITA", "JPN"]),
    ],
)
def test_a_pronoun_means_who_speaks_or_its_own_subject(
    text: str, word: str, actors: list[str], recipients: list[str]
) -> None:
    act = read(text, word)
    assert (act.actors, act.recipients) == (actors, recipients)


def test_who_only_tells_of_an_attack_did_not_make_it() -> None:
    assert read("Chad said that gunmen had attacked Niger.", "attack").actors == []
    assert read("Chad said that it had attacked Niger.", "attack").actors == ["TCD"]


def test_who_speaks_is_not_guessed_to_be_a_party_where_two_others_are_named() -> None:
    rows = np.arange(9.0).reshape(3, 3)
    text = "Chad's president said that France had apologised to Niger."
    found, kept = heard(text, mentions(text), rows)
    assert [m.code for m in found] == ["FRA", "NER"]
    assert kept is not None
    assert kept.tolist() == [[3, 4, 5], [6, 7, 8]]
    for other in (
        "Chad said France and Chad had met Niger's king.",
        "Chad said France had left.",
    ):  # it is named again, one other
        assert heard(other, mentions(other), None)[0] == mentions(other)


@pytest.mark.parametrize(
    ("text", "word", "stage", "modality"),
    [
        ("Peru's president said he would not provide support to Chile.", "support", "refused", "actual"),
        ("Peru said it would not meet the Chilean envoys.", "meet", "refused", "actual"),
        ("Peru could not accept the Chilean proposal.", "accept", "refused", "actual"),
        ("Peru could not deliver the aid to Chile.", "deliver", "delivered", "negated"),  # it was not able to
        ("Peru will not support Chile unless it pays.", "support", None, "negated"),
        ("Peru might give support to Chile.", "support", None, "hypothetical"),
        ("Peru's president hoped to meet the Chilean envoy.", "meet", "announced", "hypothetical"),
    ],
)
def test_who_will_not_do_another_a_good_turn_refuses_it(text: str, word: str, stage: str | None, modality: str) -> None:
    act = read(text, word)
    assert (act.actors, act.recipients, act.modality) == (["PER"], ["CHL"], modality)
    assert stage is None or act.stage == stage


def test_who_rules_out_sending_arms_is_who_would_have_sent_them() -> None:
    act = read("Chile ruled out sending tanks to Peru.", "refuse")
    assert (act.actors, act.recipients, act.instrument, act.stage) == (["CHL"], ["PER"], "arms", "refused")
