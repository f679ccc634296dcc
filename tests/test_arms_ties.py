"""Ties that break: features are what was public on the day, forecasts stand beside what they are worth."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.breaking import broke, ruptures_of

from comity.rupture import backtest, tuned
from comity.rupture.arms import NAMES, panel, trade
from comity.rupture.chronicle import Row
from comity.rupture.lapse import Register
from comity.rupture.tuned import recalibrated
from comity.tables import MEASURE

CODES = ["USA", "RUS", "CHN", "FRA", "TUR", "IRN", "IND", "EGY", "BRA", "KAZ", "UZB", "ZAF"]
YEARS = np.arange(1950, 2025)


def world(seed: int = 0) -> Register:
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in CODES[:6] for b in CODES if a != b]
    rate = rng.uniform(0.1, 0.9, len(pairs))
    tiv = (rng.uniform(size=(len(pairs), len(YEARS))) < rate[:, None]) * rng.gamma(1, 5, (len(pairs), len(YEARS)))
    return Register(pairs, YEARS, tiv)


def votes(seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return MEASURE.frame(
        [
            {
                "subject": c,
                "name": "ideal_point",
                "date": date(int(y), 12, 31),
                "value": float(rng.normal()),
                "known": date(int(y) + 1, 7, 1),
            }
            for c in CODES
            for y in YEARS
        ]
    )


def some_ruptures(seed: int = 0) -> list[Row]:
    return ruptures_of(trade(world()).pairs, seed)


def features(found, pair: int, year: int) -> dict[str, float]:
    row = found.x[(found.pair == pair) & (found.year == year)][0]
    return dict(zip(found.names, row, strict=True))


def test_deliveries_of_the_last_two_years_are_not_out_yet() -> None:
    tiv = np.zeros((1, len(YEARS)))
    tiv[0, [1995 - 1950, 2008 - 1950]] = 7.0, 3.0
    found = panel(trade(Register([("USA", "TUR")], YEARS, tiv)), [], votes(), 2012)
    at_risk = sorted(int(y) for y in found.year)
    assert at_risk == [*range(1997, 2002), *range(2010, 2013)]  # seen from two years after, for five years
    said = features(found, 0, 2010)
    assert said["log TIV of 5 years"] == pytest.approx(np.log(4))
    assert said["log years since first delivery"] == pytest.approx(np.log(1 + 2009 - 1995))
    assert said["patron's share of the recipient"] == 1


def test_a_rupture_weighs_half_after_three_years_and_counts_from_its_end() -> None:
    tiv = np.full((1, len(YEARS)), 2.0)
    only = [broke("USA", "TUR", date(2000, 12, 31), by="USA")]
    found = panel(trade(Register([("USA", "TUR")], YEARS, tiv)), only, votes(), 2005)
    assert features(found, 0, 2000)["ruptures of this tie"] == 0
    assert features(found, 0, 2004)["ruptures of this tie"] == pytest.approx(0.5, abs=0.001)
    assert found.y[found.year == 2000].tolist() == [1.0]
    assert found.y.sum() == 1


def test_a_scare_looks_like_a_rupture_until_it_is_undone() -> None:
    tiv = np.full((1, len(YEARS)), 2.0)
    scare = broke("USA", "TUR", date(2000, 11, 30), "scare").model_copy(update={"reversed_on": date(2001, 2, 1)})
    found = panel(trade(Register([("USA", "TUR")], YEARS, tiv)), [scare], votes(), 2003)
    own, near = "ruptures of this tie", "scares and repairs of this tie"
    assert [round(features(found, 0, 2001)[n], 1) for n in (own, near)] == [1.0, 0.0]
    assert [round(features(found, 0, 2002)[n], 1) for n in (own, near)] == [0.0, 0.8]
    assert found.y.sum() == 0


def test_what_others_suffered_is_told_from_what_this_tie_suffered() -> None:
    tiv = np.full((2, len(YEARS)), 2.0)
    rows = [broke("FRA", "TUR", date(2003, 12, 31), by="FRA"), broke("USA", "IRN", date(2003, 12, 31), by="USA")]
    found = panel(trade(Register([("RUS", "KAZ"), ("USA", "TUR")], YEARS, tiv)), rows, votes(), 2004)
    mine, other = features(found, 1, 2004), features(found, 0, 2004)
    assert (mine["ruptures of this tie"], other["ruptures of this tie"]) == (0, 0)
    assert mine["ruptures of the recipient with others"] == pytest.approx(np.log(2), abs=0.01)
    assert mine["ruptures by the patron with others"] == pytest.approx(np.log(2), abs=0.01)
    assert other["ruptures of the recipient with others"] == other["ruptures by the patron with others"] == 0
    assert mine["ruptures in the world"] == other["ruptures in the world"] == pytest.approx(np.log(3), abs=0.01)


@pytest.mark.parametrize("year", [1998, 2005, 2015])
def test_no_feature_moves_when_something_later_is_added(year: int) -> None:
    one = panel(trade(world()), some_ruptures(), votes(), 2020)
    later, after = world(9), votes(9)
    tiv = world().tiv.copy()
    tiv[:, year - 1 - 1950 :] = later.tiv[:, year - 1 - 1950 :]
    points = pl.concat(
        [votes().filter(pl.col("date").dt.year() < year - 1), after.filter(pl.col("date").dt.year() >= year - 1)]
    )
    rows = [r for r in some_ruptures() if r.end.year < year] + [r for r in some_ruptures(7) if r.end.year >= year]
    other = panel(trade(world()._replace(tiv=tiv)), rows, points, 2020)
    assert one.x[one.year <= year] == pytest.approx(other.x[other.year <= year])


def test_at_most_fifteen_coefficients() -> None:
    assert len(NAMES) == 15


def test_recalibration_puts_a_boaster_right_and_leaves_the_right_alone() -> None:
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.02, 0.6, 20_000)
    happened = (rng.uniform(size=20_000) < truth).astype(float)
    boast = 1 / (1 + np.exp(-2 * np.log(truth / (1 - truth))))
    asked = np.array([0.1, 0.3])
    assert recalibrated(truth, happened, asked) == pytest.approx(asked, abs=0.02)
    assert recalibrated(boast, happened, 1 / (1 + np.exp(-2 * np.log(asked / (1 - asked))))) == pytest.approx(
        asked, abs=0.03
    )


def test_few_events_change_little() -> None:
    assert recalibrated(np.array([0.5]), np.array([0.0]), np.array([0.5]))[0] == pytest.approx(0.38, abs=0.05)


def test_the_penalty_is_the_one_that_a_named_librarys_search_finds() -> None:
    found = panel(trade(world()), some_ruptures(), votes(), 2010)
    told = found.told(2010)
    x, y, pair = found.x[told], found.y[told], found.pair[told]
    model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky", tol=1e-10))
    penalties = {"logisticregression__C": tuned.PENALTIES}
    search = GridSearchCV(model, penalties, cv=StratifiedGroupKFold(tuned.FOLDS), scoring="neg_log_loss")
    theirs = search.fit(x, y, groups=pair)
    mine = tuned.tuned(x, y, pair)
    assert mine.penalty == theirs.best_params_["logisticregression__C"]
    assert mine.probability(x) == pytest.approx(theirs.predict_proba(x)[:, 1], abs=1e-7)


def test_each_model_is_learnt_once_however_many_origins_look_back_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = panel(trade(world()), some_ruptures(), votes(), 2012)
    learnt: list[int] = []
    plain = lambda x, y, pair: learnt.append(len(y)) or tuned.fitted(x, y)  # noqa: E731
    monkeypatch.setattr(tuned, "tuned", plain)
    forecast = tuned.put_right()
    origins = [2010, 2011, 2012]
    first = [forecast(found, found.told(year), found.year == year) for year in origins]
    assert len(learnt) == len(range(tuned.FIRST_JUDGED, 2013))  # one a year, not one a year and origin
    alone = [tuned.put_right()(found, found.told(year), found.year == year) for year in origins]
    assert all((one == other).all() for one, other in zip(first, alone, strict=True))
    narrow = forecast(found.without("patron's own rate"), found.told(2012), found.year == 2012)
    assert not (narrow == first[-1]).all()  # other features are another model


def test_the_backtest_finds_a_planted_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.scores.RESAMPLES", 20)
    monkeypatch.setattr(backtest, "chronicle", some_ruptures)
    monkeypatch.setattr(backtest, "_elsewhere", lambda model: model)  # regions are dear, and tested elsewhere
    found = {r.score: r for r in backtest.rupture_arms(world(), votes())}
    assert found["auc"].value > 0.75
    assert found["skill"].value > 0.05
    assert 0.6 < found["slope"].value < 1.4
