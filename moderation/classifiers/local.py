"""The default model: a fine-tuned MiniLM encoder in int8 on onnxruntime, combined with a small linear model.

No network, no torch, one thread. A long text is read in overlapping windows and its highest score counts; of a very
long one, the windows that the linear model finds most telling.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from moderation.classifiers import BadModel
from moderation.classifiers.linear import Linear
from moderation.classifiers.outputs import OUTPUTS
from moderation.classifiers.plain import plain
from moderation.classifiers.windows import MOST_CHARACTERS, Floats, Window, cut, most_telling, read_all

FOLDER = Path(__file__).resolve().parent / "model"


class LocalModel:
    """What HEARTHSIDE_CLASSIFIER=local asks."""

    name = "local"

    def __init__(self, folder: Path = FOLDER) -> None:
        facts = read_facts(folder)
        self.version = str(facts["version"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._linear = Linear(folder / "linear.npz")
        self._weights = np.asarray(facts["combination"]["weights"], dtype=np.float32)
        self._offsets = np.asarray(facts["combination"]["offsets"], dtype=np.float32)
        self._session = session_of(folder / facts["encoder"])

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One row for each text, in order; all labels and aspects, each from 0 to 1."""
        windows = [window for number, text in enumerate(texts) for window in self.windows(text, number)]
        return [as_row(scores) for scores in read_all(windows, len(texts), self.combined)]

    def combined(self, windows: Sequence[Window]) -> Floats:
        """The calibrated scores of some windows."""
        encoder = self.encoder_logits([window.ids for window in windows])
        linear = np.stack([self._linear.logits(window.words) for window in windows])
        logits = encoder * self._weights[:, 0] + linear * self._weights[:, 1] + self._offsets
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)

    def encoder_logits(self, lists: Sequence[Sequence[int]]) -> Floats:
        """What the encoder alone answers to token ids, before it is calibrated."""
        longest = max(map(len, lists))
        ids = np.zeros((len(lists), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, tokens in enumerate(lists):
            ids[number, : len(tokens)] = tokens
            mask[number, : len(tokens)] = 1
        found: Floats = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return found

    def windows(self, text: str, number: int = 0) -> list[Window]:
        """The windows of a text that the encoder reads, in order."""
        words = plain(text[:MOST_CHARACTERS])[:MOST_CHARACTERS]
        return most_telling(cut(words, self._tokenizer.encode(words), number), self._linear)


def as_row(scores: Floats) -> dict[str, float]:
    """Scores by name; four places are more than they are good for."""
    return {name: round(float(score), 4) for name, score in zip(OUTPUTS, scores, strict=True)}


def read_facts(folder: Path) -> dict[str, Any]:
    """What model.json says; raises BadModel when a file is missing or is not the one it names."""
    try:
        facts: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        for name, digest in facts["sha256"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                raise BadModel(f"{folder.name}/{name} is not the file that model.json names")
        if not {facts["encoder"], "linear.npz", "tokenizer.json"} <= set(facts["sha256"]):
            raise BadModel(f"The model.json in {folder.name} does not name all files.")
        outputs, _ = tuple(facts["outputs"]), (facts["version"], facts["combination"]["weights"])
    except (OSError, KeyError, json.JSONDecodeError) as problem:
        raise BadModel(f"The model in {folder} is not whole: {problem}.") from problem
    if outputs != OUTPUTS:
        raise BadModel(f"The model in {folder.name} answers other outputs than this version asks for.")
    return facts


def session_of(path: Path) -> onnxruntime.InferenceSession:
    """An onnxruntime session of one thread that gives its memory back after a long text."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
