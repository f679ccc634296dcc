"""Who did violence to whom in the passive and in nouns."""

from __future__ import annotations

import pytest

from comity import coding
from comity.coding import Article

pytestmark = pytest.mark.skipif(coding.model() is None, reason="needs the extra nlp")


def attacks(text: str) -> list[tuple[list[str], list[str]]]:
    """The parties of the violence that the words of a sentence tell of."""
    told = coding.read([Article("1", text, None, "en")], careful=False)
    return [(a.actors, a.recipients) for a in told if a.plover == "ASSAULT" and not a.why[0].startswith("guess")]


@pytest.mark.parametrize(
    "text",
    [
        "Three Peruvian sailors were wounded in a Chilean drone strike.",
        "Four Peruvian children were killed in Chilean tank shelling on Friday.",
        "Five Peruvian soldiers died in clashes with Chilean troops.",
        "An attack from Chilean soil killed three Peruvian workers.",
        "The shooting of a Peruvian boy by Chilean police led to riots.",
        "Chilean marines engaged Peruvian troops in a firefight.",
        "The Peruvian consulate was burned down by Chilean protesters.",
    ],
)
def test_it_is_by_those_whose_attack_it_was_on_those_who_suffered(text: str) -> None:
    assert (["CHL"], ["PER"]) in attacks(text)


def test_who_suffered_is_where_it_was_if_nobody_is_named() -> None:
    assert attacks("Four children were killed in Chilean shelling of Lima.")[0] == (["CHL"], ["PER"])


def test_an_attacker_without_a_name_is_nobody_who_is_named() -> None:
    assert attacks("Ten Chilean soldiers were killed in Bolivia.") == [([], ["CHL"])]
    assert attacks("Ten Chilean soldiers were killed.") == [(["CHL"], ["CHL"])]  # the one state's own affair
