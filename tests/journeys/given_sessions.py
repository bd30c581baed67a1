"""Sessions for journeys: planned over HTTP, and pages that show one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle

BERLIN = "Europe/Berlin"
SMALL: ViewportSize = {"width": 320, "height": 640}
LONG = "An evening for everybody who would like to look back at a long year together " * 2


def local_in(zone: str = BERLIN, **ahead: int) -> str:
    """What a clock in `zone` shows after `minutes=`, `days=` from now."""
    return (datetime.now(UTC) + timedelta(**ahead)).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def plan_session(circle: Circle, starts: str = "", **more: Any) -> str:
    """Plan one session of the circle, in some minutes unless `starts` says when; answers its id."""
    words = {"title": "Extra evening", "place": "", "link": "", "agenda": "", "minutes": 60, **more}
    planned = circle.leader.command(
        "session.plan",
        group=circle.id,
        starts_local=starts or local_in(minutes=10),
        time_zone=BERLIN,
        **words,
    )
    return str(planned["session"])


def plan_series(circle: Circle, **more: Any) -> str:
    """Plan a weekly series of the circle that begins in three days; answers its id."""
    begins = local_in(days=3)
    day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][datetime.fromisoformat(begins).weekday()]
    words = {"title": "Thursday circle", "place": "Room 2", "link": "", "agenda": "", "minutes": 90, **more}
    planned = circle.leader.command(
        "series.plan",
        group=circle.id,
        rrule=f"FREQ=WEEKLY;BYDAY={day}",
        begins_local=begins,
        time_zone=BERLIN,
        **words,
    )
    return str(planned["series"])


def set_rhythm(circle: Circle, session: str, *rhythms: str) -> None:
    """Take a session through these points of its rhythm, one after another."""
    for rhythm in rhythms:
        version = circle.leader.get(f"/api/sessions/{session}").json()["version"]
        circle.leader.command("session.rhythm", session=session, version=version, rhythm=rhythm)


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def more_menu(page: Page, item: str) -> None:
    """Choose an act from the menu of a session's page."""
    page.get_by_role("button", name="Change this session").click()
    page.get_by_role("menuitem", name=item).click()


def part(page: Page, name: str) -> Locator:
    """A part of the page by its heading."""
    return page.get_by_role("region", name=name, exact=True)


def tab_to(page: Page, target: Locator, most: int = 80) -> None:
    """Press Tab until the focus is on `target`, as somebody without a mouse does."""
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


def until(holds: Callable[[], bool], within: float = 15) -> None:
    """Wait until the server says so."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"not within {within} s"
        time.sleep(0.1)
