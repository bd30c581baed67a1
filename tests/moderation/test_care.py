"""Alerts: who is called when, once each, through restarts and moved clocks, until somebody has it."""

from __future__ import annotations

import pytest

from community.models import Group
from hearthside.jobs import run_due_jobs
from tests.given import given_group, given_member, given_person
from tests.moderation.given_care import (
    after,
    alert_of,
    all_week,
    events_of,
    given_cry,
    leader,
    pages_of,
    run_at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    """A group led by Ann, who is on duty, with Ben as the backup and Cleo off duty."""
    group = given_group(given_person("facilitator", name="Ann"))
    all_week(group.memberships.get())
    all_week(leader(group, "Ben"), order="backup")
    leader(group, "Cleo")
    return group


def test_the_first_on_duty_is_called_at_once(group: Group) -> None:
    item = given_cry(given_member(group))
    assert alert_of(item).level == -1
    run_due_jobs()
    assert pages_of(item) == [(0, "Ann")]
    assert events_of(group.memberships.get(person__name="Ann").person) == ["care.paged"]
    run_at(after(item, 10))
    assert pages_of(item) == [(0, "Ann"), (1, "Ben")]
