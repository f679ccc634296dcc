"""One act or two: an analyst's word goes before any likeness, holds until the opposite is said, and moves nothing before its day."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from tests.serving import served
from tests.test_acts import report
from tests.test_press import article, code, small, stored
from typer.testing import CliRunner

from comity import acts, cases, export, flow, pages, pasted, verdicts
from comity.cli.app import app
from comity.errors import NotFound, UsageError
from comity.lake import Lake
from comity.pages import Query
from comity.rulings import Ruling, Rulings
from comity.sources import card
from comity.tables import REPORT, VERDICT
from comity.web import create_app


def now() -> datetime:
    """The clock as it runs: a verdict given after midnight is of the new day."""
    return datetime.now(UTC)


OURS = {"sec-fetch-site": "same-origin"}


def merged(rows: list[dict[str, object]], *given: Ruling) -> list[list[str]]:
    return acts.merge(REPORT.frame(rows), Rulings(given)).sort("act")["reports"].to_list()


def ruling(merge: bool, one: str, other: str) -> Ruling:
    return Ruling(merge, frozenset(one), frozenset(other))


def test_two_acts_that_an_analyst_joins_are_one_of_the_first_ones_name_and_days() -> None:
    rows = [report("a"), report("b", instrument="training", day=date(2024, 1, 1), text="Courses were held")]
    assert merged(rows) == [["a"], ["b"]]
    (act,) = acts.merge(REPORT.frame(rows), Rulings([ruling(True, "a", "b")])).to_dicts()
    assert (act["act"], act["reports"], act["date_from"], act["date_to"]) == ("a", ["a", "b"], *[date(2023, 5, 9)] * 2)
    assert act["belief"] == pytest.approx(1 - 0.2 * 0.2)


def test_a_report_that_an_analyst_sets_apart_is_an_act_of_its_own() -> None:
    rows = [report("a"), report("b"), report("c")]
    assert merged(rows) == [["a", "b", "c"]]
    assert merged(rows, ruling(False, "b", "ac")) == [["a", "c"], ["b"]]


def test_of_two_rulings_on_the_same_reports_the_later_holds() -> None:
    rows = [report("a"), report("b")]
    assert merged(rows, ruling(False, "a", "b"), ruling(True, "b", "a")) == [["a", "b"]]
    assert merged(rows, ruling(True, "a", "b"), ruling(False, "a", "b")) == [["a"], ["b"]]


def test_an_analyst_sets_a_rupture_apart_from_the_end_of_a_tie_and_joins_what_the_rule_leaves() -> None:
    columns = {"polarity": -1, "stage": "ended", "coder": "comity"}
    rows = [report(n, "It is over", instrument=kind, **columns) for n, kind in (("a", "rupture"), ("b", "basing"), ("c", "agreement"))]  # fmt: skip
    assert merged(rows) == [["a", "b"], ["c"]]
    assert merged(rows, ruling(False, "a", "b")) == [["a", "c"], ["b"]]
    assert merged(rows, ruling(False, "a", "bc")) == [["a"], ["b"], ["c"]]
    assert merged(rows, ruling(True, "ab", "c")) == [["a", "b", "c"]]


def test_a_report_that_came_later_joins_the_act_that_an_analyst_made() -> None:
    rows = [report("a"), report("b", instrument="training", text="Courses"), report("c", instrument="training", text="Courses")]  # fmt: skip
    assert merged(rows, ruling(True, "a", "b")) == [["a", "b", "c"]]


@given(
    st.lists(st.tuples(st.sampled_from(["exercise", "arms"]), st.integers(1, 3)), min_size=2, max_size=7),
    st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 6)), max_size=5),
)
def test_the_last_word_on_whole_acts_holds_and_every_report_stays_in_one_act(
    told: list[tuple[str, int]], said: list[tuple[bool, int, int]]
) -> None:
    """As the pages do it: a merge takes two whole acts, a split one report away from the rest of its act."""
    rows = [report("abcdefg"[n], instrument=name, day=date(2023, 5, day)) for n, (name, day) in enumerate(told)]
    names = [str(row["report"]) for row in rows]
    given: list[Ruling] = []
    for merge, a, b in said:
        one, other = names[a % len(names)], names[b % len(names)]
        found = {name: frozenset(act) for act in merged(rows, *given) for name in act}
        mine, rest = (found[one], found[other]) if merge else (frozenset({one}), found[one] - {one})
        if mine & rest or not rest:
            continue
        given.append(Ruling(merge, mine, rest))
        after = merged(rows, *given)
        assert sorted(name for act in after for name in act) == sorted(names)
        assert (mine | rest in map(set, after)) if merge else ([one] in after)


def said_of(kind: str, hour: int, now: dict[str, object] | None = None) -> dict[str, object]:
    """A verdict of that hour on report a, which said what ``report`` says."""
    was = {name: report("a")[name] for name in verdicts.CORE}
    told = json.dumps({"was": was, "now": None if kind == "reject" else was | (now or {})}, default=str)
    return {"target": "a", "kind": kind, "author": "Ada", "when": datetime(2024, 1, 1, hour, tzinfo=UTC), "why": "", "said": told}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [(0.3, 0.8), (0.95, 0.95)])
def test_an_accepted_report_is_believed_as_an_analysts_own_and_never_less_than_before(before: float, after: float) -> None:  # fmt: skip
    assert card("manual").beliefs["asserted"] == 0.8
    rows = REPORT.frame([report("a", belief=before), report("b", belief=before)])
    found = verdicts.judged(rows, VERDICT.frame([said_of("accept", 1)])).reports.sort("report")
    assert found["belief"].to_list() == [after, before]
    assert found["coder"].to_list() == ["hand, confirmed by Ada", "hand"]


def test_the_last_verdict_on_a_report_holds_in_whatever_order_they_are_kept() -> None:
    rows = REPORT.frame([report("a")])
    first, last = said_of("reject", 1), said_of("recode", 2, {"recipients": ["UZB"], "date_to": date(2023, 6, 1)})
    for order in ([first, last], [last, first]):
        (kept,) = verdicts.judged(rows, VERDICT.frame(order)).reports.to_dicts()
        assert (kept["recipients"], kept["date_from"], kept["date_to"]) == (["UZB"], date(2023, 5, 9), date(2023, 6, 1))
    undone = verdicts.judged(rows, VERDICT.frame([last, said_of("reject", 3)]))
    assert (len(undone.reports), undone.rejected["report"].to_list()) == (0, ["a"])


@pytest.mark.parametrize(
    ("change", "holds"),
    [({"stage": "announced"}, True), ({"modality": "planned"}, True), ({"date_to": date(2023, 5, 10)}, True), ({"actors": ["RUS"]}, False),
     ({"recipients": ["UZB"]}, False), ({"instrument": "arms"}, False), ({"polarity": -1}, False)],
)  # fmt: skip
def test_a_rejection_holds_until_the_sentence_is_read_as_of_others_or_of_something_else(
    change: dict[str, object], holds: bool
) -> None:
    found = verdicts.judged(REPORT.frame([report("a", **change)]), VERDICT.frame([said_of("reject", 1)]))
    assert (len(found.reports), len(found.rejected)) == ((0, 1) if holds else (1, 0))


def test_merges_and_splits_come_in_the_order_in_which_they_were_given() -> None:
    """Whatever order they are kept in."""
    said = [{"target": "a", "kind": kind, "when": datetime(2024, 1, 1, hour, tzinfo=UTC), "said": json.dumps({"one": ["a"], "other": ["b"]})} for kind, hour in (("merge", 2), ("split", 1))]  # fmt: skip
    rows = [*said, said_of("accept", 3)]
    assert [row["kind"] for row, _ in verdicts.ruled(VERDICT.frame(rows))] == ["split", "merge"]
    assert verdicts.rulings(VERDICT.frame(rows)).says("a", "b") is True


def given_(tmp_path: Path, kind: str, why: str = "", author: str = "Ada", **changes: str) -> dict[str, object]:
    """The verdict kept of a report of Kazakhstan and Türkiye on 9 May 2023."""
    row = report("a", actors=["TUR", "KAZ"], recipients=[])
    verdicts.judge(Lake(tmp_path), "c", [row], kind, author, now(), why, changes)
    return Lake(tmp_path).read(VERDICT, "c").collect().row(0, named=True)


def test_who_gives_the_same_columns_in_another_order_accepts(tmp_path: Path) -> None:
    assert given_(tmp_path / "one", "accept", actors="tur, kaz", date_to="2023-05-09")["kind"] == "accept"
    assert given_(tmp_path / "two", "accept", actors="tur")["kind"] == "recode"


def test_an_act_may_end_on_the_day_on_which_it_starts_and_no_earlier(tmp_path: Path) -> None:
    said = given_(tmp_path, "recode", date_from="2023-05-08", date_to="2023-05-08")["said"]
    assert verdicts.read(str(said))[1]["date_to"] == date(2023, 5, 8)
    with pytest.raises(UsageError, match="would end"):
        given_(tmp_path, "recode", date_from="2023-05-10")


@pytest.mark.parametrize("said", [{"why": "w" * 2001}, {"author": "A" * 2001}, {"author": "  "}])
def test_a_reason_or_a_name_too_long_or_no_name_is_refused(tmp_path: Path, said: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="at most 2000 letters"):
        given_(tmp_path, "reject", **said)
    assert given_(tmp_path, "reject", why="w" * 2000, author=" Ada ")["author"] == "Ada"


def test_the_two_sides_of_a_ruling_have_nothing_in_common(tmp_path: Path) -> None:
    for one, other in ((["a"], ["a", "b"]), ([], ["b"]), (["a"], [])):
        with pytest.raises(UsageError, match="two different acts"):
            verdicts.rule(Lake(tmp_path), "c", verdicts.Sides(one, other), "merge", "Ada", now(), "")


TEXT = (
    "Turkey delivered three Anka drones to Kyrgyzstan on 2 March. The price of bread went up by a little in that week. "
    "Turkey and Kyrgyzstan held a joint military exercise near Osh on 1 March. Nobody at the market had an opinion about it."
)


@pytest.fixture
def case(tmp_path: Path) -> cases.Case:
    return small(tmp_path / "small", {})


@pytest.fixture
def lake(tmp_path: Path, case: cases.Case) -> Lake:
    lake = Lake(tmp_path / "store")
    stored(lake, article("a", TEXT, "x"), article("b", TEXT.replace("three", "four"), "y"))
    code(lake)
    flow.update(case, lake, now().date())
    return lake


def grouped(lake: Lake, case: cases.Case, day: date | None = None) -> list[int]:
    return sorted(flow.picture(case, lake, day or now().date()).acts["reports"].list.len())


def client(lake: Lake, case: cases.Case) -> FastAPI:
    return create_app(lambda day: flow.picture(case, lake, day), stamp=lambda: flow.stamp(case, lake), analyst="Ada")


def test_a_merge_from_its_page_is_shown_with_its_author_and_undone_there(
    lake: Lake, case: cases.Case, tmp_path: Path
) -> None:
    before = flow.picture(case, lake, now().date()).acts
    assert grouped(lake, case) == [2, 2]
    first, second = before["act"]
    with served(client(lake, case)) as desk:
        page = f"/evidence/{first}"
        assert "One act or two" in desk.get(page).text
        sent = {"target": first, "other": second, "kind": "merge", "author": "Ada", "why": "one visit", "back": page}
        assert desk.post("/verdict", data=sent, headers=OURS).status_code == 303
        assert grouped(lake, case) == [4]
        shown = desk.get(page).text
        assert re.search(r"Made one act with.*report.*by Ada, .*: one visit", shown)
        assert "They are two after all" in shown
        undo = {"target": first, "other": second, "kind": "split", "author": "Eve", "back": page}
        assert desk.post("/verdict", data=undo, headers=OURS).status_code == 303
        assert flow.picture(case, lake, now().date()).acts.equals(before)
        found = desk.get(f"{page}.json").json()["statements"][0]["verdicts"]
    assert [(v["kind"], v["author"], len(v["others"])) for v in found] == [("split", "Eve", 2), ("merge", "Ada", 2)]
    export.export(flow.picture(case, lake, now().date()), tmp_path / "out", "csv")
    told = pl.read_csv(tmp_path / "out" / "verdicts.csv")
    assert told.select("kind", "author").rows() == [("merge", "Ada"), ("split", "Eve")]


def test_on_the_page_of_a_text_two_of_its_acts_are_made_one(case: cases.Case, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "store")
    heads = {"date": "2024-03-05", "publisher": "Times", "url": "https://times.example/1", "title": "Osh"}
    id = pasted.paste(lake, TEXT, heads)
    pasted.keep(lake, id)
    with served(client(lake, case)) as desk:
        page = f"/read/{id}"
        one, other = (act["report"] for act in desk.get(f"{page}.json").json()["acts"])
        assert "One act or two" in desk.get(page).text
        sent = {"target": one, "other": other, "text": id, "kind": "merge", "author": "Ada", "back": page}
        assert desk.post("/verdict", data=sent, headers=OURS).status_code == 303
        assert "They are two after all" in desk.get(page).text
    flow.update(case, lake, now().date())
    assert grouped(lake, case) == [2]


def test_the_command_splits_an_act_and_an_update_keeps_it_so(lake: Lake, case: cases.Case) -> None:
    act = flow.picture(case, lake, now().date()).acts.row(0, named=True)
    runs = CliRunner()
    asked = ["--lake", str(lake.root), "verdict", str(case.folder), act["reports"][1], "split", "--by", "Ada"]
    done = runs.invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "1 and 1 reports" in done.stderr
    assert grouped(lake, case) == [1, 1, 2]
    flow.update(case, lake, now().date())
    assert grouped(lake, case) == [1, 1, 2]
    assert grouped(lake, case, date(2024, 7, 1)) == [2, 2]  # on that day nobody had said so


def test_what_cannot_be_joined_or_parted_is_refused(lake: Lake, case: cases.Case) -> None:
    picture = flow.picture(case, lake, now().date())
    act = picture.acts.row(0, named=True)
    sides = pages.sides(picture, "merge", act["act"], act["reports"][1])
    with pytest.raises(UsageError, match="two different acts"):
        verdicts.rule(lake, case.name, sides, "merge", "Ada", now(), "")
    with pytest.raises(NotFound):
        pages.sides(picture, "merge", act["act"], "zz")
    assert pages.evidence(picture, act["act"], Query()).statements[0].verdicts == []
