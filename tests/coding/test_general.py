"""General news has the words of the act list too, and means something else by them."""

from __future__ import annotations

from datetime import date

import pytest

from comity import coding
from comity.coding import Act, Article
from comity.coding.gazetteer import mentions
from comity.coding.general import gone
from comity.press import BACKGROUND, GUESS
from comity.vocabulary import NOT_SO

pytestmark = pytest.mark.skipif(coding.model() is None, reason="needs the extra nlp")


def acts(text: str, day: date | None = date(2026, 3, 9)) -> list[Act]:
    return list(coding.read([Article("1", text, day, "en")]))


def done(text: str) -> set[str]:
    """The instruments of what the words of a sentence tell of two parties as done or planned; a guess is no evidence."""
    told = [a for a in acts(text) if a.modality not in NOT_SO and len({*a.actors, *a.recipients}) > 1]
    return {a.instrument for a in told if a.instrument and not a.why[0].startswith(GUESS)}


@pytest.mark.parametrize(
    "text",
    [
        "Norway called on Ghana's neighbours to recognise the new president.",
        "Norway on Monday called for sanctions against Ghana.",
    ],
)
def test_an_appeal_is_no_visit(text: str) -> None:
    assert not [a for a in acts(text) if a.instrument == "dialogue" and a.stage == "executed"]


def test_to_call_on_somebody_is_a_visit_where_nothing_is_asked() -> None:
    assert "dialogue" in done("Norway's president called his Ghanaian counterpart on Tuesday to assure him of help.")
    assert "dialogue" in done("Norway's defence minister called on President Mahama of Ghana in Accra.")


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        ("Norway's prime minister welcomed Ghana's decision to send more trainers.", "arms"),
        ("Norway defended Ghana's handling of the arms deal.", "arms"),
        ("Norway vetoed a draft resolution on Ghana in New York.", "agreement"),
        ("Norway's prime minister rejected the Ghanaian president's suggestion that Europe would follow.", "dialogue"),
        ("Norwegian deputies demand answers from Ghana on the military base.", "basing"),
        ("Two thousand Norwegians sought refuge in Ghana after the flood.", "basing"),
        ("Norway granted asylum to a Ghanaian general.", "aid"),
    ],
)
def test_what_is_welcomed_vetoed_or_fled_from_is_not_done_by_that(text: str, instrument: str) -> None:
    assert instrument not in done(text)


def test_a_guest_who_is_welcomed_was_met() -> None:
    assert done("Norway's prime minister welcomed President Mahama of Ghana in Oslo.") == {"dialogue"}


@pytest.mark.parametrize(
    "text",
    [
        "The minister said Norway must train Ghana's pilots.",
        "Norway must continue to supply missiles to Ghana.",
        "Denmark said it would let Norway strike targets in Ghana.",
    ],
)
def test_a_duty_or_a_leave_to_attack_is_no_deed(text: str) -> None:
    assert done(text) == set()


def test_who_insists_that_another_must_has_asked_it_of_him() -> None:
    assert done("Norway's envoy insisted that Ghana must give up the S-400.")


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        ("Ghana's airline ordered thirty planes from France.", "economy"),
        ("A South Korean yard delivered two gas carriers to Greece.", "economy"),
        ("Ghana's air force ordered thirty planes from France.", "arms"),
        ("A South Korean yard delivered two warships to Greece.", "arms"),
    ],
)
def test_what_airlines_and_traders_order_is_no_weapon(text: str, instrument: str) -> None:
    assert done(text) == {instrument}


def test_private_people_accuse_and_meet_for_no_state() -> None:
    assert done("Two Filipino nurses accuse a hospital in Riyadh's suburb of keeping back their wages.") == set()
    assert done("A Filipino minister accuses a hospital in Riyadh's suburb of keeping back their wages.") == {
        "frictions"
    }
    assert done("Two Norwegian brothers met again in Accra after nine years.") == set()
    assert done("Two Norwegian ministers met Ghana's president in Accra after nine years.") == {"dialogue"}


def test_who_is_named_by_a_state_that_is_gone_is_so_long_after_its_end() -> None:
    text = "The Soviet Union and Norway, like Russia and Ghana, signed nothing."
    names = mentions(text, "en")
    assert gone(names, date(2026, 3, 9)) == set()  # Russia is named too
    assert gone(names[:1], date(2026, 3, 9)) == {"RUS"}
    assert gone(names[:1], date(1992, 6, 1)) == set()  # a name is in use for a year or so after
    assert gone(names[:1], None) == set()


@pytest.mark.parametrize(
    "text",
    ["The USSR delivered tanks to Ghana.", "Nazi Germany attacked Norway.", "East Germany trained Ghana's pilots."],
)
def test_what_a_state_that_is_gone_did_is_background(text: str) -> None:
    told = [a for a in acts(text) if len({*a.actors, *a.recipients}) > 1]
    assert told
    assert all(BACKGROUND in a.why for a in told)
    assert not [a for a in acts(text, None) if BACKGROUND in a.why]
