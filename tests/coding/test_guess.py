"""A guess: what is meant where no word tells of an act, and who has no part in it; stage and modality in keeping."""

from __future__ import annotations

import numpy as np
import pytest

from comity.coding import guess, order, stages
from comity.coding.gazetteer import mentions
from comity.vocabulary import Modality


def meant(text: str, name: str) -> tuple[str, list[str]]:
    """The instrument meant, and who may be a party, in order."""
    found = mentions(text)
    told, kept, rows = guess._meant(text, name, found, np.zeros((len(found), 3)))
    assert rows is not None
    assert len(rows) == len(kept)
    return told, [m.code for m in kept]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The missiles have reached Chile, and they cost it nothing, Norway says.", "aid"),
        ("Norwegian trucks came to Chile as part of help.", "aid"),
        ("The missiles have reached Chile from Norway.", "arms"),
    ],
)
def test_arms_that_cost_nothing_are_aid(text: str, name: str) -> None:
    assert meant(text, "arms")[0] == name


def test_a_drill_that_is_called_by_its_name_is_one() -> None:
    assert meant("TurAz Eagle gathered the services of both.", "intelligence")[0] == "exercise"
    assert meant("The services of Norway and Chile gathered.", "intelligence")[0] == "intelligence"
    assert meant("Türkiye paid for TurAz Eagle.", "economy")[0] == "economy"


@pytest.mark.parametrize(
    "text",
    [
        "Norwegian gas went across Peru to Chile.",
        "Norway stops Chilean lorries on the road to Peru.",
        "Norway tells Chileans tales about the war on Peru.",
    ],
)
def test_who_is_only_crossed_or_at_war_has_no_part(text: str) -> None:
    assert meant(text, "economy")[1] == ["NOR", "CHL"]


def test_somebody_who_is_crossed_stays_where_nobody_else_is_left() -> None:
    assert meant("Norway flew over Chile.", "frictions")[1] == ["NOR", "CHL"]


def test_who_joins_or_leaves_an_organisation_does_so_with_it() -> None:
    assert meant("Armenia froze its part in the CSTO, its minister told French readers.", "alliance_shift")[1] == ["ARM", "CSTO"]  # fmt: skip
    assert meant("Armenia and France praised the CSTO.", "alliance_shift")[1] == ["ARM", "FRA", "CSTO"]


@pytest.mark.parametrize(
    ("name", "stage", "modality", "kept"),
    [
        ("arms", "announced", Modality.ACTUAL, ("announced", Modality.PLANNED)),
        ("arms", "delivered", Modality.PLANNED, ("announced", Modality.PLANNED)),
        ("arms", "offered", Modality.ACTUAL, ("offered", Modality.ACTUAL)),
        ("arms", "announced", Modality.NEGATED, ("announced", Modality.NEGATED)),
        ("arms", "asked", Modality.PLANNED, ("asked", Modality.PLANNED)),
        ("rupture", "cancelled", Modality.PLANNED, ("announced", Modality.PLANNED)),
        ("exercise", "cancelled", Modality.PLANNED, ("cancelled", Modality.PLANNED)),  # announced it would be a tie
    ],
)
def test_what_is_announced_is_planned_and_what_is_planned_is_announced(
    name: str, stage: str, modality: Modality, kept: tuple[str, Modality]
) -> None:
    assert stages.ahead(name, stage, modality) == kept


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("reports that chile had lent norway a ship were dismissed as false", Modality.NEGATED),
        ("chile called a report of norwegian drones on its airfields a fabrication", Modality.NEGATED),
        ("there has been no joint patrol this year", Modality.NEGATED),
        ("no norwegian troops are stationed at arica", Modality.NEGATED),
        ("whether chile will open its ports is unclear", Modality.HYPOTHETICAL),
        ("no fewer than sixty norwegians are stationed at arica", Modality.ACTUAL),
        ("chile called on norway to send a ship", Modality.ACTUAL),
    ],
)
def test_a_guess_is_denied_or_supposed_where_the_sentence_says_so(text: str, modality: Modality) -> None:
    assert order.mood(text, "en")[0] == modality
