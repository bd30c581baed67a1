"""What is worth reading: the library, and what a group writes together with one writer for each part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from community.jobs import erase_section
from community.models import Membership, Resource, ResourceSection
from community.queries.resources import list_resources, read_resource
from community.reading_grade import reading_grade
from hearthside.clock import now
from notify.models import Notice
from tests.community.given_assignments import given_assignment, given_client_of
from tests.community.given_files import document, fetch, sent
from tests.community.test_query_counts import statements
from tests.given import (
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    given_person,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
OUTSIDE = ("other group's member", "former member", "removed", "admin")
SIMPLE = (
    "The cat sat on the mat. It was a warm day. The sun was out. We went for a walk and ate some bread. " * 2
)
HARD = (
    "Psychoeducational interventions facilitating metacognitive awareness demonstrably ameliorate maladaptive "
    "ruminative tendencies, notwithstanding considerable interindividual heterogeneity characterising symptomatology "
    "throughout longitudinal observational investigations of comparable populations. "
) * 2


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def page_of(person: Any, resource: Any) -> Any:
    """A resource's page as somebody sees it."""
    return Browser(person).get(f"/api/resources/{resource}")


def titles(person: Any, **params: Any) -> list[str]:
    """What somebody finds."""
    return [row["title"] for row in Browser(person).get("/api/resources", **params).json()["resources"]]


def given_resource(person: Any, *, publish: bool = True, **data: Any) -> str:
    """Something of the library, or of a group; published unless told."""
    made = act(person, "resource.add", **{"title": "Sleeping better", "words": "Go to bed.", **data})
    if publish:
        act(person, "resource.publish", resource=made["id"], version=1)
    return str(made["id"])


def given_section(circle: Circle, who: str, resource: str, words: str = "what helped me") -> str:
    """A section that somebody wrote."""
    made = act(circle.people[who], "section.add", resource=resource, heading=f"By {who}")
    if who == "facilitator":
        act(circle.people[who], "section.take", section=made["id"])
    data = {"section": made["id"], "version": 1, "heading": f"By {who}", "words": words}
    act(circle.people[who], "section.save", **data)
    return str(made["id"])


def seen_on(page: Any) -> dict[str, Any]:
    """What a screen that shows this page sends to publish it: what changes, by the versions it showed."""
    shown = page.json()
    new = {each["id"] for each in shown["unpublished"]}
    versions = {row["id"]: row["version"] for row in shown["sections"] if row["id"] in new}
    return {"resource": shown["id"], "version": shown["version"], "sections": versions}


def publish(circle: Circle, resource: str) -> None:
    """Have the facilitator publish it as it is."""
    leader = circle.people["facilitator"]
    act(leader, "resource.publish", **seen_on(page_of(leader, resource)))


# The library


def test_staff_write_and_members_read_what_is_shared(circle: Circle) -> None:
    leader, member, admin = (circle.people[who] for who in ("facilitator", "member", "admin"))
    resource = given_resource(leader, publish=False, source="A clinic", language="en")
    assert outcome_of(leader, "resource.share", resource=resource, group=circle.group.id) == "closed"
    assert titles(admin) == ["Sleeping better"]
    assert titles(member) == []
    act(admin, "resource.publish", resource=resource, version=1)
    assert titles(member) == [], "members do not browse the library"
    assert page_of(member, resource).status_code == 404
    act(leader, "resource.share", resource=resource, group=circle.group.id)
    page = page_of(member, resource).json()
    assert (page["html"], page["words"], page["may"]) == ("<p>Go to bed.</p>", None, [])
    assert titles(member, group=circle.group.id) == ["Sleeping better"]
    absent = page_of(member, uuid4())
    for who in ("other group's member", "former member", "removed"):
        answer = page_of(circle.people[who], resource)
        assert (answer.status_code, answer.content) == (404, absent.content), who
    notices = Notice.objects.filter(kind="resource.shared", withdrawn_at=None)
    assert {notice.person_id for notice in notices} == {member.pk, circle.people["peer"].pk}
    again = act(leader, "resource.share", resource=resource, group=circle.group.id)
    assert notices.all().count() == 2, "nobody is told twice"
    act(leader, "resource.unshare", resource=resource, share=again["share"])
    assert page_of(member, resource).status_code == 404
    assert not notices.all().exists()


def test_who_reads_it_already_is_not_told_of_another_share(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    second = given_group(leader)
    newcomer = given_member(second).person
    given_member(second, member)
    resource = given_resource(leader)
    act(leader, "resource.share", resource=resource, group=circle.group.id)
    act(leader, "resource.share", resource=resource, group=second.id)
    told = Notice.objects.filter(kind="resource.shared").values_list("person_id", flat=True)
    assert sorted(told) == sorted(person.pk for person in (member, circle.people["peer"], newcomer))
    assert page_of(newcomer, resource).status_code == page_of(member, resource).status_code == 200


def test_who_changes_the_library(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    resource = given_resource(leader)
    act(leader, "resource.share", resource=resource, group=circle.group.id)
    for command, data in (
        ("resource.change", {"resource": resource, "version": 2, "title": "Mine"}),
        ("resource.publish", {"resource": resource, "version": 2}),
        ("resource.withdraw", {"resource": resource, "version": 2}),
        ("resource.share", {"resource": resource, "group": circle.group.id}),
        ("resource.attach", {"resource": resource, "files": [uuid4()]}),
    ):
        assert outcome_of(member, command, **data) == "denied", command
        for who in ("other group's member", "former member", "removed"):
            assert outcome_of(circle.people[who], command, **data) == "not_found", (command, who)
    assert outcome_of(member, "resource.add", title="Mine") == "denied"
    stranger = given_person("facilitator")
    assert outcome_of(stranger, "resource.share", resource=resource, group=circle.group.id) == "not_found"
    assert outcome_of(circle.people["admin"], "resource.share", resource=resource, group=circle.group.id) == (
        "not_found"
    )
    assert page_of(stranger, resource).json()["shared"] == [], "others' groups are no business of theirs"
    assert outcome_of(stranger, "resource.change", resource=resource, version=2, title="Better") == "ok"
    stale = problem_of(leader, "resource.change", resource=resource, version=2, title="Other")
    assert (stale["type"], stale["current"]["title"]) == ("stale", "Better")


def test_a_therapist_shares_with_a_client() -> None:
    therapist, admin, client = given_person("facilitator"), given_person("admin"), given_person()
    resource = given_resource(therapist)
    data = {"resource": resource, "client": client.pk}
    assert outcome_of(therapist, "resource.share", **data) == "not_found"
    given_client_of(therapist, client, admin)
    assert outcome_of(therapist, "resource.share", **data) == "ok"
    assert outcome_of(admin, "resource.share", **data) == "not_found"
    assert titles(client) == ["Sleeping better"]
    assert [row["name"] for row in page_of(therapist, resource).json()["shared"]] == [client.name]
    assert page_of(admin, resource).json()["shared"] == []


def test_what_is_assigned_can_be_read(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    resource = given_resource(leader)
    given = given_assignment(circle.group, resource=resource, members=[circle.member_id("member")])
    assert page_of(circle.people["member"], resource).status_code == 200
    assert page_of(circle.people["peer"], resource).status_code == 404
    act(leader, "assignment.take_back", assignment=given.pk)
    assert page_of(circle.people["member"], resource).status_code == 404
    draft = given_resource(leader, publish=False)
    data = {"group": circle.group.id, "title": "Read", "resource": draft}
    assert outcome_of(leader, "assignment.give", **data) == "invalid"


def test_past_its_review_date_it_is_marked_for_the_staff_only(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    yesterday, later = (str((now() + timedelta(days=days)).date()) for days in (-1, 40))
    for title, date in (("Old", yesterday), ("Young", later), ("Undated", None)):
        resource = given_resource(leader, title=title, review_date=date)
        act(leader, "resource.share", resource=resource, group=circle.group.id)
    for who, wanted in (("facilitator", {"Old": True, "Young": False, "Undated": False}), ("member", {})):
        rows = Browser(circle.people[who]).get("/api/resources").json()["resources"]
        assert {row["title"]: row["review_due"] for row in rows} == {
            **dict.fromkeys(("Old", "Young", "Undated"), False),
            **wanted,
        }
    old = Resource.objects.get(pk=next(row["id"] for row in rows if row["title"] == "Old"))
    act(leader, "resource.change", resource=old.pk, version=old.version, review_date=None)
    assert Resource.objects.get(pk=old.pk).review_date is None


def test_searching(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    for title, source, language in (
        ("Grief", "Clinic A", "en"),
        ("Trauer", "Klinik B", "de"),
        ("Calm", "", "en"),
    ):
        given_resource(leader, title=title, source=source, language=language)
    assert titles(leader) == ["Calm", "Grief", "Trauer"]
    assert titles(leader, q="GRIEF") == ["Grief"]
    assert titles(leader, q="klinik trauer") == ["Trauer"]
    assert titles(leader, language="en") == ["Calm", "Grief"]
    assert Browser(leader).get("/api/resources", language="en").json()["languages"] == ["de", "en"]
    assert outcome_of(leader, "resource.add", title="x", language="English") == "invalid"


def test_how_hard_it_is_to_read() -> None:
    easy, hard = reading_grade(SIMPLE, "en"), reading_grade(HARD, "en-GB")
    assert easy is not None
    assert hard is not None
    assert easy < 4 < 14 < hard
    german = reading_grade(
        "Die Katze saß am Fenster. Draußen schien die Sonne. Wir gingen spazieren. " * 4, "de"
    )
    assert german is not None
    assert german < 7
    assert reading_grade(SIMPLE, "fr") is None
    assert reading_grade("Too short.", "en") is None


def test_files_of_a_resource_are_for_its_readers(circle: Circle) -> None:
    leader, member, peer = (circle.people[who] for who in ("facilitator", "member", "peer"))
    resource = given_resource(leader)
    file = sent(leader, document(), "sheet.pdf")
    assert outcome_of(leader, "resource.attach", resource=resource, files=[sent(member)]) == "file_gone"
    act(leader, "resource.attach", resource=resource, files=[file])
    assert fetch(member, file).status_code == 404
    act(leader, "resource.share", resource=resource, group=circle.group.id)
    assert fetch(member, file).status_code == 200
    assert [row["name"] for row in page_of(peer, resource).json()["files"]] == ["sheet.pdf"]
    assert outcome_of(member, "file.remove", file=file) == "denied"
    version = Resource.objects.get(pk=resource).version
    act(leader, "resource.withdraw", resource=resource, version=version)
    assert fetch(member, file).status_code == 404
    assert not Notice.objects.filter(kind="resource.shared", withdrawn_at=None).exists()
    act(leader, "resource.detach", resource=resource, file=file)
    assert fetch(leader, file).status_code == 404


def test_files_of_a_draft_are_for_the_facilitators(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    resource = given_resource(leader, publish=False, group=circle.group.id)
    file = sent(leader, document(), "sheet.pdf")
    act(leader, "resource.attach", resource=resource, files=[file])
    assert page_of(member, resource).json()["files"] == []
    assert fetch(member, file).status_code == 404
    assert fetch(leader, file).status_code == 200
    publish(circle, resource)
    assert fetch(member, file).status_code == 200


def test_the_preview_keeps_nothing(circle: Circle) -> None:
    before = Resource.objects.count()
    answer = Browser(circle.people["member"]).send("/api/resources/preview", {"words": "**a** <b>x</b>"})
    assert answer.json() == {"html": "<p><strong>a</strong> &lt;b&gt;x&lt;/b&gt;</p>"}
    assert Browser(given_person()).send("/api/resources/preview", {"words": "a"}).status_code == 403
    assert Resource.objects.count() == before


# What a group writes


def test_nothing_reaches_the_group_that_nobody_looked_at(circle: Circle) -> None:
    leader, member, peer = (circle.people[who] for who in ("facilitator", "member", "peer"))
    resource = given_resource(leader, publish=False, group=circle.group.id, words="We wrote this.")
    section = given_section(circle, "member", resource, "unseen words")
    assert "unseen words" in page_of(leader, resource).content.decode()
    seen = page_of(peer, resource)
    assert "unseen words" not in seen.content.decode()
    assert "By member" not in seen.content.decode()
    row = seen.json()["sections"][0]
    assert (row["name"], row["taken_by"], row["free"], row["yours"]) == (
        None,
        {"member": None, "name": None},
        False,
        False,
    )
    assert page_of(leader, resource).json()["unpublished"] == [{"id": section, "what": "new"}]
    assert outcome_of(member, "resource.publish", resource=resource, version=1) == "denied"
    publish(circle, resource)
    assert "unseen words" in page_of(peer, resource).json()["html"]
    act(member, "section.save", section=section, version=2, heading="By member", words="later words")
    assert "later words" not in page_of(peer, resource).content.decode()
    assert page_of(leader, resource).json()["unpublished"] == [{"id": section, "what": "changed"}]
    publish(circle, resource)
    assert "later words" in page_of(peer, resource).json()["html"]
    for who in OUTSIDE:
        assert page_of(circle.people[who], resource).status_code == 404, who
        assert titles(circle.people[who]) == [], who
    assert outcome_of(leader, "resource.share", resource=resource, group=circle.group.id) == "denied"


def test_named_is_who_wants_to_be(circle: Circle) -> None:
    resource = given_resource(circle.people["facilitator"], publish=False, group=circle.group.id)
    section = given_section(circle, "member", resource)
    publish(circle, resource)
    name = Membership.objects.get(pk=circle.member_id("member")).name
    assert name not in page_of(circle.people["peer"], resource).content.decode()
    assert outcome_of(circle.people["peer"], "section.credit", section=section, on=True) == "denied"
    assert outcome_of(circle.people["facilitator"], "section.credit", section=section, on=True) == "denied"
    act(circle.people["member"], "section.credit", section=section, on=True)
    assert page_of(circle.people["peer"], resource).json()["credits"] == [name]
    given_ended(
        Membership.objects.select_related("person", "group").get(pk=circle.member_id("member")), "left"
    )
    page = page_of(circle.people["peer"], resource)
    assert "what helped me" in page.json()["html"], "what was not taken back stays"
    assert name not in page.content.decode(), "without a name"


def test_one_s_own_part_can_always_be_taken_back(circle: Circle, moved: Any) -> None:
    member, peer = circle.people["member"], circle.people["peer"]
    resource = given_resource(circle.people["facilitator"], publish=False, group=circle.group.id)
    section, other = (
        given_section(circle, "member", resource),
        given_section(circle, "peer", resource, "by peer"),
    )
    publish(circle, resource)
    assert outcome_of(peer, "section.withdraw", section=section) == "denied"
    act(member, "section.withdraw", section=section)
    assert "what helped me" not in page_of(peer, resource).content.decode()
    act(member, "section.restore", section=section)
    assert "what helped me" in page_of(peer, resource).json()["html"]
    given_ended(
        Membership.objects.select_related("person", "group").get(pk=circle.member_id("member")), "left"
    )
    mine = Browser(member).get("/api/resources/mine").json()["sections"]
    assert [(row["id"], row["left"], row["published"]) for row in mine] == [(section, True, True)]
    assert outcome_of(member, "section.save", section=section, version=5, words="x") == "not_found"
    act(member, "section.withdraw", section=section)
    assert "what helped me" not in page_of(peer, resource).content.decode()
    moved(60)
    assert outcome_of(member, "section.restore", section=section) == "not_found", "undo is for who is there"
    erase_section.call(section)
    assert not ResourceSection.objects.filter(pk=section).exists()
    assert "by peer" in page_of(peer, resource).json()["html"]
    act(circle.people["facilitator"], "section.withdraw", section=other)
    assert "by peer" not in page_of(peer, resource).json()["html"]


def test_reading_does_not_grow_with_what_is_there(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    resource = given_resource(leader, publish=False, group=circle.group.id)
    given_section(circle, "member", resource)

    def counts() -> list[int]:
        return [
            statements(lambda: list_resources(leader)),
            statements(lambda: list_resources(leader, group=circle.group.id)),
            statements(lambda: read_resource(leader, Resource.objects.get(pk=resource).id)),
        ]

    few = counts()
    for _ in range(3):
        shared = given_resource(leader)
        act(leader, "resource.share", resource=shared, group=circle.group.id)
    circle.people["late"] = given_member(circle.group).person
    given_section(circle, "late", resource)
    assert counts() == few
    assert max(few) <= 12
