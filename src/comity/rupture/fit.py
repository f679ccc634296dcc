"""The fitted model as a small file that can be read: coefficients with their covariance, base rates, and what it was learnt from.

``coefficients.toml`` is made by ``make refit`` from the chronicle and a store, and shipped; so a forecast needs no
training, and anybody can check the arithmetic: chance = ceiling / (1 + exp(-z)), z = intercept + sum of coefficient * (feature - mean) / sd.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from comity.rupture.atrisk import BEFORE, SHRINK, panel
from comity.rupture.chronicle import Row
from comity.rupture.ends import ended_otherwise
from comity.rupture.features import modelled
from comity.rupture.logit import CEILING, PENALTY, fitted, uncertainty
from comity.rupture.panel import Array, pooled_rate
from comity.rupture.world import NEEDED, World

FILE = "coefficients.toml"
HEAD = f"""# Made by `make refit`; do not edit. How likely a tie of two states is to break within twelve months, as a logistic regression with a ceiling:
# chance = ceiling / (1 + exp(-z)), z = intercept + sum over features of coefficient * (value - mean) / sd
# L2 penalty {PENALTY} (scikit-learn's C) on the standardised features; covariance robust to clusters of pairs and of years, order: intercept, features.
"""


class Fit(NamedTuple):
    """A fitted model and what it was learnt from."""

    known: date  # nothing later was used
    ties: int  # tie-years learnt from
    ruptures: int  # of which so many saw a rupture
    names: tuple[str, ...]
    mean: Array
    sd: Array
    coefficient: Array
    intercept: float
    ceiling: float  # which no chance within a year passes
    covariance: Array  # of intercept and coefficients
    base_rate: dict[str, float]  # within a year, by kind of tie; partially pooled, never 0
    competing: float  # chance that a tie ends otherwise within a year: completed, superseded, wound down by both
    patrons: dict[str, tuple[int, int]]  # tie-years and ruptures of each patron
    chronicle: str  # 12 hex digits of the chronicle learnt from
    vintages: dict[str, str]  # SHA-256 (12 digits) of the files behind each input

    @property
    def rate(self) -> float:
        """How often a tie of any kind breaks within a year: the rate to which a patron's own is drawn."""
        return rate_of_all(self.ruptures, self.ties)

    def cases(self, codes: Sequence[str]) -> Array:
        """Tie-years in which each state was the patron."""
        return np.array([self.patrons.get(code, (0, 0))[0] for code in codes], dtype=float)

    def own_rate(self, codes: Sequence[str]) -> Array:
        """The log odds of patrons' own rates, drawn to the rate of all; that of all for one that is no patron."""
        broke = np.array([self.patrons.get(code, (0, 0))[1] for code in codes], dtype=float)
        rate = (broke + SHRINK * self.rate) / (self.cases(codes) + SHRINK)
        return np.asarray(np.log(rate / (1 - rate)))


def rate_of_all(ruptures: int, ties: int) -> float:
    """How often a tie of any kind breaks within a year: as counted, with one rupture in 500 tie-years beforehand."""
    return (ruptures + BEFORE[0]) / (ties + BEFORE[1])


def learn(world: World, rows: Sequence[Row], day: date) -> Fit:
    """The model as it could have been fitted on a day: on all whole years before it, counted back from the day."""
    known = [row for row in rows if row.end <= day]
    cases = modelled(panel(world, known, day))
    told = cases.told(day.year)
    x, y = cases.x[told], cases.y[told]
    model = fitted(x, y, PENALTY, CEILING)
    pair, year = (np.unique(ids[told], return_inverse=True)[1] for ids in (cases.pair, cases.year))
    codes, who = np.unique(cases.whose[told], return_inverse=True)
    years, broke = np.bincount(who), np.bincount(who, y)
    return Fit(
        day,
        len(y),
        int(y.sum()),
        cases.names,
        model.mean,
        model.sd,
        model.coefficient,
        model.intercept,
        model.ceiling,
        uncertainty(model, x, y, [pair, year]),
        pooled_rate(cases, told, rate_of_all(int(y.sum()), len(y))),
        ended_otherwise(known, world.states) / len(y),
        {str(code): (int(n), int(k)) for code, n, k in zip(codes, years, broke, strict=True)},
        digest(known),
        {NEEDED[name]: raw for name, raw in world.vintages.items()},
    )


def digest(rows: Sequence[Row]) -> str:
    """12 hex digits of what a fit takes from the chronicle: the rows' states, who began it, ends, kinds and severities."""
    lines = sorted(f"{r.state_a} {r.state_b} {r.initiator} {r.end} {r.kind} {r.severity} {r.reversed_on}" for r in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@cache
def shipped() -> Fit:
    """The model of this release, fitted up to the chronicle's last day."""
    return read(files(__package__).joinpath(FILE).read_text("utf-8"))


def read(text: str) -> Fit:
    """A fit from its file."""
    said = tomllib.loads(text)
    features = said["feature"]
    column = {key: np.array([f[key] for f in features]) for key in ("mean", "sd", "coefficient")}
    return Fit(
        said["known"],
        said["tie_years"],
        said["ruptures"],
        tuple(f["name"] for f in features),
        column["mean"],
        column["sd"],
        column["coefficient"],
        said["intercept"],
        said["ceiling"],
        np.array(said["covariance"]),
        said["base_rate"],
        said["competing"],
        {code: (n, k) for code, (n, k) in said["patrons"].items()},
        said["chronicle"],
        said["vintages"],
    )


def written(fit: Fit) -> str:
    """The file of a fit: the same fit gives the same bytes."""
    said = json.dumps  # a TOML string is written as JSON writes it
    lines = [
        HEAD,
        f"known = {fit.known}\ntie_years = {fit.ties}\nruptures = {fit.ruptures}\nintercept = {_number(fit.intercept)}\nceiling = {_number(fit.ceiling)}",
        f"competing = {_number(fit.competing)} # chance within a year that a tie ends otherwise",
        f"chronicle = {said(fit.chronicle)} # digest of the rows learnt from",
        "covariance = [\n" + "".join(f"  [{', '.join(map(_number, row))}],\n" for row in fit.covariance) + "]",
        "\n[base_rate] # within twelve months, by kind of tie: (ruptures + 1) / (tie-years + 1 / rate of all)",
        *(f"{kind} = {_number(rate)}" for kind, rate in sorted(fit.base_rate.items())),
        "\n[vintages] # first digits of the SHA-256 of the files read",
        *(f"{said(name)} = {said(raw)}" for name, raw in fit.vintages.items()),
        *(_feature(fit, i) for i in range(len(fit.names))),
        "\n[patrons] # tie-years and ruptures",
        *(f"{code} = [{n}, {k}]" for code, (n, k) in sorted(fit.patrons.items())),
    ]
    return "\n".join(lines) + "\n"


def _feature(fit: Fit, i: int) -> str:
    error = float(np.sqrt(fit.covariance[i + 1, i + 1]))
    values = {"mean": fit.mean[i], "sd": fit.sd[i], "coefficient": fit.coefficient[i], "standard_error": error}
    return "\n".join(
        ["\n[[feature]]", f"name = {json.dumps(fit.names[i])}", *(f"{k} = {_number(v)}" for k, v in values.items())]
    )


def _number(value: float) -> str:
    return f"{value:.6g}" if "." in f"{value:.6g}" or "e" in f"{value:.6g}" else f"{value:.1f}"
