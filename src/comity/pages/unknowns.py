"""What is not known, and why: nobody looked, somebody looked and found nothing, or a source is not there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from comity import indicators
from comity.numerals import capital, listed
from comity.pages.about import says
from comity.pages.cells import PATRON, Row
from comity.pages.words import named
from comity.sources import catalogue
from comity.states import called
from comity.tables import NONE_REPORTED, NOT_COVERED, OBSERVED

if TYPE_CHECKING:
    from comity.flow import Picture

NAMED = 5  # absent sources named in the line; more are only counted
ABSENT, UNMEASURED = "source absent", "not measurable"


@dataclass(frozen=True)
class Unknown:
    """One gap."""

    kind: str = says("not covered, none reported, source absent or not measurable")
    text: str = says("the gap in one sentence")
    opens: str = says("page that says more")


def unknowns(picture: Picture, table: list[Row]) -> list[Unknown]:
    """Gaps in the order in which they matter: absent sources, pairs nobody looked at, silence of the patron, readings."""
    return [*_absent(picture), *_not_covered(table), *_silent(table), *_unmeasured(picture)]


def _absent(picture: Picture) -> list[Unknown]:
    """Sources of which nothing was read, all in one line: they are many in a first picture, and drown what else is not known."""
    every = catalogue()
    gone = [source.card.title for name, source in every.items() if name not in set(picture.files["source"])]
    if not gone:
        return []
    which = f": {'; '.join(gone)}" if len(gone) <= NAMED else "; the page of sources names them"
    text = f"No file of {len(gone)} of {len(every)} sources has been read, so nothing here rests on them{which}."
    return [Unknown(ABSENT, text, "/sources")]


def _not_covered(table: list[Row]) -> list[Unknown]:
    """Pairs that no source looked at by any instrument, one line a patron."""
    blank: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for row in table:
        for who in {c.with_: None for c in row.ties}:
            mine = [c for c in row.ties if c.with_ == who]
            if not any(c.exposure for c in mine):
                blank[who, any(c.acts for c in mine)].append(row.state)
    unwatched = "no source looked at these ties"
    by_the_way = "acts are on record, but nobody says how hard these ties were searched, so that their strength is assumption; effort.csv of the case would say it"
    return [
        Unknown(
            NOT_COVERED,
            f"{capital(called(who))} with {listed([called(p) for p in partners])}: {by_the_way if told else unwatched}.",
            f"/state/{who}",
        )
        for (who, told), partners in blank.items()
    ]


def _silent(table: list[Row]) -> list[Unknown]:
    """Instruments of the patron for which somebody looked and nothing was reported, one line a partner."""
    found = []
    for row in table:
        mute = [c for c in row.ties if c.role == PATRON and c.state == NONE_REPORTED]
        if mute:
            words = listed([c.instrument for c in mute])
            text = f"{capital(called(mute[0].with_))} with {called(row.state)}: nothing reported on {words}. That is not proof of nothing."
            found.append(Unknown(NONE_REPORTED, text, f"/tie/{mute[0].opens.partition(':')[0]}"))
    return found


def _unmeasured(picture: Picture) -> list[Unknown]:
    """Readings without a value, a line an indicator and one for each part of it that is missing where the indicator itself is not."""
    names = {id: i.card.name for id, i in indicators.catalogue().items()}
    gone = picture.readings.filter(pl.col("state") != OBSERVED, pl.col("value").is_null())
    rows = [(r["indicator"], *r["subject"].partition(":")[::2], r["note"]) for r in gone.iter_rows(named=True)]
    place = {id: n for n, id in enumerate(names)}
    rows.sort(key=lambda row: (place.get(row[0], len(place)), bool(row[2])))
    whole = {(indicator, subject) for indicator, subject, part, _ in rows if not part}
    blank: dict[tuple[str, str], dict[str, str | None]] = defaultdict(dict)
    for indicator, subject, part, note in rows:
        if not part or (indicator, subject) not in whole:
            blank[indicator, part][subject] = note
    return [
        Unknown(
            UNMEASURED,
            f"{names.get(indicator, indicator)}{f', {part}' if part else ''}: not measurable for {_subjects(notes)}{_reason(notes.values())}.",
            f"/method/{indicator}",
        )
        for (indicator, part), notes in blank.items()
    ]


def _subjects(subjects: Iterable[str]) -> str:
    """Subjects of readings in words."""
    return listed([named(s).replace(" and ", "–") for s in sorted(subjects)])


def _reason(notes: Iterable[str | None]) -> str:
    """Why: the note of all, or the commonest where they differ.

    >>> _reason(["no register", "no register", None]), _reason(["1 signature", "2 signatures", "2 signatures"])
    (': no register', '; mostly: 2 signatures')
    """
    told = Counter(filter(None, notes)).most_common()
    return f"{':' if len(told) == 1 else '; mostly:'} {told[0][0]}" if told else ""
