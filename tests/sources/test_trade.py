"""Trade between states."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import SourceError, UnknownState
from comity.sources.trade.read import layout


def test_totals_are_read_by_direction_and_domestic_trade_is_left_out(sample, reads) -> None:
    batch = reads("trade", sample("trade", "itpd_totals_sample.parquet"))
    assert set(batch.tables["measure"].select("subject", "name", "date", "value", "known").rows()) == {
        ("TUR>KAZ", "trade_usd", date(2015, 12, 31), 700.5, date(2016, 12, 31)),
        ("KAZ>TUR", "trade_usd", date(2015, 12, 31), 900.0, date(2016, 12, 31)),
        ("COG>COD", "trade_usd", date(2016, 12, 31), 1.25, date(2017, 12, 31)),
    }
    assert batch.skipped == {"a state with itself": 1}


def test_numbers_in_place_of_names_are_an_error_of_ours(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "itpd.parquet"
    pl.read_parquet(sample("trade", "itpd_totals_sample.parquet")).with_columns(exporter=pl.lit(2.5)).write_parquet(
        path
    )
    with pytest.raises(SourceError, match=r"itpd\.parquet: cannot be understood"):
        reads("trade", path)


def test_the_importers_word_counts_before_the_exporters(sample, reads) -> None:
    batch = reads("trade", sample("trade", "comtrade_sample.csv"))
    assert dict(batch.tables["measure"].select("subject", "value").iter_rows()) == {"TUR>KAZ": 1100.0, "TUR>TKM": 500.0}
    assert batch.tables["measure"]["name"].unique().to_list() == ["trade_usd_current"]
    assert batch.skipped == {
        "a part of the total": 2,
        "partner is no state": 1,
        "no value": 1,
        "declared by the other side as well": 1,
    }


def test_yearly_trade_of_the_imf_is_read_by_the_same_rule(sample, reads) -> None:
    batch = reads("trade", sample("trade", "imts_sample.csv"))
    assert dict(batch.tables["measure"].select("subject", "value").iter_rows()) == {"TUR>KAZ": 1300.0, "TUR>TKM": 600.0}
    assert batch.tables["measure"]["name"].unique().to_list() == ["trade_usd_current"]
    assert batch.skipped == {
        "a month or a quarter": 1,
        "imports without freight, or a balance": 1,
        "partner is no state": 1,
        "no value": 1,
        "declared by the other side as well": 1,
    }


def _written(folder: Path, **changed: object) -> Path:
    row = {"year": 2015, "exporter": "Turkey", "importer": "Kazakhstan", "usd2010": 1.0} | changed
    path = folder / "totals.parquet"
    pl.DataFrame([row]).write_parquet(path)
    return path


def test_a_state_nobody_knows_names_its_row_and_what_to_do(reads, tmp_path: Path) -> None:
    with pytest.raises(UnknownState, match=r"totals\.parquet, row 1: 'Turkyland' is no state.*knowledge/names\.csv"):
        reads("trade", _written(tmp_path, exporter="Turkyland"))


def test_an_impossible_year_names_its_row(reads, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"totals\.parquet, row 1: year 20155 is impossible"):
        reads("trade", _written(tmp_path, year=20155))


def test_a_table_without_one_of_the_columns_is_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "totals.parquet"
    pl.DataFrame({"year": [2015], "exporter": ["Turkey"]}).write_parquet(path)
    assert layout(path) is None


def test_real_totals_are_read_whole_and_turkey_trades_with_each_partner_every_year(shared_data: Path, reads) -> None:
    batch = reads("trade", shared_data / "trade_itpd/itpd_e_total_2000_2016.parquet")
    assert (batch.rows, batch.skipped) == (428_463, {"a state with itself": 2_618})
    table = batch.tables["measure"]
    for partner in ("KAZ", "UZB", "TKM", "KGZ", "TJK", "AZE"):
        for subject in (f"TUR>{partner}", f"{partner}>TUR"):
            assert table.filter(pl.col("subject") == subject).height == 17
