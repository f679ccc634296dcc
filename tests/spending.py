"""What a program that was run spent, whatever else ran on the machine meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def spent() -> Iterator[list[float]]:
    """Seconds of processor of the programs that are run and awaited inside the block; there when it has ended."""
    before, seconds = os.times(), list[float]()
    yield seconds
    after = os.times()
    seconds.append(after.children_user - before.children_user + after.children_system - before.children_system)
