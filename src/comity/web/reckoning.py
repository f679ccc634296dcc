"""What the readings were before, reckoned beside the answers of a server: the first time it takes a minute, and no page waits for it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Future, wait
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from comity import flow
from comity.errors import ComityError
from comity.pages.outlook import UNDER_WAY
from comity.tables import HISTORY

if TYPE_CHECKING:
    from comity.flow import Picture

GRACE = 1.0  # seconds that an answer waits: what the store has kept is there by then
LEAVE = 20.0  # seconds that the end of the server waits for a reckoning to notice
LOG = logging.getLogger("uvicorn.error")
BROKE = "something broke on this side; the server's log says what"


class _Begun(NamedTuple):
    future: Future[Picture]
    without: Picture  # shown meanwhile; what else is worked out for it is worked out once
    thread: Thread


class _Stopped(Exception):
    """The server is ending."""


class Reckoning:
    """The histories of the pictures asked for last, each made in a thread of its own until ``stop``."""

    def __init__(self, keep: int = 4) -> None:
        self._lock, self._stopping, self._keep = Lock(), Event(), keep
        self._begun: OrderedDict[Hashable, _Begun] = OrderedDict()

    def __call__(self, moment: Hashable, picture: Picture) -> Picture:
        """The picture of a moment with its history, or, where that is not there within ``GRACE``, without and saying so.

        Where it could not be made the picture says why, once: who asks next has it tried again.
        """
        begun = self.begin(moment, picture)
        if not wait([begun.future], GRACE).done:
            return begun.without
        error = begun.future.exception()
        if error is None:
            return begun.future.result()
        with self._lock:
            if self._begun.get(moment) is begun:
                del self._begun[moment]
        return replace(begun.without, reckoning=str(error) if isinstance(error, ComityError) else BROKE)

    def begin(self, moment: Hashable, picture: Picture) -> _Begun:
        """Make the history of a moment's picture, if nobody has begun to."""
        with self._lock:
            begun = self._begun.get(moment)
            if begun is None:
                future: Future[Picture] = Future()
                thread = Thread(target=self._reckon, args=(picture, future), daemon=True, name="reckoning")
                without = replace(picture, past=HISTORY.empty(), reckoning=UNDER_WAY)
                begun = self._begun[moment] = _Begun(future, without, thread)
                thread.start()
            self._begun.move_to_end(moment)
            while len(self._begun) > self._keep:
                self._begun.popitem(last=False)
        return begun

    def stop(self) -> None:
        """End every reckoning at its next quarter; nothing of it was kept yet, and nothing is lost."""
        self._stopping.set()
        for begun in list(self._begun.values()):
            begun.thread.join(LEAVE)

    def _reckon(self, picture: Picture, future: Future[Picture]) -> None:
        try:
            made = flow.remembered(picture, self._go_on)
            _ = made.readings_ahead  # scoring them takes a while too
            future.set_result(made)
        except BaseException as error:  # whoever waits for it must hear of it
            if not isinstance(error, _Stopped):
                trace = None if isinstance(error, ComityError) else error
                LOG.error("What the readings were before could not be reckoned: %s", error, exc_info=trace)
            future.set_exception(error)

    def _go_on(self, what: str, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise _Stopped
