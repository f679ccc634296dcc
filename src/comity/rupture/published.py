"""The scores of the last backtest of this release, and what they say of a forecast in one sentence."""

from __future__ import annotations

from typing import Any

from comity.numerals import percent
from comity.scores import published

CHALLENGERS = {"boosting", "random forest"}  # other learners on the same features: no way of doing without the model


def verdict(target: str) -> str:
    """What the forecasts of a target are worth, in a sentence: better than every baseline, or not surely better than which."""
    found = {s["score"]: s for s in published(__package__) if s["target"] == target}
    mine, order = found["skill"], found["auc"]
    rivals = [name for name, b in _ways(mine).items() if b["value"] >= mine["low"]]
    best = max(rivals, key=lambda name: mine["baselines"][name]["value"], default="")
    beaten = all(b["value"] < order["low"] for b in _ways(order).values())
    ranks = (
        f"it ranks ties {'better than every baseline' if beaten else 'no better than the best baseline'} "
        f"(AUC {order['value']:.2f}, {order['low']:.2f} to {order['high']:.2f})"
    )
    removed = f"{percent(mine['value'], 1)} of the base rate's error is gone, {percent(mine['low'], 1)} to {percent(mine['high'], 1)} (Brier skill)"
    return f"as a probability it is {f'not surely better than {best}' if rivals else 'better than every baseline'}: {removed}; {ranks}"


def _ways(score: dict[str, Any]) -> dict[str, Any]:
    """The naive ways beside a score."""
    return {name: b for name, b in score["baselines"].items() if name not in CHALLENGERS}
