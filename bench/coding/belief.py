"""How often is a reading of a whole page right? Writes ``src/comity/belief.toml``, from which reports take their belief.

    python bench/coding/belief.py [DIR]

Of every act that the coder reads in the articles of the own set (those for development) and in saved pages of general news, those count
that may be evidence (``press.lacking``) and are neither denied nor supposed. One is right when the article tells of an act of the same parties
and instrument: by the labels of the own articles, by a person's judgement of the pages. The two sets weigh alike, because the own
articles are tidier than news and mostly about defence, and the pages hardly ever.

What is measured is the share that is right by how far the rest of the article bears a reading out (``press.backing``), drawn to all with
the weight of 20 readings; its log-loss, articles held out in ten parts, stands beside that of one share for all.

``judged.csv`` keeps the judgements: of each reading a hash, its page's hash, its backing, and whether it was right. With DIR, where the pages
lie, they are read anew: backings are brought up to date, what is no longer read goes, and what nobody judged yet is printed and has no
mark in the file until a person gives it one.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import GroupKFold

from comity import press
from comity.bench import pages
from comity.lake import raw_file
from comity.sources import catalogue
from comity.tables import identity

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "src/comity/belief.toml"
JUDGED = HERE / "judged.csv"
FIELDS = ("reading", "page", "backing", "right")
PARTS, LEAST, DRAWN = 10, 1e-3, 20
BACKINGS = {0: "nothing else between them", 1: "another act between them", 2: "told again"}


class Marks(NamedTuple):
    """Readings that may be evidence: backing, whether right, weight, and the page that each stands on."""

    backing: np.ndarray
    right: np.ndarray
    weight: np.ndarray
    page: np.ndarray


def backed(told: list[press.Told]) -> Iterator[tuple[press.Told, int]]:
    """The readings of one page that may be evidence and are neither denied nor supposed, with their backing."""
    rows = [press.columns(t.act, t.act.sentence) for t in told]
    around = press.spoken(rows)
    for t, row in zip(told, rows, strict=True):
        if t.report and t.act.modality not in press.NOT_SO:
            yield t, press.backing(row, around)


def own() -> Iterator[tuple[int, bool, str]]:
    """Backing, whether right, and article of each reading of the own articles."""
    for page in pages.read(row for row in pages.labelled() if row["split"] == "dev"):
        for t, n in backed(page.told):
            yield n, pages.right(t.act, page.row["acts"]), page.row["id"]


def judged() -> dict[str, dict[str, str]]:
    """The rows of ``judged.csv`` by reading."""
    if not JUDGED.is_file():
        return {}
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        return {row["reading"]: row for row in csv.DictReader(stream)}


def anew(folder: Path) -> None:
    """Read the saved pages again, bring ``judged.csv`` up to date, and print what is still to be judged."""
    source, known, rows = catalogue()["articles"], judged(), []
    for path in sorted(folder.rglob("*.html.gz")):
        layout = source.layout(path)
        table = source.read(raw_file(path), layout).tables["article"] if layout else None
        for article in table.iter_rows(named=True) if table is not None else ():
            for t, n in backed(press.told(article)):
                a = t.act
                id = identity(path.name, a.sentence, *sorted({*a.actors, *a.recipients}), a.instrument)
                right = known.get(id, {}).get("right", "")
                rows.append({"reading": id, "page": identity(path.name), "backing": n, "right": right})
                if not right:
                    print(
                        id, path.name, a.actors, a.recipients, a.instrument, a.stage, a.modality, a.sentence, sep=" | "
                    )
    with JUDGED.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({row["reading"]: row for row in rows}.values())


def marks() -> tuple[Marks, dict[str, list[bool]]]:
    """The readings of both sets, weighed alike, and what of each was right."""
    sets = {
        "own articles": list(own()),
        "judged pages": [(int(r["backing"]), r["right"] == "1", r["page"]) for r in judged().values() if r["right"]],
    }
    most = max(map(len, sets.values()))
    rows = [(*one, most / len(some)) for some in sets.values() for one in some]
    backing, right, page, weight = map(np.array, zip(*rows, strict=True))
    return Marks(backing, right.astype(float), weight, page), {k: [r for _, r, _ in some] for k, some in sets.items()}


def shares(m: Marks, some: np.ndarray) -> dict[int, float]:
    """The share right by backing among some of the readings, drawn to all."""
    mean = np.average(m.right[some], weights=m.weight[some])
    found = {}
    for n in BACKINGS:
        mine = some[m.backing[some] == n]
        if len(mine):
            share, size = np.average(m.right[mine], weights=m.weight[mine]), len(mine)
            found[n] = float((share * size + DRAWN * mean) / (size + DRAWN))
        else:
            found[n] = float(mean)
    return found


def held_out(m: Marks) -> dict[str, np.ndarray]:
    """What the shares say of readings of articles that they were not taken from."""
    out = {name: np.zeros(len(m.right)) for name in ("by backing", "one share for all")}
    for train, test in GroupKFold(PARTS).split(m.right, groups=m.page):
        found = shares(m, train)
        out["by backing"][test] = [found[n] for n in m.backing[test]]
        out["one share for all"][test] = np.average(m.right[train], weights=m.weight[train])
    return out


def loss(p: np.ndarray, m: Marks) -> float:
    """Log-loss in nats, both sets weighed alike."""
    p = np.clip(p, LEAST, 1 - LEAST)
    return float(-np.average(m.right * np.log(p) + (1 - m.right) * np.log(1 - p), weights=m.weight))


def main(folder: Path | None = None) -> None:
    """Fit, score by articles held out, write."""
    if folder:
        anew(folder)
    m, sets = marks()
    losses = {name: loss(p, m) for name, p in held_out(m).items()}
    said = "; ".join(f"{sum(some)} of {len(some)} right in the {name}" for name, some in sets.items())
    fit = shares(m, np.arange(len(m.right)))
    lines = [
        "# Written by bench/coding/belief.py: how often a reading that may be evidence is right, by what else its article tells (docs/method/measurement.md).",
        f"# {said}; both weigh alike.",
        f"log_loss = {losses['by backing']:.4f}  # nats, articles held out; one share for all, {losses['one share for all']:.4f}",
        f"n = {len(m.right)}",
    ]
    for n, meaning in BACKINGS.items():
        mine = m.backing == n
        lines += ["", "[[step]]", f"backing = {n}  # {meaning}", f"right = {fit[n]:.3f}", f"n = {int(mine.sum())}"]
        parts = [m.right[mine & own] for own in (m.weight == m.weight.min(), m.weight > m.weight.min())]
        print(f"| {meaning} |", " | ".join(f"{int(p.sum())} of {len(p)}" for p in parts), f"| {fit[n]:.2f} |")
    print(f"{said}; log-loss {losses}")
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
