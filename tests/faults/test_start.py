"""Starting: the one line on stdout, the port, and plain words with exit code 2 for what cannot work."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.consumers.given import copied_server, environment
from tests.server import ROOT, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with copied_server() as running:
        yield running


def run(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a `hearthside` command to its end."""
    command = [sys.executable, "-m", "hearthside", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_stdout_is_one_line(server: Server, tmp_path: Path) -> None:
    with (
        (tmp_path / "out").open("w") as out,
        subprocess.Popen(
            [sys.executable, "-m", "hearthside", "serve", "--port", "0"],
            cwd=ROOT,
            env=environment(tmp_path / "data"),
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"Serving on (http://127\.0\.0\.1:(\d+))\n", line)
        assert found, line
        assert httpx.get(f"{found[1]}/readyz", trust_env=False).status_code == 200
        process.terminate()
        assert process.wait(5) == 0
        assert process.stdout.read() == ""
    keyring = tmp_path / "data" / "keyring.json"
    assert os.stat(keyring).st_mode & 0o777 == 0o600


def test_a_second_server_on_the_same_data_is_refused(server: Server) -> None:
    done = run(server.env, "serve", "--port", "0")
    assert done.returncode == 2
    assert "serving from" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert httpx.get(f"{server.base}/readyz", trust_env=False).status_code == 200


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(environment(tmp_path / "data"), "serve", "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_demo_may_be_repeated_while_serving(server: Server) -> None:
    before = [row["email"] for row in server.accounts]
    after = [
        row["email"] for row in server.make_demo(len([row for row in server.accounts if row.get("load")]))
    ]
    assert after == before


BAD = {
    "a wildcard on a public address": ({"allowed_hosts": "*"}, ["--host", "0.0.0.0"], "ALLOWED_HOSTS"),
    "debug": ({"debug": "1"}, [], "DEBUG"),
    "no rates": ({"rates": "off"}, [], "RATES"),
    "rates of another form": ({"rates": "post.submit=many"}, [], "RATES"),
    "a failpoint": ({"failpoint": "after_commit"}, [], "FAILPOINT"),
    "a clock": ({"clock_file": "/tmp/clock"}, [], "CLOCK_FILE"),
    "a public address with a path": ({"public_url": "https://example.org/group"}, [], "PUBLIC_URL"),
    "a public address without a scheme": ({"public_url": "example.org"}, [], "PUBLIC_URL"),
    "a classifier that is not there": ({"classifier": "oracle"}, [], "CLASSIFIER"),
    "Detoxify without its folder": ({"classifier": "detoxify"}, [], "DETOXIFY_FOLDER"),
}


@pytest.mark.parametrize("command", ["serve", "check"])
@pytest.mark.parametrize(("settings", "words", "named"), BAD.values(), ids=BAD)
def test_bad_configuration_ends_with_2(
    tmp_path: Path, command: str, settings: dict[str, str], words: list[str], named: str
) -> None:
    env = environment(tmp_path / "data", **{"demo": "", "rates": "", **settings})
    port = ["--port", "0"] if command == "serve" else []
    done = run(env, command, *port, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"HEARTHSIDE_{named}" in done.stderr
    assert "Traceback" not in done.stderr
