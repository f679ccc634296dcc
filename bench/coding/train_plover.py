"""Make the weights by which the coder names an act in PLOVER's words, and the card that says how well.

    python bench/coding/train_plover.py ../shared/gold

reads development sets of others (PLV's training part and ICBe's development crises, never copied here), the project's own sentences, pairs
and lessons, and the casebook without its untouched third. Of each sentence those acts teach whose parties are right. Takes about eight minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent))
import goldset
import lessons

from comity.bench.coding import casebook_rows, icbe_pair, icbe_rows, plv_rows, split_of
from comity.coding import Act, Article, coder, encoder, plover
from comity.coding.relation import QUADS
from comity.knowledge import fingerprint
from comity.vocabulary import NOT_SO, PRESSURE, code

OUT = Path(__file__).parents[2] / "src/comity/coding"
CLASSES = sorted(QUADS)
WEIGHTS = {"plv": 1.0, "icbe": 1.5, "own": 0.15, "lessons": 0.01}
PENALTY = 3.0  # the smaller, the smoother
VECTORS = 2.0  # usual length of the vectors of an act, each of whose names counts 1
EACH_LESSON = 3  # one of so many teaches
FOLDS, SEEDS = 5, range(6)
FORMER = 3  # of how many shufflings the mean was until 27 November 2026: given beside, so that earlier figures can be compared
ICBE = {"AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REJECT", "SANCTION"}  # what its rows may be called
MILITARY = "military cooperation"


class Example(NamedTuple):
    """An act whose parties are right, and the classes that are right for it."""

    set: str  # from which it is: plv, icbe, own or lessons
    row: str
    group: str  # what is held out together: a sentence, a crisis, a story
    act: Act
    seen: plover.Features
    right: frozenset[str]

    @property
    def label(self) -> str:
        """The class that it teaches: its own, where that is right.

        An attack or a request in a sentence that ICBe has for its cooperation teaches of what such sentences tell, which no act of
        another sign is called; where the sign is the same it teaches nothing, lest a shelling be called a sanction.
        """
        own, told = plover.one_yield(self.act.plover), min(self.right, default="")
        other = self.set == "icbe" and own not in ICBE
        same = bool(told) and plover.class_sign(told) == plover.sign(self.act.plover)
        return own if own in self.right else "" if other and same else told


Row = dict[str, Any]
# The classes that are right for an act of a row; none where its parties are not.
Right = Callable[[Row, Act], frozenset[str] | None]


def examples(name: str, rows: list[Row], right: Right) -> Iterator[Example]:
    """Those of a set."""
    by_id = {r["id"]: r for r in rows}
    articles = (Article(r["id"], r["sentence"], r.get("day"), "en") for r in rows)
    for act, found, told in coder.derived(articles):
        classes = right(by_id[act.id], act) if told else None
        if classes is not None and told:
            group = f"{name} {by_id[act.id].get('group', act.id)}"
            yield Example(name, act.id, group, act, plover.features(act, found, told), classes)


def _plv(row: Row, act: Act) -> frozenset[str] | None:
    return frozenset({row["class"]}) if row["a"] in act.actors and row["b"] in act.recipients else None


def _icbe(row: Row, act: Act) -> frozenset[str] | None:
    return frozenset(filter(None, row["plover_suggested"].split(";"))) if icbe_pair(row, act) else None


def _own(row: Row, act: Act) -> frozenset[str] | None:
    for told in row["acts"]:
        parties = {*told.get("actors", ()), *told.get("recipients", ())}
        fits = told["instrument"] == act.instrument and parties in ({*act.actors, *act.recipients}, set())
        so = told.get("modality") not in NOT_SO and told["stage"] != "reported"  # of the casebook: no stage
        if fits and so and act.instrument not in PRESSURE:  # of pressure words tell more than its instrument
            return frozenset({plover.one_yield(code(told["instrument"], told["stage"]).event)})
    return None


def own_rows() -> list[Row]:
    """The project's own English sentences and pairs for development, and the casebook without its untouched third."""
    rows = [r for name in ("sentences.jsonl", "pairs.jsonl") for r in goldset.read(name) if r["lang"] == "en"]
    told = [{"sentence": r["text"], "day": date.fromisoformat(r["published"]), "group": r["story"], **r} for r in rows]
    case = [r for r in casebook_rows() if split_of(r["id"]) != "untouched"]
    return told + [{"sentence": r["text"], "day": r["published"], **r} for r in case]


def lesson_rows() -> list[Row]:
    """Lessons of one act, of whose parties any may be found."""
    return [
        {"id": one.id, "sentence": one.text, "acts": [{"instrument": name, "stage": stage} for name, stage in one.acts]}
        for one in lessons.read()[::EACH_LESSON]
        if len(one.acts) == 1
    ]


class Model(NamedTuple):
    """What is fitted: weights of names and of vectors, a column a class."""

    features: list[str]
    names: np.ndarray
    vectors: np.ndarray
    intercept: np.ndarray

    def scores(self, vectors: np.ndarray, names: csr_matrix) -> np.ndarray:
        """One row an act, one column a class."""
        return np.asarray(names @ self.names + vectors @ self.vectors + self.intercept)


def matrix(items: list[Example], features: list[str]) -> csr_matrix:
    """Which names each act has."""
    at = {name: i for i, name in enumerate(features)}
    cells = [(i, at[name]) for i, e in enumerate(items) for name in e.seen.names if name in at]
    rows, columns = zip(*cells, strict=True)
    return csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(items), len(features)))


def fitted(items: list[Example], vectors: np.ndarray) -> Model:
    """The model of some acts and their vectors."""
    features = sorted({name for e in items for name in e.seen.names})
    mean = vectors.mean(axis=0)
    scale = VECTORS / np.sqrt(((vectors - mean) ** 2).sum(axis=1).mean())
    x = hstack([matrix(items, features), csr_matrix((vectors - mean) * scale)]).tocsr()
    x.indices, x.indptr = x.indices.astype(np.int32), x.indptr.astype(np.int32)
    weight = [WEIGHTS[e.set] for e in items]
    found = LogisticRegression(C=PENALTY, max_iter=300).fit(x, [e.label for e in items], weight)
    told = np.zeros((x.shape[1], len(CLASSES)))
    intercept = np.full(len(CLASSES), -99.0)  # of a class that nothing taught
    columns = [CLASSES.index(c) for c in found.classes_]
    told[:, columns], intercept[columns] = found.coef_.T, found.intercept_
    words, dense = told[: len(features)], told[len(features) :] * scale
    return Model(features, words, dense, intercept - mean @ dense)


def crossed(items: list[Example], vectors: np.ndarray, seed: int) -> list[str]:
    """What each act is called by a model that saw nothing of its group."""
    groups = sorted({e.group for e in items})
    part = dict(zip(groups, np.random.default_rng(seed).permutation(len(groups)) % FOLDS, strict=True))
    folds = np.array([part[e.group] for e in items])
    out = [""] * len(items)
    for k in range(FOLDS):
        train = [i for i in np.flatnonzero(folds != k) if items[i].label]
        test = np.flatnonzero(folds == k)
        model = fitted([items[i] for i in train], vectors[train])
        for i, row in zip(test, model.scores(vectors[test], matrix([items[i] for i in test], model.features)), strict=True):  # fmt: skip
            out[i] = plover.likeliest(items[i].act.plover, dict(zip(CLASSES, row, strict=True)))
    return out


def scored(items: list[Example], said: Iterable[str], rows: Mapping[str, list[Row]]) -> dict[str, float]:
    """The rows of the goals, and how many acts of right parties have the right class in each set that teaches."""
    marks = [(e, name in e.right) for e, name in zip(items, said, strict=True)]
    hit = {(e.set, e.row) for e, right in marks if right}
    aid = hit | {(e.set, e.row) for e, name in zip(items, said, strict=True) if e.set == "icbe" and name == "AID"}
    military = [r for r in rows["icbe"] if MILITARY in r["leaf"]]

    def share(of: list[Row], name: str, by: set[tuple[str, str]]) -> float:
        return float(np.mean([(name, r["id"]) in by for r in of]))

    return {
        "PLV training part, raw text: class and both countries": share(rows["plv"], "plv", hit),
        "ICBe pair and class": share(rows["icbe"], "icbe", hit),
        "ICBe military cooperation, pair and class": share(military, "icbe", hit),
        "ICBe military cooperation, pair and class, military aid counted": share(military, "icbe", aid),
        "own sentences, pairs and casebook rows: class of acts that are right": float(np.mean([right for e, right in marks if e.set == "own"])),
    }  # fmt: skip


def main(gold: Path) -> None:
    """Train, score by cross-validation, write weights and card."""
    rows = {
        "plv": plv_rows(gold),
        "icbe": [{"group": r["crisno"], **r} for r in icbe_rows(gold)],
        "own": own_rows(),
        "lessons": lesson_rows(),
    }
    rights = {"plv": _plv, "icbe": _icbe, "own": _own, "lessons": _own}
    items = [e for name, some in rows.items() for e in examples(name, some, rights[name])]
    vectors = np.array([e.seen.vectors for e in items])
    called = [scored(items, crossed(items, vectors, seed), rows) for seed in SEEDS]

    def over(some: list[dict[str, float]], of: Callable[..., Any]) -> dict[str, float]:
        return {name: round(float(of([one[name] for one in some])), 3) for name in some[0]}

    told = [i for i, e in enumerate(items) if e.label]
    model = fitted([items[i] for i in told], vectors[told])
    arrays = {name: getattr(model, name).astype(np.float16) for name in ("names", "vectors")}
    np.savez_compressed(OUT / "plover.npz", intercept=model.intercept, **arrays)
    own = sum(e.set == "own" for e in items)
    military = sum(MILITARY in r["leaf"] for r in rows["icbe"])
    derived = scored(items, [plover.one_yield(e.act.plover) for e in items], rows)
    card = {
        "what": "the PLOVER event of an act, among those of its sign",
        "learned_from": "PLV, training part (Hu and others, ACL 2024); ICBe, development crises (Douglass and others, PSRM 2024), whose classes were mapped to PLOVER by rule; the project's own sentences, pairs, lessons and casebook rows, whose classes follow from instrument and stage",
        "licence": "PLV and ICBe state none. No sentence of theirs is here: only weights of how an act was read and of the encoder's vectors.",
        "made": "2026-11-27 by bench/coding/train_plover.py",
        "encoder": encoder.card()["sha256"],
        "knowledge": fingerprint(*plover.LEARNED_WITH, lang="en"),
        "scores": {
            "how": f"{FOLDS}-fold cross-validation, mean of {len(SEEDS)} shufflings; sentences of PLV, crises of ICBe and own stories held out whole",
            "n": dict(zip(derived, (len(rows["plv"]), len(rows["icbe"]), military, military, own), strict=True)),
            "derived": {name: round(value, 3) for name, value in derived.items()},
            "called": over(called, np.mean),
            "scatter": over(called, np.std),
            f"called, mean of the first {FORMER}": over(called[:FORMER], np.mean),
        },
        "classes": CLASSES,
        "features": model.features,
    }
    print(*card["scores"].items(), sep="\n")
    (OUT / "plover.json").write_text(json.dumps(card, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
