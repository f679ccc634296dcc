"""Scenarios: what if, and what would hold it. Shocks and holds are assumed; what follows is simulated from graded effects."""

from comity.scenarios.answer import Answer, answer
from comity.scenarios.assumptions import register
from comity.scenarios.kinds import catalogue, title
from comity.scenarios.scenario import Scenario, named, scenario
from comity.scenarios.world import World, world

__all__ = ["Answer", "Scenario", "World", "answer", "catalogue", "named", "register", "scenario", "title", "world"]
