"""How far an act got, and whether it lies ahead, once its instrument is known."""

from __future__ import annotations

from datetime import date

from comity.coding.english import Event
from comity.coding.subject import About
from comity.vocabulary import DONE, INSTRUMENTS, NOT_SO, OVER, Kind, Modality

STAGE_GUESSED = 1.0  # what the stage that a guess found by its stems adds to the logarithm of that stage's chance
HISTORICAL_YEARS = 2
_ARRIVING = {"arrive", "reach", "land", "dock", "unload"}
_TALKING = {"discuss", "talk", "negotiate", "negotiation", "discussion", "explore"}  # which of a thing is no deed yet
_HANDED_OVER = {"arms", "aid", "economy", "industry", "rupture"}  # what goods or money can be
_LIFTED = {"coercion", "isolation"}


def far(event: Event, name: str, about: About | None) -> str:
    """How far an act got: what its own word says; a guess, which has none, goes by what the sentence as a whole says."""
    said = event.stage or "executed"
    if said == "talks" and name == "dialogue":
        return "executed"  # talks that were held
    if (
        said == "executed"
        and event.plover in {"RETREAT", "CONCEDE"}
        and (name == "basing" or (name in _LIFTED and " + " in event.why[0]))
    ):
        return "ended"
    if name == "rupture" and said in DONE and event.modality is not Modality.PLANNED:
        stages = about.stages if about else {}  # "quit the programme": a break is no deed that was carried out
        return max(("cancelled", "suspended"), key=lambda stage: stages.get(stage, 0.0))
    if said == "executed" and name != "dialogue" and _TALKING & {*event.why[0].split(" ")}:
        return "talks"
    if said == "executed" and name in {"arms", "aid"} and event.why[0].split(" ")[0] in _ARRIVING:
        return "delivered"
    if not about or not about.stages or not is_guess(event) or event.modality in NOT_SO:
        return said
    fitting = [stage for stage in about.stages if stage != "delivered" or name in _HANDED_OVER]
    return max(fitting, key=lambda stage: about.stages[stage] + STAGE_GUESSED * (stage == said))


def is_guess(event: Event) -> bool:
    """Whether no word of the act list told of it."""
    return event.why[0].startswith("guess")


def ahead(name: str, stage: str, modality: Modality) -> tuple[str, Modality]:
    """Stage and modality in keeping: what is announced is planned, and what is planned is as yet announced.

    A tie whose end is planned keeps the stage of that end, by which it counts as one.
    """
    if stage == "announced" and modality is Modality.ACTUAL:
        return stage, Modality.PLANNED
    over = OVER if INSTRUMENTS[name].kind is Kind.PRESSURE else ()
    return ("announced" if modality is Modality.PLANNED and stage in {"offered", *DONE, *over} else stage), modality


def historical(modality: Modality, last: date | None, published: date | None) -> Modality:
    """History, if what took place had ended years before publication."""
    old = modality is Modality.ACTUAL and last and published and (published - last).days > 365 * HISTORICAL_YEARS
    return Modality.HISTORICAL if old else modality
