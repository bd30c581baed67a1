"""The operator's settings: what works unset, and each refusal in words that name the setting."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hearthside.config import BadConfiguration, check_config, read_config, read_rates
from hearthside.pinned import write_sums

ROOT = Path(__file__).resolve().parent.parent.parent


def env(**values: str) -> dict[str, str]:
    return {f"HEARTHSIDE_{name.upper()}": value for name, value in values.items()}


def test_unset_everything_works() -> None:
    config = read_config({})
    assert (config.public_url, config.public_url_set, config.secure) == (
        "http://127.0.0.1:8000",
        False,
        False,
    )
    assert (config.demo, config.debug, config.sqlite, config.clock_file) == (False, False, True, None)
    assert config.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert config.secret_file == config.data / "keyring.json"
    assert config.audit_file == config.data / "audit.checkpoints"
    assert (config.classifier, config.classifier_shadow) == ("local", "")
    check_config(config)


def test_the_audit_file_may_lie_elsewhere(tmp_path: Path) -> None:
    check_config(read_config(env(audit_file=str(tmp_path / "checkpoints"))))
    with pytest.raises(BadConfiguration, match="HEARTHSIDE_AUDIT_FILE"):
        check_config(read_config(env(audit_file=str(tmp_path / "not there" / "checkpoints"))))


def test_what_is_set_is_read(tmp_path: Path) -> None:
    config = read_config(
        env(
            data=str(tmp_path),
            public_url="https://group.example.org:8443/",
            database_url="postgres://u@h/d",
            allowed_hosts="a.example, b.example,",
            trusted_proxies="10.0.0.1, 192.168.0.0/16",
            secret_file=str(tmp_path / "keys.json"),
            demo="1",
            clock_file=str(tmp_path / "clock"),
            rates="post.submit=5/s",
        )
    )
    assert (config.public_url, config.secure, config.sqlite) == (
        "https://group.example.org:8443",
        True,
        False,
    )
    assert config.allowed_hosts == ("a.example", "b.example")
    assert config.trusted_proxies == ("10.0.0.1", "192.168.0.0/16")
    assert (config.secret_file.name, config.demo) == ("keys.json", True)
    check_config(config, host="0.0.0.0")


def test_the_public_host_is_allowed() -> None:
    assert read_config(env(public_url="https://group.example.org")).allowed_hosts[-1] == "group.example.org"
    assert read_config(env(public_url="http://[2001:db8::1]:80")).allowed_hosts[-1] == "[2001:db8::1]"


REFUSED = [
    ("public_url", "group.example.org"),
    ("public_url", "ftp://group.example.org"),
    ("public_url", "https://"),
    ("public_url", "https://group.example.org/path"),
    ("public_url", "https://group.example.org?q=1"),
    ("public_url", "https://group.example.org#part"),
    ("public_url", "https://user:word@group.example.org"),
    ("public_url", "https://[group"),
    ("public_url", "https://group.example.org:port"),
    ("public_url", "https://group.example.org:99999"),
    ("classifier", "magic"),
    ("detoxify_sha256", "abc"),
    ("detoxify_sha256", "z" * 64),
    ("database_url", "mysql://u@h/d"),
    ("database_url", "somewhere"),
    ("trusted_proxies", "10.0.0.1,proxy.example.org"),
    ("trusted_proxies", "10.0.0.0/99"),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_values_of_another_form(name: str, value: str) -> None:
    with pytest.raises(BadConfiguration, match=f"HEARTHSIDE_{name.upper()}"):
        read_config(env(**{name: value}))


@pytest.mark.parametrize(
    ("values", "host", "named"),
    [
        ({"debug": "1"}, "127.0.0.1", "HEARTHSIDE_DEBUG"),
        ({"allowed_hosts": "*"}, "0.0.0.0", "HEARTHSIDE_ALLOWED_HOSTS"),
        ({"allowed_hosts": "a.example,*"}, "192.168.1.2", "HEARTHSIDE_ALLOWED_HOSTS"),
        ({"rates": "off"}, "127.0.0.1", "HEARTHSIDE_RATES"),
        ({"clock_file": "/tmp/clock"}, "127.0.0.1", "HEARTHSIDE_CLOCK_FILE"),
        ({"failpoint": "after_commit"}, "127.0.0.1", "HEARTHSIDE_FAILPOINT"),
    ],
)
def test_what_only_a_demo_may(values: dict[str, str], host: str, named: str) -> None:
    with pytest.raises(BadConfiguration, match=named):
        check_config(read_config(env(**values)), host=host)
    check_config(replace(read_config(env(**values)), demo=True), host=host)


def test_every_refusal_is_said_at_once() -> None:
    config = read_config(env(debug="1", rates="off", failpoint="x", audit_file="/not/there/checkpoints"))
    with pytest.raises(BadConfiguration) as refused:
        check_config(config)
    assert str(refused.value).count("\n") == 3
    check_config(read_config(env(allowed_hosts="*")))


@pytest.fixture
def pinned(tmp_path: Path) -> dict[str, str]:
    """Settings for Detoxify, with a folder that is what its pin says."""
    (tmp_path / "config.json").write_text("{}")
    return {
        "classifier": "detoxify",
        "detoxify_folder": str(tmp_path),
        "detoxify_sha256": write_sums(tmp_path),
    }


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages of Detoxify were there."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)


@pytest.mark.usefixtures("installed")
def test_detoxify_needs_a_folder_and_its_pin(pinned: dict[str, str], tmp_path: Path) -> None:
    check_config(read_config(env(**pinned)))
    check_config(read_config(env(**{**pinned, "detoxify_sha256": pinned["detoxify_sha256"].upper()})))
    for missing, named in (
        ({"detoxify_folder": ""}, "HEARTHSIDE_DETOXIFY_FOLDER: the folder"),
        ({"detoxify_sha256": ""}, "HEARTHSIDE_DETOXIFY_SHA256: the SHA-256"),
        ({"detoxify_folder": str(tmp_path / "not there")}, "There is no folder"),
        ({"detoxify_sha256": "0" * 64}, "SHA256SUMS is not the pinned one"),
    ):
        with pytest.raises(BadConfiguration, match=named):
            check_config(read_config(env(**{**pinned, **missing})))
    (tmp_path / "more.json").write_text("{}")
    with pytest.raises(BadConfiguration, match=r"more\.json is not listed"):
        check_config(read_config(env(**pinned)))
    check_config(read_config(env(**{**pinned, "classifier": "local"})))  # then nobody reads the folder


def test_detoxify_needs_its_packages(pinned: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadConfiguration, match=r"packages that are not installed: docs/operate\.md"):
        check_config(read_config(env(**pinned)))
    check_config(read_config(env(**{**pinned, "classifier": "rules"})))


def test_rates() -> None:
    assert read_rates("") == {}
    assert read_rates("post.submit=30/m:10, topic.create=2/s,") == {
        "post.submit": (0.5, 10.0),
        "topic.create": (2.0, 2.0),
    }
    assert read_rates("a=3600/h:5")["a"] == (1.0, 5.0)


@pytest.mark.parametrize(
    "text",
    [
        "post.submit",
        "a=30",
        "a=30/d",
        "a=/m",
        "a=x/m",
        "a=0/m",
        "a=-1/m",
        "a=30/m:0",
        "a=30/m:0.5",
        "a=nan/m",
        "a=inf/m",
        "a=1/m:nan",
        "a=1=2/m",
        "on",
    ],
)
def test_rates_of_another_form(text: str) -> None:
    with pytest.raises(BadConfiguration, match="HEARTHSIDE_RATES"):
        check_config(read_config(env(rates=text)))


@pytest.mark.parametrize("values", [{"rates": "off"}, {"public_url": "https://[x"}, {"trusted_proxies": "x"}])
def test_the_command_ends_with_2_and_plain_words(tmp_path: Path, values: dict[str, str]) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HEARTHSIDE_")}
    command = [sys.executable, "-m", "hearthside", "check"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=clean | env(data=str(tmp_path), **values),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Hearthside cannot start:\nHEARTHSIDE_")
    assert "Traceback" not in done.stderr
