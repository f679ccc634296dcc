"""Chances of three months and of two years are scored as the product shows them: on the day, with the same sum, against what came."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tests.breaking import broke, ruptures_of
from tests.test_risk import CODES, PAIRS, measures

from comity.rupture import atrisk, backtest, risk
from comity.rupture.chronicle import Row
from comity.rupture.ends import ends
from comity.rupture.panel import kind_rate
from comity.rupture.scores import auc, skill
from comity.rupture.world import World, world

EGY_FRA = CODES.index("EGY") * len(CODES) + CODES.index("FRA")


@pytest.fixture(scope="module")
def whole() -> World:
    return world(measures())


def of_the_year(year: int) -> Row:
    return broke("EGY", "FRA", date(year, 1, 1)).model_copy(update={"date_precision": "year"})


def asked(*origins: tuple[int, int]) -> backtest.Asked:
    """One case for each of some years, of Egypt and France; the chance is given beside it in hundredths."""
    years, hundredths = (np.array(column) for column in zip(*origins, strict=True))
    p = {"model": hundredths / 100, "base rate": np.full(len(years), 0.1)}
    return backtest.Asked(p, np.isin(years, (2010, 2016)).astype(float), np.full(len(years), EGY_FRA), years)


@pytest.mark.parametrize(
    ("months", "month", "from_years"),
    [(3, 1, [2010]), (3, 4, []), (12, 1, [2010]), (12, 4, [2009]), (24, 1, [2009, 2010]), (24, 4, [2008, 2009])],
)
def test_a_rupture_counts_up_to_the_last_day_of_a_window_and_not_on_its_first(
    months: int, month: int, from_years: list[int]
) -> None:
    """It breaks on 1 April 2010, which ends the three months from January and stands before those from April."""
    years = np.arange(2007, 2013)
    past = ends([broke("EGY", "FRA", date(2010, 4, 1))], CODES)
    y = atrisk.broke(np.full(len(years), EGY_FRA), years, past, len(CODES), date(2012, month, 1), months)
    assert years[y == 1].tolist() == from_years


def test_a_date_known_to_the_month_falls_into_its_quarter_and_one_known_to_the_year_into_the_last() -> None:
    may = broke("EGY", "FRA", date(2010, 5, 1)).model_copy(update={"date_precision": "month"})
    for row, quarter in ((may, 4), (of_the_year(2010), 10)):
        past, case = ends([row], CODES), (np.array([EGY_FRA]), np.array([2010]))
        found = {m: atrisk.broke(*case, past, len(CODES), date(2010, m, 1), 3)[0] for m in (1, 4, 7, 10)}
        assert found == {m: float(m == quarter) for m in (1, 4, 7, 10)}


@pytest.mark.parametrize("months", [3, 24])
def test_the_chance_that_is_scored_is_the_one_that_the_product_shows_on_that_day(
    whole: World, monkeypatch: pytest.MonkeyPatch, months: int
) -> None:
    day = date(2015, 4, 1)
    rows = [*ruptures_of(PAIRS, 0), *(broke(a, b, date(2001, 5, 1), "competing_end") for a, b in PAIRS[:5])]
    monkeypatch.setattr(risk, "chronicle", lambda: [row for row in rows if row.end <= day])
    monkeypatch.setattr(backtest, "NAIVE", {})
    shown = {r.pair: r for r in risk.outlook(whole, day).risks if r.horizon_months == months}
    found = backtest._over(months, whole, rows, day, (2015, 2015))
    pairs = [f"{CODES[pair // len(CODES)]}-{CODES[pair % len(CODES)]}" for pair in found.pair]
    assert len(pairs) == len(shown) > 40
    assert found.p["model"] == pytest.approx([shown[pair].probability for pair in pairs])
    cases = atrisk.panel(whole, [row for row in rows if row.end <= day], day)
    rate, otherwise = kind_rate(cases, cases.told(2015)), 5 / cases.told(2015).sum()
    base = [risk.over(rate[shown[pair].kind], months, otherwise) for pair in pairs]
    assert found.p["base rate"] == pytest.approx(base)  # as registered: what is shown beside a chance is drawn to all


def test_three_months_are_asked_for_each_quarter_and_a_tie_broken_some_day_of_a_year_is_left_out_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty-four quarters of six years: one rupture known to the year, so 20 quarters of which the answer is known."""
    monkeypatch.setattr("comity.scores.RESAMPLES", 20)
    monkeypatch.setattr(backtest, "SCORES", {"auc": auc, "skill": skill})
    monkeypatch.setattr(backtest, "chronicle", lambda: [of_the_year(2010), broke("EGY", "FRA", date(2017, 8, 9))])
    days = []

    def over(months: int, world: World, rows: list[Row], day: date, origins: tuple[int, int]) -> backtest.Asked:
        days.append(day)
        return asked((2009, 10), (2010, 20), (2011, 30), (2013, 20), (2016, 5), (2017, 7))

    monkeypatch.setattr(backtest, "_over", over)
    small = world(measures())
    found = {s.score: s for s in backtest.horizon("rupture_3m", small)}
    assert days == [date(2023, month, 1) for month in (1, 4, 7, 10)]
    assert {name: found[name].n for name in ("auc", "auc_late", "auc_dated")} == {"auc": 24, "auc_late": 12, "auc_dated": 20}  # fmt: skip
    assert found["auc"].value == pytest.approx(2.5 / 8)  # of 20, above 10 and 7 and beside 20; of 5, above none of four
    assert found["auc_dated"].goal is None
    assert found["skill"].goal == 0.005

    days.clear()
    found = {s.score: s for s in backtest.horizon("rupture_24m", small)}
    assert days == [date(2022, 1, 1)]
    assert (found["auc"].n, found["auc_late"].n, found["skill"].goal) == (6, 3, 0.04)
    assert "auc_dated" not in found


def test_overlapping_years_are_resampled_in_blocks() -> None:
    found = asked(*((year, 10) for year in range(2005, 2011)))
    assert [ids.tolist() for ids in backtest._clusters(found, 2)] == [[0] * 6, [0, 0, 1, 1, 2, 2]]
    assert backtest._clusters(found)[1].tolist() == [0, 1, 2, 3, 4, 5]
