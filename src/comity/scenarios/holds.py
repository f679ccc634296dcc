"""Holds: what may be done for a tie. All have one shape: an act that the partners are assumed to agree on, more acts where its
card says so, and a hazard of rupture moved by its effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, partners
from comity.tables import Roles

SELECTED = "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best."


class Hold(NamedTuple):
    """A hold, and what it assumes of each partner that it reaches."""

    card: Card
    instrument: str  # of the act assumed
    stage: str
    moves: str = ""  # effect on acts; empty where it has none
    moved: tuple[str, ...] = ()  # whose acts

    def strike(self, asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
        """The act, the acts that follow, and the hazard."""
        words = f"{self.card.name[0].lower()}{self.card.name[1:]}"
        for partner in partners(asked, roles):
            text = f"Assumed: {words} of {roles.patron} and {partner}."
            yield Assumed((roles.patron, partner), (), self.instrument, self.stage, 1, asked.size, text)
        if self.moves:
            yield from contact(asked, at_stake(asked, roles), self.moves, self.moved)
        yield from hazard(asked, at_stake(asked, roles), f"{self.card.kind}.break")


def _hold(
    kind: str, name: str, meaning: str, size: str, limits: tuple[str, ...], act: tuple[str, str], less: str = "",
    moves: str = "", moved: tuple[str, ...] = (),
) -> Hold:  # fmt: skip
    effects = (*((moves,) if moves else ()), f"{kind}.break")
    return Hold(Card(kind, name, HOLD, meaning, size, effects, limits, less), *act, moves, moved)


HOLDS = (
    _hold(
        "adaptive_communication",
        "Adaptive communication",
        "High-level contact within days of any trouble.",
        "a hot line that is used",
        ("Effect assumed.", SELECTED),
        ("dialogue", "talks"),
        moves="adaptive_communication.contact",
        moved=("dialogue",),
    ),
    _hold(
        "credit_deal",
        "Credit or trade deal",
        "A loan or a trade agreement makes the two depend on each other.",
        "a deal worth one per cent of the partner's output",
        ("Effect on defence ties assumed; trade and ties grow together for many reasons.", SELECTED),
        ("economy", "signed"),
    ),
    _hold(
        "intelligence_sharing",
        "Intelligence-sharing agreement",
        "The two sign and use a framework for classified information.",
        "one agreement in force",
        ("Intelligence is under-observed by nature (assumption A3): the effect is assumed.", SELECTED),
        ("intelligence", "signed"),
    ),
    _hold(
        "joint_plant",
        "Joint plant",
        "Arms are made or repaired in the partner's country under licence.",
        "one production line",
        (SELECTED, "Estimated on licensed production of major arms."),
        ("industry", "signed"),
        less="Ties with licensed production broke no less often in the past than others of their time, size and record: the estimate lies above nought, and its interval spans it. That it holds has not been shown.",
    ),
    _hold(
        "maintenance_link",
        "Maintenance and logistics link",
        "Repair, spares and transport are arranged for what was delivered.",
        "one maintenance centre or agreed route",
        ("Effect assumed, after the infrastructure gaps of the case (assumption A5).", SELECTED),
        ("industry", "signed"),
        moves="maintenance_link.acts",
        moved=("arms", "industry", "exercise"),
    ),
    _hold(
        "multilateral_forum",
        "Multilateral forum",
        "The tie is carried by a forum of three or more with regular drills.",
        "a standing forum with a yearly drill",
        (SELECTED,),
        ("exercise", "executed"),
        less="Ties with shared multilateral drills broke more often in the past, not less: those who drill with many also quarrel with some. That it holds has not been shown.",
        moves="multilateral_forum.contact",
        moved=("exercise", "dialogue"),
    ),
    _hold(
        "training_pipeline",
        "Training pipeline",
        "Cadets and staff of the partner pass through the patron's schools every year.",
        "one yearly course",
        ("Effect assumed.", SELECTED),
        ("training", "executed"),
        moves="training_pipeline.contact",
        moved=("training",),
    ),
)
