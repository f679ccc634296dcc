"""Every indicator: a card, evidence that is all it rests on, no look into the future, and numbers worked by hand."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from comity import sources, ties
from comity.flow import Picture
from comity.indicators import Evidence, catalogue, measure_all
from comity.indicators.rival_supply import effective
from comity.tables import ACT, COVERAGE, MEASURE, NOT_COVERED, OBSERVED, STATES, TIE, WORLD, Roles
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


def test_the_last_quarter_of_the_past_is_the_rate_of_today(picture: Picture) -> None:
    found = evidence_of(picture)
    for instrument in TIES:
        assert found.past("KAZ", "TUR", instrument)[-1] == pytest.approx(
            found.rate("bilateral", "KAZ", "TUR", instrument), rel=1e-9
        )


def test_evidence_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        register().as_of = AS_OF  # type: ignore[misc]
