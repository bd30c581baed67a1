"""From int8 back to float32: each weight in its place, and as near as rounding allows."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from moderation.classifiers.outputs import OUTPUTS
from moderation.training.detoxify_folder import main
from moderation.training.exporting import export_detoxify, export_onnx, quantize
from moderation.training.rebuilding import HEADS, BadGraph, rebuild


@pytest.fixture(scope="module")
def small() -> BertForSequenceClassification:
    """An encoder of three small layers: exact ones and another."""
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=50, hidden_size=2 * HEADS, num_hidden_layers=3, num_attention_heads=HEADS, intermediate_size=48,
        max_position_embeddings=64, num_labels=len(OUTPUTS),
    )  # fmt: skip
    model = BertForSequenceClassification(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)  # of equal ones, new biases say, the exporter keeps only the first
    return model


def test_every_weight_comes_back(small: BertForSequenceClassification, tmp_path: Path) -> None:
    export_onnx(small, tmp_path / "float.onnx")
    quantize(tmp_path / "float.onnx", tmp_path / "int8.onnx")
    found = rebuild(tmp_path / "int8.onnx").state_dict()
    wanted = small.state_dict()
    assert set(found) == set(wanted)
    for name, weight in wanted.items():
        rows = weight.reshape(weight.shape[0], -1) if weight.ndim else weight
        step = (
            2 * rows.abs().max(dim=-1).values.unsqueeze(-1) / 127 if weight.ndim > 1 else torch.tensor(1e-7)
        )
        assert ((found[name] - weight).abs().reshape(rows.shape) <= step / 2 + 1e-7).all(), name


def test_all_large_weights_are_int8(small: BertForSequenceClassification, tmp_path: Path) -> None:
    export_onnx(small, tmp_path / "float.onnx")
    quantize(tmp_path / "float.onnx", tmp_path / "int8.onnx")
    large = [
        tensor for tensor in onnx.load(str(tmp_path / "int8.onnx")).graph.initializer if len(tensor.dims) > 1
    ]
    whole = (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)
    assert [tensor.name for tensor in large if 1 not in tensor.dims and tensor.data_type not in whole] == []


def test_another_graph_is_refused(small: BertForSequenceClassification, tmp_path: Path) -> None:
    export_onnx(small, tmp_path / "float.onnx")
    graph = onnx.load(str(tmp_path / "float.onnx"))
    graph.graph.initializer.pop(0)
    onnx.save(graph, str(tmp_path / "float.onnx"))
    with pytest.raises(BadGraph, match=r"float\.onnx is not an encoder"):
        rebuild(tmp_path / "float.onnx")


def test_an_export_does_not_mix_with_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "folder"
    monkeypatch.setattr("sys.argv", ["detoxify_folder", str(out)])
    assert main() == 0
    first = capsys.readouterr().out
    assert main() == 0  # an earlier export is written anew, and is the same
    assert capsys.readouterr().out == first
    (out / "notes.txt").write_text("mine")
    assert main() == 1
    assert "notes.txt" in capsys.readouterr().err


def test_the_exporter_needs_no_tokenizer_but_ours(
    small: BertForSequenceClassification, tmp_path: Path
) -> None:
    assert len(export_detoxify(small, tmp_path / "folder")) == 64
    assert (tmp_path / "folder" / "vocab.txt").read_text(encoding="utf-8").splitlines()[101] == "[CLS]"
