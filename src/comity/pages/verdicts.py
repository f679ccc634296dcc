"""The answer to a scenario in sentences, each with its grade and the base rate beside every probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.numerals import added, capital, listed, number, of_all, percent, signed, thousand
from comity.pages.about import says
from comity.pages.words import Part, Said, number_of, owned, said
from comity.rupture import published as rupture
from comity.scenarios import catalogue
from comity.scenarios.answer import DECIDED, POINTS, Answer, Breaks, Brief, Chance, Held, standing
from comity.scenarios.card import HOLD, Asked
from comity.scenarios.effects import library
from comity.scenarios.replay import published as replayed
from comity.scenarios.scenario import Scenario
from comity.states import called
from comity.tables import Roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.pages.scenario import Odds

NEAR = 0.02  # of the acts: less is not told
SMALL = 0.0005  # of a chance: less is not told apart from nothing
ASSUMED = {"E": "assumed", "D": "carried over from elsewhere", "C": "an association", "B": "a comparison with placebos", "A": "an experiment"}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """One question and its answer."""

    question: str = says("the question")
    answer: Said = says("the answer in a sentence or two, the base rate beside every probability")


def verdicts(found: Answer, roles: Roles, foretold: bool, before: Mapping[str, str]) -> list[Verdict]:
    """Whether, where first, by whom, what would hold it, how sure, of what worth; ``foretold`` where chances are those of the rupture model."""
    return [
        Verdict("Can it be disrupted?", whether(found, roles)),
        Verdict("Where first?", where(found, roles, before)),
        Verdict("By whom?", whom(found)),
        Verdict("What would hold it?", hold(found)),
        Verdict("How sure is this?", sure(found)),
        Verdict("What are such answers worth?", worth(found.scenario.months if foretold else None)),
    ]


def whether(found: Answer, roles: Roles) -> Said:
    """Can it be disrupted?"""
    total = [k for k in found.kept if not k.instrument]
    base, acts = (sum(getattr(k, f) for k in total) for f in ("base", "acts"))
    return said(
        f"The chance that {_any(roles.patron, found.breaks)} breaks {_moves(found.base, found.chance)} in 1,000",
        f"; an average tie of their kind breaks in {thousand(found.base_rate)} in 1,000 over the same time{_such(found)}. {_acts(base, acts, found.scenario.months)} ",
        Part(f"Grade {found.grade}: its weakest step is {ASSUMED[found.grade]}.", "/effects#grades"),
    )


def _any(patron: str, ties: list[Breaks]) -> str:
    if len(ties) == 1:
        return f"{owned(patron)} one tie"
    broken = sum(tie.broken for tie in ties)
    return f"at least one of {owned(patron)} {len(ties)} ties{f', {number_of(broken)} of them broken already,' if broken else ''}"


def _such(found: Answer) -> str:
    """The base rate of several ties together: that of one says nothing of any of six."""
    ties = len(found.breaks)
    return f", at least one of {number_of(ties)} such ties in {thousand(found.base_rate_any)}" if ties > 1 else ""


def _acts(base: float, acts: float, months: int) -> str:
    if abs(acts / max(base, 1e-9) - 1) < NEAR:
        return f"About as many acts are to be expected in {months} months as without: {base:.0f}."
    if acts > base:
        return f"The acts to expect in {months} months grow from {base:.0f} to {acts:.0f}."
    return f"Of {base:.0f} acts to expect in {months} months it leaves {acts:.0f}."


def where(found: Answer, roles: Roles, before: Mapping[str, str]) -> Said:
    """Where first? ``before`` says of ties what broke of them already; those that are broken are told apart."""
    ranking, ranked = found.survival[0], standing(found.breaks)
    top, least = ranked[0], ranked[-1]
    partner, apart = _partner(top, roles), _apart(found.breaks, roles)
    already = before.get("-".join(top.pair))
    if not ranking.first and len(ranked) > 1:
        return said(f"{_together(ranked, roles, already)}{apart}")
    words = f"With {called(partner)}: it breaks first in {thousand(top.first)} of 1,000 ({thousand(top.first_base)} without the shocks)"
    if len(ranked) > 1:
        words += f", the least exposed in {thousand(least.first)}"
        words += f"; it is the tie most at risk in {percent(top.leads)} of draws"
        words += ", since the intervals of the ties lie upon each other" if top.leads < DECIDED else ""
    words += f". That tie was {already}" if already else ""
    first = listed(list(found.instruments)[:3])
    decided = _decided(ranking.share)
    return said(
        f"{words}. Ruptures anywhere ended {first} most often; which instrument goes here the data do not tell. {decided}{apart}"
    )


def _together(ranked: list[Breaks], roles: Roles, already: str | None) -> str:
    """What is said, on any page, where the first two cannot be told apart: both are named, or none where all come to the same."""
    top, next_, least = ranked[0], ranked[1], ranked[-1]
    if top.first - least.first <= SMALL:
        span = " to ".join(dict.fromkeys(thousand(tie.first) for tie in (least, top)))
        return f"Nothing tells the ties apart: each breaks first with {span} in 1,000, by the rate of the world and its own record."
    one, other = (f"{called(_partner(t, roles))} ({thousand(t.first)} of 1,000)" for t in (top, next_))
    rest = f"; the least exposed one breaks first in {thousand(least.first)}" if len(ranked) > 2 else ""
    return f"With {one} or {other}: which of these breaks first cannot be told{rest}.{f' The tie with {called(_partner(top, roles))} was {already}.' if already else ''}"


def _partner(tie: Breaks, roles: Roles) -> str:
    return next(iter({*tie.pair} - {roles.patron}), tie.pair[0])


def _apart(breaks: list[Breaks], roles: Roles) -> str:
    """The ties that are not ranked because they are broken; nothing where all are, or none."""
    gone = [b for b in breaks if b.broken]
    if not gone or len(gone) == len(breaks):
        return ""
    named = listed([f"{called(_partner(b, roles))} ({thousand(b.chance.value)} in 1,000)" for b in gone])
    one = len(gone) == 1
    return f" Not ranked, since broken already with no repair in the chronicle, {'is the tie' if one else 'are the ties'} with {named}: the chance is that of a further rupture."


def whom(found: Answer) -> Said:
    """By whom?"""
    if not found.shares:
        return said("No shock is assumed.")
    risky = [s for s in found.shares if s.risk.value > SMALL]
    lost = min(found.shares, key=lambda s: s.acts)
    parts = []
    if risky:
        words = [
            f"{_named(s.asked)} ({added(s.risk.value)} in 1,000, {added(s.risk.low)} to {added(s.risk.high)}, grade {s.grade})"
            for s in risky[:3]
        ]
        parts.append(f"most of the added risk comes from {listed(words)}")
    else:
        parts.append("no shock adds risk that could be told apart from nothing")
    if lost.acts < -0.5:
        parts.append(f"most acts are lost to {_named(lost.asked)} ({signed(lost.acts)})")
    unsure = [s for s in risky if s.risk.low < 0]
    tail = " Intervals that reach below nought mean that less risk is possible too." if unsure else ""
    return said(f"{capital(parts[0])}{'; ' + parts[1] if len(parts) > 1 else ''}.{tail} {_decided(found.survival[1].share) if risky else ''}".rstrip())  # fmt: skip


def hold(found: Answer) -> Said:
    """What would hold it?"""
    under = f"{thousand(found.threshold)} in 1,000"
    if found.enough is None:
        best = found.best
        if best is None or not best.holds:
            return said(
                f"None of {found.asked_holds} sets of holds brings the chance under {under}, or takes anything away.{_contrary(found)}"
            )
        return said(f"None of {found.asked_holds} sets brings the chance under {under}; the best leaves {thousand(best.chance)}: {_set(best)} (grade {best.grade}). Whoever chose a hold had reasons, so what it does by itself is not known.{_contrary(found)}")  # fmt: skip
    if not found.enough.holds:
        return said(f"Nothing need be added to stay under {under}.{_contrary(found)}")
    then = f" Next best: {_set(found.next_best)} ({thousand(found.next_best.chance)})." if found.next_best else ""
    return said(f"The smallest of {found.asked_holds} sets that brings the chance under {under} is {_set(found.enough)} ({thousand(found.enough.chance)} left, grade {found.enough.grade}); no other of its size leaves less in {percent(found.enough.sure)} of draws.{then} {_decided(found.survival[2].share)}{_contrary(found)}")  # fmt: skip


def _contrary(found: Answer) -> str:
    """Which hold adds risk, or shock takes some, and why: beside the number, or the reader takes it for a fault."""
    words = []
    for one in found.contrary:
        card, effect = catalogue()[one.asked.kind].card, library()[one.effect]
        does = "adds" if card.side == HOLD else "takes"
        acts = (
            " The acts that it brings follow from the act that is assumed, and say nothing of a rupture."
            if card.side == HOLD
            else ""
        )
        words.append(
            f" {card.name} {does} {thousand(abs(one.risk))} in 1,000: {card.less[0].lower()}{card.less[1:]} "
            f"Hazard times {number(effect.ratio, 2)} for a size of 1 ({number(effect.low, 2)} to {number(effect.high, 2)}).{acts}"
        )
    return "".join(words)


def sure(found: Answer) -> Said:
    """How robust is it?"""
    if not found.tornado:
        return said("No assumption moves the answer.")
    top = found.tornado[0]
    low, high = sorted((top.low, top.high))
    return said("The assumption that moves it most is ", Part(top.id, "/effects#assumptions"), f": between its bounds the chance goes from {thousand(low)} to {thousand(high)} in 1,000.")  # fmt: skip


def worth(months: int | None) -> Said:
    """What are such answers worth? Of chances without a shock that are not the rupture model's, without ``months``, only the first half."""
    return said(Part(f"{capital(replayed.verdict())}.", "/effects#replay"), *(_unshocked(months) if months else ()))


def _unshocked(months: int) -> list[str | Part]:
    """What the chances without a shock are worth over just these months: the score of other months is no score of theirs."""
    if months in rupture.SCORED:
        target = rupture.SCORED[months]
        return [f" The chances without a shock within {months} months: ", Part(rupture.verdict(target), f"/scores#{target}"), "."]  # fmt: skip
    scored = listed([str(m) for m in sorted(rupture.SCORED)])
    return [f" The chances without a shock within {months} months were never scored; ", Part(f"those within {scored} months were", "/scores#rupture"), "."]  # fmt: skip


def short(name: str, scenario: Scenario, found: Brief, roles: Roles, before: str | None = None) -> list[Said]:
    """The four answers in a line each, under one scenario of the case; ``before`` says that the tie named first broke already."""
    at, ranked = f"/scenario?scenario={name}", standing(found.breaks)
    top, least = ranked[0], ranked[-1]
    first = f"With {called(_partner(top, roles))}: that tie breaks first in {thousand(top.first)} of 1,000"
    if len(ranked) > 1:
        first += f", the least exposed one in {thousand(least.first)}; it is the tie most at risk in {percent(top.leads)} of draws"
    first += f"; {before}." if before else "."
    if not found.first and len(ranked) > 1:
        first = _together(ranked, roles, before)
    first += _apart(found.breaks, roles)
    whom_ = [f"{_named(a)} ({added(r)} in 1,000, grade {g})" for a, r, g in found.shares[:2] if r > SMALL]
    kinds = [_kind(h) for h in found.best]
    if found.enough is not None:
        holds = (
            f"{capital(listed(kinds))}: {thousand(found.left)} in 1,000 left." if kinds else "Nothing need be added."
        )
    elif not kinds:
        holds = f"No set of holds is enough, and none takes anything away: {thousand(found.left)} in 1,000 without any."
    else:
        best = f"the best, {number_of(len(found.best))} together, leave" if len(kinds) > 1 else "the best leaves"
        holds = f"No set of holds is enough; {best} {thousand(found.left)} in 1,000."
    return [
        said("Under ", Part(f"“{scenario.name}”", at), f" the chance that a tie of {called(roles.patron)} breaks in {scenario.months} months {_moves(found.base, found.chance)} in 1,000; {_average(len(found.breaks))} is {thousand(found.base_rate_any)}. ", Part(f"{capital(replayed.told())}.", "/effects#replay")),
        said(Part(first, f"{at}#breaks")),
        said(Part(f"Most of it from {listed(whom_)}." if whom_ else "No shock adds risk that can be told from nothing.", f"{at}#shares")),
        said(Part(holds, f"{at}#holds")),
    ]  # fmt: skip


def _average(ties: int) -> str:
    return "the average tie's" if ties == 1 else f"that of {number_of(ties)} average ties"


def odds(chance: Chance | Odds) -> str:
    """A chance in 1,000 with its interval."""
    return f"{thousand(chance.value)} ({thousand(chance.low)} to {thousand(chance.high)})"


def _moves(base: Chance, chance: Chance) -> str:
    """What a scenario does to a chance, each with its interval."""
    before, after = odds(base), odds(chance)
    return f"stays at {before}" if before == after else f"goes from {before} to {after}"


def _named(asked: Asked) -> str:
    return f"{_kind(asked)} by {called(asked.actor)}"


def _kind(asked: Asked) -> str:
    """The name of a shock or hold inside a sentence."""
    name = catalogue()[asked.kind].card.name
    return name[:1].lower() + name[1:]


def _set(held: Held) -> str:
    towards = f" towards {called(held.holds[0].target)}" if held.holds and held.holds[0].target != "all" else ""
    return listed([_kind(h) for h in held.holds]) + towards


def _decided(share: float | None) -> str:
    if share is None:
        return "The data do not decide this: the first two cannot be told apart."
    if share < DECIDED:
        return f"The data do not decide this: it stays first in {of_all(share, POINTS)} ways to set the assumptions."
    return f"It stays first in {of_all(share, POINTS)} ways to set the assumptions."
