"""The scores of the last backtest of this release, and what they say of a forecast in one sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

from comity.numerals import number, percent
from comity.scores import published

CHALLENGERS = {"boosting", "random forest"}  # other learners on the same features: no way of doing without the model
OTHERS = {3: "rupture_3m", 24: "rupture_24m"}  # months, and the target under which their chances are scored
SCORED = {12: "rupture"} | OTHERS


class Worth(NamedTuple):
    """What the chances of one horizon are worth."""

    months: int
    target: str  # comity backtest NAME scores it again
    worth: str


def verdict(target: str) -> str:
    """What the forecasts of a target are worth, in a sentence: better than every baseline, or not surely better than which."""
    mine, order = _found(target)
    beaten = all(b["value"] < order["low"] for b in _ways(order).values())
    ranks = (
        f"it ranks ties {'better than every baseline' if beaten else 'no better than the best baseline'} "
        f"(AUC {number(order['value'], 2)}, {number(order['low'], 2)} to {number(order['high'], 2)})"
    )
    removed = f"{percent(mine['value'], 1)} of the base rate's error is gone, {percent(mine['low'], 1)} to {percent(mine['high'], 1)} (Brier skill)"
    return f"as a probability it is {_beside(mine)}: {removed}; {ranks}"


def others() -> list[Worth]:
    """The same of the other horizons, in a few words."""
    return [Worth(months, target, _short(target)) for months, target in OTHERS.items()]


def _short(target: str) -> str:
    mine, order = _found(target)
    gone = f"{percent(mine['value'], 1)} of the error gone, {percent(mine['low'], 1)} to {percent(mine['high'], 1)}"
    return f"{_beside(mine)} ({gone}; AUC {number(order['value'], 2)})"


def _beside(mine: dict[str, Any]) -> str:
    """Whether the skill is above that of every naive way, with its whole interval or at all."""
    rivals = {name: b["value"] for name, b in _ways(mine).items() if b["value"] >= mine["low"]}
    if not rivals:
        return "better than every baseline"
    best = max(rivals, key=lambda name: rivals[name])
    named = f"the {best}" if best.endswith("rate") else best
    return f"{'not surely' if rivals[best] < mine['value'] else 'no'} better than {named}"


def _found(target: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Brier skill and AUC of a target."""
    found = {s["score"]: s for s in published(__package__) if s["target"] == target}
    return found["skill"], found["auc"]


def _ways(score: dict[str, Any]) -> dict[str, Any]:
    """The naive ways beside a score."""
    return {name: b for name, b in score["baselines"].items() if name not in CHALLENGERS}
