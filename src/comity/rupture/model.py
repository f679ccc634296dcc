"""The reference model: logistic regression with an L2 penalty on standardised features, as few as the events allow."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

Array = npt.NDArray[np.float64]
PENALTY = 1.0  # inverse strength of the penalty (scikit-learn's C)


def fitted(x: Array, y: Array) -> Pipeline:
    """The model of some cases."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=1000))
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        return model.fit(x, y)


def forecast(model: Pipeline, x: Array) -> Array:
    """Probability that it happens, one a case."""
    return np.asarray(model.predict_proba(x)[:, 1])
