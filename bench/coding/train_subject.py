"""Make the weights by which the coder knows what a sentence is about, from the project's own sentences alone.

    python bench/coding/train_subject.py

Learned from ``bench/coding/gold`` (development part), ``bench/coding/lessons/`` and the casebook without the stories of the
untouched third. ``train_encoder.py`` and ``train_multilingual.py`` come first: how much their models count is chosen here.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Container
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax

sys.path.insert(0, str(Path(__file__).parent))
import goldset
import lessons
from linear import fitted, matrix, shared, sharpness

from comity.bench.coding import coded, own
from comity.coding import LANGUAGES, Article, coder, encoder, multilingual, subject
from comity.knowledge import fingerprint

ROOT = Path(__file__).parents[2]
OUT = ROOT / "src/comity/coding"
OWN_WEIGHT, CASEBOOK_WEIGHT, LESSON_WEIGHT, FOLDS = 1.0, 1.0, 0.5, 5
LEAST = 3  # sentences that share a feature; rarer ones are left out, so that the file stays small
PENALTY = 0.25  # of the linear models: the less, the smoother
READ = {"english": {"en"}, "others": set(LANGUAGES) - {"en"}}  # by each of the two models


class Example(NamedTuple):
    """A sentence, what it is about, and the story that it tells of."""

    reading: subject.Reading
    label: str
    story: str
    weight: float
    own: bool  # of the gold set or the casebook, on which the model is scored and calibrated


def examples(taught: list[lessons.Lesson]) -> list[Example]:
    """One for each act of a development sentence or pair, one ``none`` for each that tells of nothing, one for each casebook row and lesson."""
    rows = [*goldset.read("sentences.jsonl"), *goldset.read("pairs.jsonl")]
    told: list[tuple[str, str, str | None, list[str], str, float, bool]] = [
        (
            r["text"],
            r["lang"],
            r["published"],
            sorted({a["instrument"] for a in r["acts"]}) or [subject.NONE],
            r["story"],
            OWN_WEIGHT,
            True,
        )
        for r in rows
    ]
    with (ROOT / "src/comity/cases/turan/casebook.csv").open(encoding="utf-8") as stream:
        for r in csv.DictReader(stream):
            if goldset.split_of(r["id"]) != "untouched":
                told.append((r["summary"], "en", None, [r["instrument"]], r["id"], CASEBOOK_WEIGHT, True))
    for one in taught:
        labels = [name for name, _ in one.acts] or [subject.NONE]
        told.append((one.text, one.lang, None, labels, one.text, LESSON_WEIGHT, False))
    found = readings([(t, lang, day) for t, lang, day, *_ in told])
    return [
        Example(reading, label, story, weight / len(labels), own)
        for reading, (_, _, _, labels, story, weight, own) in zip(found, told, strict=True)
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


EMPTY = subject.Reading("", "", [], [], [])


class Fold(NamedTuple):
    """A model, and the classes that it knows."""

    names: dict[str, int]
    arrays: dict[str, Any]
    seen: list[str]


def learned(items: list[Example], found: list[dict[str, float]], which: str) -> Fold:
    """The model of some examples with these features."""
    names = shared(found, LEAST)
    y = np.array([e.label for e in items])
    final = fitted(matrix(found, names), y, np.array([e.weight for e in items]), penalty=PENALTY)
    arrays = {"words": final.coef_.T.astype(np.float16), "intercept": final.intercept_, "sharpness": np.array([1.0])}
    return Fold(names, {f"{which}_{name}": array for name, array in arrays.items()}, sorted(set(y)))


def seen(items: list[Example], which: str) -> list[dict[str, float]]:
    """The features of each example, as the model of English or that of the others sees them."""
    return [subject.features(e.reading, which == "others") for e in items]


def part(story: str) -> int:
    """The fold in which a story is held out."""
    return int(hashlib.sha256(story.encode()).hexdigest(), 16) % FOLDS


def folds(items: list[Example], which: str) -> list[Fold]:
    """For each part of the stories a model that saw nothing of it; a lesson, which tells no story, is in all. Several at a time."""
    found = seen(items, which)
    kept = [[i for i, e in enumerate(items) if e.story == e.reading.text or part(e.story) != k] for k in range(FOLDS)]
    items = [e._replace(reading=EMPTY) for e in items]  # the features are all that a worker needs
    with ProcessPoolExecutor() as pool:
        made = [pool.submit(learned, [items[i] for i in k], [found[i] for i in k], which) for k in kept]
        return [one.result() for one in made]


def sharpened(fold: Fold, factor: float) -> Fold:
    """The same model, its chances calibrated."""
    which = next(name for name in fold.arrays if name.endswith("_sharpness"))
    return fold._replace(arrays=fold.arrays | {which: np.array([factor])})


def pool(items: list[Example], scores: np.ndarray, classes: list[str], which: str) -> np.ndarray:
    """To what powers the linear model's chances and the language model's are multiplied: those that make the true subjects likeliest."""
    asked = [i for i, e in enumerate(items) if e.own and e.reading.lang in READ[which]]
    read = [subject.masked(items[i].reading.text, items[i].reading.found) for i in asked]
    if which == "english":
        told = np.array([one.subject[0] for one in encoder.read(read)])
    else:
        told = np.array([one.subject for one in multilingual.read(read)])
    right = (np.arange(len(asked)), [classes.index(items[i].label) for i in asked])
    chances = np.exp(scores[asked])

    def cost(powers: np.ndarray) -> float:
        return -float(np.log(subject.pooled(chances, told, powers)[right]).mean())

    return np.round(minimize(cost, [0.5, 0.5], method="Nelder-Mead").x, 2)


def held_out(items: list[Example], models: list[Fold], which: str, classes: list[str]) -> np.ndarray:
    """The scores of each own example in a model's languages by that which saw nothing of its story; nought of lessons, which tell none."""
    out = np.zeros((len(items), len(classes)))
    for k, fold in enumerate(models):
        test = [i for i, e in enumerate(items) if e.own and e.reading.lang in READ[which] and part(e.story) == k]
        use(fold)
        chances = subject.linear([items[i].reading for i in test])
        out[np.ix_(test, [classes.index(c) for c in fold.seen])] = np.log(chances)
    return out


def use(fold: Fold, powers: dict[str, np.ndarray] | None = None) -> None:
    """Let the coder read with this model; ``powers`` tells how it is mixed with the language model."""
    subject.weights = lambda: fold.arrays | (powers or {})  # type: ignore[assignment]
    subject._vocabulary = lambda which: fold.names  # type: ignore[assignment]
    subject.card = lambda: {"classes": fold.seen}  # type: ignore[assignment]


def whole(
    models: list[Fold], powers: dict[str, np.ndarray], careful: bool, langs: Container[str]
) -> list[dict[str, Any]]:
    """Scores of the whole coder on the own sentences, pairs, and fresh and dull sentences in these languages, each read by a model that saw nothing of its story."""
    sets = {
        name: [
            r
            for r in goldset.read(f"{name}.jsonl")
            if r["lang"] in langs and (name != "languages" or r["split"] in {"fresh", "dull"})
        ]
        for name in ("sentences", "pairs", "languages")
    }
    found = unseen(sets, models, powers, careful)
    return [score for name, rows in sets.items() for score in own(rows, found, name)]


def unseen(
    sets: dict[str, list[dict[str, Any]]], models: list[Fold], powers: dict[str, np.ndarray], careful: bool
) -> dict[str, list[coder.Act]]:
    """The acts that the whole coder reads in each sentence with the model that saw nothing of its story, by the sentence's id."""
    found: dict[str, list[coder.Act]] = defaultdict(list)
    for k, fold in enumerate(models):
        use(fold, powers)
        rows = [r for rows in sets.values() for r in rows if part(r["story"]) == k]
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
        for name, acts in coded(texts, careful).items():
            found[name] = [a for a in acts if a.span[0] >= before[name]]
    return found


def main() -> None:
    """Train, score by stories held out, write weights and card."""
    every = {"english": examples(lessons.read())}
    every["others"] = every["english"] + [e for e in examples(lessons.further()) if not e.own]
    classes = sorted({e.label for e in every["english"]})
    arrays: dict[str, Any] = {}
    names: dict[str, list[str]] = {}
    scores: dict[str, dict[str, Any]] = {"careful": {"whole": []}, "fast": {"whole": []}}
    for which, items in every.items():
        y, asked = (
            np.array([e.label for e in items]),
            np.array([e.own and e.reading.lang in READ[which] for e in items]),
        )
        models = folds(items, which)
        found = held_out(items, models, which, classes)
        factor = sharpness(found[asked], y[asked], classes)
        powers = {f"{which}_pool": pool(items, np.log(softmax(found * factor, axis=1)), classes, which)}
        got = np.array(classes)[found.argmax(axis=1)]
        for lang in sorted({e.reading.lang for e in items if e.own} & READ[which]):
            right = (got == y)[asked & np.array([e.reading.lang == lang for e in items])]
            scores["fast"][lang] = round(float(right.mean()), 3)
        final = sharpened(learned(items, seen(items, which), which), factor)
        names[which] = list(final.names)
        arrays |= final.arrays | powers
        models = [sharpened(one, factor) for one in models]
        for how, told in scores.items():
            told["whole"] += whole(models, powers, how == "careful", READ[which])
        print(which, factor, powers, *scores["careful"]["whole"], sep="\n")
    np.savez_compressed(OUT / "subject.npz", **arrays)
    card = {
        "what": "the instrument that a sentence is about, or none",
        "learned_from": "the project's own development sentences and minimal pairs (bench/coding/gold), its lessons (bench/coding/lessons/), and its casebook without the stories of the untouched third",
        "licence": "CC BY 4.0 texts of the project; kinds of words from WordNet 3.0; the weights are as the code",
        "made": "2026-11-26 by bench/coding/train_subject.py",
        "scores": {
            "how": f"accuracy on own sentences, pairs and casebook rows, {FOLDS}-fold, whole stories held out",
            "n": sum(e.own for e in every["english"]),
            **scores,
        },
        "classes": classes,
        "knowledge": fingerprint(*subject.LEARNED_WITH),
        **names,
    }
    (OUT / "subject.json").write_text(json.dumps(card, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
