"""Folders as an operator lays out a Detoxify release, with tiny random weights in the place of the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from hearthside.pinned import write_sums

WORDS = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "you", "are", "an", "id", "##iot", "calm", "day", "##s", "rain",
]  # fmt: skip
TINY = {
    "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
    "max_position_embeddings": 514,
}  # fmt: skip


@dataclass(frozen=True)
class Release:
    """What a release's checkpoint says of itself; its base model is not on this machine."""

    model_name: str
    tokenizer_name: str
    base: str
    classes: tuple[str, ...]
    outputs: int


ORIGINAL = Release(
    "BertForSequenceClassification", "BertTokenizer", "bert-base-uncased",
    ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_hate"), 6,
)  # fmt: skip
UNBIASED = Release(
    "RobertaForSequenceClassification", "RobertaTokenizer", "roberta-base",
    ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit"), 16,
)  # fmt: skip
MULTILINGUAL = Release(
    "XLMRobertaForSequenceClassification", "XLMRobertaTokenizer", "xlm-roberta-base",
    ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit"), 16,
)  # fmt: skip
SMALL = Release(
    "AlbertForSequenceClassification", "AlbertTokenizer", "albert-base-v2",
    ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_hate"), 6,
)  # fmt: skip


def make_release(release: Release, folder: Path) -> str:
    """Write a release's folder; answers its pin."""
    folder.mkdir()
    tokenizer = make_tokenizer(release.tokenizer_name)
    tokenizer.save_pretrained(folder)
    model = make_model(release, len(tokenizer))
    model.config.save_pretrained(folder)
    save_checkpoint(release, model, folder)
    return write_sums(folder)


def make_tokenizer(name: str) -> Any:
    """A tokenizer of the kind that a release uses, with very few words."""
    kind = getattr(transformers, name)
    if name == "BertTokenizer":
        return kind(vocab={word: number for number, word in enumerate(WORDS)}, model_max_length=512)
    if name == "RobertaTokenizer":
        letters = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *"abcdefghijklmnopqrstuvwxyz", "Ġ"]
        return kind(
            vocab={word: number for number, word in enumerate(letters)}, merges=[], model_max_length=512
        )
    marks = (
        ["<s>", "<pad>", "</s>", "<unk>"]
        if name == "XLMRobertaTokenizer"
        else ["<pad>", "<unk>", "[CLS]", "[SEP]"]
    )
    pieces = [(word, 0.0) for word in marks] + [(letter, -2.0) for letter in "▁abcdefghijklmnopqrstuvwxyz"]
    return kind(vocab=pieces, model_max_length=512)


def make_model(release: Release, vocabulary: int) -> Any:
    """A tiny model of the class that a release names."""
    kind = getattr(transformers, release.model_name)
    torch.manual_seed(1)
    config = kind.config_class(
        vocab_size=vocabulary, embedding_size=16, num_labels=release.outputs, pad_token_id=0, **TINY
    )
    model = kind(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)  # so that labels differ
    return model


def save_checkpoint(release: Release, model: Any, folder: Path) -> None:
    """The checkpoint as Detoxify's own conversion leaves it."""
    arch = {
        "type": "BERT",
        "args": {
            "num_classes": release.outputs, "model_type": release.base, "model_name": release.model_name,
            "tokenizer_name": release.tokenizer_name,
        },
    }  # fmt: skip
    config = {"arch": arch, "dataset": {"args": {"classes": list(release.classes)}}}
    torch.save({"config": config, "state_dict": model.state_dict()}, folder / "model.ckpt")
