"""A scholar's program, as the documentation prints it, comes from an export to the numbers that Comity prints."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from comity import flow
from comity.cases import Case
from comity.export import export
from comity.lake import Lake
from comity.numerals import number
from comity.pages import Query, brief, evidence, to_json

DAY = date(2025, 6, 30)
PAGE = Path(__file__).parents[1] / "docs/paper.md"
RISK = "risk:KAZ-TUR"

pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def picture(case: Case, tmp_path_factory: pytest.TempPathFactory) -> flow.Picture:
    """The built-in case with an invented register of four deliveries to Kazakhstan, taken for a whole one."""
    given = tmp_path_factory.mktemp("given")
    sample = Path(str(files("comity.sources").joinpath("sipri", "sample", "trade-register_sample.csv")))
    lines = [
        f"Kazakhstan,{supplier},2019,,1,,Example,UAV,1,,{year},New,,{tiv},{tiv},{tiv}".encode()
        for supplier, year, tiv in (
            ("Russia", 2021, 60),
            ("Turkiye", 2022, 25),
            ("Spain", 2023, 10),
            ("Israel", 2020, 5),
        )
    ]
    (given / "trade-register.csv").write_bytes(b"\n".join([*sample.read_bytes().splitlines()[:8], *lines]) + b"\n")
    lake = Lake(tmp_path_factory.mktemp("store"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comity.sources.sipri.read._least", lambda layout: 4)
        assert not flow.update(case, lake, DAY, given).failures
    return flow.picture(case, lake, DAY)


@pytest.fixture(scope="module")
def found(picture: flow.Picture, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[float, ...]]:
    """What the program of the page finds."""
    folder = tmp_path_factory.mktemp("export")
    export(picture, folder, "csv")
    chance = to_json(evidence(picture, RISK, Query(as_of=DAY)))
    (folder / "chance.json").write_text(json.dumps(chance), "utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    told: dict[str, dict[tuple[str, str], tuple[float, ...]]] = {}
    exec(program.replace('"export/"', repr(f"{folder}/")), told)
    return told["found"]


@pytest.mark.parametrize(
    ("indicator", "subject", "digits"),
    [
        ("I1", "KAZ-TUR:training", 1e-12),
        ("I3", "KAZ-TUR", 0.005),  # its ends are quantiles of 200 draws
        ("I5", "KAZ-TUR", 1e-12),
        ("I9", "KAZ", 1e-12),
        ("I9", "KAZ:suppliers", 1e-12),
    ],
)
def test_a_reading_is_found_by_hand(
    indicator: str, subject: str, digits: float, picture: flow.Picture, found: dict[tuple[str, str], tuple[float, ...]]
) -> None:
    (row,) = picture.readings.filter(indicator=indicator, subject=subject).iter_rows(named=True)
    mine = found[indicator, subject]
    assert mine == pytest.approx((row["value"], row["low"], row["high"])[: len(mine)], rel=digits, abs=digits)


def test_alpha_and_beta_follow_from_acts_and_coverage(
    picture: flow.Picture, found: dict[tuple[str, str], tuple[float, ...]]
) -> None:
    rows = picture.ties.filter(a="KAZ", b="TUR", instrument="training", view="presence").sort("month")
    (tie,) = rows.tail(1).iter_rows(named=True)
    assert found["alpha and beta", "KAZ-TUR:training"] == pytest.approx((tie["alpha"], tie["beta"]), rel=1e-9)


def test_the_first_number_of_the_brief_is_a_sum_of_strengths(
    picture: flow.Picture, found: dict[tuple[str, str], tuple[float, ...]]
) -> None:
    (mine,) = found["brief", "dialogue"]
    assert (
        f"most often by dialogue ({number(mine)} acts a year expected" in brief(picture, Query(as_of=DAY)).sentences[0]
    )


def test_a_chance_follows_from_the_sum_that_opens_behind_it(
    picture: flow.Picture, found: dict[tuple[str, str], tuple[float, ...]]
) -> None:
    page = evidence(picture, RISK, Query(as_of=DAY))
    assert page.forecast
    year = next(c for c in page.forecast.chances if c.months == 12)
    assert found["risk", "KAZ-TUR"] == pytest.approx((year.probability, year.low, year.high), rel=1e-9)
