"""Troops abroad: who is told to leave, sent home or let in, and what is refused before it was ever given."""

from __future__ import annotations

import pytest
from tests.telling import Told, told

from comity.coding import model

needs_model = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


@needs_model
@pytest.mark.parametrize(
    ("text", "host", "guests"),
    [
        ("Gabon asked the French to leave Camp de Gaulle within a year.", "GAB", "FRA"),
        ("Mali gave French troops 72 hours to leave the country.", "MLI", "FRA"),
        ("Senegal requested that French soldiers leave the country.", "SEN", "FRA"),
        ("Djibouti asked the Japanese to vacate their base.", "DJI", "JPN"),
        ("Kyrgyzstan asked the French, the Spaniards and the Turks to leave Manas.", "KGZ", "FRA;ESP;TUR"),
        ("Burkina Faso sent French troops home.", "BFA", "FRA"),
    ],
)
def test_troops_that_are_told_to_leave_are_a_basing_cut(text: str, host: str, guests: str) -> None:
    assert told(text) == [(host, guests, "rupture", "cancelled", "actual")]


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Canada asked its citizens to leave Lebanon.",
        "Spain asked the French team to leave the hotel.",
        "Fiji gave Tonga six months to repay the loan.",
        "Peru sent its troops home from Haiti.",
        "Russian bombers flew past, and Danish jets had been sent home for repairs.",
    ],
)
def test_others_who_leave_break_nothing_off(text: str) -> None:
    assert not [row for row in told(text) if row[2:4] == ("rupture", "cancelled")]


@needs_model
def test_ones_own_troops_sent_home_end_a_basing() -> None:
    assert ("PER", "HTI", "basing", "ended", "actual") in told("Peru sent its troops home from Haiti.")


@needs_model
def test_who_is_let_use_a_base_has_it_and_who_will_not_let_refuses_it() -> None:
    assert told("Oman lets British warships use the port of Duqm.") == [("GBR", "OMN", "basing", "executed", "actual")]
    assert told("Iceland would not let German jets land at Keflavik airbase.") == [
        ("DEU", "ISL", "basing", "refused", "actual")
    ]
    assert ("ITA", "MLT") not in {row[:2] for row in told("Malta lets Italian tourists use its buses.")}
    assert told("Pakistan allowed American troops to cross its territory.") == [
        ("USA", "PAK", "basing", "executed", "actual")
    ]
    assert ("SYR", "JOR", "basing") not in {r[:3] for r in told("Jordan let Syrian refugees cross its territory.")}


@needs_model
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Spain will not sell Peru the frigates.", ("ESP", "PER", "arms", "refused", "actual")),
        ("Kyiv will get no Taurus missiles from Germany.", ("DEU", "UKR", "arms", "refused", "actual")),
        ("India will not join the American drill.", ("IND", "USA", "exercise", "refused", "actual")),
        ("Belgium did not deliver the jets to Jordan.", ("BEL", "JOR", "arms", "delivered", "negated")),
        ("Brazil will not sell Chile rockets unless it pays.", ("BRA", "CHL", "arms", "delivered", "negated")),
    ],
)
def test_what_somebody_will_not_give_is_refused_and_what_was_not_given_is_not(text: str, row: Told) -> None:
    assert row in told(text)
