"""The project's own files as the house rules see them: path from the root, and text."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("hearthside", "accounts", "notify", "messaging", "community", "moderation", "consumers")
NOT_TEXT = {".png", ".jpg", ".webp", ".ico", ".woff2", ".wasm", ".onnx", ".npz"}

Sources = dict[str, str]


@functools.cache
def all_sources() -> Sources:
    """Every text file that is, or is about to be, part of the project."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = [ROOT / name for name in names if name and Path(name).suffix not in NOT_TEXT]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths if path.is_file()}


def python_sources(*folders: str) -> Sources:
    """The Python files below the folders (all of them when none is given), without migrations."""
    wanted = tuple(f"{folder}/" for folder in folders)
    return {
        path: text
        for path, text in all_sources().items()
        if path.endswith(".py") and "/migrations/" not in path and (not wanted or path.startswith(wanted))
    }


def calls(text: str) -> Iterator[tuple[ast.Call, str, str]]:
    """Each call in a file: its node, the name called, and the name it is called on or ''."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                owner = node.func.value
                on = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                yield node, node.func.attr, on
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id, ""
