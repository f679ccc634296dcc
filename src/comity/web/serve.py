"""Serving the pages of one case from a store, until stopped."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import uvicorn

from comity import flow
from comity.errors import UsageError
from comity.flow import Picture
from comity.lake import Lake
from comity.web.app import create_app
from comity.web.reckoning import Reckoning


def serve(
    lake: Lake, warm: Picture, host: str, port: int, ready: Callable[[str], None], analyst: str | None = None
) -> None:
    """Serve until stopped; ``ready`` is told the address once the server listens, ``warm`` is the first picture shown.

    Texts and verdicts are taken where ``analyst`` is given. Port 0 takes a free one. Raises ``UsageError`` when the port is taken or the address is not ours.
    """
    made = warm.as_of, flow.stamp(warm.case, lake)

    def load(day: date) -> Picture:
        return warm if (day, flow.stamp(warm.case, lake)) == made else flow.picture(warm.case, lake, day)

    reckoning = Reckoning()
    pages = create_app(load, stamp=lambda: flow.stamp(warm.case, lake), analyst=analyst, reckoned=reckoning)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        if os.name != "nt":  # there it would share the port with whoever has it
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
            door.listen()  # a browser may come as soon as the address is said
        except OSError as error:
            raise UsageError(f"port {port} on {host}: {error.strerror}; choose another with {_other(error)}") from error
        ready(f"http://{f'[{host}]' if ':' in host else host}:{door.getsockname()[1]}/")
        server = uvicorn.Server(uvicorn.Config(pages, log_level="warning"))
        reckoning.begin(made, warm)  # while the reader looks at other pages
        with suppress(KeyboardInterrupt):  # Ctrl-C is how serving is meant to end
            server.run([door])
        reckoning.stop()


def _other(error: OSError) -> str:
    """Whether the address or the port was wrong."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return "--host: a name or an address of this machine"
    return "--port, or --port 0 for any"
