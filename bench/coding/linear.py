"""What the linear models of the coder share: features as a matrix, the fit, and how it is written down."""

from __future__ import annotations

from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC


def matrix(found: list[dict[str, float]], names: dict[str, int]) -> csr_matrix:
    """Features as a sparse matrix; unknown names are left out."""
    triples = [(x, i, names[n]) for i, row in enumerate(found) for n, x in row.items() if n in names]
    values, rows, columns = zip(*triples, strict=True)
    out = csr_matrix((values, (rows, columns)), shape=(len(found), len(names)))
    out.indices, out.indptr = out.indices.astype(np.int32), out.indptr.astype(np.int32)
    return out


def shared(found: list[dict[str, float]], least: int) -> dict[str, int]:
    """The features that at least so many sentences share, numbered."""
    counted = Counter(name for row in found for name in row)
    return {name: i for i, name in enumerate(sorted(n for n, c in counted.items() if c >= least))}


def fitted(x: csr_matrix, y: np.ndarray, weight: np.ndarray | None = None, *, penalty: float) -> LinearSVC:
    """The linear model, every class against the rest."""
    return LinearSVC(C=penalty, class_weight="balanced").fit(x, y, sample_weight=weight)


def sharpness(scores: np.ndarray, y: np.ndarray, classes: list[str]) -> float:
    """The factor that makes a softmax of the scores honest: the likeliest on held-out scores."""
    truth = np.array([classes.index(c) for c in y])

    def loss(factor: float) -> float:
        chances = np.exp(scores * factor)
        chances /= chances.sum(axis=1, keepdims=True)
        return float(-np.log(chances[np.arange(len(y)), truth]).mean())

    return float(min(np.arange(0.3, 8, 0.05), key=loss))
