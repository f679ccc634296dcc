"""The English parser's tokens."""

from __future__ import annotations

import pytest

from comity.coding import parse

TEXTS = [
    "Türkiye has sold what it built to Kazakhstan, but did not say when.",
    "There are two more that Russia has, and these it's keeping.",
    "Let's go, y'all ain't gonna stop 'em; they've gotta leave, and nothin' helps.",
    "\n\n  There's no more, but it was  theirs.\n",
]


@pytest.mark.skipif(parse.model() is None, reason="needs the extra nlp")
def test_rules_that_are_remembered_say_what_the_parser_says() -> None:
    import spacy

    name = parse.model()
    assert name is not None
    told = [[(t.lemma_.lower(), t.pos_, t.tag_, t.dep_) for t in doc] for doc in spacy.load(name).pipe(TEXTS)]
    assert {"AUX", "PRON", "SCONJ", "SPACE", "VERB"} <= {pos for tokens in told for _, pos, _, _ in tokens}
    for _ in range(2):  # asked first, then remembered
        assert [[(t.lemma, t.pos, t.tag, t.dep) for t in tokens] for tokens in parse.parse(TEXTS)] == told
