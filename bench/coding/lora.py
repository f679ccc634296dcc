"""The encoder that ships, taught relations by steps of low rank of its matrices (LoRA: Hu and others 2022), while these stay as they are."""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor, nn
from train_encoder import batches, published
from transformers import AutoModel

from comity.coding import encoder

RANK, EPOCHS, BATCH, RATE, HEAD_RATE, WARM_UP = 8, 8, 16, 5e-4, 1e-3, 50
SCALE = 2  # of a step; larger steps at the same rate of learning
SMOOTHING, DROPOUT = 0.1, 0.2
MODELS, BETWEEN = 3, 3  # how many, and from seed to seed
MOVED = ("attention.self.query", "attention.self.value", "intermediate.dense", "output.dense")  # of each layer


class Step(nn.Module):
    """A linear layer that does not learn, and a step of low rank beside it, at first nought."""

    def __init__(self, fixed: nn.Linear) -> None:
        super().__init__()
        self.fixed = fixed
        self.down = nn.Linear(fixed.in_features, RANK, bias=False)
        self.up = nn.Linear(RANK, fixed.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x: Tensor) -> Tensor:
        """What both make of it."""
        return self.fixed(x) + SCALE * self.up(self.down(x))


class Relation(nn.Module):
    """The encoder with steps, and a linear layer over mean, maximum and the two parties' vectors (``relation.pooled``)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.body = shipped()
        self.body.requires_grad_(False)
        for layer in self.body.encoder.layer:
            for path in MOVED:
                *above, last = path.split(".")
                owner = layer.get_submodule(".".join(above))
                setattr(owner, last, Step(getattr(owner, last)))
        self.dropout, self.head = nn.Dropout(DROPOUT), nn.Linear(4 * self.body.config.hidden_size, classes)

    def forward(self, tokens: Tensor, there: Tensor, parties: Tensor) -> Tensor:
        """Scores of classes, one row a sentence."""
        out = self.body(input_ids=tokens, attention_mask=there).last_hidden_state
        kept, rows = there.unsqueeze(-1).float(), torch.arange(len(out))
        mean, most = (out * kept).sum(1) / kept.sum(1), (out + (kept - 1) * 1e4).max(1).values
        return self.head(self.dropout(torch.cat([mean, most, out[rows, parties[:, 0]], out[rows, parties[:, 1]]], 1)))


def shipped() -> nn.Module:
    """The encoder that ships, its weights as they are rounded."""
    arrays = encoder.weights()
    state = {
        name: array for name, array in arrays.items() if not name.endswith(("_quantized", "_scale", "_zero_point"))
    }
    for name in (name.removesuffix("_quantized") for name in arrays if name.endswith("_quantized")):
        rounded, nought, scale = (arrays[f"{name}_{part}"] for part in ("quantized", "zero_point", "scale"))
        whole = (rounded.astype(np.float32) - nought) * scale
        state[name] = whole if "embeddings" in name else whole.T
    body = AutoModel.from_pretrained(published(), attn_implementation="eager")
    body.embeddings.word_embeddings = nn.Embedding(*state["body.embeddings.word_embeddings.weight"].shape)
    told = {
        name.removeprefix("body."): torch.tensor(array) for name, array in state.items() if name.startswith("body.")
    }
    missing = set(body.load_state_dict(told, strict=False).missing_keys)
    assert all(name.startswith("pooler.") for name in missing), missing
    return body


def fed(items: list[encoder.Tokens]) -> tuple[Tensor, Tensor, Tensor]:
    """Sentences filled up to one length, where there is a token, and at which token source and target stand."""
    length = max(len(one.ids) for one in items)
    tokens = [one.ids + [0] * (length - len(one.ids)) for one in items]
    there = [[1] * len(one.ids) + [0] * (length - len(one.ids)) for one in items]
    return torch.tensor(tokens), torch.tensor(there), torch.tensor([[at or 0 for at in one.marks] for one in items])


def trained(items: list[encoder.Tokens], labels: list[int], classes: int, seed: int) -> Relation:
    """The steps and the head that tell these classes of these sentences; rare classes weigh more (by the root of how rare they are)."""
    random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model = Relation(classes)
    steps = [p for p in model.body.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW([{"params": steps, "lr": RATE}, {"params": model.head.parameters(), "lr": HEAD_RATE}], weight_decay=0.01)  # fmt: skip
    total = EPOCHS * (len(items) // BATCH + 1)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(1, (n + 1) / WARM_UP) * max(0, 1 - n / total))
    weight = torch.tensor(np.bincount(labels, minlength=classes) ** -0.5, dtype=torch.float32)
    model.train()
    for _ in range(EPOCHS):
        for part in batches(list(zip(items, labels, strict=True)), lambda one: len(one[0].ids), BATCH):
            with torch.autocast("cpu", torch.bfloat16):  # twice as fast on processors that know it
                scores = model(*fed([one for one, _ in part])).float()
            wanted = torch.tensor([label for _, label in part])
            loss = nn.functional.cross_entropy(scores, wanted, weight=weight / weight.mean(), label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            rate.step()
    return model.eval()


def moved(items: list[encoder.Tokens], labels: list[int], classes: int, seed: int) -> list[Relation]:
    """Several models, which differ by where they begin and by the order of what they see."""
    return [trained(items, labels, classes, seed + BETWEEN * n) for n in range(MODELS)]


def told(models: list[Relation], items: list[encoder.Tokens]) -> np.ndarray:
    """The mean of the logarithms of their chances: one row a sentence, one column a class."""
    with torch.no_grad():
        each = [[model(*fed([one])).log_softmax(1) for one in items] for model in models]
    return np.mean([torch.cat(rows).numpy() for rows in each], axis=0)


def arrays(models: list[Relation]) -> dict[str, np.ndarray]:
    """What ``relation`` reads, one row a model: the head, and of each matrix that is moved ``NAME_down`` and ``NAME_up``, whose product is the step."""
    told = [_arrays(model) for model in models]
    return {name: np.stack([one[name] for one in told]).astype(np.float16) for name in told[0]}


def _arrays(model: Relation) -> dict[str, np.ndarray]:
    told = {"head": model.head.weight.detach().T, "bias": model.head.bias.detach()}
    for name, module in model.body.named_modules():
        if isinstance(module, Step):
            told[f"body.{name}.weight_down"] = SCALE * module.down.weight.detach().T
            told[f"body.{name}.weight_up"] = module.up.weight.detach().T
    return {name: array.numpy() for name, array in told.items()}
