"""Mail out: one plain-text message to one person, by the server or service that HEARTHSIDE_MAIL_URL names.

Used from jobs and from the sign-in adapter only, so a slow mail server delays nobody. In demo mode each
message is also written to the data folder, where the person who tries the product can read it.
"""

from __future__ import annotations

import os
import smtplib
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string
from requests.exceptions import ConnectTimeout

from hearthside import clock
from hearthside.config import BadConfiguration

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}
# Services that send mail, by scheme: what django-anymail calls their key.
SERVICES = {
    "postmark": "server_token",
    "mailgun": "api_key",
    "sendgrid": "api_key",
    "brevo": "api_key",
    "resend": "api_key",
    "mailersend": "api_token",
    "sparkpost": "api_key",
}
FORMS = (
    "HEARTHSIDE_MAIL_URL must look like smtp+tls://user:password@mail.example.org:587, or postmark://TOKEN, "
    "mailgun://KEY@mail.example.org, sendgrid://KEY (docs/operate.md lists the services)."
)

log = structlog.get_logger(__name__)


class NotLeft(Exception):
    """No part of the message has been taken; `may_work_later` unless the refusal was for good."""

    def __init__(self, cause: Exception, *, may_work_later: bool) -> None:
        super().__init__(type(cause).__name__)
        self.may_work_later = may_work_later


def send(to: str, subject: str, text: str) -> None:
    """Send one message; raises what the mail server's connection raises, so that the job tries again."""
    try:
        hand_over(to, subject, text)
    except NotLeft as error:
        raise error.__cause__ or error from None


def hand_over(
    to: str,
    subject: str,
    text: str,
    *,
    headers: Mapping[str, str] | None = None,
    letter: uuid.UUID | None = None,
) -> None:
    """The same for whoever must know whether it left: raises NotLeft when surely not, anything else when unsure.

    `letter` is this message's own id, for one that could be sent again.
    """
    message_id = letter or uuid.uuid4()
    head = {
        "Message-ID": f"<{message_id}@{urlsplit(settings.HEARTHSIDE.public_url).hostname}>",
        **(headers or {}),
    }
    message = EmailMessage(one_line(subject), text, sender(), [to], headers=head)
    if settings.HEARTHSIDE.mail_url:
        post(message)
        log.info("mail.sent", message=str(message_id))
    else:
        log.info("mail.not_configured", message=str(message_id))
    if settings.HEARTHSIDE.demo:
        keep_copy(message, message_id)


def post(message: EmailMessage) -> None:
    """Hand a message to the server or service; raises NotLeft when surely nothing left."""
    message.track_opens = message.track_clicks = False  # type: ignore[attr-defined]  # services add spies otherwise
    line: Any = backend_for(settings.HEARTHSIDE.mail_url)
    try:
        line.open()
    except (OSError, AnymailError) as error:  # smtplib's errors are among them
        raise NotLeft(error, may_work_later=True) from error
    try:
        line.send_messages([message])
    except Exception as error:
        if (later := may_work_later(error)) is not None:
            raise NotLeft(error, may_work_later=later) from error
        raise
    finally:
        line.close()


def may_work_later(error: Exception) -> bool | None:
    """For an error after which surely nothing left: whether it may work another time. None when nobody can say."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return all(code < 500 for code in codes)
        case smtplib.SMTPResponseException():
            return error.smtp_code < 500
        case AnymailRecipientsRefused():
            return False
        case AnymailRequestsAPIError() if error.status_code is not None:
            return bool(error.status_code == 429 or error.status_code >= 500)
        case ConnectTimeout():
            return True
    return None


def one_line(subject: str) -> str:
    """A subject without line breaks, which mail headers may not hold."""
    return " ".join(subject.split())


def sender() -> str:
    """The address mail comes from."""
    return str(settings.HEARTHSIDE.mail_from)


def backend_for(url: str) -> BaseEmailBackend:
    """The connection for smtp://, smtps:// or smtp+tls://user:password@host:port, or for one of SERVICES.

    Raises BadConfiguration for any other form; its text never shows the password.
    """
    scheme = url.partition("://")[0]
    if scheme in SERVICES:
        return service_for(scheme, url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadConfiguration(FORMS) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadConfiguration(FORMS)
    return EmailBackend(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=parts.scheme == "smtps",
        use_tls=parts.scheme == "smtp+tls",
        timeout=seconds_in(parts.query),
    )


def service_for(scheme: str, url: str) -> BaseEmailBackend:
    """The connection to a service: SCHEME://KEY, for mailgun SCHEME://KEY@DOMAIN; `?api=` is another address of it.

    Raises BadConfiguration.
    """
    rest, _, query = url.partition("://")[2].partition("?")
    key, _, domain = rest.rstrip("/").partition("@")  # a key keeps its capitals, which a host name would not
    if not key or bool(domain) != (scheme == "mailgun"):
        raise BadConfiguration(FORMS)
    options: dict[str, Any] = {SERVICES[scheme]: unquote(key)}
    if domain:
        options["sender_domain"] = domain
    if api := parse_qs(query).get("api"):
        options["api_url"] = api[0]
    backend = import_string(f"anymail.backends.{scheme}.EmailBackend")
    made: BaseEmailBackend = backend(timeout=seconds_in(query), ignore_unsupported_features=True, **options)
    return made


def seconds_in(query: str) -> int:
    """The `timeout` of a query, 20 seconds without one; raises BadConfiguration."""
    text = parse_qs(query).get("timeout", [str(TIMEOUT_SECONDS)])[0]
    if not text.isdecimal() or not 1 <= int(text) <= 300:
        raise BadConfiguration("HEARTHSIDE_MAIL_URL: timeout takes seconds from 1 to 300.")
    return int(text)


def keep_copy(message: EmailMessage, message_id: uuid.UUID) -> None:
    """Write the message as a file that only the server's own user can read."""
    folder = settings.HEARTHSIDE.data / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{clock.now():%Y%m%dT%H%M%S.%f}-{message_id}.eml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(message.message().as_bytes())
