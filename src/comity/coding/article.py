"""A text to read, and an act that it tells of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import NamedTuple


class Article(NamedTuple):
    """A text to read: its id, words, day of publication, language (guessed when absent) and address."""

    id: str | int
    text: str
    published: date | None = None
    lang: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Act:
    """One act as the command line prints it."""

    id: str | int
    sentence: str
    span: tuple[int, int]  # letters of the article's text
    actors: list[str]
    recipients: list[str]
    instrument: str | None
    stage: str | None
    polarity: int
    modality: str
    plover: str
    mode: str | None
    cameo: str | None
    date_from: str | None
    date_to: str | None
    forum: str | None
    platform: str | None
    quantity: int | None
    value_usd: float | None
    place: str | None
    belief: float
    lang: str
    why: list[str]

    def row(self) -> dict[str, object]:
        """The fields as a plain dictionary."""
        return asdict(self)
