"""What does the machine see in this text? An article with its acts marked, each with its reason, for an analyst to correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from comity import coding, pasted, press
from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.told import MACHINE, Given, coded, given, safe_url
from comity.verdicts import DONE

if TYPE_CHECKING:
    from comity.flow import Picture

MOST_PIECES = 4000  # of a text: a longer one is shown from its beginning


@dataclass(frozen=True)
class Piece:
    """A part of the text, and the acts that stand in it."""

    text: str = says("the words")
    acts: list[int] = says("numbers of the acts that stand in these words")


@dataclass(frozen=True)
class Read:
    """One act that the coder read."""

    number: int = says("which of the text's acts, from 1")
    report: str | None = says("id of the report that it is as evidence; null where it is none")
    sentence: str = says("the sentence")
    start: int = says("where in the text the act stands, in letters")
    end: int = says("the letter after its last")
    actors: list[str] = says("who acted")
    recipients: list[str] = says("to or with whom")
    instrument: str | None = says("what kind of act; null for an event that is no instrument of ours")
    stage: str | None = says("how far it got")
    polarity: int = says("+1 cooperation, -1 conflict, 0 neither")
    modality: str = says("how the text speaks of it: actual, planned, hypothetical, negated or historical")
    plover: str = says("the PLOVER event")
    cameo: str | None = says("the CAMEO code")
    date_from: date | None = says("first day on which it may have happened")
    date_to: date | None = says("last day on which it may have happened")
    forum: str | None = says("multilateral frame")
    platform: str | None = says("weapon, vehicle or system")
    quantity: float | None = says("how many")
    value_usd: float | None = says("what it is worth in US dollars")
    place: str | None = says("where, in the text's words")
    says_: float = says("how sure the coder is of its reading")
    right: float | None = says(
        "how often readings are right that the rest of the text bears out as far, as measured; null where it is no evidence"
    )
    belief: float | None = says("belief in the report: right x reliability of the publisher; null where it is none")
    lacks: str | None = says("why it is no evidence; null where it is")
    why: list[str] = says("the words and rules that it rests on")
    coded: str = says("by machine; by machine and confirmed by an analyst; or rejected by one")
    verdicts: list[Given] = says("what analysts said of it, newest first")


@dataclass(frozen=True)
class Reading:
    """One text as the coder reads it."""

    about: About = says("header")
    id: str = says("id of the text: as pasted, or of an article of the store; example is an invented one")
    title: str | None = says("its title")
    url: str | None = says("its address; null unless it is http or https")
    publisher: str | None = says("who published it")
    published: date | None = says("when; null when it does not say")
    lang: str | None = says("its language, ISO 639-1")
    reliability: str = says("reliability of the publisher, A to F")
    kept: bool = says("whether it is among the evidence, now or from the next update on")
    parsed: bool = says("whether English is parsed; without the extra nlp it is read by word order")
    text: str = says("the text")
    pieces: list[Piece] = says("the text in parts, each with the acts in it")
    cut: bool = says("whether the text is longer than what is shown in parts")
    acts: list[Read] = says("the acts, in the order of the text")


def reading(picture: Picture, id: str, query: Query) -> Reading:
    """A pasted text or an article, with every act that the coder reads in it and why; ``NotFound`` for another id."""
    found = pasted.find(picture.lake, id)
    row = found.row
    acts = [_read(picture, n, told) for n, told in enumerate(seen(row), start=1)]
    text = row["text"] or ""
    pieces = _pieces(text, acts)
    return Reading(
        about(picture, query),
        id,
        row["title"],
        safe_url(row["url"]),
        row["publisher"],
        row["published"],
        row["lang"],
        row["reliability"],
        found.kept,
        coding.model() is not None,
        text,
        pieces[:MOST_PIECES],
        len(pieces) > MOST_PIECES,
        acts,
    )


def seen(article: dict[str, Any]) -> list[press.Told]:
    """What the coder reads in a row of the table ``article``; the last few texts are kept."""
    return list(_seen(tuple(article.items())))


@lru_cache(maxsize=16)
def _seen(article: tuple[tuple[str, Any], ...]) -> list[press.Told]:
    return press.told(dict(article))


def _read(picture: Picture, number: int, told: press.Told) -> Read:
    act, report, lacks, right = told
    marks = given(picture.verdicts, report["report"]) if report else []
    last = next((m for m in marks if m.kind in DONE), None)
    return filled(
        Read,
        act,
        number=number,
        report=report["report"] if report else None,
        start=act.span[0],
        end=act.span[1],
        date_from=date.fromisoformat(act.date_from) if act.date_from else None,
        date_to=date.fromisoformat(act.date_to) if act.date_to else None,
        lacks=lacks or None,
        says_=act.belief,
        right=right if report else None,
        belief=report["belief"] if report else None,
        coded=coded(f"{report['coder']}, {DONE[last.kind]} by {last.author}") if report and last else MACHINE,
        verdicts=marks,
    )


def _pieces(text: str, acts: list[Read]) -> list[Piece]:
    """The text cut wherever an act begins or ends."""
    cuts = sorted({0, len(text), *(min(at, len(text)) for a in acts for at in (a.start, a.end))})
    return [
        Piece(text[start:end], [a.number for a in acts if a.start <= start and end <= a.end])
        for start, end in pairwise(cuts)
    ]
