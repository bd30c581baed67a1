"""Calls to those who are on duty, and decisions about posts, by notice; the mail of calls stays as it was."""

from __future__ import annotations

import pytest

from accounts.models import Person
from community.models import Group, Membership
from hearthside import clock
from moderation.models import CarePage, ReviewItem
from notify.models import Notice
from tests.given import Browser, act, given_circle, given_group, given_member, given_person, leader_of
from tests.moderation.given_care import (
    Mailbox,
    act_in,
    after,
    alert_of,
    all_week,
    given_cry,
    leader,
    person_called,
    run_at,
)
from tests.moderation.given_review import decide, given_held, given_item
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, states
from tests.notify.given import run_after as jobs_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    """A group whose quiet hours never end, led by Ann, on duty and asleep, with Ben as the backup."""
    group = given_group(given_person("facilitator", name="Ann"))
    all_week(group.memberships.get())
    all_week(leader(group, "Ben"), order="backup")
    act(leader_of(group), "group.quiet_hours", group=group.id, begins="00:00", ends="23:59")
    for name in ("Ann", "Ben"):
        act(person_called(group, name), "quiet_hours.set", begins="00:01", ends="00:00")
    return group


@pytest.fixture
def member(group: Group) -> Membership:
    """Who cries for help."""
    return given_member(group, given_person(name="Mia"), name="Wrenfield")


def called(person: Person) -> list[Notice]:
    rows = Notice.objects.filter(person=person, kind="care.called", withdrawn_at=None)
    return list(rows.order_by("at"))


def test_a_call_comes_at_once_by_push_and_mail_at_any_hour(
    group: Group, member: Membership, service: Service, box: Mailbox
) -> None:
    ann, keys = person_called(group, "Ann"), Keys()
    add_device(Browser(ann), service.url("ann"), keys)
    item = given_cry(member)
    run_at(after(item, 0))
    (push,) = service.of("ann")
    said = push.opened(keys)
    assert said["body"] == "Somebody needs an answer now. Please open this."
    assert said["link"] == f"/review/{item.id}"
    assert push.headers["urgency"] == "high"
    for secret in ("Mia", "Wrenfield", group.name, "the words", "risk"):
        assert secret not in str(said)
    assert [to for to, _, _ in box.fresh()] == [ann.email]
    (notice,) = called(ann)
    assert states(notice) == {"push": ("sent", "")}
    assert (notice.link, notice.about) == (f"/review/{item.id}", "")


def test_each_level_pushes_anew_and_one_call_is_shown(
    group: Group, member: Membership, service: Service, box: Mailbox
) -> None:
    for name in ("Ann", "Ben"):
        add_device(Browser(person_called(group, name)), service.url(name))
    item = given_cry(member)
    for minutes in (0, 10, 20, 30):
        run_at(after(item, minutes))
    pushed = [(name, len(service.of(name))) for name in ("Ann", "Ben")]
    mailed = box.fresh()
    assert pushed == [("Ann", 3), ("Ben", 3)]
    assert len(mailed) == CarePage.objects.count() == 6
    assert [len(called(person_called(group, name))) for name in ("Ann", "Ben")] == [1, 1]


@pytest.mark.parametrize("how", ["acknowledged", "closed"])
def test_nothing_is_pushed_once_somebody_is_on_it(
    group: Group, member: Membership, service: Service, box: Mailbox, how: str
) -> None:
    from moderation.actions.care import close_alert
    from moderation.actions.paging import page_due

    ann = person_called(group, "Ann")
    add_device(Browser(ann), service.url("ann"))
    item = given_cry(member)
    with clock.as_of(after(item, 0)):
        act_in(group, lambda: page_due(alert_of(item).id))
        if how == "acknowledged":
            act(ann, "care.acknowledge", item=item.id, version=1)
        else:
            act_in(group, lambda: close_alert(item, ann))
    jobs_after()
    for minutes in (10, 60):
        run_at(after(item, minutes))
    assert (service.pushes, box.fresh(), called(ann)) == ([], [], [])
    assert Browser(ann).get("/api/notices").json()["unread"] == 0


def test_a_call_in_doubt_is_pushed_again(group: Group, member: Membership, service: Service) -> None:
    ann = person_called(group, "Ann")
    add_device(Browser(ann), service.url("ann"))
    service.answers = {"ann": 0}
    item = given_cry(member)
    run_at(after(item, 0))
    service.answers = {}
    jobs_after(seconds=30)
    assert len(service.of("ann")) == 2
    assert states(called(ann)[0])["push"] == ("sent", "")


def test_a_choice_and_a_slow_browser_keep_no_call_back(
    group: Group, member: Membership, service: Service, box: Mailbox
) -> None:
    ann = person_called(group, "Ann")
    for name in ("gone", "ann"):
        add_device(Browser(ann), service.url(name))
    service.answers = {"gone": 410}
    item = given_cry(member)
    run_at(after(item, 0))
    assert len(service.of("ann")) == 1
    assert len(box.fresh()) == 1


def test_the_author_of_a_post_is_told_of_a_decision_and_not_which(box: Mailbox) -> None:
    circle = given_circle()
    member, leads = circle.people["member"], circle.people["facilitator"]
    _, item = given_held(circle.topic, member)
    decide(leads, item, "reject", message="Please write it without the name.")
    (notice,) = Notice.objects.filter(person=member)
    assert notice.kind == "post.decided"
    assert notice.link == f"/groups/{circle.group.id}/topics/{circle.topic.id}"
    assert notice.about == circle.topic.title
    assert notice.by == leads
    jobs_after()
    ((to, subject, text),) = [mail for mail in box.fresh() if mail[0] == member.email]
    assert to == member.email
    for secret in (circle.topic.title, circle.group.name, "without the name", member.name):
        assert secret not in subject + text


@pytest.mark.parametrize("choice", ["keep"])
def test_what_an_author_is_not_told_of_makes_no_notice(choice: str) -> None:
    circle = given_circle()
    item = given_item(circle.post)
    decide(circle.people["facilitator"], item, choice)
    assert not Notice.objects.exists()


def test_several_decisions_at_once_tell_every_author() -> None:
    circle = given_circle()
    authors = [circle.people["member"], circle.people["peer"]]
    for author in authors:
        act(author, "post.submit", topic=circle.topic.id, body="May I say this?", ask_first=True)
    items = list(ReviewItem.objects.filter(lane="asked"))
    answer = act(
        circle.people["facilitator"],
        "review.decide_many",
        group=circle.group.id,
        items=[{"item": item.id, "version": item.version} for item in items],
        choice="publish",
        policy="kind_words",
        reason="All is well.",
    )
    assert len(answer["decided"]) == 2, answer
    assert {notice.person for notice in Notice.objects.all()} == set(authors)
