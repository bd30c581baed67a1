"""Group rules: what each trigger finds, whom they leave alone, how they fail, and what their actions become."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import ensure_practice
from community.models import Group, Membership, Post, Topic
from hearthside import clock
from moderation import group_rules, screening
from moderation.group_rules import HELD, UNCHECKED
from moderation.models import DutySlot, GroupRule, ReviewItem, RuleMatch
from moderation.rule_shapes import Definition, as_row, misfits
from tests.given import act, given_group, given_member, given_post, given_topic, leader_of, the_post
from tests.moderation.given_rules import given_rule, looked, rule_data, speaks, the_rule

pytestmark = pytest.mark.django_db

CALL = "Call me on 07700 900123 tonight"
NOTHING = "The weather was kind today"
TUESDAY = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)


@pytest.fixture
def group() -> Group:
    return given_group()


@pytest.mark.parametrize(
    ("trigger", "found", "passed"),
    [
        ({"kind": "keyword", "words": ["daffodil*"]}, "DAFFODILS again", NOTHING),
        ({"kind": "keyword", "words": ["two words"]}, "only two  words", "two other words"),
        ({"kind": "keyword", "words": ["*bulb"], "allow": ["light bulb"]}, "a lightbulb", "a light bulb"),
        ({"kind": "keyword", "words": ["tulip"]}, "a t u l i p here", "a tulips shop"),
        ({"kind": "keyword", "words": ["tulip"], "evasions": False}, "a tulip", "a tu1ip"),
        ({"kind": "pattern", "patterns": [r"\bx{2,}\b", r"\d{4}"]}, "in 1984", "in 19 84"),
        ({"kind": "pattern", "patterns": ["secret"]}, "se\u200bｃret", NOTHING),
        ({"kind": "contact"}, "write to me@example.org", NOTHING),
        ({"kind": "method"}, "what is the easiest way to die", NOTHING),
        ({"kind": "member_name"}, "as Rosalind said", "as the rose said"),
        ({"kind": "member_name"}, "as ROSALIND Gray said", "as Gray said"),
    ],
)
def test_what_a_trigger_finds(group: Group, trigger: dict[str, Any], found: str, passed: str) -> None:
    given_rule(group, trigger=trigger)
    names = ("Rosalind Gray", "Al", "*", "🌷")
    assert speaks(group, found, names=names)
    assert not speaks(group, passed, names=names)


def test_a_name_of_ones_own_is_no_other(group: Group) -> None:
    given_rule(group, trigger={"kind": "member_name"})
    rosalind, ada = given_member(group, name="Rosalind"), given_member(group, name="Ada")
    names = ("Rosalind", "Ada")
    assert not speaks(group, "yours, Rosalind", member=str(rosalind.id), names=names)
    assert speaks(group, "yours, Rosalind", member=str(ada.id), names=names)


def test_a_label_from_its_threshold_on(group: Group) -> None:
    given_rule(group, trigger={"kind": "label", "label": "insult", "threshold": 0.7})
    assert speaks(group, NOTHING, scores={"insult": 0.7})
    assert not speaks(group, NOTHING, scores={"insult": 0.69, "threat": 0.99})
    assert not speaks(group, NOTHING, scores={})  # no consent, so no scores
    (broken,) = looked(group, NOTHING, scores={"insult": math.nan})
    assert broken.failed


def test_too_many_posts_within_minutes(group: Group, moved: Callable[[float], None]) -> None:
    topic, member = given_topic(group), given_member(group)
    given_rule(group, trigger={"kind": "rate", "posts": 2, "minutes": 5})
    given_post(topic, leader_of(group))
    given_post(topic, member.person)
    assert not speaks(group, NOTHING, member=str(member.id))
    given_post(topic, member.person)
    assert speaks(group, NOTHING, member=str(member.id))
    assert not speaks(group, NOTHING, member=str(member.id), event="edit")
    moved(301)
    assert not speaks(group, NOTHING, member=str(member.id))


@pytest.mark.parametrize(
    ("since", "to", "zone", "expected"),
    [
        (14, 15, "UTC", True),
        (15, 14, "UTC", False),
        (13, 14, "UTC", False),
        (22, 15, "UTC", True),
        (22, 6, "UTC", False),
        (3, 4, "Pacific/Auckland", True),
        (14, 15, "Pacific/Auckland", False),
        (0, 24, "UTC", True),
    ],
)
def test_an_hour_of_the_practice(group: Group, since: int, to: int, zone: str, expected: bool) -> None:
    ensure_practice("The practice", time_zone=zone)
    with clock.as_of(TUESDAY):
        given_rule(group, trigger={"kind": "hour", "from": since, "to": to})
        assert speaks(group, NOTHING) is expected


def test_nobody_on_duty(group: Group) -> None:
    given_rule(group, trigger={"kind": "unattended"})
    assert not speaks(group, NOTHING)  # no roster: nobody knows
    leader = Membership.objects.get(group=group, role="facilitator")
    with clock.as_of(TUESDAY):
        slot = DutySlot.objects.create(group=group, member=leader, weekday=1, starts=time(9), ends=time(12))
        assert speaks(group, NOTHING)
        slot.ends = time(18)
        slot.save()
        assert not speaks(group, NOTHING)


@pytest.mark.parametrize(
    ("event", "texts"),
    [("send", {"send", "edit", "title"}), ("edit", {"edit"}), ("profile", {"profile"})],
)
def test_a_rule_looks_at_its_events_only(group: Group, event: str, texts: set[str]) -> None:
    given_rule(group, event=event)
    heard = {one for one in ("send", "edit", "title", "profile") if speaks(group, "daffodil", event=one)}
    assert heard == texts


def test_whoever_is_exempt_is_left_alone(group: Group) -> None:
    given_rule(group, exempt=["facilitator"])
    leader = Membership.objects.get(group=group, role="facilitator")
    assert not speaks(group, "daffodil", member=str(leader.id))
    assert speaks(group, "daffodil", member=str(given_member(group).id))
    given_rule(group, name="For all")
    (hit,) = looked(group, "daffodil", member=str(leader.id))
    assert hit.name == "For all"


def test_modes_say_whether_a_rule_speaks(group: Group) -> None:
    given_rule(group, mode="off", name="Off")
    assert looked(group, "daffodil") == ()
    given_rule(group, mode="shadow", name="Shadow")
    given_rule(group, mode="on", name="On")
    assert [(hit.name, hit.shadow) for hit in looked(group, "daffodil")] == [("Shadow", True), ("On", False)]


def test_another_groups_rules_say_nothing(group: Group) -> None:
    given_rule(given_group())
    assert not speaks(group, "daffodil")


def test_a_new_version_counts_at_once(group: Group) -> None:
    rule = given_rule(group)
    assert speaks(group, "daffodil")
    tulip = rule_data(trigger={"kind": "keyword", "words": ["tulip"]})
    act(leader_of(group), "rule.save", group=group.id, rule=rule.id, version=rule.version, **tulip)
    assert not speaks(group, "daffodil")
    (hit,) = looked(group, "tulip")
    assert hit.version == rule.version + 1


def test_rules_made_ready_are_forgotten_in_time(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_rules, "MOST_KEPT", 2)
    rules = [given_rule(group, name=f"Rule {number}") for number in range(4)]
    assert len(looked(group, "daffodil")) == 4
    assert [key[0] for key in group_rules._ready] == [rule.id for rule in rules[-2:]]


@pytest.mark.parametrize(
    ("fail_mode", "actions", "sentence"), [("hold", ("hold",), UNCHECKED), ("flag", ("queue",), "")]
)
@pytest.mark.parametrize("how", ["broken", "slow", "unreadable"])
def test_a_rule_that_fails_does_what_its_fail_mode_says(
    group: Group, monkeypatch: pytest.MonkeyPatch, how: str, fail_mode: str, actions: Any, sentence: str
) -> None:
    rule = given_rule(group, fail_mode=fail_mode, actions=["log"])
    given_rule(group, name="Works")
    if how == "slow":
        monkeypatch.setattr(group_rules, "RULE_SECONDS", -1.0)
    elif how == "broken":
        monkeypatch.setattr(group_rules, "ready", lambda definition: broken)
        group_rules._ready.clear()
    else:
        rule.definition = "no json"
        rule.version += 1
        rule.save()
    failed = looked(group, "daffodil")[0]
    assert (failed.rule, failed.actions, failed.sentence, failed.failed, failed.shadow) == (
        rule.id,
        actions,
        sentence,
        True,
        False,
    )
    if how == "unreadable":
        assert [hit.name for hit in looked(group, "daffodil")] == ["", "Works"]


def broken(seen: object) -> bool:
    """A trigger that breaks, with words in its exception."""
    raise RuntimeError("what she said")


def test_a_rule_that_fails_in_shadow_stays_in_shadow(
    group: Group, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given_rule(group, mode="shadow", fail_mode="hold")
    monkeypatch.setattr(group_rules, "ready", lambda definition: broken)
    group_rules._ready.clear()
    (hit,) = looked(group, "daffodil")
    assert hit.shadow
    assert hit.failed
    assert "what she said" not in "".join(capsys.readouterr())


def test_all_rules_together_have_an_end(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    given_rule(group)
    monkeypatch.setattr(group_rules, "LOOK_SECONDS", -1.0)
    (hit,) = looked(group, "daffodil")
    assert hit.failed


def test_what_a_hit_says(group: Group) -> None:
    given_rule(group, actions=["nudge", "content_note", "slow_topic"], nudge="Flowers are for Sundays.")
    given_rule(group, actions=["nudge", "hold"], nudge="Flowers are for Sundays.")
    given_rule(group, actions=["log"])
    nudge, hold, logs = looked(group, "daffodil")
    assert (nudge.sentence, nudge.extra) == ("Flowers are for Sundays.", {"content_note": "Flowers"})
    assert (hold.sentence, hold.extra) == (HELD, {})
    assert (logs.sentence, logs.actions) == ("", ("log",))


def lanes(post: Post) -> list[str]:
    return sorted(ReviewItem.objects.filter(target_id=post.id).values_list("lane", flat=True))


def sent(topic: Topic, member: Membership, body: str = "A daffodil at last") -> tuple[dict[str, Any], Post]:
    answer = act(member.person, "post.submit", topic=topic.id, body=body)
    return answer, the_post(answer["id"])


@pytest.mark.parametrize(
    ("action", "state", "expected"),
    [
        ("log", "published", []),
        ("nudge", "published", []),
        ("content_note", "published", []),
        ("hold", "held", ["conduct"]),
        ("queue", "published", ["conduct"]),
        ("support_card", "published", []),
        ("page_on_call", "published", ["care"]),
        ("slow_topic", "published", []),
    ],
)
def test_what_an_action_becomes(group: Group, action: str, state: str, expected: list[str]) -> None:
    topic, member = given_topic(group), given_member(group)
    rule = given_rule(group, actions=[action])
    answer, post = sent(topic, member)
    assert (post.state, lanes(post)) == (state, expected)
    assert post.content_note == ("Flowers" if action == "content_note" else "")
    assert bool(answer["support"]) is (action == "support_card")
    topic.refresh_from_db()
    assert bool(topic.slow_seconds) is (action == "slow_topic")
    alerts = ReviewItem.objects.filter(target_id=post.id, alert__isnull=False)
    assert alerts.exists() is (action == "page_on_call")
    assert (answer["reason"] == HELD) is (action == "hold")
    (match,) = RuleMatch.objects.filter(rule=rule)
    assert (match.target_id, match.rule_version, match.shadow) == (post.id, rule.version, False)


def test_in_shadow_a_rule_only_counts(group: Group) -> None:
    topic, member = given_topic(group), given_member(group)
    actions = ["hold", "queue", "support_card", "page_on_call", "slow_topic", "content_note"]
    rule = given_rule(group, mode="shadow", actions=actions)
    answer, post = sent(topic, member)
    assert (post.state, lanes(post), answer["support"], post.content_note) == ("published", [], None, "")
    sent(topic, member, NOTHING)
    assert list(RuleMatch.objects.filter(rule=rule).values_list("target_id", "shadow")) == [(post.id, True)]


def test_a_rule_never_clears_what_screening_holds(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    topic, member = given_topic(group), given_member(group)
    given_rule(group, actions=["log"])

    def fail(text: str, context: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(screening._backend, "look", fail)
    _, post = sent(topic, member)
    assert post.state == "held"


def test_a_name_can_be_held_by_a_rule(group: Group) -> None:
    member = given_member(group, name="Ada")
    rule = given_rule(group, event="profile", actions=["queue"])
    act(member.person, "member.rename", group=group.id, name="Daffodil")
    assert RuleMatch.objects.filter(rule=rule).count() == 1


names = st.text(min_size=1, max_size=20).filter(
    lambda text: text.strip().isascii() and text.strip().isalnum()
)
keywords = st.sampled_from(["flower", "*ower", "flow*", "*low*", "two words", "🌷", "naïve", "don't"])
triggers = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("keyword"),
            "words": st.lists(keywords, min_size=1, max_size=5),
            "allow": st.lists(keywords, max_size=3),
            "evasions": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("pattern"),
            "patterns": st.lists(
                st.sampled_from(["a+", r"\bx", "[a-f]{3}", "(a|b)+c$"]), min_size=1, max_size=3
            ),
        }
    ),
    st.sampled_from(["contact", "member_name", "method", "unattended"]).map(lambda kind: {"kind": kind}),
    st.fixed_dictionaries(
        {"kind": st.just("label"), "label": st.just("threat"), "threshold": st.floats(0.05, 1.0)}
    ),
    st.fixed_dictionaries(
        {"kind": st.just("rate"), "posts": st.integers(1, 100), "minutes": st.integers(1, 1440)}
    ),
    st.tuples(st.integers(0, 23), st.integers(0, 23))
    .filter(lambda two: two[0] != two[1])
    .map(lambda two: {"kind": "hour", "from": two[0], "to": two[1]}),
)
POST_ACTIONS = ["log", "nudge", "content_note", "hold", "queue", "support_card", "page_on_call", "slow_topic"]
definitions = st.fixed_dictionaries(
    {
        "name": names,
        "event": st.sampled_from(["send", "edit", "profile"]),
        "trigger": triggers,
        "actions": st.lists(st.sampled_from(POST_ACTIONS), min_size=1, max_size=4, unique=True),
        "exempt": st.sampled_from([[], ["facilitator"]]),
        "nudge": st.text(alphabet="abc d", max_size=30),
    }
)
OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@OFTEN
@given(data=definitions, fail_mode=st.sampled_from(["hold", "flag"]), text=st.text(max_size=200))
def test_what_is_saved_is_read_and_no_rule_breaks_the_look(
    group: Group, data: dict[str, Any], fail_mode: str, text: str
) -> None:
    wanted = Definition(**data)
    if misfits(wanted):
        return
    GroupRule.objects.all().delete()  # of an example before that failed
    leader = leader_of(group)
    saved = act(leader, "rule.save", group=group.id, fail_mode=fail_mode, **data)
    assert saved["fail_mode"] == fail_mode
    assert {name: saved[name] for name in data} == as_row(wanted)
    again = act(leader, "rule.switch", rule=saved["id"], version=saved["version"], mode="shadow")
    assert again["trigger"] == saved["trigger"]
    assert Definition.model_validate_json(the_rule(saved["id"]).definition) == wanted
    for event in ("send", "edit", "title", "profile"):
        found = looked(group, text, event=event, names=("Ada",), scores={"threat": 0.5})
        assert not any(hit.failed for hit in found)
    act(leader, "rule.archive", rule=saved["id"], version=again["version"])
    assert looked(group, text) == ()


@OFTEN
@given(text=st.text(max_size=60), member=st.sampled_from(["", str(uuid4())]))
def test_looking_never_raises_whatever_the_row_holds(group: Group, text: str, member: str) -> None:
    rule = GroupRule.objects.filter(group=group).first() or given_rule(group)
    rule.definition = text
    rule.version += 1
    rule.save()
    assert [hit.failed for hit in looked(group, "daffodil", member=member)] == [True]
