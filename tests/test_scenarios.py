"""Scenarios: nothing for nothing, no more than is assumed, the same for the same seed, and every number graded."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from comity import scenarios
from comity.cases import Case
from comity.errors import CaseError, UnknownState, UsageError
from comity.flow import Picture
from comity.numerals import thousand
from comity.pages import Query
from comity.pages.scenario import asked_for
from comity.pages.verdicts import verdicts
from comity.scenarios.answer import answer, brief, space
from comity.scenarios.assumptions import Dials, dials, register
from comity.scenarios.card import HOLD, SHOCK, Asked
from comity.scenarios.effects import GRADES, drawn, library
from comity.scenarios.factors import cumulated, factors, rates, risk, shapley, subsets
from comity.scenarios.hazard import base_rate
from comity.scenarios.kinds import catalogue, struck, title
from comity.scenarios.scenario import asked, named, scenario
from comity.scenarios.simulate import _rewoven, assumed, ledger, run, tied
from comity.scenarios.world import Draws, World, broken_first, draw, severities, world
from comity.tables import TIE, Roles
from comity.ties import priors
from comity.vocabulary import INSTRUMENTS, TIES, Stage

ROLES = Roles("TUR", ("KAZ", "UZB", "KGZ"), rivals=("RUS", "CHN"))
MIRRORED = Roles("RUS", ("KAZ", "UZB", "KGZ"), rivals=("TUR", "CHN"))
KINDS = list(catalogue())
SHOCKS = [k for k, item in catalogue().items() if item.card.side == SHOCK]
DAY = date(2025, 1, 1)


@pytest.fixture(scope="module")
def here() -> World:
    return world(ROLES, DAY, TIE.empty())


@pytest.fixture(scope="module")
def draws(here: World) -> Draws:
    return draw(here, 24, 1, 400)


def one(kind: str, size: float = 1.0, roles: Roles = ROLES) -> Asked:
    """The shock or hold as it would most often be asked."""
    rival, partner = roles.rivals[0], roles.partners[0]
    if catalogue()[kind].card.side == HOLD or kind in {"bureaucratic_delay", "patron_crisis"}:
        return Asked(kind, roles.patron, "all", size)
    if kind == "leader_change":
        return Asked(kind, partner, roles.patron, size)
    if kind == "partner_friction":
        return Asked(kind, partner, roles.partners[1], size)
    if kind == "intelop":
        return Asked(kind, roles.patron, partner, size)
    return Asked(kind, rival, partner, size)


@pytest.mark.parametrize("kind", KINDS)
def test_a_size_of_nought_changes_nothing_at_all(kind: str, here: World, draws: Draws) -> None:
    base, with_ = run(here, draws), run(here, draws, [one(kind, 0.0)])
    for field in base._fields:
        assert np.array_equal(getattr(base, field), getattr(with_, field)), field


def test_what_ruptures_end_is_the_chronicles_and_not_the_luck_of_few_that_were_drawn(here: World) -> None:
    """Of a handful of ruptures drawn some instruments are never met; what is said of ruptures anywhere must not rest on them."""
    scene, shares = scenario([], [], 24, ROLES), broken_first()
    found = answer(here, scene, register(), n=400).instruments
    assert min(found.values()) > 0
    by_count = [TIES[k] for k in np.argsort(-shares)]
    assert next(iter(found)) in by_count[:2]
    assert set(list(found)[:3]) <= set(by_count[:4])


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_has_what_a_reader_needs_and_calls_on_effects_that_exist(kind: str) -> None:
    card = catalogue()[kind].card
    assert card.kind == kind
    assert card.side in {SHOCK, HOLD}
    assert card.meaning
    assert card.size
    assert card.limits
    assert set(card.effects) <= set(library())
    pushes, acts = struck(one(kind), ROLES)
    assert {p.effect for p in pushes} <= set(card.effects)
    assert pushes
    for act in acts:
        assert act.text.startswith("Assumed: ")
        assert act.instrument in INSTRUMENTS
        assert act.stage in list(Stage)


@pytest.mark.parametrize("kind", KINDS)
def test_a_shock_leaves_ties_that_it_does_not_reach_as_they_are(kind: str, here: World, draws: Draws) -> None:
    """Reached are the ties pushed or woven anew, and the other ties of the same patron, along which ruptures spread."""
    pushes, acts = struck(one(kind), ROLES)
    touched = {p.pair for p in pushes} | {pair for a in acts for pair in tied(a)}
    hubs = {int(here.hub[here.pairs.index(p)]) for p in touched if p in here.pairs} - {-1}
    far = [i for i, p in enumerate(here.pairs) if p not in touched and int(here.hub[i]) not in hubs]
    base, with_ = run(here, draws), run(here, draws, [one(kind)])
    assert far
    assert np.array_equal(base.acts[:, far], with_.acts[:, far])
    assert np.array_equal(base.when[:, far], with_.when[:, far])
    assert np.array_equal(base.chance[far], with_.chance[far])


@pytest.mark.parametrize("kind", KINDS)
def test_twice_a_shock_or_hold_moves_twice_the_logarithm_and_assumes_twice_the_acts(
    kind: str, here: World, draws: Draws
) -> None:
    once, twice = (ledger([one(kind, size)], here, draws, Dials()) for size in (1.0, 2.0))
    assert [m.pair for m in once] == [m.pair for m in twice]
    for single, double in zip(once, twice, strict=True):
        assert double.log == pytest.approx(2 * single.log)
    acts, more = (assumed([one(kind, size)], here) for size in (1.0, 2.0))
    assert [a.size for a in more] == [2 * a.size for a in acts]


@pytest.mark.parametrize("kind", KINDS)
def test_more_of_a_shock_is_never_less_risk_nor_more_of_a_hold_more_unless_its_card_says_why(
    kind: str, here: World
) -> None:
    many, card = draw(here, 24, 1, 2000), catalogue()[kind].card
    sizes = [0.0, 0.5, 1.0, 2.0, 3.0]
    chances = [float(risk(factors(here, many, [one(kind, s)], Dials()), [0]).mean()) for s in sizes]
    steps = np.diff(chances) * (1 if card.side == SHOCK else -1)
    means = [library()[e].mean for e in card.effects if library()[e].on == "break"]
    if card.less:  # and the reason given is true of the library
        assert any((m < 0) if card.side == SHOCK else (m > 0) for m in means)
    else:
        assert (steps >= -1e-12).all()


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_does_the_same_to_any_patron(kind: str) -> None:
    """Who is patron and who rival is for the case to say: with the two swapped the same ties move, renamed."""
    swap = {"TUR": "RUS", "RUS": "TUR"}

    def renamed(pair: tuple[str, str]) -> tuple[str, str]:
        a, b = (swap.get(c, c) for c in pair)
        return min(a, b), max(a, b)

    mine = {(renamed(p.pair), p.on, p.effect, p.instruments) for p in struck(one(kind), ROLES)[0]}
    theirs = {(p.pair, p.on, p.effect, p.instruments) for p in struck(one(kind, roles=MIRRORED), MIRRORED)[0]}
    assert mine == theirs


def test_the_same_seed_gives_the_same_answer_and_id_another_seed_another(here: World) -> None:
    asked_ = scenario(["coercion:RUS->KAZ"], [], 12, ROLES)
    first, again = (answer(here, asked_, register(), n=200) for _ in range(2))
    assert first == again
    other = answer(here, scenario(["coercion:RUS->KAZ:2"], [], 12, ROLES), register(), n=200)
    assert other.id != first.id


def test_without_shocks_nothing_is_added(here: World) -> None:
    found = answer(here, scenario([], [], 24, ROLES), register(), n=400)
    assert found.added.value == found.added.low == found.added.high == 0
    assert found.base == found.chance
    assert all(k.kept == 1 for k in found.kept)
    assert found.enough is not None
    assert found.enough.holds == ()


def test_the_chance_of_the_average_tie_is_one_minus_the_yearly_rate_over_the_months() -> None:
    rate = math.exp(library()["base.rate"].mean)
    assert base_rate(24) == pytest.approx(1 - math.exp(-2 * rate))
    assert 0.003 < rate < 0.008  # ruptures of ties that carry major arms, a year


def test_the_chance_of_any_tie_stands_beside_that_of_any_of_as_many_average_ties(here: World) -> None:
    found = answer(here, scenario([], [], 24, ROLES), register(), n=200)
    assert len(found.breaks) > 1
    assert found.base_rate_any == pytest.approx(1 - (1 - found.base_rate) ** len(found.breaks))
    said = verdicts(found, ROLES, foretold=False)[0].answer.text
    assert f"such ties in {thousand(found.base_rate_any)}" in said
    whole = brief(here, scenario([], [], 24, ROLES), register())
    assert whole.base_rate_any == found.base_rate_any


def test_ruptures_drawn_agree_with_the_exact_chance(here: World) -> None:
    """With twelve times the hazard and no spread, 20,000 draws break as often as 1 - exp(-sum of hazards) says."""
    many = draw(here, 24, 3, 20_000)
    found = run(here, many, (), Dials(base=12.0))
    exact = 1 - np.exp(-many.hazard.astype(float) * 12 * 24 / 12)
    free = [i for i, h in enumerate(here.hub) if h == -1]
    assert (found.when < 24).mean(axis=0)[free] == pytest.approx(exact.mean(axis=0)[free], abs=0.01)
    assert found.chance[free] == pytest.approx((found.when < 24).mean(axis=0)[free], abs=0.01)


def test_severity_and_instruments_follow_the_chronicle(here: World) -> None:
    many = draw(here, 24, 3, 20_000)
    found = run(here, many, (), Dials(base=50.0))
    happened = found.severity[found.severity > 0]
    shares = np.bincount(happened, minlength=5)[1:] / len(happened)
    assert shares == pytest.approx(severities(), abs=0.02)
    count = found.broke.sum(axis=2)
    assert set(np.unique(count[found.severity == 1])) == {1}
    assert set(np.unique(count[found.severity == 2])) == {2}
    assert set(np.unique(count[found.severity >= 3])) == {len(TIES)}


def test_shapley_shares_add_up_and_equals_share_equally() -> None:
    """Two gloves make a pair: v(1) = v(2) = 0, v(12) = 1, and a third player adds nothing."""
    values = {frozenset(c): np.array(float({0, 1} <= set(c))) for c in subsets(3)}
    assert [float(s) for s in shapley(values, 3)] == pytest.approx([0.5, 0.5, 0.0])


def test_the_shares_of_shocks_add_up_to_the_risk_they_add(here: World) -> None:
    words = ["coercion:RUS->KAZ", "disinformation:RUS->all", "leader_change:UZB->TUR"]
    found = answer(here, scenario(words, [], 24, ROLES), register(), n=400)
    assert sum(s.risk.value for s in found.shares) == pytest.approx(found.chance.value - found.base.value, abs=1e-9)


def test_the_smallest_sufficient_set_and_the_next_are_those_of_a_plain_search(here: World) -> None:
    asked_ = scenario(["disinformation:RUS->all"], [], 24, ROLES)
    found = answer(here, asked_, register(), n=400)
    draws, holds = draw(here, 24, 1, 400), [Asked(k, "TUR", "all") for k in KINDS if catalogue()[k].card.side == HOLD]
    every = {}
    for chosen in subsets(len(holds)):
        asked_for = [*asked_.shocks, *(holds[i] for i in chosen)]
        left = risk(factors(here, draws, asked_for, dials(register())), range(len(asked_for)))
        every[frozenset(holds[i].kind for i in chosen)] = left
    under = [kinds for kinds, left in every.items() if left.mean() <= found.threshold]
    ranked = sorted(under, key=lambda kinds: (len(kinds), every[kinds].mean()))
    assert found.asked_holds == 2 ** len(holds)
    for held, kinds in zip((found.enough, found.next_best), ranked, strict=False):
        assert held is not None
        assert {h.kind for h in held.holds} == kinds
        assert held.chance == pytest.approx(every[kinds].mean())
        least = np.min([left for other, left in every.items() if len(other) == len(kinds)], axis=0)
        assert held.sure == pytest.approx(np.mean(every[kinds] <= least + 1e-9))


def test_every_interval_holds_its_value(here: World) -> None:
    found = answer(
        here, scenario(["patron_crisis:TUR->all", "competing_sale:CHN->KAZ"], [], 24, ROLES), register(), n=400
    )
    for c in (
        found.base,
        found.chance,
        found.added,
        found.severe,
        *(b.chance for b in found.breaks),
        *(s.risk for s in found.shares),
    ):
        assert c.low <= c.value <= c.high
    assert all(k.low <= k.kept <= k.high for k in found.kept)


def test_an_answer_carries_the_worst_grade_on_its_path(here: World) -> None:
    estimated = answer(here, scenario(["alliance_shift:RUS->KAZ"], [], 24, ROLES), register(), n=100)
    sliders = answer(
        here, scenario(["alliance_shift:RUS->KAZ", "disinformation:RUS->UZB"], [], 24, ROLES), register(), n=100
    )
    assert estimated.grade == "C"
    assert sliders.grade == "E"
    grades = {b.pair: b.grade for b in sliders.breaks}
    assert grades["TUR", "UZB"] == "E"
    assert grades["KAZ", "TUR"] == "C"


@pytest.mark.parametrize("size", [1.0, 3.0])
def test_assumed_acts_enter_the_filter_like_real_ones(here: World, size: float) -> None:
    """alpha grows by 1 / temper an act, so the expected rate does by 1 / (temper * beta); none is counted as a result."""
    many, plant = draw(here, 24, 1, 20_000), Asked("joint_plant", "TUR", "KAZ", size)
    acts = assumed([plant], here)
    assert [(a.instrument, tied(a)) for a in acts] == [("industry", [("KAZ", "TUR")])]
    base, with_ = run(here, many), run(here, many, [plant])
    p, k = here.pairs.index(("KAZ", "TUR")), TIES.index("industry")
    more = float(with_.acts[:, p, k].mean() - base.acts[:, p, k].mean())
    prior = priors()["industry"]
    assert more == pytest.approx(2 * size / prior.temper / prior.years, rel=0.05)


def test_what_an_assumed_act_adds_is_drawn_alike_whatever_else_is_assumed(here: World, draws: Draws) -> None:
    """Answers to two questions differ by the questions alone: their random numbers are common."""
    plants = [Asked("joint_plant", "TUR", partner) for partner in ("KAZ", "UZB")]
    alone, both = (_rewoven(here, draws, assumed(asked_for, here)) for asked_for in (plants[:1], plants))
    at, other = (here.pairs.index(pair) for pair in (("KAZ", "TUR"), ("TUR", "UZB")))
    assert np.array_equal(alone[:, at], both[:, at])
    assert (both[:, other] > alone[:, other]).any()


def test_rates_of_the_factors_are_the_mean_of_their_hazards(here: World) -> None:
    many = draw(here, 24, 1, 2000)
    found = factors(here, many, [Asked("disinformation", "RUS", "all")], Dials())
    assert rates(found, [0]) == pytest.approx(cumulated(found, [0]).mean(axis=0), rel=0.15)
    assert rates(found, []) == pytest.approx(cumulated(found, []).mean(axis=0), rel=1e-6)


def test_draws_of_an_effect_have_its_mean_and_spread_and_no_other_effect_moves_them() -> None:
    effect = library()["dispute.break"]
    values = drawn(effect, 2000, 1)
    assert float(values.mean()) == pytest.approx(effect.mean, abs=1e-9)
    assert float(values.std()) == pytest.approx(effect.sd, rel=0.01)
    assert not values.flags.writeable


@pytest.mark.parametrize("key", library())
def test_every_effect_has_a_title_in_plain_words_of_its_own(key: str) -> None:
    assert not re.search(r"[_.]", title(key))
    assert [k for k in library() if title(k) == title(key)] == [key]


def test_every_effect_has_data_design_and_a_grade_that_fits() -> None:
    for key, effect in library().items():
        assert effect.grade in GRADES
        assert effect.design
        assert effect.finding
        assert effect.sd >= 0
        assert (effect.script == "") == (effect.n == 0) or effect.grade == "E", key
        if effect.grade in "AB":
            assert effect.placebo is not None, key
    assert library()["disinformation.break"].grade == library()["soft_power.contact"].grade == "E"


def test_the_register_has_twelve_assumptions_of_the_method_and_its_points_lie_between_their_bounds() -> None:
    found = {a.id: a for a in register()}
    assert {f"A{i}" for i in range(1, 13)} <= set(found)
    points = space(list(found.values()), 50, 1)
    for id in points[0]:
        values = [p[id] for p in points]
        assert found[id].low <= min(values) <= max(values) <= found[id].high
        assert np.histogram(values, 10, (found[id].low, found[id].high))[0].tolist() == [5] * 10


def test_a_case_may_turn_an_assumption_and_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "assumptions.toml").write_text("[assumption.A6]\nvalue = 2.0\n", "utf-8")
    assert next(a for a in register(tmp_path) if a.id == "A6").value == 2.0
    assert dials(register(tmp_path)).base == 2.0
    for wrong in ("[assumption.A99]\nvalue = 1\n", "[assumption.A6]\nvalue = 9\n", "nonsense"):
        (tmp_path / "assumptions.toml").write_text(wrong, "utf-8")
        with pytest.raises(CaseError, match=r"assumptions\.toml"):
            register(tmp_path)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("coercion", "does not say who"),
        ("rumour:RUS->KAZ", "no shock 'rumour'"),
        ("multilateral_forum:TUR->KAZ", "no shock"),
        ("coercion:RUS->FRA", "neither the patron nor a partner"),
        ("coercion:RUS->KAZ:9", "size lies between"),
        ("coercion RUS KAZ", "write KIND"),
        ("coercion:Atlantis->KAZ", "Atlantis"),
    ],
)
def test_a_shock_that_cannot_be_read_says_why(words: str, why: str) -> None:
    with pytest.raises((UsageError, UnknownState), match=why):
        asked(words, SHOCK, ROLES)


def test_a_shock_is_written_as_it_is_read() -> None:
    for words in ("coercion:RUS->KAZ", "soft_power:CHN->all:0.5"):
        assert str(asked(words, SHOCK, ROLES)) == words
    assert asked("coercion:Russia->Kazakhstan", SHOCK, ROLES) == asked("coercion:RUS→KAZ", SHOCK, ROLES)
    assert asked("joint_plant", HOLD, ROLES) == Asked("joint_plant", "TUR", "all")


def test_the_built_in_case_has_a_scenario_for_each_disruptor_and_hold_it_names(case: Case) -> None:
    found = named(case.folder, case.roles)
    kinds = {s.kind for one_ in found.values() for s in (*one_.shocks, *one_.holds)}
    assert {
        "disinformation",
        "coercion",
        "competing_sale",
        "soft_power",
        "isolation",
        "intelop",
        "alliance_shift",
    } <= kinds
    assert {"adaptive_communication", "credit_deal", "intelligence_sharing", "multilateral_forum"} <= kinds
    assert all(s.name and s.words for s in found.values())


def test_a_wrong_scenario_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/odd.toml").write_text('title = "x"\nwords = "y"\nshocks = ["coercion:RUS->FRA"]\n', "utf-8")
    with pytest.raises(CaseError, match=r"odd\.toml"):
        named(tmp_path, ROLES)


def test_a_scenario_looks_as_far_ahead_as_its_file_says_unless_asked_otherwise(
    tmp_path: Path, picture: Picture
) -> None:
    (tmp_path / "scenarios").mkdir()
    words = 'title = "x"\nwords = "y"\nshocks = ["coercion:RUS->KAZ"]\nmonths = 36\n'
    (tmp_path / "scenarios/slow.toml").write_text(words, "utf-8")
    known = named(tmp_path, picture.case.roles)
    assert asked_for(picture, Query(scenario="slow"), known).months == 36
    assert asked_for(picture, Query(scenario="slow", months=12), known).months == 12
    assert asked_for(picture, Query(), {}).months == 24
    with pytest.raises(UsageError, match="--months 0"):
        asked_for(picture, Query(scenario="slow", months=0), known)


def test_nothing_known_later_moves_a_scenario(picture: Picture) -> None:
    """Only the chronicle's ruptures that had happened by the day count towards a tie's own record."""
    early, late = (world(picture.case.roles, day, picture.ties) for day in (date(2009, 1, 1), date(2012, 1, 1)))
    p = early.pairs.index(("ISR", "TUR"))
    before, after = (draw(w, 12, 1, 200).hazard[:, p].mean() for w in (early, late))
    assert after > 3 * before


def test_the_public_names_are_those_of_the_room() -> None:
    assert scenarios.catalogue() is catalogue()
