"""The words that weighed most in one's own flags: the author's alone, and only of words that are still there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Person
from moderation.models import Screening
from moderation.words import RULES_VERSION
from tests.given import STANDINGS, Browser, Circle, the_post
from tests.moderation.given_flagging import agree
from tests.moderation.given_models import Summing
from tests.moderation.given_review import member_of
from tests.moderation.given_steps import given_screening
from tests.moderation.given_weighed import WORDS, circle, given_words, model, phrases, put

__all__ = ["circle", "model"]
pytestmark = pytest.mark.django_db


def own(person: Person, row: Screening) -> Any:
    """What the author's door answers about a flag."""
    return Browser(person).get(f"/api/me/flags/{row.id}/weighed")


def given_flag(circle: Circle, body: str = WORDS, **fields: Any) -> Screening:
    """A flag of the circle's member: a model spoke up, a rule, the room and a rule of the group."""
    item = given_words(circle, body)
    row = {"rules": ["model_insult", "insult", "premoderated", str(uuid4())], "model_version": "summing-1"}
    author = member_of(circle.group, circle.people["member"])
    return given_screening(
        author, target_id=item.target_id, **{**row, "rules_version": RULES_VERSION, **fields}
    )


@pytest.mark.usefixtures("model")
def test_the_author_gets_the_same_of_their_own(circle: Circle) -> None:
    row = given_flag(circle, "You idiot. So dreary.")
    answer = own(circle.people["member"], row).json()
    assert phrases(answer["outputs"]) == {"insult": ["dreary"]}
    assert phrases(answer["rules"]) == {"insult": ["You idiot"]}
    assert (answer["by"], answer["current"]) == ("summing-1", True)
    assert answer["outputs"][0]["signals"] == []


@pytest.mark.usefixtures("model")
def test_a_flag_is_its_authors_alone(circle: Circle) -> None:
    row = given_flag(circle)
    for who in STANDINGS:
        if who != "deactivated":
            assert own(circle.people[who], row).status_code == (200 if who == "member" else 404), who


@pytest.mark.usefixtures("model")
def test_own_words_that_are_gone_or_were_changed_are_not_weighed(circle: Circle) -> None:
    member = circle.people["member"]
    first = given_flag(circle)
    again = given_screening(first.author, target_id=first.target_id, rules=["model_insult"])
    assert own(member, first).status_code == 404, "other words came after it"
    assert own(member, again).status_code == 200
    put(the_post(first.target_id), body="")
    assert own(member, again).status_code == 404


def test_own_flags_without_consent(circle: Circle, model: Summing) -> None:
    row = given_flag(circle, "You idiot. So dreary.")
    agree(circle.people["member"], given=False)
    answer = own(circle.people["member"], row).json()
    assert (answer["outputs"], phrases(answer["rules"])) == ([], {"insult": ["You idiot"]})
    assert model.texts == []


def test_ways_of_speaking_have_their_words(circle: Circle) -> None:
    row = given_flag(circle, "I was killing time, and then I died laughing.", kind="spoken", rules=[])
    (reason,) = own(circle.people["member"], row).json()["rules"]
    assert "killing time" in [span["words"] for span in reason["spans"]]
