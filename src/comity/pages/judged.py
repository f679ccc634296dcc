"""Which reports does a verdict judge? One by its id, those of an act, or one that a text beside the evidence would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from comity import pasted
from comity.errors import NotFound
from comity.pages.reading import seen

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
