"""From the shipped int8 file back to a float32 model, so that the repository alone is enough to export it elsewhere.

The names of weights are those that torch's exporter gives them (moderation/training/exporting.py): parameters keep
theirs, and a matrix stands beside its bias.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import BertConfig, BertForSequenceClassification

from moderation.classifiers.outputs import OUTPUTS
from moderation.training.rounding import STEP, WHOLE

HEADS = 12  # of attention in the base model; no weight has a shape that would say so
OUTER = "model."  # how the exported module calls the model inside it
QUANTIZED = "_quantized"  # what onnxruntime adds to the name of a weight that it rounds

Tensors = Mapping[str, NDArray[Any]]


class BadGraph(ValueError):
    """A file that is not such an encoder; the message says what is wrong with it."""


def rebuild(path: Path) -> BertForSequenceClassification:
    """The model that a quantised ONNX file was made from, in float32 with the file's own rounded weights.

    Raises BadGraph when the file is not an encoder that moderation/training exported.
    """
    weights = weights_of(onnx.load(str(path)).graph)
    try:
        model = BertForSequenceClassification(config_of(weights))
        model.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
    except (KeyError, RuntimeError) as problem:
        raise BadGraph(
            f"{path.name} is not an encoder that moderation/training exported: {problem}"
        ) from problem
    model.eval()
    return model


def weights_of(graph: onnx.GraphProto) -> dict[str, NDArray[np.float32]]:
    """The weights of a graph in float32, by the names that the model gives them."""
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = {
        name.removeprefix(OUTER): np.array(values, dtype=np.float32)
        for name, values in tensors.items()
        if name.startswith(OUTER) and name.endswith((".weight", ".bias"))
    }
    readers = {name: node for node in graph.node for name in node.input}
    for node in graph.node:
        if node.op_type == "Gather" and node.input[0].endswith(WHOLE):
            name = node.input[0].removesuffix(WHOLE)
            found[name.removeprefix(OUTER)] = unrounded(name, tensors)
        elif node.op_type in ("MatMul", "MatMulInteger"):
            name = node.input[1].removesuffix(QUANTIZED)
            if name + WHOLE in tensors or name + QUANTIZED in tensors:
                weight = (
                    bias_after(node, readers, tensors).removeprefix(OUTER).removesuffix("bias") + "weight"
                )
                found[weight] = np.ascontiguousarray(
                    unrounded(name, tensors).T
                )  # torch keeps a row an output
    return found


def unrounded(name: str, tensors: Tensors) -> NDArray[np.float32]:
    """A rounded weight in float32, whether this project rounded it or onnxruntime did."""
    if name + WHOLE in tensors:
        return np.asarray(tensors[name + WHOLE] * tensors[name + STEP], dtype=np.float32)
    whole = tensors[name + QUANTIZED].astype(np.int32) - tensors[f"{name}_zero_point"].astype(np.int32)
    return np.asarray(whole * tensors[f"{name}_scale"], dtype=np.float32)


def bias_after(node: onnx.NodeProto, readers: Mapping[str, onnx.NodeProto], tensors: Tensors) -> str:
    """The name of the bias that is added to what a matrix makes; raises BadGraph when there is none."""
    while node.output[0] in readers:
        node = readers[node.output[0]]
        if node.op_type == "Add":
            for name in node.input:
                if name in tensors:
                    return str(name)
            break
    raise BadGraph(f"the matrix of {node.name} has no bias to name it")


def config_of(weights: Mapping[str, NDArray[np.float32]]) -> BertConfig:
    """The configuration that the shapes of weights tell; raises KeyError for one that is missing."""
    vocabulary, hidden = weights["bert.embeddings.word_embeddings.weight"].shape
    layers = {name.split(".")[3] for name in weights if name.startswith("bert.encoder.layer.")}
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=len(layers),
        num_attention_heads=HEADS,
        intermediate_size=weights["bert.encoder.layer.0.intermediate.dense.bias"].shape[0],
        max_position_embeddings=weights["bert.embeddings.position_embeddings.weight"].shape[0],
        type_vocab_size=weights["bert.embeddings.token_type_embeddings.weight"].shape[0],
        id2label=dict(enumerate(OUTPUTS)),
        label2id={name: number for number, name in enumerate(OUTPUTS)},
        problem_type="multi_label_classification",
        architectures=["BertForSequenceClassification"],
    )
