"""Pages: one question a file. Each returns a frozen dataclass whose fields explain themselves; who dresses it computes nothing."""

from comity.errors import NotFound
from comity.pages.about import About, documented, kind_of, read, to_json, written
from comity.pages.alerts import alerts
from comity.pages.brief import brief
from comity.pages.chronicle import chronicle
from comity.pages.claims import claims
from comity.pages.digest import digest
from comity.pages.effects import effects
from comity.pages.evidence import evidence
from comity.pages.factors import factors
from comity.pages.judged import judgeable, sides
from comity.pages.map import map
from comity.pages.methods import method, methods
from comity.pages.outlook import outlook
from comity.pages.overview import overview
from comity.pages.query import KEYS, Query, day, parse
from comity.pages.reading import reading
from comity.pages.revisions import revisions
from comity.pages.risk import risk
from comity.pages.scenario import scenario
from comity.pages.scores import scores
from comity.pages.sources import sources
from comity.pages.state import state
from comity.pages.tie import tie
from comity.pages.timeline import timeline

__all__ = [
    "KEYS", "About", "NotFound", "Query", "alerts", "brief", "chronicle", "claims", "day", "digest", "documented",
    "effects", "evidence", "factors", "judgeable", "kind_of", "map", "method", "methods", "outlook", "overview",
    "parse", "read", "reading", "revisions", "risk", "scenario", "scores", "sides", "sources", "state", "tie",
    "timeline", "to_json", "written",
]  # fmt: skip
