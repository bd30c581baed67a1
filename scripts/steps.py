"""Run all steps of `make check` or `make test`, go on after a failure, and say how long each took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTEST = (str(BIN / "python"), "-m", "pytest", "-q")
APPS = ("hearthside", "accounts", "notify", "messaging", "community", "moderation", "consumers")


@dataclass(frozen=True)
class Step:
    """One command, with the seconds it may take on two cores."""

    name: str
    command: tuple[str, ...]
    budget: int
    folder: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)


def check_steps() -> list[Step]:
    """Style, types, layers, the front end's types, house rules, security."""
    own_data = {
        "HEARTHSIDE_DATA": str(ROOT / ".cache" / "check")
    }  # mypy reads the settings, which make a keyring
    return [
        Step("ruff", (str(BIN / "ruff"), "check", "--quiet", "."), 5),
        Step("format", (str(BIN / "ruff"), "format", "--check", "--quiet", "."), 5),
        Step("mypy", (str(BIN / "mypy"),), 60, env=own_data),
        Step("layers", (str(BIN / "lint-imports"),), 10),
        Step("front end types", ("npm", "run", "--silent", "check"), 30, ROOT / "frontend"),
        Step("house rules", (*PYTEST, "tests/house"), 20),
        Step("bandit", (str(BIN / "bandit"), "-q", "-c", "pyproject.toml", "-r", "asgi.py", *APPS), 15),
    ]


def test_steps(chromium: str) -> list[Step]:
    """Python on SQLite, everything that uses the database again on PostgreSQL, front end, journeys."""
    browser = {"HEARTHSIDE_CHROMIUM": chromium}
    # tests/detoxify needs torch, which this environment does not have: `make test-detoxify` runs it in one that does.
    rest = ("tests", "--ignore=tests/house", "--ignore=tests/journeys", "--ignore=tests/detoxify")
    folders = [f"tests/{app}" for app in APPS]
    postgres = (
        str(BIN / "python"),
        "-m",
        "tests.given_postgres",
        *PYTEST,
        "-m",
        "django_db and not timed",
        *folders,
    )
    steps = [
        Step("Python tests, SQLite", (*PYTEST, *rest), 60),
        Step("database tests, PostgreSQL", postgres, 60),
        Step("front end tests", ("npm", "test", "--silent"), 15, ROOT / "frontend"),
    ]
    if chromium:
        steps.append(Step("journeys", (*PYTEST, "tests/journeys"), 90, env=browser))
    return steps


def run(step: Step) -> tuple[bool, float]:
    """Run one step with its output shown; answers whether it passed, and its seconds."""
    print(f"\n== {step.name}", flush=True)
    began = time.monotonic()
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | step.env
    status = subprocess.run(step.command, cwd=step.folder, env=env, check=False).returncode
    return status == 0, time.monotonic() - began


def find_chromium() -> str:
    """The browser for the journeys, got when it is missing; empty when it cannot be had."""
    found = subprocess.run(
        [ROOT / "scripts" / "get_chromium"], stdout=subprocess.PIPE, text=True, check=False
    )
    return found.stdout.strip()


def main(kind: str) -> int:
    """Run the steps of `check` or `test`; answers 1 when one failed."""
    chromium = find_chromium() if kind == "test" else ""
    steps = test_steps(chromium) if kind == "test" else check_steps()
    results = [(step, *run(step)) for step in steps]
    print()
    for step, passed, seconds in results:
        late = ", over its budget" if seconds > step.budget else ""
        print(f"{'passed' if passed else 'FAILED'}  {step.name}: {seconds:.1f} s of {step.budget} s{late}")
    if kind == "test" and not chromium:
        print("FAILED  journeys: no Chromium. Get it with: sudo apt-get install chromium")
        return 1
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
