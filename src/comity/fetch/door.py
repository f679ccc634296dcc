"""The way out: one client that asks public addresses only, at a polite pace, again after a failure, and never for long.

A name is resolved once, every address it has is checked, and the connection is made to a checked one: an answer that
changes afterwards (DNS rebinding) changes nothing. Each redirect passes the same check.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import SplitResult, urlsplit

import httpx
import stamina
from aiolimiter import AsyncLimiter
from hishel import AsyncSqliteStorage
from hishel.httpx import AsyncCacheTransport
from protego import Protego
from ssrfguard import Policy, Resolver, SSRFGuardError
from ssrfguard.httpx import AsyncSafeTransport

from comity.errors import SourceError, UsageError
from comity.fetch.config import Settings

T = TypeVar("T")

TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
GONE = {404, 410}
TAKEN = {200, 206}
REDIRECTS = 5
DEAD = 3  # hosts that cannot be reached, before any could, after which this machine counts as offline
LONGEST_WAIT = 60.0  # seconds between two tries, where the server does not ask for more
for quiet in ("stamina", "hishel"):  # neither a retry nor a cache that cannot be read is a warning to a user
    logging.getLogger(quiet).addHandler(logging.NullHandler())


class Page(NamedTuple):
    """What an address answered, whole."""

    url: str  # where it was found in the end
    body: bytes
    kind: str  # its media type, as the server says
    retrieved: datetime


class Busy(Exception):
    """A passing failure: worth another try, after ``wait`` seconds if the server asked for some."""

    def __init__(self, says: str, wait: float | None = None) -> None:
        super().__init__(says)
        self.wait = wait


class Absent(SourceError):
    """The server says that there is no such thing (404, 410)."""


class Unfinished(SourceError):
    """It did not come whole this time and may another time: what came is worth keeping."""


class Door:
    """A client for one errand; made by ``opened``."""

    def __init__(self, cached: httpx.AsyncClient, plain: httpx.AsyncClient, having: Settings) -> None:
        self.having = having
        self._cached, self._plain = cached, plain
        self._paces: dict[str, AsyncLimiter] = {}
        self._robots: dict[str, Protego | None] = {}
        self._online = False  # whether anybody has answered in this run
        self._dead: set[str] = set()  # hosts that could not be reached while nobody had

    async def page(
        self, url: str, *, tail: int | None = None, json: object = None, cap: int | None = None, robots: bool = False
    ) -> Page:
        """A page, list or feed, at most ``cap`` bytes unpacked; its last ``tail`` bytes; or the answer to a JSON posted.

        An unchanged page is not sent again (ETag, Last-Modified). ``robots`` asks the site's robots.txt first. Raises
        ``SourceError`` that says why there is none, ``Absent`` when the server has no such page.
        """
        await self.welcomed(url, robots)
        headers = (
            {"Cache-Control": "no-cache"}
            if tail is None
            else {"Range": f"bytes=-{tail}", "Accept-Encoding": "identity"}
        )
        most = cap or self.having.page_bytes

        async def read(answer: httpx.Response) -> Page:
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > most:
                    raise SourceError(f"{url}: larger than {most} bytes; it is not read further")
            kind = answer.headers.get("content-type", "")
            return Page(str(answer.url), bytes(body), kind, datetime.now(UTC))

        return await self.answered(url, read, lambda: headers, json=json, cached=tail is None and json is None)

    async def answered(
        self,
        url: str,
        read: Callable[[httpx.Response], Awaitable[T]],
        headers: Callable[[], dict[str, str]],
        *,
        json: object,
        cached: bool = False,
    ) -> T:
        """What ``read`` makes of an address's answer; asked again, with fresh headers, after a passing failure.

        Raises ``SourceError``: ``Absent`` when there is no such thing, ``Unfinished`` when it may come another time.
        """
        having = self.having
        place = self._mirrored(url)
        client = self._cached if cached else self._plain
        host = _split(place).hostname or ""
        attempts = having.attempts if self._online or not self._dead else 1
        if not self._online and len(self._dead) >= DEAD:
            raise Unfinished(
                f"{url}: not asked, since nobody could be reached; is this machine online? --offline fetches nothing"
            )
        try:
            async with asyncio.timeout(having.minutes * 60):
                async for attempt in stamina.retry_context(
                    on=_again,
                    attempts=attempts,
                    timeout=None,
                    wait_initial=having.wait,
                    wait_max=LONGEST_WAIT,
                    wait_jitter=having.wait,
                ):
                    with attempt:
                        await self._pace(place)
                        method = "GET" if json is None else "POST"
                        async with _said(url), client.stream(method, place, json=json, headers=headers()) as answer:
                            self._online = True
                            self._judge(answer)
                            return await read(answer)
        except Busy as error:
            if not self._online and isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout):
                self._dead.add(host)
            raise Unfinished(
                f"{url}: {error}; tried {attempts} {'time' if attempts == 1 else 'times'}. Run the same command later"
            ) from error
        except TimeoutError as error:
            raise Unfinished(
                f"{url}: not finished within {having.minutes:g} minutes; what came is kept, run the same command to go on"
            ) from error
        raise AssertionError  # the loop returns or raises

    def _judge(self, answer: httpx.Response) -> None:
        """Nothing, when the answer is one that was hoped for."""
        status = answer.status_code
        if status in TRANSIENT:
            wait = _wait(answer.headers)
            if wait is not None and wait > self.having.patience:
                raise SourceError(
                    f"{answer.url}: answered {status} and asks to wait {wait:.0f} seconds; run the same command after that"
                )
            raise Busy(f"answered {status} {answer.reason_phrase}", wait)
        if status in GONE:
            raise Absent(f"{answer.url}: answered {status}, it is not there")
        if status not in TAKEN:
            raise SourceError(
                f"{answer.url}: answered {status} {answer.reason_phrase}; check the address, or whether its publisher has moved it"
            )

    def _mirrored(self, url: str) -> str:
        for start, instead in self.having.mirrors.items():
            if url.startswith(start):
                return instead + url.removeprefix(start)
        return url

    async def _pace(self, url: str) -> None:
        """Wait until this host may be asked again."""
        host = _split(url).hostname or ""
        if host not in self._paces:
            self._paces[host] = AsyncLimiter(1, 1 / self.having.rates.get(host, self.having.rate))
        await self._paces[host].acquire()

    async def welcomed(self, url: str, robots: bool) -> None:
        """Nothing, where the site's robots.txt lets this program read an address. Raises ``SourceError`` where not."""
        if robots and not await self._welcome(url):
            raise SourceError(f"{url}: the site's robots.txt asks programs to stay away from it; it is not fetched")

    async def _welcome(self, url: str) -> bool:
        """Whether the site's robots.txt lets this program read an address. No such file, no rule; a failing site, no."""
        parts = _split(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            try:
                rules = (await self.page(f"{site}/robots.txt", cap=512 * 1024)).body
                self._robots[site] = Protego.parse(rules.decode("utf-8", "replace"))
            except Absent:
                self._robots[site] = None
        found = self._robots[site]
        return found is None or found.can_fetch(url, self.having.agent.split(" ")[0])


@asynccontextmanager
async def opened(home: Path, having: Settings, resolver: Resolver | None = None) -> AsyncIterator[Door]:
    """A door for one errand; its cache of pages is ``pages.db`` under ``home``. ``resolver`` stands in for the system's."""
    home.mkdir(parents=True, exist_ok=True)
    policy = Policy(
        allowed_networks=having.private,  # type: ignore[arg-type]  # it takes text and keeps networks
        allowed_ports=frozenset(range(1, 65536)) if having.private else frozenset({80, 443}),
        max_redirects=REDIRECTS,
        allow_proxy=having.proxy is not None,
    )
    safe = AsyncSafeTransport(
        policy=policy, resolver=resolver, verify=_trusting(having.authorities), proxy=having.proxy
    )
    storage = AsyncSqliteStorage(database_path=home / "pages.db", max_stream_size=having.page_bytes)
    alike: dict[str, Any] = {
        "headers": {"User-Agent": having.agent},
        "follow_redirects": True,
        "max_redirects": REDIRECTS,
        "timeout": httpx.Timeout(having.silence),
        "trust_env": False,
        "event_hooks": {"response": [_no_downgrade]},
    }
    cached = httpx.AsyncClient(transport=AsyncCacheTransport(_Kept(safe), storage, rfc=True), **alike)
    async with httpx.AsyncClient(transport=safe, **alike) as plain:
        try:
            yield Door(cached, plain, having)
        finally:
            await cached.aclose()


def _trusting(authorities: Path | None) -> ssl.SSLContext:
    """What certificates are held against: a network's own authorities, else the machine's. Raises ``UsageError``."""
    try:
        return ssl.create_default_context(cafile=authorities)
    except OSError as error:
        why = f"holds no certificates that can be read ({error.strerror or error})"
        raise UsageError(f"{authorities}: {why}; mend authorities in fetch.toml") from error


class _Kept(httpx.AsyncBaseTransport):
    """A transport that whoever uses it does not close."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.inner.handle_async_request(request)


async def _no_downgrade(answer: httpx.Response) -> None:
    """A redirect from https to http would let anybody on the way write the evidence."""
    if answer.has_redirect_location and answer.url.scheme == "https":
        after = answer.url.join(answer.headers["location"])
        if after.scheme != "https":
            raise SourceError(f"{answer.url}: redirects to {after}, which is not encrypted; it is not followed")


@asynccontextmanager
async def _said(url: str) -> AsyncIterator[None]:
    """Turn what httpx and the guard say into ``Busy`` where another try may help, else into ``SourceError``."""
    try:
        yield
    except SSRFGuardError as error:
        raise SourceError(f"{url}: not asked, because {error}") from error
    except httpx.TooManyRedirects as error:
        raise SourceError(f"{url}: redirects more than {REDIRECTS} times; check the address") from error
    except httpx.TransportError as error:
        if "CERTIFICATE" in str(error).upper():
            raise SourceError(f"{url}: its certificate is not valid ({error}); it is not read") from error
        raise Busy(_words(error)) from error
    except (httpx.InvalidURL, httpx.DecodingError) as error:
        raise SourceError(f"{url}: {_words(error)}") from error


def _split(url: str) -> SplitResult:
    """The parts of an address. Raises ``SourceError`` for what is none, as ``http://[x``: strangers write some."""
    try:
        return urlsplit(url)
    except ValueError as error:
        raise SourceError(f"{url}: no address ({error}); check how it is written") from error


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _again(error: Exception) -> bool | float:
    """Whether to try again: when the failure may pass, and after the wait that the server asked for."""
    if not isinstance(error, Busy):
        return False
    return True if error.wait is None else error.wait


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or a date."""
    asked = headers.get("retry-after")
    if asked is None:
        return None
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
