"""Web Push: sealed for one browser (RFC 8291), signed by the practice (RFC 8292), handed to a push service."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from py_vapid import Vapid
from pywebpush import WebPusher

from accounts.models import Practice
from hearthside import live
from hearthside.clock import now
from notify import outcome, posting
from notify.actions.devices import ensure_push_key
from notify.kinds import KINDS
from notify.models import Notice, PushDevice, PushKey
from notify.outcome import Browsers, Outcome, browsers_of
from notify.taking_turns import Push, Target, push_in_turn

LASTS = timedelta(hours=12)  # that the push service keeps it for a browser that is off
SIGNED_FOR = timedelta(hours=6)
ALTOGETHER_SECONDS = 30.0
GONE = (404, 410)
NO_ANSWER = outcome.unknown("no_answer")

log = structlog.get_logger(__name__)
_calling = ThreadPoolExecutor(
    20, thread_name_prefix="call"
)  # slow services of others hold up no call to help


@dataclass(frozen=True)
class Signer:
    """The practice's key and whom a push service may write to."""

    private: str
    contact: str


def push_notice(
    notice: Notice, practice: Practice, devices: Sequence[PushDevice]
) -> tuple[Outcome, Browsers]:
    """Push a notice to these browsers: how it ended, and what became of each.

    A call goes to all at once, anything else to two at a time.
    """
    urgent = KINDS[notice.kind].urgent
    signer = Signer(read_key().private, contact_of(practice))
    payload = write_payload(notice, practice)
    targets = [Target(row.id, row.endpoint, row.p256dh, row.auth) for row in devices]
    push = partial(push_to, signer=signer, payload=payload, headers=headers_for(notice), patient=urgent)
    ends = push_at_once(targets, push) if urgent else push_in_turn(notice.person_id, targets, push)
    return together(list(ends.values())), browsers_of(ends)


def push_at_once(targets: Sequence[Target], push: Push) -> dict[UUID, Outcome]:
    """Push to all of these browsers at once: how each ended."""
    tasks = {_calling.submit(push, target): target for target in targets}
    wait(tasks, timeout=ALTOGETHER_SECONDS)
    return {target.id: read_end(task) for task, target in tasks.items()}


def read_end(task: Future[Outcome]) -> Outcome:
    """How one push ended, as far as it came; one that broke inside is in doubt."""
    if task.cancel():
        return outcome.later("busy")  # it had not begun
    if not task.done():
        return NO_ANSWER
    if (error := task.exception()) is not None:
        log.error("push.broke", error=type(error).__name__)
        return outcome.unknown("broke")
    return task.result()


def together(ends: list[Outcome]) -> Outcome:
    """How pushes to several browsers ended as one: one that was taken is enough, one in doubt must not be repeated."""
    for state in ("sent", "doubt", "waiting", "failed"):
        if found := [end for end in ends if end.state == state]:
            return max(found, key=lambda end: end.wait)
    return outcome.refused("no_device")


def write_payload(notice: Notice, practice: Practice) -> bytes:
    """What the browser shows: a sentence without a name, a group or a word about health."""
    shown = {
        "v": 1,
        "title": practice.name,
        "body": KINDS[notice.kind].words,
        "link": notice.link,
        "tag": str(notice.id),
    }
    return json.dumps(shown).encode()


def headers_for(notice: Notice) -> dict[str, str]:
    """How long it is kept, how soon it is wanted, and that one sent again takes the place of the first."""
    lasts = LASTS if notice.until is None else min(LASTS, max(timedelta(minutes=1), notice.until - now()))
    return {
        "TTL": str(int(lasts.total_seconds())),
        "Urgency": "high" if KINDS[notice.kind].urgent else "normal",
        "Topic": notice.id.hex,
    }


def push_to(
    target: Target, *, signer: Signer, payload: bytes, headers: dict[str, str], patient: bool
) -> Outcome:
    """Push to one browser."""
    keys = {"p256dh": target.p256dh, "auth": target.auth}
    sealed = WebPusher({"endpoint": target.endpoint, "keys": keys}).encode(payload)
    head = {
        **headers,
        **sign(signer, target.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }
    try:
        reply = posting.post(target.endpoint, bytes(sealed["body"]), head, patient=patient)
    except posting.NotLeft as error:
        log.info("push.not_left", device=str(target.id), error=str(error))
        return outcome.later("unreachable")
    except posting.Forbidden:
        log.warning("push.forbidden", device=str(target.id))
        return outcome.refused("gone")
    except posting.NoAnswer as error:
        log.warning("push.no_answer", device=str(target.id), error=str(error))
        return NO_ANSWER
    log.info("push.answered", device=str(target.id), status=reply.status)
    return read_reply(reply)


def read_reply(reply: posting.Reply) -> Outcome:
    """What a push service's answer means; a redirect is a refusal, wherever it leads."""
    if 200 <= reply.status < 300:
        return outcome.sent()
    if reply.status in GONE:
        return outcome.refused("gone")
    if reply.status == 429 or reply.status >= 500:
        return outcome.later("busy", read_wait(reply.retry_after))
    return outcome.refused("refused")


def read_wait(text: str) -> timedelta:
    """How long a Retry-After asks to wait: seconds or a date; nothing for anything else."""
    if text.isdecimal() and len(text) < 8:
        return timedelta(seconds=int(text))
    try:
        return max(timedelta(0), parsedate_to_datetime(text) - now())
    except (ValueError, TypeError):
        return timedelta(0)


def sign(signer: Signer, endpoint: str) -> dict[str, str]:
    """The header by which a push service knows that it is us, for its own origin only and for some hours."""
    parts = urlsplit(endpoint)
    claims: dict[str, Any] = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time() + SIGNED_FOR.total_seconds()),
        "sub": signer.contact,
    }
    key = Vapid.from_raw(signer.private.encode())
    key.conf = {
        "no-strict": True
    }  # HEARTHSIDE_PUSH_CONTACT is checked at start, and an address of ours may be plain
    return dict(key.sign(claims))


def read_key() -> PushKey:
    """The practice's key pair, made when there is none yet."""
    row = PushKey.objects.first()
    if row is None:
        live.write(live.Write(ensure_push_key))
        row = PushKey.objects.get()
    return row


def contact_of(practice: Practice) -> str:
    """Whom a push service may write to: the operator's setting, the practice, its address, else the sender of mail.

    Some services refuse pushes that name nobody who can be reached.
    """
    config = settings.HEARTHSIDE
    if config.push_contact:
        return str(config.push_contact)
    if practice.mail_from:
        return f"mailto:{practice.mail_from}"
    return config.public_url if config.secure else f"mailto:{parseaddr(config.mail_from)[1]}"
