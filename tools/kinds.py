"""Make the table of what English words are kinds of, from the files of WordNet 3.0.

    python tools/kinds.py /usr/share/wordnet      Debian: apt install wordnet-base

Writes ``src/comity/coding/kinds.npz``: for each noun and verb of one word the kinds above its first three senses (a howitzer is
artillery, an armament, an artefact), the first sense with weight 1, the second with 1/2, the third with 1/3. Kinds of fewer than
``LEAST`` words are left out.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

OUT = Path(__file__).parents[1] / "src/comity/coding/kinds.npz"
SENSES, LEAST = 3, 15


def above(folder: Path, pos: str) -> dict[str, list[str]]:
    """Every meaning by its number, with the names of itself and of all kinds above it."""
    names, over = {}, {}
    for line in _lines(folder / f"data.{pos}"):
        said = line.split("|")[0].split()
        n = int(said[3], 16)
        names[said[0]] = f"{said[4].lower()}.{said[0]}"
        links = said[5 + 2 * n :]
        over[said[0]] = [links[i + 1] for i in range(0, len(links) - 3, 4) if links[i] in {"@", "@i"}]
    found = {}
    for meaning in names:
        seen, waiting = {}, [meaning]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen[one] = names[one]
                waiting += over[one]
        found[meaning] = list(seen.values())
    return found


def senses(folder: Path, pos: str) -> dict[str, list[str]]:
    """The meanings of each word, the most frequent first."""
    rows = (line.split() for line in _lines(folder / f"index.{pos}"))
    return {row[0]: row[-int(row[2]) :] for row in rows if row[0].isalpha()}


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("latin-1").splitlines() if not line.startswith(" ")]


def main(folder: Path) -> None:
    """Write the table."""
    weights: dict[str, dict[str, float]] = {}
    for pos, mark in (("noun", "N"), ("verb", "V")):
        kinds = above(folder, pos)
        for word, meanings in senses(folder, pos).items():
            told: dict[str, float] = defaultdict(float)
            for rank, meaning in enumerate(meanings[:SENSES]):
                for kind in kinds[meaning]:
                    told[f"{mark}:{kind}"] = max(told[f"{mark}:{kind}"], 1 / (rank + 1))
            weights[f"{mark}:{word}"] = told
    counted = Counter(kind for told in weights.values() for kind in told)
    names = sorted(kind for kind, n in counted.items() if n >= LEAST)
    number = {kind: i for i, kind in enumerate(names)}
    rows = [[(number[k], x) for k, x in sorted(told.items()) if k in number] for told in weights.values()]
    flat = [pair for row in rows for pair in row]
    np.savez_compressed(
        OUT,
        words=np.frombuffer("\n".join(weights).encode(), np.uint8),
        names=np.frombuffer("\n".join(names).encode(), np.uint8),
        ends=np.cumsum([len(row) for row in rows]).astype(np.uint32),
        kinds=np.array([k for k, _ in flat], np.uint16),
        ranks=np.array([round(1 / x) for _, x in flat], np.uint8),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
