"""Run all steps of `make check` or `make test`, go on after a failure, and say how long each took.

The steps of a test run that measure nothing go in two lanes beside each other: a test mostly waits for one core.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
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
        Step("front end types", ("npm", "run", "--silent", "check"), 45, ROOT / "frontend"),
        Step("house rules", (*PYTEST, "tests/house"), 30),
        Step("bandit", (str(BIN / "bandit"), "-q", "-c", "pyproject.toml", "-r", "asgi.py", *APPS), 20),
    ]


def test_steps(chromium: str) -> list[list[list[Step]]]:
    """Stages one after another, each of lanes beside each other, each of steps one after another.

    Python on SQLite, beside everything that uses the database again on PostgreSQL, the front end, and the API as it
    describes itself; then alone, because they measure times or bring a server to its limits, faults and load; then
    journeys.
    """
    browser = {"HEARTHSIDE_CHROMIUM": chromium}
    alone = ("tests/faults", "tests/load")
    # tests/detoxify needs torch, which this environment does not have: `make test-detoxify` runs it in one that does.
    described = "tests/test_openapi.py"  # takes minutes: in the other lane both end at about the same time
    elsewhere = ("tests/house", "tests/journeys", "tests/detoxify", described, *alone)
    rest = ("-m", "not timed", "tests", *(f"--ignore={folder}" for folder in elsewhere))
    folders = [f"tests/{app}" for app in APPS]
    python = str(BIN / "python")
    postgres = (python, "-m", "tests.given_postgres", *PYTEST, "-m", "django_db and not timed", *folders)
    timed = (*PYTEST, "-m", "timed", *folders)
    lanes = [
        [Step("Python tests, SQLite", (*PYTEST, *rest), 1300)],
        [
            Step("database tests, PostgreSQL", postgres, 1100),
            Step("front end tests", ("npm", "test", "--silent"), 90, ROOT / "frontend"),
            Step("the API as described", (*PYTEST, described), 300),
        ],
    ]
    quiet = [Step("faults and load", (*PYTEST, *alone), 480), Step("times", timed, 60)]
    if chromium:
        quiet.append(Step("journeys", (*PYTEST, "tests/journeys"), 2300, env=browser))
    return [lanes, [quiet]]


def run(step: Step, *, apart: bool = False) -> tuple[bool, float]:
    """Run one step; answers whether it passed, and its seconds. `apart`: its output is shown when it ends."""
    began = time.monotonic()
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | step.env
    with tempfile.TemporaryFile() as kept:
        print(f"\n== {step.name}{', beside others' if apart else ''}", flush=True)
        out, err = (kept, subprocess.STDOUT) if apart else (None, None)
        done = subprocess.run(step.command, cwd=step.folder, env=env, stdout=out, stderr=err, check=False)
        if apart:
            kept.seek(0)
            print(f"\n== {step.name}\n{kept.read().decode(errors='replace')}", flush=True)
    return done.returncode == 0, time.monotonic() - began


def run_stage(lanes: list[list[Step]]) -> list[tuple[Step, bool, float]]:
    """Run lanes beside each other; answers each step with whether it passed and its seconds."""
    apart = len(lanes) > 1

    def run_lane(steps: Iterable[Step]) -> list[tuple[Step, bool, float]]:
        return [(step, *run(step, apart=apart)) for step in steps]

    with ThreadPoolExecutor(len(lanes)) as threads:
        return [result for lane in threads.map(run_lane, lanes) for result in lane]


def find_chromium() -> str:
    """The browser for the journeys, got when it is missing; empty when it cannot be had."""
    found = subprocess.run(
        [ROOT / "scripts" / "get_chromium"], stdout=subprocess.PIPE, text=True, check=False
    )
    return found.stdout.strip()


def main(kind: str) -> int:
    """Run the steps of `check` or `test`; answers 1 when one failed."""
    chromium = find_chromium() if kind == "test" else ""
    stages = test_steps(chromium) if kind == "test" else [[check_steps()]]
    results = [result for stage in stages for result in run_stage(stage)]
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
