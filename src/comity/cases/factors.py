"""The rows of a case's vulnerability and factor tables, each tied to the readings that test it: data, not code.

A case that brings a ``factors.csv`` of its own is read by that; any other by the one beside this file.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator

from comity import byhand
from comity.cases import Case
from comity.errors import CaseError
from comity.indicators import catalogue
from comity.vocabulary import TIES


class Tested(NamedTuple):
    """One kind of reading: an indicator, and which of its parts (empty for the main one; an instrument for I1)."""

    indicator: str
    part: str


class Factor(BaseModel):
    """One row of ``factors.csv``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["vulnerability", "disruptor", "resilience", "factor"]
    name: str
    leads_to: str
    readings: tuple[Tested, ...]
    risk: str  # of a factor, what works against it
    risk_readings: tuple[Tested, ...]

    @field_validator("readings", "risk_readings", mode="before")
    @classmethod
    def _split(cls, text: str) -> tuple[Tested, ...]:
        return tuple(Tested(*word.partition(":")[::2]) for word in text.split(";") if word)

    @field_validator("readings", "risk_readings")
    @classmethod
    def _known(cls, tested: tuple[Tested, ...]) -> tuple[Tested, ...]:
        for one in tested:
            if one.indicator not in catalogue() or (one.indicator == "I1" and one.part not in TIES):
                raise ValueError(f"{':'.join(one)}: no such reading; indicators are {', '.join(catalogue())}")
        return tested


def factors(case: Case) -> list[Factor]:
    """Every row of a case's table; ``CaseError`` names the line that is wrong."""
    own = case.folder / "factors.csv"
    table = own if own.is_file() else files(__package__).joinpath("factors.csv")
    return [factor for _, factor in byhand.table(table, Factor, CaseError)]
