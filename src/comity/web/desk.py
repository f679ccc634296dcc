"""What an analyst sends: a text to be read, a verdict on a report, a remark on an alert. Forms of these pages only, and only where the server allows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from comity import pages, pasted, verdicts, watch
from comity.lake import Lake, reading

if TYPE_CHECKING:
    from comity.flow import Picture

MOST = 9 * 1024 * 1024  # bytes of one form, a file in it included
FIELD = 4 * 1024 * 1024  # bytes of one field: 200,000 letters, each written as a dozen signs at worst


class Desk(NamedTuple):
    """Who may write, and where: the picture as known now, the clock, and the name that forms are filled with."""

    picture: Callable[[], Picture]
    clock: Callable[[], datetime]
    analyst: str = ""

    async def paste(self, request: Request) -> RedirectResponse:
        """Keep a text or a file beside the evidence, and show what the coder reads in it."""
        said = await form(request)
        found = said.get("file")
        content, name = (await found.read(), found.filename or "") if isinstance(found, UploadFile) else (b"", "")
        await said.close()
        heads = {k: words(said, k) for k in pasted.HEADS}
        id = await run_in_threadpool(pasted.paste, self._lake(), words(said, "text"), heads, content, name)
        return RedirectResponse(f"/read/{id}", 303)

    async def judge(self, request: Request) -> RedirectResponse:
        """Append a verdict; the first act of a pasted text that is confirmed takes the text into the evidence."""
        said = await form(request)
        await run_in_threadpool(self._judged, said)
        return _back(said)

    async def remark(self, request: Request) -> RedirectResponse:
        """Append what an analyst says of an alert."""
        said = await form(request)
        await run_in_threadpool(self._remarked, said)
        return _back(said)

    def _judged(self, said: FormData) -> None:
        picture, lake = self.picture(), self._lake()
        case = picture.case.name
        kind, target, text = (words(said, name) for name in ("kind", "target", "text"))
        by = (kind, words(said, "author"), self.clock(), words(said, "why"))
        if kind in verdicts.OF_ACTS:
            verdicts.rule(lake, case, pages.sides(picture, kind, target, words(said, "other").strip(), text), *by)
            return
        with reading(lake):
            rows = pages.judgeable(picture, target, text)
        verdicts.judge(lake, case, rows, *by, {name: words(said, name) for name in verdicts.CORE})
        if text and kind != verdicts.REJECT:
            pasted.keep(lake, text)

    def _remarked(self, said: FormData) -> None:
        picture, lake, id = self.picture(), self._lake(), words(said, "alert")
        status, author, note = (words(said, k).strip() for k in ("status", "author", "note"))
        alerts = picture.alerts, picture.acts
        with reading(lake):
            watch.remark(lake, picture.case.name, *alerts, id, status, author, self.clock(), note or None)

    def _lake(self) -> Lake:
        lake = self.picture().lake
        if lake is None:
            raise HTTPException(403, "This server shows a picture without a store: nothing can be written.")
        return lake


def _back(said: FormData) -> RedirectResponse:
    """Back to the page of this server that sent the form."""
    back = words(said, "back")
    return RedirectResponse(back if re.match(r"/(?![/\\])", back) else "/", 303)


def words(said: FormData, name: str) -> str:
    """A field of a form as words; empty when it is absent or a file."""
    value = said.get(name)
    return value if isinstance(value, str) else ""


async def form(request: Request) -> FormData:
    """The fields of a form that one of these pages sent. Raises ``HTTPException`` for another's, or one too large."""
    if not own(request):
        raise HTTPException(403, "Only forms of these pages are taken.")
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411, "The form does not say how long it is.")
    if int(length) > MOST:
        raise HTTPException(413, f"The form has {int(length):,} bytes; {MOST:,} are taken at most.")
    return await request.form(max_files=1, max_fields=40, max_part_size=FIELD)


def own(request: Request) -> bool:
    """Whether a request comes from a page of this very server, as the browser says; a stranger's page may not write here."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
