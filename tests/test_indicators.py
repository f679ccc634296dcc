"""Every indicator: a card, evidence that is all it rests on, no look into the future, and numbers worked by hand."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta

from comity import sources, ties
from comity.flow import Picture
from comity.indicators import Evidence, catalogue, measure_all
from comity.indicators.rival_supply import effective
from comity.tables import ACT, COVERAGE, MEASURE, NONE_REPORTED, NOT_COVERED, OBSERVED, STATES, TIE, WORLD, Roles
from comity.vocabulary import TIES

INDICATORS = catalogue()
ROLES = Roles("TUR", ("KAZ", "UZB", "KGZ"), rivals=("RUS", "CHN"), east=("RUS",), west=("USA",))
AS_OF = date(2024, 12, 31)


@pytest.mark.parametrize("id", INDICATORS)
def test_every_card_has_meaning_method_unit_limit_and_source(id: str) -> None:
    card = INDICATORS[id].card
    assert all(card._replace(sources=("none",))[1:])
    assert set(card.sources) <= set(sources.catalogue())


def test_the_catalogue_holds_all_sixteen() -> None:
    assert list(INDICATORS) == [f"I{n}" for n in range(1, 17)]


def evidence_of(picture: Picture, acts: pl.DataFrame | None = None, measures: pl.DataFrame | None = None) -> Evidence:
    """The evidence of a picture, or of some of its acts only, woven anew."""
    case = picture.case
    some = picture.acts if acts is None else acts
    woven = picture.ties if acts is None else ties.weave(some, picture.coverage, picture.as_of, case.pairs)
    return Evidence(
        case.roles, picture.as_of, some, woven, picture.coverage, picture.measures if measures is None else measures
    )


@pytest.fixture(scope="module")
def alone(picture: Picture) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """Each reading recomputed from the union of what the readings of its indicator say they used."""
    found = {}
    for id, indicator in INDICATORS.items():
        used = set(picture.readings.filter(pl.col("indicator") == id)["used"].explode())
        some = evidence_of(
            picture,
            picture.acts.filter(pl.col("act").is_in(used)),
            picture.measures.filter(pl.col("measure").is_in(used)),
        )
        found |= {(id, r.subject): (r.value, r.low, r.high) for r in indicator.read(some)}
    return found


@pytest.mark.parametrize("id", INDICATORS)
def test_a_reading_rests_on_what_it_names_and_on_nothing_else(id: str, picture: Picture, alone: dict) -> None:
    rows = picture.readings.filter(pl.col("indicator") == id, pl.col("state") == OBSERVED)
    for row in rows.iter_rows(named=True):
        again = alone[id, row["subject"]]
        assert again == pytest.approx((row["value"], row["low"], row["high"]), rel=1e-9), row["subject"]


def test_every_reading_holds_its_value_inside_its_interval_and_says_its_state(picture: Picture) -> None:
    for row in picture.readings.iter_rows(named=True):
        assert row["state"] in STATES
        assert 0 <= row["coverage"] <= 1
        if row["state"] == OBSERVED:
            assert row["low"] <= row["value"] <= row["high"]
            assert all(math.isfinite(row[c]) for c in ("value", "low", "high"))
            assert row["used"] or row["subject"].endswith(":identity")  # languages are known without any report
        if row["value"] is None:
            assert row["note"]


@pytest.mark.parametrize("id", INDICATORS)
def test_no_evidence_is_no_value_rather_than_nought(id: str) -> None:
    pairs = frozenset(
        (min(a, b), max(a, b)) for a in ROLES.held for b in (*ROLES.patrons, *ROLES.held, "USA") if a != b
    )
    woven = ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs)
    nothing = Evidence(ROLES, AS_OF, ACT.empty(), woven, COVERAGE.empty(), MEASURE.empty())
    readings = list(INDICATORS[id].read(nothing))
    assert readings
    needing = [r for r in readings if not r.subject.endswith(":identity")]  # languages are known without any report
    assert all(r.state == NOT_COVERED for r in needing)
    assert all(r.value is None for r in needing) or id == "I1"


def test_without_ties_nothing_is_read() -> None:
    assert measure_all(Evidence(ROLES, AS_OF, ACT.empty(), TIE.empty(), COVERAGE.empty(), MEASURE.empty())).is_empty()


# Below, numbers worked by hand.


def delivered(supplier: str, year: int, worth: float | None) -> dict[str, object]:
    id = f"{supplier}{year}{worth}"
    return {"measure": id, "subject": f"{supplier}>KAZ", "name": "tiv_delivered", "date": date(year, 12, 31), "value": worth,
            "known": date(year + 1, 3, 15), "vintage": None, "source": "sipri", "raw": "r"}  # fmt: skip


def register(*rows: dict[str, object]) -> Evidence:
    coverage = COVERAGE.frame([
        {"source": "sipri", "a": WORLD, "b": WORLD, "instrument": "arms", "date_from": date(2000, 1, 1),
         "date_to": date(2023, 12, 31), "detection": 0.7, "known": date(2024, 3, 15), "basis": "", "raw": "r"}
    ])  # fmt: skip
    return Evidence(
        Roles("TUR", ("KAZ",), rivals=("RUS",)), AS_OF, ACT.empty(), TIE.empty(), coverage, MEASURE.frame(list(rows))
    )


def test_suppliers_count_as_many_as_they_are_equal() -> None:
    assert effective(np.array([0.5, 0.5])) == pytest.approx(2)
    assert effective(np.array([0.8, 0.1, 0.1])) == pytest.approx(1 / 0.66)


def test_rivals_share_patrons_share_and_newcomers_of_a_register() -> None:
    rows = (
        delivered("RUS", 2020, 60.0),
        delivered("TUR", 2021, 20.0),
        delivered("ESP", 2022, 20.0),
        delivered("RUS", 2010, 5.0),
        delivered("ESP", 2011, 5.0),
        delivered("TUR", 2023, None),
    )
    found = {r.subject: r for r in INDICATORS["I9"].read(register(*rows))}
    assert found["KAZ"].value == pytest.approx(0.6)
    assert found["KAZ:patron"].value == pytest.approx(0.2)
    assert found["KAZ:newcomers"].value == pytest.approx(0.2)  # Türkiye delivered nothing in 2009-2018
    assert found["KAZ:suppliers"].value == pytest.approx(1 / (0.36 + 0.04 + 0.04))


def test_one_delivery_is_no_proof_of_a_monopoly() -> None:
    one = {r.subject: r for r in INDICATORS["I9"].read(register(delivered("RUS", 2020, 2.0)))}["KAZ"]
    many = {
        r.subject: r for r in INDICATORS["I9"].read(register(*(delivered("RUS", y, 100.0) for y in range(2019, 2024))))
    }["KAZ"]
    assert one.value == many.value == 1.0
    assert one.low < many.low < 1.0  # type: ignore[operator]


def two_partners(acts: list[dict[str, object]]) -> Evidence:
    roles = Roles("TUR", ("KAZ", "UZB"), rivals=("RUS",), east=("RUS",), west=("USA",))
    coverage = COVERAGE.frame([
        {"source": "s", "a": WORLD, "b": WORLD, "instrument": k, "date_from": date(2000, 1, 1), "date_to": AS_OF,
         "detection": 0.9, "known": date(2000, 1, 1), "basis": "", "raw": "r"} for k in TIES
    ])  # fmt: skip
    pairs = frozenset(
        {("KAZ", "TUR"), ("TUR", "UZB"), ("KAZ", "UZB"), ("KAZ", "RUS"), ("RUS", "UZB"), ("KAZ", "USA"), ("USA", "UZB")}
    )
    table = ACT.frame(acts)
    return Evidence(roles, AS_OF, table, ties.weave(table, coverage, AS_OF, pairs), coverage, MEASURE.empty())


def deed(day: date, instrument: str, *parties: str, **columns: object) -> dict[str, object]:
    name = f"{day}{instrument}{parties}"
    return {"act": name, "date_from": day, "date_to": day, "known": day, "actors": sorted(parties), "recipients": [],
            "instrument": instrument, "stage": "executed", "polarity": 1, "modality": "actual", "belief": 1.0,
            "reports": [name], "publishers": ["p"], **columns}  # fmt: skip


def months(year: int) -> list[date]:
    return [date(year, m, 15) for m in range(1, 13)]


def value(evidence: Evidence, id: str, subject: str) -> float:
    return next(r.value for r in INDICATORS[id].read(evidence) if r.subject == subject)  # type: ignore[return-value]


def test_a_tie_of_one_instrument_is_narrower_than_one_of_many() -> None:
    drills = [deed(d, "exercise", "TUR", "KAZ") for y in (2022, 2023, 2024) for d in months(y)]
    mixed = [deed(d, TIES[i % 10], "TUR", "UZB") for y in (2022, 2023, 2024) for i, d in enumerate(months(y))]
    both = two_partners([*drills, *mixed])
    assert value(both, "I2", "KAZ-TUR") < value(both, "I2", "TUR-UZB") <= 10


def test_more_drills_make_a_stronger_tie() -> None:
    few = two_partners([deed(d, "exercise", "TUR", "KAZ") for d in months(2024)[::4]])
    many = two_partners([deed(d, "exercise", "TUR", "KAZ") for d in months(2024)])
    assert value(few, "I1", "KAZ-TUR:exercise") < value(many, "I1", "KAZ-TUR:exercise")


def test_acts_in_company_raise_the_multilateral_share() -> None:
    company = two_partners([deed(d, "exercise", "TUR", "KAZ", "UZB") for d in months(2024)])
    alone = two_partners([deed(d, "exercise", "TUR", "KAZ") for d in months(2024)])
    assert value(company, "I3", "KAZ-TUR") > value(alone, "I3", "KAZ-TUR")


def test_a_partner_of_both_poles_is_more_ambiguous_than_one_of_either() -> None:
    days = [d for y in (2022, 2023, 2024) for d in months(y)]
    east = [deed(d, "exercise", "RUS", "KAZ") for d in days]
    west = [deed(d, "exercise", "USA", "KAZ") for d in days]
    both = value(two_partners([*east, *west]), "I6", "KAZ")
    assert both > value(two_partners(east), "I6", "KAZ")
    assert both > value(two_partners(west), "I6", "KAZ")


def test_partners_who_meet_without_the_patron_are_a_mesh() -> None:
    star = two_partners([deed(d, "exercise", "TUR", p) for p in ("KAZ", "UZB") for d in months(2024)])
    mesh = two_partners([deed(d, "exercise", "KAZ", "UZB") for d in months(2024)])
    assert value(star, "I4", "TUR") < value(mesh, "I4", "TUR") <= 1


def test_two_patrons_of_one_partner_count_for_more_than_one() -> None:
    days = months(2024)
    one = two_partners([deed(d, "exercise", "TUR", "KAZ") for d in days])
    two = two_partners([deed(d, "exercise", p, "KAZ") for p in ("TUR", "RUS") for d in days])
    assert value(one, "I16", "KAZ") < value(two, "I16", "KAZ") <= 2


# Below, ties whose rates are known: a Gamma posterior of ten thousand million acts has one rate only.

QUARTERS_ENDS = [date(2015 + q // 4, 3 * (q % 4) + 3, 28) for q in range(39)] + [AS_OF]
Rate = float | list[float]


def sure(rates: dict[tuple[str, str, str], Rate], **roles: tuple[str, ...]) -> Evidence:
    """Ties watched whole, each with its rate (or one a quarter, the newest last) in acts a year by pair and instrument; the rest were never watched."""
    rows: list[dict[str, object]] = []
    for (a, b, k), rate in rates.items():
        for view in ("presence", "bilateral"):
            history = rate if isinstance(rate, list) else [rate] * len(QUARTERS_ENDS)
            for month, now in zip(QUARTERS_ENDS, history, strict=True):
                rows.append({"a": a, "b": b, "instrument": k, "view": view, "month": month, "alpha": now * 1e10, "beta": 1e10, "spread": 1.0, "strength": now,
                             "low": now, "high": now, "prior": now, "borrowed": 1.0, "prior_share": 0.0, "exposure": ties.priors()[k].span, "acts": []})  # fmt: skip
    case = dataclasses.replace(ROLES, **roles)
    return Evidence(case, AS_OF, ACT.empty(), TIE.frame(rows), COVERAGE.empty(), MEASURE.empty())


def strong(instrument: str, times: float = 1.0) -> float:
    """The rate of which log(1 + S / S_ref) is log(1 + times)."""
    return times * ties.priors()[instrument].strong


def test_strength_is_the_mean_of_the_view_in_which_company_counts_whole() -> None:
    found = sure({("KAZ", "TUR", k): 2.0 for k in TIES}, partners=("KAZ",))
    found = dataclasses.replace(
        found,
        ties=found.ties.with_columns(strength=pl.when(pl.col("view") == "presence").then(pl.lit(2.0)).otherwise(1.0)),
    )
    one = next(r for r in INDICATORS["I1"].read(found) if r.subject == "KAZ-TUR:arms")
    assert (one.value, one.coverage, one.state) == (2.0, 1.0, NONE_REPORTED)  # watched whole, and no act is on record


def test_breadth_is_the_exponential_of_the_entropy_over_what_was_watched() -> None:
    """Three quarters and one quarter: exp(-(.75 ln .75 + .25 ln .25)) = 1.7548; a third instrument that nobody watched is not among them."""
    found = sure({("KAZ", "TUR", "arms"): 3.0, ("KAZ", "TUR", "training"): 1.0, ("KAZ", "TUR", "aid"): 4.0})
    blind = pl.when(pl.col("instrument") == "aid").then(0.0).otherwise(pl.col("exposure"))
    found = dataclasses.replace(found, roles=dataclasses.replace(ROLES, partners=("KAZ",)), ties=found.ties.with_columns(exposure=blind))  # fmt: skip
    assert value(found, "I2", "KAZ-TUR") == pytest.approx(1.7548, abs=1e-3)


def test_the_multilateral_share_is_of_the_belief_of_ten_years_in_acts_of_three_or_more() -> None:
    """3 x .8 in company, .6 of two; an act of 2012 is too old: the median of Beta(3.4, 1.6), .698 as scipy.stats gives it."""
    acts = [deed(d, "exercise", "TUR", "KAZ", "UZB", belief=0.8) for d in months(2024)[:3]]
    acts += [
        deed(date(2020, 5, 5), "exercise", "TUR", "KAZ", belief=0.6),
        deed(date(2012, 5, 5), "exercise", "TUR", "KAZ"),
    ]
    found = next(r for r in INDICATORS["I3"].read(two_partners(acts)) if r.subject == "KAZ-TUR")
    assert found.value == pytest.approx(beta(3.4, 1.6).median(), abs=0.005)
    assert found.note == "2.4 of 3.0 acts, counted by belief"


def test_the_mesh_is_the_partners_share_of_all_strength() -> None:
    """The partners sell each other 2 a year, the patron sells either 1: 2 / (2 + 1 + 1)."""
    net = {("KAZ", "UZB", "arms"): 2.0, ("KAZ", "TUR", "arms"): 1.0, ("TUR", "UZB", "arms"): 1.0}
    assert value(sure(net, partners=("KAZ", "UZB")), "I4", "TUR:arms") == pytest.approx(0.5, abs=1e-3)
    dark = {
        **net,
        ("KGZ", "TUR", "arms"): 9.0,
    }  # of the third partner only the patron's tie was watched: it is left out
    assert value(sure(dark), "I4", "TUR:arms") == pytest.approx(0.5, abs=1e-3)


def test_ambiguity_weighs_each_domain_by_how_much_there_is_of_it() -> None:
    """Exercises log 2 and log 4 with the poles, B = 2/3, the most there is; arms log 2 with each, B = 1, two thirds as much: 2/3 and 2/3."""
    rates = {("KAZ", "RUS", "exercise"): strong("exercise"), ("KAZ", "USA", "exercise"): strong("exercise", 3.0), ("KAZ", "RUS", "arms"): strong("arms"), ("KAZ", "USA", "arms"): strong("arms")}  # fmt: skip
    assert value(sure(rates), "I6", "KAZ") == pytest.approx(2 / 3, abs=1e-3)


def test_votes_are_a_domain_of_ambiguity_by_the_distance_of_ideal_points_of_late() -> None:
    """e^-1 and e^-2: B = 1 - .2325 / .5032 = .538, and .5032 / (2 log 2) as much as the exercises, which are even: (1 + .195) / 2."""
    rates = {("KAZ", other, "exercise"): strong("exercise") for other in ("RUS", "USA")}
    votes = [{"measure": f"{s}{y}", "subject": s, "name": "ideal_point", "date": date(y, 12, 31), "value": x, "known": AS_OF, "source": "unga", "raw": "r"}
             for y, apart in ((2021, 1.0), (2023, 0.0)) for s, x in (("KAZ", 0.0), ("RUS", -1.0), ("USA", 2.0 + 5 * apart))]  # fmt: skip
    found = dataclasses.replace(sure(rates), measures=MEASURE.frame(votes))
    assert value(found, "I6", "KAZ") == pytest.approx((1 + 0.5379 * 0.5032 / (2 * math.log(2))) / 2, abs=1e-3)
    old = dataclasses.replace(found, measures=found.measures.with_columns(date=pl.lit(date(2020, 12, 31))))
    assert value(old, "I6", "KAZ") is None  # votes of 2020 are not carried to 2024: one domain of four is too few


def test_volatility_is_how_far_the_lean_moved_over_the_last_eight_quarters() -> None:
    """The lean goes between 0 and -1/3 (log 2 against log 2 or log 4): a standard deviation of 1/6; what was before does not count."""
    swing = [strong("exercise", 900.0)] * 32 + [strong("exercise", 1.0), strong("exercise", 3.0)] * 4
    rates: dict[tuple[str, str, str], Rate] = {
        ("KAZ", "RUS", "exercise"): strong("exercise"),
        ("KAZ", "USA", "exercise"): swing,
    }
    rates |= {("KAZ", other, "arms"): strong("arms") for other in ("RUS", "USA")}  # arms never moved
    assert value(sure(rates), "I6", "KAZ:volatility") == pytest.approx(1 / 12, abs=1e-3)


def test_the_number_of_patrons_is_one_over_the_sum_of_squared_shares_of_the_one_number() -> None:
    """log(1 + S / S_ref) is log 4 with the one by every instrument and log 2 with the other: shares 2/3 and 1/3, 1 / (5/9)."""
    rates = {("KAZ", p, k): strong(k, times) for p, times in (("TUR", 3.0), ("RUS", 1.0)) for k in TIES}
    rates = {(*sorted(pair), k): rate for (*pair, k), rate in rates.items()}
    assert value(sure(rates), "I16", "KAZ") == pytest.approx(1.8, abs=1e-3)


def test_isolation_is_the_share_of_the_last_quarter_against_that_of_nine_years_before_the_last() -> None:
    """Half of the talks for 36 quarters, a tenth, a third and a half of them since, and a quarter now: 1 - .25 / .5."""
    ours = [1.0] * 36 + [1 / 9, 1 / 2, 1.0, 1 / 3]
    rates: dict[tuple[str, str, str], Rate] = {("KAZ", "TUR", "dialogue"): ours, ("KAZ", "RUS", "dialogue"): 1.0}
    assert value(sure(rates), "I12", "KAZ-TUR") == pytest.approx(0.5, abs=1e-3)


def test_depth_of_trust_is_the_sum_of_its_three_instruments() -> None:
    rates = {("KAZ", "TUR", k): float(n) for n, k in enumerate(("intelligence", "training", "industry"), 1)}
    found = next(r for r in INDICATORS["I15"].read(sure(rates)) if r.subject == "KAZ-TUR")
    assert (found.low, found.value, found.high) == pytest.approx((3, 6, 12), rel=1e-3)


def test_the_last_quarter_of_the_past_is_the_rate_of_today(picture: Picture) -> None:
    found = evidence_of(picture)
    for instrument in TIES:
        assert found.past("KAZ", "TUR", instrument)[-1] == pytest.approx(
            found.rate("bilateral", "KAZ", "TUR", instrument), rel=1e-9
        )


def test_evidence_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        register().as_of = AS_OF  # type: ignore[misc]
