"""Scenarios: nothing for nothing, no more than is assumed, the same for the same seed, and every number graded."""

from __future__ import annotations

import dataclasses
import math
import re
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from comity.cases import Case
from comity.errors import CaseError, ComityError, UnknownState, UsageError
from comity.flow import Picture
from comity.numerals import thousand
from comity.pages import Query
from comity.pages.scenario import asked_for
from comity.pages.verdicts import short, verdicts
from comity.pages.words import _promises
from comity.rupture.chronicle import chronicle
from comity.rupture.ends import sides
from comity.rupture.risk import Risk
from comity.scenarios.answer import _top, answer, brief, space
from comity.scenarios.assumptions import Dials, dials, register
from comity.scenarios.card import HOLD, SHOCK, Asked
from comity.scenarios.effects import GRADES, drawn, library
from comity.scenarios.factors import acts, cumulated, factors, rates, risk, shapley, subsets
from comity.scenarios.hazard import base_rate, yearly
from comity.scenarios.kinds import catalogue, checked, struck, title
from comity.scenarios.scenario import LARGEST, asked, named, scenario
from comity.scenarios.simulate import _months, _rewoven, assumed, ledger, run, tied
from comity.scenarios.stake import CONTACT, at_stake, own, third
from comity.scenarios.world import Draws, World, ahead, broken_first, draw, severities, world
from comity.states import called
from comity.tables import TIE, Roles, pair_of
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
    empty = [field for field in ("meaning", "size", "effects", "limits") if not getattr(card, field)]
    assert not empty, f"the card of {kind} leaves {', '.join(empty)} empty"
    pushes, acts = struck(one(kind), ROLES)
    assert pushes, f"{one(kind)} pushes no tie of the patron; what it is asked as stands in `one` of this file"
    pushed = {p.effect for p in pushes}
    assert pushed <= set(card.effects), f"{kind} pushes by {pushed - set(card.effects)}, which its card does not name"
    for act in acts:
        assert act.text.startswith("Assumed: "), f"an assumed act says so first: 'Assumed: ...', not {act.text!r}"
        assert act.instrument in INSTRUMENTS
        assert act.stage in list(Stage)


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_stands_in_the_documents_as_it_is(kind: str) -> None:
    card = catalogue()[kind].card
    page = Path(__file__).parents[1] / "docs/method/scenarios.md"
    row = f"| `{kind}` | {card.meaning} | {card.size} |"
    assert row in page.read_text("utf-8"), f"docs/method/scenarios.md has no row: {row}"


@pytest.mark.parametrize(
    ("effects", "why"),
    [
        (
            ("dispute.supply", "dispute.morale"),
            r"shock dispute: effect dispute\.morale is to end in one of supply, contact",
        ),
        (
            ("dispute.supply", "feud.break"),
            r"shock dispute: nobody has put a number to feud\.break; assume it in scenarios/assumed",
        ),
    ],
)
def test_a_card_whose_effect_has_no_number_says_where_to_write_it(effects: tuple[str, ...], why: str) -> None:
    card = catalogue()["dispute"].card
    checked(card, library())
    with pytest.raises(ComityError, match=why):
        checked(card._replace(effects=effects), library())


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


@pytest.mark.parametrize("kind", [k for k in SHOCKS if k != "partner_friction"])
@pytest.mark.parametrize("actor", ["RUS", "TUR"])
def test_a_shock_towards_all_moves_what_it_moves_towards_each(kind: str, actor: str) -> None:
    whole = set(struck(Asked(kind, actor, "all"), ROLES)[0])
    each = {p for partner in ROLES.held for p in struck(Asked(kind, actor, partner), ROLES)[0]}
    assert whole == each


def test_a_rivals_change_of_leader_or_exposed_operation_moves_its_own_ties_and_not_the_patrons() -> None:
    for kind in ("leader_change", "patron_crisis", "intelop"):
        for actor in ("RUS", "TUR"):
            assert {p.pair for p in struck(Asked(kind, actor, "all"), ROLES)[0]} == {
                pair_of(actor, partner) for partner in ROLES.held
            }
    assert {p.pair for p in struck(Asked("leader_change", "KAZ", "KAZ"), ROLES)[0]} == {("KAZ", "TUR")}


@pytest.mark.parametrize("kind", ["coercion", "dispute", "isolation"])
@pytest.mark.parametrize(("actor", "target"), [("TUR", "KAZ"), ("KAZ", "TUR")])
def test_the_patrons_own_quarrel_moves_its_tie_as_those_of_the_two_and_not_as_those_of_third_parties(
    kind: str, actor: str, target: str
) -> None:
    pushes = struck(Asked(kind, actor, target), ROLES)[0]
    assert {p.pair for p in pushes} == {("KAZ", "TUR")}
    effects = {p.effect.partition(".")[2] for p in pushes}
    assert (
        effects == {"own", "own_break"} if kind == "dispute" else effects == {"own", "break"}
    )  # nothing else was estimated


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
    every = [factors(here, many, [one(kind, s)], Dials()) for s in sizes]
    chances = np.array([[risk(f, [0]).mean(), *(-np.expm1(-cumulated(f, [0]))).mean(axis=0)] for f in every])
    steps = np.diff(chances, axis=0) * (1 if card.side == SHOCK else -1)  # of any tie, and of each
    means = [library()[e].mean for e in card.effects if library()[e].on == "break"]
    if card.less:  # and the reason given is true of the library
        assert any((m < 0) if card.side == SHOCK else (m > 0) for m in means)
    else:
        assert (steps >= -1e-12).all()


@pytest.mark.parametrize("kind", KINDS)
def test_no_size_tie_or_horizon_turns_a_shock_or_hold_round_without_the_answer_saying_so(
    kind: str, here: World
) -> None:
    """Any tie at stake and all together, a month to five years, with every assumption at either of its bounds."""
    card, plain = catalogue()[kind].card, one(kind)
    asks = [plain] if plain.target == ROLES.patron else [plain._replace(target=t) for t in (plain.target, "UZB", "all")]
    asks = [a for a in asks if a.actor != a.target]
    ends = [{"A6": 1.0}, *({a.id: v} for a in register() if a.moves for v in (a.low, a.high))]
    for months, asked_ in product((1, 3, 12, 24, 60), asks):
        many = draw(here, months, 1, 200)
        for turned_ in ends if months == 24 else ends[:1]:
            at = dials(register(), **turned_)
            sized = [asked_._replace(size=s) for s in (0.0, 0.1, 0.5, 1.0, 2.0, 3.0)]
            every = [factors(here, many, [a], at) for a in sized]
            chances = np.array([rates(f, [0]) for f in every])  # of each tie, without the luck of the draw
            steps = np.diff(chances, axis=0) * (1 if card.side == SHOCK else -1)
            assert card.less or (steps >= -1e-12).all(), (str(asked_), months, turned_)


@pytest.mark.parametrize("kind", [k for k in KINDS if catalogue()[k].card.side == HOLD])
def test_more_of_a_hold_is_never_fewer_acts(kind: str, here: World, draws: Draws) -> None:
    acts = [
        run(here, draws, [one(kind, size)]).acts.sum(axis=(1, 2), dtype=float).mean()
        for size in (0.0, 0.5, 1.0, 2.0, 3.0)
    ]
    assert (np.diff(acts) >= -1e-3 * acts[0]).all(), acts  # but for the luck of a rupture that is drawn


def test_a_hold_that_adds_risk_says_so_beside_the_number_and_one_that_takes_some_does_not(here: World) -> None:
    """Hazard in the mean over doubt: exp(.067 + .168 ** 2 / 2) = 1.084 for a joint plant, so about a twelfth of the chance more."""
    made = answer(here, scenario([], ["joint_plant", "credit_deal"], 12, ROLES), register(), n=2000)
    (only,) = made.contrary
    rest = answer(here, scenario([], ["credit_deal"], 12, ROLES), register(), n=2000)
    assert only.asked.kind == "joint_plant"
    assert only.risk == pytest.approx(made.chance.value - rest.chance.value)
    assert only.risk / rest.chance.value == pytest.approx(math.exp(0.067 + 0.1678**2 / 2) - 1, rel=0.05)
    said = next(
        v.answer.text for v in verdicts(made, ROLES, foretold=False, before={}) if v.question == "What would hold it?"
    )
    assert f"Joint plant adds {thousand(only.risk)} in 1,000: ties with licensed production broke no less often" in said
    assert "Hazard times 1.07 for a size of 1 (0.81 to 1.41)" in said
    assert rest.contrary == []
    shocked = answer(here, scenario(["coercion:RUS->KAZ"], [], 12, ROLES), register(), n=200)
    assert shocked.contrary == []


def test_the_tie_named_first_says_in_how_many_draws_it_is_the_one_most_at_risk(here: World) -> None:
    asked_ = scenario(["coercion:RUS->KAZ"], [], 12, ROLES)
    made, many = answer(here, asked_, register(), n=400), draw(here, 12, 1, 400)
    most = cumulated(factors(here, many, asked_.shocks, Dials()), [0]).argmax(axis=1)
    share = {here.pairs[p]: float(np.mean(most == i)) for i, p in enumerate(here.mine)}
    assert {b.pair: b.leads for b in made.breaks} == pytest.approx(share)
    said = next(v.answer.text for v in verdicts(made, ROLES, foretold=False, before={}) if v.question == "Where first?")
    assert f"it is the tie most at risk in {share[made.breaks[0].pair]:.0%} of draws, since the intervals" in said


@pytest.mark.parametrize("key", [k for k, e in library().items() if e.on == "break" and e.assumed and e.mean < 0])
def test_doubt_alone_turns_no_assumed_hold_round(key: str) -> None:
    """Of exp(s m + s² sd² / 2) the least lies at s = -m / sd²: beyond the largest size at the largest dial."""
    effect, most = library()[key], next(a.high for a in register() if a.moves == "holds")
    assert -effect.mean / effect.sd**2 >= LARGEST * most


@pytest.mark.parametrize("kind", [k for k in KINDS if catalogue()[k].card.less and catalogue()[k].card.side == HOLD])
def test_the_table_of_holds_that_add_risk_is_that_of_the_library(kind: str) -> None:
    text = (Path(__file__).parents[1] / "docs/method/scenarios.md").read_text("utf-8")
    effect = library()[f"{kind}.break"]
    middle, doubt = ([math.exp(s * effect.mean), math.exp(s * s * effect.sd**2 / 2)] for s in (1, 3))
    line = f"| `{kind}` | {middle[0]:.2f} | {middle[1]:.2f} | {middle[0] * middle[1]:.2f} | {doubt[0]:.2f} x {doubt[1]:.2f} = {doubt[0] * doubt[1]:.2f} |"
    assert line in text


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
    other = answer(here, dataclasses.replace(asked_, seed=2), register(), n=200)
    assert other.id != first.id
    assert other.chance != first.chance


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
    said = verdicts(found, ROLES, foretold=False, before={})[0].answer.text
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
    for wrong in (
        "[assumption.A99]\nvalue = 1\n",
        "[assumption.A6]\nvalue = 9\n",
        "[assumption.A6]\nhigh = inf\n",
        "[assumptions.A6]\nvalue = 2.0\n",
        "[assumption]\nA6 = 2.0\n",
        "nonsense",
    ):
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
        ("coercion:KAZ", "does not say who"),
        ("coercion:KAZ->KAZ", "to itself"),
        ("competing_sale:KAZ->TUR", "to itself"),
        ("partner_friction:KAZ->KAZ", "to itself"),
        ("partner_friction:KAZ->all", "moves no tie"),
        ("competing_sale:TUR->KAZ", "moves no tie"),
        ("bureaucratic_delay:RUS->KAZ", "moves no tie"),
        ("patron_crisis:FRA->all", "moves no tie"),
    ],
)
def test_a_shock_that_cannot_be_read_says_why(words: str, why: str) -> None:
    with pytest.raises((UsageError, UnknownState), match=why):
        asked(words, SHOCK, ROLES)


def test_a_shock_is_written_as_it_is_read() -> None:
    for words in ("coercion:RUS->KAZ", "soft_power:CHN->all:0.5"):
        assert str(asked(words, SHOCK, ROLES)) == words
    assert asked("coercion:Russia->Kazakhstan", SHOCK, ROLES) == asked("coercion:RUS→KAZ", SHOCK, ROLES)
    assert asked("coercion:RUS->ALL", SHOCK, ROLES).target == "all"
    assert asked("joint_plant", HOLD, ROLES) == Asked("joint_plant", "TUR", "all")
    assert asked("joint_plant:0.5", HOLD, ROLES) == Asked("joint_plant", "TUR", "all", 0.5)
    assert asked("joint_plant:KAZ:2", HOLD, ROLES) == asked("joint_plant:TUR->KAZ:2", HOLD, ROLES)


@pytest.mark.parametrize("words", ["joint_plant:RUS->KAZ", "joint_plant:RUS->all", "joint_plant:TUR->TUR"])
def test_a_hold_of_others_is_refused(words: str) -> None:
    """It is simulated as the patron's; a page that named another would say what was not computed."""
    with pytest.raises(UsageError, match="between the patron and a partner"):
        asked(words, HOLD, ROLES)


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


# Below, the arithmetic of a run and of its answer, worked by hand.


def only(here: World, key: str, log: float, months: int) -> World:
    """The same world with one effect that is known for sure."""
    sure = library()[key].model_copy(update={"mean": log, "sd": 0.0, "months": months})
    return dataclasses.replace(here, effects={**here.effects, key: sure})


def test_an_effect_acts_for_its_months_and_no_longer(here: World) -> None:
    """Ten months at twice the hazard and fourteen at the plain one: 34 months' worth, with a hold of a quarter for all 24 besides 8.5."""
    sure = only(only(here, "disinformation.break", math.log(2), 10), "training_pipeline.break", math.log(0.25), 24)
    many = draw(sure, 24, 1, 200)
    found = factors(
        sure, many, [Asked("disinformation", "RUS", "all"), Asked("training_pipeline", "TUR", "all")], Dials()
    )
    monthly = many.hazard[:, sure.mine].astype(float) / 12
    assert cumulated(found, []) == pytest.approx(24 * monthly)
    assert cumulated(found, [0]) == pytest.approx(34 * monthly)
    assert cumulated(found, [0, 1]) == pytest.approx(8.5 * monthly)
    assert rates(found, [0]) == pytest.approx(34 * monthly.mean(axis=0))
    assert risk(found, [0]) == pytest.approx(1 - np.exp(-34 * monthly.sum(axis=1)))
    # The chance that is simulated month by month is the same, but for what one rupture does to other ties.
    still = dataclasses.replace(sure, effects={**sure.effects, "base.spread": library()["base.spread"].model_copy(update={"mean": 0.0, "sd": 0.0})})  # fmt: skip
    chance = run(still, draw(still, 24, 1, 200), [Asked("disinformation", "RUS", "all")]).chance[still.mine]
    assert chance == pytest.approx(34 * monthly.mean(axis=0), rel=0.1)


@pytest.mark.parametrize(
    ("kind", "grade", "moved"),
    [
        ("disinformation", "E", {"assumed", "kept_up"}),
        ("alliance_shift", "C", {"estimated", "kept_up"}),
        ("training_pipeline", "E", {"holds"}),
        ("joint_plant", "C", {"holds", "estimated"}),
    ],
)
def test_an_assumption_turns_the_effects_that_it_is_about(kind: str, grade: str, moved: set[str], here: World, draws: Draws) -> None:  # fmt: skip
    """In the factors and in the ledger of the simulation alike."""
    assert library()[f"{kind}.break"].grade == grade
    asked_ = [one(kind)]
    (whole,) = factors(here, draws, asked_, Dials()).logs
    for dial in ("estimated", "assumed", "kept_up", "holds"):
        turned = Dials(**{dial: 0.5})
        (logs,) = factors(here, draws, asked_, turned).logs
        assert logs == pytest.approx((0.5 if dial in moved else 1.0) * whole), dial
        plain, pushed = (
            np.array([m.log for m in ledger(asked_, here, draws, d) if m.on == "break"]) for d in (Dials(), turned)
        )
        assert pushed == pytest.approx((0.5 if dial in moved else 1.0) * plain)
    assert np.abs(whole).max() > 0


def test_what_a_rupture_ends_stays_as_it_was_until_then_and_keeps_a_part_after(here: World) -> None:
    """Broken in month six: 6 months and .3 of the other 18; pushed to a half for the first 12, 3 and .3 of (3 + 12)."""
    sure = only(only(here, "base.kept", math.log(0.3), 24), "bureaucratic_delay.acts", math.log(0.5), 12)
    few = draw(sure, 24, 1, 3)
    p, k = sure.mine[0], TIES.index("arms")
    when, broke = (
        np.full((3, len(sure.pairs)), 24, dtype=np.int16),
        np.zeros((3, len(sure.pairs), len(TIES)), dtype=bool),
    )
    when[0, p], broke[0, p, k] = 6, True
    when[1, p], broke[1, p, k] = 0, True
    plain = _months(sure, few, [], when, broke)[:, p, k]
    assert plain == pytest.approx([6 + 0.3 * 18, 0.3 * 24, 24])
    delay = ledger([Asked("bureaucratic_delay", "TUR", sure.pairs[p][0])], sure, few, Dials())
    assert _months(sure, few, delay, when, broke)[:, p, k] == pytest.approx([3 + 0.3 * 15, 0.3 * 18, 18])


def test_a_rupture_moves_the_hazard_of_the_same_patrons_other_ties_for_a_year(here: World) -> None:
    """One tie breaks in the first month; of another the twelve months after count threefold, the other twelve plain."""
    sure = only(here, "base.spread", math.log(3), 24)
    few = draw(sure, 24, 1, 2)
    first, second = sure.mine[:2]
    luck = np.ones((24, *few.hazard.shape), dtype=np.float32)
    luck[0, :, first] = 0.0
    few.__dict__["luck"] = luck  # drawn when first asked for
    hazard = few.hazard[:, second].astype(float) / 12
    by_hand = 12 * (1 - np.exp(-hazard)) + 12 * (1 - np.exp(-3 * hazard))
    found = run(sure, few)
    assert (found.when[:, first] == 0).all()
    assert found.chance[second] == pytest.approx(by_hand.mean(), rel=1e-4)
    rival = next(i for i, p in enumerate(sure.pairs) if sure.hub[i] == sure.roles.patrons.index("RUS"))
    assert found.chance[rival] == pytest.approx((24 * (1 - np.exp(-few.hazard[:, rival] / 12))).mean(), rel=1e-4)


def test_a_tie_hangs_on_the_patron_that_holds_the_partner_and_else_on_nobody(here: World) -> None:
    hubs = dict(zip(here.pairs, here.hub.tolist(), strict=True))
    assert {pair: hub for pair, hub in hubs.items() if "KAZ" in pair} == {("KAZ", "TUR"): 0, ("KAZ", "RUS"): 1, ("CHN", "KAZ"): 2, ("KAZ", "UZB"): -1, ("KAZ", "KGZ"): -1}  # fmt: skip
    assert hubs["RUS", "TUR"] == hubs["CHN", "TUR"] == -1  # of two patrons


def test_rates_are_those_of_the_middle_of_the_period(here: World) -> None:
    """A year on, twice as many acts as expected have decayed towards the prior by the memory of twelve months."""
    busy = dataclasses.replace(here, alpha=4 * here.alpha, beta=2 * here.beta)
    p, k = busy.mine[0], TIES.index("training")
    left, years, mean = busy.prior[k].memory ** 12, busy.prior[k].years, busy.mean[p, k]
    by_hand = (left * 4 * mean * years + (1 - left) * mean * years) / (left * 2 * years + (1 - left) * years)
    alpha, beta = ahead(busy, 12)
    assert alpha[p, k] / beta[p, k] == pytest.approx(by_hand)
    assert draw(busy, 24, 1, 20_000).rate[:, p, k].mean() == pytest.approx(by_hand, rel=0.05)


def test_a_world_starts_from_the_ties_of_today_in_which_company_counts_whole() -> None:
    rows = [
        {"a": "KAZ", "b": "TUR", "instrument": "arms", "view": view, "month": month, "alpha": alpha, "beta": 2.0, "spread": 1.0, "strength": alpha / 2, "low": 0.0, "high": 9.0,
         "prior": 1.0, "borrowed": 1.5, "prior_share": 0.1, "exposure": 1.0, "acts": []}
        for view, month, alpha in (("presence", DAY, 7.0), ("bilateral", DAY, 3.0), ("presence", date(2024, 10, 31), 5.0))
    ]  # fmt: skip
    found, empty = world(ROLES, DAY, TIE.frame(rows)), world(ROLES, DAY, TIE.empty())
    spot = found.pairs.index(("KAZ", "TUR")), TIES.index("arms")
    assert (found.alpha[spot], found.beta[spot]) == (7.0, 2.0)
    assert found.mean[spot] == pytest.approx(1.5 * empty.mean[spot])
    assert empty.alpha[spot] == pytest.approx(empty.mean[spot] * empty.prior[spot[1]].years)


def test_the_hazard_of_a_tie_is_its_forecast_or_the_rate_of_the_world_put_right_by_ten_years_of_its_own() -> None:
    said = [Risk("KAZ-TUR", months, p, low, high, 0.004, 0.1, []) for months, p, low, high in ((12, 0.02, 0.01, 0.05), (24, 0.04, 0.02, 0.1))]  # fmt: skip
    pairs, day = [("KAZ", "TUR"), ("ISR", "TUR"), ("KAZ", "UZB")], date(2020, 1, 1)
    forecast, broken, whole = yearly(pairs, day, 2000, 1, said).T
    assert forecast.mean() == pytest.approx(-math.log(0.98))
    low, high = np.quantile(forecast, [0.05, 0.95])
    assert high / low == pytest.approx(math.log(1 - 0.05) / math.log(1 - 0.01), rel=0.02)
    base, k = float(np.exp(drawn(library()["base.rate"], 2000, 1)).mean()), math.exp(library()["base.frailty"].mean)
    past = [r.end for r in chronicle() if r.kind == "rupture" and r.between_states and sides(r) == ("ISR", "TUR") and r.end <= day]  # fmt: skip
    n = sum(end >= date(2010, 1, 1) for end in past)
    assert 0 < n < len(past)
    assert broken.mean() == pytest.approx(base * (k + n) / (k + 10 * base), rel=0.05)
    assert whole.mean() == pytest.approx(base * k / (k + 10 * base), rel=0.05)
    assert base_rate(12, pairs[:1], said) == pytest.approx(0.004)
    other = said[0]._replace(pair="ISR-TUR", base_rate=0.008)
    assert base_rate(12, pairs, [*said, other]) == pytest.approx(0.006)


def test_an_answer_is_put_together_from_its_hazards(here: World) -> None:
    """Intervals, the chance to be first, severe ruptures and acts lost, from the factors alone."""
    scene = scenario(["disinformation:RUS->KAZ", "isolation:CHN->UZB"], [], 24, ROLES)
    found, many = answer(here, scene, register(), n=400), draw(here, 24, 1, 400)
    parts = factors(here, many, scene.shocks, dials(register()))
    hazard = cumulated(parts, [0, 1])
    assert (found.chance.low, found.chance.high) == pytest.approx(tuple(np.quantile(risk(parts, [0, 1]), [0.05, 0.95])))
    several = severities()[1:].sum()  # by two instruments or more
    assert found.severe.value == pytest.approx((1 - np.exp(-several * hazard.sum(axis=1))).mean())
    assert sum(b.first for b in found.breaks) == pytest.approx(found.chance.value)
    assert sum(b.first_base for b in found.breaks) == pytest.approx(found.base.value)
    each = dict(zip((here.pairs[p] for p in here.mine), rates(parts, [0, 1]), strict=True))
    assert [b.pair for b in found.breaks] == sorted(each, key=lambda pair: -each[pair])
    lost = acts(here, many, parts, [0, 1]) - acts(here, many, parts, [])
    assert sum(s.acts for s in found.shares) == pytest.approx(lost)
    assert lost < 0
    mine = next(k for k in found.kept if k.pair == ("KAZ", "TUR") and not k.instrument)
    assert mine.kept == pytest.approx(mine.acts / mine.base)
    assert list(found.instruments.values()) == sorted(found.instruments.values(), reverse=True)


def test_acts_that_a_shock_takes_are_counted_by_month_and_instrument(here: World) -> None:
    """Talks and the like at a half for ten of 24 months are worth 19; what nobody pushes is worth 24."""
    sure = only(here, "isolation.contact", math.log(0.5), 10)
    many = draw(sure, 24, 1, 200)
    found = factors(sure, many, [Asked("isolation", "RUS", "KAZ")], Dials())
    rate, p = many.rate.mean(axis=0).astype(float), sure.pairs.index(("KAZ", "TUR"))
    contact = sum(rate[p, TIES.index(k)] for k in CONTACT)
    assert acts(sure, many, found, []) == pytest.approx(2 * rate[sure.mine].sum(), rel=1e-5)
    assert acts(sure, many, found, [0]) == pytest.approx(2 * rate[sure.mine].sum() - 5 / 12 * contact, rel=1e-5)


def test_the_first_of_each_ranking_is_that_of_a_plain_search_and_survives_where_nothing_is_in_doubt(here: World) -> None:  # fmt: skip
    scene = scenario(["disinformation:RUS->all:3", "isolation:CHN->UZB"], [], 24, ROLES)
    fixed = [a.model_copy(update={"low": a.value, "high": a.value}) for a in register()]
    found, many = answer(here, scene, fixed, n=400), draw(here, 24, 1, 400)
    tie, shock, hold = found.survival
    assert [s.share for s in found.survival] == [1 if s.first else None for s in found.survival]
    assert all(m.low == m.high == pytest.approx(found.chance.value, rel=1e-6) for m in found.tornado)
    holds = [Asked(k, "TUR", "all") for k in KINDS if catalogue()[k].card.side == HOLD]
    parts = factors(here, many, (*scene.shocks, *holds), dials(register()))
    left = {str(h): rates(parts, [0, 1, 2 + i]).sum() for i, h in enumerate(holds)}
    assert hold.first == min(left, key=left.__getitem__)
    assert shock.first == str(max(scene.shocks, key=lambda s: rates(parts, [scene.shocks.index(s)]).sum()))
    assert tie.first == "-".join(found.breaks[0].pair)


def test_the_tornado_has_both_ends_of_each_assumption(here: World) -> None:
    scene = scenario(["disinformation:RUS->KAZ"], [], 24, ROLES)
    found, many = answer(here, scene, register(), n=400), draw(here, 24, 1, 400)
    for bar in found.tornado:
        a = next(a for a in register() if a.id == bar.id)
        ends = [
            risk(factors(here, many, scene.shocks, dials(register(), **{a.id: v})), [0]).mean() for v in (a.low, a.high)
        ]
        assert (bar.low, bar.high) == pytest.approx(tuple(ends)), a.id
    assert found.tornado[0].high > found.tornado[0].low


def test_two_that_cannot_be_told_apart_have_no_first() -> None:
    assert _top({"a": 0.02, "b": 0.0102}) == "a"
    assert _top({"a": 0.02, "b": 0.01995}) == ""
    assert _top({"a": 0.00005}) == ""
    assert _top({}) == ""


HELD = {("KAZ", "TUR"), ("TUR", "UZB"), ("KGZ", "TUR")}


@pytest.mark.parametrize(
    ("asked_", "reached", "between"),
    [
        (Asked("coercion", "RUS", "KAZ"), {("KAZ", "TUR")}, {("KAZ", "RUS")}),
        (Asked("coercion", "RUS", "all"), HELD, {("KAZ", "RUS"), ("RUS", "UZB"), ("KGZ", "RUS")}),
        (Asked("dispute", "UZB", "TUR"), {("TUR", "UZB")}, {("TUR", "UZB")}),
        (Asked("dispute", "UZB", "all"), {("KAZ", "TUR"), ("KGZ", "TUR")}, {("KAZ", "UZB"), ("KGZ", "UZB")}),
        (Asked("patron_crisis", "TUR", "all"), HELD, HELD),
    ],
)
def test_at_stake_are_the_patrons_ties_with_those_whom_it_concerns(
    asked_: Asked, reached: set[tuple[str, str]], between: set[tuple[str, str]]
) -> None:
    assert set(at_stake(asked_, ROLES)) == reached
    assert set(own(asked_, ROLES)) == between
    assert set(third(asked_, ROLES)) == reached - between


def test_where_the_best_is_no_hold_at_all_the_short_answer_says_so(here: World) -> None:
    """A plant that adds risk: of the two sets, with it and without, none is enough and the empty one leaves least."""
    plan = scenario(["coercion:RUS->all"], ["joint_plant"], 24, ROLES)
    found = brief(here, plan, register())
    worse = found._replace(enough=None, best=(), left=0.076)
    assert (
        short("x", plan, worse, ROLES)[3].text
        == "No set of holds is enough, and none takes anything away: 76 in 1,000 without any."
    )
    one_set = found._replace(enough=None, best=plan.holds, left=0.07)
    assert short("x", plan, one_set, ROLES)[3].text == "No set of holds is enough; the best leaves 70 in 1,000."


@pytest.mark.parametrize("holds", [[], ["joint_plant"], ["credit_deal:KAZ:3"]])
def test_overview_and_what_if_name_the_same_tie_or_the_same_two(here: World, holds: list[str]) -> None:
    plan = scenario(["coercion:RUS->KAZ"], holds, 24, ROLES)
    whole, quick = answer(here, plan, register()), brief(here, plan, register())
    assert quick.first == whole.survival[0].first
    first, second, *_ = whole.breaks
    both = [f"{called(code)} ({thousand(b.first)} of 1,000)" for code, b in zip(("UZB", "KAZ"), (first, second), strict=True)]  # fmt: skip
    apart = whole._replace(
        breaks=[first._replace(pair=("TUR", "UZB")), second._replace(pair=("KAZ", "TUR")), *whole.breaks[2:]],
        survival=[whole.survival[0]._replace(first=""), *whole.survival[1:]],
    )
    said = next(
        v.answer.text for v in verdicts(apart, ROLES, foretold=False, before={}) if v.question == "Where first?"
    )
    assert said.startswith(f"With {both[0]} or {both[1]}: which of these breaks first cannot be told; the least")
    assert short("x", plan, quick._replace(breaks=apart.breaks, first=""), ROLES)[1].text == said


def test_the_tie_named_first_is_ranked_with_the_scenarios_own_holds(here: World) -> None:
    """The chances shown have them: a hold takes the shocked tie from its place, or brings another before it."""
    for holds, first in ([], "KAZ-TUR"), (["credit_deal:KAZ:3"], ""), (["joint_plant:UZB:3"], "TUR-UZB"):
        found = answer(here, scenario(["coercion:RUS->KAZ"], holds, 24, ROLES), register())
        assert found.survival[0].first == first
        assert first in {"", "-".join(found.breaks[0].pair)}


@pytest.mark.parametrize(
    ("unseen", "promised", "over", "words"),
    [
        (0, 1, 0, "The one arms, production or basing deal announced or signed has been seen carried out."),
        (1, 1, 0, "The one arms, production or basing deal announced or signed has not been seen carried out."),
        (2, 2, 0, "Of two arms, production or basing deals announced or signed, none has been seen carried out."),
        (0, 3, 0, "Of three arms, production or basing deals announced or signed, all have been seen carried out."),
        (1, 3, 0, "Of three arms, production or basing deals announced or signed, one has not been seen carried out."),
        (5, 30, 0, "Of 30 arms, production or basing deals announced or signed, five have not been seen carried out."),
        (
            1,
            2,
            1,
            "Of two arms, production or basing deals announced or signed, one has not been seen carried out or ended.",
        ),
        (0, 1, 1, "The one arms, production or basing deal announced or signed has been seen carried out or ended."),
    ],
)
def test_the_sentence_on_deals_agrees_with_their_number(unseen: int, promised: int, over: int, words: str) -> None:
    assert [s.text for s in _promises(unseen, promised, over)] == [words]
