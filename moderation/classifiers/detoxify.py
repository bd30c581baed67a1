"""Detoxify's own class on a folder of the operator's: any Detoxify release, or our model exported for it.

Nothing is fetched. Detoxify unpickles its checkpoint, which may run whatever stands in it: so each file is compared
with the operator's pin first, and the very bytes that were compared are the ones that are unpickled.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hearthside.pinned import BadFolder, check_folder, read_pinned
from moderation.classifiers import BadModel
from moderation.classifiers.linear import Linear
from moderation.classifiers.outputs import ASPECTS, LABELS, OUTPUTS
from moderation.classifiers.plain import plain
from moderation.classifiers.windows import MOST_CHARACTERS, Floats, Window, cut, most_telling, read_all

if TYPE_CHECKING:
    from hearthside.config import Config

CHECKPOINT = "model.ckpt"
LINEAR = Path(__file__).resolve().parent / "model" / "linear.npz"
OTHER_NAMES = {"sexual_explicit": "sexual"}  # Detoxify's name for one of our labels
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",  # logs have one line an event
    "TRANSFORMERS_VERBOSITY": "error",
}


class DetoxifyModel:
    """What HEARTHSIDE_CLASSIFIER=detoxify asks.

    A label that the folder's model does not have is 0, an aspect that it does not have is left out.
    """

    name = "detoxify"

    def __init__(self, folder: Path, pin: str, linear: Path = LINEAR) -> None:
        """Load the model; `pin` is the SHA-256 of the folder's SHA256SUMS.

        Raises BadModel when Detoxify is not installed, when a file is not the pinned one, or when the files do not
        make a model.
        """
        self.version = pin[:12]
        try:
            self._linear = Linear(linear)
        except OSError as problem:
            raise BadModel(f"{linear} cannot be read: {problem}.") from problem
        self._detoxify = load(folder, pin)
        ours = [OTHER_NAMES.get(name, name) for name in self._detoxify.class_names]
        self._columns = {
            theirs: OUTPUTS.index(name)
            for theirs, name in zip(self._detoxify.class_names, ours, strict=True)
            if name in OUTPUTS
        }
        if not self._columns:
            raise BadModel(f"The model in {folder} knows none of the labels that Hearthside asks for.")
        self._answers = (*LABELS, *(aspect for aspect in ASPECTS if aspect in ours))

    def score(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """One row for each text, in order."""
        windows = [window for number, text in enumerate(texts) for window in self.windows(text, number)]
        return [
            {name: round(float(scores[OUTPUTS.index(name)]), 4) for name in self._answers}
            for scores in read_all(windows, len(texts), self.read)
        ]

    def windows(self, text: str, number: int = 0) -> list[Window]:
        """The windows of a text that are read, in order."""
        words = plain(text[:MOST_CHARACTERS])
        encoding = self._detoxify.tokenizer(words, truncation=False, verbose=False).encodings[0]
        return most_telling(cut(words, encoding, number), self._linear)

    def read(self, windows: Sequence[Window]) -> Floats:
        """What Detoxify answers to a few windows: a row a window, a column an output, 0 where it has none."""
        found = self._detoxify.predict([window.words for window in windows])
        scores = np.zeros((len(windows), len(OUTPUTS)), dtype=np.float32)
        for theirs, column in self._columns.items():
            scores[:, column] = found[theirs]  # of a single text it is a number and not a list
        return scores


def make_detoxify(config: Config) -> DetoxifyModel:
    """The model that the settings name; raises BadModel."""
    if config.detoxify_folder is None or not config.detoxify_sha256:
        raise BadModel(
            "HEARTHSIDE_DETOXIFY_FOLDER and HEARTHSIDE_DETOXIFY_SHA256 must both be set for detoxify."
        )
    return DetoxifyModel(config.detoxify_folder, config.detoxify_sha256)


def load(folder: Path, pin: str) -> Any:
    """A Detoxify object made from a pinned folder, and from nothing else; raises BadModel."""
    try:
        digests = check_folder(folder, pin)
        if CHECKPOINT not in digests:
            raise BadFolder(f"{folder} has no {CHECKPOINT}.")
        checkpoint = read_pinned(folder, CHECKPOINT, digests)
    except BadFolder as problem:
        raise BadModel(str(problem)) from problem
    os.environ.update(OFFLINE)  # read when these are imported
    try:
        import torch
        from detoxify import Detoxify
    except ImportError as problem:
        raise BadModel(
            f"Detoxify is not installed whole ({problem}). docs/operate.md says how to add it."
        ) from problem
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)  # the other cores serve
    try:
        state, placed = at_home(checkpoint, folder)
        model = Detoxify(checkpoint=placed, device="cpu", huggingface_config_path=str(folder))
    except Exception as problem:  # whatever stands in the files, it is told at the start and in one sentence
        said = next(iter(str(problem).splitlines()), "")
        raise BadModel(f"Detoxify cannot load {folder} ({type(problem).__name__}: {said}).") from problem
    # What a checkpoint lacks, transformers fills with random numbers and a warning.
    if lacking := [name for name, _ in model.model.named_parameters() if name not in state]:
        raise BadModel(
            f"{folder / CHECKPOINT} is of another model than config.json beside it: it lacks {lacking[0]}."
        )
    if not model.tokenizer.is_fast:
        raise BadModel(
            f"The tokenizer in {folder} does not tell where words begin. Use transformers 5 or newer."
        )
    return model


def at_home(checkpoint: bytes, folder: Path) -> tuple[set[str], io.BytesIO]:
    """The names of a checkpoint's weights, and the checkpoint with the folder as the place of its base model.

    Detoxify asks transformers for the base by the name in the checkpoint, which would be looked for on the network (or
    where our exporter once stood), although it then takes everything from huggingface_config_path.
    """
    import torch

    loaded = torch.load(io.BytesIO(checkpoint), map_location="cpu", weights_only=False)  # nosec B614  it was pinned
    loaded["config"]["arch"]["args"]["model_type"] = str(folder)
    placed = io.BytesIO()
    torch.save({"config": loaded["config"], "state_dict": loaded["state_dict"]}, placed)
    placed.seek(0)
    return set(loaded["state_dict"]), placed
