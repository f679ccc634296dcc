"""A scenario: the shocks and holds that are assumed, how long is looked ahead, and the id of its result."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from comity import byhand
from comity.errors import CaseError, UsageError
from comity.scenarios.card import ALL, HOLD, SHOCK, Asked
from comity.scenarios.kinds import catalogue, struck
from comity.states import resolve
from comity.tables import Roles

MONTHS, LONGEST, MOST, LARGEST = 24, 60, 8, 3.0
MOST_HOLDS = 12
SEED = 1
FORM = "KIND:ACTOR->TARGET[:SIZE], as in coercion:RUS->KAZ or soft_power:CHN->all:0.5"
_SPEC = re.compile(r"(?P<kind>[a-z_]+)(?::(?:(?P<actor>[^:>]+)->)?(?P<target>[^:>0-9.][^:>]*))?(?::(?P<size>[0-9.]+))?")


@dataclass(frozen=True)
class Scenario:
    """What is assumed."""

    shocks: tuple[Asked, ...]
    holds: tuple[Asked, ...] = ()
    months: int = MONTHS
    name: str = ""
    words: str = ""  # why it is worth asking
    seed: int = SEED

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Shocks and holds together."""
        return self.shocks + self.holds

    def __str__(self) -> str:
        return "; ".join([*map(str, self.asked), f"{self.months} months"])


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    words: str
    shocks: tuple[str, ...]
    holds: tuple[str, ...] = ()
    months: int = MONTHS


def asked(text: str, side: str, roles: Roles) -> Asked:
    """A shock or hold as the command line, a file or an address writes it.

    A hold without an actor is the patron's, without parties towards every partner. Raises ``UsageError`` for what cannot be
    read, for a kind of the other side, for a party without a part in the case, and for parties between whom the kind says nothing.
    """
    found = _SPEC.fullmatch(text.strip().replace("→", "->"))
    if not found:
        raise UsageError(f"{side} {text!r}: write {FORM}")
    known = {kind: item for kind, item in catalogue().items() if item.card.side == side}
    if found["kind"] not in known:
        raise UsageError(f"no {side} {found['kind']!r}; there are {', '.join(known)}")
    if not found["actor"] and side == SHOCK:
        raise UsageError(f"{side} {text!r} does not say who and against whom: write {FORM}")
    actor = resolve(found["actor"], where=text) if found["actor"] else roles.patron
    target = ALL if (found["target"] or ALL).casefold() == ALL else resolve(found["target"], where=text)
    if target not in {ALL, roles.patron, *roles.held}:
        raise UsageError(
            f"{text!r}: {target} is neither the patron nor a partner; there are {roles.patron}, {', '.join(roles.held)} and {ALL}"
        )
    try:
        size = float(found["size"] or 1)
    except ValueError:
        size = -1
    if not 0 <= size <= LARGEST:
        raise UsageError(f"{text!r}: a size lies between 0 and {LARGEST:g}")
    one = Asked(found["kind"], actor, target, size)
    _sensible(one, text, roles)
    return one


def _sensible(one: Asked, text: str, roles: Roles) -> None:
    """Raise ``UsageError`` where a kind says nothing of these two."""
    card, sides = catalogue()[one.kind].card, {one.actor, one.target}
    if card.side == HOLD and (roles.patron not in sides or len(sides) == 1):
        raise UsageError(
            f"{text!r}: a hold is between the patron and a partner; write {one.kind}:PARTNER, or {one.kind}"
        )
    pushes, acts = struck(one._replace(size=1.0), roles)
    if any(len({*a.actors, *a.recipients}) < len(a.actors + a.recipients) for a in acts):
        raise UsageError(f"{text!r}: nobody does this to itself; {card.name} is written {FORM}")
    if not any({*roles.patrons, *roles.held}.issuperset(p.pair) for p in pushes):
        raise UsageError(
            f"{text!r} moves no tie of this case. {card.name}: {card.meaning} The case has {', '.join((*roles.patrons, *roles.held))}"
        )


def scenario(
    shocks: Iterable[str], holds: Iterable[str], months: int, roles: Roles, name: str = "", words: str = ""
) -> Scenario:
    """A scenario from its words; ``UsageError`` when there are too many or it looks too far ahead."""
    one, two = (tuple(asked(text, side, roles) for text in texts) for side, texts in ((SHOCK, shocks), (HOLD, holds)))
    if len(one) > MOST or len(two) > MOST_HOLDS:
        raise UsageError(
            f"a scenario has at most {MOST} shocks and {MOST_HOLDS} holds: more cannot be told apart exactly"
        )
    if not 1 <= months <= LONGEST:
        raise UsageError(f"--months {months}: between 1 and {LONGEST}")
    return Scenario(one, two, months, name, words)


def named(folder: Path, roles: Roles) -> dict[str, Scenario]:
    """The scenarios in the ``scenarios`` folder of a case, by file name; ``CaseError`` names a wrong file."""
    return {path.stem: _named(path, roles) for path in sorted((folder / "scenarios").glob("*.toml"))}


def _named(path: Path, roles: Roles) -> Scenario:
    where = byhand.name(path)
    said = byhand.checked(_File, byhand.toml(path, CaseError), where, CaseError)
    try:
        return scenario(said.shocks, said.holds, said.months, roles, said.title, said.words)
    except UsageError as error:
        raise CaseError(f"{where}: {error}") from error
