"""Texts that an analyst pastes: kept on this machine beside the evidence, and among it from the first act that is confirmed.

A pasted text is a plain text with the head of a note (see the source ``articles``), named by a hash of what it says, in
``pasted/`` of the store. Kept as evidence it is a file of that source like any other, and the next update reads it.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl

from comity.coding import LONGEST_TEXT
from comity.errors import NotFound, SourceError, UsageError
from comity.lake import Lake, put, raw_file, storing
from comity.sources import catalogue
from comity.sources.articles.gather import newest
from comity.tables import ARTICLE, identity

FILE_BYTES = 8 * 1024 * 1024  # of one file that is brought
HEADS = ("title", "url", "date", "publisher", "lang")
EXAMPLE = "example"
_EXAMPLE = """title: What the reader sees (an invented article)
url:
date: 2024-03-05
publisher: Example Times
lang: en

Turkey and Kazakhstan held a joint military exercise near Almaty on 1 March. Two days earlier, Turkey sold three Anka drones to Kyrgyzstan.

Russia refused to deliver the helicopters that Tajikistan had asked for. If talks succeed, Uzbekistan will sign an agreement on training with Turkey next year. The bread in the market was as good as ever.
"""  # fmt: skip
Row = dict[str, Any]


class Text(NamedTuple):
    """One article that can be looked at."""

    row: Row  # of the table ``article``
    kept: bool  # whether it is among the evidence, now or from the next update on


def paste(lake: Lake, text: str, heads: dict[str, str], file: bytes = b"", name: str = "") -> str:
    """Keep a pasted text, or the article in a file, beside the evidence; its id.

    Raises ``UsageError`` when there is nothing to read in it, or when it says a day that is none.
    """
    said = {k: re.sub(r"\s+", " ", heads.get(k, "")).strip()[:1000] for k in HEADS}
    if file:
        found = _brought(file, name)
        said = {k: said[k] or str(found[k] or "") for k in HEADS}
        text = found["text"]
    if said["date"]:
        try:
            said["date"] = date.fromisoformat(said["date"]).isoformat()
        except ValueError:
            raise UsageError(f"{said['date'][:40]!r} is no day; write it as 2024-06-30") from None
    if said["url"] and not re.match(r"https?://\S+$", said["url"]):
        raise UsageError(f"{said['url'][:60]!r} is no address; it begins with https://")
    body = text.replace("\r\n", "\n").replace("\x00", " ").strip()
    if len(body) > LONGEST_TEXT:
        raise UsageError(f"the text has {len(body):,} letters; {LONGEST_TEXT:,} are read at most: paste a part of it")
    content = "".join(f"{k}: {said[k]}\n" for k in HEADS) + f"\n{body}\n"
    id = identity("pasted", content)
    with storing(lake.root), TemporaryDirectory() as there:
        draft = Path(there) / f"{id}.txt"
        draft.write_text(content, "utf-8")
        _article(draft)
    put(_draft(lake, id), content)
    return id


def _brought(file: bytes, name: str) -> Row:
    """The first article in a file, as the source ``articles`` reads it; a file of no other kind is taken as plain text."""
    if len(file) > FILE_BYTES:
        raise UsageError(f"the file has {len(file):,} bytes; {FILE_BYTES:,} are read at most")
    with TemporaryDirectory() as there:
        path = Path(there) / ("file" + "".join(Path(name).suffixes[-2:]).lower()[:12])
        path.write_bytes(file)
        source = catalogue()["articles"]
        layout = source.layout(path)
        if layout is None:
            return {**dict.fromkeys(HEADS), "text": file.decode("utf-8", "replace")}
        try:
            rows = source.read(raw_file(path), layout).tables["article"]
        except SourceError as error:
            raise UsageError(f"{name[:60]}: {error}") from error
        if rows.is_empty():
            raise UsageError(f"{name[:60]}: no text in it that is an article; paste the text itself")
        row = rows.row(0, named=True)
        return {**row, "date": row["published"]}


def find(lake: Lake | None, id: str) -> Text:
    """The pasted text or the article of the store with this id; ``example`` is always there. Raises ``NotFound`` for another."""
    if id == EXAMPLE:
        with TemporaryDirectory() as there:
            path = Path(there) / "example.txt"
            path.write_text(_EXAMPLE, "utf-8")
            return Text(_article(path), kept=False)
    if lake is not None and re.fullmatch(r"[0-9a-f]{16}", id):
        for path in (_evidence(lake, id), _draft(lake, id)):
            if path.is_file():
                return Text(_article(path), kept=path == _evidence(lake, id))
        found = newest(lake.read(ARTICLE).filter(pl.col("article") == id)).collect()
        if len(found):
            return Text(found.row(0, named=True), kept=True)
    raise NotFound(f"no text is known under the id {id[:60]!r}; paste it again")


def keep(lake: Lake, id: str) -> None:
    """Put a pasted text among the evidence: the next update reads it. One that is there already, or an article, stays as it is."""
    draft, place = _draft(lake, id), _evidence(lake, id)
    with storing(place):
        if draft.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(place)


def _draft(lake: Lake, id: str) -> Path:
    return lake.root / "pasted" / f"{id}.txt"


def _evidence(lake: Lake, id: str) -> Path:
    return lake.raw / "articles" / "pasted" / f"{id}.txt"


def _article(path: Path) -> Row:
    rows = catalogue()["articles"].read(raw_file(path), "text").tables["article"]
    if rows.is_empty():
        raise UsageError("the text is too short to be an article: at least 80 letters")
    return rows.row(0, named=True)
