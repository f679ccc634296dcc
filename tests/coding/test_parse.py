"""The English parser's tokens, and what is read of them where a sentence is torn."""

from __future__ import annotations

import pytest

from comity.coding import Article, parse, read

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


WHOLE = (
    "Peru said no fewer than twelve Chilean soldiers were killed in an attack from Bolivian soil, which its army has yet to answer.",
    "Were Norway to ask, Poland would sell it no tanks, and neither will Denmark, which took up the offer of a base in Greenland.",
    "Rumour has it that they let France use the airfield; nobody has signed the lease, and the minister called the report a hoax.",
    "Arms for the rebels whom Chad fights are no gift, but Libya's drones, free of charge, were handed over by its envoy himself.",
)


@pytest.mark.skipif(parse.model() is None, reason="needs the extra nlp")
def test_a_sentence_is_read_wherever_it_is_cut() -> None:
    words = [text.split() for text in WHOLE]
    cut = [" ".join(w[:n]) for w in words for n in range(1, len(w) + 1)]
    cut += [" ".join(w[n:]) for w in words for n in range(1, len(w))]
    found = list(read(Article(str(i), text, None, "en") for i, text in enumerate(cut)))
    assert all(0 <= act.span[0] < act.span[1] <= len(cut[int(str(act.id))]) for act in found)
    assert len({act.id for act in found}) > len(cut) / 2
