"""What challenges the model on its own features, in steps of a year: learners that may bend, and what a tie did beside what was expected of it. No forecast is theirs."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from comity.rupture.features import modelled
from comity.rupture.logit import CEILING, PENALTY, fitted
from comity.rupture.panel import Array, Mask, Panel

BOOSTED = {
    "max_iter": 100,
    "learning_rate": 0.05,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 100,
    "l2_regularization": 10,
}
FOREST = {"n_estimators": 100, "min_samples_leaf": 20, "max_features": 4, "max_samples": 0.3}
PRIOR = 2.0  # ruptures, seen and expected, that each tie begins with
MIXED = {"n_estimators": 100, "min_samples_leaf": 10, "max_features": 3, "max_samples": 0.5}
SHARE = 0.3  # of the mixture that is the forest's
QUIET, KEPT = 0.001, 20  # of the cases whose chance is below, one in so many is learnt from and stands for all


def boosting(found: Panel, told: Mask, asked: Mask) -> Array:
    """Gradient boosting on the model's features."""
    return _asked(HistGradientBoostingClassifier(**BOOSTED, random_state=0), found, told, asked)


def forest(found: Panel, told: Mask, asked: Mask) -> Array:
    """A random forest on the model's features: a survival forest whose time goes in years, as the model's does."""
    return _asked(RandomForestClassifier(**FOREST, random_state=0), found, told, asked)


def frailty(found: Panel, told: Mask, asked: Mask) -> Array:
    """The model's chance times what its tie did so far beside what the model expects of it (gamma frailty, one a tie).

    (ruptures + 2) / (expected + 2): a tie that was given high chances and held is given lower ones.
    """
    return _frail(found, told, chances(found, told))[asked]


def mixture(found: Panel, told: Mask, asked: Mask) -> Array:
    """Seven tenths of ``frailty`` and three of a random forest, which learns from few of the cases that are surely quiet."""
    p = chances(found, told)
    quiet = told & (p <= QUIET) & (found.y == 0)
    left_out = quiet & (np.random.default_rng(0).random(len(p)) >= 1 / KEPT)
    kept, x = told & ~left_out, modelled(found).x
    learner = RandomForestClassifier(**MIXED, random_state=0)
    learner.fit(x[kept], found.y[kept], sample_weight=np.where(quiet, KEPT, 1)[kept])
    trees: Array = learner.predict_proba(x[asked])[:, 1]
    return (1 - SHARE) * _frail(found, told, p)[asked] + SHARE * trees


def chances(found: Panel, told: Mask) -> Array:
    """The model's chance of every case, learnt from some, with the penalty that was chosen before the scored years."""
    x = modelled(found).x
    return fitted(x[told], found.y[told], PENALTY, CEILING).probability(x)


def _frail(found: Panel, told: Mask, p: Array) -> Array:
    tie = np.unique(found.pair, return_inverse=True)[1]
    broke, expected = (np.bincount(tie[told], w[told], int(tie.max()) + 1) for w in (found.y, p))
    return np.asarray(p * ((broke + PRIOR) / (expected + PRIOR))[tie])


def _asked(
    learner: HistGradientBoostingClassifier | RandomForestClassifier, found: Panel, told: Mask, asked: Mask
) -> Array:
    x = modelled(found).x
    p: Array = learner.fit(x[told], found.y[told]).predict_proba(x[asked])[:, 1]
    return p
