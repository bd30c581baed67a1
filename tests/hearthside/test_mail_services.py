"""Mail by a service: the key goes where the service wants it, nothing spies, and it is known whether a message left."""

from __future__ import annotations

import dataclasses
import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from hearthside import mail
from hearthside.config import BadConfiguration

TO, SUBJECT, TEXT = "ana@example.org", "Something new", "Hello,\n\nopen the link.\n"


class Service(BaseHTTPRequestHandler):
    """A service's interface on this machine: keeps what it is sent, answers as it is told."""

    kept: list[tuple[str, dict[str, str], Any]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.kept.append((self.path, headers, body))
        if self.status == 0:
            self.close_connection = True
            return
        answer = json.dumps({"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": TO, "SubmittedAt": "x"})
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(settings: Settings, tmp_path: Path) -> Iterator[type[Service]]:
    """A running service that stands for Postmark."""
    Service.kept, Service.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"postmark://Key-With-Capitals?api=http://127.0.0.1:{server.server_address[1]}/&timeout=5"
    settings.HEARTHSIDE = dataclasses.replace(settings.HEARTHSIDE, data=tmp_path, demo=False, mail_url=url)
    yield Service
    server.shutdown()
    server.server_close()


def test_a_service_is_handed_the_message_without_spies(service: type[Service]) -> None:
    mail.hand_over(TO, SUBJECT, TEXT, headers={"List-Unsubscribe": "<https://example.org/u>"})
    ((path, headers, body),) = service.kept
    sent = json.loads(body)
    assert path == "/email"
    assert headers["x-postmark-server-token"] == "Key-With-Capitals"
    assert (sent["To"], sent["Subject"], sent["TextBody"]) == (TO, SUBJECT, TEXT)
    assert sent["TrackOpens"] is False
    assert sent["TrackLinks"] == "None"
    assert {"Name": "List-Unsubscribe", "Value": "<https://example.org/u>"} in sent["Headers"]


@pytest.mark.parametrize(
    ("status", "later"), [(401, False), (403, False), (429, True), (500, True), (503, True)]
)
def test_a_refusal_says_that_nothing_left(service: type[Service], status: int, later: bool) -> None:
    service.status = status
    with pytest.raises(mail.NotLeft) as caught:
        mail.hand_over(TO, SUBJECT, TEXT)
    assert caught.value.may_work_later is later
    with pytest.raises(Exception, match=str(status)):
        mail.send(TO, SUBJECT, TEXT)


def test_no_answer_is_no_refusal(service: type[Service]) -> None:
    service.status = 0
    with pytest.raises(Exception, match="Error posting") as caught:
        mail.hand_over(TO, SUBJECT, TEXT)
    assert not isinstance(caught.value, mail.NotLeft)


def test_a_server_that_is_away_has_taken_nothing(settings: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"smtp://127.0.0.1:{port}"
    settings.HEARTHSIDE = dataclasses.replace(settings.HEARTHSIDE, data=tmp_path, demo=True, mail_url=url)
    with pytest.raises(mail.NotLeft) as caught:
        mail.hand_over(TO, SUBJECT, TEXT)
    assert caught.value.may_work_later
    assert not (tmp_path / "mail").exists(), "what did not leave is not kept as if it had"


@pytest.mark.parametrize(
    ("error", "later"),
    [
        (smtplib.SMTPRecipientsRefused({TO: (550, b"no such user")}), False),
        (smtplib.SMTPRecipientsRefused({TO: (450, b"later")}), True),
        (smtplib.SMTPDataError(554, b"no"), False),
        (smtplib.SMTPDataError(451, b"later"), True),
        (smtplib.SMTPServerDisconnected("gone"), None),
        (TimeoutError(), None),
        (OSError(), None),
    ],
)
def test_what_an_error_of_a_mail_server_says(error: Exception, later: bool | None) -> None:
    assert mail.may_work_later(error) is later


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("postmark://TOKEN", "postmark"),
        ("mailgun://KEY-1@mail.example.org", "mailgun"),
        ("mailgun://KEY-1@mail.example.org?api=https://api.eu.mailgun.net/v3", "mailgun"),
        ("sendgrid://SG.abc-DEF", "sendgrid"),
        ("brevo://xkeysib-1", "brevo"),
        ("resend://re_1", "resend"),
        ("mailersend://mlsn.1", "mailersend"),
        ("sparkpost://KEY", "sparkpost"),
    ],
)
def test_services_by_their_form(url: str, kind: str) -> None:
    made: Any = mail.backend_for(url)
    assert type(made).__module__ == f"anymail.backends.{kind}"
    key = url.partition("://")[2].partition("@")[0].partition("?")[0]
    assert key in (
        getattr(made, "api_key", ""),
        getattr(made, "server_token", ""),
        getattr(made, "api_token", ""),
    )
    if "eu." in url:
        assert made.api_url == "https://api.eu.mailgun.net/v3/"


@pytest.mark.parametrize(
    "url",
    [
        "postmark://", "mailgun://hunter2", "sendgrid://hunter2@example.org", "smoke://hunter2",
        "smtp://u:hunter2@mail.example.org:port", "smtp://mail.example.org?timeout=hunter2", "postmark://hunter2?timeout=0",
    ],
)  # fmt: skip
def test_other_forms_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        mail.backend_for(url)
    assert "hunter2" not in str(caught.value)
