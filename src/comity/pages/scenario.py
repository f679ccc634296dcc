"""What if? What would break first, by whom, and what would hold it: a scenario beside the same world without it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from comity import flow, scenarios
from comity.errors import UsageError
from comity.pages.about import About, about, says
from comity.pages.query import Query
from comity.pages.risk import OPENS, Broken, broken_since
from comity.pages.verdicts import Verdict, verdicts
from comity.rupture.risk import YEAR
from comity.rupture.spell import already
from comity.rupture.spell import said as spell_said
from comity.scenarios.answer import POINTS, Answer, Brief, Chance, Held, brief, identified
from comity.scenarios.answer import Kept as KeptOf
from comity.scenarios.answer import Share as ShareOf
from comity.scenarios.assumptions import Assumption
from comity.scenarios.card import Asked, Assumed
from comity.scenarios.effects import library, version
from comity.scenarios.kinds import struck
from comity.scenarios.scenario import MONTHS, Scenario
from comity.scenarios.world import World, world
from comity.states import called

if TYPE_CHECKING:
    from comity.flow import Picture

KEPT = 32  # answers remembered


@dataclass(frozen=True)
class Odds:
    """A probability."""

    value: float = says("the mean over draws")
    low: float = says("5 % quantile over what is not known of rates and effects")
    high: float = says("95 % quantile")


@dataclass(frozen=True)
class Line:
    """One shock or hold of the scenario."""

    spec: str = says("as it is written: KIND:ACTOR->TARGET[:SIZE]")
    kind: str = says("kind of shock or hold")
    name: str = says("its name")
    actor: str = says("who does it")
    target: str = says("to whom; all for every partner")
    size: float = says("how much of it; 1 is what its card says")
    meaning: str = says("what is assumed")
    effects: list[str] = says("keys of the effect library that it calls on")
    grade: str = says("worst grade among them")


@dataclass(frozen=True)
class Kept:
    """Acts of one tie by one instrument, or by all together."""

    a: str = says("first state in alphabetical order")
    b: str = says("second state")
    instrument: str = says("a word of the vocabulary; empty for all together")
    base: float = says("expected acts over the months without the scenario")
    acts: float = says("expected acts with it; assumed acts are not counted")
    kept: float = says("the second over the first")
    low: float = says("5 % quantile of what is kept")
    high: float = says("95 % quantile")
    grade: str = says("worst grade of the effects on its path")


@dataclass(frozen=True)
class Breaks:
    """One of the patron's ties, most likely to break first on top; those that are broken come last."""

    a: str = says("first state in alphabetical order")
    b: str = says("second state")
    opens: str | None = says("id under which /evidence/ shows every feature of its forecast; null where none was made")
    base: Odds = says("chance of a rupture within the months without the scenario")
    chance: Odds = says("chance with it")
    first_base: float = says("chance that it is the first of the patron's ties to break, without the scenario")
    first: float = says("the same with it")
    grade: str = says("worst grade of the effects on its path")
    leads: float = says(
        "share of draws in which it is the tie most at risk, with the scenario; of those that stand, or of those broken"
    )
    broken: bool = says(
        "whether it broke already in several instruments or more and no repair is on record: its chance is that of a further rupture"
    )
    before: str | None = says(
        "what broke of it already and whether it counts as at risk; null where nothing did, or no forecast was made"
    )


@dataclass(frozen=True)
class Ends:
    """How often a rupture ends an instrument."""

    instrument: str = says("a word of the vocabulary")
    share: float = says("share of ruptures that end it, as in the chronicle; the same for every tie")


@dataclass(frozen=True)
class Share:
    """What one shock adds: its mean over every order in which the shocks may come (Shapley), exactly."""

    spec: str = says("the shock")
    name: str = says("its name")
    actor: str = says("who does it")
    risk: Odds = says("points of the chance of a first rupture")
    acts: float = says("expected acts of the patron over the months; negative where they are lost")
    grade: str = says("worst grade of its effects")


@dataclass(frozen=True)
class Holds:
    """A set of holds."""

    holds: list[str] = says("the holds, by spec; empty for none")
    names: list[str] = says("their names")
    chance: float = says("chance of a first rupture with the shocks and this set")
    sure: float = says("share of draws in which no other set of that size leaves less")
    grade: str = says("worst grade of their effects")


@dataclass(frozen=True)
class Turned:
    """What an assumption does to the answer."""

    id: str = says("id of the assumption")
    text: str = says("what is assumed")
    low: float = says("lower bound of its number")
    high: float = says("upper bound")
    chance_low: float = says("chance of a first rupture with the number at its lower bound")
    chance_high: float = says("at its upper bound")


@dataclass(frozen=True)
class Ranking:
    """Whether the data decide a ranking."""

    what: str = says("what is ranked")
    first: str = says("what comes first; empty where the first two cannot be told apart")
    share: float | None = says(
        "share of the ways to set all assumptions, each between its bounds, in which it stays first; null where nothing is ranked"
    )
    decided: bool = says("whether that is at least 60 %")


@dataclass(frozen=True)
class Guess:
    """One act that the scenario assumes, woven like a real one."""

    actors: list[str] = says("who acts")
    recipients: list[str] = says("to whom")
    instrument: str = says("a word of the vocabulary")
    stage: str = says("how far it gets")
    polarity: int = says("+1 cooperation, -1 pressure")
    text: str = says("what is assumed, in words")


@dataclass(frozen=True)
class Named:
    """One scenario of the case."""

    name: str = says("name of its file")
    title: str = says("its title")
    words: str = says("why it is worth asking")


@dataclass(frozen=True)
class ScenarioPage:
    """A scenario beside the world without it."""

    about: About = says("header")
    id: str = says("id of the result: the same case, evidence, scenario, seed, effects and assumptions give the same")
    title: str = says("title of the scenario")
    words: str = says("why it is worth asking; empty for one of your own")
    months: int = says("months looked ahead")
    seed: int = says("seed of the draws")
    library: str = says("version of the effect library")
    shocks: list[Line] = says("what is assumed against the ties")
    holds: list[Line] = says("what is assumed for them")
    verdicts: list[Verdict] = says(
        "the answer in words: whether, where first, by whom, what would hold it, how sure, of what worth"
    )
    grade: str = says("worst grade on the path of the answer")
    base_rate: float = says(
        "chance that an average tie of their kinds breaks within the months; of ties that carry arms where no forecast was made"
    )
    base_rate_any: float = says(
        "chance that at least one of as many average ties as the patron has does: beside base and chance"
    )
    base: Odds = says("chance that at least one of the patron's ties breaks, without the scenario")
    chance: Odds = says("the same with it")
    added: Odds = says("the difference, draw by draw")
    severe_base: Odds = says("chance of a rupture of several instruments or more, without the scenario")
    severe: Odds = says("the same with it")
    kept: list[Kept] = says("what is kept of the patron's ties, all instruments together first")
    others: list[Kept] = says("ties of others that the scenario moves")
    breaks: list[Breaks] = says("the patron's ties, most likely to break first on top, those broken already last")
    since: list[Broken] = says(
        "acts that broke one of these ties after the last day that its chance knows, newest first: they move none"
    )
    ends: list[Ends] = says("given a rupture, how often it ends each instrument")
    shares: list[Share] = says("what each shock adds")
    threshold: float = says("chance of a first rupture under which a set of holds is enough")
    enough: Holds | None = says("the smallest set of holds under the threshold; null where none is enough")
    next_best: Holds | None = says("the next best such set")
    best: Holds | None = says("where none is enough, the set that leaves least")
    sets: int = says("sets of holds looked at: all of them")
    tornado: list[Turned] = says("what each assumption does to the answer, the strongest first")
    rankings: list[Ranking] = says("whether the data decide who and what comes first")
    points: int = says("in how many ways the assumptions were set for that")
    assumed: list[Guess] = says("acts that the scenario assumes")
    named: list[Named] = says("the scenarios of the case")


def scenario(picture: Picture, query: Query) -> ScenarioPage:
    """A scenario beside the world without it; without shocks and name, the case's first.

    Raises ``UsageError`` for what cannot be read.
    """
    known = scenarios.named(picture.case.folder, picture.case.roles)
    chosen = asked_for(picture, query, known)
    job = _job(picture, chosen, query.threshold)
    found = _answered(job)
    before = {f.pair: words for f in job.here.forecasts if (words := spell_said(f.spell))}
    foretold = {f.pair: f"{OPENS}:{f.pair}" for f in job.here.forecasts}
    texts = {a.id: a for a in scenarios.register(picture.case.folder)}
    return ScenarioPage(
        about=about(picture, query),
        id=found.id,
        title=chosen.name or "A scenario of your own",
        words=chosen.words,
        months=chosen.months,
        seed=chosen.seed,
        library=version(),
        shocks=[_line(one, picture) for one in chosen.shocks],
        holds=[_line(one, picture) for one in chosen.holds],
        verdicts=verdicts(found, picture.case.roles, bool(foretold), before),
        grade=found.grade,
        base_rate=found.base_rate,
        base_rate_any=found.base_rate_any,
        base=_odds(found.base),
        chance=_odds(found.chance),
        added=_odds(found.added),
        severe_base=_odds(found.severe_base),
        severe=_odds(found.severe),
        kept=[_kept(k) for k in sorted(found.kept, key=lambda k: bool(k.instrument))],
        others=[_kept(k) for k in found.others],
        breaks=[
            Breaks(
                *b.pair,
                foretold.get("-".join(b.pair)),
                _odds(b.base),
                _odds(b.chance),
                b.first_base,
                b.first,
                b.grade,
                b.leads,
                b.broken,
                before.get("-".join(b.pair)),
            )
            for b in found.breaks
        ],
        since=_since(picture, [b.pair for b in found.breaks]),
        ends=[Ends(k, share) for k, share in found.instruments.items()],
        shares=[_share(s) for s in found.shares],
        threshold=found.threshold,
        enough=_holds(found.enough),
        next_best=_holds(found.next_best),
        best=_holds(found.best),
        sets=found.asked_holds,
        tornado=[
            Turned(m.id, texts[m.id].says, texts[m.id].low, texts[m.id].high, m.low, m.high) for m in found.tornado
        ],
        rankings=[Ranking(s.what, s.first, s.share, s.decided) for s in found.survival],
        points=POINTS,
        assumed=[_guess(a) for a in found.assumed],
        named=[Named(name, s.name, s.words) for name, s in known.items()],
    )


def asked_for(picture: Picture, query: Query, known: dict[str, Scenario]) -> Scenario:
    """The scenario that the address asks for. Raises ``UsageError`` for one that the case does not have."""
    roles = picture.case.roles
    if query.scenario and query.scenario not in known:
        raise UsageError(f"scenario={query.scenario}: this case has {', '.join(known) or 'none'}")
    months = MONTHS if query.months is None else query.months
    if query.shocks or query.holds:
        return scenarios.scenario(query.shocks, query.holds, months, roles)
    found = known.get(query.scenario or next(iter(known), ""))
    if found is None or query.months is None:
        return found or scenarios.scenario((), (), months, roles)
    return scenarios.scenario(map(str, found.shocks), map(str, found.holds), months, roles, found.name, found.words)


@dataclass(frozen=True)
class _Job:
    """What an answer is made from; two of one id are the same."""

    id: str
    here: World = field(compare=False)
    chosen: Scenario = field(compare=False)
    register: list[Assumption] = field(compare=False)
    threshold: float | None = field(compare=False)


def _job(picture: Picture, chosen: Scenario, threshold: float | None = None) -> _Job:
    here, register = _world(picture), scenarios.register(picture.case.folder)
    return _Job(identified(here, chosen, register, threshold), here, chosen, register, threshold)


def _world(picture: Picture) -> World:
    """The ties of the case, with the forecasts of the rupture model where it can say anything of the day."""
    try:
        found = flow.outlook(picture).risks
    except UsageError:
        found = []
    return world(picture.case.roles, picture.as_of, picture.ties, tuple(r for r in found if r.horizon_months == YEAR))


@lru_cache(maxsize=KEPT)
def _answered(job: _Job) -> Answer:
    return scenarios.answer(job.here, job.chosen, job.register, job.threshold)


@lru_cache(maxsize=KEPT)
def _briefly(job: _Job) -> Brief:
    return brief(job.here, job.chosen, job.register)


def _since(picture: Picture, ties: list[tuple[str, str]]) -> list[Broken]:
    try:
        return broken_since(picture, flow.outlook(picture).known, ties)
    except UsageError:
        return []


def headline(picture: Picture) -> tuple[str, Scenario, Brief, str | None] | None:
    """The case's first scenario, by name, its answer in brief, and that the tie named first broke already; None for a case without one."""
    known = scenarios.named(picture.case.folder, picture.case.roles)
    if not known:
        return None
    name, chosen = next(iter(known.items()))
    job = _job(picture, chosen)
    found = _briefly(job)
    before = {f.pair: already(f.spell) for f in job.here.forecasts}
    return name, chosen, found, before.get("-".join(found.breaks[0].pair))


def _odds(chance: Chance) -> Odds:
    return Odds(*chance)


def _line(one: Asked, picture: Picture) -> Line:
    card = scenarios.catalogue()[one.kind].card
    pushes = struck(one, picture.case.roles)[0]
    keys = list(dict.fromkeys(p.effect for p in pushes))
    grade = max((library()[k].grade for k in keys), default="A")
    return Line(str(one), one.kind, card.name, one.actor, one.target, one.size, card.meaning, keys, grade)


def _kept(k: KeptOf) -> Kept:
    return Kept(*k.pair, k.instrument, k.base, k.acts, k.kept, k.low, k.high, k.grade)


def _share(s: ShareOf) -> Share:
    name = scenarios.catalogue()[s.asked.kind].card.name
    return Share(str(s.asked), name, s.asked.actor, _odds(s.risk), s.acts, s.grade)


def _guess(act: Assumed) -> Guess:
    """An assumed act with names in place of codes."""
    words = _CODE.sub(lambda code: called(code[0]), act.text).replace(" in all ", " in all partners ")
    return Guess(list(act.actors), list(act.recipients), act.instrument, act.stage, act.polarity, words)


_CODE = re.compile(r"\b[A-Z]{3}\b")


def _holds(found: Held | None) -> Holds | None:
    if found is None:
        return None
    names = [scenarios.catalogue()[h.kind].card.name for h in found.holds]
    return Holds([str(h) for h in found.holds], names, found.chance, found.sure, found.grade)
