"""The estimated part of the effect library: which series, events and comparison stand behind each key."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from comity.scenarios.effects import Effect
from comity.scenarios.replay import breaks, study, synthetic
from comity.scenarios.replay.breaks import Risked
from comity.scenarios.replay.events import Event, events
from comity.scenarios.replay.history import licensed, series, shared_drills, suppliers
from comity.scenarios.replay.study import Found
from comity.scores import NINETY

SINCE = 2005  # first year of the base rate: earlier the chronicle is thinner
SCRIPT = "tools/effects.py"
NEWS = ("contacts", "warm")  # series counted from news
MEMORY = 10  # years for which licensed production counts
# Months that an effect lasts; of all others the two years that are looked at.
LASTS = {"joint_plant.break": 60, "multilateral_forum.break": 60}
NAMES = {
    "deliveries": "SIPRI register of 1950-2024, deals delivered a year",
    "contacts": "ICEWS 2005-2015 as cut for research, days with a cooperative event",
    "warm": "GDELT 2018-24 by pair and day, days with a friendly balance",
}
LISTS = {
    "coercion": "GSDB-R3 (cases that lasted to 2013 or later)",
    "isolation": "ICEWS, relations reduced or broken",
    "dispute": "GML disputes to 2010, force displayed or used",
    "partner_friction": "GML disputes to 2010 within one region",
    "leader_change": "Archigos to 2015, irregular exits",
    "patron_crisis": "Russia 2022, Ukraine 2014 and 2022, Yugoslavia 1991",
    "competing_sale": "SIPRI, suppliers new in ten years that deliver a fifth or more",
    "alliance_shift": "ATOP 5.1, bilateral pacts to 2018",
}


class Plan(NamedTuple):
    """How one key is estimated."""

    kind: str
    how: str  # third, own, hub or synthetic
    of: str  # a series, or "breaks"


PLANS = {
    "competing_sale.supply": Plan("competing_sale", "third", "deliveries"),
    "competing_sale.break": Plan("competing_sale", "third", "breaks"),
    "coercion.supply": Plan("coercion", "third", "deliveries"),
    "coercion.contact": Plan("coercion", "third", "contacts"),
    "coercion.break": Plan("coercion", "third", "breaks"),
    "coercion.own": Plan("coercion", "own", "contacts"),
    "isolation.contact": Plan("isolation", "third", "contacts"),
    "isolation.own": Plan("isolation", "own", "contacts"),
    "isolation.break": Plan("isolation", "third", "breaks"),
    "alliance_shift.supply": Plan("alliance_shift", "third", "deliveries"),
    "alliance_shift.break": Plan("alliance_shift", "third", "breaks"),
    "dispute.supply": Plan("dispute", "third", "deliveries"),
    "dispute.contact": Plan("dispute", "third", "contacts"),
    "dispute.break": Plan("dispute", "third", "breaks"),
    "dispute.own": Plan("dispute", "own", "deliveries"),
    "dispute.own_break": Plan("dispute", "own", "breaks"),
    "leader_change.supply": Plan("leader_change", "third", "deliveries"),
    "leader_change.contact": Plan("leader_change", "third", "contacts"),
    "leader_change.break": Plan("leader_change", "third", "breaks"),
    "patron_crisis.supply": Plan("patron_crisis", "synthetic", "deliveries"),
    "patron_crisis.contact": Plan("patron_crisis", "hub", "warm"),
    "patron_crisis.break": Plan("patron_crisis", "hub", "breaks"),
    "partner_friction.supply": Plan("partner_friction", "third", "deliveries"),
    "partner_friction.break": Plan("partner_friction", "third", "breaks"),
}
WORDS = {
    "third": "ties of the target with everybody but the actor, beside ties of the same level at the same time; placebo states",
    "own": "the tie of the two, beside ties of the same level at the same time; placebo pairs",
    "hub": "every tie of the actor, beside ties of the same level at the same time; placebo states",
    "synthetic": "synthetic control on suppliers; every other supplier as placebo",
}
Keep = Callable[[Event], bool]


def everything(folder: Path) -> Iterator[Effect]:
    """Every estimated effect, from the files under a folder."""
    for key in PLANS:
        yield estimated(key, folder)
    yield from structure(folder)


def estimated(key: str, folder: Path, keep: Keep = lambda e: True) -> Effect:
    """One effect from the events that are kept; where too few are left, none is known: mean 0, and wide."""
    plan = PLANS[key]
    chosen = [e for e in events(plan.kind, folder) if keep(e)]
    found = _found(plan, chosen, folder)
    on = "break" if plan.of == "breaks" else "rate"
    data = f"{LISTS[plan.kind]}; {NAMES.get(plan.of, 'chronicle and SIPRI register, ties at risk 1990-2023')}"
    design = (
        WORDS[plan.how]
        if on == "rate"
        else f"observed over expected ruptures in the two years after: {WORDS[plan.how].split(',')[0]}"
    )
    if found is None:
        return _effect(key, on, 0.0, 0.3, "E", 0, data, design, None, None, "too few events: nothing is known")
    sd = math.hypot(found.sd, found.pre or 0.0) if on == "rate" else found.sd
    if plan.of in NEWS:
        return _undirected(key, found, sd, data, design)
    p = None if math.isnan(found.placebo) else found.placebo
    return _effect(key, on, found.mean, sd, _grade(plan, found), found.n, data, design, p, found.pre, _says(found, sd))


def _undirected(key: str, found: Found, sd: float, data: str, design: str) -> Effect:
    """An effect counted from news: a crisis lifts attention together with contact, so what was measured is shown and not used.

    The expected ratio is 1; the spread is that of the placebos and of the difference before the events.
    """
    words = f"not used: {math.exp(found.mean):.2f} was measured, and attention cannot be told from contact"
    made = _effect(key, "rate", -(sd**2) / 2, sd, "C", found.n, data, design, found.placebo, found.pre, words)
    return made.model_copy(update={"measured": round(found.mean, 4)})


def _found(plan: Plan, chosen: list[Event], folder: Path) -> Found | None:
    if plan.how == "synthetic":
        total, first = suppliers(folder)
        return synthetic.pooled(total, first, [(e.actor, e.month) for e in chosen])
    if plan.of == "breaks":
        known = [e for e in chosen if e.month // 12 >= breaks.FIRST - 2]
        return getattr(breaks, plan.how)(risked(folder), known) if known else None
    return getattr(study, plan.how)(series(plan.of, folder), chosen)  # type: ignore[no-any-return]


@cache
def risked(folder: Path) -> Risked:
    """The ties at risk, built once."""
    return breaks.at_risk(series("deliveries", folder))


def structure(folder: Path) -> Iterator[Effect]:
    """What every run rests on: base rate, how ties differ, how ruptures spread, what is left; and two holds."""
    at_risk, arms = risked(folder), series("deliveries", folder)
    data = "chronicle and SIPRI register, ties with a delivery in five years"
    hits, years = at_risk.broke[at_risk.year >= SINCE].sum(), (at_risk.year >= SINCE).sum()
    yield _effect("base.rate", "structure", math.log((hits + 0.5) / years), float(1 / np.sqrt(hits + 0.5)), "C", int(hits), data, f"ruptures a tie and year, {SINCE}-{breaks.LAST}", None, None, f"{hits:.0f} ruptures in {years:,} ties and years")  # fmt: skip
    k, ties = breaks.frailty(at_risk)
    yield _effect("base.frailty", "structure", math.log(k), 0.0, "C", ties, data, "shape of the Gamma by which ties differ, by likelihood", None, None, f"k = {k:.2f}: most ties never break, few break often")  # fmt: skip
    spread = breaks.spread(at_risk)
    yield _effect("base.spread", "structure", spread.mean, spread.sd, "C", spread.n, data, "a patron's ties in the year after it broke with another, beside its other years", None, None, _says(spread, spread.sd))  # fmt: skip
    kept = study.own(arms, events("rupture of arms", folder))
    assert kept is not None
    yield _effect("base.kept", "structure", kept.mean, math.hypot(kept.sd, kept.pre or 0.0), "C", kept.n, f"chronicle; {NAMES['deliveries']}", WORDS["own"], kept.placebo, kept.pre, _says(kept, kept.sd))  # fmt: skip
    made = licensed(folder)
    joint = breaks.where(at_risk, lambda p, y: any((*p, y - i) in made for i in range(2, MEMORY + 2)))
    yield _effect("joint_plant.break", "break", joint.mean, joint.sd, "C", joint.n, "chronicle; SIPRI register, licensed production ordered in ten years", "observed over expected ruptures, by size and period", None, None, _says(joint, joint.sd))  # fmt: skip
    drilled = shared_drills(folder)
    forum = breaks.where(at_risk, lambda p, y: y <= 2011 and any((*p, y - i) in drilled for i in (1, 2, 3)))
    yield _effect("multilateral_forum.break", "break", forum.mean, forum.sd, "C", forum.n, "chronicle; MME, drills of three or more in three years, to 2010", "observed over expected ruptures, by size and period", None, None, _says(forum, forum.sd))  # fmt: skip


def _grade(plan: Plan, found: Found) -> str:
    """B where the design is a comparison with placebos that had moved alike before, and events are many; else C."""
    if plan.how == "synthetic":
        return "B"
    level = found.pre is not None and abs(found.pre) < max(found.sd, 0.05)
    return "B" if plan.of != "breaks" and level and found.n >= 20 else "C"


def _says(found: Found, sd: float) -> str:
    sure = abs(found.mean) > NINETY * sd
    if not sure:
        return "none shown: 1 lies within the interval"
    return f"{'more' if found.mean > 0 else 'less'}: 1 lies outside the interval"


def _effect(key: str, on: str, mean: float, sd: float, grade: str, n: int, data: str, design: str, placebo: float | None, pre: float | None, finding: str) -> Effect:  # fmt: skip
    """An effect as its file has it, its numbers rounded."""
    return Effect(
        key=key, on=on, mean=round(float(mean), 4), sd=round(float(sd), 4), months=LASTS.get(key, study.AFTER), grade=grade, n=n,  # type: ignore[arg-type]
        data=data, design=design, script=SCRIPT, placebo=None if placebo is None else round(placebo, 3),
        pre=None if pre is None else round(pre, 3), finding=finding,
    )  # fmt: skip
