"""The pages for a program that asks: a server of the Model Context Protocol; the only file that knows ``mcp``.

Each tool answers with a page's JSON: ids, addresses and intervals, so that whoever quotes a number can open it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from comity import pages
from comity.errors import ComityError, UsageError
from comity.flow import Picture
from comity.lake import reading
from comity.states import resolve

RULES = """Defence ties between states, each number with interval and evidence. Quote a number only with its interval, its
as_of day and a base rate or score where one stands beside it; tie, brief and claims name reports, evidence opens one.
"nothing found" and "not covered" are not zero. Grades run from A (experiment) to E (assumed)."""


def server(load: Callable[[date], Picture], today: Callable[[], date]) -> MCPServer:
    """The tools over one case; ``load`` makes its picture as known on a day."""
    made = MCPServer("comity", instructions=RULES, version=version("comity"))

    def shown(page: Callable[..., Any], as_of: str | None, *asked: str) -> dict[str, Any]:
        try:
            query = pages.parse([("as_of", as_of)] if as_of else [])
            if query.as_of and query.as_of > today():
                raise UsageError(f"as_of={query.as_of} has not come yet; today is {today()}")
            picture = load(query.as_of or today())
            with reading(picture.lake):
                found: dict[str, Any] = pages.to_json(page(picture, *asked, query))
        except ComityError as error:
            raise ToolError(str(error)) from error
        return found

    def code(name: str) -> str:
        try:
            return resolve(name, where="the question")
        except ComityError as error:
            raise ToolError(str(error)) from error

    @made.tool()
    def brief(as_of: str | None = None) -> dict[str, Any]:
        """The whole answer of the case: who is tied to whom by what, changes, claims, chances, gaps, with numbered notes."""
        return shown(pages.brief, as_of)

    @made.tool()
    def tie(a: str, b: str, as_of: str | None = None) -> dict[str, Any]:
        """One tie of two states, by name or code: strength by instrument, the acts behind it, pressure, coverage."""
        return shown(pages.tie, as_of, code(a), code(b))

    @made.tool()
    def state(name: str, as_of: str | None = None) -> dict[str, Any]:
        """One state: who holds it by what, and what changed."""
        return shown(pages.state, as_of, code(name))

    @made.tool()
    def claims(as_of: str | None = None) -> dict[str, Any]:
        """What is said of the case, beside the evidence for and against it."""
        return shown(pages.claims, as_of)

    @made.tool()
    def risk(as_of: str | None = None) -> dict[str, Any]:
        """The chance that each tie breaks within 3, 12 and 24 months, beside its base rate and what such forecasts are worth."""
        return shown(pages.risk, as_of)

    @made.tool()
    def alerts(as_of: str | None = None) -> dict[str, Any]:
        """What changed lately, with evidence, size and false-alarm rate."""
        return shown(pages.alerts, as_of)

    @made.tool()
    def factors(as_of: str | None = None) -> dict[str, Any]:
        """Vulnerabilities, disruptors, holds and factors of the case, each beside the readings that test it."""
        return shown(pages.factors, as_of)

    @made.tool()
    def scores(as_of: str | None = None) -> dict[str, Any]:
        """How good the forecasts are, beside naive ways and the goals registered for them, misses included."""
        return shown(pages.scores, as_of)

    @made.tool()
    def evidence(id: str, as_of: str | None = None) -> dict[str, Any]:
        """What an id of a report, an act or a tie (KAZ-TUR:arms) rests on, down to the address, the file and the row."""
        return shown(pages.evidence, as_of, id)

    return made
