"""Names of peoples that stand for their language: "English lessons", "they speak French"."""

from __future__ import annotations

import re

_TONGUES = {"english", "french", "spanish", "portuguese"}  # learnt by others; who teaches Turkish or Chinese is a party
_SPOKEN = re.compile(r"\b(?:speak|speaks|spoke|learn|learns|learned|learnt|teach|teaches|taught|in)\s+$")
_LESSONS = re.compile(r"[\s-](?:lessons?|language|courses?|teachers?|classes|speaking|test)\b")


def tongue(form: str, folded: str, start: int, end: int) -> bool:
    """Whether a people's name, at these letters of a folded sentence, is a language and nobody's act."""
    if form not in _TONGUES:
        return False
    if _LESSONS.match(folded[end : end + 12]):
        return True
    alone = not folded[end : end + 2].strip(" .,;:!?)\"'") or folded[end : end + 4] == " and"
    return alone and bool(_SPOKEN.search(folded[max(0, start - 12) : start]))
