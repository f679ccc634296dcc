"""What became of a deed: put on hold, no longer done, turned down, asked for, approved, run out, ahead."""

from __future__ import annotations

from datetime import date

import pytest

from comity.coding import Article, model, read

pytestmark = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


def told(text: str) -> set[tuple[str, str, str | None, str | None, str]]:
    """Actors, recipients, instrument, stage and modality of each act, by grammar and stems."""
    return {
        (";".join(a.actors), ";".join(a.recipients), a.instrument, a.stage, a.modality)
        for a in read([Article("a", text, date(2025, 6, 18), "en")], careful=False)
    }


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Ghana has put on hold its purchase of missiles from Norway.", "suspended"),
        ("Ghana's purchase of missiles from Norway has been put on ice.", "suspended"),
        ("Ghana backed out of a deal to buy missiles from Norway.", "cancelled"),
        ("Ghana will no longer buy missiles from Norway.", "cancelled"),
        ("Ghana will not buy missiles from Norway any more.", "cancelled"),
    ],
)
def test_who_drops_a_purchase_breaks_off_with_the_seller(text: str, stage: str) -> None:
    assert {("GHA", "NOR", name, stage, "actual") for name in ("arms", "rupture")} & told(text)


def test_who_will_not_buy_at_all_breaks_off_nothing() -> None:
    assert {row[3:] for row in told("Ghana will not buy missiles from Norway.")} == {("delivered", "negated")}


@pytest.mark.parametrize(
    "text",
    [
        "Ghana turned down an offer of missiles from Norway.",
        "Ghana ruled out buying missiles from Norway.",
        "Ghana decided against buying missiles from Norway.",
        "Norway rejected a request for missiles from Ghana.",
        "Norway ruled out selling missiles to Ghana.",
    ],
)
def test_what_is_turned_down_keeps_the_direction_in_which_it_would_have_gone(text: str) -> None:
    assert ("NOR", "GHA", "arms", "refused", "actual") in told(text)


@pytest.mark.parametrize("text", ["Ghana asked Norway for missiles.", "Ghana requested missiles from Norway."])
def test_who_asks_for_weapons_is_to_receive_them(text: str) -> None:
    assert ("NOR", "GHA", "arms", "asked", "actual") in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Norway cleared a possible sale of missiles to Ghana.",
        "Norway approved the sale of missiles to Ghana.",
        "Norway gave the green light to the sale of missiles to Ghana.",
    ],
)
def test_a_sale_that_the_seller_approves_is_offered(text: str) -> None:
    assert ("NOR", "GHA", "arms", "offered", "actual") in told(text)


def test_what_is_to_be_supplied_under_a_contract_that_was_signed_is_signed() -> None:
    assert ("NOR", "GHA", "arms", "signed", "actual") in told("Norway will supply missiles to Ghana under a contract signed in May.")  # fmt: skip
    assert ("NOR", "GHA", "arms", "announced", "planned") in told("Norway will supply missiles to Ghana under a plan.")


def test_an_accord_that_lapses_has_ended_and_deliveries_that_resume_are_renewed() -> None:
    assert "ended" in {row[3] for row in told("A military accord between Ghana and Norway expired on Monday.")}
    assert "renewed" in {row[3] for row in told("Shipments of missiles from Norway to Ghana have resumed.")}


@pytest.mark.parametrize(
    "text",
    [
        "Ghana and Norway will go ahead with a joint exercise.",
        "A joint exercise of Ghana and Norway will begin on Monday.",
        "A joint exercise of Ghana and Norway is due in July.",
    ],
)
def test_a_drill_that_is_to_begin_is_planned(text: str) -> None:
    assert ("exercise", "planned") in {(row[2], row[4]) for row in told(text)}


def test_who_takes_no_part_in_an_organisation_has_suspended_its_membership_and_not_in_a_drill() -> None:
    assert ("ARM", "CSTO", "suspended", "actual") in {(a, b, s, m) for a, b, _, s, m in told("Armenia takes no part in the work of the CSTO.")}  # fmt: skip
    assert "suspended" not in {row[3] for row in told("Armenia takes no part in the drill of the CSTO.")}


def test_pressure_that_is_lifted_has_ended() -> None:
    assert ("NOR", "GHA", "coercion", "ended", "actual") in told("Norway lifted sanctions on Ghana.")


def test_a_pledge_is_no_delivery() -> None:
    assert ("NOR", "GHA", "aid", "announced", "planned") in told("Norway pledged military aid to Ghana.")


@pytest.mark.parametrize(
    "text",
    [
        "Ghana signed a deal with Norway for missiles.",
        "A contract for Norwegian missiles was signed in Accra by Ghana's minister.",
    ],
)
def test_who_sells_is_whose_weapons_they_are_or_with_whom_the_deal_for_them_was_made(text: str) -> None:
    assert ("NOR", "GHA", "arms", "signed", "actual") in told(text)


def test_who_won_a_contract_to_supply_has_signed() -> None:
    assert ("NOR", "GHA", "arms", "signed", "actual") in told("Norway won a contract to supply missiles to Ghana.")


def test_a_lease_that_is_not_renewed_ends() -> None:
    rows = told("Ghana did not renew the lease under which Norwegian troops use its base.")
    assert ("ended", "actual") in {row[3:] for row in rows}
    assert not {row for row in rows if row[3] == "renewed"}


def test_a_drill_that_will_not_take_place_is_cancelled_and_one_that_did_not_was_none() -> None:
    assert {row[3:] for row in told("Norway and Ghana said their drill would not take place.")} == {("cancelled", "actual")}  # fmt: skip
    assert {row[4] for row in told("The drill of Norway and Ghana did not take place.")} == {"negated"}


@pytest.mark.parametrize(
    "text",
    ["Norway sells tanks to Ghana?", "Ghana would not confirm that Norway sold it tanks.", "Norway declined to confirm that it sold tanks to Ghana."],
)  # fmt: skip
def test_what_is_asked_or_not_confirmed_is_only_supposed(text: str) -> None:
    assert {row[4] for row in told(text) if row[2] == "arms"} == {"hypothetical"}


def test_what_is_turned_down_is_not_planned_too_and_who_turns_down_a_base_is_the_host() -> None:
    assert told("Ghana turned down Norway's request to station drones at Accra.") == {("NOR", "GHA", "basing", "refused", "actual")}  # fmt: skip


def test_who_met_to_discuss_has_talked() -> None:
    assert {row[4] for row in told("Norwegian officers visited Ghana in May to discuss coast guards.")} == {"actual"}


def test_two_that_call_off_something_break_off_with_each_other() -> None:
    rows = {row for row in told("Zambia and Malawi called off a drill that Tanzania had proposed.") if row[3] == "cancelled"}  # fmt: skip
    assert {row[:2] for row in rows} == {("ZMB;MWI", "ZMB;MWI")}


@pytest.mark.parametrize(
    "text",
    [
        "Norway handed back a Ghanaian tank.",
        "Ghana became the first member of the EU to welcome Norway.",
    ],
)
def test_who_hands_back_gives_nothing_and_who_is_the_first_member_to_do_a_thing_does_not_join(text: str) -> None:
    assert not {row[2:4] for row in told(text)} & {
        ("arms", "delivered"),
        ("aid", "delivered"),
        ("alliance_shift", "signed"),
    }


def test_what_was_pledged_and_is_received_goes_to_who_receives_it() -> None:
    text = "Ghana received two of the boats that Norway had pledged."
    assert told(text) == {("NOR", "GHA", "aid", "delivered", "actual")}


@pytest.mark.parametrize("text", ["Ghana said no to a Norwegian offer of missiles.", "Ghana brushed aside a Norwegian offer of missiles."])  # fmt: skip
def test_an_offer_that_is_brushed_aside_is_refused_whatever_the_phrase(text: str) -> None:
    assert told(text) == {("NOR", "GHA", "arms", "refused", "actual")}


@pytest.mark.parametrize(
    "text",
    [
        "Ghana took up Norway's offer of missiles.",
        "Ghana accepted Norway's offer of missiles.",
        "Ghana agreed to a Norwegian offer of missiles.",
    ],
)
def test_who_takes_up_an_offer_is_to_receive_what_is_announced_and_planned(text: str) -> None:
    assert told(text) == {("NOR", "GHA", "arms", "announced", "planned")}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Chile's parliament ratified the accord on a longer stay of the Norwegian soldiers.", ("basing", "signed")),
        ("Chile prolonged the Norwegian lease of the base at Iquique.", ("basing", "renewed")),
        ("Chilean cadets are taught at an academy in Norway.", ("training", "executed")),
        ("The pilots of Chile are being schooled in Norway.", ("training", "executed")),
    ],
)
def test_guests_and_teachers_act_where_the_word_does_not_say_who_does(text: str, row: tuple[str, str]) -> None:
    assert ("NOR", "CHL", *row, "actual") in told(text)


def test_guards_in_a_state_are_not_taught_by_it_and_its_own_base_is_no_guests() -> None:
    assert {row[:2] for row in told("Border guards in Chile have been taught by Norway.")} == {("NOR", "CHL")}
    assert {row[:2] for row in told("Norway will use the Chilean base at Iquique.")} == {("NOR", "CHL")}


def test_who_invites_another_to_drill_or_asks_it_to_offers_or_asks() -> None:
    assert told("Norway invited Chilean troops to drill in Tromso.") == {("NOR", "CHL", "exercise", "offered", "actual")}  # fmt: skip


def test_what_would_be_done_were_somebody_to_ask_is_only_supposed() -> None:
    assert {row[4] for row in told("Were Oslo to ask, Ghana would send troops to Norway.")} == {"hypothetical"}


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Joint drills of Ghana and Norway start on Monday.", "planned"),
        ("Joint drills of Ghana and Norway started on Monday.", "actual"),
        ("The Norwegian minister was in Accra on Monday to discuss joint drills.", "actual"),
    ],
)
def test_a_drill_that_starts_on_a_day_is_ahead_and_who_was_there_to_discuss_has_talked(text: str, modality: str) -> None:  # fmt: skip
    assert {row[4] for row in told(text)} == {modality}


def test_pressure_that_is_eased_or_dropped_has_ended() -> None:
    assert told("Norway ended its embargo on Ghana.") == {("NOR", "GHA", "coercion", "ended", "actual")}


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("It is false that Norway gave Ghana missiles, the ministry in Oslo said.", "negated"),
        ("It was a hoax that Norway gave Ghana missiles.", "negated"),
        ("Nobody in Accra has asked Oslo for missiles.", "negated"),
        ("Ghana has yet to sign the defence accord with Norway.", "negated"),
        ("Ghana is thinking about buying Norwegian missiles.", "hypothetical"),
        ("Rumour has it that Ghana will get missiles from Norway.", "hypothetical"),
        ("Norway is believed to have sold missiles to Ghana.", "hypothetical"),
        ("There is no doubt that Norway sold missiles to Ghana.", "actual"),
        ("Norway, which has yet to see the sea, sold missiles to Ghana.", "actual"),
        ("Rumours aside, Norway sold missiles to Ghana.", "actual"),
    ],
)
def test_what_is_called_false_or_is_only_rumoured_did_not_take_place(text: str, modality: str) -> None:
    assert {row[4] for row in told(text) if row[2]} == {modality}
