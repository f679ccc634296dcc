"""Make the weights that the coder ships, and the card that says how well they do.

    python bench/coding/train.py ../shared/gold

reads the development sets of others (never copied here), and the project's own development sentences. Nothing is kept of a
sentence but the weights of features that at least two sentences share.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from comity.coding import embed, encoder
from comity.coding.features import LEARNED_WITH
from comity.coding.relation import QUADS, Item, _features, dense
from comity.knowledge import fingerprint

OUT = Path(__file__).parents[2] / "src/comity/coding"
COOPERATION = ["AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID"]
PENALTY, EMBEDDING_WEIGHT, LEAST, FOLDS, SEEDS = 2.0, 0.75, 2, 5, (0, 1, 2)


def plv(gold: Path) -> tuple[list[Item], np.ndarray]:
    """The training part of PLV: sentences with marked source and target, and their class."""
    with (gold / "plv/plv_train.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    items = [
        Item(r["sentence_id"], re.sub(r"</?[st]>", "", r["marked_sentence"]), r["source"], r["target"]) for r in rows
    ]
    return items, np.array([r["gold_root"] for r in rows])


def matrix(found: list[dict[str, float]], names: dict[str, int]) -> csr_matrix:
    """Features as a sparse matrix; unknown names are left out."""
    triples = [(x, i, names[n]) for i, row in enumerate(found) for n, x in row.items() if n in names]
    values, rows, columns = zip(*triples, strict=True)
    out = csr_matrix((values, (rows, columns)), shape=(len(found), len(names)))
    out.indices, out.indptr = out.indices.astype(np.int32), out.indptr.astype(np.int32)
    return out


def shared(found: list[dict[str, float]], least: int = LEAST) -> dict[str, int]:
    """The features that at least so many sentences share, numbered."""
    counted = Counter(name for row in found for name in row)
    return {name: i for i, name in enumerate(sorted(n for n, c in counted.items() if c >= least))}


def fitted(x: csr_matrix, y: np.ndarray, weight: np.ndarray | None = None, penalty: float = PENALTY) -> LinearSVC:
    """The linear model, every class against the rest."""
    return LinearSVC(C=penalty, class_weight="balanced").fit(x, y, sample_weight=weight)


Dense = dict[str, np.ndarray]  # by name, one row a sentence


def means(dense: Dense) -> Dense:
    """What all sentences share."""
    return {name: raw.mean(axis=0) for name, raw in dense.items()}


def joined(words: csr_matrix, dense: Dense, mean: Dense) -> csr_matrix:
    """Words and what language models say side by side."""
    if not dense:
        return words
    blocks = [csr_matrix(embed.unit(raw, mean[name]) * EMBEDDING_WEIGHT) for name, raw in dense.items()]
    out = hstack([words, *blocks]).tocsr()
    out.indices, out.indptr = out.indices.astype(np.int32), out.indptr.astype(np.int32)
    return out


def only(dense: Dense, rows: Sequence[int] | np.ndarray) -> Dense:
    """Some rows of it."""
    return {name: raw[rows] for name, raw in dense.items()}


def cross(found: list[dict[str, float]], y: np.ndarray, dense: Dense, seed: int) -> np.ndarray:
    """The scores of every sentence by models that did not see it: vocabulary, mean and weights from the other folds."""
    scores = np.zeros((len(y), len(set(y))))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(found, y):
        names, mean = shared([found[i] for i in train]), means(only(dense, train))
        x, z = (joined(matrix([found[i] for i in k], names), only(dense, k), mean) for k in (train, test))
        scores[test] = fitted(x, y[train]).decision_function(z)
    return scores


def sharpness(scores: np.ndarray, y: np.ndarray, classes: list[str]) -> float:
    """The factor that makes a softmax of the scores honest: the likeliest on held-out scores."""
    truth = np.array([classes.index(c) for c in y])

    def loss(factor: float) -> float:
        chances = np.exp(scores * factor)
        chances /= chances.sum(axis=1, keepdims=True)
        return float(-np.log(chances[np.arange(len(y)), truth]).mean())

    return float(min(np.arange(0.3, 8, 0.05), key=loss))


def scored(scores: np.ndarray, y: np.ndarray, classes: list[str], factor: float) -> dict[str, float]:
    """Macro-F1 of root, quad and the five cooperation classes, and how often a sure and an unsure verdict is right."""
    chances = np.exp(scores * factor)
    chances /= chances.sum(axis=1, keepdims=True)
    got = np.array(classes)[chances.argmax(axis=1)]
    kinds = sorted(set(QUADS.values()))
    by_quad = np.stack([chances[:, [QUADS[c] == q for c in classes]].sum(axis=1) for q in kinds], axis=1)
    quads, truth = np.array(kinds)[by_quad.argmax(axis=1)], np.array([QUADS[c] for c in y])
    sure = chances.max(axis=1) >= 0.5
    return {
        "root": f1_score(y, got, average="macro"),
        "quad": f1_score(truth, quads, average="macro"),
        "cooperation": f1_score(y, got, labels=COOPERATION, average="macro"),
        "accuracy": float((got == y).mean()),
        "share_sure": float(sure.mean()),
        "accuracy_sure": float((got == y)[sure].mean()),
        "accuracy_unsure": float((got == y)[~sure].mean()),
    }


def weights(which: str, final: LinearSVC, words: int, mean: Dense) -> dict[str, np.ndarray]:
    """The arrays of a model: what words weigh, what each column of the language models weighs, and what is subtracted from it."""
    told = final.coef_.T
    arrays = {"words": told[:words].astype(np.float16), "intercept": final.intercept_}
    at = words
    for name, shared_by_all in mean.items():
        arrays |= {name: told[at : at + len(shared_by_all)] * EMBEDDING_WEIGHT, f"{name}_mean": shared_by_all}
        at += len(shared_by_all)
    return {f"{which}_{name}": array for name, array in arrays.items()}


def main(gold: Path) -> None:
    """Train, score by cross-validation, write weights and card."""
    items, y = plv(gold)
    found = list(_features(items))
    careful = dense(items) if embed.installed() and encoder.installed() else {}
    classes, names = sorted(set(y)), shared(found)
    arrays: dict[str, Any] = {}
    scores: dict[str, dict[str, list[float]]] = {}
    for which, told in (("plain", {}), ("embedded", careful)):
        if which == "embedded" and not told:
            continue
        folds = [cross(found, y, told, seed) for seed in SEEDS]
        factor = sharpness(folds[0], y, classes)
        each = [scored(f, y, classes, factor) for f in folds]
        scores[which] = {k: round(float(np.mean([e[k] for e in each])), 3) for k in each[0]}
        mean = means(told)
        final = fitted(joined(matrix(found, names), told, mean), y)
        arrays |= {f"{which}_sharpness": np.array([factor]), **weights(which, final, len(names), mean)}
        print(which, scores[which])
    np.savez_compressed(OUT / "relation.npz", **arrays)
    card = {
        "what": "15 PLOVER relation classes of a sentence with marked source and target",
        "learned_from": "PLV, training part (Hu and others, ACL 2024; github.com/snowood1/Zero-Shot-PLOVER): 1,050 pairs",
        "licence": "PLV states none. No sentence of it is here: only weights of features that at least two sentences share.",
        "made": "2026-11-26 by bench/coding/train.py",
        "scores": {
            "how": f"{FOLDS}-fold cross-validation, mean of {len(SEEDS)} shufflings; vocabulary from the training folds",
            "n": len(y),
            **scores,
        },
        "classes": classes,
        "knowledge": fingerprint(*LEARNED_WITH, lang="en"),
        "features": list(names),
    }
    (OUT / "relation.json").write_text(json.dumps(card, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
