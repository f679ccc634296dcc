"""Every way out of a picture tells the same: what stands in the terminal and on paper stands on the page, and files hold its numbers to the last digit."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import cache
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import httpx
import networkx
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from rich.console import Console

from comity import cli, numerals, pages, terminal
from comity.export import export, tables
from comity.flow import Picture
from comity.lake import Lake
from comity.pages import Query
from comity.web.brief import html, pdf

NUMBER = r"([<>]?[+\-]?(?:\d[\d,]*)?\.?\d+%?)"
INTERVAL = re.compile(
    rf"(?<![\d.\-]){NUMBER}\*?(?: (?:defence acts|acts|in 1,000)[a-z0-9 ]*,?)?(?: | ?\()(?!\d{{4}}-\d\d\b){NUMBER} to {NUMBER}(?!\d|[.\-]\d)"
)
COERCION = "coercion:RUS->KAZ"
# Address of the page, the command that tells it, and its dress in the terminal.
WAYS: dict[str, tuple[str, list[str], Callable[[Any], Any]]] = {
    "overview": ("/", ["show", "turan"], terminal.overview),
    "tie": ("/tie/KAZ-TUR", ["tie", "TUR", "KAZ"], terminal.tie),
    "state": ("/state/KAZ", ["state", "KAZ"], terminal.state),
    "methods": ("/methods", ["indicators", "turan"], terminal.indicators),
    "factors": ("/factors", ["factors", "turan"], terminal.factors),
    "outlook": ("/outlook", ["outlook", "turan"], terminal.outlook),
    "scenario": (f"/scenario?shock={COERCION}", ["scenario", "turan", "--shock", COERCION], terminal.scenario),
    "scores": ("/scores", ["scores"], terminal.scores),
    "chronicle": ("/chronicle", ["chronicle"], terminal.chronicle),
    "evidence": ("/evidence/KAZ-TUR:arms", ["evidence", "KAZ-TUR:arms"], terminal.evidence),
    "evidence of a chance": ("/evidence/risk:KAZ-TUR", ["evidence", "risk:KAZ-TUR"], terminal.evidence),
    "risk": ("/risk", ["risk", "turan"], terminal.risk),
    "alerts": ("/alerts", ["alerts", "turan"], terminal.alerts),
    "claims": ("/claims", ["claims", "turan"], terminal.claims),
    "digest": ("/digest", ["digest", "turan"], terminal.digest),
    "brief": ("/brief", ["brief", "turan"], html),
}
WITHOUT = {"alerts", "chronicle", "claims", "digest"}  # tell no interval


def intervals(text: str) -> set[tuple[str, ...]]:
    """Every estimate with its bounds, as it is told."""
    plain = re.sub(r"\s+", " ", unescape(re.sub(r"<[/!a-zA-Z][^>]*>", " ", text)))
    return set(INTERVAL.findall(plain))


def asked(name: str) -> tuple[list[str], Query]:
    """What the address of a page asks for, and with which question."""
    path, _, question = WAYS[name][0].partition("?")
    words = re.split("[/]", path)[2:]
    return (words[0].split("-") if name == "tie" else words), pages.parse(
        [tuple(question.split("=", 1))] if question else []
    )  # type: ignore[list-item]


def in_terminal(name: str, page: Any, width: int = 500) -> str:
    out = StringIO()
    Console(file=out, width=width, markup=False, highlight=False, emoji=False).print(WAYS[name][2](page))
    return out.getvalue()


@pytest.fixture(scope="module")
def made(picture: Picture) -> Callable[[str], Any]:
    """The page of a name, made once."""

    @cache
    def page(name: str) -> Any:
        words, query = asked(name)
        return getattr(pages, name.split(maxsplit=1)[0])(picture, *words, query)

    return page


@pytest.mark.parametrize("name", sorted(set(WAYS) - {"brief"}))
def test_a_narrow_terminal_cuts_no_number_and_no_word(name: str, made: Callable[[str], Any]) -> None:
    whole = in_terminal(name, made(name))
    for width in (110, 80, 40):
        narrow = in_terminal(name, made(name), width)
        assert narrow.count("…") == whole.count("…")
        assert max(map(len, narrow.splitlines())) <= width
        if width >= 80:
            assert sorted(re.findall(NUMBER, narrow)) == sorted(re.findall(NUMBER, whole))


def test_a_table_without_a_column_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.write(terminal.grid([], []))
    assert capsys.readouterr().out.strip() == ""


@given(st.floats(0, 1), st.integers(0, 1))
def test_a_share_reads_as_none_or_as_all_only_where_it_is(share: float, digits: int) -> None:
    told = numerals.percent(share, digits)
    assert [told == numerals.percent(end, digits) for end in (0, 1)] == [share == 0, share == 1]


def test_shares_are_told_by_one_module() -> None:
    home = Path(numerals.__file__).parent
    rows = [p for p in home.rglob("*.py") if p.relative_to(home).parts[0] not in {"bench", "coding", "sources"}]
    shares = re.compile(r":\+?\.\d%\}|100 \* [\w.]+\) *\| *number")
    assert [p.name for p in [*rows, *home.rglob("*.html")] if shares.search(p.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", WAYS)
def test_an_interval_that_the_terminal_tells_is_on_the_page_in_the_same_digits(
    name: str, site: httpx.Client, made: Callable[[str], Any]
) -> None:
    told = intervals(in_terminal(name, made(name)))
    assert told <= intervals(site.get(WAYS[name][0]).text)
    assert bool(told) != (name in WITHOUT)


@pytest.mark.parametrize("name", WAYS)
def test_no_interval_is_written_with_a_dash_which_a_number_below_nought_would_hide(
    name: str, site: httpx.Client, made: Callable[[str], Any]
) -> None:
    dashed = re.compile(r"\d%? ?– ?[<>\d]|\d\.\d+%?-[<>\d]|\d%-[<>\d]")
    page = re.sub(r"<(script|style).*?</\1>|<svg.*?</svg>|<[/!a-zA-Z][^>]*>", " ", site.get(WAYS[name][0]).text, flags=re.DOTALL)  # fmt: skip
    assert [unescape(page[m.start() - 30 : m.end() + 9]) for m in dashed.finditer(unescape(page))] == []
    assert dashed.findall(in_terminal(name, made(name))) == []


@pytest.mark.parametrize("name", WAYS)
def test_a_command_prints_the_twin_of_its_page(
    name: str,
    site: httpx.Client,
    lake: Lake,
    picture: Picture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, command, _ = WAYS[name]
    day = f"as_of={picture.as_of}"
    path, _, question = address.partition("?")
    twin = site.get(f"{'/index' if path == '/' else path}.json?{day}&{question}").json()
    monkeypatch.setattr(
        sys, "argv", ["comity", "--lake", str(lake.root), *command, "--json", "--as-of", str(picture.as_of)]
    )
    with pytest.raises(SystemExit):
        cli.main()
    told = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    if name == "risk":  # the command lists forecasts, as it does of the whole world
        same = ("probability", "low", "high", "base_rate")
        told = {(r["pair"], r["horizon_months"], *(r[k] for k in same)) for r in told}
        twin = {(f"{t['a']}-{t['b']}", c["months"], *(c[k] for k in same)) for t in twin["ties"] for c in t["chances"]}
    assert told == twin


def test_a_brief_on_paper_tells_numbers_and_days_as_it_does_in_html(picture: Picture) -> None:
    pypdf = pytest.importorskip("pypdf")
    page = pages.brief(picture, Query())
    paper = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(pdf(page))).pages)
    assert "\xad" not in paper  # a soft hyphen is lost when an interval is copied
    assert intervals(paper) == intervals(html(page))
    lines = [numerals.span(line.act.date_from, line.act.date_to) for line in (*page.changes, *page.unseen)]
    assert all(f" {day} " in re.sub(r"\s+", " ", paper) for day in lines)


def test_a_table_is_the_same_in_every_file(picture: Picture, tmp_path: Path) -> None:
    """To the last digit, and what is missing stays missing; lists come back from between semicolons."""
    for form in ("csv", "parquet"):
        export(picture, tmp_path, form)
    for name, table in tables(picture).items():
        assert_frame_equal(pl.read_parquet(tmp_path / f"{name}.parquet"), table)
        assert not any(table[c].is_nan().any() for c in table.select(pl.selectors.float()).columns)
        flat = table.with_columns(pl.selectors.list().list.join(";"))
        moments = pl.selectors.datetime()
        read = pl.read_csv(
            tmp_path / f"{name}.csv",
            schema_overrides={c: pl.String for c, t in flat.schema.items() if t.is_temporal() or t == pl.String},
        )
        ours = flat.with_columns(moments.dt.strftime("%Y-%m-%dT%H:%M:%S%.f%:z"), pl.selectors.date().cast(pl.String))
        assert_frame_equal(
            read, ours.with_columns(pl.selectors.string().name.keep()), check_dtypes=False, check_exact=True
        )


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_network_has_the_numbers_of_the_overview(form: str, picture: Picture, tmp_path: Path) -> None:
    path, _ = export(picture, tmp_path, form)
    cells = {c.opens: c for row in pages.overview(picture, Query()).partners for c in row.ties}
    graph = networkx.read_graphml(path) if form == "graphml" else networkx.read_gexf(path, version="1.3")
    for *_, key, edge in graph.edges(data=True, keys=True):
        cell = cells[edge.get("id", key)]
        steps = edge["strength"] if form == "gexf" else [(edge["strength"], "", "")]
        told = (
            steps[-1][0],
            *(edge[k] for k in ("low", "high", "prior_share", "exposure", "acts", "reports", "state")),
        )
        assert told == (
            cell.strength,
            cell.low,
            cell.high,
            cell.prior_share,
            cell.exposure,
            cell.acts,
            cell.reports,
            cell.state,
        )
        if form == "gexf":
            assert edge["weight"] == cell.strength
            assert steps[-1][2] == str(picture.as_of)
            assert [start for _, start, _ in steps[1:]] == [
                str(int(end[:4]) + 1) + "-01-01" for *_, end in steps[:-1] if end[4:] == "-12-31"
            ]
