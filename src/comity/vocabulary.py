"""Instruments, stages, and the PLOVER and CAMEO codes that follow from them.

One table for every room: sources, the coder, the pages and the exports all speak these words. PLOVER and CAMEO are
*derived* from (instrument, stage), never stored beside them.

Three places where the published sources disagree with themselves are settled here:

* SANCTION is *material* conflict (PLOVER's own section and summary table), not verbal (its quad table and README).
* CAMEO 163 (embargo, boycott, sanctions) between states is SANCTION-discontinue, as the PLOVER manual's text says,
  not COERCE-restrict, as the CAMEO-to-PLOVER crosswalk of 2021 says: COERCE-restrict is what a government does at home.
* ACCUSE scores -3: the manual's table prints +3 although the event's modes score -2 to -3.5.

Training is always COOPERATE (062); a training *grant* is coded as instrument ``aid``.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What an instrument is to a tie."""

    TIE = "tie"
    CONTEXT = "context"
    PRESSURE = "pressure"


class Instrument(NamedTuple):
    """A kind of act between states."""

    name: str
    kind: Kind
    mutual: bool  # every pair among the parties is tied; otherwise only each actor with each recipient
    contexts: tuple[str, ...]  # PLOVER contexts
    meaning: str


INSTRUMENTS: dict[str, Instrument] = {
    i.name: i
    for i in (
        Instrument("exercise", Kind.TIE, True, ("military",), "joint drills and war games"),
        Instrument("arms", Kind.TIE, False, ("military",), "sale, order or delivery of equipment"),
        Instrument("industry", Kind.TIE, True, ("military", "economic", "technology"), "technology transfer, licence, co-production, repair"),
        Instrument("training", Kind.TIE, False, ("military",), "education, special forces, advisers"),
        Instrument("intelligence", Kind.TIE, True, ("intelligence",), "sharing, centres, joint counter-terrorism"),
        Instrument("border", Kind.TIE, True, ("military",), "border, coast guard and naval cooperation"),
        Instrument("agreement", Kind.TIE, True, ("military", "diplomatic"), "treaty, framework, memorandum, annual plan"),
        Instrument("dialogue", Kind.TIE, True, ("military", "diplomatic"), "ministerial and staff talks, working groups, visits"),
        Instrument("basing", Kind.TIE, False, ("military",), "bases, access and deployments by consent"),
        Instrument("aid", Kind.TIE, False, ("military",), "military aid and grants"),
        Instrument("economy", Kind.CONTEXT, True, ("economic",), "investment, trade deal, energy, loan"),
        Instrument("culture", Kind.CONTEXT, True, ("diplomatic",), "education, language, media, religion, exchange"),
        Instrument("communication", Kind.CONTEXT, True, ("diplomatic",), "public diplomacy"),
        Instrument("disinformation", Kind.PRESSURE, False, ("misinformation",), "hostile or false narratives"),
        Instrument("coercion", Kind.PRESSURE, False, ("economic",), "sanctions, trade barrier, embargo, energy cut-off, migration pressure"),
        Instrument("isolation", Kind.PRESSURE, False, ("diplomatic",), "expulsion, recall, boycott, downgrade"),
        Instrument("intelop", Kind.PRESSURE, False, ("intelligence",), "espionage, arrests, exposed operation"),
        Instrument("rupture", Kind.PRESSURE, False, ("military",), "suspension or cancellation of cooperation"),
        Instrument("alliance_shift", Kind.PRESSURE, False, ("diplomatic",), "joining, leaving or suspending an organisation"),
        Instrument("frictions", Kind.PRESSURE, True, ("diplomatic",), "border clash, ethnic or sectarian dispute, delay"),
    )
}  # fmt: skip

TIES = tuple(name for name, i in INSTRUMENTS.items() if i.kind is Kind.TIE)
CONTEXT = tuple(name for name, i in INSTRUMENTS.items() if i.kind is Kind.CONTEXT)
PRESSURE = tuple(name for name, i in INSTRUMENTS.items() if i.kind is Kind.PRESSURE)


class Stage(StrEnum):
    """How far an act got."""

    TALKS = "talks"
    ASKED = "asked"
    OFFERED = "offered"
    ANNOUNCED = "announced"
    SIGNED = "signed"
    EXECUTED = "executed"
    DELIVERED = "delivered"
    RENEWED = "renewed"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    ENDED = "ended"


TO_COME = (Stage.ASKED, Stage.OFFERED, Stage.ANNOUNCED)
CARRIED_OUT = (Stage.EXECUTED, Stage.DELIVERED)
DONE = (Stage.SIGNED, *CARRIED_OUT, Stage.RENEWED)
OVER = (Stage.SUSPENDED, Stage.CANCELLED, Stage.ENDED)  # what ends a tie; a refusal ends none
BROKEN = (Stage.REFUSED, *OVER)


class Modality(StrEnum):
    """How a report speaks of the act; only ``actual`` ones are counted as acts."""

    ACTUAL = "actual"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    HISTORICAL = "historical"


NOT_SO = frozenset({Modality.NEGATED, Modality.HYPOTHETICAL})  # denied, or only thought of

# The two axes of the Admiralty code (NATO STANAG 2022): of the publisher, and of the report. The last is no bad mark.
RELIABILITY = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable",
    "D": "not usually reliable", "E": "unreliable", "F": "cannot be judged",
}  # fmt: skip
CREDIBILITY = {
    1: "confirmed by others", 2: "probably true", 3: "possibly true",
    4: "doubtful", 5: "improbable", 6: "cannot be judged",
}  # fmt: skip


class Quad(StrEnum):
    """PLOVER's four corners."""

    VERBAL_COOPERATION = "verbal cooperation"
    MATERIAL_COOPERATION = "material cooperation"
    VERBAL_CONFLICT = "verbal conflict"
    MATERIAL_CONFLICT = "material conflict"


class Event(NamedTuple):
    """A PLOVER event: its corner and, where the manual prints one, its conflict-cooperation score (-10 to 10)."""

    quad: Quad
    score: float | None


PLOVER_EVENTS: dict[str, Event] = {
    "AGREE": Event(Quad.VERBAL_COOPERATION, 2.5),
    "CONSULT": Event(Quad.VERBAL_COOPERATION, 2.5),
    "SUPPORT": Event(Quad.VERBAL_COOPERATION, 5.0),
    "CONCEDE": Event(Quad.VERBAL_COOPERATION, None),
    "COOPERATE": Event(Quad.MATERIAL_COOPERATION, 9.5),
    "AID": Event(Quad.MATERIAL_COOPERATION, 10.0),
    "RETREAT": Event(Quad.MATERIAL_COOPERATION, None),
    "REQUEST": Event(Quad.VERBAL_CONFLICT, None),
    "ACCUSE": Event(Quad.VERBAL_CONFLICT, -3.0),
    "REJECT": Event(Quad.VERBAL_CONFLICT, -2.0),
    "THREATEN": Event(Quad.VERBAL_CONFLICT, -3.5),
    "PROTEST": Event(Quad.MATERIAL_CONFLICT, None),
    "SANCTION": Event(Quad.MATERIAL_CONFLICT, -6.0),
    "MOBILIZE": Event(Quad.MATERIAL_CONFLICT, None),
    "COERCE": Event(Quad.MATERIAL_CONFLICT, -7.0),
    "ASSAULT": Event(Quad.MATERIAL_CONFLICT, -9.0),
}


class Code(NamedTuple):
    """An act in the field's two standard ontologies."""

    event: str  # PLOVER event type
    mode: str | None  # PLOVER mode
    contexts: tuple[str, ...]  # PLOVER contexts
    cameo: str | None  # CAMEO code; None where CAMEO has no word for it


# CAMEO codes of material cooperation by what the field calls the subject: asked, promised, done, refused, cut.
_SUBJECT = {
    "intelligence": "intelligence",
    "aid": "aid",
    "economy": "economic",
    "culture": "other",
    "communication": "other",
}
_ASKED = {"military": "1012", "intelligence": "1014", "aid": "1032", "economic": "1011", "other": "101"}
_PROMISED = {"military": "0312", "intelligence": "0314", "aid": "0332", "economic": "0311", "other": "030"}
_DONE = {"military": "062", "intelligence": "064", "aid": "072", "economic": "061", "other": "060"}
_REFUSED = {"military": "1212", "intelligence": "1214", "aid": "1222", "economic": "1211", "other": "121"}
_CUT = {"military": "160", "intelligence": "160", "aid": "1622", "economic": "160", "other": "160"}

# What pressure is when it is done, threatened, and lifted: (PLOVER event, mode, CAMEO). A suspension is the rupture.
_PRESSURE: dict[str, tuple[tuple[str, str | None, str | None], ...]] = {
    "disinformation": (("COERCE", "misinformation", None), ("THREATEN", None, "130"), ("RETREAT", None, "080")),
    "coercion": (("SANCTION", "discontinue", "163"), ("THREATEN", "restrict", "1312"), ("RETREAT", None, "085")),
    "isolation": (("SANCTION", "withdraw", "161"), ("THREATEN", "relations", "1313"), ("RETREAT", None, "080")),
    "intelop": (("COERCE", "arrest", "173"), ("THREATEN", None, "130"), ("RETREAT", "release", "0841")),
    "rupture": (
        ("SANCTION", "discontinue", "160"),
        ("THREATEN", "relations", "1313"),
        ("SANCTION", "discontinue", "160"),
    ),
    "alliance_shift": (
        ("SANCTION", "withdraw", "160"),
        ("THREATEN", "relations", "1313"),
        ("SANCTION", "withdraw", "160"),
    ),
    "frictions": (("ACCUSE", "disapprove", "111"), ("THREATEN", None, "130"), ("RETREAT", None, "080")),
}


def code(instrument: str, stage: str) -> Code:
    """The PLOVER event, mode and contexts and the CAMEO code of an act.

    A cooperation instrument follows its stage: talks CONSULT 040, asked REQUEST-assist, offered and announced AGREE,
    signed and renewed SUPPORT 057, carried out COOPERATE or AID, refused REJECT-assist, suspended, cancelled and ended
    SANCTION. A rupture or an alliance shift is pressure already: its stages suspended and cancelled name what was done.
    For other pressure, refused, suspended, cancelled and ended mean that the pressure was lifted.

    Raises ``KeyError`` for a word that is not in the vocabulary.

    >>> code("exercise", "executed").cameo, code("arms", "announced").cameo, code("aid", "cancelled").cameo
    ('062', '0312', '1622')
    """
    item = INSTRUMENTS[instrument]
    step = _STAGES[stage]
    return _pressure(item, step) if item.kind is Kind.PRESSURE else _cooperation(item, step)


_STAGES = {str(stage): stage for stage in Stage}


def _cooperation(item: Instrument, stage: Stage) -> Code:
    subject = _SUBJECT.get(item.name, "military")
    match stage:
        case Stage.TALKS:
            return Code("CONSULT", None, item.contexts, "040")
        case Stage.ASKED:
            return Code("REQUEST", "assist", item.contexts, _ASKED[subject])
        case Stage.OFFERED | Stage.ANNOUNCED:
            return Code("AGREE", None, item.contexts, "036" if item.name == "dialogue" else _PROMISED[subject])
        case Stage.SIGNED | Stage.RENEWED:
            return Code("SUPPORT", None, item.contexts, "057")
        case Stage.EXECUTED | Stage.DELIVERED:
            return _carried_out(item, subject)
        case Stage.REFUSED:
            return Code("REJECT", "assist", item.contexts, _REFUSED[subject])
        case Stage.SUSPENDED | Stage.CANCELLED | Stage.ENDED:
            return _cut(item, subject)


def _carried_out(item: Instrument, subject: str) -> Code:
    if item.name == "dialogue":
        return Code("CONSULT", None, item.contexts, "040")
    if item.name == "agreement":
        return Code("SUPPORT", None, item.contexts, "057")
    return Code("AID" if subject == "aid" else "COOPERATE", None, item.contexts, _DONE[subject])


def _cut(item: Instrument, subject: str) -> Code:
    if item.name == "dialogue":
        return Code("SANCTION", "withdraw", item.contexts, "161")
    if item.name == "basing":
        return Code("SANCTION", "withdraw", item.contexts, "166")
    return Code("SANCTION", "discontinue", item.contexts, _CUT[subject])


def _pressure(item: Instrument, stage: Stage) -> Code:
    done, threatened, lifted = _PRESSURE[item.name]
    if stage in (Stage.TALKS, Stage.ASKED, Stage.OFFERED, Stage.ANNOUNCED):
        chosen = threatened
    elif stage in BROKEN:
        chosen = lifted
    else:
        chosen = done
    event, mode, cameo = chosen
    return Code(event, mode, item.contexts, cameo)


def span(day: date, precision: str) -> tuple[date, date]:
    """First and last day of a date known to the day, the month or the year that it stands in.

    >>> span(date(2024, 2, 1), "month")[1].isoformat()
    '2024-02-29'
    """
    match precision:
        case "day":
            return day, day
        case "month":
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        case "year":
            return date(day.year, 1, 1), date(day.year, 12, 31)
    raise ValueError(f"date_precision {precision!r} is none of day, month, year")
