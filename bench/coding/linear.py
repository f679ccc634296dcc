"""What the linear models of the coder share: features as a matrix, the fit, and how it is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from comity.coding import embed

EMBEDDING_WEIGHT = 0.75


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


def sharpness(scores: np.ndarray, y: np.ndarray, classes: list[str]) -> float:
    """The factor that makes a softmax of the scores honest: the likeliest on held-out scores."""
    truth = np.array([classes.index(c) for c in y])

    def loss(factor: float) -> float:
        chances = np.exp(scores * factor)
        chances /= chances.sum(axis=1, keepdims=True)
        return float(-np.log(chances[np.arange(len(y)), truth]).mean())

    return float(min(np.arange(0.3, 8, 0.05), key=loss))


def weights(which: str, final: LinearSVC, words: int, mean: Dense) -> dict[str, np.ndarray]:
    """The arrays of a model: what words weigh, what each column of the language models weighs, and what is subtracted from it."""
    told = final.coef_.T
    arrays = {"words": told[:words].astype(np.float16), "intercept": final.intercept_}
    at = words
    for name, shared_by_all in mean.items():
        arrays |= {name: told[at : at + len(shared_by_all)] * EMBEDDING_WEIGHT, f"{name}_mean": shared_by_all}
        at += len(shared_by_all)
    return {f"{which}_{name}": array for name, array in arrays.items()}
