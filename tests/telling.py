"""What a sentence of June 2025 tells, as the tests of single rules compare it."""

from __future__ import annotations

from datetime import date

from comity.coding import Act, Article, read

Told = tuple[str, str, str | None, str | None, str]


def told(text: str) -> list[Told]:
    """Actors, recipients, instrument, stage and modality of each act, by grammar and stems."""
    return [_row(act) for act in read([Article("a", text, date(2025, 6, 18), "en")], careful=False)]


def _row(act: Act) -> Told:
    return ";".join(act.actors), ";".join(act.recipients), act.instrument, act.stage, act.modality
