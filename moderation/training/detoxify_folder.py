"""The shipped model as a folder that Detoxify loads, made from the repository alone:

    python -m moderation.training.detoxify_folder OUT

Prints the digest for HEARTHSIDE_DETOXIFY_SHA256 (docs/operate.md). Needs the environment that `make train` prepares.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from moderation.classifiers.local import FOLDER
from moderation.training.exporting import export_detoxify
from moderation.training.rebuilding import BadGraph, rebuild

SENTENCES = (
    "I slept badly, but I came.",
    "You are a worthless idiot and everybody here hates you.",
    "I do not want to live any more.",
    "Two years clean today, and I am proud of it.",
    "Thank you all for listening last week.",
)
FARTHEST = 0.1  # between the probabilities of file and model; rounding inputs to int8 makes less


def make_folder(shipped: Path, out: Path) -> str:
    """Write the folder from the files in `shipped`; answers the digest that pins it.

    Raises BadGraph when what was rebuilt does not answer as the shipped encoder does, FileExistsError when `out` holds
    something else.
    """
    encoder = shipped / json.loads((shipped / "model.json").read_text(encoding="utf-8"))["encoder"]
    model = rebuild(encoder)
    distance = farthest(model, encoder, shipped / "tokenizer.json")
    if distance > FARTHEST:
        raise BadGraph(
            f"{encoder.name} was not understood: what was rebuilt from it answers {distance:.2f} otherwise"
        )
    return export_detoxify(model, out, shipped / "tokenizer.json")


def farthest(model: BertForSequenceClassification, encoder: Path, tokenizer: Path) -> float:
    """How far the probabilities of a model and of an ONNX file are from each other at most, on a few sentences."""
    session = onnxruntime.InferenceSession(str(encoder), providers=["CPUExecutionProvider"])
    reader = Tokenizer.from_file(str(tokenizer))
    reader.no_padding()
    distances = []
    for sentence in SENTENCES:
        ids = np.array([reader.encode(sentence).ids], dtype=np.int64)
        mask = np.ones_like(ids)
        theirs = torch.tensor(session.run(None, {"input_ids": ids, "attention_mask": mask})[0])
        with torch.no_grad():
            ours = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits
        distances.append(float((torch.sigmoid(ours) - torch.sigmoid(theirs)).abs().max()))
    return max(distances)


def main() -> int:
    """Make the folder; answers the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m moderation.training.detoxify_folder", description=__doc__.split("\n")[0].rstrip(":")
    )
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="the folder to write: a new one, or an earlier export"
    )
    args = parser.parse_args()
    try:
        digest = make_folder(FOLDER, args.out)
    except (BadGraph, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(digest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
