"""The lessons: invented sentences with instrument, stage, and both parties marked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "lessons.txt"
_MARKS = re.compile(r"[\[\]<>]")


class Lesson(NamedTuple):
    """A sentence, what it tells of, and the words for who acts and for the other; empty where it marks none."""

    text: str
    instrument: str
    stage: str
    source: str
    target: str


def read() -> list[Lesson]:
    """Every lesson, in the order of the file."""
    found, head = [], ("", "")
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("= "):
            _, instrument, stage = line.split()
            head = (instrument, stage)
        elif line and not line.startswith("#"):
            marked = [re.search(form, line) for form in (r"\[(.+?)\]", r"<(.+?)>")]
            found.append(Lesson(_MARKS.sub("", line), *head, *(m.group(1) if m else "" for m in marked)))
    return found
