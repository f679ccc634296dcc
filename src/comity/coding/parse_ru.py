"""The one door to the Russian parser: sentences become plain tokens with part of speech, relation, head and features.

Slovnet's networks run on numpy alone; their weights and word vectors lie in the wheel of natasha, of which nothing is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from comity.coding.parse import Parsed, Token
from comity.coding.text import fold

_VECTORS = "emb/navec_news_v1_1B_250K_300d_100q.tar"
_SYNTAX, _MORPH = "model/slovnet_syntax_news_v1.tar", "model/slovnet_morph_news_v1.tar"


class _Model(NamedTuple):
    split: Any
    syntax: Any
    morph: Any


def installed() -> bool:
    """Whether the parser and its weights are there."""
    return all(find_spec(name) for name in ("slovnet", "navec", "razdel")) and _folder() is not None


def parse(sentences: Iterable[str]) -> Iterator[Parsed]:
    """Each sentence's tokens, in order; a token's tag holds its features (``Case=Ins|Voice=Pass``). Call only where it is installed."""
    model = _model()
    split = [list(model.split(text)) for text in sentences]
    words = [[t.text for t in said] for said in split]
    for said, tree, forms in zip(split, model.syntax.map(words), model.morph.map(words), strict=True):
        heads = acyclic([int(arc.head_id) - 1 for arc in tree.tokens])
        yield [
            Token(i, t.text, fold(t.text), form.pos, _features(form.feats), arc.rel, heads[i], t.start, t.stop)
            for i, (t, arc, form) in enumerate(zip(said, tree.tokens, forms.tokens, strict=True))
        ]


def acyclic(heads: list[int]) -> list[int]:
    """Heads that all lead to a root, which is its own head: the network may answer with a circle, and it is cut at its first word."""
    found = [above if above >= 0 else i for i, above in enumerate(heads)]
    for i in range(len(found)):
        seen, at = {i}, i
        while found[at] != at:
            at = found[at]
            if at in seen:
                found[at] = at
            seen.add(at)
    return found


def _features(feats: dict[str, str]) -> str:
    return "|".join(f"{name}={value}" for name, value in feats.items())


def _folder() -> Path | None:
    """Where natasha keeps its data; it is not imported, because it needs a library that no longer starts."""
    found = find_spec("natasha")
    places = list(found.submodule_search_locations or ()) if found else []
    folder = Path(places[0]) / "data" if places else None
    return folder if folder and (folder / _SYNTAX).is_file() else None


@cache
def _model() -> _Model:
    from navec import Navec  # optional, and it loads 34 MB
    from razdel import tokenize
    from slovnet import Morph, Syntax

    folder = _folder()
    assert folder is not None
    vectors = Navec.load(folder / _VECTORS)
    loaded = [kind.load(folder / name).navec(vectors) for kind, name in ((Syntax, _SYNTAX), (Morph, _MORPH))]
    return _Model(tokenize, *loaded)
