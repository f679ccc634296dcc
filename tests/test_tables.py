"""Every table and column says what it is, and a frame of another shape does not pass the door."""

from __future__ import annotations

import polars as pl
import pytest

from comity.errors import EvidenceError
from comity.tables import ACT, REPORT, TABLES, Table, expect, identity


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_and_column_says_what_it_means(table: Table) -> None:
    assert table.row
    assert all(c.meaning for c in table.columns)
    assert len({c.name for c in table.columns}) == len(table.columns)
    assert expect(table.empty(), table).is_empty()


def test_a_missing_a_surplus_and_a_mistyped_column_are_named() -> None:
    with pytest.raises(EvidenceError, match=r"missing columns \['act'\]"):
        expect(ACT.empty().drop("act"), ACT)
    with pytest.raises(EvidenceError, match=r"surplus columns \['mood'\]"):
        expect(ACT.empty().with_columns(mood=pl.lit(1)), ACT)
    with pytest.raises(EvidenceError, match="wrong types"):
        expect(ACT.empty().with_columns(pl.col("belief").cast(pl.Float32)), ACT)
    with pytest.raises(EvidenceError, match="has no column"):
        REPORT.frame([{"rumour": 1}])


def test_columns_come_back_in_order_and_a_missing_key_is_null() -> None:
    frame = ACT.frame([{"belief": 0.5, "act": "x"}])
    assert frame.columns == list(ACT.schema)
    assert frame["place"].to_list() == [None]


def test_identity_tells_apart_what_the_source_tells_apart() -> None:
    assert identity("a", "bc") != identity("ab", "c")
    assert identity("a", None) == identity("a", "")
    assert len(identity("x")) == 16
