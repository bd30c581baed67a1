"""From a fine-tuned encoder to files: float32 ONNX, int8 ONNX (rounding.py), and a folder that Detoxify loads."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from hearthside.pinned import SUMS, write_sums
from moderation.classifiers.outputs import OUTPUTS
from moderation.training.encoder import BASE
from moderation.training.rounding import quantize

__all__ = ["export_detoxify", "export_onnx", "quantize"]

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")
DETOXIFY_FILES = (*TOKENIZER_FILES, "config.json", "model.ckpt", SUMS)
MARKS = {
    "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]",
}  # fmt: skip


class Logits(torch.nn.Module):
    """The model with ids and mask in, logits out: no segment ids, for there is one segment."""

    def __init__(self, model: BertForSequenceClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """One row of logits for each text."""
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def export_onnx(model: BertForSequenceClassification, path: Path) -> None:
    """The encoder in float32."""
    model.eval()  # an export may have put it back to training
    example = (torch.ones((2, 16), dtype=torch.long), torch.ones((2, 16), dtype=torch.long))
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits(model), example, str(path), input_names=["input_ids", "attention_mask"],
            output_names=["logits"], opset_version=17, dynamo=False,
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "texts"}},
        )  # fmt: skip
    model.eval()


def export_detoxify(
    model: BertForSequenceClassification, folder: Path, tokenizer: Path = BASE / "tokenizer.json"
) -> str:
    """Write a folder for `Detoxify(checkpoint=folder/"model.ckpt", huggingface_config_path=folder)`, anew.

    Detoxify counts labels by config.json, and resolves `model_type` by from_pretrained although it then does not use
    it, so the folder itself stands there. `tokenizer` is the model's tokenizer.json. Answers the digest that pins the
    folder (HEARTHSIDE_DETOXIFY_SHA256). Raises FileExistsError for a folder with files that are not such an export.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if strangers := {path.name for path in folder.iterdir()} - set(DETOXIFY_FILES):
        raise FileExistsError(f"{folder} is for the export alone, and has {sorted(strangers)[0]}")
    model.config.save_pretrained(folder)
    write_tokenizer(tokenizer, folder, model.config.max_position_embeddings)
    arch = {
        "type": "BERT",
        "args": {
            "num_classes": len(OUTPUTS), "model_type": str(folder.resolve()), "tokenizer_name": "BertTokenizer",
            "model_name": "BertForSequenceClassification",
        },
    }  # fmt: skip
    checkpoint = {
        "config": {"arch": arch, "dataset": {"args": {"classes": list(OUTPUTS)}}},
        "state_dict": model.state_dict(),
    }
    torch.save(checkpoint, folder / "model.ckpt")
    return write_sums(folder)


def write_tokenizer(source: Path, folder: Path, longest: int) -> None:
    """The files that transformers reads a BertTokenizer from, old releases too, made from one tokenizer.json."""
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"))
    words = sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word, _ in words), encoding="utf-8")
    normalizer = json.loads(source.read_text(encoding="utf-8"))["normalizer"]
    facts = {
        "tokenizer_class": "BertTokenizer",
        "model_max_length": longest,
        "do_lower_case": normalizer["lowercase"],
        "strip_accents": normalizer["strip_accents"],
        "tokenize_chinese_chars": normalizer["handle_chinese_chars"],
        **MARKS,
    }
    for name, content in (("tokenizer_config.json", facts), ("special_tokens_map.json", MARKS)):
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
