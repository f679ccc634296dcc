"""The watch list of a case: ``feeds.csv`` in its folder, a line a feed, sitemap or page that is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from comity import byhand
from comity.errors import CaseError

LIST = "feeds.csv"


class Watched(BaseModel):
    """One line of a watch list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: HttpUrl
    kind: Literal["feed", "sitemap", "page"]
    publisher: str = Field(min_length=1)
    state: str  # whose voice it is: ISO 3166-1 alpha-3, or empty
    lang: str  # ISO 639-1 of its texts, or empty
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    only: str  # words separated by ;, of which title or summary must hold one; empty for all
    basis: str  # where the address was found


def watched(case: Path) -> list[Watched]:
    """The watch list of a case; none when it keeps none. Raises ``CaseError`` that names the line."""
    path = case / LIST
    return [one for _, one in byhand.table(path, Watched, CaseError)] if path.is_file() else []
