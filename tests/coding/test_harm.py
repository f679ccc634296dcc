"""Harm that concerns no state, beside harm of the same words that does."""

from __future__ import annotations

from datetime import date

import pytest

from comity.coding import Article, model, read
from comity.coding.harm import listed

pytestmark = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


def events(text: str) -> set[str]:
    """PLOVER's name of each act that a sentence is read as, by grammar and stems."""
    return {act.plover for act in read([Article("a", text, date(2025, 6, 18), "en")], careful=False)}


PAIRS = [
    ("A woman was stabbed to death in a shop in Oslo.", "A jihadist stabbed a woman in a shop in Oslo."),
    ("Cholera killed 90 people in Zambia.", "Militants killed 90 people in Zambia."),
    ("A truck slammed into a crowd in Lima.", "A gunman shot into a crowd in Lima."),
    ("A gas canister exploded in a kitchen in Istanbul.", "A bomb exploded in a kitchen in Istanbul."),
    ("Prices shot up across Argentina.", "Soldiers shot two men in Argentina."),
    ("The minister took a trip to the city of Osh.", "Rebels took the city of Osh in Kyrgyzstan."),
    ("The striker fired Brazil into the lead and France hit back.", "Brazilian ships fired at France and France hit back."),
    ("A shareholder sued the Finnish company.", "Prosecutors sued the Finnish government."),
]  # fmt: skip


@pytest.mark.parametrize(("nobody", "somebody"), PAIRS)
def test_harm_that_no_state_is_part_of_is_no_event_and_the_same_word_elsewhere_is(nobody: str, somebody: str) -> None:
    assert not events(nobody) & {"ASSAULT", "ACCUSE"}
    assert events(somebody) & {"ASSAULT", "ACCUSE", "COERCE"}


def test_two_states_named_are_never_taken_for_a_private_quarrel() -> None:
    assert "ASSAULT" in events("Peru attacked a family of Chile.")


def test_no_word_is_both_a_private_person_or_a_disaster_and_somebody_of_office() -> None:
    assert not listed("public") & (listed("private") | listed("disaster"))
