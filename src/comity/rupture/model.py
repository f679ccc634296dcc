"""The reference model: logistic regression with an L2 penalty on standardised features, as few as the events allow."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, make_scorer
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from comity.rupture.panel import Array, Ints

PENALTY = 1.0  # inverse strength of the penalty (scikit-learn's C) where events are many
PENALTIES = (0.001, 0.01, 0.1, 1.0)  # from which to choose where they are few
FOLDS = 5
LEAST = 1e-6  # no forecast is surer than this


def fitted(x: Array, y: Array, pairs: Ints | None = None) -> Pipeline:
    """The model of some cases; given the pair of each, the penalty is chosen by log loss on pairs held apart.

    Solved by Newton steps: where events are rare, a solver that stops at a small slope of the mean loss stops too early.
    """
    model = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, solver="newton-cholesky", tol=1e-8))
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        if pairs is None:
            return model.fit(x, y)
        events = int(y.sum())
        if events < FOLDS:
            return model.set_params(logisticregression__C=PENALTIES[1]).fit(x, y)
        folds = StratifiedGroupKFold(FOLDS)  # each fold gets some of the few events
        loss = make_scorer(log_loss, response_method="predict_proba", greater_is_better=False, labels=[0, 1])
        search = GridSearchCV(model, {"logisticregression__C": PENALTIES}, cv=folds, scoring=loss)
        return search.fit(x, y, groups=pairs).best_estimator_


def forecast(model: Pipeline, x: Array) -> Array:
    """Probability that it happens, one a case."""
    return np.asarray(model.predict_proba(x)[:, 1])


def recalibrated(past: Array, happened: Array, p: Array) -> Array:
    """Forecasts put right by how earlier ones of the same model turned out: logit p becomes a + b logit p.

    a and b are drawn to 0 and 1 (a Gaussian prior of standard deviation 1 on each), so that few events change little.
    """
    x, start = logit(np.clip(past, LEAST, 1 - LEAST)), np.array([0.0, 1.0])

    def loss(b: Array) -> float:
        z = b[0] + b[1] * x
        return float(np.logaddexp(0, z).sum() - happened @ z + ((b - start) ** 2).sum() / 2)

    a, b = minimize(loss, start, method="BFGS").x
    return np.asarray(expit(a + b * logit(np.clip(p, LEAST, 1 - LEAST))))
