"""What holds for every source: its card, its sample, and bad input."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from comity import sources
from comity.errors import ComityError, SourceError
from comity.intake import claimed
from comity.lake import Batch, raw_file
from comity.sources import catalogue
from comity.tables import MEASURE, TABLES, WORLD, expect
from comity.vocabulary import INSTRUMENTS, Modality, Stage

SOURCES = catalogue()
# Columns of a report without which it cannot be counted, dated, believed or opened.
WHOLE = (
    "report", "source", "url", "publisher", "retrieved", "raw", "position", "coder", "reliability", "credibility", "date_from",
    "date_to", "known", "actors", "recipients", "instrument", "stage", "polarity", "modality", "belief", "text",
)  # fmt: skip
SLOW = (Path(__file__).parents[2] / "docs/measures.md").read_text("utf-8")
SAMPLES = [
    pytest.param(name, Path(str(path)), id=f"{name}/{path.name}")
    for name in SOURCES
    if files("comity.sources").joinpath(name, "sample").is_dir()  # one without is told by the first test
    for path in sorted(files("comity.sources").joinpath(name, "sample").iterdir(), key=lambda p: p.name)
]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_a_sample_and_a_card_that_says_what_it_cannot_show(name: str) -> None:
    card = SOURCES[name].card
    assert card.limits, f"{name}/source.toml: say under limits what the source does not show"
    assert card.terms, f"{name}/source.toml: say under terms what a user may do with the data"
    assert card.attribution, f"{name}/source.toml: attribution is the line that an export must carry"
    assert all(0 < belief <= 1 for belief in card.beliefs.values()), f"{name}/source.toml: a belief is above 0, to 1"
    assert any(case.values[0] == name for case in SAMPLES), f"sources/{name}/sample/ has no file: invent a small one"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (["read.py"], "sources/half has no source.toml: a source is a folder with"),
        (["source.toml"], "half has no read.py"),
    ],
)
def test_half_a_source_is_named_rather_than_passed_over(parts: list[str], why: str, tmp_path: Path) -> None:
    for folder, there in {"half": parts, "whole": ["read.py", "source.toml"], "__pycache__": []}.items():
        (tmp_path / folder).mkdir()
        for part in there:
            (tmp_path / folder / part).touch()
    with pytest.raises(SourceError, match=why):
        sources.folders(tmp_path)
    shutil.rmtree(tmp_path / "half")
    assert sources.folders(tmp_path) == ["whole"]


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_a_sample_is_recognised_by_its_own_source_only(name: str, path: Path) -> None:
    assert [n for n, source in SOURCES.items() if source.layout(path)] == [name]


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_every_row_of_a_sample_is_evidence_or_counted_with_a_reason(name: str, path: Path) -> None:
    source, raw = SOURCES[name], raw_file(path)
    layout = source.layout(path)
    assert layout
    batch = source.read(raw, layout)
    assert batch.rows >= batch.kept > 0
    assert batch.kept == batch.rows or batch.skipped, "rows are left out, and skipped does not say why"
    for table, frame in batch.tables.items():
        assert expect(frame, TABLES[table])["raw"].unique().to_list() in ([raw.sha256], [])
    reports = batch.tables.get("report", pl.DataFrame())
    for report in reports.iter_rows(named=True):
        assert [name for name in WHOLE if report[name] is None] == [], f"empty columns of the report {report}"
        assert report["date_from"] <= report["date_to"]
        assert report["known"] >= report["date_from"], "known before it happened"
        assert 0 < report["belief"] <= 1
        assert report["instrument"] in INSTRUMENTS
        assert report["stage"] in set(Stage)
        assert report["modality"] in set(Modality)
        assert report["position"]
        assert report["url"].startswith("https://")
        assert set(report["actors"]).isdisjoint(report["recipients"])
    assert reports.is_empty() or reports["report"].is_unique().all(), "two rows have one id: hash what tells them apart"
    if (coverage := batch.tables.get("coverage")) is not None:
        assert coverage.select(((pl.col("detection") > 0) & (pl.col("detection") < 1)).all()).item()
        parties = [{*r["actors"], *r["recipients"]} for r in reports.iter_rows(named=True)]
        always = set.intersection(*parties) if len(parties) > 1 else set()
        world = coverage.filter(pl.col("a") == WORLD, pl.col("b") == WORLD)
        assert not always or world.is_empty(), (
            f"every row names {', '.join(sorted(always))}, and the coverage says that the source looks at any two states: "
            f"give covered(...) sides=({min(always)!r}, WORLD), or the sample a row of others"
        )


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_a_file_cut_short_or_full_of_rubbish_is_a_clear_error_or_fewer_rows(
    name: str, path: Path, tmp_path: Path
) -> None:
    source, whole = SOURCES[name], path.read_bytes()
    layout = source.layout(path)
    assert layout
    most = source.read(raw_file(path), layout).kept
    hurt = tmp_path / path.name
    cuts = [whole[: len(whole) * n // 7] for n in range(7)]
    middle = len(whole) // 2
    rubbish = [whole[:middle] + bytes(range(256)) + whole[middle:], b"\x00" * 64 + whole, whole.replace(b",", b";")]
    for content in (*cuts, *rubbish):
        hurt.write_bytes(content)
        try:
            claim = source.layout(hurt)
            kept = source.read(raw_file(hurt), claim).kept if claim else 0
        except ComityError as error:
            assert path.name in str(error)  # noqa: PT017 - most cuts are read, in part
            continue
        assert kept <= most + 1


VOLUMES = [
    pytest.param(name, layout, id=f"{name}/{layout}")
    for name, source in SOURCES.items()
    for layout in source.card.promises.volume
]


@pytest.mark.parametrize("name", SOURCES)
def test_every_card_says_what_its_files_hold_of_the_states_that_cases_name(name: str) -> None:
    promises = SOURCES[name].card.promises
    assert bool(promises.volume) != bool(promises.silent), (
        f"{name}/source.toml, [promises]: say what a whole file of each layout holds of those states ([promises.volume.LAYOUT]), "
        "or why nothing is promised (silent), and not both"
    )
    for volume in promises.volume.values():
        assert set(volume.without) <= sources.configured()
        assert all(volume.without.values())
    assert {"TUR", "TKM", "AZE", "RUS", "POL"} < sources.configured()


@pytest.fixture(scope="module")
def given(shared_data: Path) -> dict[tuple[str, str], list[Path]]:
    """Real files by source and layout."""
    found: dict[tuple[str, str], list[Path]] = {}
    for path, source, layout in claimed(sorted(p for p in shared_data.rglob("*") if p.is_file()), SOURCES):
        found.setdefault((source.card.name, layout), []).append(path)
    return found


@pytest.mark.parametrize(("name", "layout"), VOLUMES)
def test_every_configured_state_has_volume_in_every_feed(
    name: str, layout: str, given: dict[tuple[str, str], list[Path]]
) -> None:
    """In a whole file of the layout; a state that the card calls missing is truly missing."""
    volume = SOURCES[name].card.promises.volume[layout]
    whole = 0
    for path in given.get((name, layout), []):
        batch = SOURCES[name].read(raw_file(path), layout)  # a broken promise stops here
        if batch.layout == layout and batch.rows >= volume.rows:
            whole += 1
            held = sources.held(batch)
            assert sources.configured() - held == set(volume.without), path.name
    if not whole:
        pytest.skip(f"no whole file of {name}, {layout}, among the real files")


def test_a_file_that_has_lost_a_configured_state_is_refused_loudly(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("x")
    raw = raw_file(path)
    states = sources.configured()
    card = SOURCES["sipri"].card
    rows = [{"measure": s, "subject": f"TUR>{s}", "name": "tiv_delivered", "raw": raw.sha256} for s in states - {"TKM"}]
    lost = Batch({"measure": MEASURE.frame(rows)}, "register", 30_000, 30_000, {})
    with pytest.raises(
        SourceError, match=r"register\.csv: source sipri promises .* holds TKM, and this one has nothing"
    ):
        sources.kept_promises(card, raw, lost)
    assert sources.kept_promises(card, raw, lost._replace(rows=300, kept=300)).rows == 300  # a part of the register


@pytest.mark.parametrize("name", SOURCES)
def test_nobody_claims_a_stranger(name: str, tmp_path: Path) -> None:
    for file, content in {
        "note.txt": b"Turkey and Kazakhstan",
        "table.csv": b"a,b\n1,2\n",
        "empty.csv": b"",
        "page.html": b"<script>",
        "photo.parquet": b"PAR1",
        "data.dta": b"nonsense",
        "book.xlsx": b"PK\x03\x04 no book",
        "book.xls": b"\xd0\xcf\x11\xe0 no book",
    }.items():
        path = tmp_path / file
        path.write_bytes(content)
        assert SOURCES[name].layout(path) is None, file


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_every_measure_is_on_the_page_of_slow_numbers_with_its_source(name: str, path: Path) -> None:
    layout = SOURCES[name].layout(path)
    assert layout
    measures = SOURCES[name].read(raw_file(path), layout).tables.get("measure", pl.DataFrame({"name": []}))
    rows = [line for line in SLOW.splitlines() if line.startswith("|") and f"`{name}`" in line.rsplit("|", 2)[1]]
    for measure in measures["name"].unique():
        assert any(f"`{measure}`" in row for row in rows), f"docs/measures.md has no row of `{measure}` by `{name}`"


def test_every_file_of_others_is_read_or_named_as_deliberately_not_read(shared_data: Path) -> None:
    paths = [p for p in shared_data.rglob("*") if p.is_file()]
    read = {path for path, *_ in claimed(paths, SOURCES)}
    fixtures = shared_data / "news_html_fixtures"
    for path in paths:
        assert path in read or f"`{path.name}" in SLOW or f"`{path.stem}`" in SLOW or fixtures in path.parents, path


def test_what_breaks_a_parser_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    def broken(raw: object, layout: str = "") -> None:
        raise pl.exceptions.ComputeError("row 3 is no number\nand more")

    path = tmp_path / "a.csv"
    path.write_text("x")
    with pytest.raises(
        SourceError, match=r"a\.csv: cannot be understood \(ComputeError: row 3 is no number\); fetch it again"
    ):
        sources._understood(SOURCES["sipri"].card, broken, raw_file(path), "table")  # type: ignore[arg-type]
    assert sources._told_apart(broken, path) is None  # type: ignore[arg-type]


def test_the_tool_that_writes_the_samples_writes_them_as_they_are_kept(tmp_path: Path) -> None:
    """All but those of one source by hand, and of two with workbooks, whose bytes hang on the release of a library that only the tool needs."""
    root = Path(__file__).parents[2]
    kept = {p.relative_to(root): p.read_bytes() for p in root.glob("src/comity/sources/*/sample/*")}
    shutil.copytree(root / "tools", tmp_path / "tools")
    for path in kept:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    tool = [sys.executable, str(tmp_path / "tools/samples.py")]
    names = [name for name in SOURCES if name not in {"acled", "exercises", "manual"}]
    subprocess.run([*tool, *names, "votes"], check=True)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.glob("src/comity/sources/*/sample/*")}
    assert len(made) > 30
    assert made == {path: kept[path] for path in made}
