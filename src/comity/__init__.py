"""Comity: a sourced picture of the defence ties between states, in which every number opens its evidence.

>>> from comity import load_case, Lake, update, picture, overview, Query  # doctest: +SKIP
>>> case, lake = load_case("turan"), Lake(Path("evidence"))  # doctest: +SKIP
>>> update(case, lake, today)  # doctest: +SKIP
>>> overview(picture(case, lake, today), Query()).partners[0].ties[0].strength  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.acts import merge
    from comity.cases import Case
    from comity.cases import load as load_case
    from comity.errors import ComityError
    from comity.flow import Picture, picture, update
    from comity.lake import Lake
    from comity.pages.about import to_json
    from comity.pages.claims import claims
    from comity.pages.evidence import evidence
    from comity.pages.overview import overview
    from comity.pages.query import Query
    from comity.pages.state import state
    from comity.pages.tie import tie
    from comity.pages.timeline import timeline
    from comity.states import resolve
    from comity.ties import weave

_WHERE = {
    "Case": "cases",
    "ComityError": "errors",
    "Lake": "lake",
    "Picture": "flow",
    "Query": "pages",
    "claims": "pages",
    "evidence": "pages",
    "load_case": "cases",
    "merge": "acts",
    "overview": "pages",
    "picture": "flow",
    "resolve": "states",
    "state": "pages",
    "tie": "pages",
    "timeline": "pages",
    "to_json": "pages",
    "update": "flow",
    "weave": "ties",
}

__all__ = [  # noqa: RUF022 - grouped as an analyst meets them
    "Case", "load_case", "Lake", "update", "picture", "Picture", "Query",
    "overview", "tie", "state", "timeline", "claims", "evidence", "to_json",
    "merge", "weave", "resolve", "ComityError",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used, so that ``comity --help`` is instant."""
    if name not in _WHERE:
        raise AttributeError(f"module 'comity' has no attribute {name!r}; it has {', '.join(__all__)}")
    module = import_module(f"comity.{_WHERE[name]}")
    return getattr(module, "load" if name == "load_case" else name)
