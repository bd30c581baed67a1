"""A group's life: opened, joined under its agreement, left, changed and closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Invitation, Person
from community.models import Agreement, Group, GroupInvitation, Membership
from hearthside.models import LogEvent
from tests.given import (
    Browser,
    act,
    given_ended,
    given_group,
    given_member,
    given_person,
    given_post,
    given_topic,
    leader_of,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
NEW_TEXT = "Be kind, be on time, and keep it here."


def invite(group: Group, email: str, by: Person | None = None, **data: Any) -> str:
    """Invite an address and answer the token of its link."""
    answer = act(by or leader_of(group), "group.invite", group=group.id, email=email, **data)
    return str(answer["link"].rpartition("/")[2])


def types_on(stream: str) -> list[str]:
    """The types of a stream's events, in order."""
    return list(LogEvent.objects.filter(stream=stream).order_by("seq").values_list("type", flat=True))


def test_opening() -> None:
    person = given_person("facilitator", name="Hannah")
    answer = act(person, "group.open", name="  Tuesday   circle ", description="d", member_name="Han")
    group = Group.objects.get(pk=answer["group"])
    member = Membership.objects.get(pk=answer["membership"])
    assert (group.name, group.description, group.newcomers_see) == ("Tuesday circle", "d", "from_joining")
    assert (member.name, member.role, member.agreement_version) == ("Han", "facilitator", 1)
    assert Agreement.objects.get(group=group).text.strip()
    assert types_on(group.stream) == ["member.joined"]
    assert types_on(person.stream) == ["membership.changed"]
    other = act(person, "group.open", name="Another")
    assert Membership.objects.get(pk=other["membership"]).name == "Hannah"


def test_joining_by_an_invitation() -> None:
    group, person = given_group(), given_person()
    token = invite(group, f" {person.email.upper()} ", name="Ann")
    shown = Browser().get(f"/api/invitations/{token}").json()
    assert (shown["group"]["id"], shown["email"], shown["has_account"]) == (str(group.id), person.email, True)
    assert shown["agreement"]["version"] == 1
    needed = problem_of(person, "invitation.accept", token=token, name="Ash")
    assert (needed["type"], needed["agreement_version"]) == ("agreement_needed", 1)
    stale = problem_of(person, "invitation.accept", token=token, name="Ash", agreement=2)
    assert (stale["type"], stale["agreement_version"]) == ("stale", 1)
    assert problem_of(person, "invitation.accept", token=token, agreement=1)["fields"].keys() == {"name"}
    assert Invitation.objects.get(email=person.email).accepted_at is None
    answer = act(person, "invitation.accept", token=token, name="Ash", agreement=1)
    assert answer["group"] == str(group.id)
    again = act(person, "invitation.accept", token=token)
    assert again == answer
    assert types_on(group.stream) == ["member.joined", "member.joined"]


def test_an_invitation_is_one_person_s() -> None:
    group, person, other = given_group(), given_person(), given_person()
    token = invite(group, person.email)
    assert outcome_of(other, "invitation.accept", token=token, name="Ash", agreement=1) == "denied"
    act(person, "invitation.accept", token=token, name="Ash", agreement=1)
    used = problem_of(other, "invitation.accept", token=token, name="Ash", agreement=1)
    assert (used["type"], used["why"]) == ("invitation_over", "used")
    for wrong in ("", "a.b", token[:-3], "é.é", f"{uuid4()}"):
        assert outcome_of(person, "invitation.accept", token=wrong, name="A", agreement=1) == "not_found"


def test_invitations_that_are_over(moved: Callable[[float], None]) -> None:
    group = given_group()
    leader = leader_of(group)
    revoked, expired, closed = (given_person() for _ in range(3))
    token = invite(group, revoked.email)
    act(leader, "invitation.revoke", invitation=Invitation.objects.get(email=revoked.email).id)
    join = {"name": "Ash", "agreement": 1}
    assert problem_of(revoked, "invitation.accept", token=token, **join)["why"] == "revoked"
    first = invite(group, expired.email)
    second = invite(group, expired.email)
    assert GroupInvitation.objects.filter(invitation__email=expired.email).count() == 1
    assert problem_of(expired, "invitation.accept", token=first, **join)["why"] == "replaced"
    last = invite(group, closed.email)
    rows = Browser(leader).get(f"/api/groups/{group.id}/invitations").json()["invitations"]
    assert [row["email"] for row in rows] == [expired.email, closed.email]
    assert rows[0]["link"].endswith(second)
    act(leader, "group.close", group=group.id)
    assert outcome_of(closed, "invitation.accept", token=last, **join) == "closed"
    assert Invitation.objects.get(email=closed.email).accepted_at is None
    assert Browser().get(f"/api/invitations/{last}").status_code == 404
    assert outcome_of(leader, "group.invite", group=group.id, email="x@example.org") == "closed"
    moved(15 * 86_400)
    assert problem_of(expired, "invitation.accept", token=second, **join)["why"] == "expired"


def test_who_is_there_already_cannot_be_invited() -> None:
    group = given_group()
    member = given_member(group)
    problem = problem_of(leader_of(group), "group.invite", group=group.id, email=member.person.email)
    assert list(problem["fields"]) == ["email"]


def test_whom_one_may_invite_to_lead() -> None:
    admin, member, colleague = given_person("admin"), given_person(), given_person("facilitator")
    group = given_group(admin)
    lead = {"group": group.id, "role": "facilitator"}
    assert list(problem_of(admin, "group.invite", email=member.email, **lead)["fields"]) == ["role"]
    token = invite(group, colleague.email, role="facilitator")
    act(colleague, "invitation.accept", token=token, name="Col", agreement=1)
    assert Membership.objects.get(group=group, person=colleague).is_facilitator
    assert outcome_of(colleague, "group.invite", email="new@example.org", **lead) == "denied"
    invite(group, "new@example.org", role="facilitator")
    assert Invitation.objects.get(email="new@example.org").role == "facilitator"


def test_an_invitation_to_the_practice_alone() -> None:
    admin = given_person("admin")
    link = act(admin, "person.invite", email="p@example.org", role="member")["link"]
    token = link.rpartition("/")[2]
    person = given_person()
    Person.objects.filter(pk=person.pk).update(email="p@example.org")
    person.refresh_from_db()
    shown = Browser(person).get(f"/api/invitations/{token}").json()
    assert (shown["group"], shown["agreement"], shown["role"]) == (None, None, "member")
    for _ in range(2):
        answer = act(person, "invitation.accept", token=token)
        assert (answer["group"], answer["membership"]) == (None, None)


@pytest.mark.parametrize("name", ["Ash", "ASH", " a s h ", "A\u200bsh", "\uff21sh"])
def test_names_that_are_taken(name: str) -> None:
    group, person = given_group(), given_person()
    given_member(group, name="Ash")
    token = invite(group, person.email)
    problem = problem_of(person, "invitation.accept", token=token, name=name, agreement=1)
    assert list(problem["fields"]) == ["name"]
    act(person, "invitation.accept", token=token, name="Beech", agreement=1)
    assert problem_of(person, "member.rename", group=group.id, name=name) == problem
    assert act(person, "member.rename", group=group.id, name="BEECH")["name"] == "BEECH"
    assert types_on(group.stream)[-1] == "member.renamed"


def test_leaving_and_coming_back() -> None:
    group = given_group(newcomers_see="from_joining")
    member = given_member(group, name="Ash")
    topic = given_topic(group)
    own = given_post(topic, member.person)
    act(member.person, "group.leave", group=group.id)
    assert outcome_of(member.person, "group.leave", group=group.id) == "not_found"
    assert types_on(member.person.stream)[-1] == "membership.changed"
    given_member(group, name="Ash")
    token = invite(group, member.person.email)
    taken = problem_of(member.person, "invitation.accept", token=token, name="Ash", agreement=1)
    assert list(taken["fields"]) == ["name"]
    act(member.person, "invitation.accept", token=token, name="Oak", agreement=1)
    back = Membership.objects.get(pk=member.pk)
    assert (back.state, back.name) == ("active", "Oak")
    assert own.seq is not None
    assert back.visible_from > own.seq
    posts = Browser(member.person).get(f"/api/topics/{topic.id}/posts").json()["posts"]
    assert posts == []
    assert Browser(member.person).get(f"/api/posts/{own.id}").json()["body"] == own.body


def test_a_used_invitation_does_not_lead_back() -> None:
    group, person = given_group(), given_person()
    token = invite(group, person.email)
    act(person, "invitation.accept", token=token, name="Ash", agreement=1)
    act(person, "group.leave", group=group.id)
    answer = act(person, "invitation.accept", token=token, name="Ash", agreement=1)
    assert (answer["group"], answer["membership"]) == (None, None)
    assert Membership.objects.get(person=person).state == "left"


def test_somebody_removed_has_no_way_back() -> None:
    group = given_group()
    second = given_member(group, role="facilitator").person
    person = given_person()
    used, kept = invite(group, person.email), invite(group, person.email, by=second)
    elsewhere = invite(given_group(), person.email)
    act(person, "invitation.accept", token=used, name="Ash", agreement=1)
    member = Membership.objects.get(person=person)
    act(leader_of(group), "member.remove", group=group.id, member=member.id)
    assert types_on(group.stream)[-1] == "member.left"
    assert outcome_of(person, "invitation.accept", token=kept, name="A", agreement=1) == "invitation_over"
    browser = Browser(person)
    assert browser.get(f"/api/invitations/{used}").json()["why"] == "used"
    act(person, "invitation.accept", token=elsewhere, name="Ash", agreement=1)
    assert browser.get(f"/api/invitations/{elsewhere}").status_code == 200
    rows = Browser(second).get(f"/api/groups/{group.id}").json()["members"]
    assert {row["state"] for row in rows if row["name"] == "Ash"} == {"removed"}
    fresh = invite(group, person.email)
    assert act(person, "invitation.accept", token=fresh, name="Ash", agreement=1)["membership"] == str(
        member.id
    )


def test_two_invitations_make_one_membership() -> None:
    group = given_group()
    second = given_member(group, role="facilitator").person
    person = given_person()
    tokens = [invite(group, person.email), invite(group, person.email, by=second)]
    answers = [act(person, "invitation.accept", token=token, name="Ash", agreement=1) for token in tokens]
    assert answers[0] == answers[1]
    assert types_on(group.stream).count("member.joined") == 3


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@", "@b.example", "a b@c.example", "a@b.example, c@d.example"]
)
def test_addresses_that_are_none(email: str) -> None:
    group = given_group()
    problem = problem_of(leader_of(group), "group.invite", group=group.id, email=email)
    assert list(problem["fields"]) == ["email"]


def test_a_group_keeps_a_facilitator() -> None:
    group = given_group()
    first = leader_of(group)
    assert outcome_of(first, "group.leave", group=group.id) == "denied"
    second = given_member(group, role="facilitator")
    own = Membership.objects.get(group=group, person=first)
    assert outcome_of(first, "member.remove", group=group.id, member=own.id) == "denied"
    Person.objects.filter(pk=second.person.pk).update(is_active=False)
    assert outcome_of(first, "group.leave", group=group.id) == "denied"
    Person.objects.filter(pk=second.person.pk).update(is_active=True)
    assert outcome_of(first, "group.leave", group=group.id) == "ok"
    act(second.person, "group.close", group=group.id)
    assert outcome_of(second.person, "group.leave", group=group.id) == "ok"


def test_a_closed_group_is_read_and_not_written() -> None:
    group = given_group()
    member, leader = given_member(group).person, leader_of(group)
    topic = given_topic(group, member)
    post = given_post(topic, member)
    closed = act(leader, "group.close", group=group.id)
    assert closed["closed"]
    assert act(leader, "group.close", group=group.id)["version"] == closed["version"]
    assert types_on(group.stream).count("group.closed") == 1
    refused: dict[str, dict[str, Any]] = {
        "post.submit": {"topic": topic.id, "body": "x"},
        "post.edit": {"post": post.id, "version": 1, "body": "x"},
        "post.withdraw": {"post": post.id},
        "post.restore": {"post": post.id},
        "topic.create": {"group": group.id, "title": "x"},
        "topic.update": {"topic": topic.id, "version": 1, "title": "x"},
        "member.rename": {"group": group.id, "name": "x"},
    }
    for command, data in refused.items():
        assert outcome_of(member, command, **data) == "closed", command
    for command, data in (
        ("group.update", {"version": 2, "name": "x"}),
        ("agreement.publish", {"text": NEW_TEXT}),
    ):
        assert outcome_of(leader, command, group=group.id, **data) == "closed", command
    assert outcome_of(member, "topic.read", topic=topic.id, seq=post.seq) == "ok"
    assert len(Browser(member).get(f"/api/topics/{topic.id}/posts").json()["posts"]) == 1
    (row,) = Browser(member).get("/api/groups").json()["groups"]
    assert row["closed"]


def test_a_new_agreement_comes_before_the_next_post() -> None:
    group = given_group()
    member, leader = given_member(group).person, leader_of(group)
    topic = given_topic(group, member)
    post = given_post(topic, member)
    assert act(leader, "agreement.publish", group=group.id, text=NEW_TEXT)["version"] == 2
    assert types_on(group.stream)[-1] == "agreement.published"
    for command, data in (
        ("post.submit", {"topic": topic.id, "body": "x"}),
        ("post.edit", {"post": post.id, "version": 1, "body": "x"}),
        ("topic.create", {"group": group.id, "title": "x"}),
    ):
        problem = problem_of(member, command, **data)
        assert (problem["type"], problem["agreement_version"]) == ("agreement_needed", 2)
    page = Browser(member).get(f"/api/groups/{group.id}").json()
    assert page["agreement"] == {"version": 2, "accepted": False, "ever": True, "text": NEW_TEXT}
    assert len(page["topics"]) == 1
    assert outcome_of(leader, "post.submit", topic=topic.id, body="x") == "ok"
    assert problem_of(member, "agreement.accept", group=group.id, version=1)["agreement_version"] == 2
    act(member, "agreement.accept", group=group.id, version=2)
    assert outcome_of(member, "post.submit", topic=topic.id, body="x") == "ok"


def test_only_what_is_sent_changes() -> None:
    group = given_group(description="before")
    leader = leader_of(group)
    first = act(leader, "group.update", group=group.id, version=1, switches={"content_notes": False})
    second = act(leader, "group.update", group=group.id, version=2, newcomers_see="from_joining")
    assert second["switches"] == first["switches"]
    assert (second["switches"]["members_start_topics"], second["switches"]["content_notes"]) == (True, False)
    assert (second["description"], second["version"], second["newcomers_see"]) == (
        "before",
        3,
        "from_joining",
    )
    cleared = act(leader, "group.update", group=group.id, version=3, description="")
    assert cleared["description"] == ""


def test_where_facilitators_start_the_topics() -> None:
    group = given_group()
    member, leader = given_member(group).person, leader_of(group)
    act(leader, "group.update", group=group.id, version=1, switches={"members_start_topics": False})
    assert outcome_of(member, "topic.create", group=group.id, title="x") == "denied"
    assert outcome_of(leader, "topic.create", group=group.id, title="x") == "ok"


def test_a_topic_s_starter_renames_it_until_it_is_locked() -> None:
    group = given_group()
    member, leader = given_member(group).person, leader_of(group)
    topic = given_topic(group, member)
    post = given_post(topic, member)
    assert outcome_of(member, "topic.update", topic=topic.id, version=1, pinned=True) == "denied"
    assert act(member, "topic.update", topic=topic.id, version=1, title="New")["title"] == "New"
    act(leader, "topic.update", topic=topic.id, version=2, locked=True)
    assert outcome_of(member, "topic.update", topic=topic.id, version=3, title="x") == "denied"
    assert outcome_of(member, "post.submit", topic=topic.id, body="x") == "closed"
    assert outcome_of(member, "post.edit", post=post.id, version=1, body="x") == "closed"
    assert outcome_of(member, "post.withdraw", post=post.id) == "ok"
    assert outcome_of(leader, "post.submit", topic=topic.id, body="x") == "ok"
    answer = act(leader, "topic.update", topic=topic.id, version=3, locked=False, pinned=True)
    assert (answer["locked"], answer["pinned"], answer["title"]) == (False, True, "New")
    assert outcome_of(member, "post.submit", topic=topic.id, body="x") == "ok"


def test_how_groups_and_topics_are_sorted() -> None:
    person = given_person("facilitator")
    beech, ash, closed = (given_group(person, name=name) for name in ("Beech", "ash", "A closed one"))
    act(person, "group.close", group=closed.id)
    old, new, pinned = (given_topic(beech, title=title) for title in ("Old", "New", "Pinned"))
    for topic in (old, new):
        given_post(topic, person)
    act(person, "topic.update", topic=pinned.id, version=1, pinned=True)
    groups = Browser(person).get("/api/groups").json()["groups"]
    assert [row["id"] for row in groups] == [str(ash.id), str(beech.id), str(closed.id)]
    assert [row["title"] for row in groups[1]["topics"]] == ["Pinned", "New", "Old"]
    given_ended(given_member(beech), "left")
    assert groups[1]["member_count"] == 1
