"""For few events: the logit with its penalty chosen inside the training, and its forecasts put right by how earlier ones turned out."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold

from comity.rupture.logit import Logit, fitted
from comity.rupture.panel import Array, Forecaster, Ints, Mask, Panel

PENALTIES = (0.001, 0.01, 0.1, 1.0)  # from which to choose (scikit-learn's C)
FOLDS = 5
FEW = 0.01  # the penalty where events do not suffice for the folds
LEAST = 1e-6  # no forecast is surer than this
FIRST_JUDGED = 1996  # from which year on a model's own forecasts put later ones right


def tuned(x: Array, y: Array, pair: Ints) -> Logit:
    """The logit of some cases, its penalty that of the least log loss on pairs held apart."""
    if y.sum() < FOLDS:
        return fitted(x, y, FEW)
    loss = np.zeros(len(PENALTIES))
    for learnt, apart in StratifiedGroupKFold(FOLDS).split(x, y, pair):  # each fold gets some of the few events
        models = (fitted(x[learnt], y[learnt], penalty) for penalty in PENALTIES)
        loss += [log_loss(y[apart], model.probability(x[apart]), labels=[0, 1]) for model in models]
    return fitted(x, y, PENALTIES[int(loss.argmin())])


def put_right() -> Forecaster:
    """The tuned logit, its forecasts recalibrated by those that it made of earlier years without knowing them.

    Each model is learnt once, however many origins look back on its forecasts.
    """
    learnt: dict[tuple[tuple[str, ...], bytes], Logit] = {}

    def model(found: Panel, told: Mask) -> Logit:
        key = (found.names, told.tobytes())
        if key not in learnt:
            learnt[key] = tuned(found.x[told], found.y[told], found.pair[told])
        return learnt[key]

    def forecast(found: Panel, told: Mask, asked: Mask) -> Array:
        years = [int(year) for year in np.unique(found.year[told]) if year >= FIRST_JUDGED]
        then = [told & (found.year == year) for year in years]
        models = [model(found, told & found.told(year)) for year in years]
        past = np.concatenate([m.probability(found.x[t]) for m, t in zip(models, then, strict=True)])
        happened = np.concatenate([found.y[t] for t in then])
        return recalibrated(past, happened, model(found, told).probability(found.x[asked]))

    return forecast


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
