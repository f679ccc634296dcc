"""What a sceptic would do by hand: every chance of the world on several days, and every answer of every shock and hold, adds up."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from comity import intake
from comity.lake import Lake
from comity.rupture import risk
from comity.rupture.chronicle import LAST_DAY, chronicle
from comity.rupture.ends import parties
from comity.rupture.risk import HORIZONS, Outlook, Risk
from comity.rupture.world import World, of_lake
from comity.scenarios.answer import Answer, Breaks, answer
from comity.scenarios.assumptions import register
from comity.scenarios.card import HOLD
from comity.scenarios.kinds import catalogue
from comity.scenarios.scenario import scenario
from comity.scenarios.world import World as Here
from comity.scenarios.world import world
from comity.sources import catalogue as sources
from comity.tables import TIE, Roles

FILES = (
    "sipri",
    "atop",
    "us_troops",
    "unga",
    "peacesciencer",
    "isard",
)  # folders of others' data that the forecast reads
READERS = ("sipri", "atop", "presence", "unga", "cow", "economy", "conflict")
DAYS = [date(2000, 1, 1), date(2010, 1, 1), date(2019, 6, 30), date(2024, 6, 30), date(2026, 11, 27)]
COLUMNS = {"pair": str, "horizon_months": int, "probability": float, "low": float, "high": float, "base_rate": float, "prior_share": float, "drivers": list, "at_risk": bool, "broken": list}  # fmt: skip


def holds_together(found: Outlook) -> None:
    """Intervals hold their chances, chances grow with time, sums are what they are the sum of, and signs are those of the numbers."""
    by: defaultdict[str, dict[int, Risk]] = defaultdict(dict)
    for one in found.risks:
        by[one.pair][one.horizon_months] = one
    for pair, of in by.items():
        short, year, long = (of[months] for months in HORIZONS)
        for name in ("probability", "low", "high", "base_rate"):
            told = [getattr(one, name) for one in (short, year, long)]
            assert 0 < told[0] <= told[1] <= told[2] < 1, (pair, name)
            assert told[2] <= 2 * told[1], (pair, name)
        made = year.sum
        assert made is not None
        assert all(one.low <= one.probability <= one.high for one in of.values()), pair
        assert year.high <= made.ceiling
        assert made.start + sum(t.contribution for t in made.terms) == pytest.approx(made.log_odds, abs=1e-9)
        if not made.unread:
            assert made.ceiling / (1 + math.exp(-made.log_odds)) == pytest.approx(year.probability)
        values = {t.feature: t for t in made.terms}
        for d in year.drivers:
            term = values[d.feature]
            assert term.value is not None, pair
            above = (term.value - term.average) * term.weight > 0
            assert (d.sign == "+") == (d.odds > 1) == above, (pair, d.feature)
        assert {one.spell for one in of.values()} == {year.spell}
        assert year.spell.at_risk or year.spell.broken


@pytest.fixture(scope="module")
def whole(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    lake = Lake(tmp_path_factory.mktemp("world"))
    files = sorted(p for name in FILES for p in (shared_data / name).iterdir() if p.is_file())
    intake.absorb(lake, list(intake.claimed(files, {name: sources()[name] for name in READERS})))
    found = of_lake(lake, parties(chronicle()))
    assert not found.missing
    return found


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_chance_of_the_world_adds_up_on_any_day(whole: World, day: date) -> None:
    found = risk.outlook(whole, day)
    assert len(found.risks) > 10_000
    assert not found.missing
    holds_together(found)


def test_every_chance_of_the_world_adds_up_where_no_file_was_read_and_is_told_by_the_same_columns() -> None:
    found = risk.stored(None, LAST_DAY)
    holds_together(found)
    rows = json.loads(json.dumps([one.to_json() for one in found.risks], allow_nan=False))
    for row in rows:
        assert {name: type(row[name]) for name in COLUMNS} == COLUMNS
        assert set(row) == {*COLUMNS, "again"}
        assert row["again"] is None or date.fromisoformat(row["again"])
        assert row["at_risk"] or row["broken"]


ROLES = Roles("TUR", ("KAZ", "UZB", "KGZ"), rivals=("RUS", "CHN"))
OF_ITS_OWN = {"leader_change": "KAZ->TUR", "partner_friction": "KAZ->UZB", "intelop": "TUR->KAZ", "bureaucratic_delay": "TUR->all", "patron_crisis": "TUR->all"}  # fmt: skip


@pytest.fixture(scope="module")
def here() -> Here:
    return world(ROLES, date(2025, 1, 1), TIE.empty())


def sums(made: Answer) -> Iterator[tuple[float, float]]:
    """Pairs of numbers that must be the same."""
    yield made.added.value, made.chance.value - made.base.value
    yield made.chance.value, sum(b.first for b in made.breaks)
    yield made.base.value, sum(b.first_base for b in made.breaks)
    yield 1.0, sum(b.leads for b in made.breaks)
    yield made.base_rate_any, 1 - (1 - made.base_rate) ** len(made.breaks)
    for all_ in (k for k in made.kept if not k.instrument):
        parts = [k for k in made.kept if k.pair == all_.pair and k.instrument]
        yield all_.base, sum(k.base for k in parts)
        yield all_.acts, sum(k.acts for k in parts)
        yield all_.kept, all_.acts / all_.base
    if not made.scenario.holds:
        yield made.added.value, sum(s.risk.value for s in made.shares)


@pytest.mark.parametrize("kind", list(catalogue()))
def test_every_number_of_an_answer_adds_up_and_grows_with_time(kind: str, here: Here) -> None:
    hold = catalogue()[kind].card.side == HOLD
    shock = "coercion:RUS->KAZ" if hold else f"{kind}:{OF_ITS_OWN.get(kind, 'RUS->KAZ')}"
    before: dict[str, Breaks] = {}
    for months in (3, 12, 24):
        made = answer(here, scenario([shock], [kind] if hold else [], months, ROLES), register(), n=100)
        for one, other in sums(made):
            assert one == pytest.approx(other, rel=1e-4, abs=1e-9)
        intervals = [made.base, made.chance, made.added, made.severe_base, made.severe, *(s.risk for s in made.shares), *(c for b in made.breaks for c in (b.base, b.chance))]  # fmt: skip
        assert all(c.low <= c.value <= c.high for c in intervals)
        assert all(k.low <= k.kept <= k.high for k in (*made.kept, *made.others))
        assert made.severe.value <= made.chance.value
        assert all(b.first <= b.chance.value <= made.chance.value for b in made.breaks)
        now = {"-".join(b.pair): b for b in made.breaks}
        assert all(before[pair].chance.value < b.chance.value for pair, b in now.items() if before)
        before = now
