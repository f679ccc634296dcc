"""GDELT: event exports of version 1.0 and 2.0, mentions and knowledge graph, zipped or plain, staged as they are and joined to reports by case."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.cameo import believed, rooted
from comity.errors import ComityError, LayoutError, SourceError
from comity.events import Found, retrieved
from comity.lake import Batch, Lake, RawFile
from comity.sources import attempted, card
from comity.sources.gdelt import attention
from comity.states import from_cameo
from comity.tables import EVENT, MENTION, REPORT, WORLD, Table, identity
from comity.vocabulary import Modality

NAMED = re.compile(r"(?:^|\.)(export|mentions|gkg)\.csv(\.zip)?$", re.IGNORECASE)
MENTION_COLUMNS = 16
# Where the fields of an export stand, by its number of columns: country codes, code, articles, place, day added, address.
EXPORTS = {61: (7, 17, 26, 33, 52, 59, 60), 58: (7, 17, 26, 33, 50, 56, 57), 57: (7, 17, 26, 33, 50, 56, None)}
PARQUET = (
    "GLOBALEVENTID", "MentionTimeDate", "MentionType", "MentionSourceName", "MentionIdentifier", "Confidence",
    "MentionDocTranslationInfo",
)  # fmt: skip
NEWLINE, TAB = b"\n\t"
WEB = 1  # MentionType whose identifier is an address
STALE = timedelta(days=30)
FILES_A_DAY = 96
MAX_BYTES = 2 * 1024**3  # unpacked: a day of GDELT 1.0 is 100 MB
MENTION_CHECKS = (
    ("impossible id or time", pl.any_horizontal(pl.col("event", "time").is_null())),
    ("no web address", ~pl.col("url").str.contains(r"^https?://").fill_null(value=False)),
)


def layout(path: Path) -> str | None:
    """``export``, ``mentions``, ``gkg`` or ``mentions parquet``; None for another's file."""
    if found := NAMED.search(path.name):
        return found[1].lower()
    if path.suffix == ".parquet":
        with path.open("rb") as stream:
            if stream.read(4) != b"PAR1":
                return None
        try:
            return "mentions parquet" if set(PARQUET) <= set(pl.read_parquet_schema(path)) else None
        except pl.exceptions.PolarsError:  # cut short: ours by its name only, and then reading says what is wrong
            return "mentions parquet" if "gdelt_mentions" in path.name.lower() else None
    if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        with path.open("rb") as stream:
            fields = stream.readline(65536).split(b"\t")
        if fields[0].strip().isdigit():
            kinds = dict.fromkeys(EXPORTS, "export") | {MENTION_COLUMNS: "mentions"}
            return kinds.get(len(fields))
    return None


def read(raw: RawFile, layout: str) -> Batch:
    """A file as staging rows: events between two states, or mentions."""
    if layout in TOGETHER:
        widths, staged = TOGETHER[layout]
        return staged([_text(raw, widths)])[0]
    return {"gkg": _gkg, "mentions parquet": _parquet}[layout](raw)


def read_many(raws: Sequence[RawFile], layout: str) -> list[Batch | ComityError]:
    """The same as ``read`` of each. A day is 96 small files: those of one width parsed as one text cost a third."""
    if layout not in TOGETHER:
        return [attempted(raw, lambda raw: read(raw, layout)) for raw in raws]
    widths, staged = TOGETHER[layout]
    with ThreadPoolExecutor() as threads:  # zlib lets other threads run
        texts = list(threads.map(lambda raw: attempted(raw, lambda raw: _text(raw, widths)), raws))
    done: dict[RawFile, Batch | ComityError] = {}
    for width in widths:
        alike = [text for text in texts if isinstance(text, Text) and text.width == width]
        done |= dict(zip((text.raw for text in alike), staged(alike) if alike else (), strict=True))
    return [done[text.raw] if isinstance(text, Text) else text for text in texts]


class Text(NamedTuple):
    """The whole lines of one file."""

    raw: RawFile
    lines: bytes  # each of ``width`` tab-separated fields and ended by a newline
    width: int
    rows: int
    broken: int  # lines left out because they had another number of fields

    @property
    def batch(self) -> Batch:
        """What was found before any row was looked at."""
        skipped = {"wrong number of columns": self.broken} if self.broken else {}
        return Batch({}, "", self.rows + self.broken, self.rows, skipped)


def _exported(texts: Sequence[Text]) -> list[Batch]:
    """Events of some exports of one width, parsed as one text."""
    fields = EXPORTS[texts[0].width]
    one, other, code, articles, place, added, url = fields
    texts, rows = _even(texts, (0, 1, *(i for i in fields if i is not None)))
    states = _codes(rows, one, other)
    table = rows.select(
        event=pl.col("column_1").cast(pl.Int64, strict=False),
        source=pl.lit("gdelt"),
        date=_date(1),
        known=_date(added),
        actor=_column(one).replace_strict(states, default=None, return_dtype=pl.String),
        recipient=_column(other).replace_strict(states, default=None, return_dtype=pl.String),
        code=_column(code),
        articles=_column(articles).cast(pl.Int32, strict=False),
        place=_column(place),
        url=_column(url) if url is not None else pl.lit(None, pl.String),
        **_whence(texts),
    )
    checks = (
        (
            "impossible id or date",
            pl.any_horizontal(pl.col("event", "date", "known").is_null()) | (pl.col("date") > pl.col("known")),
        ),
        (
            "not two states",
            pl.any_horizontal(pl.col("actor", "recipient").is_null()) | (pl.col("actor") == pl.col("recipient")),
        ),
        ("dated long before it was seen", pl.col("date") < pl.col("known") - STALE),
        ("code says nothing of a tie", ~pl.col("code").is_in(list(rooted(table["code"])))),
    )
    found = {text.raw: text.batch._replace(layout=f"export of {text.width} columns") for text in texts}
    return _checked(table, EVENT, checks, found)


def _gkg(raw: RawFile) -> Batch:
    (text,), rows = _even([_text(raw, (attention.COLUMNS,))], attention.READ)
    return attention.read(rows, raw, text.batch)


def _mentioned(texts: Sequence[Text]) -> list[Batch]:
    """Mentions of some files, parsed as one text."""
    texts, parsed = _even(texts, (0, 2, 3, 4, 5, 11, 14))
    table = parsed.select(
        event=pl.col("column_1").cast(pl.Int64, strict=False),
        source=pl.lit("gdelt"),
        time=pl.col("column_3").str.to_datetime("%Y%m%d%H%M%S", strict=False, time_unit="us"),
        publisher=pl.col("column_5"),
        url=pl.when(pl.col("column_4") == str(WEB)).then(pl.col("column_6")),
        confidence=pl.col("column_12").cast(pl.Int8, strict=False),
        lang=pl.col("column_15").str.extract(r"srclc:(\w+)"),
        **_whence(texts),
    )
    found = {text.raw: text.batch._replace(layout="mentions") for text in texts}
    return _checked(table, MENTION, MENTION_CHECKS, found)


# Layouts whose files are parsed together: the widths that their lines may have, and what makes rows of texts of one width.
TOGETHER = {"export": (tuple(EXPORTS), _exported), "mentions": ((MENTION_COLUMNS,), _mentioned)}


def _whence(texts: Sequence[Text]) -> dict[str, pl.Series]:
    """The columns ``raw`` and ``position`` of the rows of some texts, one after another."""
    sizes = [text.rows for text in texts]
    raws = pl.Series([text.raw.sha256 for text in texts], dtype=pl.String)
    numbers = [np.arange(1, n + 1, dtype=np.int32) for n in sizes]
    return {"raw": raws.gather(np.repeat(np.arange(len(texts)), sizes)), "position": pl.Series(np.concatenate(numbers))}


def _parquet(raw: RawFile) -> Batch:
    try:
        rows = pl.read_parquet(raw.path, columns=list(PARQUET))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(f"{raw.path.name}: no whole Parquet file ({error}); fetch it again") from error
    table = rows.with_row_index("position", 1).select(
        event=pl.col("GLOBALEVENTID").cast(pl.Int64, strict=False),
        source=pl.lit("gdelt"),
        time=pl.col("MentionTimeDate").cast(pl.String).str.to_datetime("%Y%m%d%H%M%S", strict=False, time_unit="us"),
        publisher=pl.col("MentionSourceName"),
        url=pl.when(pl.col("MentionType") == WEB).then(pl.col("MentionIdentifier")),
        confidence=pl.col("Confidence").cast(pl.Int8, strict=False),
        lang=pl.col("MentionDocTranslationInfo").cast(pl.String).str.extract(r"srclc:(\w+)"),
        raw=pl.lit(raw.sha256),
        position=pl.col("position").cast(pl.Int32),
    )
    return _checked(table, MENTION, MENTION_CHECKS, {raw: Batch({}, "mentions parquet", len(table), len(table), {})})[0]


def _checked(
    table: pl.DataFrame, into: Table, checks: tuple[tuple[str, pl.Expr], ...], found: dict[RawFile, Batch]
) -> list[Batch]:
    """For each file, in the order of its rows: those that no check holds back, and how many the first that does held back."""
    judged = table.with_columns(why=pl.coalesce(pl.when(wrong).then(pl.lit(reason)) for reason, wrong in checks))
    kept = judged.filter(pl.col("why").is_null()).drop("why")
    lost: dict[str, dict[str, int]] = defaultdict(dict)
    for sha256, why, rows in (
        judged.filter(pl.col("why").is_not_null()).group_by("raw", "why").len().sort("raw", "why").iter_rows()
    ):
        lost[sha256][why] = rows
    batches, start = [], 0
    for raw, batch in found.items():
        rows = batch.kept - sum(lost[raw.sha256].values())
        mine = kept.slice(start, rows)
        start += rows
        batches.append(batch._replace(tables={into.name: mine}, kept=rows, skipped=batch.skipped | lost[raw.sha256]))
    return batches


def _content(raw: RawFile) -> bytes:
    """The text of a file, unpacked; a zip cut short, empty or too large says so."""
    if raw.path.suffix.lower() != ".zip":
        return raw.path.read_bytes()
    try:
        with zipfile.ZipFile(raw.path) as archive:
            inside = archive.infolist()[0]
            if inside.file_size > MAX_BYTES:
                raise SourceError(
                    f"{raw.path.name}: {inside.file_size} bytes unpacked, more than any GDELT file; fetch it again"
                )
            return archive.read(inside)
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, OSError, RuntimeError) as error:
        # also: encrypted, of the future
        raise SourceError(f"{raw.path.name}: no whole zip ({error}); fetch it again") from error


def _text(raw: RawFile, widths: tuple[int, ...]) -> Text:
    """The lines of a file that have the commonest of some widths; ``LayoutError`` when hardly any line has one of them.

    GDELT 1.0 has lines of 57 fields among those of 58: they end before the address, which is then empty.
    """
    content = _content(raw)
    if content and not content.endswith(b"\n"):
        content += b"\n"
    every = np.frombuffer(
        content, np.uint8
    )  # numpy counts five times as fast as bytes.count, and lets other threads run
    rows, width = int(np.count_nonzero(every == NEWLINE)), content.count(b"\t", 0, content.find(b"\n")) + 1
    if not content or (width in widths and np.count_nonzero(every == TAB) == rows * (width - 1)):
        return Text(raw, content, width if content else widths[0], rows, 0)
    lines = [line for line in content.split(b"\n") if line]
    if 58 in widths:
        lines = [line + b"\t" if line.count(b"\t") == 56 else line for line in lines]
    counts = {w: sum(line.count(b"\t") == w - 1 for line in lines) for w in widths}
    width = max(counts, key=lambda w: counts[w])
    if counts[width] < len(lines) / 2:
        wanted = " or ".join(map(str, widths))
        raise LayoutError(
            f"{raw.path.name}: {len(lines) - counts[width]} of {len(lines)} lines have not {wanted} columns; this is no GDELT file of a layout known here"
        )
    kept = [line for line in lines if line.count(b"\t") == width - 1]
    return Text(raw, b"\n".join([*kept, b""]), width, len(kept), len(lines) - len(kept))


def _even(texts: Sequence[Text], columns: Sequence[int]) -> tuple[list[Text], pl.DataFrame]:
    """Texts and their fields. A line too long beside one too short has the right number of tabs in all: both are left out."""
    try:
        return list(texts), _parsed(texts, columns)
    except pl.exceptions.PolarsError:
        strict = [_straight(text) for text in texts]
        return strict, _parsed(strict, columns)


def _straight(text: Text) -> Text:
    lines = [line for line in text.lines.split(b"\n") if line]
    kept = [line for line in lines if line.count(b"\t") == text.width - 1]
    return text._replace(
        lines=b"\n".join([*kept, b""]) if kept else b"", rows=len(kept), broken=text.broken + len(lines) - len(kept)
    )


def _parsed(texts: Sequence[Text], columns: Sequence[int]) -> pl.DataFrame:
    """Lines of texts of one width as text columns ``column_1`` ...: the fields at some places from 0."""
    schema = {f"column_{i + 1}": pl.String for i in range(texts[0].width)}
    lines = [text.lines for text in texts if text.lines]
    if not lines:
        return pl.DataFrame(schema=schema)
    rows = pl.scan_csv(lines, separator="\t", has_header=False, quote_char=None, schema=schema, encoding="utf8-lossy")
    return rows.select(_column(i) for i in columns).collect()


def _column(index: int) -> pl.Expr:
    return pl.col(f"column_{index + 1}")


def _date(index: int) -> pl.Expr:
    """Days as YYYYMMDD, with or without a time behind."""
    return _column(index).str.slice(0, 8).str.to_date("%Y%m%d", strict=False)


def _codes(rows: pl.DataFrame, *columns: int) -> dict[str, str | None]:
    """The state of each country code that stands in some columns."""
    seen = {code for i in columns for code in rows[f"column_{i + 1}"].unique() if code}
    return {code: from_cameo(code) for code in seen}


@cache
def crosswalk() -> pl.DataFrame:
    """Instrument, stage, polarity and belief of each CAMEO code that is read; a longer code than listed counts as its root."""
    return believed(card("gdelt").beliefs)


def derive(lake: Lake, found: Found, states: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Reports of events, one an article; what the files given cover; and how much is written about pairs and the military."""
    return {
        "report": _reports(found.of("gdelt"), found.mentions, lake),
        "coverage": _coverage(lake),
        "measure": attention.monthly(lake, states),
    }


def _reports(shown: pl.DataFrame, mentions: pl.DataFrame, lake: Lake) -> pl.DataFrame:
    if shown.is_empty():
        return REPORT.empty()
    events = shown.sort("event", "known", "raw", "position").unique("event", keep="first", maintain_order=True)
    seen = mentions.select("event", "time", "publisher", "url", "lang", file="raw", row="position")
    every = pl.concat([seen, _first_articles(events)])
    articles = every.sort("event", "url", "time", "file", nulls_last=True).unique(
        ["event", "url"], keep="first", maintain_order=True
    )
    walk = rooted(events["code"])
    rows = (
        events.with_columns(cameo=pl.col("code").replace_strict(walk, return_dtype=pl.String))
        .join(crosswalk(), on="cameo")
        .join(articles, on="event", suffix="_told")
    )
    return _told(rows.join(retrieved(lake, "gdelt"), on="raw", how="left"))


def _first_articles(events: pl.DataFrame) -> pl.DataFrame:
    """The article named in the event's own row, for events whose mentions were not given."""
    return events.filter(pl.col("url").str.contains(r"^https?://")).select(
        "event",
        time=pl.lit(None, pl.Datetime("us")),
        publisher=pl.col("url").str.extract(r"^https?://(?:www\.)?([^/:?#]+)"),
        url="url",
        lang=pl.lit(None, pl.String),
        file="raw",
        row="position",
    )


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Events beside their articles, as reports."""
    published = pl.coalesce(pl.col("time").dt.date(), "known")
    words = "GDELT codes {} towards {} as CAMEO {} ({}), from an article of {}."
    ids = [identity("gdelt", *one) for one in rows.select("event", "url_told").iter_rows()]
    return REPORT.of(
        rows.with_columns(
            report=pl.Series(ids, dtype=pl.String),
            source=pl.lit("gdelt"),
            url="url_told",
            published=published,
            position=pl.format("event {}, row {}", "event", "position"),
            coder=pl.lit("gdelt"),
            coder_version=pl.lit("CAMEO"),
            reliability=pl.lit(card("gdelt").reliability),
            credibility=pl.lit(6),
            date_from="date",
            date_to="date",
            known=pl.max_horizontal("known", published),
            actors=pl.concat_list("actor"),
            recipients=pl.concat_list("recipient"),
            modality=pl.lit(str(Modality.ACTUAL)),
            text=pl.format(words, "actor", "recipient", "code", "meaning", pl.col("publisher").fill_null("None")),
        )
    )


def _coverage(lake: Lake) -> pl.DataFrame:
    """Each day for the part of its files that was given, any pair, by instrument; a yearly or monthly file covers its days."""
    exports = lake.ledger().filter(pl.col("source") == "gdelt", pl.col("layout").str.starts_with("export"))
    stamps = exports.with_columns(stamp=pl.col("path").str.extract(r"^(\d{14}|\d{8}|\d{6}|\d{4})\.")).filter(
        pl.col("stamp").is_not_null(), ~pl.col("path").str.contains("translation")
    )
    length = pl.col("stamp").str.len_chars()
    first = (pl.col("stamp") + "0101").str.slice(0, 8)  # of a year, of a month, or the day itself
    days = (
        stamps.group_by("stamp")
        .agg(pl.col("raw").min())
        .with_columns(first=first.str.to_date("%Y%m%d", strict=False))
        .filter(pl.col("first").is_not_null())
        .with_columns(
            last=pl.when(length == 4)
            .then(pl.col("first").dt.offset_by("1y"))
            .when(length == 6)
            .then(pl.col("first").dt.offset_by("1mo"))
            .otherwise(pl.col("first").dt.offset_by("1d")),
            part=pl.when(length == 14).then(1 / FILES_A_DAY).otherwise(1.0),
        )
        .with_columns(date=pl.date_ranges("first", "last", closed="left"))
        .explode("date")
        .group_by("date")
        .agg(pl.col("part").sum().clip(0, 1), pl.col("raw").min())
        .sort("date")
    )
    detection = card("gdelt").detection
    kinds = pl.DataFrame({"instrument": list(detection), "chance": list(detection.values())})
    return days.join(kinds, how="cross").select(
        source=pl.lit("gdelt"),
        a=pl.lit(WORLD),
        b=pl.lit(WORLD),
        instrument="instrument",
        date_from="date",
        date_to="date",
        detection=pl.col("chance") * pl.col("part"),
        known=pl.col("date") + timedelta(days=1),
        basis=pl.format("{}% of the day's files", (pl.col("part") * 100).round().cast(pl.Int64)),
        raw="raw",
    )
