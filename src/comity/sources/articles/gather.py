"""Articles of a store as known on a day, each with the family of texts that share most of its wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl
from datasketch import MinHash, MinHashLSH

from comity.lake import Lake
from comity.tables import ARTICLE, expect

ALIKE = 0.7  # Jaccard similarity of character shingles from which on two texts are one family
SHINGLE = 9  # characters; letters of any script, so that languages without spaces are treated alike
HASHES = 128
BANDS = (25, 5)  # bands and rows of the index: finds 0.99 of pairs that are just alike; what it finds is compared
COMPARED = 20_000  # characters of each text that are compared


def articles(lake: Lake, as_of: date) -> pl.DataFrame:
    """Table ARTICLE as known on a day: one row an address, the newest reading of it; families named."""
    return families(newest(lake.read(ARTICLE).filter(pl.col("known") <= as_of)).collect())


def newest(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of each address the newest reading, in the order in which they became known."""
    latest = rows.sort("article", "retrieved", "raw", descending=[False, True, False]).unique(
        "article", keep="first", maintain_order=True
    )
    return latest.sort("known", "article")


def families(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows, in their order; ``family`` is the id of the first row of those alike."""
    prints = [printed(text or "") for text in rows["text"]]
    found = alike(dict(zip(rows["article"], prints, strict=True)))
    return expect(rows.with_columns(family=pl.Series([found[id] for id in rows["article"]], dtype=pl.String)), ARTICLE)


def alike(prints: Mapping[str, bytes]) -> dict[str, str]:
    """The family of each text, by its id, from their prints in order: the id of the first of those alike.

    Two texts are alike when the Jaccard similarity of their character 9-grams is 0.7 or more, estimated with 128
    min-wise hashes (Broder 1997) and found by locality-sensitive hashing; a text joins the family of the first it is
    alike with, so a chain of small changes stays one family. What comes later changes no family of what came before.
    """
    index = MinHashLSH(threshold=ALIKE, num_perm=HASHES, params=BANDS)
    seen: dict[str, MinHash] = {}
    family: dict[str, str] = {}
    order = {id: n for n, id in enumerate(prints)}
    for id, raw in prints.items():
        mine = MinHash(num_perm=HASHES, seed=1)
        mine.hashvalues = np.frombuffer(raw, dtype=np.uint32).astype(mine.hashvalues.dtype)
        near = [other for other in index.query(mine) if mine.jaccard(seen[other]) >= ALIKE]
        family[id] = family[min(near, key=order.__getitem__)] if near else id
        index.insert(id, mine)
        seen[id] = mine
    return family


def printed(text: str) -> bytes:
    """The print of a text: 128 min-wise hashes of 32 bits."""
    letters = re.sub(r"\W+", "", text.casefold())[:COMPARED]
    found = MinHash(num_perm=HASHES, seed=1)
    shingles = {letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1))}
    found.update_batch([s.encode() for s in shingles])
    return bytes(found.hashvalues.astype(np.uint32).tobytes())
