"""The effect library: what is known of each effect, as a distribution with its data, design and grade.

``effects.toml`` holds what was estimated (written by ``tools/effects.py``) and ``assumed.toml`` what nobody has been
able to estimate. Effects are logs: of the ratio of acts, or of the hazard ratio, for a size of 1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from scipy.special import ndtri

from comity.scores import NINETY
from comity.tables import identity

Array = npt.NDArray[np.floating]
GRADES = {
    "A": "natural experiments together: whom the shock met was as good as chance, and cases without it (placebos) show what chance does",
    "B": "a comparison with cases without the shock (placebos) that had moved alike before, or with a mixture of such (synthetic control)",
    "C": "an association, with the other known differences taken out; no proof of cause",
    "D": "carried over from the literature or from a related effect",
    "E": "assumed",
}


class Effect(BaseModel):
    """One effect as its file says it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    on: Literal["rate", "break", "structure"]
    mean: float  # of the log, for a size of 1
    sd: float
    months: int  # how long it lasts
    grade: Literal["A", "B", "C", "D", "E"]
    n: int  # events behind it; 0 where none
    data: str
    design: str
    script: str = ""
    placebo: float | None = None  # share of placebo events with as large an effect; null where none were made
    finding: str  # what it shows, in words
    pre: float | None = None  # the same comparison one period before the events; should be near 0
    measured: float | None = None  # the log as measured, where its direction is not used; see docs/method/scenarios.md

    @property
    def low(self) -> float:
        """5 % quantile of the ratio."""
        return float(np.exp(self.mean - NINETY * self.sd))

    @property
    def ratio(self) -> float:
        """Median ratio."""
        return float(np.exp(self.mean))

    @property
    def high(self) -> float:
        """95 % quantile of the ratio."""
        return float(np.exp(self.mean + NINETY * self.sd))

    @property
    def assumed(self) -> bool:
        """Whether nothing was estimated."""
        return self.grade == "E"


@cache
def library() -> dict[str, Effect]:
    """Every effect by key."""
    every = (tomllib.loads(_text(name))["effect"] for name in ("effects.toml", "assumed.toml"))
    return {key: Effect(key=key, **row) for effects in every for key, row in effects.items()}


@cache
def version() -> str:
    """Twelve hex digits over both files: changes when any effect does."""
    return identity(*(_text(name) for name in ("effects.toml", "assumed.toml")))[:12]


def worst(grades: Iterable[str]) -> str:
    """The worst grade on a path; A for an empty one."""
    return max(grades, default="A")


@lru_cache(maxsize=1024)
def drawn(effect: Effect, draws: int, seed: int) -> Array:
    """Draws of the log: stratified normal, in an order that only key and seed decide, so no other effect moves them.

    Their mean is the effect's mean to rounding.
    """
    rng = np.random.default_rng([seed, int(identity("effect", effect.key), 16)])
    made = np.asarray(effect.mean + effect.sd * ndtri((rng.permutation(draws) + 0.5) / draws))
    made.flags.writeable = False  # shared by every run
    return made


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
