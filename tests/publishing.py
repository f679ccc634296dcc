"""A publisher on loopback that answers as told: right, late, cut short, moved, or with lies."""

from __future__ import annotations

import io
import json
import ssl
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import trustme


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """One answer as it is to be sent."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None  # bytes sent before the connection breaks
    pause: float = 0.0  # seconds between pieces of ``piece`` bytes
    piece: int = 1024
    length: int | None = None  # the Content-Length claimed


Site = Callable[[Asked], Answer]


@dataclass
class Publisher:
    """A running publisher: its address and what it was asked."""

    url: str
    asked: list[Asked]

    def paths(self) -> list[str]:
        return [a.path for a in self.asked]


def ranged(body: bytes, asked: Asked, etag: str = '"1"') -> Answer:
    """A body, or the part of it that was asked for, as an object store answers."""
    headers = {"ETag": etag, "Accept-Ranges": "bytes"}
    wanted = asked.headers.get("range", "")
    if not wanted or asked.headers.get("if-range", etag) != etag:
        return Answer(body, headers=headers)
    first, last = wanted.removeprefix("bytes=").split("-")
    start = int(first) if first else max(0, len(body) - int(last))
    stop = min(len(body), int(last) + 1) if first and last else len(body)
    return Answer(body[start:stop], 206, headers | {"Content-Range": f"bytes {start}-{stop - 1}/{len(body)}"})


@contextmanager
def publishing(site: Site, certificate: ssl.SSLContext | None = None) -> Iterator[Publisher]:
    """Answer on a free port of 127.0.0.1 until the end of the block."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            asked.append(request)
            self._send(site(request))

        do_POST = do_GET  # noqa: N815

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.end_headers()
            body = answer.body[: answer.cut] if answer.cut is not None else answer.body
            step = answer.piece if answer.pause else max(len(body), 1)
            try:
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    self.wfile.flush()
                    time.sleep(answer.pause)
            except OSError:
                pass  # the asker has gone
            if answer.cut is not None or answer.length is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    scheme = "http"
    if certificate:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # a refused handshake
        scheme = "https"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Publisher(f"{scheme}://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def zipped(content: str | bytes, name: str = "a.csv") -> bytes:
    """A zip with one file in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def configured(home: Path, mirrors: Mapping[str, str] | None = None, **more: object) -> None:
    """``fetch.toml`` that lets a test ask loopback, quickly, in place of the addresses that have a mirror."""
    home.mkdir(parents=True, exist_ok=True)
    having = {"private": ["127.0.0.0/8"], "rate": 1000, "wait": 0.01, "attempts": 3, "silence": 2.0, **more}
    lines = [f"{key} = {json.dumps(value)}" for key, value in having.items()]
    lines += ["[mirrors]", *(f'"{address}" = "{mirror}"' for address, mirror in (mirrors or {}).items())]
    (home / "fetch.toml").write_text("\n".join(lines))


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for some names, and the PEM file of the authority that signed it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return context, path
