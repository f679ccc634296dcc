"""A title is guessed at, and the text below tells it in whole sentences."""

from __future__ import annotations

from collections.abc import Iterable

from comity.coding.article import Act


def told_otherwise(act: Act, body: Iterable[Act]) -> bool:
    """Whether a title is guessed to tell of what the text tells otherwise: other acts of the same parties."""
    if not _guessed(act):
        return False
    parties = {*act.actors, *act.recipients}
    same = [one for one in body if {*one.actors, *one.recipients} == parties and not _guessed(one)]
    return bool(same) and not any(one.instrument == act.instrument for one in same)


def _guessed(act: Act) -> bool:
    return act.why[0].startswith("guess")
