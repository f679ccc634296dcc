"""Articles as they appear: the feeds, sitemaps and pages on a case's watch list, ``feeds.csv`` in its folder.

A feed only tells what there is; the page itself is fetched and kept, where the site's robots.txt lets programs in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from comity.errors import SourceError
from comity.fetch import Door, Due, Missed, Wanted
from comity.sources.articles import texts
from comity.sources.articles.feeds import Watched, watched
from comity.sources.articles.found import day
from comity.tables import identity

NEWEST = 60  # entries of one list that are looked at, where no day is asked for
RECENT = timedelta(days=3)  # pages of a sitemap that are looked at, where no day is asked for
PAGE_BYTES = texts.PAGE_BYTES
MAPS = 20  # sitemaps named by one index that are opened, the newest first


class Told(NamedTuple):
    """What a list says of one page."""

    url: str
    title: str
    published: date | None
    words: str


async def plan(door: Door, due: Due) -> Sequence[Wanted | Missed]:
    """The pages that the watch list leads to and that are not here yet. A feed that fails stops no other."""
    wanted: dict[str, Wanted | Missed] = {}
    for one in watched(due.case):
        try:
            for told in await _told(door, one, due):
                page = _wanted(one, told)
                wanted.setdefault(page.name, page)
        except SourceError as error:
            wanted[str(one.url)] = Missed(Wanted("articles", str(one.url), ""), str(error), False)
    return list(wanted.values())


async def _told(door: Door, one: Watched, due: Due) -> Iterator[Told]:
    url = str(one.url)
    if one.kind == "page":
        return iter([Told(url, "", None, "")])
    body = (await door.page(url, robots=True)).body
    try:
        told = list(_entries(body)) if one.kind == "feed" else await _mapped(door, body, due)
    except SourceError as error:
        raise SourceError(f"{url}: {error}") from error
    if not told:
        raise SourceError(f"{url}: nothing in it that is a {one.kind}; its publisher may have moved it")
    words = [word.strip().casefold() for word in one.only.split(";") if word.strip()]
    chosen = (t for t in told if not words or any(word in t.words.casefold() for word in words))
    if due.since:
        last = due.until or date.max
        return (t for t in chosen if not t.published or due.since <= t.published <= last)
    return (t for _, t in zip(range(NEWEST), chosen, strict=False))


def _entries(body: bytes) -> Iterator[Told]:
    for entry in texts.entries(body):
        if link := texts.address(entry.get("link")):
            title, summary = texts.plain(entry.get("title", "")), texts.plain(entry.get("summary", ""))
            yield Told(link, title, texts.entry_day(entry), f"{title} {summary}")


async def _mapped(door: Door, body: bytes, due: Due) -> list[Told]:
    """Pages of a sitemap, or of the newest maps that an index names, changed lately or since the day asked for."""
    start = due.since or due.now.date() - RECENT
    tree = _parsed(body)
    if tree.tag.endswith("}sitemapindex"):
        maps = sorted(_locations(tree), key=lambda t: t.published or date.max, reverse=True)[:MAPS]
        trees = [
            _parsed((await door.page(m.url, robots=True)).body) for m in maps if not m.published or m.published >= start
        ]
    else:
        trees = [tree]
    return [t for one in trees for t in _locations(one) if t.published and t.published >= start]


def _parsed(body: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(body)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError(f"no sitemap ({type(error).__name__}: {error})") from error


def _locations(tree: Iterable[ElementTree.Element]) -> Iterator[Told]:
    for one in tree:
        fields = {inner.tag.rsplit("}", 1)[-1]: (inner.text or "").strip() for inner in one.iter()}
        if link := texts.address(fields.get("loc")):
            published = day(fields.get("publication_date")) or day(fields.get("lastmod"))
            yield Told(link, fields.get("title", ""), published, f"{fields.get('title', '')} {link}")


def _wanted(one: Watched, told: Told) -> Wanted:
    parts = urlsplit(told.url)
    end = ".pdf" if parts.path.lower().endswith(".pdf") else ".html"
    known = {
        "publisher": one.publisher,
        "reliability": one.reliability,
        "lang": one.lang,
        "title": told.title,
        "published": told.published.isoformat() if told.published else "",
    }
    host = str(parts.hostname).replace(":", "-").rstrip(".")  # as Windows lets a folder be named
    name = f"{host}/{identity(told.url)}{end}"
    return Wanted("articles", told.url, name, cap=PAGE_BYTES, robots=True, note={k: v for k, v in known.items() if v})
