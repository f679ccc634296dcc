"""A real server on loopback, for as long as a test needs it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Thread

import httpx
import uvicorn
from fastapi import FastAPI

AS_OF = date(2026, 6, 30)


@contextmanager
def served(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of the application, which listens on a free port until the end of the block."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        thread = Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{door.getsockname()[1]}", timeout=600) as client:
            yield client
        server.should_exit = True
        thread.join(timeout=10)
