"""What every response carries: the page asks nobody but its own server, runs no inline script, and sits in no frame."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FOREVER = "public, max-age=31536000, immutable"  # for static files asked for by their version
BRIEFLY = "public, max-age=300"


STRANGE = PlainTextResponse(
    "This server takes notes, and so answers only under an address or as localhost; --read-only answers under any name.\n",
    403,
    headers=HEADERS,
)


class Guarded:
    """An ASGI application whose responses carry ``HEADERS``, and a lifetime where they are static files.

    One that is ``private`` answers only under an address or as localhost: any other name may be a stranger's who points it
    here, and whose page could then read and write here with the reader's browser (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, private: bool) -> None:
        self.app, self.private = app, private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.private and not _addressed(Headers(scope=scope).get("host", "")):
            await STRANGE(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", FOREVER if scope["query_string"] else BRIEFLY)
            await send(message)

        await self.app(scope, receive, guarded)


def _addressed(host: str) -> bool:
    """Whether a request asked for an address or for localhost, of whatever port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ip_address(name))
    except ValueError:
        return False
