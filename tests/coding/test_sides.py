"""Parties of the main act, as the encoder sees each name."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from comity.coding import sides
from comity.coding.english import Event
from comity.coding.gazetteer import NAME, PLACE, Mention, mentions
from comity.coding.guess import guess
from comity.vocabulary import Modality

FOUND = [Mention(0, 3, "OMN", NAME), Mention(5, 9, "TCD", NAME), Mention(12, 16, "MLI", NAME)]
ACTS, HOST, NOBODY = [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]  # chances of none, actor, other


def told(*rows: list[float]) -> np.ndarray:
    return np.log(np.array(rows))


def test_everybody_has_the_likeliest_role_and_bystanders_have_none() -> None:
    assert sides.likeliest(FOUND, told(HOST, NOBODY, ACTS)) == (["MLI"], ["OMN"])
    assert sides.likeliest(FOUND, told(ACTS, HOST, ACTS)) == (["OMN", "MLI"], ["TCD"])


def test_somebody_stands_on_either_side() -> None:
    # Oman leaves "none" at the least cost for the actor (.7 to .2), then Chad for the other (.8 to .15)
    assert sides.likeliest(FOUND, told([0.7, 0.2, 0.1], [0.8, 0.05, 0.15], [0.9, 0.05, 0.05])) == (["OMN"], ["TCD"])
    # of two that act the one that loses less (.6 to .3, not .8 to .1) is the other
    assert sides.likeliest(FOUND[:2], told([0.1, 0.8, 0.1], [0.1, 0.6, 0.3])) == (["OMN"], ["TCD"])
    assert sides.likeliest(FOUND[:1], told(ACTS)) is None


def test_of_two_names_for_one_that_counts_which_is_most_a_partys() -> None:
    found = [*FOUND[:2], Mention(20, 25, "OMN", NAME)]
    assert sides.by_code(found, told(NOBODY, HOST, ACTS))["OMN"] == pytest.approx(np.log(ACTS))


def event(actors: tuple[str, ...], recipients: tuple[str, ...]) -> Event:
    return Event(actors, recipients, "AID", "delivered", "arms", Modality.ACTUAL, 0, 16, False, ("sell",))


SURELY = [0.9, 0.05, 0.05]


def test_who_surely_only_stands_by_is_no_party_whatever_grammar_says() -> None:
    roles = told(ACTS, HOST, SURELY)
    kept = sides.without_bystanders(event(("OMN",), ("TCD", "MLI")), FOUND, roles)
    assert (kept.actors, kept.recipients) == (("OMN",), ("TCD",))
    assert kept.why == ("sell", "without bystanders")


def test_a_side_of_bystanders_goes_to_those_in_the_likeliest_role() -> None:
    kept = sides.without_bystanders(event(("MLI",), ("TCD",)), FOUND, told(ACTS, HOST, SURELY))
    assert (kept.actors, kept.recipients) == (("OMN",), ("TCD",))


def test_who_may_be_a_party_stays_where_grammar_put_it() -> None:
    one = event(("MLI",), ("TCD",))
    assert sides.without_bystanders(one, FOUND, told(ACTS, HOST, NOBODY)) == one  # .8 is not sure enough


def test_a_guess_has_the_parties_that_the_sentence_as_a_whole_makes_likeliest() -> None:
    text = "Oman, Chad, Mali: a matter of rifles"
    near = guess(text, FOUND, "en", "arms", ())
    seen = guess(text, FOUND, "en", "arms", (), told(NOBODY, HOST, ACTS))
    assert near
    assert seen
    assert {*near.actors, *near.recipients} == {"OMN", "TCD", "MLI"}
    assert (seen.actors, seen.recipients) == (("MLI",), ("TCD",))


def test_an_act_of_two_bystanders_is_another_clauses_and_stays_as_it_is() -> None:
    one = event(("TCD",), ("MLI",))
    assert sides.without_bystanders(one, FOUND, told(ACTS, SURELY, SURELY)) == one


@pytest.mark.parametrize(
    ("text", "roles", "actors", "recipients"),
    [
        ("Peru, Chile, Bolivia and Ecuador have settled the outline.", (ACTS, NOBODY, NOBODY, HOST), ["PER", "CHL", "BOL"], ["ECU"]),
        ("Peru and Chile drilled at sea while Bolivia and Ecuador looked on.", (ACTS, HOST, NOBODY, NOBODY), ["PER"], ["CHL"]),
        ("Peru drilled with Chile, unlike Bolivia.", (ACTS, HOST, NOBODY), ["PER"], ["CHL"]),
    ],
)  # fmt: skip
def test_who_stands_in_a_list_with_a_party_is_a_party_of_a_guess(
    text: str, roles: tuple[list[float], ...], actors: list[str], recipients: list[str]
) -> None:
    made = guess(text, mentions(text), "en", "exercise", (), told(*roles))
    assert made is not None
    assert (sorted(made.actors), sorted(made.recipients)) == (sorted(actors), sorted(recipients))


@pytest.mark.parametrize(
    ("actors", "recipients", "text", "told"),
    [
        (("EU",), ("KAZ", "UZB"), "EU", (["EU"], ["KAZ", "UZB"], None)),  # neither is a member
        (("CSTO",), ("KAZ", "BLR"), "CSTO", (["KAZ"], ["BLR"], "CSTO")),
        (("KEN", "EU"), ("UGA",), "EU", (["KEN"], ["UGA"], "EU")),  # it does not stand alone
    ],
)
def test_an_organisation_is_a_party_beside_states_that_are_none_of_its_members(
    actors: tuple[str, ...], recipients: tuple[str, ...], text: str, told: tuple[list[str], list[str], str | None]
) -> None:
    assert sides.framed(event(actors, recipients), mentions(text), "aid", date(2024, 6, 1)) == told


def test_of_places_only_a_host_or_reader_is_a_party_of_a_guess() -> None:
    found = [Mention(0, 4, "CHN", NAME), Mention(5, 9, "TJK", NAME), Mention(12, 18, "AFG", PLACE)]
    text = "China and Tajik guards near Kunduz"
    for name, parties in (("border", {"CHN", "TJK"}), ("basing", {"CHN", "TJK", "AFG"})):
        one = guess(text, found, "en", name, (), told(ACTS, HOST, HOST))
        assert one is not None
        assert {*one.actors, *one.recipients} == parties


@pytest.mark.parametrize(
    ("text", "name", "modality"),
    [
        ("Fiji will not recognise Taiwan.", "isolation", Modality.ACTUAL),
        ("Egypt advised its citizens not to go to Ethiopia.", "isolation", Modality.ACTUAL),
        ("Fiji denied that it was hostile to Taiwan.", "isolation", Modality.NEGATED),
        ("Steps against Eritrea are not considered in Washington.", "coercion", Modality.NEGATED),
        ("Fiji gave Tonga not one boat.", "aid", Modality.NEGATED),
    ],
)
def test_what_a_sentence_of_pressure_negates_is_cooperation(text: str, name: str, modality: Modality) -> None:
    one = guess(text, mentions(text), "en", name, ())
    assert one is not None
    assert one.modality is modality


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Britain stopped exports of arms usable in France's Mali operation.", {"MLI"}),
        ("Kenya told Uganda of threats from Somalia.", {"SOM"}),
        ("The US commander in Iraq met Lebanon's chief of staff.", {"IRQ"}),
        ("France's Mali operation ended.", set()),  # with whom else?
        ("Kenya fears threats from Somalia.", set()),
    ],
)
def test_what_two_others_deal_with_is_no_party(text: str, place: set[str]) -> None:
    assert {m.code for m in mentions(text) if m.kind == PLACE} == place
