"""Samples and real files, read."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from comity.lake import Batch, raw_file
from comity.sources import catalogue

Reads = Callable[[str, Path], Batch]


@pytest.fixture(scope="session")
def sample() -> Callable[[str, str], Path]:
    """The path of a file of a source's sample."""
    return lambda source, name: Path(str(files("comity.sources").joinpath(source, "sample", name)))


@pytest.fixture(scope="session")
def reads() -> Reads:
    """A file as its source reads it."""

    def read(source: str, path: Path) -> Batch:
        found = catalogue()[source]
        layout = found.layout(path)
        assert layout, f"{path.name} is not recognised by {source}"
        return found.read(raw_file(path), layout)

    return read
