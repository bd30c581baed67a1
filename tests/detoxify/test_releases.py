"""Any Detoxify release is understood: its labels under our names, 0 for what it lacks, nothing for what we lack."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from detoxify import Detoxify

from hearthside.pinned import write_sums
from moderation.classifiers import BadModel
from moderation.classifiers.detoxify import DetoxifyModel
from moderation.classifiers.outputs import LABELS
from moderation.scoring import sound
from tests.detoxify.given_releases import (
    MULTILINGUAL,
    ORIGINAL,
    SMALL,
    UNBIASED,
    Release,
    make_model,
    make_release,
    make_tokenizer,
    save_checkpoint,
)

TEXTS = ["you are an idiot", "calm days", "rain"]
OURS = {"identity_hate": "identity_attack", "sexual_explicit": "sexual"}


@pytest.mark.parametrize(
    "release", [ORIGINAL, UNBIASED, MULTILINGUAL, SMALL], ids=lambda release: release.base
)
def test_labels_keep_their_meaning(release: Release, tmp_path: Path) -> None:
    pin = make_release(release, tmp_path / "release")
    rows = sound(DetoxifyModel(tmp_path / "release", pin).score(TEXTS), len(TEXTS))
    tokenizer = make_tokenizer(release.tokenizer_name)
    model = make_model(release, len(tokenizer))
    for text, row in zip(TEXTS, rows, strict=True):
        with torch.no_grad():
            expected = torch.sigmoid(model(**tokenizer(text, return_tensors="pt")).logits)[0]
        named = {
            OURS.get(name, name): float(score)
            for name, score in zip(release.classes, expected[: len(release.classes)], strict=True)
        }
        assert set(row) == set(LABELS)
        for label in LABELS:
            assert row[label] == pytest.approx(named.get(label, 0.0), abs=1e-4)
    assert len({row["toxicity"] for row in rows}) == len(TEXTS)


def test_detoxify_alone_would_look_for_the_base_elsewhere(tmp_path: Path) -> None:
    make_release(ORIGINAL, tmp_path / "release")
    with pytest.raises(OSError, match="bert-base-uncased"):
        Detoxify(
            checkpoint=tmp_path / "release" / "model.ckpt", huggingface_config_path=str(tmp_path / "release")
        )


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    make_release(ORIGINAL, folder)
    model = make_model(ORIGINAL, 14)
    del model.classifier  # transformers would make one up, and say so in a warning
    save_checkpoint(ORIGINAL, model, folder)
    with pytest.raises(BadModel, match=r"it lacks classifier\.weight"):
        DetoxifyModel(folder, write_sums(folder))


def test_a_checkpoint_with_another_count_of_labels_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    make_release(ORIGINAL, folder)
    model = make_model(UNBIASED, 14)
    save_checkpoint(UNBIASED, model, folder)
    with pytest.raises(BadModel, match="Detoxify cannot load"):
        DetoxifyModel(folder, write_sums(folder))


def test_a_model_of_other_things_is_refused(tmp_path: Path) -> None:
    sports = Release(ORIGINAL.model_name, ORIGINAL.tokenizer_name, ORIGINAL.base, ("chess", "rowing"), 2)
    pin = make_release(sports, tmp_path / "release")
    with pytest.raises(BadModel, match="none of the labels"):
        DetoxifyModel(tmp_path / "release", pin)
