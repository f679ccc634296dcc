"""A small case with a watch list, and articles of invented newspapers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from comity import cases, press
from comity.lake import Lake
from comity.tables import ARTICLE

DAY = date(2024, 3, 5)
BODY = (
    "The weather in the invented port was fine and the price of bread went up by a little, as the town council heard. "
    "Turkey delivered three Anka drones to Kyrgyzstan on 2 March. "
    "Nobody at the market had an opinion about it, and the railway ran late for the third day of that week. "
)
CASE = """
title = "A small case"
question = "What holds?"
since = 2015-01-01
[roles]
patron = "TUR"
partners = ["KGZ", "KAZ"]
rivals = ["RUS"]
"""


def page(title: str, body: str) -> bytes:
    """A page that says when it was published."""
    return f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="article:published_time" content="{DAY}T10:00:00Z"></head><body><article><h1>{title}</h1><p>{body}</p></article></body></html>'.encode()


def feed(home: str, names: list[str]) -> bytes:
    """An RSS feed of some pages."""
    items = "".join(
        f"<item><title>{n}</title><link>{home}/{n}.html</link><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate></item>"
        for n in names
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><link>{home}</link><description>x</description>{items}</channel></rss>'.encode()


def small(folder: Path, feeds: dict[str, str]) -> cases.Case:
    """A case of two partners with a watch list: address -> publisher."""
    folder.mkdir()
    (folder / "case.toml").write_text(CASE)
    (folder / "README.md").write_text("Invented.")
    lines = [f"{url},feed,{publisher},TUR,en,B,,a test" for url, publisher in feeds.items()]
    (folder / "feeds.csv").write_text(
        "\n".join(["url,kind,publisher,state,lang,reliability,only,basis", *lines]) + "\n"
    )
    return cases.load(str(folder))


def article(id: str, text: str, publisher: str, day: date = DAY, **more: object) -> dict[str, object]:
    """A row of the table ``article``."""
    return {
        "article": id, "source": "articles", "url": f"https://{publisher}.example/{id}", "publisher": publisher, "published": day,
        "retrieved": datetime(2024, 3, 6, tzinfo=UTC), "known": day, "lang": "en", "title": id, "text": text, "family": id,
        "reliability": "B", "raw": id, "position": "page", **more,
    }  # fmt: skip


def stored(lake: Lake, *rows: dict[str, object]) -> None:
    """Put articles into a store."""
    lake.append(ARTICLE, ARTICLE.frame(list(rows)), None)


def reports(lake: Lake, case: cases.Case) -> pl.DataFrame:
    """What the coder tells of a case."""
    return press.derived(lake, case.states, case.folder)["report"]
