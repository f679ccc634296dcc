"""GDELT's exports and mentions, and the reports made of both."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import LayoutError, SourceError
from comity.events import renewed
from comity.lake import Batch, Lake, RawFile, raw_file
from comity.sources import catalogue
from comity.sources.gdelt import attention
from comity.sources.gdelt.read import crosswalk
from comity.vocabulary import INSTRUMENTS, Stage

GDELT = catalogue()["gdelt"]
NAMES = [
    "20240301000000.export.CSV.zip",
    "20240301000000.mentions.CSV.zip",
    "20240301001500.translation.export.CSV",
    "20240301001500.translation.mentions.CSV",
    "20130401.export.CSV",
]


def stored(lake: Lake, paths: list[Path]) -> dict[str, pl.DataFrame]:
    """Reports and coverage of some files, by way of the store."""
    for path in paths:
        raw, layout = raw_file(path), GDELT.layout(path)
        assert layout
        lake.store("gdelt", GDELT.card.reader, [(raw, GDELT.read(raw, layout))])
    assert GDELT.derive
    states = frozenset({"TUR", "KAZ", "UZB", "AZE"})
    return GDELT.derive(lake, renewed(lake, "case", states, frozenset()), states)


@pytest.fixture
def made(sample, tmp_path: Path) -> dict[str, pl.DataFrame]:
    return stored(Lake(tmp_path), [sample("gdelt", name) for name in NAMES])


def test_of_two_files_of_one_time_coverage_names_the_same_whichever_came_first(sample, tmp_path: Path) -> None:
    packed, plain = sample("gdelt", NAMES[0]), tmp_path / NAMES[0].removesuffix(".zip")
    with zipfile.ZipFile(packed) as archive:
        plain.write_bytes(archive.read(archive.infolist()[0]))
    one, other = (
        stored(Lake(tmp_path / str(n)), paths)["coverage"] for n, paths in enumerate(([packed, plain], [plain, packed]))
    )
    assert one["detection"].max() == GDELT.card.detection["dialogue"] / 96  # and the day is not covered twice
    assert one.equals(other)


def test_each_row_left_out_is_counted_with_its_reason(sample, reads) -> None:
    batch = reads("gdelt", sample("gdelt", NAMES[0]))
    assert (batch.rows, batch.kept) == (7, 3)
    assert batch.skipped == {
        "code says nothing of a tie": 1,  # 190, fighting
        "dated long before it was seen": 1,  # a year before
        "impossible id or date": 1,  # 31 February
        "not two states": 1,  # nobody towards whom
    }


def test_an_event_becomes_one_report_an_article_of_low_belief(made) -> None:
    reports = made["report"].filter(pl.col("position").str.starts_with("event 501,"))
    assert sorted(reports["url"]) == ["https://example.com/tr-kz", "https://example.org/story/501"]
    assert set(reports.select("instrument", "stage", "polarity").rows()) == {("agreement", "signed", 1)}
    assert reports["belief"].unique().to_list() == [GDELT.card.beliefs["signed"]]
    assert set(reports["publisher"]) == {"example.com", "example.org"}


def test_the_address_in_the_events_own_row_stands_where_no_mention_was_given(made) -> None:
    assert made["report"].filter(pl.col("date_from") == date(2013, 4, 1)).select("url", "instrument").rows() == [
        ("https://example.org/story/11", "agreement")
    ]  # event 12 of that day is a line of 57 columns: it has no address, so it cannot be opened and is no report


def test_translated_articles_keep_their_language(made) -> None:
    languages = made["report"].filter(pl.col("position").str.starts_with("event 601,"))["lang"]
    assert set(languages) == {"tur", None}


def test_an_address_that_is_no_web_page_is_no_mention(sample, reads) -> None:
    batch = reads("gdelt", sample("gdelt", NAMES[1]))
    assert (batch.rows, batch.kept, batch.skipped) == (5, 4, {"no web address": 1})


def test_a_line_with_too_few_columns_is_counted_and_stops_nothing(sample, reads) -> None:
    batch = reads("gdelt", sample("gdelt", NAMES[3]))
    assert (batch.rows, batch.kept, batch.skipped) == (2, 1, {"wrong number of columns": 1})


@pytest.mark.parametrize(("kind", "last"), [("mentions", NAMES[3]), ("export", NAMES[4])])
def test_many_files_read_at_once_are_the_same_as_each_alone(sample, tmp_path: Path, kind: str, last: str) -> None:
    whole = sample("gdelt", f"20240301000000.{kind}.CSV.zip")
    torn = tmp_path / f"20240301003000.{kind}.CSV.zip"
    torn.write_bytes(whole.read_bytes()[:200])
    raws = [raw_file(p) for p in (whole, torn, sample("gdelt", last))]
    found = GDELT.read_many(raws, kind)
    assert isinstance(found[1], SourceError)
    for batch, raw in ((found[0], raws[0]), (found[2], raws[2])):
        alone = GDELT.read(raw, kind)
        assert isinstance(batch, Batch)
        (name,) = batch.tables
        assert batch.tables[name].equals(alone.tables[name])
        assert (batch.rows, batch.kept, batch.skipped, batch.layout) == (
            alone.rows,
            alone.kept,
            alone.skipped,
            alone.layout,
        )
    assert GDELT.read_many([], kind) == []


def test_four_of_ninety_six_files_cover_a_twenty_fourth_of_a_day(made, sample, tmp_path: Path) -> None:
    day = made["coverage"].filter(pl.col("date_from") == date(2024, 3, 1), pl.col("instrument") == "dialogue")
    assert day["detection"].to_list() == [pytest.approx(GDELT.card.detection["dialogue"] / 96)]
    for quarter in ("0015", "0030", "0045"):
        shutil.copy(sample("gdelt", NAMES[0]), tmp_path / f"20240301{quarter}00.export.CSV.zip")
    # The same bytes under another name are the same file: coverage does not grow by copies.
    again = stored(Lake(tmp_path), sorted(tmp_path.glob("*.zip")))["coverage"]
    assert again.filter(pl.col("date_from") == date(2024, 3, 1), pl.col("instrument") == "dialogue").equals(day)


def test_a_zip_cut_short_says_so(sample, reads, tmp_path: Path) -> None:
    torn = tmp_path / NAMES[0]
    torn.write_bytes(sample("gdelt", NAMES[0]).read_bytes()[:300])
    with pytest.raises(SourceError, match=r"20240301000000\.export\.CSV\.zip: no whole zip"):
        reads("gdelt", torn)


def test_a_file_of_another_width_is_no_gdelt_file(reads, tmp_path: Path) -> None:
    path = tmp_path / "20240301000000.export.CSV"
    path.write_text("1\t20240229\tTUR\n" * 3)
    with pytest.raises(LayoutError, match="3 of 3 lines have not 61 or 58 or 57 columns"):
        reads("gdelt", path)


def test_a_bomb_is_refused_before_it_is_unpacked(reads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.sources.gdelt.read.MAX_BYTES", 1000)
    path = tmp_path / "20240301000000.mentions.CSV.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.CSV", b"\t" * 10_000)
    with pytest.raises(SourceError, match="10000 bytes unpacked, more than any GDELT file"):
        reads("gdelt", path)


@pytest.mark.parametrize("row", crosswalk().rows(named=True), ids=lambda row: row["cameo"])
def test_every_code_that_is_read_has_an_instrument_a_stage_and_a_belief(row) -> None:
    assert row["instrument"] in INSTRUMENTS
    assert row["stage"] in set(Stage)
    assert row["polarity"] in {1, -1}
    assert 0 < row["belief"] <= 0.2  # GDELT counts reports, not events


def test_the_turkish_kazakh_rows_of_a_real_day_reach_their_articles(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "gdelt_v2_raw_samples"
    paths = [folder / f"20260514{time}00.export.CSV.zip" for time in ("0830", "0900")]
    reports = stored(Lake(tmp_path), paths)["report"]
    strangers = pl.concat_list("actors", "recipients").list.set_difference(["KAZ", "TUR"])
    both = reports.filter(strangers.list.len() == 0)
    assert len(both) == 8
    assert both["url"].str.contains(r"^https?://\S+$").all()
    assert both["url"].str.contains("aa.com.tr").any()


@pytest.mark.parametrize("change", [(4, b"\xa9\x00"), (6, b"\x01\x00"), (8, b"\x63\x00")], ids=["version 16.9", "encrypted", "method 99"])  # fmt: skip
def test_a_zip_of_a_kind_that_no_one_here_opens_is_an_error_of_ours_and_stops_no_other(
    sample, tmp_path: Path, change: tuple[int, bytes]
) -> None:
    """Found by ``comity bench fuzz``: both headers of the member, the local and the central one, are changed alike."""
    whole = bytearray(sample("gdelt", NAMES[1]).read_bytes())
    at, value = change
    for start in (0, whole.index(b"PK\x01\x02") + 2):
        whole[start + at : start + at + 2] = value
    odd = tmp_path / NAMES[1]
    odd.write_bytes(whole)
    with pytest.raises(SourceError, match="no whole zip"):
        GDELT.read(raw_file(odd), "mentions")
    error, batch = GDELT.read_many([raw_file(odd), raw_file(sample("gdelt", NAMES[1]))], "mentions")
    assert isinstance(error, SourceError)
    assert isinstance(batch, Batch)
    assert batch.kept == 4


def test_the_knowledge_graph_counts_articles_that_name_two_states_and_the_military(sample, reads) -> None:
    """Eight invented articles: two count, one names three states; a theme must be whole, a day possible."""
    batch = reads("gdelt", sample("gdelt", "20240301000000.gkg.csv.zip"))
    assert (batch.rows, batch.kept, batch.layout) == (8, 2, "gkg")
    assert batch.skipped == {
        "not about the military": 2,  # one of them "MILITARYISM"
        "fewer than two states": 2,  # a place of no state is none
        "more than 5 states": 1,
        "impossible day": 1,
    }
    rows = batch.tables["attention"].select("a", "b", "articles", "tone").rows()
    assert rows[0][:3] == ("*", "*", 7)
    assert rows[0][3] == pytest.approx((-1.5 * 5 + 2.5) / 6)  # of one the tone is no number
    assert rows[1:] == [("KAZ", "TUR", 2, 0.5), ("KAZ", "UZB", 1, 2.5), ("TUR", "UZB", 1, 2.5)]


def test_attention_is_a_measure_by_pair_and_month_known_the_day_after_its_last_day(sample, reads, tmp_path) -> None:
    """Two files of March, one of April: the month sums what was read, and tone is weighted by articles."""
    lake = Lake(tmp_path)
    batch = reads("gdelt", sample("gdelt", "20240301000000.gkg.csv.zip"))
    for n, day in enumerate((date(2024, 3, 1), date(2024, 3, 9), date(2024, 4, 2))):
        rows = batch.tables["attention"].with_columns(date=pl.lit(day), raw=pl.lit(f"r{n}"), tone=pl.lit(float(n)))
        raw = raw_file(sample("gdelt", NAMES[0]))._replace(sha256=f"r{n}")
        lake.store("gdelt", 1, [(raw, batch._replace(tables={"attention": rows}))])
    measures = attention.monthly(lake, {"KAZ", "TUR"})
    assert measures["measure"].is_unique().all()
    mine = measures.filter(pl.col("subject") == "KAZ>TUR").sort("name", "date")
    assert mine.select("name", "date", "known", "value").rows() == [
        ("gkg_defence_articles", date(2024, 3, 31), date(2024, 3, 10), 4.0),
        ("gkg_defence_articles", date(2024, 4, 30), date(2024, 4, 3), 2.0),
        ("gkg_defence_tone", date(2024, 3, 31), date(2024, 3, 10), 0.5),
        ("gkg_defence_tone", date(2024, 4, 30), date(2024, 4, 3), 2.0),
    ]
    assert set(measures["subject"]) == {"*", "KAZ>TUR"}
    assert measures.filter(pl.col("subject") == "*", pl.col("name") == "gkg_defence_articles")["value"].to_list() == [14.0, 7.0]  # fmt: skip


@pytest.mark.parametrize("kind", ["export", "mentions"])
def test_what_breaks_files_that_are_read_together_loses_only_the_file_that_breaks_it(
    sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = sample("gdelt", f"20240301000000.{kind}.CSV.zip")
    other = tmp_path / path.name
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(other, "w") as half:
        half.writestr(whole.infolist()[0], b"".join(whole.read(whole.infolist()[0]).splitlines(keepends=True)[:1]))
    raws = [raw_file(path), raw_file(other)]

    def kept_promises(card: object, raw: RawFile, batch: Batch) -> Batch:
        if raw == raws[1]:
            raise SourceError(f"{raw.path.name}: a promise is broken")
        return batch

    monkeypatch.setattr("comity.sources.kept_promises", kept_promises)
    good, bad = GDELT.read_many(raws, kind)
    assert isinstance(good, Batch)
    assert good.rows == GDELT.read(raws[0], kind).rows
    assert isinstance(bad, SourceError)
