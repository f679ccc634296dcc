"""A day at the desk: news that is read, and what an analyst makes of it, for trials of what survives a fault."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from comity import pasted, verdicts
from comity.bench import small
from comity.cases import Case
from comity.lake import Lake
from comity.tables import REPORT, VERDICT

WHEN = datetime(2024, 3, 6, 12, tzinfo=UTC)
AUTHOR = "Ada"
FILLER = (
    "The weather in the invented port was fine and the price of bread went up by a little, as the town council heard."
)
PAGE = f"""\
<!doctype html><html lang="en"><head><title>Drones arrive</title><meta property="article:published_time" content="2024-03-04T10:00:00Z">
<link rel="canonical" href="https://news.example.org/drones"></head><body><article><h1>Drones arrive</h1>
<p>{FILLER} Turkey delivered three Anka drones to Uzbekistan on 2 March. The railway ran late for the third day.</p></article></body></html>
"""
FEED = f"""\
<?xml version="1.0"?><rss version="2.0"><channel><title>Invented</title>
<item><title>Drill</title><link>https://news.example.org/drill</link><pubDate>Mon, 04 Mar 2024 10:00:00 +0300</pubDate>
<description>{FILLER} Turkey and Kazakhstan held a joint military exercise near Almaty on 1 March.</description></item>
<item><title>Drones again</title><link>https://other.example.org/drones</link><pubDate>Tue, 05 Mar 2024 10:00:00 +0300</pubDate>
<description>{FILLER} Turkey delivered three Anka drones to Uzbekistan on 2 March. The railway ran late for the third day.</description></item>
</channel></rss>
"""
PASTED = f"{FILLER} Russia delivered four helicopters to Kazakhstan on 28 February."
HEADS = {"title": "Helicopters", "date": "2024-03-05", "publisher": "Example Times", "lang": "en"}


def laid(samples: Path) -> None:
    """A saved page and a feed beside the samples, in place of those of the source ``articles``, which name no state."""
    folder = samples / "articles"
    for old in folder.iterdir():
        old.unlink()
    for name, text in (("drones.html", PAGE), ("feed.xml", FEED)):
        (folder / name).write_text(text, "utf-8")
        _aged(folder / name)


def day(case: Case, root: Path, samples: Path) -> None:
    """A text is pasted and confirmed, everything is read, a report is rejected, and all is woven with that.

    What an analyst has done is not done again. Raises errors of ours only.
    """
    lake = Lake(root)
    id = pasted.paste(lake, PASTED, HEADS)
    pasted.keep(lake, id)
    _aged(lake.raw / "articles" / "pasted" / f"{id}.txt")
    small.updated(case, root, samples)
    for kind, sentence in ((verdicts.REJECT, "joint military exercise"), (verdicts.RECODE, "four helicopters")):
        told = lake.read(REPORT, case.name).filter(pl.col("text").str.contains(sentence, literal=True)).collect()
        given = lake.read(VERDICT, case.name).collect()["target"]
        if rows := told.filter(~pl.col("report").is_in(given.implode())).to_dicts():
            changes = {"instrument": "training"} if kind == verdicts.RECODE else {}
            verdicts.judge(lake, case.name, rows, kind, AUTHOR, WHEN, "", changes)
    small.updated(case, root, samples)


def _aged(path: Path) -> None:
    """A file of a known day: when it is found is told of its rows."""
    os.utime(path, (WHEN.timestamp(), WHEN.timestamp()))
