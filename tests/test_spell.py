"""What broke already: by which row of the chronicle, and from when the tie counts as at risk again."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from rich.console import Console
from tests import breaking
from tests.serving import served

from comity import flow, pages, terminal
from comity.flow import Picture
from comity.pages import Query
from comity.pages.verdicts import where
from comity.rupture import risk
from comity.rupture.chronicle import Row, chronicle
from comity.rupture.spell import Break, Spell, said, spells
from comity.scenarios.answer import answer
from comity.scenarios.assumptions import register
from comity.scenarios.scenario import scenario
from comity.scenarios.world import world
from comity.states import name_of
from comity.tables import TIE, Roles
from comity.web import create_app

DAY = date(2020, 5, 1)


def broke(a: str, b: str, day: date, kind: str = "rupture", severity: str = "1") -> Row:
    return breaking.broke(a, b, day, kind, severity=severity).model_copy(update={"reversed_on": None})


def of(*rows: Row, on: date = date(2021, 1, 1)) -> Spell:
    return spells(rows, on).get("EGY-FRA", Spell())


@pytest.mark.parametrize(
    ("day", "at_risk"), [(date(2024, 6, 30), False), (date(2025, 10, 9), False), (date(2025, 10, 10), True)]
)
def test_niger_and_the_united_states_count_again_two_years_after_the_cut_of_several_instruments(
    day: date, at_risk: bool
) -> None:
    found = spells(chronicle(), day)["NER-USA"]
    assert (found.at_risk, found.again) == (at_risk, date(2025, 10, 10))
    assert found.broken == (
        Break("ner-usa-2024-03-16-accord-denounced", date(2024, 3, 16), date(2024, 3, 16), 1),
        Break("usa-ner-2023-10-10-coup-finding", date(2023, 10, 10), date(2023, 10, 10), 2),
    )


def test_one_instrument_leaves_the_rest_at_risk_and_several_take_the_tie_off() -> None:
    one, several = broke("EGY", "FRA", DAY), broke("EGY", "FRA", DAY, severity="2")
    assert of(one) == Spell(True, None, (Break(one.id, DAY, DAY, 1),))
    assert (of(several).at_risk, of(several).again) == (False, date(2022, 5, 1))
    assert of(several, on=date(2022, 5, 1)).at_risk
    assert of(several, on=date(2020, 4, 30)) == Spell()


def test_broken_relations_keep_a_tie_off_until_they_are_restored() -> None:
    relations = broke("EGY", "FRA", DAY, severity="4")
    assert of(relations, on=date(2030, 1, 1))[:2] == (False, None)
    restored = broke("EGY", "FRA", date(2020, 12, 1), "repair", severity="4")
    assert of(relations, restored) == Spell()
    assert not of(relations, restored, on=date(2020, 11, 30)).at_risk  # nobody knows yet


def test_what_is_undone_by_the_day_broke_nothing_and_a_repair_of_one_instrument_undoes_no_more() -> None:
    several = broke("EGY", "FRA", DAY, severity="2")
    undone = several.model_copy(update={"reversed_on": date(2020, 9, 1)})
    assert of(undone) == Spell()
    assert not of(undone, on=date(2020, 8, 31)).at_risk
    later = date(2020, 10, 1)
    assert not of(several, broke("EGY", "FRA", later, "repair")).at_risk
    assert of(several, broke("EGY", "FRA", later, "repair", severity="3")) == Spell()
    assert not of(broke("EGY", "FRA", date(2020, 4, 1), "repair", severity="3"), several).at_risk


def test_a_scare_looks_like_a_rupture_until_it_is_undone() -> None:
    scare = broke("EGY", "FRA", DAY, "scare", severity="3").model_copy(update={"reversed_on": date(2020, 6, 1)})
    assert not of(scare, on=date(2020, 5, 31)).at_risk
    assert of(scare, on=date(2020, 6, 1)) == Spell()


def test_the_sentence_says_row_and_day_as_precisely_as_known_and_what_the_chance_is_then_about() -> None:
    month = broke("EGY", "FRA", DAY, severity="3").model_copy(update={"date_precision": "month", "id": "a-row"})
    assert said(of(month)) == (
        "broken 2020-05 in all defence ties (a-row): not at risk before 2022-05-31, so the chance is that of one more rupture"
    )
    assert said(of(month, on=date(2022, 5, 31))) == (
        "broken 2020-05 in all defence ties (a-row): at risk again since 2022-05-31 by the rule of two years, no repair in the chronicle"
    )
    assert "until relations are on record as restored" in (said(of(broke("EGY", "FRA", DAY, severity="4"))) or "")
    assert "the rest of the tie stayed at risk" in (said(of(broke("EGY", "FRA", DAY))) or "")
    assert said(Spell()) is None


def test_each_forecast_carries_it_and_keeps_its_chance() -> None:
    found = risk.stored(None, date(2024, 6, 30), [("KAZ", "TUR")])
    rows = [r.to_json() for r in found.risks]
    assert json.loads(json.dumps(rows)) == rows
    mine = [r for r in rows if r["pair"] == "NER-USA"]
    assert [r["horizon_months"] for r in mine] == [12, 3, 24]
    for r in mine:
        assert 0 < r["low"] <= r["probability"] <= r["high"]
        assert (r["at_risk"], r["again"]) == (False, "2025-10-10")
        assert r["broken"][0] == {"row": "ner-usa-2024-03-16-accord-denounced", "start": "2024-03-16", "on": "2024-03-16", "severity": 1}  # fmt: skip
    quiet = next(r for r in rows if r["pair"] == "KAZ-TUR")
    assert (quiet["at_risk"], quiet["again"], quiet["broken"]) == (True, None, [])


@pytest.fixture
def ended(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> str:
    """The likeliest tie of the case, of which several instruments broke a year ago."""
    found, pairs = flow.outlook(picture), {"-".join(sorted(p)) for p in picture.case.pairs}
    top = next(r.pair for r in found.risks if r.pair in pairs)
    spell = Spell(False, date(2027, 1, 1), (Break("a-row", DAY, DAY, 2),))
    changed = [r._replace(spell=spell) if r.pair == top else r for r in found.risks]
    monkeypatch.setattr(flow, "outlook", lambda picture: found._replace(risks=changed))
    return top


def test_a_broken_tie_is_not_the_likeliest_to_break_on_any_page(picture: Picture, ended: str) -> None:
    page = pages.risk(picture, Query())
    assert [f"{t.a}-{t.b}" for t in page.ties if not t.before.at_risk] == [ended]
    assert f"{page.ties[-1].a}-{page.ties[-1].b}" == ended
    assert page.ended >= 1
    assert page.answer[-1].text.startswith("Not at risk, since it broke before: ")
    assert "not at risk before 2027-01-01" in page.ties[-1].quote
    console = Console(width=400, record=True, file=StringIO())
    console.print(terminal.risk(page))
    assert (
        "broken 2020-05-01 in several instruments (a-row): not at risk before 2027-01-01"
        in console.export_text().partition("To quote")[0]
    )
    proof = pages.evidence(picture, f"risk:{ended}", Query()).forecast
    assert proof is not None
    assert proof.before == page.ties[-1].before


def test_the_list_of_the_world_sets_broken_ties_apart(picture: Picture, ended: str) -> None:
    console = Console(width=400, record=True, file=StringIO())
    found = flow.outlook(picture)
    console.print(terminal.risks(found, "little"))
    text = console.export_text()
    above, below = text.split("Broken, and not at risk again yet")
    count = len({r.pair for r in found.risks if r.spell.at_risk})
    assert f"{count:,} ties at risk" in above
    assert "not at risk" not in above.partition("odds beside")[2]
    assert "(a-row): not at risk before 2027-01-01" in below


def test_a_tie_that_is_broken_is_ranked_apart_and_keeps_its_chance(
    picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever ranks first breaks a year before: the next is named in its place, and no chance moves."""
    heading = "Broken already: could break anew"
    with served(create_app(lambda day: picture)) as site:
        assert heading not in site.get("/scenario").raise_for_status().text
    whole = pages.scenario(picture, Query())
    top, second, *_ = whole.breaks
    pair = f"{top.a}-{top.b}"
    found = flow.outlook(picture)
    spell = Spell(False, None, (Break("a-row", DAY, DAY, 4),))  # all relations: none knows when it is at risk again
    changed = [r._replace(spell=spell) if r.pair == pair else r for r in found.risks]
    monkeypatch.setattr(flow, "outlook", lambda picture: found._replace(risks=changed))
    apart = pages.scenario(picture, Query())
    assert [(b.a, b.b, b.broken) for b in apart.breaks] == [*((b.a, b.b, False) for b in whole.breaks[1:]), (top.a, top.b, True)]  # fmt: skip
    assert {(b.a, b.b): (b.base, b.chance, b.first) for b in apart.breaks} == {(b.a, b.b): (b.base, b.chance, b.first) for b in whole.breaks}  # fmt: skip
    assert (apart.base, apart.chance) == (whole.base, whole.chance)
    assert sum(b.leads for b in apart.breaks if not b.broken) == pytest.approx(1)
    assert apart.breaks[-1].leads == 1
    assert apart.rankings[0].first == f"{second.a}-{second.b}"
    whether_, first, *_ = (v.answer.text for v in apart.verdicts)
    assert f"{len(whole.breaks)} ties, one of them broken already, breaks" in whether_
    partner, broken = (name_of(*{b.a, b.b} - {"TUR"}) for b in (second, top))
    assert first.startswith(f"With {partner}: ")
    assert f"Not ranked, since broken already with no repair in the chronicle, is the tie with {broken} (" in first
    console = Console(width=400, record=True, file=StringIO())
    console.print(terminal.scenario(apart))
    above, below = console.export_text().partition("Where first  ")[2].split("broken already: could break anew")
    assert (partner in above, broken in above, broken in below) == (True, False, True)
    assert f"is the tie with {broken} (" in str(pages.overview(picture, Query()))
    with served(create_app(lambda day: picture)) as site:
        above, below = site.get("/scenario").raise_for_status().text.split(heading)
    assert f'href="/tie/{top.a}-{top.b}' in below
    assert f'href="/tie/{second.a}-{second.b}' in above


def test_where_first_says_that_the_tie_broke_already() -> None:
    roles = Roles("TUR", ("KAZ", "UZB"), rivals=("RUS",))
    here = world(roles, date(2025, 1, 1), TIE.empty())
    found = answer(here, scenario(["coercion:RUS->KAZ"], [], 12, roles), register(), n=200)
    top = "-".join(found.breaks[0].pair)
    plain, told = where(found, roles, {}).text, where(found, roles, {top: "broken long ago"}).text
    assert "That tie was broken long ago" in told
    assert "broken long ago" not in plain
