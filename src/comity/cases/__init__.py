"""Cases: a patron, its partners and its rivals, with their evidence and claims. Data only: no code knows any of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, field_validator

from comity import byhand
from comity.errors import CaseError, UsageError
from comity.sources.casebook.read import UNSAID, Search
from comity.states import known
from comity.tables import Pair, Roles, pair_of
from comity.vocabulary import TIES


class _File(BaseModel):
    """``case.toml`` at the door."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    title: str
    question: str
    since: date
    roles: Roles
    weights: dict[str, float] = {}
    search: Search = UNSAID  # read again beside effort.csv, which it belongs to

    @field_validator("weights")
    @classmethod
    def _sound(cls, weights: dict[str, float]) -> dict[str, float]:
        if strange := set(weights) - set(TIES):
            raise ValueError(f"{', '.join(sorted(strange))}: no instrument of defence; there are {', '.join(TIES)}")
        if wrong := [k for k, w in weights.items() if not w > 0]:
            raise ValueError(f"{', '.join(wrong)}: a weight is above 0")
        return weights


@dataclass(frozen=True)
class Case:
    """A case as its folder says it."""

    name: str
    title: str
    question: str
    since: date  # first day shown on the timeline, which shows 15 years at most
    roles: Roles
    weights: Mapping[str, float]  # of instruments in the composite, 1 where none is given
    folder: Path
    digest: str  # 12 hex digits over every file of the folder

    @property
    def built_in(self) -> bool:
        """Whether it came with the program."""
        return self.name in names() and self.folder == _built_in(self.name)

    @property
    def place(self) -> str:
        """What names it on the command line: its folder, or its name if it is built in."""
        return self.name if self.built_in else str(self.folder)

    @property
    def states(self) -> frozenset[str]:
        """Everybody with a part in the case."""
        roles = self.roles
        return frozenset({*roles.patrons, *roles.held, *roles.east, *roles.west})

    @property
    def pairs(self) -> frozenset[Pair]:
        """The ties that the case measures: everybody who courts with everybody courted, the courted with each other,
        and the patron with its rivals; codes in alphabetical order.
        """
        roles = self.roles
        courting = {*roles.patrons, *roles.east, *roles.west}
        found = {(a, b) for a in {*courting, *roles.held} for b in roles.held}
        found |= {(roles.patron, rival) for rival in roles.rivals}
        return frozenset(pair_of(a, b) for a, b in found if a != b)


def names() -> list[str]:
    """The built-in cases."""
    return sorted(f.name for f in files(__name__).iterdir() if f.joinpath("case.toml").is_file())


def load(name: str | Path) -> Case:
    """A built-in case by name, or the case in a folder of the user's.

    Raises ``UsageError`` when there is none, ``CaseError`` when its ``case.toml`` is wrong.
    """
    folder = _folder(name)
    path = folder / "case.toml"
    said = byhand.checked(_File, byhand.toml(path, CaseError), byhand.name(path), CaseError)
    try:
        digest = _digest(folder)
    except OSError as error:
        raise CaseError(
            f"{error.filename or folder}: cannot be read ({error.strerror}); check that it is yours"
        ) from error
    roles = said.roles
    where = f"{byhand.name(path)}, [roles]"
    for code in (*roles.patrons, *roles.held, *roles.east, *roles.west):
        known(code, where)
    if both := set(roles.held) & set(roles.patrons):
        raise CaseError(f"{where}: {', '.join(sorted(both))} both holds and is held; give each state one part")
    if not roles.held:
        raise CaseError(f"{where}: nobody is held; name one state among the partners")
    for part in (roles.patrons, roles.held, roles.east, roles.west):
        if twice := sorted(code for code, n in Counter(part).items() if n > 1):
            raise CaseError(f"{where}: {', '.join(twice)} is named twice; name each state once")
    return Case(folder.name, said.title, said.question, said.since, roles, said.weights, folder, digest)


def _built_in(name: str) -> Path:
    with as_file(files(__name__) / name) as folder:
        return folder


def _folder(name: str | Path) -> Path:
    if str(name) in names():
        return _built_in(str(name))
    folder = Path(name).expanduser().resolve()
    if not (folder / "case.toml").is_file():
        missing = f"the folder {name} holds no case.toml" if folder.is_dir() else f"no case {str(name)!r}"
        raise UsageError(
            f"{missing}: a case is the name of one built in ({', '.join(names())}) or a folder with a case.toml (docs/cases.md)"
        )
    return folder


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]
