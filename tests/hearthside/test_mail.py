"""Mail: sent by the server that is named, kept as a file in demo mode, and never in a log."""

from __future__ import annotations

import dataclasses
import email
import socket
import stat
import threading
from collections.abc import Iterator
from email import policy
from pathlib import Path

import pytest
from django.core.mail.backends.smtp import EmailBackend
from pytest_django import Settings

from hearthside import mail
from hearthside.config import BadConfiguration

TO, SUBJECT, TEXT = "ana@example.org", "A place in the group", "Dear Ana,\nöpen the link.\n"


class OneMailServer(threading.Thread):
    """An SMTP server on this machine that takes one message and keeps its lines."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.lines: list[bytes] = []

    def run(self) -> None:
        line, _ = self.door.accept()
        with line, line.makefile("rwb", buffering=0) as wire:
            wire.write(b"220 ready\r\n")
            while (heard := wire.readline()) and not heard.upper().startswith(b"QUIT"):
                self.lines.append(heard)
                if heard.upper().startswith(b"DATA"):
                    wire.write(b"354 go on\r\n")
                    while (part := wire.readline()) not in (b".\r\n", b""):
                        self.lines.append(part)
                wire.write(b"250 ok\r\n")
            wire.write(b"221 bye\r\n")
        self.door.close()


@pytest.fixture
def server() -> Iterator[OneMailServer]:
    running = OneMailServer()
    running.start()
    yield running
    running.door.close()


def configure(settings: Settings, folder: Path, *, demo: bool, url: str) -> None:
    settings.HEARTHSIDE = dataclasses.replace(settings.HEARTHSIDE, data=folder, demo=demo, mail_url=url)


def test_demo_mode_keeps_each_mail(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configure(settings, tmp_path, demo=True, url="")
    mail.send(TO, SUBJECT + "\nBcc: all@example.org", TEXT)
    mail.send(TO, SUBJECT, TEXT)
    first, second = sorted((tmp_path / "mail").glob("*.eml"))
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    read = email.message_from_bytes(second.read_bytes(), policy=policy.default)
    assert (read["To"], read["Subject"], read["Bcc"]) == (TO, SUBJECT, None)
    assert read.get_content() == TEXT
    logged = "".join(capfd.readouterr())
    assert TO not in logged
    assert "link" not in logged


def test_without_a_server_nothing_is_sent_or_kept(settings: Settings, tmp_path: Path) -> None:
    configure(settings, tmp_path, demo=False, url="")
    mail.send(TO, SUBJECT, TEXT)
    assert list(tmp_path.iterdir()) == []


def test_mail_goes_to_the_server_that_is_named(
    settings: Settings, tmp_path: Path, server: OneMailServer
) -> None:
    configure(settings, tmp_path, demo=False, url=f"smtp://127.0.0.1:{server.port}")
    mail.send(TO, SUBJECT, TEXT)
    server.join(5)
    assert any(TO.encode() in line for line in server.lines)
    assert f"Subject: {SUBJECT}\r\n".encode() in server.lines
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_away_is_an_error_for_the_job(settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    configure(settings, tmp_path, demo=False, url=f"smtp://127.0.0.1:{port}")
    with pytest.raises(OSError, match="refused"):
        mail.send(TO, SUBJECT, TEXT)


def test_forms_of_the_address() -> None:
    for url, expected in (
        ("smtp://mail.example.org", ("mail.example.org", 25, False, False, "", "")),
        ("smtps://mail.example.org", ("mail.example.org", 465, True, False, "", "")),
        (
            "smtp+tls://ana:p%40ss@mail.example.org:2525",
            ("mail.example.org", 2525, False, True, "ana", "p@ss"),
        ),
    ):
        made = mail.backend_for(url)
        assert isinstance(made, EmailBackend)
        found = (made.host, made.port, made.use_ssl, made.use_tls, made.username, made.password)
        assert found == expected
    for url in ("http://mail.example.org", "smtp://", "mail.example.org", "smtp://u:hunter2@"):
        with pytest.raises(BadConfiguration) as caught:
            mail.backend_for(url)
        assert "hunter2" not in str(caught.value)
