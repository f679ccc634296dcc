"""The brief as a file: HTML that stands alone, or PDF; the only file that knows Typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from comity.damage import whole
from comity.errors import MissingExtra, StoreError, UsageError
from comity.numerals import number, span, thousand
from comity.pages import Query, to_json
from comity.pages.brief import Brief
from comity.pages.cells import THIN
from comity.pages.told import how
from comity.states import name_of
from comity.web.dress import STATIC, dressed, links

TEMPLATE = Path(__file__).with_name("brief.typ")


def write(page: Brief, path: Path) -> None:
    """A brief at a path that ends in ``.html`` or ``.pdf``.

    Raises ``UsageError`` for another ending, ``MissingExtra`` without Typst, ``StoreError`` when it cannot be written;
    a brief that stood there is then as it was.
    """
    forms = {".html": lambda: html(page).encode(), ".pdf": lambda: pdf(page)}
    if path.suffix.lower() not in forms:
        raise UsageError(f"{path.name}: a brief ends in .pdf or .html")
    content = forms[path.suffix.lower()]()
    try:
        whole(path, content)
    except OSError as error:
        raise StoreError(f"{path}: {error}; choose another file with --output") from error


def html(page: Brief) -> str:
    """One file without scripts that asks for no other."""
    css = Markup((STATIC / "comity.css").read_text("utf-8"))
    return dressed("brief.html", page=page, layout="_alone.html", css=css, **links(Query()))


def pdf(page: Brief) -> bytes:
    """A PDF with numbered notes; raises ``MissingExtra`` when Typst is not installed."""
    try:
        import typst
    except ImportError:
        raise MissingExtra("a PDF needs Typst: pip install 'comity[brief]'; an .html can be printed without") from None
    made: bytes = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs={"brief": json.dumps(_told(page))})
    return made


def _told(page: Brief) -> dict[str, Any]:
    """The page's JSON with the names of its states, and its numbers and days as every other page tells them."""
    found: dict[str, Any] = to_json(page)
    for tie in (tie for held in found["held"] for tie in held["ties"]):
        tie["told"] = [number(tie[name]) for name in ("strength", "low", "high")]
        tie["thin"] = tie["prior_share"] >= THIN
    for one in found["forecasts"]:
        one["told"] = [thousand(one[name]) for name in ("probability", "low", "high", "base_rate")]
    for line, told in zip(
        [*page.changes, *page.unseen, *page.ended], [*found["changes"], *found["unseen"], *found["ended"]], strict=True
    ):
        told |= {"span": span(line.act.date_from, line.act.date_to), "how": how(line.act)}
    codes = {page.patron, *(held.state for held in page.held), *(one.state for one in page.forecasts)}
    return {**found, "names": {code: name_of(code) for code in codes}}
