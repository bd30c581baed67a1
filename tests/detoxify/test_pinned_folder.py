"""Nothing is unpickled that the operator did not pin, and nothing is fetched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from hearthside.config import BadConfiguration, check_config, read_config
from hearthside.pinned import SUMS, write_sums
from moderation.classifiers import BadModel
from moderation.classifiers.detoxify import DetoxifyModel
from tests.detoxify.conftest import Exported

ROOT = Path(__file__).resolve().parent.parent.parent
# In a process of its own, where nothing of Detoxify was imported before: whoever looks for another machine fails.
OFFLINE = """
import sys
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise ConnectionError(event)
sys.addaudithook(watch)
import runpy
sys.argv = ["score", "--classifier", "detoxify"]
runpy.run_module("moderation.score", run_name="__main__")
"""


@dataclass
class Planted:
    """What a changed checkpoint does when it is unpickled: it leaves a mark."""

    mark: Path

    def __reduce__(self) -> tuple[Callable[..., None], tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.fixture
def copied(exported: Exported, tmp_path: Path) -> Path:
    """The exported folder at another place, for a test to spoil."""
    return Path(shutil.copytree(exported.folder, tmp_path / "copied"))


def asked(folder: Path, pin: str) -> subprocess.CompletedProcess[str]:
    """What the command line answers for two texts, without a network."""
    env = os.environ | {"HEARTHSIDE_DETOXIFY_FOLDER": str(folder), "HEARTHSIDE_DETOXIFY_SHA256": pin}
    lines = '{"id": 1, "text": "You are a worthless idiot."}\n{"id": 2, "text": "I slept well."}\n'
    return subprocess.run(
        [sys.executable, "-c", OFFLINE],
        cwd=ROOT,
        env=env,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_loads_offline_wherever_the_folder_lies(
    copied: Path, exported: Exported, detoxify: DetoxifyModel
) -> None:
    done = asked(copied, exported.pin)
    assert (done.returncode, done.stderr) == (0, "")
    rude, mild = (json.loads(line) for line in done.stdout.splitlines())
    here = detoxify.score(["You are a worthless idiot.", "I slept well."])
    assert (rude["id"], rude["scores"]) == (1, {name: here[0][name] for name in rude["scores"]})
    assert (mild["id"], mild["scores"]) == (2, {name: here[1][name] for name in mild["scores"]})


def test_the_network_is_watched() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE.replace("import runpy", "import socket; socket.create_connection(('::1', 9))")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ConnectionError" in done.stderr


def test_a_checkpoint_that_was_changed_is_never_unpickled(
    copied: Path, exported: Exported, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    torch.save({"config": Planted(mark), "state_dict": {}}, copied / "model.ckpt")
    with pytest.raises(BadModel, match="is not the file that SHA256SUMS lists"):
        DetoxifyModel(copied, exported.pin)
    assert not mark.exists()
    with pytest.raises(BadModel, match="Detoxify cannot load"):
        DetoxifyModel(copied, write_sums(copied))
    assert mark.exists()  # so the refusal came first, and the mark can be made


@pytest.mark.parametrize("name", ["model.ckpt", "config.json", "tokenizer.json"])
def test_one_wrong_byte_is_refused(copied: Path, exported: Exported, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(BadModel, match=f"{name} is not the file"):
        DetoxifyModel(copied, exported.pin)


def test_a_list_that_was_changed_too_is_refused(copied: Path, exported: Exported) -> None:
    (copied / "config.json").write_text("{}")
    write_sums(copied)
    with pytest.raises(BadModel, match=f"{SUMS} is not the pinned one"):
        DetoxifyModel(copied, exported.pin)


def test_a_folder_without_a_pin_is_refused(copied: Path, exported: Exported) -> None:
    with pytest.raises(BadModel, match="is not the pinned one"):
        DetoxifyModel(copied, "")
    for pin in ("", "0" * 64):
        with pytest.raises(BadConfiguration, match="HEARTHSIDE_DETOXIFY_SHA256"):
            check_config(read_config(settings(copied, pin)))
        assert asked(copied, pin).returncode != 0
    check_config(read_config(settings(copied, exported.pin)))
    (copied / SUMS).unlink()
    with pytest.raises(BadModel, match=f"no readable {SUMS}"):
        DetoxifyModel(copied, exported.pin)


def test_a_folder_without_a_checkpoint_is_refused(copied: Path) -> None:
    (copied / "model.ckpt").unlink()
    with pytest.raises(BadModel, match=r"has no model\.ckpt"):
        DetoxifyModel(copied, write_sums(copied))


def test_the_list_is_one_that_sha256sum_reads(exported: Exported) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=exported.folder, check=False
    )
    assert done.returncode == 0
    assert hashlib.sha256((exported.folder / SUMS).read_bytes()).hexdigest() == exported.pin


def settings(folder: Path, pin: str) -> dict[str, str]:
    """An operator's settings."""
    return {
        "HEARTHSIDE_CLASSIFIER": "detoxify",
        "HEARTHSIDE_DETOXIFY_FOLDER": str(folder),
        "HEARTHSIDE_DETOXIFY_SHA256": pin,
    }
