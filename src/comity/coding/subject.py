"""What a sentence is about: one of our instruments, or none, with a probability for each.

Two linear models, one for English and one for all other languages, see the words (parties masked), what English ones are kinds of, the
stems of ``knowledge/topics.csv``, a named weapon, what the act list found, and the grammar (``structure``).
``bench/coding/train_subject.py`` makes the weights from the project's own sentences, lessons and casebook, so nothing in them is anybody
else's. Where they are installed and wanted, a small language model reads the sentence too (``encoder`` English, ``multilingual`` the
others), and the chances of both are multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.coding import e5, encoder, multilingual, shipped, structure
from comity.coding.amounts import platform
from comity.coding.english import Event
from comity.coding.gazetteer import Mention
from comity.coding.instruments import topics
from comity.coding.kinds import kinds
from comity.coding.parse import Token
from comity.coding.text import fold

NONE = "none"
MOST_ACTS = 6  # of one sentence: what is longer is a list of states, not news
LEARNED_WITH = (
    "acts",
    "classes",
    "governors",
    "topics",
)  # tables that the features rest on: change one, and train anew
_WORDS = re.compile(r"[^\W\d_]+|\d+")


class Reading(NamedTuple):
    """A sentence as it was read so far."""

    text: str
    lang: str
    found: list[Mention]
    events: list[Event]
    tokens: list[Token]  # none where there is no parser


class About(NamedTuple):
    """What a sentence, or one of its clauses, is about: a chance for each of ``classes()``; where a language model read it, logarithms of
    chances for each stage, and of each role, one row a name; where that was the encoder, all that it told."""

    chances: dict[str, float]
    stages: dict[str, float]
    roles: NDArray[np.float64] | None = None
    told: encoder.Told | None = None

    @property
    def main(self) -> str:
        """The likeliest instrument."""
        return max((name for name in self.chances if name != NONE), key=lambda name: self.chances[name])

    def of(self, event: int) -> About:
        """What the clause of that event is about, where the encoder read clauses."""
        if self.told is None or len(self.told.subject) == 1:
            return self
        return self._replace(chances=_named(np.exp(self.told.subject[event + 1])))


def about(readings: list[Reading], careful: bool) -> list[About]:
    """What each sentence is about: by the linear models alone or, ``careful``, also by the language models that are installed."""
    found: dict[int, About] = {}
    for english, read in ((True, _english), (False, _further)):
        part = [i for i, r in enumerate(readings) if (r.lang == "en") == english]
        if part:
            found |= zip(part, read([readings[i] for i in part], careful), strict=True)
    return [found[i] for i in range(len(readings))]


def _english(readings: list[Reading], careful: bool) -> list[About]:
    chances = linear(readings)
    if not careful or not encoder.installed():
        return [About(_named(row), {}) for row in chances]
    told = encoder.read([masked(r.text, r.found, _clauses(r.events[:MOST_ACTS])) for r in readings])
    whole = pooled(chances, np.array([one.subject[0] for one in told]), weights()["english_pool"])
    return [About(_named(row), _stages(one.stage[0]), one.roles, one) for row, one in zip(whole, told, strict=True)]


def _clauses(events: list[Event]) -> list[tuple[int, int]]:
    """Where each event's clause stands, if they are several."""
    spans = [(e.start, e.end) for e in events]
    return spans if len(set(spans)) > 1 else []


def _further(readings: list[Reading], careful: bool) -> list[About]:
    """Sentences of other languages."""
    chances = linear(readings)
    if not careful or not e5.installed():
        return [About(_named(row), {}) for row in chances]
    told = multilingual.read([masked(r.text, r.found) for r in readings])
    whole = pooled(chances, np.array([one.subject for one in told]), weights()["others_pool"])
    return [About(_named(row), _stages(one.stage), one.roles) for row, one in zip(whole, told, strict=True)]


def _stages(logarithms: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(encoder.stages(), map(float, logarithms), strict=True))


def _named(row: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(classes(), map(float, row), strict=True))


def pooled(chances: NDArray[np.float64], told: NDArray[np.float64], pool: NDArray[Any]) -> NDArray[np.float64]:
    """The chances of the linear model and the logarithms of a language model's in one, row by row: each to a power, multiplied, with sum 1."""
    return shipped.chances(pool[0] * np.log(chances) + pool[1] * told)


def linear(readings: list[Reading]) -> NDArray[np.float64]:
    """The chances by the linear models alone: one row a sentence, one column for each of ``classes()``; rows sum to 1."""
    return shipped.chances(
        np.array([_scores("english" if r.lang == "en" else "others", features(r)) for r in readings])
    )


def _scores(which: str, found: dict[str, float]) -> NDArray[np.float64]:
    arrays = weights()
    words = _vocabulary(which), arrays[f"{which}_words"], arrays[f"{which}_intercept"]
    return shipped.linear(found, *words) * float(arrays[f"{which}_sharpness"][0])


def classes() -> list[str]:
    """The instruments that the model knows, and ``none``."""
    return list(card()["classes"])


def features(reading: Reading, abroad: bool = False) -> dict[str, float]:
    """Named weights in groups of length one: words, what they are kinds of, topics, what the act list found, and the grammar.

    What the act list found weighs by itself in English: the lists of other languages are coarser, and read without grammar. Where an
    English sentence teaches the model of other languages (``abroad``) it has topics alone: its words would carry nothing over.
    """
    if abroad and reading.lang == "en":
        return _unit(_topics(reading))
    found = _found(reading.events)
    found = found if reading.lang == "en" else {f"o{name}": x for name, x in found.items()}
    grammar = structure.groups(reading.text, reading.tokens, reading.found)
    groups = (_words(reading), _kinds(reading), _topics(reading), found, *grammar)
    return {name: x for group in groups for name, x in _unit(group).items()}


def _unit(group: dict[str, float]) -> dict[str, float]:
    length = sum(x * x for x in group.values()) ** 0.5
    return {name: x / length for name, x in group.items()} if length else {}


def _words(reading: Reading) -> dict[str, float]:
    said = _WORDS.findall(fold(masked(reading.text, reading.found).text))
    short = [w if reading.lang == "en" else w[:6] for w in said]
    return {
        **{f"w:{w}": 1.0 for w in short},
        **{f"b:{a} {b}": 1.0 for a, b in pairwise(short)},
        **{f"s:{w[:4]}": 0.5 for w in short if len(w) > 5},
    }


def masked(
    text: str, found: list[Mention], clauses: Iterable[tuple[int, int]] = (), masks: Mapping[str, str] = structure.MASKS
) -> encoder.Masked:
    """The text with a mark for each actor, so that nothing hangs on who they are; where each one's mark stands, and where each clause does."""
    parts: list[str] = []
    marks: list[int] = []
    shifts: list[tuple[int, int]] = []  # from which letter on of the text by how many letters all stand elsewhere
    last = length = 0
    for m in found:
        if m.start >= last:  # else two states stand behind one name
            parts += [text[last : m.start], masks.get(m.kind, "State")]
            last = m.end + len(m.ending)
            length += len(parts[-2]) + len(parts[-1])
            shifts.append((last, length - last))
        marks.append(length - len(parts[-1]))

    def placed(at: int) -> int:
        return at + next((shift for start, shift in reversed(shifts) if at >= start), 0)

    return encoder.Masked("".join([*parts, text[last:]]), marks, tuple((placed(a), placed(b)) for a, b in clauses))


def _kinds(reading: Reading) -> dict[str, float]:
    unnamed = [t for t in reading.tokens if not any(m.start < t.end and m.end > t.start for m in reading.found)]
    return {f"k:{name}": x for name, x in kinds(unnamed).items()}


def _topics(reading: Reading) -> dict[str, float]:
    told = {f"t:{name}": min(x, 3.0) for name, x in topics(reading.text, 0, len(reading.text), reading.lang).items()}
    weapon = {"t:weapon": 1.0} if platform(reading.text) else {}
    return told | weapon


def _found(events: list[Event]) -> dict[str, float]:
    said: dict[str, float] = {}
    for event in events[:3]:
        said |= {f"e:{event.plover}": 1.0, f"e:{event.instrument}": 1.0, f"e:{event.stage}": 0.7, f"e:{event.instrument} {event.stage}": 0.7, f"e:rule {event.why[0]}": 0.7}  # fmt: skip
    return said or {"e:nothing": 1.0}


def card() -> dict[str, Any]:
    """What the model learned from and how well it does, with the names of its features."""
    return shipped.card("subject")


def _vocabulary(which: str) -> dict[str, int]:
    return shipped.vocabulary("subject", which)


def weights() -> dict[str, NDArray[Any]]:
    """The shipped arrays by name."""
    return shipped.arrays("subject")
