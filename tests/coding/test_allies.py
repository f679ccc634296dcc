"""Who stands with whom in a fight: help is no attack, an attack no help, and nobody cooperates with the one against whom they do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comity.coding import Act, Article, allies, encoder, model, read
from comity.coding.gazetteer import mentions

needs_model = pytest.mark.skipif(model() is None, reason="needs the extra nlp")
needs_all = pytest.mark.skipif(not encoder.installed() or model() is None, reason="needs the extra nlp")
Told = tuple[str, str, str | None, int]


def told(text: str, careful: bool = False) -> list[Told]:
    """Actors, recipients, instrument and sign of each act that took place between two."""
    acts = read([Article("a", text, None, "en")], careful)
    rows = [(";".join(a.actors), ";".join(a.recipients), a.instrument, a.polarity) for a in acts if a.modality == "actual"]  # fmt: skip
    return [row for row in rows if row[0] and row[1] and row[0] != row[1]]


@needs_model
@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Tunisia dispatched a warship to Malta as a sign of solidarity.", ("TUN", "MLT")),
        ("Tunisia sent officers of its army to Malta as a sign of its concern and support.", ("TUN", "MLT")),
        ("In response to a request by Sudan the United States dispatched two fighters.", ("USA", "SDN")),
        ("An American fleet was moved into the bay in support of Pakistan.", ("USA", "PAK")),
        ("Rwanda sent troops to Mozambique to help it against insurgents.", ("RWA", "MOZ")),
        ("At Gambia's request Senegal landed paratroopers in Banjul to restore order.", ("SEN", "GMB")),
        ("Niger had a request from Togo and answered by landing troops at Lome.", ("NER", "TGO")),
        ("Norwegian marines fought on Denmark's side against Sweden.", ("NOR", "DNK")),
        ("Norwegian marines fought alongside Danes against Sweden.", ("NOR", "DNK")),
        ("Bulgaria joined Germany in the attack on Greece.", ("BGR", "DEU")),
        ("Uruguay joined Brazil's offensive against Paraguay.", ("URY", "BRA")),
        ("With French air support, Chad's army drove the Libyans out of the town.", ("FRA", "TCD")),
        ("Chad's army, with French air support, drove the Libyans out of the town.", ("FRA", "TCD")),
    ],
)
def test_who_helps_in_a_war_cooperates_with_those_whom_he_helps_and_with_nobody_else(
    text: str, pair: tuple[str, str]
) -> None:
    assert {(a, b) for a, b, _, sign in told(text) if sign > 0} == {pair}


@needs_model
@pytest.mark.parametrize(
    ("text", "victim"),
    [
        ("Bulgaria joined Germany in the attack on Greece.", "GRC"),
        ("Uruguay joined Brazil's offensive against Paraguay.", "PRY"),
        ("Eritrea sent troops into Ethiopia in support of the rebels.", "ETH"),
        ("Russia sent troops to Ukraine to help the separatists.", "UKR"),
        ("Uganda sent soldiers to Rwanda to overthrow the government.", "RWA"),
        ("Mali sent 5,000 soldiers into Niger and occupied Agadez.", "NER"),
        ("Ghana armed Togolese rebels.", "TGO"),
        ("Ghana gave weapons to rebel groups in Togo.", "TGO"),
        ("Zambia provided UNITA with ammunition.", "AGO"),
        ("Rebels in Togo received rifles from Ghana.", "TGO"),
    ],
)
def test_who_is_attacked_or_whose_rebels_are_helped_is_not_cooperated_with(text: str, victim: str) -> None:
    signs = {sign for _, b, _, sign in told(text) if b == victim}
    assert signs == {-1}


@needs_model
def test_pictures_of_rebels_and_goods_made_of_them_are_given_to_others() -> None:
    assert [r[3] for r in told("Ghana handed Togo images of rebel boats.")] == [1]
    assert [r[1] for r in told("Ghana gave rifles to Togo's army against the rebels.") if r[3] > 0] == ["TGO"]


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "Three battalions of Peru's army were sent to reinforce the border with Chile.",
        "Nigerian soldiers were sent to Cameroon's border to protect Nigerian fishers.",
        "Japan sent troops to the islands to defend its own coast against Vietnam.",
    ],
)
def test_who_sends_troops_for_himself_helps_nobody(text: str) -> None:
    acts = list(read([Article("a", text, None, "en")], careful=False))
    assert {act.plover for act in acts if act.why[0].startswith("send")} == {"MOBILIZE"}


@needs_model
def test_troops_that_are_refused_or_asked_for_are_not_sent() -> None:
    assert {(r[0], r[1], r[3]) for r in told("Egypt refused to send troops to Kuwait.")} == {("EGY", "KWT", -1)}
    assert {(r[0], r[1], r[3]) for r in told("Kuwait asked Egypt to send troops.")} == {("KWT", "EGY", 0)}


@needs_model
def test_no_state_that_only_let_its_own_troops_fight_beside_another_has_yielded() -> None:
    (act,) = read([Article("a", "Togo authorised its forces to fight alongside those of Benin.", None, "en")], False)
    assert (act.actors, act.recipients, act.stage, act.plover) == (["TGO"], ["BEN"], "announced", "AGREE")


@needs_model
def test_an_offer_of_aid_is_not_yet_given() -> None:
    (act,) = read([Article("a", "Sweden offered aid to Finland.", None, "en")], careful=False)
    assert (act.instrument, act.stage, act.plover) == ("aid", "offered", "AGREE")


@needs_model
def test_what_ends_a_crisis_does_not_itself_end() -> None:
    (act,) = read([Article("a", "The crisis ended when Chile signed a pact with Bolivia.", None, "en")], careful=False)
    assert (act.instrument, act.stage, act.polarity) == ("agreement", "signed", 1)


@needs_all
@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("American bombers took off from bases in Turkey to strike Iraq.", {("USA", "IRQ")}),
        ("South Vietnamese and American troops began an invasion of Laos.", {("USA", "LAO"), ("VNM", "LAO")}),
        ("Turkey landed troops on Cyprus.", {("TUR", "CYP")}),
        ("On 3 May the Peruvians captured a principal Chilean supply base.", {("PER", "CHL"), ("CHL", "PER")}),
        ("Zambian raids on guerrilla bases in Malawi went on until June.", {("ZMB", "MWI")}),
        ("A Peruvian jet violated Chilean airspace over Arica.", {("PER", "CHL"), ("CHL", "PER")}),
        ("The king called it a hostile act against the Soviet Union by Romania.", {("ROU", "RUS")}),
    ],
)
def test_nobody_is_guessed_to_cooperate_with_whom_the_words_say_that_he_attacks(
    text: str, never: set[tuple[str, str]]
) -> None:
    pairs = {(a, b) for one, other, _, sign in told(text, careful=True) if sign > 0 for a in one.split(";") for b in other.split(";")}  # fmt: skip
    assert not pairs & never


def act(instrument: str, polarity: int, *why: str, plover: str = "COOPERATE", modality: str = "actual") -> Act:
    """An act of Peru on Chile."""
    return Act("a", "", (0, 1), ["PER"], ["CHL"], instrument, "executed", polarity, modality, plover, None, None, None, None, None, None, None, None, None, 0.3, "en", [*why])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "why", "odds"),
    [
        ("arms", ["attack"], True),
        ("arms", ["attack", "nearest names"], False),  # where it is not sure who attacks
        ("basing", ["attack", "nearest names"], True),
        ("training", ["shoot"], False),
        ("frictions", ["attack"], False),
    ],
)
def test_a_guess_and_an_attack_of_the_same_two_are_at_odds(name: str, why: list[str], odds: bool) -> None:
    attack = act("frictions", -1, *why, plover="ASSAULT")
    assert allies.at_odds(act(name, 1, "guess"), [attack], {"exercise": 0.1}) is odds
    assert not allies.at_odds(act(name, 1, "guess"), [replace(attack, recipients=["BOL"])], {"exercise": 0.1})
    assert not allies.at_odds(act(name, 1, "guess"), [replace(attack, modality="planned")], {"exercise": 0.1})


@pytest.mark.parametrize(
    ("text", "march"),
    [
        ("Units of Mali's army crossed into Niger.", True),
        ("Malian troops were moved to the border of Niger.", True),
        ("Mali went on to occupy the town after the war with Niger.", True),
        ("Malian radars stand along the border of Niger.", False),
        ("Mali keeps a brigade in Niger to guard the border.", False),
        ("Mali opened a base at Agadez in Niger.", False),
    ],
)
def test_troops_on_the_march_are_not_guessed_to_be_guests(text: str, march: bool) -> None:
    assert allies.at_odds(replace(act("basing", 1, "guess"), sentence=text), [], {}) is march
    assert not allies.at_odds(replace(act("aid", 1, "guess"), sentence=text), [], {})


@pytest.mark.parametrize(("why", "odds"), [(["agree + ceasefire"], True), (["ceasefire", "nearest names"], False)])
def test_who_ends_a_fight_is_not_guessed_to_be_host_or_guest(why: list[str], odds: bool) -> None:
    assert allies.at_odds(act("basing", 1, "guess"), [act("agreement", 1, *why, plover="AGREE")], {}) is odds


@needs_model
def test_who_defends_what_is_his_own_supports_nobody_else() -> None:
    def events(text: str) -> set[str]:
        return {a.plover for a in read([Article("a", text, None, "en")], careful=False)}

    assert "SUPPORT" not in events("Peru defended its deployments, while Chile protested.")
    assert "SUPPORT" in events("Peru defended Chile.")


@needs_model
def test_who_shoots_on_a_range_attacks_nobody() -> None:
    text = "Norwegian gunners of a base in Iceland are firing on the range."
    assert "ASSAULT" not in {a.plover for a in read([Article("a", text, None, "en")], careful=False)}


@needs_all
def test_what_is_only_against_somebody_is_guessed_to_be_no_tie() -> None:
    assert told("Ghana presented proof against Togo.", careful=True) == [("GHA", "TGO", "frictions", -1)]


@needs_model
def test_who_is_asked_for_troops_is_the_one_to_whom_the_appeal_goes() -> None:
    asked = told("On Monday Lima appealed to Ecuador to dispatch troops against an expected Chilean attack.")
    assert ("PER", "ECU", 0) in {(a, b, sign) for a, b, _, sign in asked}
    assert not [row for row in asked if "CHL" in row[1]]


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("Kenya helped Somalia against the Eritrean and Sudanese armies.", {"ERI", "SDN"}),
        ("Kenya helped Somalia against rebels in Sudan.", set()),
        ("The deputies voted against the longer stay of the Russian base.", set()),
        ("Ministers came out against letting Norway sell tanks.", set()),
        ("Chad turned against Libya, and Libya left.", set()),
    ],
)
def test_a_foe_is_named_only_behind_against(text: str, against: set[str]) -> None:
    assert allies.foes(allies.words(text), mentions(text)) == against
