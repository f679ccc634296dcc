"""What a chance is about where a tie broke before: what broke and is not known to be mended, and from when the tie counts as at risk again.

A rupture of several instruments or more ends the tie's spell at risk; after two years another begins, whether or not
anything was seen to be mended, save that broken relations must be restored first. A rupture of one instrument leaves the
rest of the tie at risk. The forecast is scored on all ties listed, those that broke as well: this takes none away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from comity.numerals import span
from comity.rupture.atrisk import later
from comity.rupture.chronicle import REPAIR, RUPTURE, SCARE, Row
from comity.rupture.ends import sides

MONTHS = 24  # from a rupture to the day on which the tie counts as at risk again
SEVERAL, ALL, RELATIONS = 2, 3, 4  # severities
WHAT = {1: "in one instrument", 2: "in several instruments", 3: "in all defence ties", 4: "with all relations"}


class Break(NamedTuple):
    """A rupture that nothing known by the day had undone; a scare that was not undone yet looks like one."""

    row: str  # id in the chronicle
    start: date  # first day on which it may have happened
    on: date  # the last, from which it counts
    severity: int  # 1 one instrument, 2 several, 3 all defence ties, 4 relations broken


class Spell(NamedTuple):
    """Whether a tie counts as at risk on a day."""

    at_risk: bool = True
    # First day on which it counts again; null where nothing took it off or nothing known brings it back.
    again: date | None = None
    broken: tuple[Break, ...] = ()  # the newest rupture not undone, and that which ended the spell if it is another


def spells(rows: Iterable[Row], as_of: date) -> dict[str, Spell]:
    """The spell of every pair (``KAZ-RUS``) of which something broke by a day and was not undone by then.

    A rupture is undone on its own ``reversed_on``, or by a later repair of all defence ties or of relations that is no less severe.
    """
    found: defaultdict[str, list[Break]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.end):
        if not row.between_states or row.end > as_of:
            continue
        pair, severity = "-".join(sides(row)), int(row.severity)
        undone = row.settled if row.kind == SCARE else row.reversed_on
        if row.kind in {RUPTURE, SCARE} and not (undone and undone <= as_of):
            found[pair].append(Break(row.id, row.date, row.end, severity))
        elif row.kind == REPAIR and severity >= ALL:
            found[pair] = [b for b in found[pair] if b.severity > severity]
    return {pair: _spell(broken[::-1], as_of) for pair, broken in found.items() if broken}


def _spell(broken: list[Break], as_of: date) -> Spell:
    """From ruptures of one tie, the newest first."""
    relations = [b for b in broken if b.severity == RELATIONS]
    ending = relations or [b for b in broken if b.severity >= SEVERAL]
    told = tuple(dict.fromkeys([broken[0], *ending[:1]]))
    if not ending:
        return Spell(True, None, told)
    again = None if relations else later(ending[0].on, MONTHS)
    return Spell(again is not None and again <= as_of, again, told)


def unmended(spell: Spell) -> bool:
    """Whether the tie broke in several instruments or more, or with all relations, and no repair is on record."""
    return spell.again is not None or not spell.at_risk


def already(spell: Spell) -> str | None:
    """Beside a chance that is named alone: in which year the tie broke, where nothing on record mended it; null where it did not."""
    return f"broken already, in {spell.broken[0].on.year}, and no repair in the chronicle" if unmended(spell) else None


def said(spell: Spell) -> str | None:
    """When and by which row of the chronicle a tie broke and what its chance is then about, in a sentence; null where nothing broke."""
    if not spell.broken:
        return None
    what = " and ".join(f"{span(b.start, b.on)} {WHAT[b.severity]} ({b.row})" for b in spell.broken)
    rest = "the rest of the tie stayed at risk"
    if spell.again and spell.at_risk:
        rest = f"at risk again since {spell.again} by the rule of two years, no repair in the chronicle"
    elif not spell.at_risk:
        until = f"before {spell.again}" if spell.again else "until relations are on record as restored"
        rest = f"not at risk {until}, so the chance is that of one more rupture"
    return f"broken {what}: {rest}"
