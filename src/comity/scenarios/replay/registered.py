"""The shocks that are replayed, and what was promised of it: both as registered in ``targets.toml`` before the first run."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from comity.scenarios.card import Asked
from comity.scores import promises


class Case(NamedTuple):
    """One shock of the past, as registered."""

    name: str
    kind: str
    actor: str
    target: str
    date: dt.date

    @property
    def month(self) -> int:
        """Months since year 0."""
        return self.date.year * 12 + self.date.month - 1

    @property
    def asked(self) -> Asked:
        """The shock as a scenario says it."""
        return Asked(self.kind, self.actor, self.target or "all")


def targets() -> dict[str, Any]:
    """What was promised before the first run."""
    return promises(__package__)["scenario"]  # type: ignore[no-any-return]


def cases() -> list[Case]:
    """The shocks to be replayed."""
    return [Case(**row) for row in promises(__package__)["case"]]
