"""Our encoder on onnxruntime alone: what Detoxify should agree with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from moderation.classifiers.local import session_of
from moderation.classifiers.outputs import OUTPUTS
from moderation.classifiers.windows import Floats, Window, read_all


class Encoder:
    """An ONNX file that reads the windows which another backend cuts."""

    def __init__(self, path: Path, windows: Callable[[str, int], list[Window]]) -> None:
        self._session = session_of(path)
        self._windows = windows

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One row for each text, in order, not rounded."""
        windows = [window for number, text in enumerate(texts) for window in self._windows(text, number)]
        rows = read_all(windows, len(texts), self.read)
        return [{name: float(score) for name, score in zip(OUTPUTS, row, strict=True)} for row in rows]

    def read(self, windows: Sequence[Window]) -> Floats:
        """The probabilities of some windows."""
        longest = max(len(window.ids) for window in windows)
        ids = np.zeros((len(windows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, window in enumerate(windows):
            ids[number, : len(window.ids)] = window.ids
            mask[number, : len(window.ids)] = 1
        logits = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
