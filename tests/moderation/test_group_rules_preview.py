"""What a rule would have matched: thirty days, what the asking facilitator may read, and never for too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from community.models import Group, Membership
from hearthside.audit_model import AuditEntry
from hearthside.clock import now
from moderation.models import DutySlot, GroupRule, RuleMatch, Screening
from moderation.models.review import TargetKind
from moderation.queries import group_rules
from moderation.queries.group_rules import WORDS
from tests.given import Browser, act, given_group, given_member, given_post, given_topic, leader_of
from tests.moderation.given_rules import given_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return given_group()


def preview(rule: GroupRule, by: Any = None) -> dict[str, Any]:
    answer = Browser(by or leader_of(rule.group)).get(f"/api/rules/{rule.id}/preview")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def matched(rule: GroupRule) -> list[str]:
    return [row["post"] for row in preview(rule)["matches"]]


def test_it_shows_what_is_published_newest_first(group: Group) -> None:
    topic, member = given_topic(group, title="Gardens"), given_member(group, name="Ada")
    first = given_post(topic, member.person, "A daffodil")
    given_post(topic, member.person, "Nothing else")
    second = given_post(topic, member.person, "daffodils " + "x" * 2000)
    gone = given_post(topic, member.person, "daffodil, taken back")
    act(member.person, "post.withdraw", post=gone.id)
    noted = given_post(topic, member.person, "see above", content_note="daffodils")
    found = preview(given_rule(group, mode="off"))
    assert [row["post"] for row in found["matches"]] == [str(noted.id), str(second.id), str(first.id)]
    assert (found["total"], found["read"], found["days"]) == (3, 4, 30)
    assert (found["partial"], found["failed"]) == (False, 0)
    row = found["matches"][-1]
    assert (row["topic_title"], row["author_name"], row["words"]) == ("Gardens", "Ada", "A daffodil")
    assert len(found["matches"][1]["words"]) <= WORDS + 1


def test_it_counts_nothing_as_a_match_and_is_written_down(group: Group) -> None:
    given_post(given_topic(group), leader_of(group), "daffodil")
    rule = given_rule(group, mode="off")
    preview(rule)
    preview(rule)
    assert not RuleMatch.objects.exists()
    entries = AuditEntry.objects.filter(verb="rules.previewed", thing=f"rule:{rule.id}")
    assert [entry.reason for entry in entries] == ["v1", "v1"]


def test_another_groups_posts_are_not_read(group: Group) -> None:
    leader = leader_of(group)
    given_post(given_topic(given_group(leader)), leader, "daffodil")
    assert preview(given_rule(group, mode="off"))["read"] == 0


def test_posts_older_than_thirty_days_are_not_read(group: Group, moved: Callable[[float], None]) -> None:
    topic = given_topic(group)
    given_post(topic, leader_of(group), "old daffodil")
    moved(30 * 86_400 + 60)
    new = given_post(topic, leader_of(group), "new daffodil")
    assert matched(given_rule(group, mode="off")) == [str(new.id)]


def test_a_new_facilitator_reads_from_joining_on() -> None:
    group = given_group()
    topic = given_topic(group)
    before = given_post(topic, leader_of(group), "daffodil before")
    newcomer = given_member(group, role="facilitator")
    assert before.seq is not None
    newcomer.visible_from = before.seq + 1
    newcomer.save()
    later = given_post(topic, leader_of(group), "daffodil after")
    rule = given_rule(group, mode="off")
    assert [row["post"] for row in preview(rule, newcomer.person)["matches"]] == [str(later.id)]
    assert preview(rule)["total"] == 2


def test_so_many_are_shown_and_all_counted(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = given_topic(group)
    for number in range(5):
        given_post(topic, leader_of(group), f"daffodil {number}")
    monkeypatch.setattr(group_rules, "SHOWN", 2)
    found = preview(given_rule(group, mode="off"))
    assert (len(found["matches"]), found["total"]) == (2, 5)
    assert [row["words"] for row in found["matches"]] == ["daffodil 4", "daffodil 3"]


def test_it_ends_in_time_and_says_so(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    given_post(given_topic(group), leader_of(group), "daffodil")
    monkeypatch.setattr(group_rules, "READ_SECONDS", -1.0)
    found = preview(given_rule(group, mode="off"))
    assert (found["partial"], found["read"], found["matches"]) == (True, 0, [])


def test_exempt_people_and_other_events(group: Group) -> None:
    topic, member = given_topic(group), given_member(group)
    given_post(topic, leader_of(group), "daffodil of the leader")
    mine = given_post(topic, member.person, "daffodil of mine")
    assert matched(given_rule(group, mode="off", exempt=["facilitator"])) == [str(mine.id)]
    edits = given_rule(group, mode="off", event="edit")
    assert matched(edits) == []
    act(member.person, "post.edit", post=mine.id, version=1, body="another daffodil")
    assert matched(edits) == [str(mine.id)]


def test_names_are_read_for_rules_about_names(group: Group) -> None:
    given_member(group, name="Daffodil")
    given_member(group, name="Ada")
    found = preview(given_rule(group, mode="off", event="profile"))
    (row,) = found["matches"]
    assert (row["post"], row["words"], found["read"]) == (None, "Daffodil", 3)


def test_the_past_room_counts_for_rate_hour_and_duty(group: Group, moved: Callable[[float], None]) -> None:
    topic, member = given_topic(group), given_member(group)
    posts = []
    for seconds in (0, 10, 20, 3600):
        moved(seconds)
        posts.append(str(given_post(topic, member.person).id))
    assert matched(given_rule(group, mode="off", trigger={"kind": "rate", "posts": 2, "minutes": 5})) == [
        posts[2]
    ]
    hour = (now() - timedelta(hours=1)).hour
    at_hour = {"kind": "hour", "from": hour, "to": (hour + 1) % 24 or 24}
    assert matched(given_rule(group, mode="off", trigger=at_hour)) == posts[2::-1]
    alone = given_rule(group, mode="off", trigger={"kind": "unattended"})
    assert matched(alone) == []
    leader = Membership.objects.get(group=group, role="facilitator")
    yesterday = (now() - timedelta(days=3)).weekday()
    DutySlot.objects.create(group=group, member=leader, weekday=yesterday, starts=time(9), ends=time(10))
    assert matched(alone) == posts[::-1]


def test_labels_are_read_from_what_screening_kept(group: Group) -> None:
    topic, member = given_topic(group), given_member(group)
    high, low, none = (given_post(topic, member.person) for _ in range(3))
    Screening.objects.all().delete()
    for post, score in ((high, 0.9), (low, 0.1)):
        Screening.objects.create(
            target_kind=TargetKind.POST,
            target_id=post.id,
            group=group,
            author=member,
            kind="none",
            action="clear",
            lane="none",
            scores={"insult": score},
            rules_version="rules",
        )
    trigger = {"kind": "label", "label": "insult", "threshold": 0.5}
    found = preview(given_rule(group, mode="off", trigger=trigger))
    assert [row["post"] for row in found["matches"]] == [str(high.id)]
    assert found["read"] == 3
    assert str(none.id) not in str(found)


def test_where_the_rule_breaks_the_preview_goes_on(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    given_post(given_topic(group), leader_of(group), "daffodil")
    rule = given_rule(group, mode="off", trigger={"kind": "unattended"})

    def fail(*at: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(group_rules, "on_duty", fail)
    found = preview(rule)
    assert (found["failed"], found["read"], found["total"]) == (1, 1, 0)


def test_a_rule_that_cannot_be_read_is_not_previewed(group: Group) -> None:
    rule = given_rule(group, mode="off")
    rule.definition = rule.definition.replace("keyword", "mood")
    rule.version += 1
    rule.save()
    browser = Browser(leader_of(group))
    assert browser.get(f"/api/rules/{rule.id}/preview").json()["type"] == "closed"
    assert browser.get(f"/api/groups/{group.id}/rules").json()["rules"][0]["name"] == "Flowers"
