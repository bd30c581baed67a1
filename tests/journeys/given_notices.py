"""What the journeys through notices begin with: notices as other apps give them, and pushes as they arrive."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page

from tests.messaging.given_rows import run_inside
from tests.server import Server

GIVE = """
from accounts.models import Person
from hearthside.live import Write, write
from notify.actions.giving import give_notice
import json
for person_id, kind, key, link, about, days in json.loads(sys.argv[1]):
    person = Person.objects.get(pk=person_id)
    def act():
        give_notice([person], kind=kind, key=key, link=link, about=about)
        return {}
    write(Write(act, (person.stream,)))
    if days:
        from datetime import timedelta
        from hearthside.clock import now
        from notify.models import Notice
        Notice.objects.filter(person=person, key=key).update(at=now() - timedelta(days=days))
"""
DOUBT = """
from notify.models import Delivery, Notice
from accounts.models import Person
from hearthside.clock import now
notice = Notice.objects.get(person_id=sys.argv[1], key=sys.argv[2])
notice.by = Person.objects.get(pk=sys.argv[3])
notice.save()
Delivery.objects.update_or_create(
    notice=notice, channel="mail", defaults={"state": "doubt", "why": "cut_off", "due_at": now(), "started_at": now()}
)
"""
TOKEN = """
from uuid import UUID
from notify.tokens import make_token
print(make_token(UUID(sys.argv[1]), sys.argv[2]))
"""


def give(
    server: Server, person: str, kind: str, *, key: str, link: str = "/me", about: str = "", days: int = 0
) -> None:
    """Give somebody (an id) a notice, as if it was `days` old."""
    give_many(server, [(person, kind, key, link, about, days)])


def give_many(server: Server, rows: list[tuple[str, str, str, str, str, int]]) -> None:
    """Give several: person, kind, key, link, about, and how many days old."""
    run_inside(server, GIVE, json.dumps(rows))


def leave_in_doubt(server: Server, person: str, key: str, by: str) -> None:
    """As if the server had been cut off while it sent the mail of a notice that somebody had caused."""
    run_inside(server, DOUBT, person, key, by)


def unsubscribe_path(server: Server, person: str, kind: str) -> str:
    """Where the link at the end of such a mail leads."""
    return f"/unsubscribe/{run_inside(server, TOKEN, person, kind)}"


def bell(page: Page) -> Locator:
    """The way to the notices that the frame of the page shows."""
    return page.get_by_role("link", name="Notices").first


class Worker:
    """The service worker of a page's site, and pushes that reach it."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        """Wait until the worker runs."""
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        self.base = base
        self.page = page
        self.session: CDPSession = context.new_cdp_session(page)
        self.registration = ""
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._heard)
        self.session.send("ServiceWorker.enable")
        for _ in range(50):
            if self.registration:
                break
            page.wait_for_timeout(100)
        assert self.registration, "no service worker"

    def _heard(self, event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if one["scopeURL"].startswith(self.base) and not one["isDeleted"]:
                self.registration = one["registrationId"]

    def push(self, data: str) -> None:
        """Deliver a push that holds `data`."""
        values = {"origin": self.base, "registrationId": self.registration, "data": data}
        self.session.send("ServiceWorker.deliverPushMessage", values)

    def shown(self) -> list[dict[str, Any]]:
        """What stands on the device's screen now: title, body, tag and link."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """async () => (await (await navigator.serviceWorker.ready).getNotifications())
                .map((one) => ({title: one.title, body: one.body, tag: one.tag, link: one.data?.link}))"""
        )
        return found

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """What is shown once there are `count`; fails after some seconds."""
        for _ in range(60):
            if len(found := self.shown()) == count:
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{len(self.shown())} shown, not {count}")
