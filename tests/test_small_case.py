"""A case of one patron, one partner and no rival that rests on own reports alone: every page answers and promises nothing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import polars as pl
import pytest
from rich.console import Console, RenderableType
from tests.serving import AS_OF, served
from tests.test_web import PATHS

from comity import cases, flow, pages, terminal
from comity.errors import CaseError
from comity.lake import Lake
from comity.pages import Query, questions
from comity.pages.told import how
from comity.pages.unknowns import unknowns
from comity.states import name_of
from comity.tables import NOT_COVERED, OBSERVED
from comity.web import brief, create_app
from comity.web.dress import STATIC
from comity.web.figures import RIVALS, colours

CASE = """title = "A small case"
question = "What holds?"
since = 2018-01-01
[roles]
patron = "IND"
partners = ["MUS"]
"""
OWN = """author,date,actors,recipients,instrument,stage,text
A,2024-02-29,India,Mauritius,basing,executed,An invented jetty was opened.
A,2021-02-22,India,Mauritius,aid,signed,An invented loan was given.
A,2023-05-06,Mauritius,India,rupture,suspended,An invented accord was suspended.
"""
ELSEWHERE = {"tie": "/tie/IND-MUS", "state": "/state/MUS", "evidence": "/evidence/IND-MUS:basing"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> flow.Picture:
    folder = tmp_path_factory.mktemp("cases") / "small"
    folder.mkdir()
    (folder / "case.toml").write_text(CASE)
    (folder / "own.csv").write_text(OWN)
    case, lake = cases.load(folder), Lake(tmp_path_factory.mktemp("store"))
    flow.update(case, lake, AS_OF)
    return flow.picture(case, lake, AS_OF)


@pytest.fixture(scope="module")
def site(small: flow.Picture) -> Iterator[httpx.Client]:
    with served(create_app(lambda day: small, today=lambda: AS_OF)) as client:
        yield client


@pytest.mark.parametrize("path", list((PATHS | ELSEWHERE).values()), ids=list(PATHS))
def test_every_page_of_a_small_case_answers(site: httpx.Client, path: str) -> None:
    assert site.get(path).status_code == 200
    assert site.get("/index.json" if path == "/" else f"{path}.json").status_code == 200


def test_a_case_of_which_nothing_was_read_says_so_on_every_page_that_would_show_it(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "case.toml").write_text(CASE.replace('"IND"', '"ARE"'))
    case, lake = cases.load(folder), Lake(tmp_path / "store")
    flow.update(case, lake, AS_OF)
    bare = flow.picture(case, lake, AS_OF)
    assert pages.overview(bare, Query()).sentences[0].text == (
        "No defence act between the United Arab Emirates and a partner is known: no source has been read yet."
    )
    says = {
        "/": "No report has been read for this case yet",
        "/brief": "No arms, production or basing deal is known.",
        "/timeline": "No act between the patron or a rival and the partners is known",
        "/state/MUS": "No act that counts towards a tie of it is known.",
        "/map": "no arc is drawn",
        "/tie/ARE-MUS": "Nobody looked at this pair: what follows is assumption alone",
        "/factors": "nothing could be measured of the others",
        "/sources": "No evidence has been read",
    }
    with served(create_app(lambda day: bare, today=lambda: AS_OF)) as client:
        assert {path: words for path, words in says.items() if words not in client.get(path).text} == {}
        assert "<svg" not in client.get("/timeline").text.partition("<main")[2]  # no axis of nothing
        assert "Not monitorable" not in client.get("/alerts").text


def test_reports_without_a_search_behind_them_promise_no_number(small: flow.Picture) -> None:
    page = pages.overview(small, Query())
    assert page.sentences[0].text == (
        "India has defence ties on record with the one state looked at; how often to expect acts cannot be said, "
        "because nobody says how hard they looked (effort.csv of the case)."
    )
    assert page.sentences[1].text == (
        "In ten years acts of cooperation were suspended, cancelled or ended: one with Mauritius (2023); the acts expected below do not count that."
    )
    doubted = dataclasses.replace(small, acts=small.acts.with_columns(belief=pl.lit(0.4)))
    assert pages.overview(doubted, Query()).sentences[1].text == (
        "Such a break is told of in ten years, and believed less than half: one with Mauritius (2023)."
    )
    ended = pl.col("instrument").replace("rupture", "agreement")  # the same, told as an agreement that was suspended
    assert (
        pages.overview(dataclasses.replace(small, acts=small.acts.with_columns(ended)), Query()).sentences[1]
        == (page.sentences[1])
    )
    refused = dataclasses.replace(
        small, acts=small.acts.with_columns(ended, stage=pl.col("stage").replace("suspended", "refused"))
    )
    assert "suspended" not in pages.overview(refused, Query()).sentences[1].text  # nothing was there to end
    assert {c.prior_share for row in page.partners for c in row.ties} == {1.0}
    (gap,) = (u.text for u in page.unknowns if u.kind == NOT_COVERED)
    assert "acts are on record, but nobody says how hard these ties were searched" in gap


def test_a_measured_indicator_is_not_called_unmeasurable_for_a_part_of_it(small: flow.Picture) -> None:
    told = [
        ("I15", "IND-MUS", 0.1, None),
        ("I15", "IND-MUS:secrecy", None, "no such agreement"),
        ("I15", "IND-LKA", None, "hardly watched"),
        ("I15", "IND-LKA:secrecy", None, "hardly watched"),
        ("I7", "IND-LKA", None, "1 signature"),
        ("I7", "IND-MUS", None, "2 signatures"),
        ("I7", "IND-MDV", None, "2 signatures"),
    ]
    rows = pl.DataFrame(told, schema=["indicator", "subject", "value", "note"], orient="row")
    state = pl.when(pl.col("value").is_null()).then(pl.lit(NOT_COVERED)).otherwise(pl.lit(OBSERVED)).alias("state")
    texts = [u.text for u in unknowns(dataclasses.replace(small, readings=rows.with_columns(state)), [])]
    assert texts[1:] == [
        "Bureaucratic lag: not measurable for India–Sri Lanka, India–Maldives and India–Mauritius; mostly: 2 signatures.",
        "Trust depth: not measurable for India–Sri Lanka: hardly watched.",
        "Trust depth, secrecy: not measurable for India–Mauritius: no such agreement.",
    ]


def test_a_deal_whose_kind_the_two_ended_later_is_not_said_to_wait(tmp_path: Path) -> None:
    """A base that was leased and dismantled is no deal "announced, not seen", on the overview or on the page of the tie."""
    folder = tmp_path / "leased"
    folder.mkdir()
    (folder / "case.toml").write_text(CASE)
    lease = "A,2019-03-01,India,Mauritius,basing,signed,An invented runway was leased.\n"
    over = "A,2022-03-01,India,Mauritius,basing,ended,Invented barracks were emptied.\n"
    for rows, waits in ((lease, True), (lease + over, False)):
        (folder / "own.csv").write_text(OWN.partition("\n")[0] + "\n" + rows)
        case, lake = cases.load(folder), Lake(tmp_path / f"store{waits}")
        flow.update(case, lake, AS_OF)
        there = flow.picture(case, lake, AS_OF)
        page, tie = pages.overview(there, Query()), pages.tie(there, "IND", "MUS", Query())
        done = "not been seen carried out" if waits else "been seen carried out or ended"
        assert f"The one arms, production or basing deal announced or signed has {done}." in {
            s.text for s in page.sentences
        }
        assert len(page.unseen) == waits
        (told,) = (d for d in tie.deals if d.stages[0].text == "An invented runway was leased.")
        assert (told.open, told.ended is None) == (waits, waits)


def test_pressure_and_cooperation_so_far_count_what_took_place(small: flow.Picture) -> None:
    """Of the three acts one broke a tie; planned or denied it breaks none, and pressure that was lifted is no breach."""

    def known(**changed: str) -> str:
        acts = small.acts.with_columns(
            pl.when(pl.col("instrument") == "rupture").then(pl.lit(v)).otherwise(pl.col(k)).alias(k)
            for k, v in changed.items()
        )
        return pages.overview(dataclasses.replace(small, acts=acts), Query()).questions[0].known.text

    says = "In 5 years: {} of pressure or breach between India and the partners, beside {} of cooperation."
    assert known() == says.format("one act", 1)
    assert known(modality="planned") == known(modality="negated") == says.format("no acts", 1)
    assert known(instrument="agreement", stage="refused") == says.format("one act", 1)
    lifted = small.acts.with_columns(
        polarity=pl.when(pl.col("instrument") == "rupture").then(1).otherwise(pl.col("polarity")).cast(pl.Int8)
    )
    told = pages.overview(dataclasses.replace(small, acts=lifted), Query()).questions[0].known.text
    assert told == says.format("no acts", 2)


@pytest.mark.parametrize(
    ("stage", "modality", "words"),
    [
        ("announced", "planned", ["announced"]),
        ("announced", "actual", ["announced"]),
        ("announced", "hypothetical", ["announced", "hypothetical"]),
        ("offered", "planned", ["offered", "planned"]),
        ("signed", "planned", ["planned"]),
        ("ended", "actual", ["ended"]),
    ],
)
def test_what_is_announced_is_not_called_planned_beside_it(stage: str, modality: str, words: list[str]) -> None:
    act: Any = SimpleNamespace(stage=stage, modality=modality)
    assert how(act) == words


def test_what_a_partner_did_to_a_rival_is_no_pressure_by_that_rival(small: flow.Picture) -> None:
    roles = dataclasses.replace(small.case.roles, patron="LKA", rivals=("IND",))
    courted = dataclasses.replace(small, case=dataclasses.replace(small.case, roles=roles))
    by_whom = pages.overview(courted, Query()).questions[2].known.text
    assert by_whom == "No pressure by a rival on a partner is known in 5 years."  # Mauritius suspended the accord
    turned = small.acts.with_columns(actors=pl.col("recipients"), recipients=pl.col("actors"))
    by_whom = pages.overview(dataclasses.replace(courted, acts=turned), Query()).questions[2].known.text
    assert by_whom.startswith("Pressure on partners in 5 years: India 1.")


def test_a_partner_whose_ties_were_all_hardly_looked_at_keeps_its_name(small: flow.Picture) -> None:
    """Nobody searched between Sri Lanka and the partners; India, a rival, has acts with Mauritius alone."""
    roles = dataclasses.replace(small.case.roles, patron="LKA", partners=("MDV", "MUS"), rivals=("IND",))
    lines = shown(terminal.overview(pages.overview(dataclasses.replace(small, case=dataclasses.replace(small.case, roles=roles)), Query())))  # fmt: skip
    assert re.search(r"^Mauritius +hardly looked at +India", lines, re.MULTILINE)


def test_terminal_and_brief_say_of_an_act_that_it_is_only_thought_of_or_ended_something(small: flow.Picture) -> None:
    thought = small.acts.with_columns(
        modality=pl.when(pl.col("instrument") == "basing").then(pl.lit("hypothetical")).otherwise(pl.col("modality"))
    )
    told = dataclasses.replace(small, acts=thought)
    lines = shown(terminal.tie(pages.tie(told, "IND", "MUS", Query())))
    assert "hypothetical: An invented jetty was opened." in lines
    assert "suspended: An invented accord was suspended." in lines
    assert re.search(r"  An invented loan was given\.", lines)
    since = Query(start=date(2020, 1, 1))
    paper = brief.html(pages.brief(told, since))
    assert '<span class="stage">hypothetical</span> <bdi>An invented jetty' in paper


def test_a_share_that_only_rounds_to_half_is_said_to_lie_under_it(small: flow.Picture) -> None:
    (row,) = pages.overview(small, Query()).partners
    for share, words in ((0.496, "just under 50% assumption); 0 of 1"), (0.5, "(50% assumption); 1 of 1"), (0.494, "(49% assumption); 0 of 1")):  # fmt: skip
        cells = [dataclasses.replace(c, prior_share=share) for c in row.ties if c.state == OBSERVED][:1] or [
            dataclasses.replace(row.ties[0], prior_share=share, state=OBSERVED)
        ]
        assert words in questions._thinnest([dataclasses.replace(row, ties=cells)], "IND").text


HEADER = "id,date,date_precision,initiator,targets,forum,instrument,phase,polarity,summary,system,quantity,value_usd,place,source_url,source_publisher,source_date"


def kept(folder: Path, store: Path, effort: str, head: str = "") -> flow.Picture:
    """A case with a casebook: four drills of Türkiye with Kazakhstan, twelve with Uzbekistan."""
    folder.mkdir()
    case = CASE.replace('"IND"', '"TUR"').replace('["MUS"]', '["KAZ", "UZB"]\nrivals = ["RUS"]')
    (folder / "case.toml").write_text(case + head)
    rows = [f"{who}{m},2025-{m:02}-05,day,TUR,{who},,exercise,executed,1,Invented drill {m} with {who}.,,,,,https://example.org/{who}{m},A,2026-06-01" for who, n in (("KAZ", 4), ("UZB", 12)) for m in range(1, n + 1)]  # fmt: skip
    (folder / "casebook.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (folder / "effort.csv").write_text(f"pair,lookups,basis\n{effort}")
    lake = Lake(store)
    flow.update(cases.load(folder), lake, AS_OF)
    return flow.picture(cases.load(folder), lake, AS_OF)


def test_a_pair_that_nobody_searched_outranks_none_that_was_searched(tmp_path: Path) -> None:
    """Twelve acts found by the way (detection .05) make more acts a year than four of ten searches (.84), and rank behind them."""
    found = kept(tmp_path / "few", tmp_path / "store", "TUR-KAZ,10,logged\n")
    arcs = [a for a in pages.map(found, Query()).arcs if a.patron == "TUR"]
    assert [(a.partner, round(a.covered, 2)) for a in arcs] == [("KAZ", 0.84), ("UZB", 0.05)]
    assert arcs[1].strength > arcs[0].strength
    page = pages.overview(found, Query())
    assert "most often by exercise (" in page.sentences[0].text  # the only instrument of which an act is known
    assert "dialogue" not in page.sentences[0].text
    assert {c.verdict for c in page.compared} == {"not compared"}  # .84 beside .05, and .05 beside .05
    said = pages.map(found, Query()).answer
    assert said
    assert said.text.startswith("Of Türkiye's ties only that with Kazakhstan (")
    assert "Uzbekistan" not in said.text
    assert said.text.endswith("One pair with acts was hardly looked at and is not ranked.")
    cells = {(r.state, c.with_, c.instrument): c.state for r in page.partners for c in r.ties}
    assert cells["KAZ", "TUR", "arms"] == "none reported"
    assert cells["UZB", "TUR", "arms"] == cells["KAZ", "RUS", "arms"] == "not covered"
    assert "hardly looked at" in str(pages.state(found, "UZB", Query()).answer)
    ties = {code: pages.tie(found, "TUR", code, Query()).caution for code in ("KAZ", "UZB", "RUS")}
    assert ties["KAZ"] is None
    assert re.fullmatch(r"Hardly anybody looked at this pair: [5-9]\d% of what follows is assumption, and each act on record stands for many unseen\.", ties["UZB"] or "")  # fmt: skip
    assert re.search(r"exercise [\d.]+\*?\?", shown(terminal.overview(page)))


def test_search_effort_is_read_anew_when_only_its_years_or_its_casebook_changed(tmp_path: Path) -> None:
    """Its last row is of December 2025 and published in June 2026; then all are of March, and of 2025 half is shown."""
    folder, store = tmp_path / "own", tmp_path / "store"

    def looked(made: flow.Picture) -> list[tuple[date, date, float]]:
        rows = made.coverage.filter(pl.col("instrument") == "arms", pl.col("a") == "KAZ").sort("date_from")
        return [(a, b, round(d, 3)) for a, b, d in rows.select("date_from", "date_to", "detection").iter_rows()]

    def again() -> flow.Picture:
        lake = Lake(store)
        flow.update(cases.load(folder), lake, AS_OF)
        return flow.picture(cases.load(folder), lake, AS_OF)

    assert looked(kept(folder, store, "TUR-KAZ,10,logged\n")) == [(date(1992, 1, 1), date(2026, 6, 30), 0.842)]
    casebook = (folder / "casebook.csv").read_text()
    (folder / "casebook.csv").write_text(casebook.replace("2026-06-01", "2026-03-01"))
    assert looked(again()) == [(date(1992, 1, 1), date(2026, 3, 31), 0.842)]
    shown = [f"{year},1,{0.5 if year == 2025 else 1},0.1,1" for year in range(1992, 2027)]
    (folder / "years.csv").write_text("\n".join(["year,rows,seen,low,high", *shown]) + "\n")
    assert looked(again()) == [
        (date(1992, 1, 1), date(2024, 12, 31), 0.842),
        (date(2025, 1, 1), date(2025, 12, 31), 0.421),
        (date(2026, 1, 1), date(2026, 3, 31), 0.842),
    ]


def test_what_a_case_borrows_of_the_built_in_one_is_named_and_its_own_numbers_count(
    tmp_path: Path, picture: flow.Picture
) -> None:
    """Ten searches find 1 - exp(-11.07 / 6) = .842 by borrowed numbers, and 1 - exp(-10 / 5) = .865 by own ones; a change is read anew."""
    folder, store, effort = tmp_path / "own", tmp_path / "store", "TUR-KAZ,10,logged\n"
    borrowed = kept(folder, store, effort)

    def basis(made: flow.Picture) -> dict[str, tuple[float, str]]:
        rows = made.coverage.filter(pl.col("instrument") == "arms").sort("date_to")
        return {a: (round(d, 3), words) for a, d, words in rows.select("a", "detection", "basis").iter_rows()}

    assert basis(borrowed) == {
        "KAZ": (0.842, "10 logged searches (e_fold 6 and unlogged 1.07 assumed from the built-in case)"),
        "*": (0.05, "no logged search: found by the way (by_the_way 0.05 assumed from the built-in case)"),
    }
    found = pages.evidence(borrowed, "KAZ-TUR:training", Query())
    assert found.sum
    assert found.sum.assumed == [
        "10 logged searches (e_fold 6 and unlogged 1.07 assumed from the built-in case)",
        "no logged search: found by the way (by_the_way 0.05 assumed from the built-in case)",
        "level before any evidence, temper, belief by grade of publisher (assumed from the built-in case)",
    ]
    assert "assumed from the built-in case" in shown(terminal.evidence(found))
    (folder / "case.toml").write_text((folder / "case.toml").read_text() + "[search]\ne_fold = 5\nunlogged = 0\n")
    lake = Lake(store)
    flow.update(cases.load(folder), lake, AS_OF)
    own = flow.picture(cases.load(folder), lake, AS_OF)
    assert basis(own)["KAZ"] == (0.865, "10 logged searches")
    assert basis(own)["*"][1].endswith("assumed from the built-in case)")
    mine = pages.evidence(picture, "KAZ-TUR:training", Query())
    assert mine.sum
    assert mine.sum.assumed == []
    (folder / "case.toml").write_text((folder / "case.toml").read_text() + "by_the_way = 0.3\n")
    with pytest.raises(CaseError, match=r"search.*by_the_way.*less than 0.3"):
        cases.load(folder)


def shown(page: RenderableType) -> str:
    """A page on a terminal wide enough for every line."""
    console = Console(width=1000)
    with console.capture() as caught:
        console.print(page)
    return caught.get()


def test_a_terminal_says_what_nobody_looked_at_in_place_of_a_number(small: flow.Picture) -> None:
    text = shown(terminal.factors(pages.factors(small, Query())))
    assert "Instrument strength, arms (acts a year, 0 and up): not covered (" in text
    assert "Mauritius: nobody was watched well enough" in text
    assert "Mauritius: every instrument" in shown(terminal.overview(pages.overview(small, Query())))


def test_a_terminal_names_the_rivals_for_whom_it_has_no_room(picture: flow.Picture) -> None:
    """Beside the patron three rivals have a line; the others with acts on record are named, not dropped."""
    page = pages.overview(picture, Query())
    text = shown(terminal.overview(page)).partition("Who holds which partner")[2].partition("What changed")[0]
    blocks = re.split(r"\n(?=\S)", text)
    mine = next(block for block in blocks if block.startswith("Kazakhstan"))
    for arc in page.arcs:
        if arc.partner == "KAZ" and arc.acts:
            assert name_of(arc.patron) in mine
    assert "and others" in mine


def test_a_terminal_says_that_two_states_are_none_of_the_case(small: flow.Picture) -> None:
    assert "The case small does not measure the tie of these two" in shown(
        terminal.tie(pages.tie(small, "FRA", "MLI", Query()))
    )
    assert "It has no part in the case small" in shown(terminal.state(pages.state(small, "FRA", Query())))


def test_what_a_case_does_not_bring_is_said_and_not_left_blank(site: httpx.Client) -> None:
    for path in ("/", "/claims"):
        assert "holds no <code>claims.csv</code>" in site.get(path).text
    assert "holds no scenarios of its own" in site.get("/scenario").text
    worth = site.get("/outlook").text.partition('id="worth"')[2]
    assert "too few forecasts to say" in worth
    assert "0.000" not in worth


def test_every_patron_has_a_colour_however_many_rivals_there_are(small: flow.Picture) -> None:
    codes = ["RUS", "CHN", "USA", "IRN", "TUR", "PAK", "PRK", "BRA", "FRA", "GBR", "DEU"]
    roles = dataclasses.replace(small.case.roles, rivals=tuple(codes))
    found = colours(dataclasses.replace(small, case=dataclasses.replace(small.case, roles=roles)))
    style = (STATIC / "comity.css").read_text("utf-8")
    assert found["IND"] == 0
    assert 0 not in [found[c] for c in codes]
    assert len({found[c] for c in codes}) == RIVALS
    for number in set(found.values()):
        assert f".c{number} {{ --own: var(--c{number}); }}" in style
        assert style.count(f"--c{number}: #") == 2  # light and dark
