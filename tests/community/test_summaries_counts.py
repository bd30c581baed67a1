"""Lists of summaries ask the database as often for many as for few, and read a page, not everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Session
from community.queries.concerns import tasks_of
from community.queries.summaries import list_own_quotes, list_summaries
from community.queries.summary_drafts import list_drafts
from hearthside.clock import now
from tests.community.given_assignments import given_assignment
from tests.community.given_summaries import Evening, given_evening, given_session, given_words, mark
from tests.given import act, given_member

pytestmark = pytest.mark.django_db


def statements(call: Any) -> int:
    """How many statements a call makes."""
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen.captured_queries)


def given_more(evening: Evening, number: int) -> Evening:
    """Another evening of the same group, some weeks ago."""
    session = given_session(evening.group, None, ago=timedelta(days=number, hours=3))
    mark(session, evening.absent[0], "absent")
    return Evening(**{**vars(evening), "session": session})


def test_lists_of_drafts_summaries_and_quotes_do_not_grow() -> None:
    evening = given_evening()
    member, reader = evening.present[0], evening.absent[0].person
    post = given_words(evening.topic, member, "I slept well. I walked far. I ate well. I sang.")

    def ask(sentence: str) -> None:
        act(evening.lead, "quote.ask", session=evening.session.id, post=post.id, sentence=sentence)

    def counts() -> list[int]:
        return [
            statements(lambda: list_drafts(evening.lead)),
            statements(lambda: list_summaries(reader)),
            statements(lambda: list_summaries(reader, unread=True)),
            statements(lambda: list_own_quotes(member.person)),
        ]

    evening.published()
    given_more(evening, 1)
    ask("I slept well.")
    few = counts()
    for number in range(2, 5):
        given_more(evening, number).published()
        given_more(evening, number + 10)
    for sentence in ("I walked far.", "I ate well.", "I sang."):
        ask(sentence)
    assert counts() == few


def test_pages_of_summaries_go_on_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.queries.summaries.PAGE", 2)
    evening = given_evening()
    made = [str(given_more(evening, number).published().id) for number in range(5)]
    reader = evening.absent[0].person
    for unread in (False, True):
        found: list[str] = []
        while True:
            page = list_summaries(reader, unread=unread, before=found[-1] if found else None)  # type: ignore[arg-type]
            assert len(page["summaries"]) <= 2
            found += [row["id"] for row in page["summaries"]]
            if not page["more"]:
                break
        assert found == made[::-1]
    act(reader, "summary.read", summary=made[2])
    assert made[2] not in [row["id"] for row in list_summaries(reader, unread=True)["summaries"]]


def test_tasks_are_asked_for_once() -> None:
    evening = given_evening()
    given_assignment(evening.group, title="Walk", session=evening.session.id)
    few = statements(lambda: tasks_of(evening.session))
    for _ in range(3):
        given_assignment(evening.group, title="Sit", session=evening.session.id)
    assert statements(lambda: tasks_of(evening.session)) == few
    assert len(tasks_of(evening.session)) == 4


def test_a_task_of_one_is_never_the_group_s() -> None:
    evening = given_evening(present=1, absent=0)
    given_assignment(evening.group, title="For you alone", session=evening.session.id)
    assert tasks_of(evening.session) == (), "of one member it is theirs"
    Session.objects.filter(id=evening.session.id).update(starts_at=now() - timedelta(hours=4))
    later = given_member(evening.group)
    assert tasks_of(Session.objects.get(id=evening.session.id)) == (), (
        "who came later does not make it everybody's"
    )
    given_assignment(evening.group, title="For all", session=evening.session.id)
    assert [task.title for task in tasks_of(evening.session)] == ["For all"]
    for member in (evening.present[0], later):
        member.state = "left"
        member.save()
    given_member(evening.group)
    assert tasks_of(evening.session) == (), "nobody who had it is there any more"
