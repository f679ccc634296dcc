"""The scores of the last backtest of this release, and what they say of a forecast in one sentence."""

from __future__ import annotations

from comity.scores import published


def verdict(target: str) -> str:
    """What the forecasts of a target are worth, in a sentence: better than every baseline, or no better than which."""
    found = {s["score"]: s for s in published(__package__) if s["target"] == target}
    mine, order = found["skill"], found["auc"]
    rivals = [name for name, b in mine["baselines"].items() if b["value"] >= mine["low"]]
    best = max(rivals, key=lambda name: mine["baselines"][name]["value"], default="")
    beaten = all(b["value"] < order["low"] for b in order["baselines"].values())
    ranks = (
        f"it ranks ties {'better than every baseline' if beaten else 'no better than the best baseline'} "
        f"(AUC {order['value']:.2f}, {order['low']:.2f} to {order['high']:.2f})"
    )
    brier = f"Brier skill {mine['value']:.3f}, {mine['low']:.3f} to {mine['high']:.3f}"
    if not rivals:
        return f"as a probability it is better than every baseline ({brier}); {ranks}"
    return f"as a probability it is no better than {best} ({brier}); {ranks}"
