"""The chronicle: every row whole and sourced, nothing counted before it was over, and how complete it is said to be."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.test_same import in_terminal

from comity import pages
from comity.errors import CaseError, ComityError, UnknownState
from comity.flow import Picture
from comity.pages import Query
from comity.rupture.chronicle import KINDS, Row, agreement, chronicle, completeness
from comity.scenarios import register

TEXT = files("comity.rupture").joinpath("chronicle.csv").read_text("utf-8")
ROWS = chronicle()


LEAST = {"rupture": 350, "repair": 138, "scare": 85, "competing_end": 16}  # a row may be added, and none lost
BEFORE_IT_TOOK_EFFECT = {
    "gbr-usa-2006-03-strike-fighter-ultimatum",
    "kgz-usa-2009-02-20-manas-eviction",
    "kor-jpn-2019-08-23-gsomia-notice",
    "phl-usa-2020-02-11-vfa-notice",
    "ury-usa-2019-09-24-rio-treaty-exit",
    "usa-deu-2020-06-15-troop-cut-announced",
}
DOCS = Path(__file__).parents[1]


def test_no_row_is_lost() -> None:
    found = Counter(row.kind for row in ROWS)
    fewer = {kind: found[kind] for kind, n in LEAST.items() if found[kind] < n}
    assert not fewer, f"rows are gone: {fewer}, of {LEAST}; if on purpose, say so here"


def test_what_came_after_the_last_day_is_held_back_to_judge_forecasts() -> None:
    late = [row.id for row in ROWS if row.date > date(2024, 6, 30)]
    assert not late, f"{late}: rows after 30 June 2024 are not taken; rupture/README.md says why"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_is_whole_sourced_and_in_order(row: Row) -> None:
    assert urlsplit(row.source_url).scheme in {"http", "https"}, "source_url is the page that states the fact"
    assert row.source_publisher, "source_publisher is empty"
    assert 10 < len(row.summary) <= 260, "summary is one sentence of 11 to 260 characters"
    assert row.sweeps, "sweeps is empty: P for a row sent in"
    assert row.date <= row.end
    assert row.kind in KINDS
    if row.kind == "repair" and row.repair_of:
        assert row.repair_of in {other.id for other in ROWS}


def test_a_vague_date_counts_at_its_end() -> None:
    ends = {row.id: row.end for row in ROWS}
    assert ends["usa-pak-1990-training-cut"] == date(1990, 12, 31)
    assert ends["eu-irq-1990-08-embargo"] == date(1990, 8, 31)


def test_an_embargo_by_an_organisation_breaks_no_partnership() -> None:
    assert not next(r for r in ROWS if r.id == "un-irq-1990-08-embargo").between_states
    assert sum(not r.between_states for r in ROWS) > 50


def test_a_scare_was_undone_in_time_or_before_it_took_effect() -> None:
    late = {r.id for r in ROWS if r.kind == "scare" and r.reversed_on and (r.reversed_on - r.end).days > 90}
    assert late == BEFORE_IT_TOOK_EFFECT


WHOLE = re.compile(
    r"\b(military|defen[cs]e)(-sector)? (cooperation|ties|relations|contacts?|links|partnership|work|support)"
    r"|every military channel|relations with \w+'s military|all (contacts|military (contacts|cooperation|ties|support)|practical)|defence accords|ties frozen"
    r"|NATO (drills and|-Uzbek)? ?cooperation|NATO-Uzbek cooperation|resumed cooperation|cooperation with Australia",
    re.IGNORECASE,
)
IN_PART = {  # the words are there, and something less is meant
    "chn-usa-2009-02-27-talks-resumed",
    "fra-pol-2016-10-07-visits-cancelled",
    "jpn-isr-2024-02-itochu-elbit-ended",
    "swe-sau-2015-03-10-accord-not-renewed",
    "ukr-blr-2022-12-23-defence-accords-ended",
    "usa-fji-2014-10-31-sanctions-lifted",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_severity_and_instruments_agree(row: Row) -> None:
    """1 one instrument, 2 several, 3 all defence ties in such words, 4 relations broken."""
    if row.severity in "12":
        partly = row.id == "tur-isr-2010-06-04-defence-ties-cut"
        assert (row.severity == "2") == (len(row.instruments) > 1 or partly), (
            "one instrument is severity 1, several are 2"
        )
    whole = (row.severity == "3") == bool(WHOLE.search(row.summary)) or row.severity == "4" or row.id in IN_PART
    assert whole, "severity 3 is for a sentence that speaks of all defence ties (WHOLE), and such a sentence has 3"
    if row.severity == "4":
        assert "dialogue" in row.instruments, "broken relations are of dialogue as well"
    assert len(set(row.instruments)) == len(row.instruments) > 0, "name each instrument once"


def test_what_undid_a_rupture_is_about_the_same_two_and_later() -> None:
    by = {row.id: row for row in ROWS}
    for row in ROWS:
        if row.kind == "repair" and row.repair_of:
            undone = by[row.repair_of]
            assert (row.state_a, row.state_b) == (undone.state_a, undone.state_b), row.id
            assert row.end >= undone.date, row.id


def test_the_prose_says_what_the_file_holds() -> None:
    for page, words, listed in (
        ("README.md", "ruptures of defence ties", sum(row.kind == "rupture" for row in ROWS)),
        ("CHANGELOG.md", "sourced ruptures", len(ROWS)),
    ):
        found = re.search(rf"more than (\d+) {words}", (DOCS / page).read_text("utf-8"))
        assert found, f"{page} says no more how many {words} there are"
        assert int(found[1]) < listed < int(found[1]) + 100, f"{page}: there are {listed} {words}"
    method = " ".join((DOCS / "docs" / "method" / "rupture.md").read_text("utf-8").split())
    said = [found for found in completeness(ROWS) if found.estimate is not None]
    low, high = min(said, key=lambda f: f.estimate or 0), max(said, key=lambda f: f.estimate or 0)
    assert f"from {low.estimate:.0f} (standard error {low.error:.0f})" in method
    assert f"to {high.estimate:,.0f} ({high.error:.0f})" in method
    for found in agreement(ROWS):
        doubt = "" if found.error is None else rf" \((?:standard error )?{f'{found.error:.2f}'.removeprefix('0')}\)"
        kappa = f"{found.kappa:.2f}".removeprefix("0")
        alike = f"{found.same} of {found.rows} ({100 * found.low:.0f} to {100 * found.high:.0f} %), kappa {kappa}"
        assert re.search(rf"{re.escape(alike)}{doubt}", method)


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (",MMR,EU,1990", ",XQQ,EU,1990", ComityError, "line 2"),
        ("EU,MMR,EU", "MMR,EU,EU", CaseError, "alphabetical order"),
        ("1990-01-01,year", "1990-02-31,month", CaseError, "line 2"),
        (",rupture,embargo,1,arms", ",rupture,embargo,1,parades", CaseError, "no instrument"),
        (",rupture,embargo,1,", ",end,embargo,1,", CaseError, "line 2"),
        (",rupture,embargo,1,", ",rupture,embargo,9,", CaseError, "line 2"),
    ],
)
def test_a_wrong_row_names_its_line(tmp_path: Path, old: str, new: str, error: type[Exception], message: str) -> None:
    assert old in TEXT.splitlines()[1]
    path = tmp_path / "mine.csv"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(error, match=message):
        chronicle(path)


def test_a_row_given_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([*TEXT.splitlines()[:2], TEXT.splitlines()[1], ""]), "utf-8")
    with pytest.raises(CaseError, match="eu-mmr-1990-embargo given twice"):
        chronicle(path)


def fake(id: str, *sweeps: str) -> Row:
    return ROWS[0].model_copy(update={"id": id, "sweeps": sweeps, "kind": "rupture"})


def test_a_scenario_takes_no_more_ruptures_for_missing_than_the_chronicle_estimates() -> None:
    found = sorted(found.estimate for found in completeness(ROWS) if found.estimate is not None)
    listed = sum(row.kind == "rupture" for row in ROWS)
    missing = next(a for a in register() if a.id == "A6")
    assert missing.high == round(found[-1] / listed, 1)
    said = re.search(rf"{found[0]:,.0f} to {found[-1]:,.0f} to find, of which about (\d+) are listed", missing.why)
    assert said, f"assumptions.toml, A6: the chronicle gives {found[0]:,.0f} to {found[-1]:,.0f} to find"
    assert abs(int(said[1]) - listed) < 25, f"assumptions.toml, A6: {listed} are listed"


def test_the_estimate_is_chapmans() -> None:
    both = [fake(f"b{i}", "A", "B") for i in range(10)]
    rows = [*both, *(fake(f"a{i}", "A") for i in range(20)), *(fake(f"c{i}", "B") for i in range(30))]
    one, other = completeness(rows)
    assert (one.found, one.elsewhere, one.shared) == (30, 40, 10)
    assert one.estimate == other.estimate == pytest.approx(31 * 41 / 11 - 1)
    assert one.error == pytest.approx((31 * 41 * 20 * 30 / (11**2 * 12)) ** 0.5)


def test_too_few_shared_say_nothing() -> None:
    rows = [*(fake(f"b{i}", "A", "B") for i in range(6)), fake("a", "A"), fake("c", "B")]
    assert [found.estimate for found in completeness(rows)] == [None, None]


def test_a_search_for_what_was_missing_moves_no_estimate() -> None:
    rows = [*(fake(f"b{i}", "A", "B") for i in range(10)), *(fake(f"a{i}", "A") for i in range(20)), fake("c", "B")]
    more = [*rows, *(fake(f"s{i}", "S") for i in range(30)), *(fake(f"t{i}", "B", "S") for i in range(9))]
    alone = completeness([*rows, *(fake(f"t{i}", "B") for i in range(9))])
    *others, aimed = completeness(more)
    assert others == alone
    assert (aimed.sweep, aimed.found, aimed.shared, aimed.estimate) == ("S", 39, 9, None)


def coded(kind: str, second: str, severity: str = "1", again: str = "1", coder: str = "another") -> Row:
    update = {"kind": kind, "second_kind": second, "severity": severity, "second_severity": again}
    return ROWS[0].model_copy(update={**update, "second_coder": coder})


def test_kappa_is_cohens() -> None:
    """Cohen (1960), worked by hand: 20 of 50 yes to both, 15 no to both, 5 and 10 apart: p .7, e .5, kappa .4."""
    pairs = [("rupture", "rupture")] * 20 + [("rupture", "scare")] * 5 + [("scare", "rupture")] * 10
    rows = [coded(*pair) for pair in [*pairs, *[("scare", "scare")] * 15]]
    kind, severity = agreement(rows)
    assert (kind.field, kind.rows, kind.same) == ("kind", 50, 35)
    assert kind.kappa == pytest.approx(0.4)
    assert kind.error == pytest.approx((0.7 * 0.3 / 50) ** 0.5 / 0.5)
    assert (severity.same, severity.kappa, severity.error) == (50, None, None)  # all of one class: chance agrees


@pytest.mark.parametrize("field", ["kind", "severity"])
def test_kappa_of_the_file_agrees_with_scikit_learn(field: str) -> None:
    from sklearn.metrics import cohen_kappa_score

    for ours in agreement(ROWS):
        if ours.field != field:
            continue
        twice = [row for row in ROWS if row.second_coder == ours.coder]
        theirs = cohen_kappa_score([getattr(r, field) for r in twice], [getattr(r, f"second_{field}") for r in twice])
        assert ours.kappa == pytest.approx(theirs)
        assert ours.rows == len(twice)


def test_the_interval_of_the_share_alike_is_scipys() -> None:
    from scipy.stats import binomtest

    for ours in agreement(ROWS):
        low, high = binomtest(ours.same, ours.rows).proportion_ci(method="wilson")
        assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-6)
        assert ours.low <= ours.same / ours.rows <= ours.high


def test_full_agreement_is_not_taken_for_certainty() -> None:
    """120 of 120 alike: a standard error of 0 would be no finding; Wilson's lower end is 120 / (120 + 1.96 squared)."""
    kind, _ = agreement([coded("rupture", "rupture")] * 60 + [coded("scare", "scare")] * 60)
    assert (kind.kappa, kind.error, kind.high) == (1, None, 1)
    assert kind.low == pytest.approx(120 / (120 + 1.959964**2))


def test_a_random_draw_stands_first_and_says_so() -> None:
    rows = [coded("rupture", "rupture", coder="a reader"), coded("rupture", "rupture", coder="reader, random draw 9")]
    assert [(f.coder, f.drawn) for f in agreement(rows)][::2] == [("reader, random draw 9", True), ("a reader", False)]


@pytest.mark.parametrize("draw", ["random draw 2", "random draw 3"])
def test_the_random_draw_is_random(draw: str) -> None:
    """Its rows look like those it was drawn from: by pair of states (first or second half of the alphabet), time and kind."""
    free = [row for row in ROWS if not row.second_coder or row.second_coder[-13:] in {draw, "random draw 3"}]
    drawn = [row for row in free if row.second_coder.endswith(draw)]
    assert len(drawn) == 120
    assert sum(row.kind != "rupture" for row in drawn) >= 25
    for what in (lambda r: r.state_a < "IND", lambda r: r.date.year < 2010, lambda r: r.kind == "rupture"):
        share = sum(map(what, free)) / len(free)
        expected, error = 120 * share, (120 * share * (1 - share)) ** 0.5
        assert abs(sum(map(what, drawn)) - expected) < 3 * error


def test_coders_are_not_mixed() -> None:
    rows = [coded("rupture", "scare", coder="one"), coded("rupture", "rupture", coder="two"), ROWS[0]]
    assert [(f.coder, f.field, f.rows, f.same) for f in agreement(rows)] == [
        ("one", "kind", 1, 0), ("one", "severity", 1, 1), ("two", "kind", 1, 1), ("two", "severity", 1, 1),
    ]  # fmt: skip


def test_the_page_of_a_day_knows_no_later_rupture_nor_its_end(picture: Picture) -> None:
    then = dataclasses.replace(picture, as_of=date(2001, 1, 1))
    page = pages.chronicle(then, Query(as_of=date(2001, 1, 1)))
    assert page.ends
    assert all(e.date_to <= date(2001, 1, 1) for e in page.ends)
    assert all(e.reversed_on is None or e.reversed_on <= date(2001, 1, 1) for e in page.ends)
    assert sum(page.counts.values()) == len(page.ends)


def test_the_newest_row_is_no_row_of_a_year_that_may_be_older(picture: Picture) -> None:
    """Some rows of 2024 are dated to the year and count from its end; the list was written up to 30 June."""
    assert max(row.end for row in ROWS) == date(2024, 12, 31)
    assert pages.chronicle(picture, Query()).last == max(row.date for row in ROWS) == date(2024, 6, 30)


def test_a_day_before_the_list_begins_says_so_everywhere(picture: Picture) -> None:
    then = dataclasses.replace(picture, as_of=date(1950, 1, 1))
    page = pages.chronicle(then, Query())
    assert (page.begins, page.last, page.counts["rupture"]) == (1990, None, 0)
    assert min(row.end.year for row in ROWS) == 1990
    said = "what broke before is not in the list"
    assert "since 1990: 0 ruptures" in in_terminal("chronicle", page)
    assert [said in in_terminal("chronicle", one) for one in (page, pages.chronicle(picture, Query()))] == [True, False]


def test_the_page_can_be_narrowed(picture: Picture) -> None:
    page = pages.chronicle(picture, Query(partners=("UZB",)))
    assert page.ends
    assert all("UZB" in (e.a, e.b) for e in page.ends)
    assert sum(page.counts.values()) == len(ROWS)
    with pytest.raises(UnknownState):
        pages.chronicle(picture, Query(partners=("XQQ",)))
