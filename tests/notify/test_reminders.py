"""A reminder of a session is of no use once it has begun: whatever held it back, it does not come late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.session_telling import withdraw_reminders
from community.jobs import remind_due
from notify.models import Notice
from tests.community.given_sessions import at, given_session
from tests.given import act, given_group, given_member, leader_of
from tests.moderation.given_care import Mailbox
from tests.notify.given import run_at, states

pytestmark = pytest.mark.django_db
BEGINS = datetime(2026, 12, 3, 17, tzinfo=UTC)  # six in the evening in Berlin


def test_held_back_beyond_the_beginning_it_is_not_sent(box: Mailbox) -> None:
    group = given_group()
    early, late = given_member(group).person, given_member(group).person
    with at(BEGINS - timedelta(days=3)):
        given_session(group)
        act(late, "quiet_hours.set", begins="15:00", ends="18:30")
        act(early, "quiet_hours.set", begins="15:00", ends="16:30")
    with at(BEGINS - timedelta(hours=1)):
        remind_due.call()
    for minutes in (60, 30, 0):
        run_at(BEGINS - timedelta(minutes=minutes))
    run_at(BEGINS + timedelta(hours=2))
    found = {
        notice.person_id: states(notice)["mail"]
        for notice in Notice.objects.filter(kind="session.reminder", key__endswith=":1h")
    }
    assert found[early.pk] == ("sent", "")
    assert found[late.pk] == ("skipped", "quiet_hours")
    assert [to for to, subject, _ in box.fresh() if subject.startswith("A reminder")].count(late.email) == 0
    assert leader_of(group).pk in found


def test_what_was_never_reminded_of_costs_nothing_to_take_back() -> None:
    session = given_session(given_group())
    with CaptureQueriesContext(connection) as seen:
        withdraw_reminders(session)
    assert len(seen) == 0
