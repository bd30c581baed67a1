"""Make the project importable in .venv and put its commands there, as an editable install does."""

from __future__ import annotations

import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys

from {module} import {function}

sys.exit({function}())
"""


def write_if_changed(path: Path, text: str, mode: int) -> None:
    """Write a file unless it already says so."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    path.chmod(mode)


def main() -> None:
    """Link the tree and write one script for each command that pyproject.toml names."""
    write_if_changed(Path(sysconfig.get_path("purelib")) / "hearthside.pth", f"{ROOT}\n", 0o644)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        script = COMMAND.format(python=sys.executable, module=module, function=function)
        write_if_changed(Path(sys.executable).parent / name, script, 0o755)


if __name__ == "__main__":
    main()
