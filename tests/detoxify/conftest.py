"""What the tests of Detoxify share: the shipped model as its folder and as ONNX, and no network for anybody."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from moderation.classifiers.detoxify import DetoxifyModel
from moderation.classifiers.local import FOLDER
from moderation.training.detoxify_folder import make_folder
from moderation.training.exporting import export_onnx
from moderation.training.rebuilding import rebuild
from moderation.training.texts import read_texts
from tests.detoxify.given_encoder import Encoder

MANY = 1_000


@dataclass(frozen=True)
class Exported:
    """The folder that the exporter wrote, and what it printed."""

    folder: Path
    pin: str


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Whoever wants to reach another machine fails."""

    def refuse(*args: Any, **named: Any) -> Any:
        raise AssertionError("a test of Detoxify wanted the network")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The shipped model, exported for Detoxify."""
    folder = tmp_path_factory.mktemp("exported") / "folder"
    return Exported(folder, make_folder(FOLDER, folder))


@pytest.fixture(scope="session")
def detoxify(exported: Exported) -> DetoxifyModel:
    """The backend on the exported folder."""
    return DetoxifyModel(exported.folder, exported.pin)


@pytest.fixture(scope="session")
def int8_path() -> Path:
    """The encoder as it ships."""
    facts = json.loads((FOLDER / "model.json").read_text(encoding="utf-8"))
    return FOLDER / str(facts["encoder"])


@pytest.fixture(scope="session")
def int8(detoxify: DetoxifyModel, int8_path: Path) -> Encoder:
    """The shipped encoder alone, without the linear model."""
    return Encoder(int8_path, detoxify.windows)


@pytest.fixture(scope="session")
def float32(detoxify: DetoxifyModel, int8_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The same weights in float32 and as ONNX."""
    path = tmp_path_factory.mktemp("float32") / "encoder.onnx"
    export_onnx(rebuild(int8_path), path)
    return Encoder(path, detoxify.windows)


@pytest.fixture(scope="session")
def many() -> list[str]:
    """A thousand of our own texts, from all files."""
    texts = [text.text for text in read_texts()]
    assert len(texts) >= MANY
    return [texts[number * len(texts) // MANY] for number in range(MANY)]
