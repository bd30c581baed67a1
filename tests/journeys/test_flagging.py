"""A facilitator reads how well flagging works, puts the group's thresholds back, and meets every state of that."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.server import Server

KNOWN: dict[str, Any] = {
    "model_version": "local-1",
    "since": "2026-03-03T08:00:00.000Z",
    "sample": {"share": 0.015, "drawn": 26, "decided": 24, "missed": 1, "needed": 20},
    "found": 80,
    "recall": {"value": 0.6751, "low": 0.3413, "high": 0.9047},
    "false_alarms": {
        "decided": 41,
        "false_alarm": 29,
        "rate": 0.7073,
        "by_output": [
            {"output": "insult", "decided": 34, "false_alarm": 28, "rate": 0.8235},
            {"output": "self_harm", "decided": 7, "false_alarm": 1, "rate": 0.1429},
        ],
    },
    "shifts": [
        {"output": "harassment", "shift": -0.031, "decided": 40, "false_alarms": 1},
        {"output": "insult", "shift": 0.043, "decided": 34, "false_alarms": 28},
    ],
    "shifts_need": 30,
}
NOTHING: dict[str, Any] = {"decided": 0, "false_alarm": 0, "rate": None, "by_output": []}
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "not yet known": (
        {"sample": {**KNOWN["sample"], "decided": 12, "missed": 0}, "recall": None, "false_alarms": NOTHING},
        "Not yet known: 12 of 20 posts drawn by chance are decided.",
    ),
    "nothing missed": (
        {"sample": {**KNOWN["sample"], "missed": 0}, "recall": {"value": 1, "low": 0.8812, "high": 1}},
        "Flagging most likely finds at least 88\u00a0% of what needs a look.",
    ),
    "nothing needed a look": ({"found": 0, "recall": None}, "Nothing needed a look so far"),
    "nothing found": (
        {"found": 0, "recall": {"value": 0, "low": 0, "high": 0}},
        "Flagging has found nothing so far",
    ),
    "no shift": ({"shifts": []}, "No threshold has moved."),
}


class Numbers:
    """The server's page of numbers, with those of a group in which a model has read for long."""

    def __init__(self, page: Page) -> None:
        self.now = KNOWN
        page.route("**/api/groups/*/metrics*", self._answer)

    def _answer(self, route: Route) -> None:
        whole = route.fetch().json()
        assert set(whole["flagging"]) == set(KNOWN), "the server says what these numbers stand for"
        route.fulfill(json={**whole, "flagging": self.now})


@pytest.fixture
def staff(visit: Visiting, server: Server) -> Visit:
    """The demo's first facilitator at a browser."""
    one = visit(service_workers="block")
    one.sign_in(server.account("hannah"), "/me")
    return one


def metrics(staff: Visit, circle: Circle) -> Page:
    """The circle's page of numbers."""
    page = staff.open(f"/groups/{circle.id}/metrics")
    expect(page.get_by_role("heading", name="How well flagging works")).to_be_visible()
    return page


def test_what_flagging_finds_and_the_way_back(staff: Visit, circle: Circle) -> None:
    numbers = Numbers(staff.page)
    page = metrics(staff, circle)
    expect(page.get_by_text("between 34\u00a0% and 91\u00a0% of what needs a look")).to_be_visible()
    expect(page.get_by_text("29 of 41 flagged posts were fine: 71\u00a0%.")).to_be_visible()
    expect(page.get_by_text("Counts later, by 4.3 points")).to_be_visible()
    expect(page.get_by_text("Rests on 40 decisions, 1 of them a false alarm.")).to_be_visible()
    check_state(page, "how well flagging works", PHONE, DESK)
    button = page.get_by_role("button", name="Put the thresholds back")
    button.click()
    dialog = page.get_by_role("dialog")
    check_state(page, "asking before thresholds go back", PHONE, DESK)
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.route("**/api/thresholds.reset", lambda route: route.abort())
    button.click()
    dialog.get_by_role("button", name="Put them back").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    check_state(page, "thresholds without a line", PHONE)
    page.unroute("**/api/thresholds.reset")
    numbers.now = {**KNOWN, "shifts": []}
    with page.expect_response("**/api/thresholds.reset") as answer:
        dialog.get_by_role("button", name="Put them back").click()
    assert answer.value.status == 200
    expect(page.get_by_text("The thresholds are back where they are in every group.")).to_be_visible()
    expect(page.get_by_text("No threshold has moved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Thresholds in this group")).to_be_focused()


def test_every_state_of_it(staff: Visit, circle: Circle) -> None:
    page = metrics(staff, circle)
    expect(page.get_by_text("No model reads here yet.")).to_be_visible()
    numbers = Numbers(page)
    for state, (changed, words) in STATES.items():
        numbers.now = {**KNOWN, **changed}
        metrics(staff, circle)
        expect(page.get_by_text(words)).to_be_visible()
        check_state(page, f"how well flagging works, {state}", PHONE)
