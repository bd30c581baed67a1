"""Weights rounded to int8, in two ways: for sums in int8, which are fast, and for sums in float32, which are exact.

onnxruntime rounds what goes into a fast matrix too, with one scale for all numbers of a call. In the first layers a few
numbers are far larger than the rest, the rest loses most by it, and that is most of what int8 changes in the answers.
There weights alone are rounded: the file is as small, and onnxruntime turns them back into float32 when it loads it.

The fast matrices use 7 of the 8 bits: with all 8, pairs of products overflow on processors that lack instructions for
int8 (VNNI), and the same text would score otherwise on them.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

EXACT_LAYERS = 3  # of the encoder, whose two large matrices are summed exactly: 1 to 3 ms for 32 tokens
EXACT = re.compile(rf"/model/bert/encoder/layer\.[0-{EXACT_LAYERS - 1}]/(intermediate|output)/dense/MatMul")
WHOLE, STEP = "_whole", "_step"  # a rounded weight is whole numbers, and a step for each row or column


def quantize(float_path: Path, path: Path) -> None:
    """Write the encoder with all its weights in int8."""
    model = onnx.load(str(float_path))
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        if node.op_type == "Gather" and node.input[0] in stored:
            nodes += looked_up(node, rounded(model.graph, stored[node.input[0]], axis=1))
        elif EXACT.fullmatch(node.name):
            nodes += multiplied(node, rounded(model.graph, stored[node.input[1]], axis=0))
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    with tempfile.TemporaryDirectory() as folder:
        half = str(Path(folder) / "half.onnx")
        onnx.save(model, half)
        quantize_dynamic(
            half, str(path), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
        )  # fmt: skip


def rounded(graph: onnx.GraphProto, tensor: onnx.TensorProto, axis: int) -> str:
    """Put a rounded weight in the place of a stored one; along `axis` its numbers share a step. Answers its name."""
    values: NDArray[np.float32] = numpy_helper.to_array(tensor)
    step = np.maximum(np.abs(values).max(axis=axis, keepdims=True) / 127, 1e-12).astype(np.float32)
    whole = np.clip(np.rint(values / step), -127, 127).astype(np.int8)
    graph.initializer.remove(tensor)
    graph.initializer.append(numpy_helper.from_array(whole, tensor.name + WHOLE))
    graph.initializer.append(numpy_helper.from_array(step, tensor.name + STEP))
    return str(tensor.name)


def looked_up(node: onnx.NodeProto, name: str) -> Iterator[onnx.NodeProto]:
    """An embedding: the rows that are looked up, each times its own step."""
    out = node.output[0]
    yield helper.make_node("Gather", [name + WHOLE, node.input[1]], [out + WHOLE], f"{node.name}{WHOLE}")
    yield helper.make_node("Gather", [name + STEP, node.input[1]], [out + STEP], f"{node.name}{STEP}")
    yield from scaled(out + WHOLE, out + STEP, out)


def multiplied(node: onnx.NodeProto, name: str) -> Iterator[onnx.NodeProto]:
    """A matrix that is summed exactly: made from whole numbers once, when the file is loaded."""
    yield from scaled(name + WHOLE, name + STEP, name)
    yield helper.make_node("MatMul", [node.input[0], name], list(node.output), node.name)


def scaled(whole: str, step: str, out: str) -> Iterator[onnx.NodeProto]:
    """Whole numbers times their steps."""
    yield helper.make_node("Cast", [whole], [f"{out}_cast"], f"{out}_cast", to=onnx.TensorProto.FLOAT)
    yield helper.make_node("Mul", [f"{out}_cast", step], [out], f"{out}_mul")
