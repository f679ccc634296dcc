"""One lazy frame on Polars or on Spark: the same narwhals expressions run on either; the only file that knows Spark.

Polars runs inside this process and is the default. A Spark master (``local[2]``, ``spark://host:7077``) takes over where
a table outgrows one machine; it reads the same Parquet files of the store and needs no jar beyond Spark itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from comity.errors import MissingExtra, UsageError
from comity.tables import Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

POLARS = "polars"
MASTER = re.compile(r"local(\[[\d*]+\])?|(spark|k8s|yarn)(://\S+)?")


def checked(engine: str) -> str:
    """The same name when it is ``polars`` or the master of a Spark; ``UsageError`` when it is neither."""
    if engine != POLARS and not MASTER.fullmatch(engine):
        raise UsageError(
            f"engine {engine!r} is unknown; say polars, or a Spark master such as local[2] or spark://host:7077"
        )
    return engine


def scan(table: Table, paths: Sequence[str], engine: str = POLARS) -> nw.LazyFrame[Any]:
    """The rows of a table in some Parquet files, not yet read; no files, no rows.

    Raises ``UsageError`` when there is no such engine, ``MissingExtra`` when PySpark or its Java is not there.
    """
    if checked(engine) == POLARS:
        frame = pl.scan_parquet(list(paths), glob=False) if paths else table.empty().lazy()
        return nw.from_native(frame.select(list(table.schema)))
    spark = _spark(engine)
    if not paths:
        return nw.from_native(spark.createDataFrame(table.empty().to_arrow()))
    return nw.from_native(spark.read.parquet(*paths).select(*table.schema))


def put(frame: pl.DataFrame, engine: str = POLARS) -> nw.LazyFrame[Any]:
    """Rows that are here, on the engine, to be joined with a table there."""
    return nw.from_native(frame.lazy() if engine == POLARS else _spark(engine).createDataFrame(frame.to_arrow()))


def collect(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    """Run it, and bring the rows here."""
    return frame.collect(backend="polars").to_native()  # type: ignore[no-any-return]


def _spark(master: str) -> SparkSession:
    """The Spark of a master, started on first use; its clock is UTC, as everywhere in Comity."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("the Spark engine is not installed; pip install 'comity[spark]'") from error
    builder = SparkSession.builder.master(master).appName("comity")
    for key, value in {"spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false", **_here(master)}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise MissingExtra(
            f"Spark at {master} did not start ({error}); it needs Java 17 or newer on this machine"
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def _here(master: str) -> dict[str, str]:
    """A Spark inside this machine listens to this machine only."""
    inside = master.startswith("local")
    return {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"} if inside else {}
