"""Cases are data: read at the door, with errors that say what to mend; claims are checked by one general rule."""

from __future__ import annotations

import errno
import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from comity import cases, health, pages
from comity.bench import small
from comity.cases import Case
from comity.cases.claims import VERDICTS, check, claims
from comity.cases.factors import factors
from comity.errors import CaseError, StoreError, UnknownState, UsageError
from comity.flow import Picture, is_built, picture, update
from comity.lake import Lake
from comity.pages import Query
from comity.sources.casebook.read import CASEBOOK


@pytest.fixture
def own(case: Case, tmp_path: Path) -> Path:
    """A copy of the built-in case to change."""
    shutil.copytree(case.folder, tmp_path / "own")
    return tmp_path / "own"


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'title = "cut', b""], ids=["not UTF-8", "cut short", "empty"])
def test_a_case_that_cannot_be_read_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "case.toml").write_bytes(content)
    with pytest.raises(CaseError, match=r"case\.toml: "):
        cases.load(tmp_path)


def test_a_case_file_of_somebody_else_is_said(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)  # root may read everything: the system's refusal is played
    with pytest.raises(CaseError, match=rf"{own}\S+: cannot be read \(Permission denied\)"):
        cases.load(own)


def test_the_built_in_case_is_the_designs(case: Case) -> None:
    assert case.roles.patron == "TUR"
    assert case.roles.partners == ("KAZ", "UZB", "TKM", "KGZ", "TJK")
    assert case.roles.beside == ("AZE",)
    assert case.roles.rivals[:2] == ("RUS", "CHN")
    assert {"USA", "IRN", "IND", "ISR"} <= set(case.roles.rivals)


def test_a_folder_of_ones_own_is_a_case(own: Path) -> None:
    assert cases.load(own).name == "own"


def test_any_patron_works_the_same_way(own: Path, tmp_path: Path) -> None:
    """The same evidence with Russia as the patron and Türkiye as a rival: no code knows who is who."""
    (own / "case.toml").write_text(
        'title = "Russia in Central Asia"\nquestion = "?"\nsince = 2015-01-01\n[roles]\npatron = "RUS"\n'
        'partners = ["KAZ", "UZB"]\nrivals = ["TUR", "CHN"]\n'
    )
    (own / "claims.csv").unlink()
    russian = cases.load(own)
    update(russian, Lake(tmp_path / "lake"), date(2026, 6, 30))
    found = picture(russian, Lake(tmp_path / "lake"), date(2026, 6, 30))
    assert {"KAZ", "RUS"} in [{a, b} for a, b in found.ties.select("a", "b").unique().iter_rows()]
    assert len(found.readings)
    assert claims(russian) == []


def test_two_cases_of_one_name_do_not_share_a_store(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "store")
    one, other = (small.world(tmp_path / name, ("manual",))[0] for name in ("one", "other"))
    update(one, lake, small.AS_OF)
    for refused in (lambda: update(other, lake, small.AS_OF), lambda: picture(other, lake, small.AS_OF)):
        with pytest.raises(
            StoreError, match=rf"of the case {one.folder}, not of {other.folder}; give the folder another"
        ):
            refused()
    assert picture(one, lake, small.AS_OF).case == one


def searched(folder: Path, patron: str, partner: str, rival: str, year: int) -> Case:
    """A case with a casebook of one act and one searched pair; the rival's is not searched."""
    folder.mkdir()
    (folder / "case.toml").write_text(
        f'title = "?"\nquestion = "?"\nsince = 2015-01-01\n[roles]\npatron = "{patron}"\npartners = ["{partner}"]\n'
        f'rivals = ["{rival}"]\n'
    )
    (folder / "casebook.csv").write_text(
        ",".join(CASEBOOK)
        + f"\n{patron},{year}-03-04,day,{patron},{partner},,exercise,executed,1,An invented drill.,,,,,"
        f"https://example.org/{patron},Invented,{year}-03-05\n"
    )
    (folder / "effort.csv").write_text(f"pair,lookups,basis\n{patron}-{partner},20,logged\n")
    return cases.load(folder)


def test_a_second_case_in_the_store_moves_nothing_of_the_first_and_gets_nothing_from_it(tmp_path: Path) -> None:
    """The authors of one came across nothing of the other's pairs by the way: they never looked there."""
    one = searched(tmp_path / "one", "TUR", "KAZ", "RUS", 2020)
    two = searched(tmp_path / "two", "POL", "EST", "DEU", 2024)
    shared, alone = Lake(tmp_path / "shared"), Lake(tmp_path / "alone")
    update(one, shared, small.AS_OF)
    before = picture(one, shared, small.AS_OF)
    update(two, shared, small.AS_OF)
    update(two, alone, small.AS_OF)
    assert update(one, shared, small.AS_OF).changed == []
    for found, same in (
        (picture(one, shared, small.AS_OF), before),
        (picture(two, shared, small.AS_OF), picture(two, alone, small.AS_OF)),
    ):
        for frame, other in zip(woven_of(found), woven_of(same), strict=True):
            assert_frame_equal(
                frame.drop("raw", "retrieved", strict=False), other.drop("raw", "retrieved", strict=False)
            )
    says = next(c.says for c in health.checks(one, shared, small.AS_OF) if c.check == "evidence")
    assert says == "2 of the 4 files in the store tell of one"


def test_until_its_own_update_a_case_tells_the_vintage_of_the_rows_it_shows(tmp_path: Path) -> None:
    one = searched(tmp_path / "one", "TUR", "KAZ", "RUS", 2020)
    two = searched(tmp_path / "two", "POL", "EST", "DEU", 2024)
    lake = Lake(tmp_path / "lake")

    def told() -> tuple[str, datetime, int]:
        page = pages.sources(picture(one, lake, small.AS_OF), Query()).about
        assert page.built
        return page.vintage, page.built, page.newer

    os.utime(one.folder / "casebook.csv", (1.6e9, 1.6e9))
    os.utime(one.folder / "effort.csv", (1.6e9, 1.6e9))
    update(one, lake, small.AS_OF)
    own = told()
    assert own[1:] == (datetime.fromtimestamp(1.6e9, UTC), 0)
    update(two, lake, small.AS_OF)
    assert told() == (*own[:2], 2)  # the other's casebook and searches came, and are in no row of this one
    assert picture(two, lake, small.AS_OF).vintage != own[0]
    update(one, lake, small.AS_OF)
    vintage, built, newer = told()
    assert (vintage, newer) == (picture(two, lake, small.AS_OF).vintage, 0)
    assert built > own[1]


def woven_of(found: Picture) -> tuple[pl.DataFrame, ...]:
    return found.reports, found.acts, found.coverage, found.ties, found.readings


def test_a_case_whose_folder_has_moved_keeps_its_store(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "store")
    one, _ = small.world(tmp_path / "one", ("manual",))
    update(one, lake, small.AS_OF)
    one.folder.parent.rename(tmp_path / "two")
    moved = cases.load(tmp_path / "two" / one.name)
    update(moved, lake, small.AS_OF)
    assert picture(moved, lake, small.AS_OF).case == moved


def test_a_case_of_which_nothing_is_told_is_built_once(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(
        'title = "x"\nquestion = "y"\nsince = 2015-01-01\n[roles]\npatron = "POL"\npartners = ["EST"]\n', "utf-8"
    )
    bare, lake = cases.load(tmp_path), Lake(tmp_path / "store")
    assert not is_built(bare, lake)
    update(bare, lake, small.AS_OF)
    assert is_built(bare, lake)
    said = {check.check: check.says for check in health.checks(bare, lake, small.AS_OF)}
    assert said["freshness"] == "no report yet"


def test_a_folder_named_like_a_built_in_case_is_another_case(case: Case, lake: Lake, tmp_path: Path) -> None:
    shutil.copytree(case.folder, tmp_path / case.name)
    double = cases.load(tmp_path / case.name)
    assert (case.place, double.place) == ("turan", str(tmp_path / "turan"))
    with pytest.raises(StoreError, match="of the case turan, not of"):
        picture(double, lake, date(2026, 6, 30))


def test_an_unknown_case_lists_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no case 'atlantis': a case is the name of one built in \(turan\)"):
        cases.load("atlantis")


def test_a_folder_that_is_no_case_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"the folder {tmp_path} holds no case\.toml"):
        cases.load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ('patron = "TUR"', 'patron = "RUR"', UnknownState, r"case\.toml, \[roles\]: 'RUR'"),
        ('patron = "TUR"', 'patron = "Türkiye"', UnknownState, "'Türkiye' is no code .*; write its code, TUR"),
        ('patron = "TUR"', 'boss = "TUR"', CaseError, "roles.patron"),
        ('partners = ["KAZ"', 'partners = ["TUR"', CaseError, "TUR both holds and is held"),
        ('partners = ["KAZ"', 'partners = ["UZB"', CaseError, "UZB is named twice"),
        ('rivals = ["RUS"', 'rivals = ["TUR"', CaseError, "TUR is named twice"),
        ('rivals = ["RUS"', 'rivals = ["CHN"', CaseError, "CHN is named twice"),
        ("title =", "title ", CaseError, "case.toml"),
    ],
)
def test_a_wrong_case_file_says_what_is_wrong(
    own: Path, old: str, new: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        cases.load(changed(own, "case.toml", old, new))


def test_a_wrong_claim_names_its_line(own: Path) -> None:
    first = (own / "claims.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    broken = changed(own, "claims.csv", f"\n{first},", f"\n{first},extra,")
    with pytest.raises(CaseError, match=r"claims\.csv, line 2"):
        claims(cases.load(broken))


def test_the_digest_changes_with_any_file_of_the_case(case: Case, own: Path) -> None:
    same = cases.load(own).digest
    assert same == case.digest
    assert cases.load(changed(own, "claims.csv", "e", "E")).digest != same


@pytest.fixture(scope="module")
def verdicts(case: Case, picture: Picture) -> dict[str, str]:
    found = [check(claim, picture.acts, picture.coverage) for claim in claims(case)]
    return {checked.claim.id: checked.verdict for checked in found}


def test_what_the_makers_of_the_casebook_did_not_find_is_not_claimed(verdicts: dict[str, str]) -> None:
    """The three negatives of the design page: no coast-guard drill, no centre opened, no purely bilateral yearly drill."""
    assert verdicts["tkm-coast-guard"] == "nothing found"
    assert verdicts["uzb-intelligence-centre"] == "nothing found"
    assert verdicts["kaz-drill"] == "partly"


def test_every_claim_has_a_verdict_and_not_all_have_the_same(verdicts: dict[str, str]) -> None:
    assert set(verdicts.values()) <= set(VERDICTS)
    assert len(set(verdicts.values())) >= 3
    assert len(verdicts) >= 15


def test_a_claim_about_the_future_of_a_day_is_not_supported_on_that_day(case: Case, lake: Lake) -> None:
    early = picture(case, lake, date(1995, 1, 1))
    found = [check(claim, early.acts, early.coverage) for claim in claims(case)]
    assert all(act in set(early.acts["act"]) for c in found for act in (*c.support, *c.against, *c.near, *c.related))
    assert sum(c.verdict == "supported" for c in found) < len(found) / 4


# The tables of vulnerabilities and factors.


def test_every_row_of_the_designs_tables_has_a_reading_that_tests_it(case: Case, picture: Picture) -> None:
    rows = factors(case)
    kinds = [row.kind for row in rows]
    assert [kinds.count(k) for k in ("vulnerability", "disruptor", "resilience", "factor")] == [4, 7, 4, 4]
    page = pages.factors(picture, pages.Query())
    for row in page.rows:
        assert all(test.indicator for test in (*row.tests, *row.risk_tests))
        assert row.of > 0, row.name
    assert all(row.risk for row in page.rows if row.kind == "factor")


def test_a_case_may_bring_its_own_factors_and_a_wrong_reading_is_named(own: Path) -> None:
    (own / "factors.csv").write_text(
        "kind,name,leads_to,readings,risk,risk_readings\nvulnerability,Fog,drift,I7;I1:arms,,\n", "utf-8"
    )
    assert [row.name for row in factors(cases.load(own))] == ["Fog"]
    changed(own, "factors.csv", "I1:arms", "I1:tanks")
    with pytest.raises(CaseError, match=r"(?s)factors\.csv, line 2: .*I1:tanks: no such reading"):
        factors(cases.load(own))


def test_weights_of_a_case_are_checked_at_the_door(own: Path) -> None:
    text = (own / "case.toml").read_text("utf-8")
    (own / "case.toml").write_text(text + "\n[weights]\narms = 2.0\n", "utf-8")
    assert cases.load(own).weights == {"arms": 2.0}
    for line, why in (
        ("tanks = 2.0", "tanks: no instrument of defence"),
        ("arms = 0.0", "a weight is above 0"),
        ("arms = inf", "weights.arms"),
    ):
        (own / "case.toml").write_text(f"{text}\n[weights]\n{line}\n", "utf-8")
        with pytest.raises(CaseError, match=why):
            cases.load(own)
