"""What may be decided: every lane, state and role, and no choice that is not in the table."""

from __future__ import annotations

from itertools import product

import pytest

from accounts.models import Person
from moderation.models import ReviewItem
from moderation.models.review import TargetKind
from moderation.queries.choices import CHOICES, Role, Situation, choices_for, names_for
from tests.given import act, given_circle, given_member, given_person
from tests.moderation.given_review import (
    decide,
    given_item,
    given_lead,
    given_post_in,
    given_revision,
    inside,
    the_item,
)

TARGETS = ("held", "published", "hidden", "rejected", "refused", "withdrawn", "pending", "accepted", None)
# Outside the care lane, of posts: what the roles may decide, by (pending, second look, target).
SHOWN_NOT = ("restore", "dismiss")
EXPECTED = {
    (True, False, "held"): ("publish", "reject", "reword"),
    (True, False, "published"): ("keep", "hide", "dismiss"),
    (True, False, "hidden"): SHOWN_NOT,
    (True, False, "rejected"): SHOWN_NOT,
    (True, False, "refused"): ("dismiss",),
    (True, False, "withdrawn"): ("dismiss",),
    (True, False, "pending"): ("dismiss",),
    (True, False, "accepted"): ("dismiss",),
    (True, False, None): ("dismiss",),
    (True, True, "hidden"): ("restore", "uphold"),
    (True, True, "rejected"): ("restore", "uphold"),
    (True, True, None): ("restore", "uphold"),
    (True, True, "published"): ("keep",),
    (True, True, "held"): ("uphold",),
    (True, True, "refused"): ("uphold",),
    (True, True, "withdrawn"): ("uphold",),
    (True, True, "pending"): ("uphold",),
    (True, True, "accepted"): ("uphold",),
    (False, False, "published"): ("hide",),
    (False, False, "hidden"): ("restore",),
    (False, False, "rejected"): ("restore",),
}


@pytest.mark.parametrize(("lane", "role"), list(product(("conduct", "privacy", "asked"), Role)))
def test_the_table_outside_the_care_lane(lane: str, role: Role) -> None:
    for pending, second, target, severity in product((True, False), (True, False), TARGETS, range(4)):
        at = Situation(lane, pending, TargetKind.POST, target, second, severity, role)
        expected = EXPECTED.get((pending, second and pending, target), ())
        if role is Role.FIRST and second and pending:
            expected = tuple(name for name in expected if name != "uphold")
        if role is Role.LEAD and not pending:
            expected = ()
        assert names_for(at) == expected, at


@pytest.mark.parametrize("role", Role)
def test_the_table_of_the_care_lane(role: Role) -> None:
    for pending, second, target, severity in product((True, False), (True, False), TARGETS, range(4)):
        at = Situation("care", pending, TargetKind.POST, target, second, severity, role)
        expected = () if not pending else ("close",) if severity >= 2 else ("close", "dismiss")
        assert names_for(at) == expected, at


def test_titles_and_names_are_kept_or_left() -> None:
    for kind in set(TargetKind.values) - {TargetKind.SEALED}:
        at = Situation("conduct", True, kind, None, False, 0, Role.FACILITATOR)
        assert names_for(at) == (("keep", "dismiss") if kind in ("topic", "name") else ("dismiss",))


@pytest.mark.parametrize("role", Role)
def test_the_table_of_sealed_messages(role: Role) -> None:
    for target, admin in product((None, "contact_ended", "account_closed"), (True, False)):
        may_undo = admin or target != "account_closed"
        undo = ("restore",) if may_undo else ()
        closing = ("deactivate",) if admin else ()
        for second in (True, False):
            waits = Situation("conduct", True, TargetKind.SEALED, target, second, 0, role, admin=admin)
            if not second:
                assert names_for(waits) == ("dismiss", "speak", "end_contact", *closing)
            else:
                assert names_for(waits) == (undo if role is Role.FIRST else (*undo, "uphold"))
        worry = Situation(
            "conduct", True, TargetKind.SEALED, target, False, 0, role, admin=admin, worried=True
        )
        assert names_for(worry) == ("dismiss", "speak")
        over = Situation("conduct", False, TargetKind.SEALED, target, False, 0, role, admin=admin)
        in_force = target is not None and may_undo and role is not Role.LEAD
        assert names_for(over) == (("restore",) if in_force else ())


def test_nobody_answers_a_second_look_at_their_own_decision() -> None:
    for lane, target, pending, second in product(
        ReviewItem.Lane.values, TARGETS, (True, False), (True, False)
    ):
        at = Situation(lane, pending, TargetKind.POST, target, second, 0, Role.FIRST)
        assert "uphold" not in names_for(at)


def test_each_choice_has_its_own_key() -> None:
    keys = {name: choice.key for name, choice in CHOICES.items()}
    assert keys == {
        "publish": "p",
        "reject": "r",
        "reword": "w",
        "keep": "k",
        "hide": "h",
        "restore": "u",
        "uphold": "x",
        "close": "c",
        "dismiss": "d",
        "speak": "s",
        "end_contact": "e",
        "deactivate": "f",
    }
    assert [name for name, choice in CHOICES.items() if choice.needs_message] == ["uphold", "speak"]
    assert [name for name, choice in CHOICES.items() if choice.needs_outcome] == ["close"]
    assert [name for name, choice in CHOICES.items() if not choice.needs_policy] == ["close"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("held", ("publish", "reject", "reword")),
        ("published", ("keep", "hide", "dismiss")),
        ("hidden", SHOWN_NOT),
        ("rejected", SHOWN_NOT),
        ("withdrawn", ("dismiss",)),
    ],
)
def test_choices_follow_the_post(state: str, expected: tuple[str, ...]) -> None:
    circle = given_circle()
    post, item = given_post_in(circle, state)
    assert post.state == state
    assert names(circle.people["facilitator"], item) == expected


@pytest.mark.django_db
def test_choices_follow_new_words_that_wait() -> None:
    circle = given_circle()
    _, item = given_revision(circle)
    leader = circle.people["facilitator"]
    assert names(leader, item) == ("publish", "reject", "reword")
    assert names(leader, decide(leader, item, "reject")) == ("restore",)


@pytest.mark.django_db
def test_roles_in_a_second_look() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    other = given_member(circle.group, role="facilitator").person
    lead = given_lead(given_person("admin"))
    post, item = given_post_in(circle, "published")
    decide(leader, item, "hide")
    act(member, "second_look.ask", post=post.id, words="Please look again.")
    item = the_item(item.id)
    assert names(leader, item) == ("restore",)
    assert names(other, item) == ("restore", "uphold")
    assert names(lead, item) == ("restore", "uphold")
    item = decide(other, item, "uphold")
    assert names(leader, item) == ("restore",)
    assert names(lead, item) == ()


@pytest.mark.django_db
def test_grave_care_is_closed_never_dismissed() -> None:
    circle = given_circle()
    item = given_item(circle.post, lane="care", severity=2)
    assert names(circle.people["facilitator"], item) == ("close",)
    inside(lambda: ReviewItem.objects.filter(id=item.id).update(severity=1))
    assert names(circle.people["facilitator"], the_item(item.id)) == ("close", "dismiss")


def names(person: Person, item: ReviewItem) -> tuple[str, ...]:
    """The names of what a person may decide."""
    return tuple(choice.name for choice in choices_for(person, the_item(item.id)))
