"""What the single writer does for long words: the same as for plain ones, because it renders nothing."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from community.models import Submission
from hearthside import live
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.errors import Busy
from hearthside.limits import POST_CHARACTERS
from tests.community.given_assignments import given_assignment, hand_in, write
from tests.community.given_assignments import page_of as assignment_of
from tests.community.test_resources import page_of, seen_on
from tests.given import Circle, act, as_json, fresh_nonce, given_circle, outcome_of

pytestmark = pytest.mark.django_db
COSTLY = ("- a\n" * POST_CHARACTERS)[:POST_CHARACTERS]  # half a second to render
PLAIN = ("abcdefgh " * POST_CHARACTERS)[:POST_CHARACTERS]


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def prepared(person: Any, command: str, **data: Any) -> live.Write:
    """What a door hands to the writer."""
    row = find_command(command)
    found = prepare_command(row, person, read_data(row, as_json({"nonce": fresh_nonce(), **data})))
    assert isinstance(found, live.Write)
    return found


def spent(person: Any, command: str, **data: Any) -> tuple[float, live.Answer]:
    """The seconds of the writer that a command takes, and its answer."""
    work = prepared(person, command, **data)
    took: list[float] = []

    def timed() -> live.Answer:
        begun = time.thread_time()
        answer = work.action()
        took.append(time.thread_time() - begun)
        return answer

    answer = live.write(live.Write(timed, work.streams))
    return took[0], answer


def round_of_homework(circle: Circle, words: str) -> dict[str, float]:
    """An assignment from giving to the answer, everywhere with these words: the writer's seconds for each step."""
    leader, member = circle.people["facilitator"], circle.people["member"]
    took: dict[str, float] = {}
    took["give"], given = spent(leader, "assignment.give", group=circle.group.id, title="A walk", words=words)
    took["change"], _ = spent(
        leader, "assignment.change", assignment=given["id"], version=1, words=words + "x"
    )
    took["save"], saved = spent(member, "homework.save", assignment=given["id"], version=1, words=words)
    took["hand in"], _ = spent(member, "homework.hand_in", assignment=given["id"], version=saved["version"])
    row = Submission.objects.get(assignment=given["id"], person=member)
    took["answer"], _ = spent(leader, "homework.answer", submission=row.pk, words=words)
    return took


def round_of_writing(circle: Circle, words: str) -> dict[str, float]:
    """Something that a group writes, everywhere with these words: the writer's seconds for each step."""
    leader, member = circle.people["facilitator"], circle.people["member"]
    took: dict[str, float] = {}
    took["add"], made = spent(leader, "resource.add", group=circle.group.id, title="Evenings", words=words)
    took["change"], _ = spent(leader, "resource.change", resource=made["id"], version=1, words=words + "x")
    section = act(member, "section.add", resource=made["id"])["id"]
    took["write"], _ = spent(member, "section.save", section=section, version=1, words=words)
    took["publish"], _ = spent(leader, "resource.publish", **seen_on(page_of(leader, made["id"])))
    return took


@pytest.mark.parametrize("way", [round_of_homework, round_of_writing])
def test_the_writer_renders_nothing(circle: Circle, way: Any) -> None:
    way(circle, "few words")
    plain, costly = way(circle, PLAIN[:-1]), way(circle, COSTLY[:-1])
    slow = {step: (plain[step], costly[step]) for step in plain if costly[step] > 5 * plain[step] + 0.05}
    assert slow == {}


def test_words_that_became_others_are_rendered_anew(circle: Circle) -> None:
    member = circle.people["member"]
    given = given_assignment(circle.group)
    version = write(member, given, "before")
    early = prepared(member, "homework.hand_in", assignment=given.pk, version=version + 1)
    assert write(member, given, "after") == version + 1
    with pytest.raises(Busy):
        live.write(early)
    assert outcome_of(member, "homework.hand_in", assignment=given.pk, version=version + 1) == "ok"
    assert assignment_of(member, given).json()["own"]["html"] == "<p>after</p>"


def test_what_one_handed_in_is_shown_as_it_was_rendered_then(circle: Circle) -> None:
    member, leader = circle.people["member"], circle.people["facilitator"]
    given = given_assignment(circle.group)
    row = hand_in(member, given, "**mine**")
    looks = "<p><strong>mine</strong></p>"
    assert assignment_of(member, given).json()["own"]["html"] == looks
    act(leader, "homework.answer", submission=row.pk, words="Once more", revise=True)
    write(member, given, "_more_")
    assert assignment_of(member, given).json()["own"]["html"] == "<p><em>more</em></p>"
    staff = assignment_of(leader, given).json()["subs"]
    assert next(each for each in staff if each["id"] == str(row.pk))["html"] == looks


def test_words_are_as_long_as_a_post_at_most(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    given = given_assignment(circle.group)
    save = partial(outcome_of, member, "homework.save", assignment=given.pk)
    assert save(version=1, words="a" * (POST_CHARACTERS + 1)) == "invalid"
    assert save(version=1, words="a" * POST_CHARACTERS) == "ok"
    assert outcome_of(leader, "resource.add", title="x", words="a" * (POST_CHARACTERS + 1)) == "invalid"
