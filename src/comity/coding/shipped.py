"""The trained parts that ship with the coder: of each there is a card, ``NAME.json``, that says what it learned from and how well it does, and its arrays, ``NAME.npz``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray


@cache
def card(name: str) -> dict[str, Any]:
    """What a part learned from, how well it does, and what its columns and rows mean."""
    return dict(json.loads(files("comity.coding").joinpath(f"{name}.json").read_text("utf-8")))


@cache
def vocabulary(name: str) -> dict[str, int]:
    """The number of each feature that a part knows by name."""
    return {feature: n for n, feature in enumerate(card(name)["features"])}


@cache
def arrays(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a part by name."""
    with as_file(files("comity.coding").joinpath(f"{name}.npz")) as path, np.load(path, allow_pickle=False) as store:
        return {one: store[one] for one in store.files}
