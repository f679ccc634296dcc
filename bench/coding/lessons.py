"""The lessons: invented sentences with what they tell of, and every party marked.

Those in ``lessons/`` are English, those in ``lessons/languages/`` in the language that the file is named after. A head line ``= instrument stage`` says what the lines under it tell of, ``= none none`` that they tell of
nothing between states. Brackets stand around [who acts] and <the other>, as many as there are. A line that tells of acts of other
instruments too ends with ``= instrument stage`` for each. ``: word`` after an act, the main one too if it is told once more, is the word
of the sentence that tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "lessons"
NONE = "none"
_MARKED = re.compile(r"\[([^\[\]<>]+)\]|<([^\[\]<>]+)>")
_FURTHER = re.compile(r"\s+= (\w+) (\w+)(?:: (\S+))?")

Span = tuple[int, int]


class Lesson(NamedTuple):
    """A sentence, what it tells of (instrument and stage, the main act first; nothing at all) by which words, and where its parties stand."""

    id: str  # file and line
    text: str
    lang: str
    acts: tuple[tuple[str, str], ...]
    words: tuple[str, ...]  # one an act; empty where not told
    actors: tuple[Span, ...]
    others: tuple[Span, ...]


def read() -> list[Lesson]:
    """Every English lesson, file by file, in the order of its lines."""
    return [lesson for path in sorted(FOLDER.glob("*.txt")) for lesson in _lessons(path, "en")]


def further() -> list[Lesson]:
    """Every lesson in another language."""
    return [lesson for path in sorted((FOLDER / "languages").glob("*.txt")) for lesson in _lessons(path, path.stem)]


def _lessons(path: Path, lang: str) -> Iterator[Lesson]:
    head = ("", "")
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("= "):
            _, instrument, stage = line.split()
            head = (instrument, stage)
        elif line and not line.startswith("#"):
            yield parse(f"{path.stem}:{number}", line, head, lang)


def parse(id: str, line: str, head: tuple[str, str], lang: str = "en") -> Lesson:
    """One line under its head."""
    first = next((m.start() for m in _FURTHER.finditer(line)), len(line))
    further = {(m.group(1), m.group(2)): m.group(3) or "" for m in _FURTHER.finditer(line)}
    text, upto = "", 0
    spans: tuple[list[Span], list[Span]] = ([], [])
    for m in _MARKED.finditer(line[:first]):
        text += line[upto : m.start()]
        words = m.group(1) or m.group(2)
        spans[m.group(1) is None].append((len(text), len(text) + len(words)))
        text, upto = text + words, m.end()
    acts = {act: further.get(act, "") for act in (head, *further) if act[0] != NONE}
    return Lesson(
        id,
        (text + line[upto:first]).rstrip(),
        lang,
        tuple(acts),
        tuple(acts.values()),
        tuple(spans[0]),
        tuple(spans[1]),
    )
