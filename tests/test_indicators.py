"""Every indicator: a card, evidence that is all it rests on, no look into the future, and numbers worked by hand."""

from __future__ import annotations

import dataclasses
import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta, gamma

from comity import sources, ties
from comity.errors import ComityError
from comity.flow import Picture
from comity.indicators import Evidence, by_id, catalogue, measure_all, narrative
from comity.indicators.composite import holders
from comity.indicators.evidence import Point, carried, frequency, last_years, watched_to
from comity.indicators.rival_supply import effective
from comity.tables import ACT, COVERAGE, MEASURE, NONE_REPORTED, NOT_COVERED, OBSERVED, STATES, TIE, WORLD, Roles
from comity.vocabulary import TIES

INDICATORS = catalogue()
ROLES = Roles("TUR", ("KAZ", "UZB", "KGZ"), rivals=("RUS", "CHN"), east=("RUS",), west=("USA",))
AS_OF = date(2024, 12, 31)


@pytest.mark.parametrize("id", INDICATORS)
def test_every_card_has_meaning_method_unit_limit_and_source(id: str) -> None:
    card = INDICATORS[id].card
    empty = [field for field, said in card._asdict().items() if not said and field not in {"sources", "parts"}]
    assert not empty, f"the card of {id} leaves {', '.join(empty)} empty"
    assert set(card.sources) <= set(sources.catalogue()), f"the card of {id} names a source that there is not"
    assert "" in card.ranges, f"the card of {id} gives no range for its value itself (key '')"


def test_every_part_that_is_read_has_its_unit_on_the_card(picture: Picture) -> None:
    read = picture.readings.select("indicator", part=pl.col("subject").str.split(":").list.get(1, null_on_oob=True))
    parts = {(id, part) for id, part in read.iter_rows() if part and part not in TIES}
    assert {("I7", "conversion"), ("I12", "votes"), ("I16", "conflicts")} <= parts
    assert [(id, part) for id, part in parts if part not in dict(INDICATORS[id].card.parts)] == []
    assert INDICATORS["I7"].card.units == (
        "months; conversion: share carried out, 0 to 1; disparity: difference of shares, 0 to 1"
    )


def test_the_catalogue_holds_every_indicator_under_the_next_number() -> None:
    assert list(INDICATORS) == [f"I{n}" for n in range(1, len(INDICATORS) + 1)], "ids are I1, I2, ... without a gap"
    assert len(INDICATORS) >= 16


@pytest.mark.parametrize(
    ("id", "why"),
    [("I3", "indicators Lag and Multilateral share are both I3; the next free id is I"), ("X1", "Lag: 'X1' is no id")],
)
def test_an_id_that_two_share_or_that_is_none_is_named_with_the_next_free_one(id: str, why: str) -> None:
    one = INDICATORS["I1"]
    other = one._replace(card=one.card._replace(id=id, name="Lag"))
    with pytest.raises(ComityError, match=why):
        by_id([other, *INDICATORS.values()])


def evidence_of(picture: Picture, acts: pl.DataFrame | None = None, measures: pl.DataFrame | None = None) -> Evidence:
    """The evidence of a picture, or of some of its acts only, woven anew."""
    case = picture.case
    some = picture.acts if acts is None else acts
    # Readings rest on no bounds of ties, and to weave them takes four times as long.
    woven = (
        picture.ties if acts is None else ties.weave(some, picture.coverage, picture.as_of, case.pairs, bounds=False)
    )
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
        assert (id, row["subject"]) in alone, f"{id} {row['subject']} is not read from what it names in `used` alone"
        again = alone[id, row["subject"]]
        assert again == pytest.approx((row["value"], row["low"], row["high"]), rel=1e-9), (
            f"{id} {row['subject']} is another number from what it names in `used` alone: name there all that moves it"
        )


def test_every_reading_holds_its_value_inside_its_interval_and_says_its_state(picture: Picture) -> None:
    for row in picture.readings.iter_rows(named=True):
        assert row["state"] in STATES, row
        assert 0 <= row["coverage"] <= 1, row
        if row["state"] == OBSERVED:
            assert row["low"] <= row["value"] <= row["high"], row
            assert all(math.isfinite(row[c]) for c in ("value", "low", "high")), row
            assert row["used"] or row["subject"].endswith(":identity"), row  # languages are known without any report
        if row["value"] is not None:
            low, high = INDICATORS[row["indicator"]].card.range(row["subject"])
            assert low <= row["value"] <= high, (row["indicator"], row["subject"])
        if row["value"] is None:
            assert row["note"], row


@pytest.mark.parametrize("id", INDICATORS)
def test_no_evidence_is_no_value_rather_than_nought(id: str) -> None:
    pairs = frozenset(
        (min(a, b), max(a, b)) for a in ROLES.held for b in (*ROLES.patrons, *ROLES.held, "USA") if a != b
    )
    woven = ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs)
    nothing = Evidence(ROLES, AS_OF, ACT.empty(), woven, COVERAGE.empty(), MEASURE.empty())
    readings = list(INDICATORS[id].read(nothing))
    assert readings, f"{id} is silent without evidence: yield gap(...) for each subject, so that a page can say why"
    needing = [r for r in readings if not r.subject.endswith(":identity")]  # languages are known without any report
    assert [r for r in needing if r.state != NOT_COVERED] == [], f"{id} reads something from nothing"
    assert all(r.value is None for r in needing) or id == "I1", f"{id} has a value without evidence"


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


def test_the_years_that_end_on_a_day_begin_on_the_day_after_that_of_the_first() -> None:
    assert last_years(date(2024, 6, 30), 10) == date(2014, 7, 1)
    assert last_years(date(2024, 2, 29), 1) == date(2023, 3, 1)
    assert last_years(date(2024, 2, 29), 4) == date(2020, 3, 1)
    assert last_years(date(2023, 2, 28), 3) == date(2020, 2, 29)
    assert last_years(date(2024, 1, 1), 10) == date(2014, 1, 2)
    assert date(2023, 6, 30) - last_years(date(2023, 6, 30), 1) == timedelta(364)


def test_ten_years_to_the_end_of_a_month_are_120_months() -> None:
    """To 31 December 2024 from 1 January 2015: of two drills in company a day apart the earlier is too old; .5 in 1.5."""
    acts = [
        deed(date(2014, 12, 31), "exercise", "TUR", "KAZ", "UZB"),
        deed(date(2015, 1, 1), "exercise", "TUR", "KAZ", "UZB", belief=0.5),
        deed(date(2020, 5, 5), "exercise", "TUR", "KAZ"),
    ]
    found = next(r for r in INDICATORS["I3"].read(two_partners(acts)) if r.subject == "KAZ-TUR")
    assert found.value == pytest.approx(beta(1.5, 2).median(), abs=0.005)
    assert found.note == "0.5 of 1.5 acts, counted by belief"


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
    """A quarter of the talks for four years, three quarters for five, .528 on average; what there was in the last year does not count, a quarter now."""
    ours = [1 / 3] * 16 + [3.0] * 20 + [1 / 9, 1 / 2, 1.0, 1 / 3]
    rates: dict[tuple[str, str, str], Rate] = {("KAZ", "TUR", "dialogue"): ours, ("KAZ", "RUS", "dialogue"): 1.0}
    assert value(sure(rates), "I12", "KAZ-TUR") == pytest.approx(1 - 0.25 / (19 / 36), abs=1e-3)


def test_depth_of_trust_is_the_sum_of_its_three_instruments() -> None:
    rates = {("KAZ", "TUR", k): float(n) for n, k in enumerate(("intelligence", "training", "industry"), 1)}
    found = next(r for r in INDICATORS["I15"].read(sure(rates)) if r.subject == "KAZ-TUR")
    assert (found.low, found.value, found.high) == pytest.approx((3, 6, 12), rel=1e-3)


def deed_of(day: date, instrument: str, by: str, to: str, **columns: object) -> dict[str, object]:
    """An act of one state to another."""
    return deed(day, instrument, by, to, **columns) | {
        "act": f"{day}{instrument}{by}{to}",
        "actors": [by],
        "recipients": [to],
    }


def numbers(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    """Measures: name, subject, year and value."""
    return MEASURE.frame([{"measure": f"{n}{s}{y}", "subject": s, "name": n, "date": date(y, 12, 31), "value": v, "known": date(y + 1, 6, 1), "source": "s", "raw": "r"} for n, s, y, v in rows])  # fmt: skip


def test_the_gap_is_one_less_the_mean_of_common_arms_logistics_and_a_plant() -> None:
    """Allies gave 1,050 of 1,400 TIV; logistics 3 of 1 to 5 are .5; no plant: 1 - 1.25 / 3. One of two half-sure ones works with .75: 1 - 2 / 3."""
    found = sure({("KAZ", "TUR", "industry"): 1.0}, partners=("KAZ",))
    told = [
        ("tiv_delivered", "USA>KAZ", 2020, 1050.0),
        ("tiv_delivered", "RUS>KAZ", 2020, 350.0),
        ("lpi", "KAZ", 2022, 3.0),
    ]
    found = dataclasses.replace(found, measures=numbers(*told))
    assert value(found, "I5", "KAZ-TUR") == pytest.approx(1 - 1.25 / 3)
    lines = [deed_of(date(2020, m, 1), "industry", "TUR", "KAZ", belief=0.5) for m in (1, 2)]
    assert value(dataclasses.replace(found, acts=ACT.frame(lines)), "I5", "KAZ-TUR") == pytest.approx(1 - 2 / 3)  # fmt: skip
    signed = ACT.frame([line | {"stage": "signed"} for line in lines])
    assert value(dataclasses.replace(found, acts=signed), "I5", "KAZ-TUR") == pytest.approx(1 - 1.25 / 3)
    old = dataclasses.replace(found, measures=numbers(("tiv_delivered", "USA>KAZ", 1998, 1400.0), told[-1]))
    assert value(old, "I5", "KAZ-TUR") == pytest.approx(1 - 0.5 / 2)


@pytest.mark.parametrize(
    ("day", "first"),
    [(date(2024, 12, 31), 1999), (date(2025, 1, 1), 1999), (date(2025, 3, 14), 1999), (date(2025, 3, 15), 2000)],
)
def test_arms_in_common_are_of_25_years_that_a_register_may_cover_by_then(day: date, first: int) -> None:
    """A register of 2024 is due in March 2025: until then 25 years are those to 2023, and a new year takes none away."""
    found = sure({("KAZ", "TUR", "industry"): 1.0}, partners=("KAZ",))
    lpi = ("lpi", "KAZ", 2023, 3.0)
    for year, counts in ((first - 1, False), (first, True)):
        told = numbers(("tiv_delivered", "USA>KAZ", year, 1400.0), lpi)
        (reading,) = INDICATORS["I5"].read(dataclasses.replace(found, as_of=day, measures=told))
        assert ("commonality" in (reading.note or "")) == counts


def test_a_share_of_arms_is_that_of_five_years_in_the_newest_edition_made_by_the_day() -> None:
    """2019 to 2023, and Spain delivered in 2009: it is no newcomer, Poland of 2008 is. The edition of 2025 is not of this day."""

    def made(*rows: dict[str, object]) -> dict[str, float]:
        return {r.subject: r.value for r in INDICATORS["I9"].read(register(*rows))}  # type: ignore[misc]

    early = [delivered("ESP", 2009, 5.0), delivered("POL", 2008, 5.0), delivered("RUS", 2018, 900.0)]
    now = [delivered("RUS", 2019, 20.0), delivered("ESP", 2021, 30.0), delivered("POL", 2023, 50.0)]
    found = made(*early, *now)
    assert (found["KAZ"], found["KAZ:newcomers"]) == (pytest.approx(0.2), pytest.approx(0.5))
    older = [row | {"vintage": date(2024, 6, 1), "raw": "old"} for row in now]
    newer = [
        row | {"vintage": date(2025, 6, 1), "raw": "new", "value": 7.0, "measure": f"{i}"} for i, row in enumerate(now)
    ]
    assert made(*older, *newer)["KAZ"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("day", "last"), [(date(2024, 3, 14), 2022), (date(2024, 3, 15), 2023), (date(2025, 3, 15), 2023)]
)
def test_a_register_of_a_year_is_due_in_the_middle_of_the_next_march(day: date, last: int) -> None:
    rows = register(*(delivered("RUS" if y == last - 5 else "TUR", y, 1.0) for y in range(2015, 2024)))
    rows = dataclasses.replace(rows, as_of=day, coverage=rows.coverage.with_columns(known=pl.lit(date(2020, 1, 1))))
    found = next(r for r in INDICATORS["I9"].read(rows) if r.subject == "KAZ")
    assert (found.note or "").startswith(f"{last - 4}-{last}, ")
    assert found.value == 0
    assert found.coverage == pytest.approx(1.0 if day.year == 2024 else 0.8)


def test_identity_is_one_family_of_languages_or_not() -> None:
    every = sure({("KAZ", "TUR", "aid"): 1.0}, partners=("KAZ", "TJK"))
    found = {r.subject: r.value for r in INDICATORS["I10"].read(every)}
    assert (found["KAZ-TUR:identity"], found["TJK-TUR:identity"]) == (1.0, 0.0)


def test_votes_moved_by_what_agreement_is_now_less_what_it_was_three_years_before() -> None:
    kappa = [("un_kappa", "KAZ>TUR", year, k) for year, k in ((2019, 0.9), (2020, 0.1), (2021, 0.2), (2022, 0.2), (2023, 0.5))]  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "dialogue"): 1.0}, partners=("KAZ",)), measures=numbers(*kappa))
    assert value(found, "I12", "KAZ-TUR:votes") == pytest.approx(0.4, abs=1e-3)
    gone = dataclasses.replace(found, measures=numbers(*kappa[:-1]))
    assert value(gone, "I12", "KAZ-TUR:votes") == pytest.approx(0.2 - 0.9, abs=0.01)


def test_a_wait_begins_with_a_quarrel_or_a_refusal_and_ends_with_a_later_meeting() -> None:
    """Five refusals, each with a meeting on the day itself and one ten days later."""
    rows = []
    for year in range(2018, 2023):
        rows += [deed_of(date(year, 3, 1), "exercise", "TUR", "KAZ", stage="refused")]
        rows += [deed_of(date(year, 3, day), "dialogue", "TUR", "KAZ") for day in (1, 11)]
    found = dataclasses.replace(sure({("KAZ", "TUR", "dialogue"): 1.0}, partners=("KAZ",)), acts=ACT.frame(rows))
    assert value(found, "I13", "KAZ-TUR") == pytest.approx(10)


def test_reciprocity_is_twice_the_smaller_share_of_meetings_by_who_sought_them() -> None:
    """2.4 sought by the patron, 1 by the partner, one of which both are named first: 2 min(p, 1 - p) of Beta(3.4, 2)."""
    rows = [deed_of(date(2024, m, 1), "dialogue", "TUR", "KAZ", belief=0.8) for m in (1, 2, 3)]
    rows += [deed_of(date(2024, 4, 1), "dialogue", "KAZ", "TUR"), deed(date(2024, 5, 1), "dialogue", "KAZ", "TUR")]
    found = dataclasses.replace(sure({("KAZ", "TUR", "dialogue"): 1.0}, partners=("KAZ",)), acts=ACT.frame(rows))
    p = beta(3.4, 2).ppf((np.arange(10_000) + 0.5) / 10_000)
    assert value(found, "I13", "KAZ-TUR:reciprocity") == pytest.approx(np.median(2 * np.minimum(p, 1 - p)), abs=0.01)


def test_the_trend_of_the_cushion_is_the_yearly_growth_of_the_smaller_dependence() -> None:
    """Trade grows by a tenth a year; Türkiye, the larger, stands still and depends less: ln 1.1, whatever years are drawn."""
    rows = [(n, s, y, v) for y in range(2018, 2024) for n, s, v in (
        ("trade_usd", "KAZ>TUR", 1.1 ** (y - 2018)), ("trade_usd", "TUR>KAZ", 2 * 1.1 ** (y - 2018)),
        ("gdp_usd", "TUR", 800.0), ("gdp_usd", "KAZ", 100 * 1.05 ** (y - 2018)))]  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "aid"): 1.0}, partners=("KAZ",)), measures=numbers(*rows))  # fmt: skip
    assert value(found, "I14", "KAZ-TUR:trend") == pytest.approx(math.log(1.1))


def test_of_two_half_sure_agreements_on_secrets_one_is_in_force_in_three_of_four() -> None:
    """Signed ten years ago: .5 exp(-.09) each, the hazard being Gamma(66.5) / 7425."""
    words = ("On the protection of classified information", "Secrecy of joint rocket trials")
    deals = [deed(date(2014, 12, 31), "agreement", "KAZ", "TUR", stage="signed", belief=0.5, text=t) | {"act": t} for t in words]  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "agreement"): 1.0}, partners=("KAZ",)), acts=ACT.frame(deals))
    assert value(found, "I15", "KAZ-TUR:secrecy") == pytest.approx(
        1 - (1 - 0.5 * math.exp(-66.17 / 742.5)) ** 2, abs=2e-3
    )


def test_of_two_editions_of_a_year_the_newer_counts() -> None:
    rows = numbers(("lpi", "KAZ", 2022, 3.0), ("lpi", "KAZ", 2021, 2.0))
    again = rows.with_columns(
        value=pl.lit(4.0), vintage=pl.lit(date(2024, 1, 1)), raw=pl.lit("a"), measure=pl.lit("newer")
    )
    found = dataclasses.replace(sure({("KAZ", "TUR", "aid"): 1.0}), measures=pl.concat([again.head(1), rows]))
    assert [(p.year, p.value) for p in found.points["lpi", "KAZ"]] == [(2021, 2.0), (2022, 4.0)]


def test_a_number_that_never_moved_is_as_unsure_as_two_states_reports_of_it() -> None:
    steady = carried([Point(year, 50.0, "m") for year in range(2015, 2024)], AS_OF)
    assert np.std(np.log(steady)) == pytest.approx(0.1, rel=0.02)
    assert np.median(steady) == pytest.approx(50, rel=1e-3)


def test_what_is_only_announced_or_planned_says_nothing_of_how_often_it_happens() -> None:
    """One coercion of 2022, one threatened and one planned: Gamma(.5 + 1) / 5 years watched."""
    acts = [deed_of(date(2022, m, 1), "coercion", "RUS", "KAZ", stage=stage, modality=modality) for m, (stage, modality) in enumerate((("executed", "actual"), ("announced", "actual"), ("executed", "planned")), 1)]  # fmt: skip
    coverage = COVERAGE.frame([{"source": "s", "a": WORLD, "b": WORLD, "instrument": "coercion", "date_from": date(2000, 1, 1), "date_to": AS_OF, "detection": 1.0, "known": date(2000, 1, 1), "basis": "", "raw": "r"}])  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "aid"): 1.0}), acts=ACT.frame(acts), coverage=coverage)
    rate = frequency(found, "coercion", ["RUS"], ["KAZ"], 5, "x")
    assert (rate.seen, rate.coverage) == (1, pytest.approx(1, abs=0.01))
    assert np.median(rate.drawn) == pytest.approx(gamma(1.5).median() / 5, rel=0.01)  # type: ignore[arg-type]
    nothing = frequency(dataclasses.replace(found, acts=ACT.empty()), "coercion", ["RUS"], ["KAZ"], 5, "x")
    assert np.median(nothing.drawn) == pytest.approx(gamma(0.5).median() / 5, rel=0.02)  # type: ignore[arg-type]


def test_a_pair_was_watched_until_the_last_of_its_sources_stopped() -> None:
    rows = [{"source": s, "a": a, "b": b, "instrument": "arms", "date_from": date(2000, 1, 1), "date_to": until, "detection": 1.0, "known": date(2000, 1, 1), "basis": "", "raw": s}
            for s, a, b, until in (("x", WORLD, WORLD, date(2020, 1, 1)), ("y", "KAZ", "TUR", date(2022, 1, 1)), ("z", "KAZ", "RUS", date(2024, 1, 1)))]  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "aid"): 1.0}), coverage=COVERAGE.frame(rows))
    assert watched_to(found, "TUR", "KAZ") == date(2022, 1, 1).toordinal()
    assert watched_to(found, "TUR", "UZB") == date(2020, 1, 1).toordinal()


def test_the_one_number_is_the_weighted_sum_of_logs_against_a_strong_tie() -> None:
    """log 4 by every instrument is log 4 with any weights; a strong tie by one of ten, the others at nought, a tenth of log 2 on average."""
    assert sure({("KAZ", "TUR", k): strong(k, 3.0) for k in TIES}).composite("KAZ", "TUR") == pytest.approx(np.full(200, math.log(4)), rel=1e-3)  # fmt: skip
    one = sure({("KAZ", "TUR", k): strong(k, 1.0 if k == "arms" else 1e-9) for k in TIES}).composite("KAZ", "TUR")
    assert one.mean() == pytest.approx(math.log(2) / 10, rel=0.05)


def test_patrons_are_ranked_by_how_often_theirs_is_the_largest_number() -> None:
    rates = {(*sorted(("KAZ", p)), k): strong(k, times) for p, times in (("TUR", 2.0), ("RUS", 1.0)) for k in TIES}
    found = holders(sure(rates), "KAZ")
    assert [(h.patron, h.first) for h in found] == [("TUR", 1.0), ("RUS", 0.0)]
    assert found[0].value == pytest.approx(math.log(3), rel=1e-3)
    half = sure(rates)
    dim = pl.when(pl.col("b") == "RUS").then(0.45).otherwise(1.0)
    seen = half.ties.with_columns(exposure=dim * pl.col("exposure"))  # fmt: skip
    assert [h.patron for h in holders(dataclasses.replace(half, ties=seen), "KAZ")] == [
        "TUR"
    ]  # watched less than half as well


def items(n: int, instrument: str, by: str, to: str, **columns: object) -> list[dict[str, object]]:
    return [deed_of(date(2024, 2, 1) + timedelta(days=2 * i), instrument, by, to, **columns) for i in range(n)]


def test_hostility_is_the_share_of_belief_towards_a_partner_less_that_towards_others() -> None:
    """100 of 150 towards the partner, of everybody else 30 of 150: (101 / 152) - (31 / 152); a hostile item half believed counts half."""
    rows = [*items(100, "disinformation", "RUS", "KAZ"), *items(50, "culture", "RUS", "KAZ"), *items(30, "disinformation", "RUS", "KGZ"), *items(120, "culture", "RUS", "KGZ")]  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "aid"): 1.0}, partners=("KAZ",)), acts=ACT.frame(rows))
    assert value(found, "I8", "KAZ") == pytest.approx(101 / 152 - 31 / 152, abs=0.005)
    half = [row | {"belief": 0.5} if row["instrument"] == "disinformation" and row["recipients"] == ["KAZ"] else row for row in rows]  # fmt: skip
    assert value(dataclasses.replace(found, acts=ACT.frame(half)), "I8", "KAZ") == pytest.approx(51 / 102 - 31 / 152, abs=0.005)  # fmt: skip


def test_hostile_items_are_counted_by_the_week_the_newest_last() -> None:
    rows = [deed_of(AS_OF - timedelta(days=d), "disinformation", "RUS", "KAZ", belief=0.5) for d in (0, 6, 7, 363, 364)]
    weekly = narrative._weekly(rows, "RUS", AS_OF)
    assert (weekly[51], weekly[50], weekly[0], weekly.sum()) == (1.0, 0.5, 0.5, 2.0)
    assert narrative._weekly(rows, "CHN", AS_OF).sum() == 0
    assert narrative._together(weekly, weekly) == pytest.approx(1)


def test_the_exposure_is_to_the_rival_that_could_hurt_most_and_no_more_than_everything() -> None:
    """Trade of three times its GDP is a dependence of one, on a state ten times its size .9; the other rival's .1 x .9 does not count."""
    rows = [(n, s, y, v) for y in range(2015, 2024) for n, s, v in (
        ("trade_usd", "KAZ>RUS", 150.0), ("trade_usd", "RUS>KAZ", 150.0), ("trade_usd", "CHN>KAZ", 5.0), ("trade_usd", "KAZ>CHN", 5.0),
        ("gdp_usd", "KAZ", 100.0), ("gdp_usd", "RUS", 1000.0), ("gdp_usd", "CHN", 1000.0))]  # fmt: skip
    found = dataclasses.replace(sure({("KAZ", "TUR", "aid"): 1.0}, partners=("KAZ",)), measures=numbers(*rows))
    assert value(found, "I11", "KAZ") == pytest.approx(0.9)


def test_the_last_quarter_of_the_past_is_the_rate_of_today(picture: Picture) -> None:
    found = evidence_of(picture)
    for instrument in TIES:
        assert found.past("KAZ", "TUR", instrument)[-1] == pytest.approx(
            found.rate("bilateral", "KAZ", "TUR", instrument), rel=1e-9
        )


def test_evidence_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        register().as_of = AS_OF  # type: ignore[misc]
