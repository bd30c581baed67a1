"""What an author takes back goes from summaries for good, also where nobody had said yes to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.actions.erasure import ERASE_AFTER
from community.jobs import erase_withdrawn
from community.models import Post, QuoteRequest, SummaryVersion
from hearthside import clock
from notify.models import Notice
from tests.community.given_summaries import AGENDA, PLAIN, Evening, given_session, given_words, mark
from tests.community.test_summaries_quotes import (
    QUOTED,
    SAID,
    SHORT,
    answer,
    ask,
    draft,
    evening,
    given_quoted,
    page_of,
)
from tests.given import Browser, act, given_topic, outcome_of

pytestmark = pytest.mark.django_db
__all__ = ["evening"]
NOBODY = "One of us said: “[…].” We listened."


def erase(post: Post) -> None:
    """Let the author take a post back, and its undo be over."""
    act(post.author.person, "post.withdraw", post=post.id)
    with clock.as_of(clock.now() + ERASE_AFTER + timedelta(seconds=1)):
        erase_withdrawn.call(str(post.id))
    assert Post.objects.get(id=post.id).body == ""


def given_later(evening: Evening) -> Evening:
    """Another evening of the same group, with the same absent member."""
    session = given_session(evening.group, None, ago=timedelta(hours=2))
    mark(session, evening.absent[0], "absent")
    return Evening(**{**vars(evening), "session": session})


@pytest.mark.parametrize("given", [None, False])
def test_a_sentence_without_a_yes_is_gone_from_a_draft(evening: Evening, given: bool | None) -> None:
    quote = str(ask(evening, "Then I slept.")["quote"])
    evening.save(SHORT)
    if given is False:
        answer(evening, quote, False)
        evening.save(SHORT)
    erase(evening.more["post"])
    page = draft(evening)
    assert (page["sections"][0]["text"], page["problems"]) == (NOBODY, [])
    assert (QuoteRequest.objects.get().sentence, QuoteRequest.objects.get().state) == ("", "no")
    assert evening.do("summary.approve")["state"] == "approved", "what is left may go out"


def test_a_short_sentence_that_was_out_before_it_was_asked_for_goes(evening: Evening) -> None:
    evening.published(SHORT)
    ask(evening, "Then I slept.")
    assert "Then I slept" in page_of(evening)
    erase(evening.more["post"])
    assert "Then I slept" not in page_of(evening)
    assert draft(evening)["asks"] is True
    assert Notice.objects.get(kind="quote.withdrawn").person == evening.lead


def test_a_run_that_nobody_asked_for_is_gone_from_every_draft(evening: Evening) -> None:
    later = given_later(evening)
    later.draft()
    for one in (evening, later):
        one.save(QUOTED)
    version = evening.summary().version
    at = {"summary": evening.summary().id, "version": version}
    assert outcome_of(evening.lead, "summary.approve", **at) == "summary_blocked"
    erase(evening.more["post"])
    for one in (evening, later):
        assert draft(one)["sections"][0]["text"] == NOBODY
    assert evening.summary().version == version + 1
    assert outcome_of(evening.lead, "summary.approve", **at) == "stale"
    assert evening.do("summary.approve")["state"] == "approved"


def test_a_run_across_sections_and_under_marks_goes_too(evening: Evening) -> None:
    evening.save(
        [
            {**PLAIN[0], "text": "🌊 We heard: I stood by"},
            {**PLAIN[0], "id": "own2", "heading": "", "text": "the sea until the light"},
            {**PLAIN[0], "id": "own3", "text": "Fine.\nI st*oo*d by the sea until now"},
        ]
    )
    assert len(draft(evening)["problems"]) == 3
    erase(evening.more["post"])
    assert [row["text"] for row in draft(evening)["sections"]][:3] == [
        "🌊 We heard: […]",
        "[…]",
        "Fine.\n[…]",
    ]


def test_an_approval_that_was_made_before_the_words_were_written_is_none_any_more(evening: Evening) -> None:
    said = "We were glad to meet and it was a quiet evening."
    evening.save([{**PLAIN[0], "text": said}])
    evening.do("summary.approve")
    post = given_words(evening.topic, evening.present[1], said)
    erase(post)
    assert (evening.summary().state, draft(evening)["sections"][0]["text"]) == ("draft", "[…].")
    assert "glad" not in SummaryVersion.objects.get().sections


def test_words_that_are_out_are_not_lost_to_who_repeats_them(evening: Evening) -> None:
    said = "We were glad to meet and it was a quiet evening."
    evening.published([{**PLAIN[0], "text": said}])
    before = evening.summary().version
    erase(given_words(evening.topic, evening.present[1], f"{said} {AGENDA}"))
    assert said in page_of(evening)
    assert (draft(evening)["sections"][0]["text"], evening.summary().version) == (said, before)


def test_the_agenda_and_what_somebody_else_gave_stay(evening: Evening) -> None:
    given_quoted(evening)
    agenda = {**PLAIN[0], "id": "own2", "text": "How the week was. Nights and what helps"}
    evening.save([*QUOTED, agenda])
    erase(given_words(evening.topic, evening.present[1], f"{SAID} {AGENDA}"))
    assert [row["text"] for row in draft(evening)["sections"]][:2] == [QUOTED[0]["text"], agenda["text"]]


def test_a_short_post_and_one_of_another_topic_take_nothing_along(evening: Evening) -> None:
    evening.save(PLAIN)
    other = given_topic(evening.group, evening.lead, title="Week")
    for post in (
        given_words(evening.topic, evening.present[1], "It was a quiet evening."),
        given_words(other, evening.present[1], PLAIN[0]["text"]),
    ):
        erase(post)
    assert draft(evening)["sections"][0]["text"] == PLAIN[0]["text"]


def test_withdrawing_one_summary_takes_what_was_given_in_it_out_of_the_other(evening: Evening) -> None:
    given_quoted(evening)
    evening.published(QUOTED)
    later = given_later(evening)
    later.published(QUOTED)
    assert SAID[:-1] in page_of(later)
    evening.do("summary.withdraw")
    assert SAID[:-1] not in page_of(later)
    assert (later.summary().state, draft(later)["asks"], draft(later)["problems"]) == ("published", True, [])
    assert Browser(evening.present[0].person).get("/api/quotes").json()["quotes"] == []


def test_withdrawing_a_summary_leaves_the_other_alone_without_a_yes(evening: Evening) -> None:
    later = given_later(evening)
    later.published(SHORT)
    ask(evening, "Then I slept.")
    evening.published()
    before = later.summary().version
    evening.do("summary.withdraw")
    assert "Then I slept" in page_of(later), "three words are anybody's where nobody gave them"
    assert later.summary().version == before
