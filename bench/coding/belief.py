"""How often is a reading right of which the coder says so much? Writes ``src/comity/belief.toml``, from which reports take their belief.

    python bench/coding/belief.py

Of every act that the coder reads in the development part of the own set (sentences and minimal pairs), by a model that saw nothing
of its story, those count that may be evidence (``press.lacking``). One is right when the set has an act of the same parties and
instrument that is neither denied nor hypothetical. What the coder says (four numbers and their factors) is mapped to the share
that is right in three ways: isotonic regression, a line in the logarithm of the odds (Platt), and the share of each number by
itself, drawn to all with the weight of 20 readings; the best by log-loss, stories held out in ten parts, is fitted to all.

The sentences of the set were written about acts: on whole pages more readings are wrong. ``PAGES`` says how many of the readings that
may be evidence in 61 saved pages of general news were right, judged one by one by a person; its share over that of the set is the
factor by which every share is lowered. When the coder changes, judge them anew.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

sys.path.insert(0, str(Path(__file__).parent))
import goldset
import train_subject as subject_bench

from comity import press
from comity.bench.pages import DEAD
from comity.bench.pages import right as rightly
from comity.coding import embed
from comity.coding.subject import weights

OUT = Path(__file__).parents[2] / "src/comity/belief.toml"
PARTS, LEAST, DRAWN = 10, 1e-3, 20
PAGES = (14, 25)  # right, of: in ../shared/data/news_html_fixtures on 25 November 2026


def readings() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """What the coder said of each act that may be evidence, whether it was right, and the story."""
    sharp = float(weights()["plain_sharpness"][0]), float(weights()["embedded_sharpness"][0])
    sets = {name: goldset.read(f"{name}.jsonl") for name in ("sentences", "pairs")}
    items = subject_bench.examples()
    english = subject_bench.unseen(
        sets, items, None, sharp[0]
    )  # as by default: English is not embedded, the others are
    others = english
    if embed.installed():
        embed.embed = lambda texts: np.array([subject_bench._embedded(t) for t in texts])
        raw = embed.embed([e.reading.text for e in items])
        others = subject_bench.unseen(sets, items, raw, sharp[1])
    said, right, story = [], [], []
    for rows in sets.values():
        for row in rows:
            for act in (english if row["lang"] == "en" else others)[row["id"]]:
                text = f"{row['context']} {row['text']}" if row["context"] else row["text"]
                about = {
                    "article": row["id"],
                    "lang": row["lang"],
                    "published": date.fromisoformat(row["published"]),
                    "known": None,
                    "url": None,
                    "text": text,
                }
                if act.modality in DEAD or press.lacking(press.columns(act, text), about):
                    continue
                said.append(act.belief)
                right.append(rightly(act, row["acts"]))
                story.append(row["story"])
    return np.array(said), np.array(right, dtype=float), story


def isotonic(x: np.ndarray, y: np.ndarray) -> Any:
    """A rising step for each thing that the coder says."""
    return IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip").fit(x, y).predict


def platt(x: np.ndarray, y: np.ndarray) -> Any:
    """A line in the logarithm of the odds."""
    model = LogisticRegression(C=1e6).fit(_odds(x), y)
    return lambda new: model.predict_proba(_odds(new))[:, 1]


def each(x: np.ndarray, y: np.ndarray) -> Any:
    """The share of each number by itself, drawn to all."""
    mean = y.mean()
    return lambda new: np.array([(y[x == v].sum() + DRAWN * mean) / ((x == v).sum() + DRAWN) for v in new])


WAYS = {"isotonic": isotonic, "platt": platt, "each": each}


def _odds(x: np.ndarray) -> np.ndarray:
    return np.log(x / (1 - x))[:, None]


def loss(p: np.ndarray, y: np.ndarray) -> float:
    """Log-loss in nats."""
    p = np.clip(p, LEAST, 1 - LEAST)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def held_out(x: np.ndarray, y: np.ndarray, story: list[str]) -> dict[str, np.ndarray]:
    """What each way says of readings of stories that it has not seen."""
    out = {name: np.zeros(len(x)) for name in (*WAYS, "one share for all")} | {"as said": x}
    for train, test in GroupKFold(PARTS).split(x, groups=story):
        for name, way in WAYS.items():
            out[name][test] = way(x[train], y[train])(x[test])
        out["one share for all"][test] = y[train].mean()
    return out


def main() -> None:
    """Fit, score by stories held out, write."""
    x, y, story = readings()
    found = held_out(x, y, story)
    losses = {name: loss(p, y) for name, p in found.items()}
    for name, value in losses.items():
        print(f"{name}: log-loss {value:.4f}, Brier {np.mean((found[name] - y) ** 2):.4f}, n {len(y)}")
    factor = PAGES[0] / PAGES[1] / float(y.mean())
    best = min(WAYS, key=losses.__getitem__)
    fit = WAYS[best](x, y)
    lines = [
        "# Written by bench/coding/belief.py: how often a reading is right of which the coder says so much (docs/method/measurement.md).",
        f'way = "{best}"',
        f"log_loss = {losses[best]:.4f}  # nats, stories held out; as the coder says it, {losses['as said']:.4f}; one share for all, {losses['one share for all']:.4f}",
        f"n = {len(y)}",
        f"pages = {factor:.3f}  # factor for whole pages: {PAGES[0]} of {PAGES[1]} right there, {y.mean():.3f} of the set",
    ]
    for value in sorted(set(x)):
        mine = x == value
        right, n, share, held = (
            float(fit(np.array([value]))[0]),
            int(mine.sum()),
            float(y[mine].mean()),
            float(found[best][mine].mean()),
        )
        print(f"| {value:.3f} | {n} | {share:.2f} | {held:.2f} | {right:.2f} | {right * factor:.2f} |")
        lines += [
            "",
            "[[step]]",
            f"reading = {value:.3f}",
            f"right = {right:.3f}",
            f"n = {n}",
            f"observed = {share:.3f}",
        ]
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
