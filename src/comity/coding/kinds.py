"""What an English noun or verb is a kind of: a howitzer is artillery and an armament, to donate is to give.

So a model that has read of howitzers knows something of mortars. From WordNet 3.0, copyright 2006 by Princeton University,
whose licence lies beside this file (WORDNET-LICENSE.txt); ``tools/kinds.py`` makes the table anew.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import numpy as np

from comity.coding.parse import Token

_MARKS = {"NOUN": "N", "PROPN": "N", "VERB": "V"}


def kinds(tokens: list[Token]) -> dict[str, float]:
    """The kinds of all these words, each with its greatest weight: 1 for a word's first sense, 1/2 and 1/3 for the others."""
    words, ends, numbers, ranks, names = _table()
    found: dict[str, float] = {}
    for t in tokens:
        at = words.get(f"{_MARKS.get(t.pos)}:{t.lemma}")
        if at is not None:
            for i in range(ends[at - 1] if at else 0, ends[at]):
                name, weight = names[numbers[i]], 1 / ranks[i]
                if weight > found.get(name, 0.0):
                    found[name] = weight
    return found


@cache
def _table() -> tuple[dict[str, int], list[int], bytes | memoryview, bytes, list[str]]:
    with as_file(files("comity.coding").joinpath("kinds.npz")) as path, np.load(path, allow_pickle=False) as store:
        words = store["words"].tobytes().decode().split("\n")
        numbers = memoryview(store["kinds"].astype(np.uint16).tobytes()).cast("H")
        return (
            {word: i for i, word in enumerate(words)},
            store["ends"].tolist(),
            numbers,
            store["ranks"].tobytes(),
            store["names"].tobytes().decode().split("\n"),
        )
