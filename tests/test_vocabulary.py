"""Instruments and stages become the field's codes, and the house's words are the casebook's."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from comity.vocabulary import CONTEXT, INSTRUMENTS, PLOVER_EVENTS, PRESSURE, TIES, Kind, Quad, Stage, code


@pytest.mark.parametrize("instrument", INSTRUMENTS)
@pytest.mark.parametrize("stage", Stage)
def test_every_instrument_at_every_stage_has_a_plover_event(instrument: str, stage: Stage) -> None:
    found = code(instrument, stage)
    assert found.event in PLOVER_EVENTS
    assert found.contexts == INSTRUMENTS[instrument].contexts
    assert found.cameo is None or found.cameo.isdigit()


# The exact codes of the field's manuals, as the project's note on coding lists them.
@pytest.mark.parametrize(
    ("instrument", "stage", "event", "mode", "cameo"),
    [
        ("dialogue", "talks", "CONSULT", None, "040"),
        ("arms", "asked", "REQUEST", "assist", "1012"),
        ("intelligence", "asked", "REQUEST", "assist", "1014"),
        ("aid", "asked", "REQUEST", "assist", "1032"),
        ("economy", "asked", "REQUEST", "assist", "1011"),
        ("exercise", "announced", "AGREE", None, "0312"),
        ("intelligence", "offered", "AGREE", None, "0314"),
        ("aid", "announced", "AGREE", None, "0332"),
        ("economy", "announced", "AGREE", None, "0311"),
        ("agreement", "signed", "SUPPORT", None, "057"),
        ("agreement", "renewed", "SUPPORT", None, "057"),
        ("exercise", "executed", "COOPERATE", None, "062"),
        ("arms", "delivered", "COOPERATE", None, "062"),
        ("intelligence", "executed", "COOPERATE", None, "064"),
        ("economy", "executed", "COOPERATE", None, "061"),
        ("culture", "executed", "COOPERATE", None, "060"),
        ("aid", "delivered", "AID", None, "072"),
        ("training", "executed", "COOPERATE", None, "062"),
        ("border", "executed", "COOPERATE", None, "062"),
        ("arms", "refused", "REJECT", "assist", "1212"),
        ("intelligence", "refused", "REJECT", "assist", "1214"),
        ("aid", "refused", "REJECT", "assist", "1222"),
        ("economy", "refused", "REJECT", "assist", "1211"),
        ("aid", "cancelled", "SANCTION", "discontinue", "1622"),
        ("arms", "suspended", "SANCTION", "discontinue", "160"),
        ("dialogue", "ended", "SANCTION", "withdraw", "161"),
        ("basing", "ended", "SANCTION", "withdraw", "166"),
        ("coercion", "executed", "SANCTION", "discontinue", "163"),
        ("coercion", "announced", "THREATEN", "restrict", "1312"),
        ("disinformation", "executed", "COERCE", "misinformation", None),
        ("isolation", "executed", "SANCTION", "withdraw", "161"),
        ("intelop", "executed", "COERCE", "arrest", "173"),
    ],
)
def test_codes_are_those_of_the_manuals(
    instrument: str, stage: str, event: str, mode: str | None, cameo: str | None
) -> None:
    found = code(instrument, stage)
    assert (found.event, found.mode, found.cameo) == (event, mode, cameo)


def test_a_word_that_is_no_instrument_or_stage_is_an_error() -> None:
    with pytest.raises(KeyError):
        code("parade", "executed")
    with pytest.raises(KeyError):
        code("arms", "dreamt")


def test_sanctions_are_material_conflict_and_accusing_scores_below_nought() -> None:
    assert PLOVER_EVENTS["SANCTION"].quad is Quad.MATERIAL_CONFLICT
    assert PLOVER_EVENTS["ACCUSE"].score == -3.0


def test_the_words_are_the_designs_and_every_one_of_the_casebooks_is_among_them() -> None:
    assert TIES == (
        "exercise",
        "arms",
        "industry",
        "training",
        "intelligence",
        "border",
        "agreement",
        "dialogue",
        "basing",
        "aid",
    )
    assert CONTEXT == ("economy", "culture", "communication")
    assert PRESSURE == ("disinformation", "coercion", "isolation", "intelop", "rupture", "alliance_shift", "frictions")
    assert {i.kind for i in INSTRUMENTS.values()} == set(Kind)
    text = files("comity.cases").joinpath("turan/casebook.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["instrument"] for row in rows} <= set(INSTRUMENTS)
    assert {row["phase"] for row in rows} <= {str(s) for s in Stage} | {"reported"}
