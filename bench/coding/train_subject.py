"""Make the weights by which the coder knows what a sentence is about, from the project's own sentences alone.

    python bench/coding/train_subject.py

Learned from ``bench/coding/gold`` (development part), ``bench/coding/lessons/`` and the casebook without the stories of the
untouched third.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).parent))
import goldset
import lessons
from train import EMBEDDING_WEIGHT, fitted, joined, matrix, shared, sharpness, unit

from comity.bench.coding import coded, own
from comity.coding import Article, Embedding, coder, embed, subject
from comity.knowledge import fingerprint

ROOT = Path(__file__).parents[2]
OUT = ROOT / "src/comity/coding"
OWN_WEIGHT, CASEBOOK_WEIGHT, LESSON_WEIGHT, FOLDS = 1.0, 1.0, 0.5, 5
PENALTY = 0.25  # of the linear model: the less, the smoother


class Example(NamedTuple):
    """A sentence, what it is about, and the story that it tells of."""

    reading: subject.Reading
    label: str
    story: str
    weight: float
    own: bool  # of the gold set, on which the model is scored


def examples() -> list[Example]:
    """One for each act of a development sentence or pair, one ``none`` for each that tells of nothing, one for each casebook row and lesson."""
    rows = [*goldset.read("sentences.jsonl"), *goldset.read("pairs.jsonl")]
    told = [
        (
            r["text"],
            r["lang"],
            r["published"],
            sorted({a["instrument"] for a in r["acts"]}) or [subject.NONE],
            r["story"],
            OWN_WEIGHT,
        )
        for r in rows
    ]
    with (ROOT / "src/comity/cases/turan/casebook.csv").open(encoding="utf-8") as stream:
        for r in csv.DictReader(stream):
            if goldset.split_of(r["id"]) != "untouched":
                told.append((r["summary"], "en", None, [r["instrument"]], r["id"], CASEBOOK_WEIGHT))
    for one in lessons.read():
        labels = [name for name, _ in one.acts] or [subject.NONE]
        told.append((one.text, "en", None, labels, one.text, LESSON_WEIGHT))
    found = readings([(t, lang, day) for t, lang, day, *_ in told])
    return [
        Example(reading, label, story, weight / len(labels), weight == OWN_WEIGHT)
        for reading, (_, _, _, labels, story, weight) in zip(found, told, strict=True)
        for label in labels
    ]


def readings(texts: list[tuple[str, str, str | None]]) -> list[subject.Reading]:
    """Each text as one sentence, read by gazetteer and act list."""
    made = [
        coder.Candidate(
            Article("", t, date.fromisoformat(day) if day else None, lang),
            lang,
            coder.whole(t),
            coder.mentions(t, lang),
            (),
        )
        for t, lang, day in texts
    ]
    parsed = coder.parsed(made)
    return [coder.reading(c, coder.events(c, parsed), parsed) for c in made]


class Fold(NamedTuple):
    """A model that has not seen some stories."""

    names: dict[str, int]
    arrays: dict[str, Any]


def learned(items: list[Example], raw: np.ndarray | None, factor: float = 1.0) -> Fold:
    """The model of some examples, plain or with their embeddings."""
    names = shared([subject.features(e.reading) for e in items])
    which = "plain" if raw is None else "embedded"
    mean = raw.mean(axis=0) if raw is not None else None
    x = joined(
        matrix([subject.features(e.reading) for e in items], names), unit(raw, mean) if raw is not None else None
    )
    y = np.array([e.label for e in items])
    final = fitted(x, y, np.array([e.weight for e in items]), penalty=PENALTY)
    coefficients = final.coef_.T
    arrays = {f"{which}_words": coefficients[: len(names)].astype(np.float16), f"{which}_intercept": final.intercept_, f"{which}_sharpness": np.array([factor])}  # fmt: skip
    if raw is not None:
        arrays |= {"embedded_embedding": coefficients[len(names) :] * EMBEDDING_WEIGHT, "embedded_mean": mean}
    return Fold(names, arrays)


def held_out(items: list[Example], raw: np.ndarray | None, classes: list[str]) -> np.ndarray:
    """The scores of each example by a model that saw nothing of its story."""
    out = np.zeros((len(items), len(classes)))
    for train, test in GroupKFold(FOLDS).split(items, groups=[e.story for e in items]):
        fold = learned([items[i] for i in train], raw[train] if raw is not None else None)
        seen = sorted({items[i].label for i in train})
        use(fold, seen)
        chances = subject.probabilities([items[i].reading for i in test], raw is not None)
        out[np.ix_(test, [classes.index(c) for c in seen])] = np.log(chances)
    return out


def use(fold: Fold, seen: list[str]) -> None:
    """Let the coder read with this model."""
    subject.weights = lambda: fold.arrays  # type: ignore[assignment]
    subject._vocabulary = lambda: fold.names  # type: ignore[assignment]
    subject.card = lambda: {"classes": seen, "features": list(fold.names)}  # type: ignore[assignment]


def whole(items: list[Example], raw: np.ndarray | None, factor: float) -> list[dict[str, Any]]:
    """Scores of the whole coder on the own sentences, pairs and fresh sentences in further languages, each read by a model that saw nothing of its story."""
    sets = {name: goldset.read(f"{name}.jsonl") for name in ("sentences", "pairs", "languages")}
    sets["languages"] = [r for r in sets["languages"] if r["split"] == "fresh"]
    found = unseen(sets, items, raw, factor)
    return [score for name, rows in sets.items() for score in own(rows, found, name)]


def unseen(
    sets: dict[str, list[dict[str, Any]]], items: list[Example], raw: np.ndarray | None, factor: float
) -> dict[str, list[coder.Act]]:
    """The acts that the whole coder reads in each sentence with a model that saw nothing of its story, by the sentence's id."""
    part = {
        s: int(hashlib.sha256(s.encode()).hexdigest(), 16) % FOLDS
        for s in {r["story"] for rows in sets.values() for r in rows} | {e.story for e in items}
    }
    found: dict[str, list[coder.Act]] = defaultdict(list)
    for k in range(FOLDS):
        train = [i for i, e in enumerate(items) if part[e.story] != k]
        use(
            learned([items[i] for i in train], raw[train] if raw is not None else None, factor),
            sorted({items[i].label for i in train}),
        )
        rows = [r for rows in sets.values() for r in rows if part[r["story"]] == k]
        before = {r["id"]: len(r["context"]) + 1 if r["context"] else 0 for r in rows}
        texts = (
            (
                r["id"],
                f"{r['context']} {r['text']}" if r["context"] else r["text"],
                date.fromisoformat(r["published"]),
                r["lang"],
            )
            for r in rows
        )
        for name, acts in coded(texts, Embedding.ALL if raw is not None else Embedding.NONE).items():
            found[name] = [a for a in acts if a.span[0] >= before[name]]
    return found


@cache
def _embedded(text: str) -> np.ndarray:
    return _embed([text])[0]


_embed = embed.embed


def main() -> None:
    """Train, score by stories held out, write weights and card."""
    embed.embed = lambda texts: np.array([_embedded(t) for t in texts])
    items = examples()
    raw = embed.embed([e.reading.text for e in items]) if embed.installed() else None
    classes = sorted({e.label for e in items})
    y = np.array([e.label for e in items])
    own = np.array([e.own for e in items])
    arrays: dict[str, Any] = {}
    scores: dict[str, dict[str, Any]] = {}
    names: dict[str, int] = {}
    for which, dense in (("plain", None), ("embedded", raw)):
        if which == "embedded" and raw is None:
            continue
        found = held_out(items, dense, classes)
        factor = sharpness(found[own], y[own], classes)
        got = np.array(classes)[found.argmax(axis=1)]
        scores[which] = {
            lang: round(float((got == y)[own & np.array([e.reading.lang == lang for e in items])].mean()), 3)
            for lang in ("en", "ru", "tr")
        }
        fold = learned(items, dense, factor)
        names = fold.names
        arrays |= fold.arrays
        scores[which]["whole"] = whole(items, dense, factor)
        print(which, factor, *scores[which]["whole"], sep="\n")
    np.savez_compressed(OUT / "subject.npz", **arrays)
    card = {
        "what": "the instrument that a sentence is about, or none",
        "learned_from": "the project's own development sentences and minimal pairs (bench/coding/gold), its lessons (bench/coding/lessons/), and its casebook without the stories of the untouched third",
        "licence": "CC BY 4.0 texts of the project; kinds of words from WordNet 3.0; the weights are as the code",
        "made": "2026-11-25 by bench/coding/train_subject.py",
        "scores": {
            "how": f"accuracy on own sentences, {FOLDS}-fold, whole stories held out",
            "n": int(own.sum()),
            **scores,
        },
        "classes": classes,
        "knowledge": fingerprint(*subject.LEARNED_WITH),
        "features": list(names),
    }
    (OUT / "subject.json").write_text(json.dumps(card, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
