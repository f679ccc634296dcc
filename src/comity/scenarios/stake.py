"""Which ties a shock or a hold reaches: the same rule for any patron, rival and partner."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import ALL, BREAK, RATE, Asked, Push
from comity.tables import Pair, Roles, pair_of

SUPPLY = ("arms", "industry", "aid")  # moved by effects estimated on arms deliveries
CONTACT = ("dialogue", "agreement")  # moved by effects estimated on coded visits, talks and signatures


def partners(asked: Asked, roles: Roles) -> tuple[str, ...]:
    """The partners whose tie with the patron is at stake.

    The target if it is one; the actor if it is one and the target is the patron; otherwise all of them but the actor.
    """
    if asked.target in roles.held:
        return (asked.target,)
    if asked.actor in roles.held and asked.target == roles.patron:
        return (asked.actor,)
    return tuple(p for p in roles.held if p != asked.actor)


def at_stake(asked: Asked, roles: Roles) -> tuple[Pair, ...]:
    """The patron's ties with them."""
    return tuple(pair_of(roles.patron, p) for p in partners(asked, roles))


def own(asked: Asked, roles: Roles) -> tuple[Pair, ...]:
    """The ties of actor and target themselves; towards all, of the actor with each partner."""
    targets = roles.held if asked.target == ALL else (asked.target,)
    return tuple(pair_of(asked.actor, t) for t in targets if t != asked.actor)


def third(asked: Asked, roles: Roles) -> tuple[Pair, ...]:
    """The patron's ties at stake in which it is a third party to actor and target."""
    theirs = own(asked, roles)
    return tuple(p for p in at_stake(asked, roles) if p not in theirs)


def supply(asked: Asked, pairs: tuple[Pair, ...], effect: str) -> Iterator[Push]:
    """What is delivered changes."""
    return (Push(p, RATE, effect, asked.size, SUPPLY) for p in pairs)


def contact(
    asked: Asked, pairs: tuple[Pair, ...], effect: str, instruments: tuple[str, ...] = CONTACT
) -> Iterator[Push]:
    """What is held, signed and talked about changes."""
    return (Push(p, RATE, effect, asked.size, instruments) for p in pairs)


def hazard(asked: Asked, pairs: tuple[Pair, ...], effect: str) -> Iterator[Push]:
    """A rupture becomes more or less likely."""
    return (Push(p, BREAK, effect, asked.size) for p in pairs)
