"""A file is at most 400 lines, an action 40, any other function 60; no file is a drawer."""

from __future__ import annotations

import ast
from pathlib import PurePath

from tests.house.source import Sources, all_sources, python_sources

FILE_LINES = 400
ACTION_LINES = 40
FUNCTION_LINES = 60
WRITTEN = {".py", ".ts", ".svelte", ".css", ".sh", ".md", ""}
NOT_WRITTEN_BY_HAND = {"frontend/src/wire.ts", "LICENSE"}
DRAWERS = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "signals"}


def long_files(sources: Sources) -> list[str]:
    """Files over the limit; migrations and generated files are not read by people."""
    return [
        f"{path}: {lines} lines"
        for path, text in sources.items()
        if PurePath(path).suffix in WRITTEN
        and path not in NOT_WRITTEN_BY_HAND
        and "/migrations/" not in path
        and (lines := text.count("\n")) > FILE_LINES
    ]


def is_actions(path: str) -> bool:
    """True for an app's actions.py and the files of its actions folder."""
    return path.endswith("/actions.py") or "/actions/" in path


def long_functions(sources: Sources) -> list[str]:
    """Functions over the limit, docstring not counted."""
    found = []
    for path, text in sources.items():
        limit = ACTION_LINES if is_actions(path) else FUNCTION_LINES
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                lines = (node.end_lineno or 0) - first.lineno + 1
                if lines > limit:
                    found.append(f"{path}: {node.name} has {lines} lines")
    return found


def drawers(sources: Sources) -> list[str]:
    """Files or folders named for nothing in particular."""
    return [
        path for path in sources if DRAWERS & {PurePath(part).stem.lower() for part in PurePath(path).parts}
    ]


def test_files_are_short() -> None:
    assert long_files(all_sources()) == []


def test_functions_are_short() -> None:
    assert long_functions(python_sources()) == []


def test_no_file_is_a_drawer() -> None:
    assert drawers(all_sources()) == []


def test_the_rules_can_fail() -> None:
    assert long_files({"a.py": "\n" * 401, "b.py": "\n" * 400}) == ["a.py: 401 lines"]
    body = "def f():\n" + "    x = 1\n" * 41
    planted = {"community/actions/posts.py": body, "community/queries.py": body}
    assert long_functions(planted) == ["community/actions/posts.py: f has 41 lines"]
    assert len(long_functions({"a.py": "def f():\n" + "    x = 1\n" * 61})) == 1
    planted = {"a/utils.py": "", "helpers/b.ts": "", "a/useful.py": ""}
    assert drawers(planted) == ["a/utils.py", "helpers/b.ts"]
