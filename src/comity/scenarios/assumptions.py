"""The assumption register: what cannot be estimated, in words, and where it is a number, between which bounds.

``assumptions.toml`` is shipped; a case may hold a file of that name, whose numbers stand in place of the shipped ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

from comity import byhand
from comity.errors import CaseError


class Assumption(BaseModel):
    """One entry of the register."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    id: str
    says: str
    moves: Literal["", "base", "estimated", "assumed", "kept_up", "holds"] = ""
    value: float = 1.0
    low: float = 1.0
    high: float = 1.0
    why: str = ""  # where the bounds come from

    @model_validator(mode="after")
    def _ordered(self) -> Assumption:
        if not 0 <= self.low <= self.value <= self.high:
            raise ValueError(f"{self.id}: 0 <= low <= value <= high does not hold")
        return self


class _File(BaseModel):
    """A case's own ``assumptions.toml`` at the door."""

    model_config = ConfigDict(extra="forbid")

    assumption: dict[str, dict[str, Any]] = {}  # what an entry says anew, by its id


class Dials(NamedTuple):
    """What the assumptions multiply."""

    base: float = 1.0  # the hazard of every tie
    estimated: float = 1.0  # the log of every estimated effect
    assumed: float = 1.0  # the log of every assumed effect of a shock
    kept_up: float = 1.0  # the log of every effect of a shock
    holds: float = 1.0  # the log of every effect of a hold

    def on(self, assumed: bool, hold: bool) -> float:
        """What the log of an effect is multiplied by: one that is assumed or estimated, of a hold or of a shock."""
        if hold:
            return self.holds if assumed else self.holds * self.estimated
        return self.kept_up * (self.assumed if assumed else self.estimated)


def register(folder: Path | None = None) -> list[Assumption]:
    """Every assumption, the case's own numbers in place of the shipped ones; ``CaseError`` for a wrong file."""
    own = folder / "assumptions.toml" if folder else None
    if own is None or not own.is_file():
        return list(_shipped())
    where = byhand.name(own)
    changed = byhand.checked(_File, byhand.toml(own, CaseError), where, CaseError).assumption
    known = [a.id for a in _shipped()]
    if strange := set(changed) - set(known):
        raise CaseError(f"{where}: no assumption {', '.join(sorted(strange))}; there are {', '.join(known)}")
    return [
        byhand.checked(Assumption, {**a.model_dump(), **changed.get(a.id, {})}, where, CaseError) for a in _shipped()
    ]


def dials(assumptions: Iterable[Assumption], **changed: float) -> Dials:
    """The dials at the register's values; ``changed`` by id stands in place of one."""
    values: dict[str, float] = {}
    for a in assumptions:
        if a.moves:
            values[a.moves] = values.get(a.moves, 1.0) * changed.get(a.id, a.value)
    return Dials(**values)


@cache
def _shipped() -> tuple[Assumption, ...]:
    table = byhand.toml(files(__package__).joinpath("assumptions.toml"), CaseError)["assumption"]
    return tuple(Assumption(id=id, **row) for id, row in table.items())
