"""Mail out: one plain-text message to one person, by the server that HEARTHSIDE_MAIL_URL names.

Used from jobs and from the sign-in adapter only, so a slow mail server delays nobody. In demo mode each
message is also written to the data folder, where the person who tries the product can read it.
"""

from __future__ import annotations

import os
import uuid
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from hearthside import clock
from hearthside.config import BadConfiguration

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}

log = structlog.get_logger(__name__)


def send(to: str, subject: str, text: str) -> None:
    """Send one message; raises what the mail server's connection raises, so that the job tries again."""
    message = EmailMessage(one_line(subject), text, sender(), [to])
    message_id = uuid.uuid4()
    if settings.HEARTHSIDE.demo:
        keep_copy(message, message_id)
    if not settings.HEARTHSIDE.mail_url:
        log.info("mail.not_configured", message=str(message_id))
        return
    message.connection = backend_for(settings.HEARTHSIDE.mail_url)
    message.send()
    log.info("mail.sent", message=str(message_id))


def one_line(subject: str) -> str:
    """A subject without line breaks, which mail headers may not hold."""
    return " ".join(subject.split())


def sender() -> str:
    """The address mail comes from."""
    return str(settings.HEARTHSIDE.mail_from)


def backend_for(url: str) -> EmailBackend:
    """The connection for smtp://, smtps:// or smtp+tls://user:password@host:port.

    Raises BadConfiguration for any other form; its text never shows the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadConfiguration(
            "HEARTHSIDE_MAIL_URL must look like smtp+tls://user:password@mail.example.org:587."
        )
    seconds = parse_qs(parts.query).get("timeout", [str(TIMEOUT_SECONDS)])[0]
    return EmailBackend(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=parts.scheme == "smtps",
        use_tls=parts.scheme == "smtp+tls",
        timeout=int(seconds),
    )


def keep_copy(message: EmailMessage, message_id: uuid.UUID) -> None:
    """Write the message as a file that only the server's own user can read."""
    folder = settings.HEARTHSIDE.data / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{clock.now():%Y%m%dT%H%M%S.%f}-{message_id}.eml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(message.message().as_bytes())
