"""Articles of a store as known on a day, each with the family of texts that share most of its wording."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.lake import Lake
from comity.tables import ARTICLE, expect

ALIKE = 0.7  # Jaccard similarity of character shingles from which on two texts are one family
SHINGLE = 9  # characters; letters of any script, so that languages without spaces are treated alike
HASHES = 128  # of 32 bits
BANDS, ROWS = 25, 5  # of the index: finds 0.99 of pairs that are just alike; what it finds is compared
COMPARED = 20_000  # characters of each text that are compared
Hashes = npt.NDArray[np.uint32]


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
    index: list[defaultdict[bytes, list[int]]] = [defaultdict(list) for _ in range(BANDS)]
    ids, hashes = list(prints), [np.frombuffer(raw, dtype=np.uint32) for raw in prints.values()]
    family: dict[str, str] = {}
    for n, (id, mine) in enumerate(zip(ids, hashes, strict=True)):
        near: set[int] = set()
        for shelf, rows in zip(index, mine[: BANDS * ROWS].reshape(BANDS, ROWS), strict=True):
            same = shelf[rows.tobytes()]
            near.update(same)
            same.append(n)
        first = next((i for i in sorted(near) if np.mean(mine == hashes[i]) >= ALIKE), None)
        family[id] = id if first is None else family[ids[first]]
    return family


def printed(text: str) -> bytes:
    """The print of a text: 128 min-wise hashes of 32 bits.

    Prints are kept in stores and compared with those of years before, so this never changes. It agrees with ``MinHash(128)`` of datasketch 2.
    """
    letters = re.sub(r"\W+", "", text.casefold())[:COMPARED]
    shingles = {letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1))}
    digests = b"".join(hashlib.sha1(s.encode(), usedforsecurity=False).digest()[:4] for s in shingles)
    factor, shift = _permutations()
    return bytes((_mixed(np.frombuffer(digests, dtype="<u4"))[:, None] * factor + shift).min(axis=0).tobytes())


@cache
def _permutations() -> tuple[Hashes, Hashes]:
    """Of 32-bit numbers, hash -> factor * hash + shift modulo 2 ** 32; each factor is odd, so that no two hashes become one."""
    rng = np.random.RandomState(1)  # the old generator: its numbers are frozen for good
    factor = rng.randint(0, 1 << 31, HASHES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factor, rng.randint(0, 1 << 32, HASHES, dtype=np.uint32)


def _mixed(h: Hashes) -> Hashes:
    """The finalizer of MurmurHash3 (Appleby): every bit of a hash moves every other."""
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))
