"""The last few pictures, kept in the process: made once however many readers ask at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def remembering(make: Callable[[K], V], keep: int = 4) -> Callable[[K], V]:
    """``make`` with a memory of the ``keep`` keys used last; threads that ask for one key at once wait for one making.

    A failure is raised to everybody who waits for it and is not remembered.
    """
    lock = Lock()
    kept: OrderedDict[K, Future[V]] = OrderedDict()

    def get(key: K) -> V:
        with lock:
            future = kept.get(key)
            mine = future is None
            if future is None:
                future = kept[key] = Future()
            kept.move_to_end(key)
            while len(kept) > keep:
                kept.popitem(last=False)
        if mine:
            try:
                future.set_result(make(key))
            except BaseException as error:  # noqa: BLE001 - whoever waits for it must hear of it
                future.set_exception(error)
                with lock:
                    if kept.get(key) is future:
                        del kept[key]
        return future.result()

    return get
