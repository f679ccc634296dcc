"""Learners that may bend: boosted trees and a random forest in steps of a year. They challenge the model; no forecast is theirs."""

from __future__ import annotations

from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from comity.rupture.atrisk import modelled
from comity.rupture.panel import Array, Mask, Panel

BOOSTED = {
    "max_iter": 100,
    "learning_rate": 0.05,
    "max_leaf_nodes": 6,
    "min_samples_leaf": 100,
    "l2_regularization": 10,
}
FOREST = {"n_estimators": 100, "min_samples_leaf": 20, "max_features": 4, "max_samples": 0.3}


def boosting(found: Panel, told: Mask, asked: Mask) -> Array:
    """Gradient boosting on the model's features."""
    return _asked(HistGradientBoostingClassifier(**BOOSTED, random_state=0), found, told, asked)


def forest(found: Panel, told: Mask, asked: Mask) -> Array:
    """A random forest on the model's features: a survival forest whose time goes in years, as the model's does."""
    return _asked(RandomForestClassifier(**FOREST, random_state=0), found, told, asked)


def _asked(
    learner: HistGradientBoostingClassifier | RandomForestClassifier, found: Panel, told: Mask, asked: Mask
) -> Array:
    x = modelled(found).x
    fitted: Array = learner.fit(x[told], found.y[told]).predict_proba(x[asked])[:, 1]
    return fitted
