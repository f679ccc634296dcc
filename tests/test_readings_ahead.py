"""Readings ahead: fans and scores worked by hand, histories of what was known then, and a verdict wherever a fan stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from comity import flow, history, pages, terminal, verdicts
from comity.cases import Case
from comity.errors import NotFound, StoreError
from comity.flow import Picture
from comity.indicators import catalogue
from comity.indicators.card import AMOUNT, NUMBER, SHARE, SIGNED
from comity.lake import Lake
from comity.pages import Query
from comity.pages.worth import summed, worth
from comity.tables import HISTORY, NOT_COVERED, OBSERVED
from comity.watch import readings as ahead
from comity.watch.readings import HORIZONS, LAST, MODEL, OWN, WAYS, Kind, Points, crps, quantiles
from comity.watch.worth import Gain, Past

AS_OF = date(2026, 6, 30)
ENDS = (-math.inf, math.inf)
QUARTERS = [date(2016 + q // 4, 3 * (q % 4) + 3, 28) for q in range(40)]


def told(series: dict[tuple[str, str], Sequence[float | None]]) -> pl.DataFrame:
    """A history with these values, the last of which is that of the last quarter."""
    rows = [
        {"indicator": id, "subject": subject, "date": QUARTERS[len(QUARTERS) - len(values) + n], "value": value, "state": OBSERVED if value is not None else NOT_COVERED}
        for (id, subject), values in series.items()
        for n, value in enumerate(values)
    ]  # fmt: skip
    return HISTORY.frame(rows)


def today(series: dict[tuple[str, str], float | None], note: str | None = None) -> pl.DataFrame:
    rows = [
        {"indicator": id, "subject": s, "value": v, "state": OBSERVED if v is not None else NOT_COVERED, "note": note}
        for (id, s), v in series.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"value": pl.Float64, "note": pl.String})


TREND, OTHER = ("I14", "KAZ-TUR:trend"), ("I14", "KGZ-TUR:trend")  # of no range: values are their own scale


def test_the_scale_is_a_root_and_an_arcsine_and_gives_back_what_it_took_inside_the_range() -> None:
    assert ahead.scaled(np.array([4.0, 5.0]), AMOUNT) == pytest.approx([2, math.sqrt(5)])
    assert ahead.scaled(np.array([5.0]), NUMBER) == pytest.approx([2])  # the root of 5 - 1
    assert ahead.scaled(np.array([0.25, 1.0]), SHARE) == pytest.approx([math.pi / 6, math.pi / 2])
    assert ahead.scaled(np.array([-1.0, 0.0]), SIGNED) == pytest.approx([0, math.pi / 4])
    for ends, inside in ((AMOUNT, [0.0, 0.3, 400.0]), (NUMBER, [1.0, 3.3]), (SHARE, [0.0, 0.2, 1.0]), (SIGNED, [-1.0, 0.4, 1.0]), (ENDS, [-3.0, 7.0])):  # fmt: skip
        assert ahead.put_back(ahead.scaled(np.array(inside), ends), ends) == pytest.approx(inside)
    assert ahead.put_back(np.array([-0.5, 9.0]), SHARE) == pytest.approx([0, 1])  # held at the ends
    assert ahead.put_back(np.array([-0.5]), NUMBER) == pytest.approx([1])


def test_the_error_of_a_forecast_is_worked_by_hand() -> None:
    """Of 0 and 1 alike and 0 came: a half away in the mean, less half of their mean distance of a half."""
    even = Points(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    assert crps(even, np.array([0.0])) == pytest.approx([0.25])
    assert crps(Points(np.array([[3.0]]), np.array([[1.0]])), np.array([5.0])) == pytest.approx([2.0])
    uneven = Points(np.array([[2.0, 0.0, 1.0]]), np.array([[0.06, 0.54, 0.4]]))
    assert quantiles(uneven, (0.05, 0.5, 0.54, 0.75, 0.95))[:, 0].tolist() == [0, 0, 0, 1, 2]


def test_a_reading_that_rose_by_one_each_quarter_is_seen_to_rise_by_one() -> None:
    (fan,) = ahead.fans(ahead.tried(told({TREND: [0, 1, 2, 3, 4, 5]})), today({TREND: 5.0}))
    (one,) = fan.ahead  # two changes over a year are known, and four are needed
    assert (one.months, one.back, one.changes, one.others, one.weight) == (3, 0.0, 5, 0, 1.0)
    assert one.quantiles == (6, 6, 6, 6, 6)
    assert (one.middle, one.own, fan.lacks) == (5, 2.5, None)


def test_the_others_of_its_kind_have_the_rest_of_the_weight() -> None:
    """Five changes of its own weigh 5 / (5 + 10), so that two thirds say that nothing moves."""
    still = {TREND: [0, 1, 2, 3, 4, 5], OTHER: [7] * 6}
    fan = ahead.fans(ahead.tried(told(still)), today({TREND: 5.0, OTHER: 7.0}))[0]
    one = fan.ahead[0]
    assert (one.changes, one.others, one.weight) == (5, 5, pytest.approx(1 / 3))
    assert one.quantiles == (5, 5, 5, 6, 6)


def test_what_swings_about_its_mean_is_seen_to_come_back_to_it() -> None:
    """The means of 0, 2, 0, 2, 0 by then are 0, 1, 2/3, 1, 4/5; the slope is 6.93 / 3.08, and held at 1."""
    one = ahead.fans(ahead.tried(told({TREND: [0, 2, 0, 2, 0, 2]})), today({TREND: 2.0}))[0].ahead[0]
    assert one.back == 1
    assert one.middle == pytest.approx(1)
    assert one.quantiles == pytest.approx((0, 0, 2.2, 1 + 4 / 3, 3))  # 1 and what changes added: 2, -1, 4/3, -1, 1.2
    slow = ahead.fans(ahead.tried(told({TREND: [4, 1, 2, 1.5, 1.75, 1.6]})), today({TREND: 1.6}))[0].ahead[0]
    off, changes = np.array([0, 1.5, 1 / 3, 0.625, 0.3]), np.array([-3, 1, -0.5, 0.25, -0.15])
    assert slow.back == pytest.approx((off * changes).sum() / (off**2).sum())
    assert 0 < slow.back < 1


def test_a_reading_that_is_not_measured_has_no_fan_and_says_why() -> None:
    none = ahead.tried(told({TREND: [0, 1, 2, 3, 4, 5], OTHER: [None, None, None, None, 1, 2]}))
    new = ("I14", "UZB-TUR:trend")
    for row, why in (
        (today({TREND: None}, "trade ends with 2016"), "trade ends with 2016"),
        (today({TREND: None}), NOT_COVERED),
        (today({OTHER: 3.0}), "fewer than 4 of its changes over 3 months are known"),
        (today({new: 3.0}), "fewer than 4 of its changes over 3 months are known"),
    ):
        (fan,) = ahead.fans(none, row)
        assert (fan.ahead, fan.lacks) == ([], why)
    (fan,) = ahead.fans(
        ahead.tried(told({("I10", "KAZ-TUR:identity"): [1.0] * 9})), today({("I10", "KAZ-TUR:identity"): 1.0})
    )
    assert (fan.ahead, fan.lacks) == ([], "no reading of its kind ever moved")


def test_a_quarter_that_was_not_measured_is_no_zero_and_is_not_scored() -> None:
    gaps = ahead.past(ahead.tried(told({TREND: [0, 1, 2, 3, 4, None, None, 7, 8, 9, 10]})))
    (quarter,) = (p for p in gaps["I14", "trend"] if p.months == 3)
    assert quarter.n == 3  # from 7, 8 and 9: before, fewer than four changes were known or none came
    assert quarter.crps[MODEL] == pytest.approx(0)  # it always rose by one
    assert quarter.crps[LAST] == pytest.approx(0.5)  # of one up and one down alike, one away: 1 - 1/2
    seven, eight, nine = ([0, 1, 2, 3, 4, *range(7, 7 + n)] for n in (1, 2, 3))
    errors = [np.abs(np.array(own) - came).mean() - np.abs(np.subtract.outer(own, own)).mean() / 2 for own, came in ((seven, 8), (eight, 9), (nine, 10))]  # fmt: skip
    assert quarter.crps[OWN] == pytest.approx(np.mean(errors))
    assert (quarter.covered, quarter.gain) == (1, None)  # too few for a verdict


def walk(seed: int, n: int = 30) -> list[float]:
    return np.cumsum(np.random.default_rng(seed).normal(0, 1, n)).tolist()


@pytest.mark.parametrize("months", HORIZONS)
def test_no_forecast_knows_what_came_after_its_quarter(months: int) -> None:
    values, steps = np.array([walk(1), walk(2)]), months // 3
    kind = Kind(["KAZ-TUR:trend", "KGZ-TUR:trend"], values, ENDS)
    moved = values.copy()
    moved[:, 21:] += 50
    for t in (12, 18, 20):
        then, later = (ahead._at(kind._replace(values=v), v, t, steps, 0.0).scored for v in (values, moved))
        assert len(then.of) == 2
        known = ahead._known(values[:, : t + 1], steps), ahead._known(moved[:, : t + 1], steps)
        for one, other in zip(*known, strict=True):
            assert np.array_equal(one, other, equal_nan=True)
        assert np.array_equal(then.crps, later.crps) == (t + steps < 21)  # what came moved, the forecast did not


def test_errors_of_all_kinds_are_over_those_of_the_last_value_so_that_days_do_not_drown_shares() -> None:
    small, large = [0.5 + 0.01 * x for x in walk(3)], [1000 + 100 * x for x in walk(3)]
    found = ahead.past(ahead.tried(told({("I3", "KAZ-TUR"): small, ("I13", "KAZ-TUR"): large})))
    for whole, days, shares in zip(found[None], found["I13", ""], found["I3", ""], strict=True):
        assert whole.n == days.n + shares.n
        assert whole.crps[LAST] == pytest.approx(1)
        ratios = [p.crps[MODEL] / p.crps[LAST] for p in (days, shares)]
        assert whole.crps[MODEL] == pytest.approx(np.average(ratios, weights=[days.n, shares.n]))


def missed(*by: float) -> list[ahead.Trial]:
    return [ahead.Trial(np.array([one]), ahead.nothing(WAYS)) for one in by]


def test_outer_ends_are_put_out_by_what_nine_in_ten_of_earlier_forecasts_would_have_needed() -> None:
    """Of 41 forecasts that missed by -20, -19, ... 20 the 37th missed by 16, and 36 by less."""
    assert ahead._apart(missed(*range(-20, 21))) == pytest.approx(16)
    assert ahead._apart(missed(*range(-50, -10))) == 0  # nothing is drawn in
    assert ahead._apart(missed(*[5.0] * 29)) == 0  # too few to tell
    assert ahead._put_apart(np.array([[1.0], [2], [3], [4], [5]]), 0.5)[:, 0].tolist() == [0.5, 2, 3, 4, 5.5]


def test_what_earlier_fans_missed_is_known_only_once_their_months_have_passed() -> None:
    """A leap in the 31st quarter, over a year: no fan drawn before that quarter has been put out for it."""
    still = [float(n % 2) for n in range(30)]
    leaps = {("I14", f"{code}-TUR:trend"): [*still, *(50.0 * n for n in range(10))] for code in ("AZE", "KAZ", "KGZ")}
    kind, trials = ahead.tried(told(leaps))["I14", "trend"]
    seen = [ahead._apart(trials[12][: max(0, t - 3)]) for t in range(kind.values.shape[1])]
    assert all(apart < 3 for apart in seen[:31])
    assert seen[35] > 10
    fan = ahead.fans({("I14", "trend"): ahead.Tried(kind, trials)}, today({("I14", "KAZ-TUR:trend"): 450.0}))[0]
    assert fan.ahead[1].apart == pytest.approx(ahead._apart(trials[12]))


def test_a_walk_is_inside_its_fan_nine_times_of_ten_and_no_way_beats_its_last_value() -> None:
    series = {("I14", f"{code}-TUR:trend"): walk(n, 40) for n, code in enumerate(("AZE", "KAZ", "KGZ", "TJK", "TKM", "UZB", "RUS", "CHN"), 10)}  # fmt: skip
    for p in ahead.past(ahead.tried(told(series)))[None]:
        assert p.n >= 30
        assert 0.85 < p.covered <= 0.97
        assert p.gain is not None
        assert p.gain.over == LAST
        assert p.gain.low < 0.05


def test_a_verdict_needs_thirty_forecasts_and_an_interval_on_one_side_of_nothing() -> None:
    def past(n: int, low: float, high: float) -> Past:
        gain = Gain(LAST, (low + high) / 2, low, high) if n >= 30 else None
        return Past("I2", 12, n, dict(zip(WAYS, (0.9, 2.0, 1.0), strict=True)), 0.9, gain)

    said = [worth(past(*asked), "the").verdict for asked in ((29, 0.1, 0.2), (30, 0.1, 0.2), (30, -0.1, 0.2), (30, -0.2, -0.1))]  # fmt: skip
    assert said == ["too few forecasts to say", "better than the last value", "no better than the last value", "worse than the last value"]  # fmt: skip
    every = [worth(past(30, low, 0.2)._replace(months=m), "the") for m, low in ((3, 0.1), (12, -0.1), (24, -0.1))]
    assert summed(every) == "better than the last value at 3 months; no better than the last value at 12 and 24 months"
    assert worth(past(30, 0.1, 0.2)._replace(gain=None), "the").verdict == "it never moved"


# --- what the readings were


DAYS = [date(2018, 9, 30), date(2021, 3, 31)]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """As if two quarters were all there is: each costs as much as weaving the case."""
    monkeypatch.setattr(history, "quarters", lambda first, as_of: [day for day in DAYS if day <= as_of])
    return DAYS


def test_a_past_reading_is_that_of_the_picture_of_its_day(
    case: Case, lake: Lake, picture: Picture, two: list[date]
) -> None:
    assert picture.given is not None
    found = history.history(case, None, picture.given, AS_OF)
    columns = [c for c in HISTORY.schema if c != "made_from"]
    for day in two:
        then = flow.picture(case, lake, day).readings.select(columns).sort("indicator", "subject")
        assert_frame_equal(found.filter(pl.col("date") == day).select(columns), then, check_exact=True)


def test_a_day_is_made_once_and_again_only_when_something_else_was_known_by_then(
    case: Case, picture: Picture, two: list[date], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert picture.given is not None
    lake, made = Lake(tmp_path), list[date]()
    weigh = history.measured
    monkeypatch.setattr(history, "measured", lambda own, day, *rest, **more: (made.append(day), weigh(own, day, *rest, **more))[1])  # fmt: skip
    first = history.history(case, lake, picture.given, AS_OF)
    assert made == two
    assert_frame_equal(history.history(case, lake, picture.given, AS_OF), first)
    assert made == two
    later = picture.given._replace(reports=picture.given.reports.filter(pl.col("known") <= two[0]))
    moved = history.history(case, lake, later, AS_OF)
    assert made == [*two, two[1]]  # the first day is as it was
    assert_frame_equal(moved.filter(pl.col("date") == two[0]), first.filter(pl.col("date") == two[0]))
    assert not moved.equals(first)
    other = replace(case, digest="0" * 16)
    assert set(history.history(other, lake, picture.given, two[0])["date"]) == {two[0]}
    assert made == [*two, two[1], two[0]]
    assert set(lake.read(HISTORY, case.name).collect()["date"]) == set(two)  # what nobody asked for stays


def test_a_verdict_moves_no_day_before_it_was_given(case: Case, picture: Picture, lake: Lake, two: list[date], tmp_path: Path) -> None:  # fmt: skip
    assert picture.given is not None
    rejected = picture.given.reports.filter(pl.col("known") <= two[0], pl.col("instrument") == "exercise")
    store = Lake(tmp_path)
    verdicts.judge(store, case.name, rejected.rows(named=True), "reject", "A", datetime(2020, 1, 1, tzinfo=UTC), "no", {})  # fmt: skip
    given = picture.given._replace(verdicts=flow._verdicts(case, store, AS_OF))
    before, after = (history.history(case, None, g, AS_OF).drop("made_from") for g in (picture.given, given))
    for day, same in zip(two, (True, False), strict=True):
        assert before.filter(pl.col("date") == day).equals(after.filter(pl.col("date") == day)) == same


def test_a_store_that_cannot_be_written_has_a_history_all_the_same(
    case: Case, picture: Picture, two: list[date], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*asked: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(Lake, "replace", full)
    assert picture.given is not None
    assert set(history.history(case, Lake(tmp_path), picture.given, AS_OF)["date"]) == set(two)


def test_quarters_end_on_their_last_day_and_begin_when_something_is_known() -> None:
    found = history.quarters(date(2024, 2, 3), date(2025, 6, 30))
    assert found == [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30)]  # fmt: skip
    assert history.quarters(None, AS_OF) == []
    assert len(history.quarters(date(1990, 1, 1), date(2026, 6, 30))) == 4 * history.YEARS
    assert len(history.quarters(date(1990, 1, 1), date(2026, 6, 29))) == 4 * history.YEARS
    assert history.quarters(date(1990, 1, 1), date(2024, 2, 29))[-1] == date(2023, 12, 31)
    whole = history.quarters(date(1990, 1, 1), date(2025, 12, 31))
    assert (whole[0], whole[-1], len(whole)) == (date(2011, 3, 31), date(2025, 12, 31), 4 * history.YEARS)


# --- the pages


@pytest.fixture(scope="module")
def seen(picture: Picture) -> Picture:
    """The built-in case with an invented history, in which every reading that has a value came from above."""
    rows = [
        {"indicator": r["indicator"], "subject": r["subject"], "date": day, "value": value, "low": value, "high": value, "state": r["state"]}
        for n, r in enumerate(picture.readings.iter_rows(named=True))
        if r["value"] is not None
        for day, value in zip(QUARTERS, np.interp(np.random.default_rng(n).random(40), [0, 1], sorted([r["value"], r["low"]])), strict=True)
    ]  # fmt: skip
    return replace(picture, past=HISTORY.frame(rows))


def test_every_reading_is_ahead_or_says_why_not_and_stays_in_its_range(seen: Picture) -> None:
    page = pages.outlook(seen, Query())
    listed = {(k.indicator, f.subject): f for k in page.kinds for f in k.readings}
    assert set(listed) == set(seen.readings.select("indicator", "subject").iter_rows())
    for (indicator, subject), f in listed.items():
        low, high = catalogue()[indicator].card.range(subject)
        assert bool(f.horizons) == (f.lacks is None)
        assert (f.value is not None) or not f.horizons
        for h in f.horizons:
            fan = [h.low, h.quarter, h.median, h.three_quarters, h.high]
            assert fan == sorted(fan)
            assert low <= fan[0] <= fan[-1] <= high
            assert h.verdict
    measured = seen.readings.filter(pl.col("value").is_not_null())
    assert len([f for f in listed.values() if f.horizons]) > 0.8 * len(measured)


def test_every_number_of_a_fan_opens_and_so_does_each_quarter_behind_it(seen: Picture) -> None:
    fans = [(k, f) for k in pages.outlook(seen, Query()).kinds for f in k.readings if f.horizons]
    for k, f in fans[:: len(fans) // 8]:
        found = pages.evidence(seen, f.rests, Query())
        assert (found.kind, found.foreseen) == ("outlook", f)
        assert [t.day for t in found.before] == sorted(QUARTERS, reverse=True)
        assert pages.evidence(seen, f.opens, Query()).reading.value == f.value  # type: ignore[union-attr]
        changes = len(QUARTERS) - 1
        assert f.horizons[0].changes == changes
        several = len([g for g in k.readings if g.value is not None]) > 1
        assert f.horizons[0].weight == pytest.approx(changes / (changes + 10) if several else 1)
    with pytest.raises(NotFound):
        pages.evidence(seen, "outlook:I2:RUS-TUR", Query())


def test_a_question_about_one_partner_or_instrument_leaves_the_others_out(seen: Picture) -> None:
    one = pages.outlook(seen, Query(partners=("KAZ",), instruments=("arms",)))
    subjects = {f.subject for k in one.kinds for f in k.readings}
    assert subjects
    assert all(set(s.partition(":")[0].split("-")) <= {"KAZ", "TUR"} for s in subjects)
    assert {k.part for k in one.kinds if k.indicator == "I1"} == {"arms"}


def test_what_such_forecasts_were_worth_stands_wherever_a_fan_does(seen: Picture) -> None:
    page = pages.outlook(seen, Query())
    for dress in (terminal.outlook, terminal.foreseen):
        text = shown(dress(page))
        assert page.readings_verdict.split(" at ")[0] in text
        for k in (k for k in page.kinds if k.indicator == "I2"):
            assert k.verdict in " ".join(text.split())
    found = pages.evidence(seen, "outlook:I2:KAZ-TUR", Query())
    assert found.foreseen is not None
    assert found.foreseen.horizons[1].verdict in shown(terminal.evidence(found))


def shown(page: Any) -> str:
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    Console(file=out, width=160).print(page)
    return out.getvalue()
