"""How hard the news looked at a pair of states, and what it said of the two beyond what it says of everybody.

Acts that are read out of news come and go with the news itself. One measure of that serves every stream: the volume of a
state is all that a stream says of it, with anybody; the attention to a pair is ::

    (volume_a / mean volume_a x volume_b / mean volume_b) ^ (elasticity / 2)

1 on average and taken as exposure, so that a year in which both were in the news twice as often does not look like a closer
tie. The elasticity of each instrument is fitted on the world's history (docs/method/fits.md).

How much two states cooperate and how much they are written about are one number in counts; ``leaning`` takes them apart.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
FAINT = 1.0  # events added to every period, so that a state unheard of is not infinitely quiet
SHRUNK = 5.0  # events a year that the usual share of both states is worth beside what the two do


def relative(volume: Array, judged: npt.NDArray[np.bool_] | None = None) -> Array:
    """Volume of each state against its own mean over the periods ``judged`` (all by default): [periods, states], above 0."""
    heard = volume + FAINT
    mean = heard.mean(axis=0) if judged is None else heard[judged].mean(axis=0)
    return np.asarray(heard / mean)


def of_pairs(relative: Array, first: Places, second: Places, elasticity: float = 1.0) -> Array:
    """Attention to pairs of states, given by their places: [periods, pairs], about 1."""
    return np.asarray((relative[:, first] * relative[:, second]) ** (elasticity / 2))


def leaning(good: Array, bad: Array) -> Array:
    """Cooperation in all that two states do to each other, less what is usual of both: [states, states], -1 to 1.

    ``good`` and ``bad`` are events a year either way, symmetric. (good + k u) / (good + bad + k) - u, where u is the mean of the
    two states' own shares of cooperation with everybody and k = 5 events: pairs that nobody writes about stand at 0.
    """
    all_good, all_events = good.sum(axis=1), (good + bad).sum(axis=1)
    share = all_good / np.maximum(all_events, 1e-9)
    usual = (share[:, None] + share[None]) / 2
    return np.asarray((good + SHRUNK * usual) / (good + bad + SHRUNK) - usual)
