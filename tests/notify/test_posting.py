"""The line to a push service: certificates are checked, nothing takes long, and the socket's door knows its sign-in."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.events import ConsentChanged
from accounts.models import SignIn
from consumers.commands import prepare
from consumers.streams import replay
from hearthside import clock, live
from hearthside.commands import find_command
from hearthside.config import BadConfiguration, read_config
from notify import posting
from notify.events import NoticesChanged
from notify.posting import NoAnswer, NotLeft, connect, post
from notify.pushing import contact_of
from tests.given import Browser, fresh_nonce, given_person
from tests.moderation.given_care import given_practice
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, given_notice, run_after, states, subscription


def certificate(folder: Path) -> Path:
    """A certificate for localhost that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(clock.now() - timedelta(days=1))
    made = made.not_valid_after(clock.now() + timedelta(days=1))
    path = folder / "own.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form)
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def slow_line(*, drip: bool) -> Iterator[int]:
    """A port that takes a request and never finishes an answer; with `drip` a byte comes now and then."""
    door = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        line, _ = door.accept()
        with line:
            line.recv(65_536)
            for byte in b"HTTP/1.1 201 Created\r\n" + b"X-Pad: 1\r\n" * 1000:
                if over.wait(0.1) or not drip:
                    break
                try:
                    line.send(bytes((byte,)))
                except OSError:
                    return
            over.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield door.getsockname()[1]
    over.set()
    door.close()
    thread.join(5)


@pytest.mark.parametrize("drip", [False, True])
def test_a_line_that_takes_too_long_is_cut(monkeypatch: pytest.MonkeyPatch, drip: bool) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_SECONDS", 1.0)
    with slow_line(drip=drip) as port:
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            post(f"http://127.0.0.1:{port}/x", b"x", {})
        assert time.monotonic() - began < 4


def test_a_certificate_that_nobody_vouches_for_is_no_push_service(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = door.accept()
        try:
            context.wrap_socket(line, server_side=True).close()
        except OSError:
            line.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with pytest.raises(NotLeft, match="SSLCertVerificationError"):
        connect("localhost", door.getsockname()[1], tls=True, inside=True)
    thread.join(5)
    door.close()


@pytest.mark.django_db
def test_a_slow_browser_holds_up_no_other(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_SECONDS", 3.0)
    ann = given_person()
    for name in ("slow", "slower", "quick"):
        add_device(Browser(ann), service.url(name))
    service.delays = {"slow": 5, "slower": 5}
    notice = given_notice(ann)
    began = time.monotonic()
    run_after()
    assert time.monotonic() - began < 5.5
    assert states(notice)["push"] == ("sent", "")


@pytest.mark.django_db
def test_whom_a_push_service_may_write_to(settings: Any) -> None:
    practice = given_practice(mail_from="")
    assert contact_of(practice) == "mailto:hearthside@localhost"
    assert contact_of(given_practice(mail_from="office@harbour.example")) == "mailto:office@harbour.example"
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, public_url="https://harbour.example")
    assert contact_of(given_practice(mail_from="")) == "https://harbour.example"
    for text, kept in (
        ("it@harbour.example", "mailto:it@harbour.example"),
        ("mailto:it@harbour.example", "mailto:it@harbour.example"),
        ("https://harbour.example/contact", "https://harbour.example/contact"),
        ("", ""),
    ):
        assert read_config({"HEARTHSIDE_PUSH_CONTACT": text}).push_contact == kept
    for text in ("http://harbour.example", "nobody", "a b@c", "javascript:alert(1)"):
        with pytest.raises(BadConfiguration, match="HEARTHSIDE_PUSH_CONTACT"):
            read_config({"HEARTHSIDE_PUSH_CONTACT": text})


@pytest.mark.django_db
def test_by_the_socket_a_browser_is_added_and_what_changed_is_heard_again(service: Service) -> None:
    ann = given_person()
    browser = Browser(ann)
    signin = SignIn.objects.get(person=ann)

    def rpc(name: str, /, **data: Any) -> dict[str, Any]:
        raw = msgspec.Raw(json.dumps({"nonce": fresh_nonce(), **data}).encode())
        prepared, _ = prepare(find_command(name), ann, signin.pk, raw)
        assert isinstance(prepared, live.Write)
        return live.write(prepared)

    answer = rpc("push.add", **subscription(service.url("phone"), Keys()))
    listed = browser.get("/api/notices/choices").json()["push"]["devices"]
    assert [(row["id"], row["this"]) for row in listed] == [(answer["id"], True)]
    rpc("notice.choose", kind="summary.published", channel="mail", on=False)
    heard = [type(one.event) for one in replay(ann.stream, 0)]
    assert heard == [ConsentChanged, NoticesChanged]
