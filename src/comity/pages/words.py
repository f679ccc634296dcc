"""Sentences that the program writes from ties and acts: plain words, hedged, the telling words linked to what they rest on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity.indicators.evidence import COVERED, last_years
from comity.numerals import capital, listed, number
from comity.pages.about import says
from comity.pages.cells import THIN, Row, summed, today
from comity.pages.compare import BESIDE, CLOSE, PATRON_AHEAD, RIVAL_AHEAD, UNEVEN, Compared
from comity.pages.query import Query
from comity.pages.told import between, in_period
from comity.states import called, name_of
from comity.tables import OBSERVED, pair_of
from comity.threads import DAYS_A_MONTH
from comity.ties import priors
from comity.vocabulary import OVER, TIES, Modality
from comity.watch.outlook import TAKEN_PLACE

if TYPE_CHECKING:
    from comity.flow import Picture

NAMED = 2  # instruments named in a comparison
RECENT = 10  # years of ruptures that the lead tells of
QUIET_DAYS = 60  # a longer silence before as_of is said in the lead
_SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@dataclass(frozen=True)
class Part:
    """Some words of a sentence."""

    text: str = says("the words")
    opens: str | None = says("page that the words open; null when they are plain")


@dataclass(frozen=True)
class Said:
    """One sentence."""

    text: str = says("the whole sentence")
    parts: list[Part] = says("the same in parts, some of which open a page")


def said(*parts: str | Part) -> Said:
    """A sentence from plain and linked words."""
    whole = [Part(p, None) if isinstance(p, str) else p for p in parts]
    return Said("".join(p.text for p in whole), whole)


def named(subject: str) -> str:
    """The subject of a reading or a slow number in words.

    >>> named("KAZ-TUR:arms"), named("KAZ"), named("TUR>KAZ")
    ('Kazakhstan and Türkiye, arms', 'Kazakhstan', 'Türkiye towards Kazakhstan')
    """
    codes, _, part = subject.partition(":")
    names = (" and ".join(map(name_of, side.split("-"))) for side in codes.split(">"))
    return " towards ".join(names) + (f", {part}" if part else "")


def owned(code: str) -> str:
    """A state's name before something of its own.

    >>> owned("USA"), owned("KAZ"), owned("CYP")
    ("the United States'", "Kazakhstan's", "Cyprus's")
    """
    name = called(code)
    return f"{name}'" if _PLURAL.search(name) else f"{name}'s"


_PLURAL = re.compile(
    r"(States|Emirates|Islands|Nations|Netherlands|Philippines|Maldives|Bahamas|Seychelles|Grenadines)$"
)


def counted(n: int, noun: str) -> str:
    """A number with its noun, in words up to twelve.

    >>> counted(1, "act"), counted(3, "act"), counted(240, "act")
    ('one act', 'three acts', '240 acts')
    """
    return f"{number_of(n)} {noun if n == 1 else noun + 's'}"


def number_of(n: int) -> str:
    """A number, in words up to twelve."""
    return _SMALL[n] if n < len(_SMALL) else str(n)


def lead(
    picture: Picture, query: Query, table: list[Row], sides: list[Compared], unseen: int, promised: int, over: int
) -> list[Said]:
    """The opening paragraph: reach, ruptures, rivals, thin ties, promises, freshness; sentences without ground are left out."""
    return [
        *_reach(picture, query, table),
        *_broken(picture, table),
        *_beside(picture, sides),
        *_thin(picture, table),
        *_promises(unseen, promised, over),
        *_silence(picture),
    ]


def _reach(picture: Picture, query: Query, table: list[Row]) -> Iterator[Said]:
    """With how many partners the patron has acts, and by which instruments most."""
    patron = picture.case.roles.patron
    seen = [(r.state, c.instrument) for r in table for c in r.ties if c.with_ == patron and c.state == OBSERVED]
    held = list(dict.fromkeys(partner for partner, _ in seen))
    if not held:
        unread: tuple[str | Part, ...] = (
            (": ", Part("no source has been read yet", "/sources")) if picture.reports.is_empty() else ()
        )
        yield said(f"No defence act between {called(patron)} and a partner is known", *unread, ".")
        return
    ends = pl.DataFrame([pair_of(patron, partner) for partner in held], schema=["a", "b"], orient="row")
    everybody = "all of the " if len(held) == len(table) else f"{number_of(len(held))} of the "
    many = f"{everybody if len(table) > 1 else 'the '}{counted(len(table), 'state')} looked at"
    reach = f"{capital(called(patron))} has defence ties on record with {many}"
    ties = (
        today(picture, query.view)
        .join(ends, on=["a", "b"])
        .filter(
            pl.col("instrument").is_in(sorted({k for _, k in seen})),  # of the others only the assumption speaks
            pl.col("exposure")
            >= pl.col("instrument").replace_strict({k: COVERED * p.span for k, p in priors().items()}),
        )
    )
    if ties.is_empty():
        watched = today(picture, query.view).join(ends, on=["a", "b"]).filter(pl.col("exposure") > 0)
        why = (
            "nobody says how hard they looked"
            if watched.is_empty()
            else "what was looked at is too little, or too long ago, and nobody says how hard they looked beside it"
        )
        yield said(f"{reach}; how often to expect acts cannot be said, because {why} (effort.csv of the case).")
        return
    sums = {str(k): summed(rows) for (k,), rows in ties.group_by("instrument")}
    top = sorted(sums, key=lambda k: (-sums[k][0], k))[:3]
    first = Part(top[0], f"/state/{patron}?instruments={top[0]}")
    value, low, high = sums[top[0]]
    rest = [Part(k, f"/state/{patron}?instruments={k}") for k in top[1:]]
    yield said(
        f"{reach}, most often by ",
        first,
        f" ({number(value)} acts a year expected, {number(low)} to {number(high)})",
        *(p for part, joint in zip(rest, [", then ", " and "], strict=False) for p in (joint, part)),
        ".",
    )


def _broken(picture: Picture, table: list[Row]) -> Iterator[Said]:
    """With which partners how many ruptures and ends of an agreement, basing and so on are on record, the newest first: the strength of a tie says nothing of that."""
    patron, end = picture.case.roles.patron, picture.as_of
    told = in_period(picture.acts, last_years(end, RECENT), end).filter(
        (pl.col("instrument") == "rupture") | (pl.col("instrument").is_in(TIES) & pl.col("stage").is_in(OVER)),
        pl.col("modality") == Modality.ACTUAL,
    )
    likely = pl.col("belief") >= TAKEN_PLACE
    if found := list(_by_partner(told.filter(likely), patron, table)):
        before = f"In {number_of(RECENT)} years acts of cooperation were suspended, cancelled or ended: "
        yield said(before, *found, "; the acts expected below do not count that.")
    if found := list(_by_partner(told.filter(~likely), patron, table)):
        yield said(f"Such a break is told of in {number_of(RECENT)} years, and believed less than half: ", *found, ".")


def _by_partner(acts: pl.DataFrame, patron: str, table: list[Row]) -> Iterator[str | Part]:
    """How many acts there are with each partner, the newest first."""
    days = {row.state: between(acts, [patron], [row.state])["date_to"].sort() for row in table}
    found = sorted(((known[-1], state) for state, known in days.items() if len(known)), reverse=True)
    for i, (day, state) in enumerate(found):
        often = len(days[state])
        words = f"{number_of(often)} with {called(state)} ({'last ' if often > 1 else ''}{day.year})"
        if i:
            yield ", "
        yield Part(words, f"/tie/{'-'.join(pair_of(patron, state))}#pressure")


def _beside(picture: Picture, sides: list[Compared]) -> Iterator[Said]:
    """Patron and rival, for the rivals that were looked at evenly; then those that were not."""
    patron, rivals = picture.case.roles.patron, picture.case.roles.rivals
    for rival in rivals:
        mine = [c for c in sides if c.rival == rival]
        fair = [c for c in mine if c.verdict != UNEVEN]
        if len(fair) < len(mine) / 2 or not fair:
            continue
        close = sum(c.verdict == CLOSE for c in fair)
        ahead, behind = ([c for c in fair if c.verdict == verdict] for verdict in (PATRON_AHEAD, RIVAL_AHEAD))
        yield said(
            f"Beside {called(rival)} it is likely ahead in ",
            Part(f"{len(ahead)} of {counted(len(fair), 'comparison')}", f"/evidence/{BESIDE}:{rival}"),
            *_mostly(ahead, patron),
            f"; {called(rival)} in {len(behind)}",
            *_mostly(behind, rival),
            f"; {close} {'is' if close == 1 else 'are'} too close to call.",
        )
    uneven = [
        called(r)
        for r in rivals
        if (mine := [c for c in sides if c.rival == r]) and sum(c.verdict == UNEVEN for c in mine) > len(mine) / 2
    ]
    if uneven:
        yield said(
            f"{capital(listed(uneven))} {'was' if len(uneven) == 1 else 'were'} looked at less, or hardly, and cannot be compared with {called(patron)} yet."
        )


def _mostly(found: list[Compared], who: str) -> Iterator[str | Part]:
    """The instruments in which somebody leads most partners, each linked to what it holds by them."""
    for i, (instrument, _) in enumerate(Counter(c.instrument for c in found).most_common(NAMED)):
        yield ", mostly by " if i == 0 else " and "
        yield Part(instrument, f"/state/{who}?instruments={instrument}")


def _thin(picture: Picture, table: list[Row]) -> Iterator[Said]:
    patron = picture.case.roles.patron
    mine = [c for r in table for c in r.ties if c.with_ == patron]
    thin = [c for c in mine if c.prior_share >= THIN or c.state != OBSERVED]
    if thin:
        yield said(
            "Of its ",
            Part(f"{len(mine)} ties", "/#ties"),
            " by instrument, ",
            Part(f"{len(thin)} are thin", "/#thin"),
            ": nothing was reported, or the number is more assumption than evidence.",
        )


def _promises(unseen: int, promised: int, over: int) -> Iterator[Said]:
    """How many deals wait to be seen; ``over`` is how many were not seen carried out, but ended."""
    done = "been seen carried out" + (" or ended" if over else "")
    if promised == 1:
        seen = Part(f"has {'not ' if unseen else ''}{done}", "/#unseen")
        yield said("The one arms, production or basing deal announced or signed ", seen, ".")
    elif promised:
        some = f"{number_of(unseen)} {'has' if unseen == 1 else 'have'} not"
        open = some if 0 < unseen < promised else "none has" if unseen else "all have"
        deals = counted(promised, "arms, production or basing deal")
        yield said(f"Of {deals} announced or signed, ", Part(f"{open} {done}", "/#unseen"), ".")


def _silence(picture: Picture) -> Iterator[Said]:
    roles = picture.case.roles
    theirs = between(picture.acts, roles.held, [*roles.patrons, *roles.held])
    newest: date | None = theirs["date_to"].max()  # type: ignore[assignment]
    if newest and (picture.as_of - newest).days > QUIET_DAYS:
        months = round((picture.as_of - newest).days / DAYS_A_MONTH)
        yield said(
            f"The newest act known of the partners is of {newest.day} {newest:%B %Y}, {counted(months, 'month')} back; the quiet since then may be ours rather than theirs."
        )
