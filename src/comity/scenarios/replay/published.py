"""What the replay of this release says of a scenario's answer."""

from __future__ import annotations

from typing import Any

from comity.numerals import percent
from comity.scores import published


def told() -> str:
    """Whether being told of a shock brought forecasts closer to what then happened than saying nothing of it, in a few words."""
    better = _better()
    did = "better" if better["low"] > 0.5 else "no better"
    return f"on {better['n']} shocks of the past such answers did {did} than forecasts without the shock"


def verdict() -> str:
    """The same with the share of shocks where it did, and its interval."""
    better = _better()
    share, low, high = (percent(better[key]) for key in ("value", "low", "high"))
    return f"{told()}: closer in {share} of them ({low} to {high})"


def _better() -> dict[str, Any]:
    return next(s for s in published(__package__) if s["score"] == "better")
