"""Gravity: what to expect of a pair before any evidence."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from comity import gravity
from comity.columns import frame
from comity.knowledge import table
from comity.states import countries, tongues
from comity.vocabulary import TIES

ON = date(2024, 1, 1)


def test_ankara_and_astana_are_as_far_apart_as_an_atlas_says() -> None:
    assert gravity.distance("TUR", "KAZ") == pytest.approx(3200, rel=0.02)
    assert gravity.distance("RUS", "KAZ") == pytest.approx(2270, rel=0.02)  # Moscow to Astana, not Siberia


CAPITALS = {
    "AUT": (48.2, 16.4), "AUS": (-35.3, 149.1), "BRA": (-15.8, -47.9), "COG": (-4.3, 15.3), "LBY": (32.9, 13.2), "MAR": (34.0, -6.8),
    "MEX": (19.4, -99.1), "PHL": (14.6, 121.0), "TUR": (39.9, 32.9), "URY": (-34.9, -56.2), "USA": (38.9, -77.0),
}  # fmt: skip


@pytest.mark.parametrize("code", CAPITALS)
def test_capitals_are_where_an_atlas_has_them(code: str) -> None:
    assert (countries()[code].lat, countries()[code].lon) == pytest.approx(CAPITALS[code], abs=0.2)


# Bolivia's seat of government, and where CEPII is old (Yangon) or has a wrong degree.
OTHERWISE = {"BOL", "COL", "GIN", "MMR", "NZL"}


def test_capitals_are_where_cepii_has_them(shared_data: Path) -> None:
    """In one file of 1 : 110m some capitals are missing: their states were once placed at the middle of the map."""
    cities = frame(shared_data / "cepii/geo_cepii.rda").filter(pl.col("cap").cast(pl.Float64) == 1)
    theirs = {code: (lat, lon) for code, lat, lon in cities.select("iso3", "lat", "lon").iter_rows()}
    ours = {code: (c.lat, c.lon) for code, c in countries().items() if code in theirs}
    apart = {code for code, here in ours.items() if np.hypot(*np.subtract(here, theirs[code])) > 0.7}
    assert len(ours) > 160
    assert apart == OTHERWISE


def test_a_pact_counts_on_the_days_that_both_are_in_it() -> None:
    place = gravity.COVARIATES.index("pact")
    csto = [gravity.covariates([("RUS", "UZB")], day)[0, place] for day in (date(2000, 1, 1), date(2008, 1, 1))]
    assert csto == [0, 1]


def test_russian_is_common_to_moscow_and_astana_and_not_to_ankara() -> None:
    language = gravity.COVARIATES.index("language")
    known = gravity.covariates([("KAZ", "RUS"), ("RUS", "TUR")], ON)[:, language]
    assert known[0] > 0.5
    assert known[1] < 0.1
    assert tongues("NATO") == {}


def test_languages_are_a_file_of_the_release_so_no_library_moves_a_mean() -> None:
    """CLDR 49: Belarus .26 and .71, Kazakhstan .64 Kazakh, .72 Russian; two people of either share Russian at .71 x .72."""
    assert tongues("BLR") == {"be": 0.26, "ru": 0.71}
    assert (tongues("KAZ")["kk"], tongues("KAZ")["ru"]) == (0.64, 0.72)
    (known,) = gravity.covariates([("BLR", "KAZ")], ON)
    assert known[gravity.COVARIATES.index("language")] == pytest.approx(0.71 * 0.72)
    rows = table("languages")
    assert {row["state"] for row in rows} <= set(countries())
    assert len({(row["state"], row["language"]) for row in rows}) == len(rows)
    assert all(0 < float(row["share"]) <= 1 for row in rows)


def test_covariates_are_what_one_works_out_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kazakhstan and Türkiye: 181,665 x 761,425 million dollars, both in the OTS, in two parts of the world."""
    spoken = {"KAZ": {"x": 0.5, "y": 0.4}, "TUR": {"x": 0.3, "y": 0.9}}
    monkeypatch.setattr(gravity, "tongues", lambda state: spoken.get(state, {}))
    pairs = [("KAZ", "TUR"), ("KAZ", "UZB"), ("BRA", "KAZ"), ("COD", "COG")]
    near, home, far, river = gravity.covariates(pairs, ON)
    assert near == pytest.approx([np.log(181_665 * 761_425), np.log(gravity.distance("KAZ", "TUR")), 0.51, 1, 0])
    assert (home[4], far[3], far[4]) == (1, 0, 0)
    assert river[1] == pytest.approx(np.log(100))  # Kinshasa and Brazzaville face each other over a river


@pytest.mark.parametrize("instrument", TIES)
def test_the_mean_is_the_formula_of_the_method_page_with_the_shipped_numbers(instrument: str) -> None:
    """log mean = intercept + b . covariates, by the columns of ``gravity.csv``; larger states do more and far ones less."""
    row = pl.read_csv(files("comity").joinpath("gravity.csv").read_bytes()).filter(instrument=instrument).to_dicts()[0]
    (known,) = gravity.covariates([("KAZ", "TUR")], ON)
    by_hand = row["intercept"] + sum(row[name] * x for name, x in zip(gravity.COVARIATES, known, strict=True))
    assert gravity.means(instrument, known[None])[0] == pytest.approx(np.exp(by_hand))
    assert gravity.means(instrument, np.full((1, 5), np.nan))[0] == row["world"]
    assert row["size"] > 0 > row["distance"]


def test_a_pair_without_a_size_is_said_to_be_given_the_mean() -> None:
    assert np.isnan(gravity.covariates([("EU", "TUR")], ON)).all()
    assert "mean of the world" in gravity.said("EU", "TUR", "arms")
    assert "km" in gravity.said("KAZ", "TUR", "arms")
