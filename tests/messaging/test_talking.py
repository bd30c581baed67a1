"""Two people in Python talk through the relay; what does not check is not shown."""

from __future__ import annotations

import pytest

from tests.messaging.given import given_pair, words_of

pytestmark = pytest.mark.django_db


def test_two_people_talk() -> None:
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)
    therapist.say(room, "How was the week?")
    assert words_of(member, room) == ["How was the week?"]
    member.say(room, "Better than the last one.")
    both = ["How was the week?", "Better than the last one."]
    assert words_of(therapist, room) == both
    assert words_of(member, room) == both
    assert therapist.refused == member.refused == []
