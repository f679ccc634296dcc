"""The pages in a terminal: dresses what ``comity.pages`` returns and computes nothing."""

from comity.terminal.overview import overview
from comity.terminal.rupture import chronicle, risk, risks, score, scores
from comity.terminal.scenario import scenario
from comity.terminal.store import checks, evidence, revisions, sources, updated
from comity.terminal.ties import claims, factors, indicators, state, tie
from comity.terminal.watch import alerts, digest, foreseen, outlook
from comity.terminal.world import world
from comity.terminal.write import WHOLE, grid, plain, write

__all__ = [
    "WHOLE", "alerts", "checks", "chronicle", "claims", "digest", "evidence", "factors", "foreseen", "grid",
    "indicators", "outlook", "overview", "plain", "revisions", "risk", "risks", "scenario", "score", "scores",
    "sources", "state", "tie", "updated", "world", "write",
]  # fmt: skip
