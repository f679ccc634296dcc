"""What strangers wrote, as plain texts: pages, feeds, PDF, plain text and WARC, each through one well-kept parser.

Nothing here asks the network. Each function takes bytes and yields what it found; what it cannot read it leaves out, and
says why where it stopped.
"""

from __future__ import annotations

import html
import io
import logging
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit
from xml.sax.handler import ContentHandler

import feedparser
import py3langid
from defusedxml import sax
from defusedxml.common import DefusedXmlException
from trafilatura import bare_extraction
from trafilatura.settings import Document
from warcio.archiveiterator import ArchiveIterator

from comity.errors import SourceError
from comity.sources.articles import sheets
from comity.sources.articles.found import Found, day, headed

T = TypeVar("T")
MIB = 1024 * 1024
PAGE_BYTES = 8 * MIB  # a longer page is no article
PDF_BYTES = 64 * MIB  # of one in a web archive
TEXT = 2_000_000  # characters of one text that are kept
SHORTEST = 80  # characters below which a text is a teaser or a menu; see ``extent``
RECORDS = 200_000  # of one WARC
RECOGNISED = 40  # characters from which on a language is recognised
NOT_RECOGNISED = {"uz", "tk", "tg"}  # languages of the region that py3langid does not know
# A date guessed from an address or a line of text may lie before the day of publication, and an article that counts as
# known too early would let the future into the past: only what the page states as its date is taken.
DATES = {"extensive_search": False, "original_date": True}
_BLOCK = re.compile(
    r"(?:<br\b[^>]{0,99}>\s*){2,}|</?(?:p|div|h[1-6]|[ou]l|li|d[ltd]|t[drh]|table|blockquote|section|article|pre|hr|fig\w+)\b[^>]{0,2000}>",
    re.IGNORECASE,
)
_SIGN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FOOT = re.compile(r"The post .{1,300} (?:appeared first|first appeared) on |(?:Continue reading|Read more)\b.{0,100}$")
# The address that a browser, or the extension SingleFile, writes into a page that it saves.
_SAVED = re.compile(rb"saved from url=\(\d+\)(https?://\S+)|saved with SingleFile\s+url:\s*(https?://\S+)")
_HOST = re.compile(r"[\w.:-]+")
HOST = 253  # bytes of the longest name of a host; a longer one would be no name of a folder for its pages
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without a text is no warning to a user
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def page(content: bytes, url: str | None, position: str = "page") -> Iterator[Found]:
    """The main text of an HTML page; nothing when it has none."""
    if len(content) > PAGE_BYTES:
        raise SourceError(f"a page of {len(content)} bytes is no article")
    found = _tried(lambda: _document(content, url))
    # a heading or byline has no full stop: paragraphs stand apart, or it would begin the sentence after it
    text = re.sub(r"\s*\n\s*", "\n\n", found.text or "") if found else ""
    if found is None or extent(text) < SHORTEST:
        return
    where = address(url or found.url or _saved(content))
    yield Found(
        where,
        _site(where) or _words(found.sitename),
        day(found.date),
        language(text, _declared(content)),
        _title(found.title, found.sitename),
        text[:TEXT],
        position,
    )


def _document(content: bytes, url: str | None) -> Document | None:
    found = bare_extraction(
        content, url=url, include_comments=False, include_tables=False, with_metadata=True, date_extraction_params=DATES
    )
    return found if isinstance(found, Document) else None


def feed(content: bytes) -> Iterator[Found]:
    """The entries of an RSS or Atom feed with what it prints of them."""
    for number, entry in enumerate(entries(content), start=1):
        told = [c.get("value", "") for c in entry.get("content", [])] or [entry.get("summary", "")]
        text = paragraphs(told[0])
        where = address(entry.get("link"))
        if where and extent(text) >= SHORTEST:
            title = plain(entry.get("title", "")) or None
            yield Found(where, _site(where), entry_day(entry), language(text), title, text[:TEXT], f"entry {number}")


def entries(content: bytes) -> list[Any]:
    """The entries of a feed. Raises ``SourceError`` when it declares entities, which feeds have no use for."""
    try:
        sax.parseString(content, ContentHandler())
    except DefusedXmlException as error:
        raise SourceError(f"the feed declares entities ({type(error).__name__}); it is not read") from error
    except Exception:  # noqa: BLE001 - a feed that is not well-formed XML is feedparser's business
        pass
    return list(_tried(lambda: feedparser.parse(io.BytesIO(content)).entries) or [])


def entry_day(entry: Any) -> date | None:
    """When an entry was published, as it says."""
    # asked as a plain dict: feedparser answers and warns for an ``updated`` that is not there
    parsed = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    return _tried(lambda: date(*parsed[:3])) if parsed else None


def pdf(content: bytes, url: str | None, position: str = "document") -> Iterator[Found]:
    """The text of a PDF; a scan without text has none."""
    found = _tried(lambda: sheets.read(content, TEXT))
    if found and extent(found.text) >= SHORTEST:
        where = address(url)
        yield Found(where, _site(where), found.made, language(found.text), _words(found.title), found.text, position)


def note(content: bytes, name: str) -> Iterator[Found]:
    """A plain text with a head of ``title:``, ``url:``, ``date:`` and ``publisher:`` lines."""
    head, body = headed(content)
    if extent(body) >= SHORTEST:
        where = address(head.get("url"))
        publisher = head.get("publisher") or _site(where) or head.get("author")
        lang = head.get("lang") or language(body)
        published = day(head.get("date"))
        if head.get("date") and not published:
            raise SourceError(f"{name}: date {head['date'][:40]!r} is no day; write it as 2024-03-05")
        yield Found(where, publisher, published, lang, head.get("title"), body[:TEXT], "text")


def warc(content: Any) -> Iterator[Found]:
    """The HTML pages and PDF of a web archive, each by its record: not what a server says of an error, nor a visit that found nothing new."""
    records = iter(ArchiveIterator(content))
    for number in range(1, RECORDS):
        record = _tried(lambda: next(records, None))
        if record is None:
            return
        if record.rec_type not in {"response", "resource"}:
            continue
        answer = record.http_headers
        kind = (answer.get_header("Content-Type") if answer else record.content_type) or ""
        reader, longest = (pdf, PDF_BYTES) if "application/pdf" in kind else (page, PAGE_BYTES)
        if ("html" in kind or reader is pdf) and (answer is None or answer.get_statuscode() == "200"):
            body = _tried(partial(_payload, record, longest))
            if body and len(body) < longest:
                url, seen = (record.rec_headers.get_header(f"WARC-{name}") for name in ("Target-URI", "Date"))
                yield from (one._replace(seen=day(seen)) for one in reader(body, url, f"record {number}"))


def _payload(record: Any, longest: int) -> bytes:
    return bytes(record.content_stream().read(longest))


def paragraphs(markup: str) -> str:
    """A fragment of HTML as paragraphs, an empty line between two, without what feeds put under an entry."""
    found = (plain(part) for part in _BLOCK.split(markup))
    return "\n\n".join(part for part in found if part and not _FOOT.match(part))


def plain(markup: str) -> str:
    """A fragment of HTML as words."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]{0,2000}>", " ", markup))).strip()


def extent(text: str) -> int:
    """The length of a text in characters, where a Chinese, Japanese or Korean one, which says as much, counts as three."""
    return len(text) + 2 * len(_SIGN.findall(text))


def language(text: str, declared: str | None = None) -> str | None:
    """ISO 639-1 of a text: as declared where the recogniser does not know that language, else as recognised."""
    if declared in NOT_RECOGNISED or extent(text) < RECOGNISED:
        return declared
    return str(py3langid.classify(text[:5000])[0])


def _declared(content: bytes) -> str | None:
    found = re.search(rb"<html[^>]{0,500}?\slang\s*=\s*[\"']?([a-zA-Z]{2})", content[:20_000])
    return found[1].decode().lower() if found else None


def _saved(content: bytes) -> str | None:
    found = _SAVED.search(content[:4096])
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def address(url: str | None) -> str | None:
    """An address that may be shown as a link, or none."""
    parts = _tried(lambda: urlsplit(url)) if url else None
    host = (parts and parts.hostname) or ""
    named = _HOST.fullmatch(host) and len(host.encode(errors="replace")) <= HOST
    return url if parts and parts.scheme in {"http", "https"} and named else None


def _site(url: str | None) -> str | None:
    return (urlsplit(url).hostname or "").removeprefix("www.") or None if url else None


def _title(title: str | None, site: str | None) -> str | None:
    """A title without the site's name at its end."""
    words = _words(title)
    end = re.compile(rf"\s+[-–—|]+\s+{re.escape(site)}\s*$", re.IGNORECASE) if site else None
    return end.sub("", words) if words and end else words


def _words(text: Any) -> str | None:
    return re.sub(r"\s+", " ", str(text)).strip()[:1000] or None if text else None


def _tried(work: Callable[[], T]) -> T | None:
    """What a parser of strangers' bytes makes of them; nothing when it fails, in whatever way."""
    try:
        return work()
    except Exception:  # noqa: BLE001 - these parsers raise anything on hostile input
        return None
