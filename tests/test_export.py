"""Exports open elsewhere, run nothing there, and say whose data they carry."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import networkx
import polars as pl
import pytest

from comity import pages
from comity.errors import MissingExtra, StoreError, UsageError
from comity.export import export, tables
from comity.export.forecast import forecasts
from comity.export.sql import asked
from comity.flow import Picture
from comity.pages import Query, overview
from comity.sources import catalogue
from comity.tables import MEASURE, REPORT


def test_every_table_is_written_and_the_manifest_says_what_it_is(picture: Picture, tmp_path: Path) -> None:
    paths = export(picture, tmp_path / "out", "csv")
    assert [p.name for p in paths] == [
        "reports.csv",
        "acts.csv",
        "ties.csv",
        "readings.csv",
        "measures.csv",
        "coverage.csv",
        "files.csv",
        "verdicts.csv",
        "chances.csv",
        "scenarios.csv",
        "manifest.json",
    ]
    manifest = json.loads(paths[-1].read_text("utf-8"))
    assert (manifest["case"], manifest["as_of"], manifest["vintage"]) == ("turan", "2026-06-30", picture.vintage)
    assert manifest["cite"] == (
        f"Comity {manifest['software'].split()[1]}: Türkiye in Central Asia (case turan, {manifest['digest']}), as known on 2026-06-30; "
        f"evidence of vintage {manifest['vintage']}, read on {manifest['built'][:10]}."
    )
    assert manifest["sources"]["casebook"]["attribution"]
    assert len(pl.read_csv(paths[0])) == len(picture.reports)


def test_the_manifest_says_of_every_source_on_what_terms_it_may_be_used(picture: Picture, tmp_path: Path) -> None:
    cards = {name: item.card for name, item in catalogue().items()}
    measures = MEASURE.frame([{"measure": name, "source": name, "subject": "KAZ", "name": "x"} for name in cards])
    paths = export(dataclasses.replace(picture, measures=measures), tmp_path, "graphml")
    said = json.loads(paths[-1].read_text("utf-8"))["sources"]
    assert set(said) == set(cards)
    for name, card in cards.items():
        assert said[name] == {
            "attribution": card.attribution,
            "licence": card.licence,
            "terms": card.terms,
            "may_redistribute": card.may_redistribute,
        }
        assert all(said[name][key] for key in ("attribution", "licence", "terms"))
    assert not said["sipri"]["may_redistribute"]
    assert said["casebook"]["may_redistribute"]


def test_the_casebook_of_a_users_own_case_is_nobody_elses_to_license(picture: Picture, tmp_path: Path) -> None:
    own = dataclasses.replace(picture, case=dataclasses.replace(picture.case, folder=tmp_path / "turan"))
    said = json.loads(export(own, tmp_path, "ftm")[-1].read_text("utf-8"))["sources"]["casebook"]
    assert (said["licence"], said["may_redistribute"]) == ("Own work", False)
    assert "Comity" not in said["attribution"]
    assert "Comity casebook" not in (tmp_path / "acts.ftm.json").read_text("utf-8")
    (card,) = (c for c in pages.sources(own, Query()).sources if c.name == "casebook")
    assert (card.publisher, card.homepage) == ("Whoever made this case", None)
    assert not [limit for limit in card.limits if "about 22 rows" in limit]
    credits = [c.attribution for c in pages.brief(own, Query()).sources]
    assert card.attribution in credits
    assert "Comity casebook, CC BY 4.0" not in credits
    assert "Comity casebook, CC BY 4.0" in [c.attribution for c in pages.brief(picture, Query()).sources]


def test_parquet_comes_back_as_it_was(picture: Picture, tmp_path: Path) -> None:
    export(picture, tmp_path, "parquet")
    assert pl.read_parquet(tmp_path / "acts.parquet").equals(picture.acts)


def test_a_chance_leaves_with_its_interval_its_base_rate_and_what_it_is_worth(picture: Picture, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    export(picture, tmp_path, "parquet", lambda *step: told.append(step))
    page, rows = pages.risk(picture, Query()), pl.read_parquet(tmp_path / "chances.parquet")
    assert len(rows) == 3 * len(page.ties)
    assert [name for name, *_ in told[:2]] == ["chances of rupture", "scenario 1-all-disruptors"]
    assert {total for *_, total in told} == {len(told)}
    (tie,) = (t for t in page.ties if (t.a, t.b) == ("KAZ", "TUR"))
    mine = rows.filter(a="KAZ", b="TUR").sort("months")
    assert mine.select("months", "probability", "low", "high", "base_rate").rows() == [dataclasses.astuple(c) for c in tie.chances]  # fmt: skip
    assert mine["worth"].to_list() == [page.horizons[0].worth, page.worth, page.horizons[1].worth]
    assert rows.filter(~pl.col("probability").is_between(pl.col("low"), pl.col("high"))).is_empty()
    assert rows["base_rate"].null_count() == rows["worth"].null_count() == 0


def test_each_scenario_of_the_case_leaves_tie_by_tie_beside_the_same_without_it(picture: Picture, tmp_path: Path) -> None:  # fmt: skip
    export(picture, tmp_path, "csv")
    rows = pl.read_csv(tmp_path / "scenarios.csv")
    page = pages.scenario(picture, Query(scenario="3-economic-coercion"))
    assert rows["scenario"].unique().sort().to_list() == [named.name for named in page.named]
    whole, *ties = rows.filter(scenario="3-economic-coercion").rows(named=True)
    assert (whole["a"], whole["b"], whole["chance"], whole["low"], whole["base"]) == ("TUR", "*", page.chance.value, page.chance.low, page.base.value)  # fmt: skip
    assert (whole["base_rate"], whole["grade"]) == (page.base_rate_any, page.grade)
    assert whole["shocks"] == ";".join(line.spec for line in page.shocks)
    assert [(t["a"], t["b"], t["chance"], t["high"], t["first"]) for t in ties] == [(b.a, b.b, b.chance.value, b.chance.high, b.first) for b in page.breaks]  # fmt: skip
    assert {t["kept"] for t in ties} <= {k.kept for k in page.kept if not k.instrument}
    assert {row["worth"] for row in (whole, *ties)} == {page.verdicts[-1].answer.text}


def test_where_no_chance_can_be_foretold_its_table_is_empty(picture: Picture) -> None:
    """Too early a day for the model: scenarios answer from base rates, and say so."""
    early = dataclasses.replace(picture, as_of=date(1995, 1, 1))
    found = forecasts(early, lambda what, done, total: None)
    assert pages.risk(early, Query()).why_not
    assert found["chances"].is_empty()
    assert set(found["scenarios"]["worth"]) == {pages.scenario(early, Query()).verdicts[-1].answer.text}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_a_spreadsheet_runs_nothing_that_a_stranger_wrote(picture: Picture, tmp_path: Path, start: str) -> None:
    evil = REPORT.frame(
        [{"report": "x", "source": "casebook", "text": f"{start}HYPERLINK(1)", "actors": ["TUR", "KAZ"]}]
    )
    paths = export(dataclasses.replace(picture, reports=evil), tmp_path, "csv")
    row = pl.read_csv(paths[0], infer_schema=False).row(0, named=True)
    assert row["text"].startswith("'")
    assert row["actors"] == "TUR;KAZ"


def test_an_unknown_format_and_a_folder_that_cannot_be_are_said(picture: Picture, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose from csv, parquet, graphml, gexf, ftm"):
        export(picture, tmp_path, "docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another folder"):
        export(picture, tmp_path / "file", "csv")


def test_a_network_holds_the_ties_of_the_overview_and_no_others(picture: Picture, tmp_path: Path) -> None:
    shown = {c.opens: c for row in overview(picture, Query()).partners for c in row.ties}
    for form, read in (("graphml", networkx.read_graphml), ("gexf", lambda p: networkx.read_gexf(p, version="1.3"))):
        path, _ = export(picture, tmp_path, form)
        edges = list(read(path).edges(data=True, keys=True))
        assert len(edges) == len(shown)
        for *pair, key, edge in edges:
            cell = shown[edge["id"] if form == "gexf" else key]
            assert cell.opens.split(":")[0] == "-".join(sorted(pair))
            assert edge["low"] <= float(edge["weight" if form == "gexf" else "strength"]) <= edge["high"]
            assert edge["evidence"].split() == cell.evidence


def test_gephi_keeps_parallel_ties_apart_and_shows_when_evidence_outweighs_assumption(
    picture: Picture, tmp_path: Path
) -> None:
    path, _ = export(picture, tmp_path, "gexf")
    text = path.read_text("utf-8")
    assert text.count('kind="arms"') == len(picture.case.roles.held) * len(picture.case.roles.patrons)
    for edge in networkx.read_gexf(path, version="1.3").edges(data=True):
        spells = edge[2].get("spells", [])
        assert all(first <= last for first, last in spells)
        assert all(before[1] < after[0] for before, after in pairwise(spells))


def test_every_entity_points_at_one_that_came_before(picture: Picture, tmp_path: Path) -> None:
    path, _ = export(picture, tmp_path, "ftm")
    seen: set[str] = set()
    kinds: dict[str, int] = {}
    for line in path.read_text("utf-8").splitlines():
        entity = json.loads(line)
        points = [i for name in ("organizer", "involved", "proof") for i in entity["properties"].get(name, [])]
        assert set(points) <= seen
        assert entity["id"] not in seen
        seen.add(entity["id"])
        kinds[entity["schema"]] = kinds.get(entity["schema"], 0) + 1
    assert (kinds["Event"], kinds["Article"]) == (len(picture.acts), len(picture.reports))


@pytest.mark.parametrize("module", ["duckdb", "pyarrow"])
def test_what_sql_lacks_is_named_with_the_extra_that_brings_it(
    module: str, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"\({module} is missing\): pip install 'comity\[sql\]'"):
        asked(picture, "select 1")


def test_a_question_in_sql_sees_every_table_and_nothing_else(picture: Picture, tmp_path: Path) -> None:
    for name, table in tables(picture).items():
        assert asked(picture, f"select count(*) from {name}").rows == [(len(table),)]
    found = asked(picture, "select actors, date_from from acts order by date_from, act limit 1")
    first = picture.acts.sort("date_from", "act").row(0, named=True)
    assert (found.columns, found.rows) == (["actors", "date_from"], [(first["actors"], first["date_from"])])
    assert asked(picture, "select 0.0 / 0, 1.0 / 0, 1.0 / 2").rows == [(None, None, 0.5)]
    assert asked(picture, "create table mine as select 7 as n; select n from mine; -- so").rows == [(7,)]
    with pytest.raises(UsageError, match="SQL: 2 questions; ask one at a time"):
        asked(picture, "select 1; select 2")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for question in (
        f"select * from '{tmp_path}/secret.csv'",
        f"copy acts to '{tmp_path}/out.csv'",
        "set enable_external_access = true",
        "select * from nowhere",
        "selec",
    ):
        with pytest.raises(UsageError, match=r"SQL: (.|\n)*Tables: reports, acts"):
            asked(picture, question)
    assert not (tmp_path / "out.csv").exists()
