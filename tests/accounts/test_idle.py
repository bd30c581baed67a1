"""The idle time-out: 15 minutes for staff, 60 for members, counted from the last input."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts import actions, activity, queries
from accounts.jobs import end_idle_signins
from accounts.models import Person, SignIn
from hearthside import clock, live
from hearthside.models import LogEvent
from tests.accounts.conftest import Browser

pytestmark = pytest.mark.django_db

SignedIn = Callable[..., tuple[Browser, Person]]
At = Callable[[float], None]


def me(browser: Browser) -> int:
    """The status of asking who is signed in."""
    status: int = browser.get("/api/me").status_code
    return status


@pytest.mark.parametrize(("role", "limit"), [("member", 3600), ("facilitator", 900), ("admin", 900)])
def test_idle_sign_ins_end(signed_in: SignedIn, at: At, role: str, limit: int) -> None:
    browser, somebody = signed_in(role)
    at(limit - 5)
    end_idle_signins.call()
    assert me(browser) == 200
    assert SignIn.objects.get().ended_at is None
    at(limit + 5)
    end_idle_signins.call()
    signin = SignIn.objects.get()
    assert signin.reason == "idle"
    event = LogEvent.objects.get(stream=somebody.stream)
    assert (event.type, event.object_id) == ("signin.ended", signin.pk)
    assert me(browser) == 401
    end_idle_signins.call()
    assert LogEvent.objects.count() == 1


def test_requests_after_the_time_out_are_refused_before_the_job_ran(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("facilitator")
    at(905)
    assert browser.command("activity.report").status_code == 401
    assert me(browser) == 401


def test_reading_is_not_input(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("facilitator")
    at(600)
    assert me(browser) == 200
    at(905)
    assert me(browser) == 401


@pytest.mark.parametrize(("command", "data"), [("activity.report", {}), ("me.update", {"name": "Ada"})])
def test_commands_are_input(signed_in: SignedIn, at: At, command: str, data: dict[str, str]) -> None:
    browser, _ = signed_in("facilitator")
    at(600)
    assert browser.command(command, **data).status_code == 200
    at(1490)
    end_idle_signins.call()
    assert me(browser) == 200
    at(1505)
    assert me(browser) == 401


def test_what_a_page_sends_by_itself_is_not_input() -> None:
    for command in ("topic.read", "live.ticket"):
        assert actions.note_activity("0" * 32, command) is None
    for number, command in enumerate(("post.submit", "activity.report", "")):
        assert actions.note_activity(str(number) * 32, command) is not None


def test_at_most_one_write_a_minute_and_none_is_lost(signed_in: SignedIn, at: At) -> None:
    signed_in("facilitator")
    signin = SignIn.objects.get()
    for second in range(170):
        at(second)
        if work := actions.note_activity(signin.pk):
            assert live.write(work) == {"alive": True}
            assert second % 60 == 0
    signin.refresh_from_db()
    assert queries.find_live_signin(signin.pk)
    at(169 + 895)
    assert queries.find_live_signin(signin.pk), "input after the last write still counts"
    end_idle_signins.call()
    at(169 + 905)
    assert not queries.find_live_signin(signin.pk)


def test_input_that_came_too_late_revives_nothing(signed_in: SignedIn, at: At) -> None:
    signed_in("facilitator")
    signin = SignIn.objects.get()
    at(902)
    work = actions.note_activity(signin.pk)
    assert work is not None
    assert live.write(work) == {"alive": False}
    assert actions.note_activity(signin.pk) is None
    assert queries.find_live_signin(signin.pk) is None
    end_idle_signins.call()
    assert SignIn.objects.get().reason == "idle"
    assert live.write(live.Write(lambda: actions.record_activity("0" * 32))) == {"alive": False}


def test_input_between_the_look_and_the_end_saves_the_sign_in(signed_in: SignedIn, at: At) -> None:
    signed_in("facilitator")
    signin = SignIn.objects.get()
    at(905)
    assert queries.find_idle_signins() == [signin]
    SignIn.objects.update(active_at=clock.now())
    assert live.write(live.Write(lambda: actions.end_if_idle(signin.pk))) == {"ended": False}


def test_old_notes_are_forgotten(signed_in: SignedIn, at: At) -> None:
    signed_in("member")
    signin = SignIn.objects.get()
    actions.note_activity(signin.pk)
    end_idle_signins.call()
    assert signin.pk in activity._seen
    at(8000)
    end_idle_signins.call()
    assert signin.pk not in activity._seen
    assert signin.pk not in activity._written
