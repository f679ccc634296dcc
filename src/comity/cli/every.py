"""Something done again and again: on time, never twice at once, until somebody says stop."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

LOOK = 1.0  # seconds slept at most between two looks at the clocks
LEAP = 60.0  # seconds by which the clock on the wall must run ahead to be believed: less is how clocks are kept right
WORD = b"note: stopping as soon as no pass runs; once more stops at once\n"


def beats(
    pause: float,
    stopped: Callable[[], bool],
    ran: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Now, and whenever another ``pause`` of seconds since then is full; a beat that falls into what is done meanwhile is left out.

    What has passed is told by ``ran``, which nobody sets. It may stand still while a laptop sleeps: what ``wall`` ran ahead by is added.
    A clock that is set back therefore delays nothing, and one that is set forward brings one beat early.
    """
    passed, at = 0.0, (ran(), wall())
    while not stopped():
        yield
        due = None
        while not stopped():
            now = ran(), wall()
            awake, told = now[0] - at[0], now[1] - at[1]
            passed, at = passed + (told if told - awake >= LEAP else awake), now
            due = due or (passed // pause + 1) * pause
            if passed >= due:
                break
            sleep(min(LOOK, due - passed))


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Whether somebody said stop (SIGTERM, Ctrl-C) meanwhile. Who says it twice interrupts what runs."""
    said: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if said:
            raise KeyboardInterrupt
        said.append(number)
        with suppress(OSError):
            os.write(2, WORD)  # a stream may be in the middle of a word of its own

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(said)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
