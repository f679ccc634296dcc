"""Indicators beside trade, talks, quarrels, signatures and words: numbers worked by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.special import gammaincinv

from comity import flow, ties
from comity.cases import Case
from comity.indicators import Evidence, Reading, bureaucracy, catalogue
from comity.indicators.composite import ONE_FACTOR, holders, omega
from comity.indicators.durations import (
    CENSORED,
    FOLLOWED,
    OTHERWISE,
    Spell,
    by,
    curves,
    incidence,
    median,
    medians,
    waits,
)
from comity.indicators.evidence import VAGUE, Point, carried, frequency
from comity.lake import Lake
from comity.tables import ACT, COVERAGE, MEASURE, NONE_REPORTED, NOT_COVERED, OBSERVED, WORLD, Roles
from comity.ties import shuffled
from comity.vocabulary import INSTRUMENTS

ROLES = Roles("TUR", ("KAZ", "UZB"), rivals=("RUS", "CHN"), east=("RUS",), west=("USA",))
AS_OF = date(2024, 12, 31)
DAY = timedelta(days=1)


def act(day: date, instrument: str, by: str, to: str, **columns: object) -> dict[str, object]:
    name = f"{day}{instrument}{by}{to}{sorted(columns.items())}"
    return {"act": name, "date_from": day, "date_to": day, "known": day, "actors": [by], "recipients": to.split(";"),
            "instrument": instrument, "stage": "executed", "polarity": 1, "modality": "actual", "belief": 1.0,
            "text": "", "reports": [name], "publishers": ["p"], **columns}  # fmt: skip


def number(name: str, subject: str, year: int, value: float) -> dict[str, object]:
    return {"measure": f"{name}{subject}{year}", "subject": subject, "name": name, "date": date(year, 12, 31),
            "value": value, "known": date(year + 1, 6, 1), "vintage": None, "source": "s", "raw": "r"}  # fmt: skip


def evidence(acts: Iterable[dict[str, object]] = (), numbers: Iterable[dict[str, object]] = ()) -> Evidence:
    """Acts and numbers, everything watched whole since 2000."""
    coverage = COVERAGE.frame([
        {"source": "s", "a": WORLD, "b": WORLD, "instrument": k, "date_from": date(2000, 1, 1), "date_to": AS_OF,
         "detection": 1.0, "known": date(2000, 1, 1), "basis": "", "raw": "r"} for k in INSTRUMENTS
    ])  # fmt: skip
    pairs = frozenset((min(a, b), max(a, b)) for a in ROLES.held for b in (*ROLES.patrons, *ROLES.held) if a != b)
    table = ACT.frame(list(acts))
    return Evidence(
        ROLES, AS_OF, table, ties.weave(table, coverage, AS_OF, pairs), coverage, MEASURE.frame(list(numbers))
    )


def reading(found: Evidence, id: str, subject: str) -> Reading:
    return next(r for r in catalogue()[id].read(found) if r.subject == subject)


# Waiting times.


def test_half_of_four_waits_are_over_when_the_second_ends() -> None:
    curve = incidence(np.array([10.0, 20.0, 30.0, 40.0]), np.full(4, FOLLOWED), np.ones(4))
    assert median(curve) == 20
    assert by(25, curve) == pytest.approx(0.5)
    assert by(5, curve) == 0


def test_a_wait_that_is_still_open_counts_until_it_was_last_watched() -> None:
    # At 20 two of three are at risk, one ends: F = 1/4 + 3/4 x 1/2 = .625 (the one censored at 15 has left).
    days, ends = np.array([10.0, 15.0, 20.0, 40.0]), np.array([FOLLOWED, CENSORED, FOLLOWED, FOLLOWED])
    assert by(20, incidence(days, ends, np.ones(4))) == pytest.approx(0.625)


def test_who_was_watched_to_the_day_of_an_end_was_at_risk_of_it() -> None:
    days, ends = np.array([10.0, 10.0]), np.array([CENSORED, FOLLOWED])
    assert by(10, incidence(days, ends, np.ones(2))) == pytest.approx(0.5)


def test_what_ended_otherwise_is_never_followed() -> None:
    # S before 20 is 3/4 whatever the first end was; F(20) = 3/4 x 1/3 = 1/4, and F at the end is 3/4.
    days, ends = np.array([10.0, 20.0, 30.0, 40.0]), np.array([OTHERWISE, FOLLOWED, FOLLOWED, FOLLOWED])
    curve = incidence(days, ends, np.ones(4))
    assert by(20, curve) == pytest.approx(0.25)
    assert by(1e9, curve) == pytest.approx(0.75)


def test_a_month_known_only_as_a_month_gives_waits_within_it() -> None:
    start, month = date(2020, 1, 31).toordinal(), (date(2020, 3, 1).toordinal(), date(2020, 3, 31).toordinal())
    days, ends, _ = waits([Spell((start, start), [month], [], AS_OF.toordinal())], "key")
    assert (ends == FOLLOWED).all()
    assert days.min() >= 30
    assert days.max() <= 60
    assert len(np.unique(days)) > 10


def test_what_follows_on_the_day_itself_follows_and_days_are_drawn_to_the_last_of_their_month() -> None:
    day, month = date(2020, 3, 1).toordinal(), (date(2020, 3, 1).toordinal(), date(2020, 3, 31).toordinal())
    same, ends, _ = waits([Spell((day, day), [(day, day)], [], AS_OF.toordinal())], "key")
    assert (same == 0).all()
    assert (ends == FOLLOWED).all()
    within, _, _ = waits([Spell((day, day), [month], [], AS_OF.toordinal())], "key")
    assert (within.min(), within.max()) == (0, 30)


def test_a_share_is_as_unsure_as_the_bootstrap_of_its_spells() -> None:
    """Five of ten followed at once: Rubin's bootstrap has the standard deviation sqrt(.5 x .5 / 11)."""
    day, end = date(2020, 3, 1).toordinal(), AS_OF.toordinal()
    spells = [Spell((day, day), [(day, day)] if i < 5 else [], [], end) for i in range(10)]
    shares = [by(100, curve) for curve in curves(spells, "key")]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)
    assert np.std(shares) == pytest.approx((0.25 / 11) ** 0.5, rel=0.15)


def test_a_median_that_more_than_one_draw_in_twenty_lacks_is_none() -> None:
    done, never = (np.array([7.0]), np.array([0.5])), (np.array([7.0]), np.array([0.4]))
    found = medians([done] * 95 + [never] * 5)
    assert found is not None
    assert found.tolist() == [7.0] * 95
    assert medians([done] * 94 + [never] * 6) is None


# Signatures and what followed.


def signed(year: int, lag: int | None, partner: str = "KAZ") -> list[dict[str, object]]:
    day = date(year, 1, 1)
    deal = act(day, "agreement", "TUR", partner, stage="signed")
    return [deal] if lag is None else [deal, act(day + lag * DAY, "exercise", "TUR", partner)]


def test_the_lag_is_the_median_of_the_waits_and_conversion_the_share_carried_out_in_time() -> None:
    found = evidence([a for year in range(2004, 2024, 2) for a in signed(year, 90)])
    assert reading(found, "I7", "KAZ-TUR").value == pytest.approx(90 / 30.4375, abs=0.1)
    assert reading(found, "I7", "KAZ-TUR:conversion").value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("deal", "later", "done", "off"),
    [
        ({"instrument": "training"}, {"instrument": "training"}, 1, 0),
        ({"instrument": "training"}, {"instrument": "exercise"}, 0, 0),  # another kind carries it not out
        ({"instrument": "agreement"}, {"instrument": "exercise"}, 1, 0),
        ({"instrument": "agreement"}, {"instrument": "dialogue"}, 0, 0),  # nor does talk
        ({"instrument": "arms"}, {"instrument": "arms", "stage": "delivered"}, 1, 0),
        ({"instrument": "arms"}, {"instrument": "arms", "stage": "cancelled", "polarity": -1}, 0, 1),
        ({"instrument": "arms"}, {"instrument": "arms", "stage": "announced"}, 0, 0),
        ({"instrument": "arms"}, {"instrument": "arms", "polarity": -1}, 0, 0),
    ],
)
def test_what_carries_a_signature_out_or_off_is_a_later_act_of_its_kind(deal: dict[str, object], later: dict[str, object], done: int, off: int) -> None:  # fmt: skip
    one = act(date(2020, 1, 1), "x", "TUR", "KAZ", stage="signed") | deal | {"act": "deal"}
    other = act(date(2020, 5, 1), "x", "TUR", "KAZ") | later | {"act": "later"}
    ((spell, used),) = bureaucracy.signed([one, other], AS_OF.toordinal())
    assert (len(spell.followed), len(spell.otherwise)) == (done, off)
    assert used == ["deal", *(["later"] if done or off else [])]


def test_conversion_counts_what_came_within_two_years() -> None:
    """Six signatures, four years apart: three carried out after 700 days, three after 760."""
    found = evidence([a for n in range(6) for a in signed(2001 + 4 * n, 760 if n % 2 else 700)])
    assert reading(found, "I7", "KAZ-TUR:conversion").value == pytest.approx(0.5, abs=0.06)


def test_a_partner_with_few_signatures_speaks_with_the_voice_of_all() -> None:
    found = evidence([a for year in range(2004, 2024, 2) for a in signed(year, 90)] + signed(2010, 30, "UZB"))
    assert "pooled" in (reading(found, "I7", "TUR-UZB").note or "")


def test_deals_of_which_fewer_than_half_were_carried_out_have_no_median() -> None:
    quiet = [a for year in range(2004, 2024, 2) for a in signed(year, None)]
    found = reading(evidence(quiet), "I7", "KAZ-TUR")
    assert (found.value, found.state) == (None, NOT_COVERED)
    assert reading(evidence(quiet), "I7", "KAZ-TUR:conversion").value == pytest.approx(0.0)


def test_partners_that_differ_show_a_disparity() -> None:
    kaz = [a for year in range(2004, 2024) for a in signed(year, 30)]
    uzb = [a for year in range(2004, 2024) for a in signed(year, None, "UZB")]
    both = reading(evidence([*kaz, *uzb]), "I7", "TUR:disparity")
    same = reading(
        evidence([*kaz, *(a for y in range(2004, 2024) for a in signed(y, 30, "UZB"))]), "I7", "TUR:disparity"
    )
    # All twenty of the one and none of the other, each drawn to the half of all by five: 22.5 / 25 - 2.5 / 25.
    assert both.value == pytest.approx(0.8, abs=0.01)
    assert same.value < 0.05  # type: ignore[operator]


# Quarrels.


def test_the_wait_after_quarrels_is_counted_in_days() -> None:
    rows = []
    for year in range(2004, 2024, 2):
        rows += [act(date(year, 1, 1), "coercion", "TUR", "KAZ", polarity=-1)]
        rows += [act(date(year, 2, 10), "dialogue", "KAZ", "TUR")]
    assert reading(evidence(rows), "I13", "KAZ-TUR").value == pytest.approx(40)


def test_meetings_that_one_side_seeks_are_not_mutual() -> None:
    days = [date(2020, 1, 1) + 30 * DAY * i for i in range(40)]
    lone = evidence(act(d, "dialogue", "TUR", "KAZ") for d in days)
    turns = evidence(act(d, "dialogue", *(("TUR", "KAZ") if i % 2 else ("KAZ", "TUR"))) for i, d in enumerate(days))
    assert reading(lone, "I13", "KAZ-TUR:reciprocity").value < 0.1  # type: ignore[operator]
    assert reading(turns, "I13", "KAZ-TUR:reciprocity").value > 0.8  # type: ignore[operator]


# Trade.

GDP = {"KAZ": 200.0, "RUS": 2000.0, "CHN": 10000.0, "TUR": 800.0}


def trade(last: int) -> list[dict[str, object]]:
    rows = [number("gdp_usd", s, y, v) for s, v in GDP.items() for y in range(last - 9, last + 1)]
    worth = {"RUS": 30.0, "CHN": 10.0, "TUR": 2.0}
    for year in range(last - 9, last + 1):
        for other, half in worth.items():
            rows += [number("trade_usd", f"KAZ>{other}", year, half), number("trade_usd", f"{other}>KAZ", year, half)]
    return rows


def test_exposure_is_trade_over_gdp_where_the_other_would_hardly_feel_it() -> None:
    # With Russia 60 / 200 x (1 - 200 / 2000) = .27; with China 20 / 200 x (1 - .02) = .098.
    found = reading(evidence(numbers=trade(2023)), "I11", "KAZ")
    assert found.value == pytest.approx(0.27, rel=0.02)
    assert found.low < 0.25  # type: ignore[operator]
    assert found.high > 0.29  # type: ignore[operator]


def test_the_cushion_is_the_smaller_dependence() -> None:
    # 4 / 200 = .02 for Kazakhstan, 4 / 800 = .005 for Türkiye.
    assert reading(evidence(numbers=trade(2023)), "I14", "KAZ-TUR").value == pytest.approx(0.005, rel=0.05)
    assert reading(evidence(numbers=trade(2023)), "I14", "KAZ-TUR:trend").value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("id", "subject"), [("I11", "KAZ"), ("I14", "KAZ-TUR"), ("I14", "KAZ-TUR:trend")])
def test_trade_is_not_carried_beyond_its_horizon(id: str, subject: str) -> None:
    assert reading(evidence(numbers=trade(2021)), id, subject).state == OBSERVED
    assert reading(evidence(numbers=trade(2020)), id, subject).state == NOT_COVERED


def test_a_rival_whose_output_is_too_old_to_carry_forward_is_not_measured() -> None:
    """Without Russia's GDP since 2012 the exposure is that to China, 20 / 200 x (1 - .02) = .098, and says so."""
    numbers = [n for n in trade(2023) if n["subject"] != "RUS"] + [number("gdp_usd", "RUS", 2012, 2000.0)]
    found = reading(evidence(numbers=numbers), "I11", "KAZ")
    assert found.value == pytest.approx(0.098, rel=0.02)
    assert "RUS" not in (found.note or "")


def test_years_that_were_watched_and_show_nothing_are_none_reported() -> None:
    """The rate is 0.5 / 5 on average: nothing seen in five years is not a rate of nought, and no observation either."""
    silent = reading(evidence(), "I11", "KAZ:measures")
    assert silent.state == NONE_REPORTED
    assert (silent.low or 0) < 0.1 < (silent.high or 0)
    assert (
        reading(evidence([act(date(2022, 1, 1), "coercion", "RUS", "KAZ", polarity=-1)]), "I11", "KAZ:measures").state
        == OBSERVED
    )


def test_a_gap_names_the_file_that_would_fill_it() -> None:
    old = reading(evidence(numbers=trade(2020)), "I11", "KAZ").note
    assert (
        old == "trade ends with 2020 (give yearly totals of UN Comtrade), GDP ends with 2020 (comity update fetches it)"
    )
    assert "trade was never read" in (reading(evidence(), "I14", "KAZ-TUR").note or "")
    other = [{**row, "name": "trade_usd_current"} if row["name"] == "trade_usd" else row for row in trade(2023)]
    assert "same dollars" in (reading(evidence(numbers=other), "I14", "KAZ-TUR").note or "")


def test_files_of_comtrade_and_the_world_bank_give_exposure_and_cushion_of_late_years(
    case: Case, tmp_path: Path
) -> None:
    """Invented numbers in the publishers' layouts; Kazakhstan and Türkiye trade 1 + 2 of 300 and 900 in 2024: 3 / 900 counts."""
    years = range(2018, 2025)
    folder, bn = tmp_path / "given", 10**9
    folder.mkdir()
    lines = ["freqCode,refYear,reporterISO,flowCode,partnerISO,partner2ISO,cmdCode,customsCode,motCode,primaryValue"]
    for year in years:
        for buyer, seller, worth in (("KAZ", "TUR", 1), ("TUR", "KAZ", 2), ("KAZ", "RUS", 20), ("RUS", "KAZ", 10)):
            lines.append(f"A,{year},{buyer},M,{seller},W00,TOTAL,C00,0,{worth * bn}")
    (folder / "comtrade.csv").write_text("\n".join(lines) + "\n", "utf-8")
    head = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", "2000", *map(str, years)]
    gdps = {"KAZ": 300, "TUR": 900, "RUS": 2000}
    rows = [
        [code, code, "GDP (current US$)", "NY.GDP.MKTP.CD", "", *[str(n * bn)] * len(years)] for code, n in gdps.items()
    ]
    (folder / "bank.csv").write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n", "utf-8")
    lake = Lake(tmp_path / "lake")
    done = flow.update(case, lake, date(2026, 3, 1), folder)
    assert not done.failures
    assert not done.unread
    found = {
        (r["indicator"], r["subject"]): r
        for r in flow.picture(case, lake, date(2026, 3, 1)).readings.iter_rows(named=True)
    }
    assert found["I14", "KAZ-TUR"]["value"] == pytest.approx(3 / 900, rel=0.1)
    assert found["I11", "KAZ"]["value"] == pytest.approx(30 / 300 * (1 - 300 / 2000), rel=0.1)
    assert found["I14", "KAZ-TUR:trend"]["state"] == OBSERVED
    assert found["I14", "TUR-UZB"]["state"] == NOT_COVERED


def test_sanctions_that_were_lifted_are_no_measures() -> None:
    day = date(2022, 1, 1)
    on = evidence([act(day, "coercion", "RUS", "KAZ", polarity=-1)])
    off = evidence([act(day, "coercion", "RUS", "KAZ", polarity=-1, stage="ended")])
    assert reading(on, "I11", "KAZ:measures").used
    assert not reading(off, "I11", "KAZ:measures").used


# The rest.


def test_five_quarters_of_silence_towards_the_patron_are_isolation() -> None:
    def visits(until: dict[str, date]) -> list[dict[str, object]]:
        days = [date(2012, 1, 15) + 30 * DAY * i for i in range(158)]
        return [act(d, "dialogue", p, "KAZ") for d in days for p in ("TUR", "RUS", "CHN") if d <= until.get(p, AS_OF)]

    steady = reading(evidence(visits({})), "I12", "KAZ-TUR").value
    shunned = reading(evidence(visits({"TUR": date(2021, 1, 1)})), "I12", "KAZ-TUR").value
    assert abs(steady) < 0.1  # type: ignore[arg-type]
    assert shunned > 0.25  # talks are remembered long: half after six years  # type: ignore[operator]


def test_what_fewer_than_thirty_items_a_quarter_say_is_not_measured() -> None:
    days = [date(2024, 1, 10) + 2 * DAY * i for i in range(150)]
    loud = [act(d, "disinformation", "RUS", "KAZ", polarity=-1) for d in days]
    loud += [act(d, "disinformation", "CHN", "KAZ", polarity=-1) for d in days]
    kind = [act(d, "communication", "RUS", "KGZ") for d in days]
    found = reading(evidence([*loud, *kind]), "I8", "KAZ")
    assert found.value == pytest.approx(1.0, abs=0.02)
    assert reading(evidence([*loud, *kind]), "I8", "KAZ:synchrony").state == OBSERVED
    assert reading(evidence(loud[:50]), "I8", "KAZ").state == NOT_COVERED


def test_the_patrons_share_of_cultural_acts_needs_a_rival_that_was_watched() -> None:
    days = [date(2015, 1, 1) + 60 * DAY * i for i in range(50)]
    even = evidence(act(d, "culture", p, "KAZ") for d in days for p in ("TUR", "RUS", "CHN"))
    assert reading(even, "I10", "KAZ:culture").value == pytest.approx(1 / 3, abs=0.02)
    assert reading(even, "I10", "KAZ").state == NOT_COVERED  # one component of three
    assert reading(even, "I10", "KAZ-TUR:identity").value == 1.0


def test_three_components_make_a_soft_power_position() -> None:
    hosted = [
        number("students_to", f"KAZ>{p}", y, n) for y in range(2018, 2024) for p, n in (("TUR", 10.0), ("RUS", 90.0))
    ]
    votes = [number("ideal_point", s, 2023, x) for s, x in (("KAZ", 0.0), ("TUR", 0.0), ("RUS", -1.0), ("CHN", -1.0))]
    days = [date(2015, 1, 1) + 60 * DAY * i for i in range(50)]
    acts = [act(d, "culture", p, "KAZ") for d in days for p in ("TUR", "RUS", "CHN")]
    found = reading(evidence(acts, [*hosted, *votes]), "I10", "KAZ")
    assert found.state == OBSERVED
    alike = 1 / (1 + 2 * np.exp(-1))  # as close as can be, beside two that are one point away
    assert found.value == pytest.approx((1 / 3 + 0.1 + alike) / 3, abs=0.02)


def test_soft_power_of_which_nothing_is_on_record_is_no_component() -> None:
    votes = [number("ideal_point", s, 2023, 0.0) for s in ("KAZ", "TUR", "RUS", "CHN")]
    found = reading(evidence(numbers=votes), "I10", "KAZ")
    assert (found.state, found.value) == (NOT_COVERED, None)
    assert reading(evidence(), "I10", "KAZ:culture").state == NOT_COVERED


def cases(counts: dict[str, list[float]], last: date = AS_OF) -> list[dict[str, object]]:
    """Cases of disinformation by quarter, the newest last."""
    rows = []
    for subject, values in counts.items():
        for i, value in enumerate(reversed(values)):
            months = last.year * 12 + last.month - 3 * i
            day = date(months // 12, months % 12 + 1, 1) - DAY
            rows.append({**number("disinformation_cases", subject, 2000, value), "date": day, "known": day, "measure": f"{subject}{day}"})  # fmt: skip
    return rows


def test_a_state_that_more_of_all_cases_name_than_before_is_under_pressure() -> None:
    """80 of 400 cases in the last four quarters name it, 80 of 800 in the eight before: + .1."""
    counts = {"*": [100.0] * 12, "RUS>KAZ": [10.0] * 8 + [20.0] * 4, "RUS>TUR": [10.0] * 12}
    found = reading(evidence(numbers=cases(counts)), "I8", "KAZ:cases")
    assert (found.state, found.value) == (OBSERVED, pytest.approx(0.1, abs=0.005))
    assert reading(evidence(numbers=cases(counts)), "I8", "TUR:cases").value == pytest.approx(0, abs=0.005)
    uzb = reading(evidence(numbers=cases(counts)), "I8", "UZB:cases")  # looked at, and none found
    assert uzb.value == pytest.approx(0, abs=0.005)


def test_cases_that_ended_more_than_a_year_ago_say_nothing_of_today() -> None:
    old = cases({"*": [100.0] * 12, "RUS>KAZ": [10.0] * 12}, date(2023, 9, 30))
    assert reading(evidence(numbers=old), "I8", "KAZ:cases").state == NOT_COVERED
    short = cases({"*": [100.0] * 6, "RUS>KAZ": [10.0] * 6})
    assert reading(evidence(numbers=short), "I8", "KAZ:cases").state == NOT_COVERED


def test_a_list_of_the_patrons_own_stories_says_nothing_of_what_rivals_say() -> None:
    numbers = MEASURE.frame(cases({"*": [100.0] * 12, "RUS>KAZ": [10.0] * 8 + [20.0] * 4}))
    mirrored = Roles("RUS", ROLES.held, rivals=("TUR", "CHN"))
    found = reading(dataclasses.replace(evidence(), roles=mirrored, measures=numbers), "I8", "KAZ:cases")
    assert (found.state, found.value) == (NOT_COVERED, None)
    assert "stories of RUS, who is no rival here" in str(found.note)


def test_common_equipment_and_a_plant_close_the_gap() -> None:
    rows = [number("tiv_delivered", "TUR>KAZ", 2020, 1400.0)]
    plant = [act(date(2020, 1, 1), "industry", "TUR", "KAZ")]
    closed = reading(evidence(plant, rows), "I5", "KAZ-TUR")
    wide = reading(evidence(plant, [number("tiv_delivered", "RUS>KAZ", 2020, 1400.0)]), "I5", "KAZ-TUR")
    assert closed.value == 0
    assert (wide.low, wide.value, wide.high) == (0, 0.5, 1)  # from the one component to the other
    assert reading(evidence(plant), "I5", "KAZ-TUR").state == NOT_COVERED


def test_trust_is_never_said_to_be_surer_than_half_to_twice() -> None:
    days = [date(2004, 1, 1) + 10 * DAY * i for i in range(760)]
    found = reading(evidence(act(d, "training", "TUR", "KAZ") for d in days), "I15", "KAZ-TUR")
    assert found.low <= found.value / 2  # type: ignore[operator]
    assert found.high >= found.value * 2  # type: ignore[operator]


def test_an_agreement_on_classified_information_fades_slowly() -> None:
    deal = act(
        date(2014, 12, 31),
        "agreement",
        "TUR",
        "KAZ",
        stage="signed",
        text="They agreed on the protection of classified information.",
    )
    found = reading(evidence([deal]), "I15", "KAZ-TUR:secrecy")
    assert 0.88 < found.value < 0.96  # type: ignore[operator]  # exp(-.0052 x 10) = .95, and less where endings went unrecorded
    assert reading(evidence(), "I15", "KAZ-TUR:secrecy").state == NONE_REPORTED


def test_clashes_count_whoever_is_named_first_and_shifts_only_the_partners_own() -> None:
    fights = [
        act(date(2022, 1, 1) + 90 * DAY * i, "frictions", *p, polarity=-1)
        for i, p in enumerate([("KAZ", "UZB"), ("UZB", "KAZ")])
    ]
    assert len(reading(evidence(fights), "I16", "KAZ:clashes").used) == 2
    shift = [act(date(2022, 1, 1), "alliance_shift", "RUS", "KAZ", polarity=-1)]
    assert not reading(evidence(shift), "I16", "KAZ:shifts").used


def test_clashes_that_nobody_watched_are_counted_on_the_list_of_disputes_while_it_is_new() -> None:
    listed = [number("mid_onset", WORLD, year, 20.0) for year in range(2010, 2024)]
    begun = [number("mid_onset", "KAZ>UZB", year, 1.0) for year in (2015, 2019, 2022)]  # the last years: 2019 to 2023
    dark = dataclasses.replace(evidence((), listed + begun), coverage=COVERAGE.empty())
    found = reading(dark, "I16", "KAZ:clashes")
    # Of Gamma(2.5) / 5, from the quantiles of chi-squared with five degrees of freedom; 200 draws leave the tails a little short.
    assert (found.low, found.value, found.high) == pytest.approx((0.1145, 0.4351, 1.1071), rel=0.03)
    assert len(found.used) == 7
    assert found.note == "2 militarised disputes begun 2019-2023; reports were too few"
    assert (
        reading(evidence((), listed + begun), "I16", "KAZ:clashes").note == "0 on record in 5 years"
    )  # watched: acts count
    old = dataclasses.replace(evidence((), listed[:-3] + begun[:-1]), coverage=COVERAGE.empty())
    assert reading(old, "I16", "KAZ:clashes").state == NOT_COVERED
    assert "ends in 2020" in (reading(old, "I16", "KAZ:clashes").note or "")


def test_a_net_is_seen_by_the_instrument_that_was_watched_among_partners_where_others_were_not() -> None:
    """Every pair's arms are watched, of the rest only the patron's: all ties together have no value, arms have."""
    arms = [row for row in evidence().coverage.iter_rows(named=True) if row["instrument"] == "arms"]
    rest = [{**row, "a": "TUR", "b": p} for row in evidence().coverage.iter_rows(named=True) for p in ROLES.partners]
    coverage = COVERAGE.frame([*arms, *rest])
    sales = [act(date(year, 5, 1), "arms", "KAZ", "UZB") for year in range(2015, 2025)]
    pairs = [("KAZ", "TUR"), ("TUR", "UZB"), ("KAZ", "UZB")]

    def nets(acts: list[dict[str, object]]) -> dict[str, Reading]:
        table = ACT.frame(acts)
        woven = ties.weave(table, coverage, AS_OF, pairs)
        found = Evidence(ROLES, AS_OF, table, woven, coverage, MEASURE.empty())
        return {r.subject: r for r in catalogue()["I4"].read(found)}

    mesh, star = nets(sales), nets([act(date(2020, 5, 1), "arms", "TUR", "KAZ;UZB")])
    assert set(mesh) == {"TUR", "TUR:arms"}
    assert (mesh["TUR"].state, mesh["TUR:arms"].state) == (NOT_COVERED, OBSERVED)
    assert mesh["TUR:arms"].value > 0.6  # type: ignore[operator]
    assert star["TUR:arms"].value < 0.3  # type: ignore[operator]
    assert mesh["TUR:arms"].low <= mesh["TUR:arms"].value <= mesh["TUR:arms"].high  # type: ignore[operator]


def test_conflicts_are_counted_on_a_list_and_silence_without_one_is_no_peace() -> None:
    listed = [number("internal_conflict", WORLD, year, 30.0) for year in range(2010, 2024)]
    fought = [
        number(name, who, year, 1.0)
        for name, who, year in (
            ("interstate_conflict", "KAZ>RUS", 2012),
            ("interstate_conflict", "KAZ>RUS", 2021),
            ("internal_conflict", "KAZ", 2021),
            ("internal_conflict", "KAZ", 2022),
        )
    ]
    found = reading(evidence((), listed + fought), "I16", "KAZ:conflicts")
    assert found.note == "2 of 10 years, 1 of them with another state"  # 2014 to 2023: that of 2012 is older
    bounds = (0.0607, 0.2104, 0.4492)  # of Beta(2.5, 8.5), as scipy.stats gives them
    assert (found.low, found.value, found.high) == pytest.approx(bounds, abs=0.003)
    assert len(found.used) == 13
    assert reading(evidence((), listed + fought), "I16", "UZB:conflicts").note.startswith("0 of 10")
    assert reading(evidence((), listed[:-3]), "I16", "KAZ:conflicts").state == NOT_COVERED
    assert reading(evidence(), "I16", "KAZ:conflicts").state == NOT_COVERED


def test_every_reading_says_how_new_it_is(picture) -> None:  # type: ignore[no-untyped-def]
    rows = picture.readings.filter(pl.col("used").list.len() > 0)
    assert rows["newest"].null_count() == 0
    assert rows["newest"].max() <= picture.as_of


# One number.


def one_factor(noise: float) -> Evidence:
    """Twenty-four pairs whose instruments rise together, or at random."""
    rng = np.random.default_rng(3)
    everybody = [f"{a}{b}X" for a in "ABCD" for b in "ABCD"]
    rows = []
    for i, (a, b) in enumerate([(a, b) for a in everybody[:4] for b in everybody[4:10]]):
        for k in ties.TIES:
            n = int(rng.integers(1, 25)) if rng.random() < noise else i + 1
            rows += [act(date(2024, 1, 1) + 12 * DAY * j, k, a, b) for j in range(n)]
    table = ACT.frame(rows)
    coverage = evidence().coverage
    woven = ties.weave(table, coverage, AS_OF)
    return Evidence(ROLES, AS_OF, table, woven, coverage, MEASURE.empty())


def test_instruments_that_rise_together_are_one_factor_and_others_are_not() -> None:
    assert omega(one_factor(0.0)) > 0.95  # type: ignore[operator]
    assert omega(one_factor(1.0)) < ONE_FACTOR  # type: ignore[operator]
    assert omega(evidence()) is None


def test_a_patron_that_was_watched_half_as_well_is_not_ranked() -> None:
    whole = evidence(act(date(2024, 1, 1) + 9 * DAY * i, "exercise", "TUR", "KAZ") for i in range(40))
    assert holders(whole, "KAZ")[0].patron == "TUR"
    assert sum(h.first for h in holders(whole, "KAZ")) == pytest.approx(1)
    blind = whole.coverage.with_columns(a=pl.lit("KAZ"), b=pl.lit("TUR"))
    pairs = frozenset({("KAZ", "TUR"), ("KAZ", "RUS"), ("CHN", "KAZ")})
    lone = Evidence(ROLES, AS_OF, whole.acts, ties.weave(whole.acts, blind, AS_OF, pairs), blind, MEASURE.empty())
    assert [h.patron for h in holders(lone, "KAZ")] == ["TUR"]


def test_weights_of_the_case_move_the_one_number_towards_their_instrument() -> None:
    whole = evidence(act(date(2024, 1, 1) + 9 * DAY * i, "exercise", "TUR", "KAZ") for i in range(40))
    heavy = dataclasses.replace(whole, weights={"exercise": 9.0})
    assert np.median(heavy.composite("TUR", "KAZ")) > 2 * np.median(whole.composite("TUR", "KAZ"))


def test_the_one_number_is_as_unsure_as_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts of one instrument alone: what is unsure is mostly how much that instrument should weigh."""
    acts = [act(date(2024, 1, 1) + 9 * DAY * i, "exercise", "TUR", "KAZ") for i in range(40)]
    unsure = evidence(acts).composite("TUR", "KAZ")
    monkeypatch.setattr("comity.indicators.evidence.INSTRUMENT_WEIGHT", 1e9)
    sure = evidence(acts).composite("TUR", "KAZ")
    assert np.std(unsure) > 1.2 * np.std(sure)
    assert np.mean(unsure) == pytest.approx(np.mean(sure), rel=0.1)


def test_a_number_carried_twice_as_far_is_unsure_by_the_root_of_it() -> None:
    points = [Point(2012 + i, 100.0 * 2 ** (i % 2), f"m{i}") for i in range(8)]  # to 2019; doubled or halved each year
    near, far = (np.log(carried(points, date(year, 12, 31)) / points[-1].value) for year in (2021, 2024))
    assert far == pytest.approx(2 * near)  # four years behind the last whole one, and one
    assert np.std(near) == pytest.approx(np.std(np.diff(np.log([p.value for p in points]))), rel=0.05)


# How often: acts and years are counted in the same months.


def test_only_acts_of_watched_months_say_how_often_they_happen() -> None:
    """Looked for from 2020 on: of three acts the one of 2017 was found by the way, of that of 2019 or 2020 half counts."""
    acts = [
        act(date(2017, 5, 2), "coercion", "RUS", "KAZ"),
        act(date(2022, 5, 2), "coercion", "RUS", "KAZ", belief=0.8),
        {**act(date(2019, 7, 1), "coercion", "RUS", "KAZ"), "date_to": date(2020, 6, 30)},
    ]
    found = evidence(acts)
    late = dataclasses.replace(found, coverage=found.coverage.with_columns(date_from=pl.lit(date(2020, 1, 1))))
    rate = frequency(late, "coercion", ["RUS"], ["KAZ"], 10, "x")
    assert rate.drawn is not None
    assert (rate.seen, rate.used) == (2, sorted(a["act"] for a in acts[1:]))
    assert rate.coverage == pytest.approx(0.5, abs=0.001)
    assert rate.drawn == pytest.approx(gammaincinv(VAGUE + 0.8 + 0.5, shuffled("x")) / (10 * rate.coverage))


def test_an_act_of_the_first_month_looked_at_counts_and_one_before_it_does_not() -> None:
    """Ten years to the end of 2024 begin in January 2015."""
    days = (date(2014, 12, 31), date(2015, 1, 1), date(2024, 12, 31))
    found = evidence(act(day, "coercion", "RUS", "KAZ") for day in days)
    assert frequency(found, "coercion", ["RUS"], ["KAZ"], 10, "x").seen == 2


def test_an_act_counts_where_one_of_its_own_pairs_was_watched() -> None:
    """Somebody who watched Uzbekistan alone found the act of Kazakhstan by the way."""
    found = evidence([act(date(2022, 5, 2), "coercion", "RUS", "KAZ"), act(date(2022, 5, 3), "coercion", "RUS", "UZB")])
    watched = found.coverage.with_columns(a=pl.lit("RUS"), b=pl.lit("UZB"))
    rate = frequency(dataclasses.replace(found, coverage=watched), "coercion", ["RUS"], ["UZB", "KAZ"], 10, "x")
    assert rate.used == [found.acts.filter(pl.col("recipients").list.contains("UZB"))["act"][0]]
