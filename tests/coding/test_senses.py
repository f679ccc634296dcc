"""What a word of the act list means in its sentence: denials, pretended attacks, delays, and how far an act got."""

from __future__ import annotations

import pytest
from tests.telling import Told, told

from comity.coding import model
from comity.coding.gazetteer import mentions

needs_model = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


def alive(text: str) -> list[Told]:
    return [row for row in told(text) if row[4] not in {"negated", "hypothetical"} and row[2] and row[0] != row[1]]


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Oslo denied having sold missiles to Chile.",
        "Oslo denied that it had sold missiles to Chile.",
        "Oslo dismissed reports of the sale of missiles to Chile.",
        "Oslo called it untrue that Norway had sold missiles to Chile.",
    ],
)
def test_who_denies_a_deed_refuses_nothing(text: str) -> None:
    assert not [row for row in alive(text) if row[3] in {"refused", "delivered", "signed"}]


@needs_model
def test_who_denies_a_thing_to_another_refuses_it() -> None:
    assert ("NOR", "CHL", "arms", "refused", "actual") in told("Norway denied Chile a licence for missiles.")


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Ghana beat Togo 3-1 on Tuesday.",
        "Peru and Chile signed a protocol on fighting terrorism.",
        "Peruvian and Chilean marines stormed a ship in an exercise.",
        "Peru and Chile signed a pact under which an attack on one is an attack on both.",
        "Floods killed nine people in Peru and Chile.",
    ],
)
def test_what_is_no_attack_on_the_state_named_is_no_friction(text: str) -> None:
    assert "frictions" not in {row[2] for row in alive(text)}


@needs_model
def test_who_fights_beside_another_fights_no_one_named() -> None:
    assert "frictions" not in {row[2] for row in alive("Kenyan troops fought alongside Ugandan soldiers.")}
    assert "frictions" in {row[2] for row in alive("Kenyan troops fought Ugandan soldiers.")}


@needs_model
def test_to_turn_to_somebody_refuses_nothing_and_to_turn_away_does() -> None:
    assert "refused" not in {row[3] for row in told("Peru turned to Norway for missiles.")}
    assert "refused" in {row[3] for row in told("Peru turned down Norway's missiles.")}


@needs_model
def test_what_comes_late_is_a_friction() -> None:
    assert ("frictions", "executed") in {row[2:4] for row in told("Peru waits for delayed deliveries of Norwegian missiles.")}  # fmt: skip


@needs_model
@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Peru bought missiles from Norway.", "signed"),
        ("Norway delivered missiles to Peru.", "delivered"),
        ("Norway is about to sell missiles to Peru.", "announced"),
        ("Norway is ready to sell missiles to Peru.", "offered"),
        ("Norway is unwilling to sell missiles to Peru.", "refused"),
        ("Norway resumed its deliveries of missiles to Peru.", "renewed"),
        ("Norway cancelled its delivery of missiles to Peru.", "cancelled"),
        ("Norway suspended its delivery of missiles to Peru.", "suspended"),
    ],
)
def test_how_far_a_deal_got(text: str, stage: str) -> None:
    assert stage in {row[3] for row in told(text)}


@needs_model
def test_a_drill_that_does_not_take_place_is_none() -> None:
    assert not alive("The drill of Norway and Peru did not take place.")


@needs_model
def test_a_deal_with_a_named_firm_comes_from_its_side() -> None:
    rows = told("Peru signed a contract with Saab for fighter jets.")
    assert ("SWE", "PER") in {row[:2] for row in rows}


@needs_model
def test_who_applies_to_an_organisation_joins_it_and_not_the_others() -> None:
    assert ("FIN;SWE", "NATO") in {row[:2] for row in told("Finland and Sweden applied to join NATO.")}


@pytest.mark.parametrize("line", ["LONDON - ", "LONDON, June 9 (Agency) - ", "LONDON (Agency) -- "])
def test_where_it_was_written_is_no_party_beside_two_that_are_named(line: str) -> None:
    assert [m.code for m in mentions(f"{line}Iran shipped missiles to Russia.")] == ["IRN", "RUS"]


def test_two_places_of_writing_are_the_two_sides() -> None:
    assert [m.kind for m in mentions("LIMA/QUITO - It began with a drone.")] == ["capital", "capital"]


@pytest.mark.parametrize(
    ("text", "lang", "codes"),
    [
        ("Sam met his aunt.", "en", []),
        ("Şam müzakereleri", "tr", ["SYR"]),
        ("Донские казаки", "ru", []),
        ("казак аскерлери", "ky", ["KAZ"]),
        ("Africa Corps left.", "en", ["RUS"]),
        ("The USS Gravely docked.", "en", ["USA"]),
        ("Real Madrid signed a defender.", "en", []),
        ("Omani and British troops trained in Khanjar Hadd.", "en", ["OMN", "GBR"]),
        ("Armenia froze its part in the Russian-led CSTO.", "en", ["ARM", "CSTO"]),
    ],
)
def test_names_that_are_others(text: str, lang: str, codes: list[str]) -> None:
    assert [m.code for m in mentions(text, lang)] == codes


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Norwegian warships encircled Ghana during an exercise.",
        "Norwegian warships rehearsed a blockade of Ghana in a drill.",
    ],
)
def test_a_drill_that_is_aimed_at_another_is_a_friction_and_no_exercise_with_it(text: str) -> None:
    assert [row[:3] for row in alive(text)] == [("NOR", "GHA", "frictions")]


@needs_model
@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Norway supplied missiles to Ghana free of charge.", "delivered"),
        ("Norway will send missiles to Ghana from its own stocks.", "announced"),
        ("The missiles that Norway had pledged to Ghana were handed over.", "delivered"),
    ],
)
def test_what_costs_nothing_is_aid(text: str, stage: str) -> None:
    assert ("NOR", "GHA", "aid", stage) in {row[:4] for row in alive(text)}
    assert "arms" not in {row[2] for row in alive(text)}


@needs_model
def test_what_is_sold_is_arms() -> None:
    assert ("NOR", "GHA", "arms", "delivered") in {row[:4] for row in alive("Norway supplied missiles to Ghana.")}


@needs_model
def test_what_somebody_is_punished_for_is_no_deed_told_and_its_parties_are_not_punished() -> None:
    rows = alive("Norway imposed sanctions on a Chilean bank for selling missiles to Ghana.")
    assert [row[:3] for row in rows] == [("NOR", "CHL", "coercion")]


@needs_model
def test_a_letter_of_request_asks_and_sends_nothing() -> None:
    assert ("NOR", "GHA", "arms", "asked", "actual") in told("Ghana sent Norway a letter of request for missiles.")


@needs_model
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Ghana called in Norway's envoy.", ("GHA", "NOR", "isolation", "executed")),
        ("Norwegian soldiers man an outpost in Ghana.", ("NOR", "GHA", "basing", "executed")),
        ("Norwegian soldiers left a base in Ghana.", ("NOR", "GHA", "basing", "ended")),
        ("Norway extended the mandate of its soldiers in Ghana.", ("NOR", "GHA", "basing", "renewed")),
        ("Norwegian officers are drilling recruits in Ghana.", ("NOR", "GHA", "training", "executed")),
        ("Ghana declared its military pact with Norway void.", ("GHA", "NOR", "rupture", "cancelled")),
        ("Norway repaired frigates for Ghana.", ("NOR", "GHA", "industry", "executed")),
    ],
)
def test_words_that_no_model_learned_with_say_what_was_done(text: str, row: tuple[str, str, str, str]) -> None:
    assert [found[:4] for found in alive(text)] == [row]


@needs_model
def test_to_leave_a_place_without_a_base_leaves_no_base() -> None:
    assert "ended" not in {row[3] for row in alive("Norway left Ghana without a base.")}


@needs_model
def test_thanks_are_no_deed() -> None:
    assert not alive("Ghana thanked Norway for its help.")


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Norwegian police arrested two Ghanaians for smuggling cocaine.",
        "A Ghanaian was jailed in Norway for fraud.",
        "Norway extradited a Ghanaian murderer.",
    ],
)
def test_an_arrest_for_common_crime_concerns_no_other_state(text: str) -> None:
    assert not alive(text)


@needs_model
def test_an_arrest_for_spying_does() -> None:
    assert ("NOR", "GHA", "intelop") in {row[:3] for row in alive("Norwegian police arrested two spies of Ghana.")}


@needs_model
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Ghana told Norway to withdraw its soldiers.", ("GHA", "NOR", "rupture", "cancelled")),
        ("A Norwegian frigate made a port call in Ghana.", ("NOR", "GHA", "border", "executed")),
        ("Norway took four Ghanaian generals off its sanctions list.", ("NOR", "GHA", "coercion", "ended")),
        ("Norway delivered a note of protest to Ghana.", ("NOR", "GHA", "isolation", "executed")),
        ("Norwegian drones crossed into Ghanaian airspace.", ("NOR", "GHA", "frictions", "executed")),
        ("Ghanaian cadets study at an academy in Norway.", ("NOR", "GHA", "training", "executed")),
    ],
)
def test_phrases_that_say_what_was_done(text: str, row: tuple[str, str, str, str]) -> None:
    assert row in {found[:4] for found in alive(text)}


@needs_model
def test_what_enters_into_force_attacks_nobody() -> None:
    assert "frictions" not in {row[2] for row in alive("A pact between Norway and Ghana has entered into force.")}


@needs_model
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Norway formally handed over its only military base in Chile on Thursday.", ("NOR", "CHL", "basing", "ended", "actual")),
        ("Norway handed over its base in the east of Chile to the Chilean army on Saturday.", ("NOR", "CHL", "basing", "ended", "actual")),
        ("The last Norwegian soldiers left Chile on Friday.", ("NOR", "CHL", "basing", "ended", "actual")),
    ],
)  # fmt: skip
def test_guests_who_hand_over_a_base_or_leave_a_country_are_based_there_no_more(text: str, row: Told) -> None:
    assert alive(text) == [row]


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Norway handed over two helicopters to Chile at an air base on Monday.",
        "Norwegian soldiers left the barracks in Chile for a drill with the Chilean army on Friday.",
    ],
)
def test_what_is_only_done_at_a_base_ends_none(text: str) -> None:
    assert not [row for row in alive(text) if row[2:4] == ("basing", "ended")]


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Chile, Peru and Bolivia launched a joint force of 5,000 soldiers on Saturday at a ceremony at an air base.",
        "Norway launched Operation Barn with Chile and Peru on Monday.",
    ],
)
def test_what_is_launched_with_others_is_no_attack_on_them(text: str) -> None:
    assert not [row for row in alive(text) if row[2] == "frictions"]


@needs_model
def test_what_is_launched_against_somebody_stays_an_attack() -> None:
    assert ("NOR", "CHL", "frictions", "executed", "actual") in alive("Norway launched an attack on Chile with Peru on Monday.")  # fmt: skip


@needs_model
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Kenya put off a drill with Uganda.", ("KEN", "UGA", "rupture", "suspended", "actual")),
        ("Kenya called off a drill with Uganda.", ("KEN", "UGA", "rupture", "cancelled", "actual")),
        ("Spain put off the delivery of tanks to Ukraine.", ("ESP", "UKR", "rupture", "suspended", "actual")),
    ],
)
def test_what_is_put_off_or_called_off_is_not_also_done(text: str, row: Told) -> None:
    assert told(text) == [row]


@needs_model
def test_troops_who_train_with_others_drill_and_those_who_train_with_instructors_learn() -> None:
    assert told("Danish divers trained with Estonian sailors off Saaremaa.")[0][2] == "exercise"
    assert told("Uruguay's marines drill alongside Paraguay's river troops each June.")[0][2] == "exercise"
    assert {row[2] for row in told("Ukrainian pilots trained with Danish instructors at Skrydstrup.")} == {"training"}


@needs_model
@pytest.mark.parametrize(
    ("text", "everybody"),
    [
        (
            "The exercise brought Danes, Latvians and Estonians to their Polish hosts in Drawsko.",
            {"DNK", "LVA", "EST", "POL"},
        ),
        ("Kuwait and Bahrain took part in a Saudi-led exercise in the desert.", {"KWT", "BHR", "SAU"}),
        ("Greece and Cyprus opened drills close to Türkiye's coast as Dendias looked on.", {"GRC", "CYP"}),
    ],
)
def test_hosts_and_leaders_of_a_drill_take_part_and_whose_coast_is_near_does_not(
    text: str, everybody: set[str]
) -> None:
    drills = [row for row in told(text) if row[2] == "exercise"]
    assert {*drills[0][0].split(";"), *drills[0][1].split(";")} == everybody


@needs_model
def test_who_comes_under_sanctions_is_their_target() -> None:
    rows = told("Two Omani banks fell under American sanctions because of a purchase from Russia.")
    assert ("USA", "OMN", "coercion", "executed", "actual") in rows


@needs_model
def test_weapons_that_are_asked_for_are_arms_unless_they_are_to_be_a_gift() -> None:
    assert told("Burundi begged Tanzania for ammunition.") == [("TZA", "BDI", "arms", "asked", "actual")]
    assert told("Nepal asked India for rifles free of charge.")[0][2] != "arms"


@needs_model
def test_ties_that_are_cut_are_isolation_and_military_ones_a_rupture() -> None:
    assert told("Venezuela severed its ties with Peru.") == [("VEN", "PER", "isolation", "executed", "actual")]
    assert told("Sudan cut military ties with Kenya.") == [("SDN", "KEN", "rupture", "cancelled", "actual")]


@needs_model
def test_both_and_they_stand_for_everybody_of_the_list_before() -> None:
    rows = told("Denmark and Norway are small, but they train Ukrainian pilots.")
    assert [row[:3] for row in rows] == [("DNK;NOR", "UKR", "training")]


def test_where_two_help_each_other_at_war_the_scene_of_the_war_is_a_place() -> None:
    kinds = {m.code: m.kind for m in mentions("Oman sent soldiers to the Saudi war in Yemen.")}
    assert kinds["YEM"] == "place"
    assert kinds["SAU"] != "place"
    assert {m.code: m.kind for m in mentions("Russia wages war on Ukraine.")}["UKR"] != "place"


@needs_model
def test_may_after_in_is_a_month() -> None:
    rows = told("Norwegian and Dutch divers cleared mines together in May.")
    assert "hypothetical" not in {row[4] for row in rows}
    assert {row[4] for row in told("Peru may clear mines together with Chile.")} <= {"hypothetical"}
