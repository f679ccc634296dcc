"""Articles of a store as known on a day, each with the family of texts that share most of its wording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import polars as pl
from datasketch import MinHash, MinHashLSH

from comity.lake import Lake
from comity.tables import ARTICLE, expect

ALIKE = 0.7  # Jaccard similarity of character shingles from which on two texts are one family
SHINGLE = 9  # characters; letters of any script, so that languages without spaces are treated alike
HASHES = 128
COMPARED = 20_000  # characters of each text that are compared


def articles(lake: Lake, as_of: date) -> pl.DataFrame:
    """Table ARTICLE as known on a day: one row an address, the newest reading of it; families named.

    This is what a coder of sentences takes in: text, language, title, publisher, day.
    """
    rows = lake.read(ARTICLE).filter(pl.col("known") <= as_of).collect()
    newest = rows.sort("article", "retrieved", "raw", descending=[False, True, False]).unique(
        "article", keep="first", maintain_order=True
    )
    return families(newest.sort("known", "article"))


def families(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows, in their order; ``family`` is the id of the first row of those alike.

    Two texts are alike when the Jaccard similarity of their character 9-grams is 0.7 or more, estimated with 128
    min-wise hashes (Broder 1997) and found by locality-sensitive hashing; a text joins the family of the first it is
    alike with, so a chain of small changes stays one family.
    """
    ids: Sequence[str] = rows["article"].to_list()
    index = MinHashLSH(threshold=ALIKE, num_perm=HASHES)
    seen: dict[str, MinHash] = {}
    family: dict[str, str] = {}
    order = {id: n for n, id in enumerate(ids)}
    for id, text in zip(ids, rows["text"], strict=True):
        print_of = _hashed(text or "")
        near = [other for other in index.query(print_of) if print_of.jaccard(seen[other]) >= ALIKE]
        family[id] = family[min(near, key=order.__getitem__)] if near else id
        index.insert(id, print_of)
        seen[id] = print_of
    return expect(rows.with_columns(family=pl.Series([family[id] for id in ids], dtype=pl.String)), ARTICLE)


def _hashed(text: str) -> MinHash:
    letters = re.sub(r"\W+", "", text.casefold())[:COMPARED]
    found = MinHash(num_perm=HASHES, seed=1)
    shingles = {letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1))}
    found.update_batch([s.encode() for s in shingles])
    return found
