"""Which reports does a verdict judge? One by its id, those of an act, one that a text beside the evidence would be; or those of two acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from comity import pasted
from comity.errors import NotFound
from comity.pages.reading import seen
from comity.verdicts import MERGE, Sides, ruled

if TYPE_CHECKING:
    from comity.flow import Picture


def judgeable(picture: Picture, target: str, text: str = "") -> list[dict[str, Any]]:
    """Rows of the table ``report`` that a verdict on ``target`` judges: a report, an act's reports, or one read in a pasted ``text``.

    Raises ``NotFound`` when there is none.
    """
    every = pl.concat([picture.reports, picture.rejected])
    acts = picture.acts.filter(pl.col("act") == target)
    ids = list(acts["reports"][0]) if len(acts) else [target]
    rows = every.filter(pl.col("report").is_in(ids)).rows(named=True)
    if not rows and text:
        rows = [
            t.report for t in seen(pasted.find(picture.lake, text).row) if t.report and t.report["report"] == target
        ]
    if not rows:
        raise NotFound(f"no report or act is known under the id {target[:60]!r} on {picture.as_of}")
    return rows


def sides(picture: Picture, kind: str, target: str, other: str, text: str = "") -> Sides:
    """The reports that a merge or split of two acts or reports concerns; ids may be read in a pasted ``text``.

    A merge takes whole acts. A split takes the one report away from the ``other``, or from all others of its act where none is
    named. What undoes an earlier merge or split, by an id of either side, takes the same sides. Raises ``NotFound``.
    """
    for _, (one, rest) in reversed(ruled(picture.verdicts)):
        if (target in one and other in rest) or (target in rest and other in one):
            return Sides(one, rest)
    mine = _whole(picture, target, text)
    if kind == MERGE:
        return Sides(mine, _whole(picture, other, text))
    rest = _whole(picture, other, text) if other and other not in mine else [other] if other else mine
    return Sides([target], [report for report in rest if report != target])


def _whole(picture: Picture, id: str, text: str) -> list[str]:
    """The reports of the act that an id names or is a report of; a report of no act alone."""
    acts = picture.acts.filter(pl.col("reports").list.contains(id))
    return list(acts["reports"][0]) if len(acts) else [row["report"] for row in judgeable(picture, id, text)]
