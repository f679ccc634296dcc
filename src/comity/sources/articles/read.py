"""Articles: saved or fetched pages, feeds, PDF, plain texts and web archives as rows of ``article``."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from comity.errors import SourceError
from comity.fetch import Card, card_of
from comity.lake import Batch, RawFile
from comity.sources import card
from comity.sources.articles.found import Found, day, headed
from comity.tables import ARTICLE, identity

PAGES = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")
FEEDS = (".xml", ".rss", ".atom", ".rdf")
WARCS = (".warc", ".warc.gz")
NOTES = (".txt", ".md")
HEAD = 4096
FILE_BYTES = 64 * 1024 * 1024  # of one page, feed, PDF or text, unpacked; web archives are read as they come


def layout(path: Path) -> str | None:
    """``page``, ``feed``, ``pdf``, ``warc`` or ``text``; None for another's file."""
    name = path.name.lower()
    head = _head(path) if name.endswith((*PAGES, *FEEDS, *WARCS, *NOTES, ".pdf")) else b""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if name.endswith(PAGES) and (start.startswith((b"<!doctype html", b"<html")) or b"<html" in start):
        return "page"
    if name.endswith(FEEDS) and any(mark in start for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return "feed"
    if name.endswith(WARCS) and start.startswith(b"warc/"):
        return "warc"
    if name.endswith(".pdf") and b"%pdf-" in start[:1024]:
        return "pdf"
    if name.endswith(NOTES) and "url" in headed(head)[0] and "actors" not in start.decode("utf-8", "replace"):
        return "text"
    return None


def read(raw: RawFile, layout: str) -> Batch:
    """Every text of a file that is long enough to be an article."""
    about = card_of(raw.path)
    found = list(_found(raw, layout, about))
    rows = {row["article"]: row for row in (_row(raw, one, about) for one in found)}
    skipped = {} if rows else {f"no text of {_texts().SHORTEST} characters or more": 1}
    if len(rows) < len(found):
        skipped["same address twice in one file"] = len(found) - len(rows)
    return Batch({"article": ARTICLE.frame(list(rows.values()))}, layout, max(len(found), 1), len(rows), skipped)


def _found(raw: RawFile, layout: str, about: Card | None) -> Iterable[Found]:
    if layout == "warc":
        return _archived(raw)
    texts = _texts()
    url = about.url if about else None
    content = _content(raw)
    match layout:
        case "page":
            return texts.page(content, url)  # type: ignore[no-any-return]
        case "feed":
            return texts.feed(content)  # type: ignore[no-any-return]
        case "pdf":
            return texts.pdf(content, url)  # type: ignore[no-any-return]
    return texts.note(content, raw.path.name)  # type: ignore[no-any-return]


def _texts() -> Any:
    """The parsers; they take a second to load, and telling whose file it is needs none of them."""
    return import_module("comity.sources.articles.texts")


def _archived(raw: RawFile) -> Iterator[Found]:
    with raw.path.open("rb") as stream:
        yield from _texts().warc(stream)


def _row(raw: RawFile, one: Found, about: Card | None) -> dict[str, object]:
    """What the watch list knew of a fetched article goes before what was guessed from its page."""
    note = about.note if about else {}
    published = day(note.get("published")) or one.published
    seen = min(one.seen or date.max, raw.retrieved.date())
    published = published if published and published <= seen else None
    id = identity("articles", one.url) if one.url else identity("articles", raw.sha256, one.position)
    return {
        "article": id,
        "source": "articles",
        "url": one.url,
        "publisher": note.get("publisher") or one.publisher,
        "published": published,
        "retrieved": raw.retrieved,
        "known": published or seen,
        "lang": _texts().language(one.text, note.get("lang")) if note.get("lang") else one.lang,
        "title": one.title or note.get("title") or None,
        "text": one.text,
        "family": id,
        "reliability": note.get("reliability") or card("articles").reliability,
        "raw": raw.sha256,
        "position": one.position,
    }


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        if head.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(31).decompress(head, HEAD)
    except (OSError, zlib.error):
        return b""
    return head


def _content(raw: RawFile) -> bytes:
    """A file whole, unpacked; never more than a file of its kind may be."""
    opened = gzip.open if raw.path.name.lower().endswith(".gz") else open
    try:
        with opened(raw.path, "rb") as stream:
            content = bytes(stream.read(FILE_BYTES + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{raw.path.name}: cannot be read ({error}); save it again") from error
    if len(content) > FILE_BYTES:
        raise SourceError(f"{raw.path.name}: larger than {FILE_BYTES} bytes; no article is")
    return content
