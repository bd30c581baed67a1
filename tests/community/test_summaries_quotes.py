"""May we quote you? Per sentence, never assumed, and taken back at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from community.actions.erasure import ERASE_AFTER
from community.actions.posts import edit_post
from community.actions.posts_in_review import accept_revision, hide_post, hold_revision
from community.jobs import erase_withdrawn
from community.models import Clearance, Membership, Post, QuoteRequest, Summary, SummaryVersion
from hearthside import clock, live
from hearthside.jobs import run_due_jobs
from notify.models import Notice
from tests.community.given_summaries import PLAIN, Evening, given_evening, given_session, given_words, mark
from tests.given import Browser, act, given_ended, outcome_of, problem_of

pytestmark = pytest.mark.django_db
SAID = "I stood by the sea until the light came back."
BODY = f"A long week. {SAID} Then I slept."
QUOTED = [
    {"id": "own1", "kind": "own", "heading": "In short", "text": f"One of us said: “{SAID}” We listened."}
]


@pytest.fixture
def evening() -> Evening:
    """An evening with a draft, and a post by the first who came."""
    found = given_evening()
    found.more["post"] = given_words(found.topic, found.present[0], BODY)
    found.draft()
    return found


def ask(evening: Evening, sentence: str = SAID, post: Post | None = None) -> dict[str, Any]:
    """Ask for a sentence."""
    wanted = post or evening.more["post"]
    return act(evening.lead, "quote.ask", session=evening.session.id, post=wanted.id, sentence=sentence)


def answer(evening: Evening, quote: str, yes: bool) -> dict[str, Any]:
    """Answer as the one who was asked."""
    return act(evening.present[0].person, "quote.answer", quote=quote, yes=yes)


def draft(evening: Evening) -> dict[str, Any]:
    """The editor's page."""
    page: dict[str, Any] = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()
    return page


def given_quoted(evening: Evening) -> str:
    """A quote that its author said yes to; answers its id."""
    quote = str(ask(evening)["quote"])
    answer(evening, quote, True)
    return quote


def test_a_sentence_needs_a_yes(evening: Evening) -> None:
    (problem,) = evening.save(QUOTED)["problems"]
    assert problem["why"] == "verbatim"
    blocked = problem_of(
        evening.lead, "summary.approve", summary=evening.summary().id, version=evening.summary().version
    )
    (place,) = blocked["problems"]
    assert (place["section"], place["field"], place["words"]) == ("own1", "text", SAID[:-1])
    quote = str(ask(evening)["quote"])
    assert draft(evening)["problems"], "a question is no yes"
    answer(evening, quote, True)
    assert draft(evening)["problems"] == []
    assert evening.do("summary.approve")["state"] == "approved"


def test_a_yes_is_for_that_sentence_only(evening: Evening) -> None:
    given_quoted(evening)
    more = [{**QUOTED[0], "text": f"“A long week. {SAID}”"}]
    (problem,) = evening.save(more)["problems"]
    assert problem["why"] == "verbatim"
    other = given_words(evening.topic, evening.present[1], BODY)
    assert evening.save(QUOTED)["problems"], "somebody else wrote the same and was not asked"
    Post.objects.filter(id=other.id).delete()
    assert draft(evening)["problems"] == []


def test_the_author_is_asked_once(evening: Evening) -> None:
    first, second = ask(evening), ask(evening, "i STOOD by the sea, until the light came back")
    assert first["quote"] == second["quote"]
    (notice,) = Notice.objects.filter(kind="quote.asked")
    assert (notice.person, notice.link) == (evening.present[0].person, "/quotes")
    (row,) = Browser(evening.present[0].person).get("/api/quotes").json()["quotes"]
    assert (row["sentence"], row["state"], row["published"]) == (SAID, "asked", False)
    answer(evening, str(first["quote"]), False)
    assert Notice.objects.get(kind="quote.asked").read_at is not None
    assert (
        outcome_of(
            evening.lead,
            "quote.ask",
            session=evening.session.id,
            post=evening.more["post"].id,
            sentence=SAID,
        )
        == "closed"
    )


@pytest.mark.parametrize("sentence", ["I never said this at all.", "sea", "the the", "!!! ???", "x" * 501])
def test_only_what_was_said_is_asked_for(evening: Evening, sentence: str) -> None:
    data = {"session": evening.session.id, "post": evening.more["post"].id, "sentence": sentence}
    assert outcome_of(evening.lead, "quote.ask", **data) == "invalid"


def test_only_members_published_posts_of_this_room_are_asked_for(evening: Evening) -> None:
    other = given_evening()
    elsewhere = given_words(other.topic, other.present[0], BODY)
    lead = Membership.objects.get(group=evening.group, person=evening.lead)
    ours = given_words(evening.topic, lead, BODY)
    hidden = given_words(evening.topic, evening.present[1], BODY, state="hidden")
    for post in (elsewhere, ours, hidden):
        data = {"session": evening.session.id, "post": post.id, "sentence": SAID}
        assert outcome_of(evening.lead, "quote.ask", **data) == "not_found"


def test_sentences_to_choose_from(evening: Evening) -> None:
    (row,) = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/quotable").json()["posts"]
    assert (row["member"], row["sentences"]) == (
        evening.present[0].name,
        ["A long week.", SAID, "Then I slept."],
    )


def test_a_no_takes_it_out_of_a_draft(evening: Evening) -> None:
    quote = given_quoted(evening)
    evening.save(QUOTED)
    before = evening.summary().version
    answer(evening, quote, False)
    page = draft(evening)
    assert page["sections"][0]["text"] == "One of us said: “[…].” We listened."
    assert (page["version"], page["problems"]) == (before + 1, [])
    assert [row["state"] for row in page["quotes"]] == ["no"]


def test_a_no_undoes_an_approval(evening: Evening) -> None:
    quote = given_quoted(evening)
    evening.save(QUOTED)
    evening.do("summary.approve")
    answer(evening, quote, False)
    assert evening.summary().state == "draft"
    assert SAID[:-1] not in SummaryVersion.objects.get().sections
    summary = evening.summary()
    assert (
        outcome_of(evening.lead, "summary.publish", summary=summary.id, version=summary.version) == "closed"
    )


def test_a_no_leaves_what_is_out_at_once_and_asks_the_facilitator(evening: Evening) -> None:
    quote = given_quoted(evening)
    evening.published(QUOTED)
    reader = Browser(evening.absent[0].person)
    path = f"/api/summaries/{evening.summary().id}"
    assert SAID[:-1] in reader.get(path).content.decode()
    (own,) = Browser(evening.present[0].person).get("/api/quotes").json()["quotes"]
    assert (own["published"], own["heading"]) == (True, "In short")
    answer(evening, quote, False)
    row = reader.get(path).json()
    assert row["sections"][0]["html"] == "<p>One of us said: “[…].” We listened.</p>"
    assert row["corrected"] is True
    page = draft(evening)
    assert (page["asks"], page["state"], page["problems"]) == (True, "published", [])
    (notice,) = Notice.objects.filter(kind="quote.withdrawn")
    assert (notice.person, notice.link) == (evening.lead, f"/sessions/{evening.session.id}/summary")
    evening.do("summary.correct", sections=PLAIN)
    assert draft(evening)["asks"] is False


def test_a_withdrawn_post_takes_its_quote_along(evening: Evening) -> None:
    given_quoted(evening)
    evening.published(QUOTED)
    post = evening.more["post"]
    act(evening.present[0].person, "post.withdraw", post=post.id)
    with clock.as_of(clock.now() + ERASE_AFTER + timedelta(seconds=1)):
        erase_withdrawn.call(str(post.id))
    assert (
        SAID[:-1]
        not in Browser(evening.absent[0].person)
        .get(f"/api/summaries/{evening.summary().id}")
        .content.decode()
    )
    row = QuoteRequest.objects.get()
    assert (row.sentence, row.state) == ("", "no")
    assert outcome_of(evening.present[0].person, "quote.answer", quote=row.id, yes=True) == "not_found"
    assert SAID[:-1] not in Summary.objects.get().sections


def test_a_yes_does_not_count_while_the_post_is_not_shown(evening: Evening) -> None:
    given_quoted(evening)
    Post.objects.filter(id=evening.more["post"].id).update(state="hidden")
    assert [row["why"] for row in evening.save(QUOTED)["problems"]] == ["verbatim"]


def test_who_has_left_can_still_take_a_yes_back(evening: Evening) -> None:
    quote = given_quoted(evening)
    evening.published(QUOTED)
    given_ended(evening.present[0], "left")
    (own,) = Browser(evening.present[0].person).get("/api/quotes").json()["quotes"]
    assert own["id"] == quote
    answer(evening, quote, False)
    assert SAID[:-1] not in Summary.objects.get().sections
    assert SAID[:-1] not in SummaryVersion.objects.get().sections


def test_withdrawing_the_summary_forgets_the_questions(evening: Evening) -> None:
    quote = given_quoted(evening)
    evening.published(QUOTED)
    evening.do("summary.withdraw")
    row = QuoteRequest.objects.get(id=quote)
    assert (row.sentence, row.state) == ("", "no")
    assert Browser(evening.present[0].person).get("/api/quotes").json()["quotes"] == []
    assert not Notice.objects.filter(kind="quote.asked", withdrawn_at=None).exists()


SHORT = [{**PLAIN[0], "text": "One of us said: “Then I slept.” We listened."}]


@pytest.mark.parametrize("given", [None, False])
def test_a_short_sentence_that_was_asked_for_needs_a_yes_too(evening: Evening, given: bool | None) -> None:
    assert evening.save(SHORT)["problems"] == [], "nobody was asked: three words are anybody's"
    quote = str(ask(evening, "Then I slept.")["quote"])
    if given is False:
        answer(evening, quote, False)
    (problem,) = evening.save(SHORT)["problems"]
    assert (problem["why"], problem["start"], problem["end"]) == ("verbatim", 17, 29)
    summary = evening.summary()
    at = {"summary": summary.id, "version": summary.version}
    assert outcome_of(evening.lead, "summary.approve", **at) == "summary_blocked"
    answer(evening, quote, True)
    assert draft(evening)["problems"] == []
    assert evening.do("summary.approve")["state"] == "approved"


def test_a_no_to_a_part_does_not_stop_the_whole_that_was_given(evening: Evening) -> None:
    given_quoted(evening)
    answer(evening, str(ask(evening, "by the sea")["quote"]), False)
    assert evening.save(QUOTED)["problems"] == []
    (problem,) = evening.save([{**PLAIN[0], "text": "We spoke of days by the sea."}])["problems"]
    assert problem["why"] == "verbatim"


def test_words_of_the_agenda_are_not_withheld(evening: Evening) -> None:
    post = given_words(evening.topic, evening.present[0], "How the week was. Bad.")
    answer(evening, str(ask(evening, "How the week was.", post)["quote"]), False)
    assert evening.save([{**PLAIN[0], "text": "How the week was"}])["problems"] == []


def test_a_no_takes_out_what_stands_there_without_a_yes(evening: Evening) -> None:
    evening.published(SHORT)
    quote = str(ask(evening, "Then I slept.")["quote"])
    answer(evening, quote, False)
    page = Browser(evening.absent[0].person).get(f"/api/summaries/{evening.summary().id}").json()
    assert page["sections"][0]["html"] == "<p>One of us said: “[…].” We listened.</p>"
    assert draft(evening)["asks"] is True


def page_of(evening: Evening) -> str:
    """What an absent member reads."""
    return Browser(evening.absent[0].person).get(f"/api/summaries/{evening.summary().id}").content.decode()


def given_hidden(post: Post) -> None:
    """A post that facilitators took out of sight."""

    def hide() -> live.Answer:
        hide_post(Post.objects.get(id=post.id), None)
        return {}

    live.write(live.Write(hide, (post.topic.group.stream, post.author.person.stream)))


def given_reworded(post: Post, body: str) -> None:
    """A published post whose author has changed it."""
    person, words = post.author.person, {"body": body, "html": "", "content_note": ""}
    act = partial(edit_post, person, post_id=post.id, version=1, clearance=Clearance("test", "1"), **words)
    live.write(live.Write(act, (post.topic.group.stream,)))


def given_reworded_after_a_look(post: Post, body: str) -> None:
    """The same, with new words that waited for a facilitator."""

    def reword() -> live.Answer:
        revision = hold_revision(Post.objects.get(id=post.id), body=body, html="", content_note="")
        accept_revision(revision, None, Clearance("test", "1"))
        return {}

    live.write(live.Write(reword, (post.topic.group.stream, post.author.person.stream)))


LOSSES: list[Callable[[Post], None]] = [
    given_hidden,
    lambda post: given_reworded(post, "A long week."),
    lambda post: given_reworded_after_a_look(post, "A long week."),
]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_quote_goes_when_its_post_is_hidden_or_says_it_no_more(
    evening: Evening, lose: Callable[[Post], None]
) -> None:
    given_quoted(evening)
    evening.published(QUOTED)
    lose(evening.more["post"])
    run_due_jobs()
    assert SAID[:-1] not in page_of(evening)
    assert SAID[:-1] not in SummaryVersion.objects.get().sections
    assert (draft(evening)["asks"], draft(evening)["problems"]) == (True, [])
    assert evening.save(QUOTED)["problems"], "the yes does not count while the post does not say it"


def test_a_quote_stays_when_its_post_still_says_it(evening: Evening) -> None:
    given_quoted(evening)
    evening.published(QUOTED)
    given_reworded(evening.more["post"], f"{SAID} And then I slept.")
    run_due_jobs()
    assert SAID[:-1] in page_of(evening)


def test_a_no_goes_through_every_summary_of_the_group(evening: Evening) -> None:
    quote = given_quoted(evening)
    evening.published(QUOTED)
    later = Evening(
        **{**vars(evening), "session": given_session(evening.group, None, ago=timedelta(hours=2))}
    )
    mark(later.session, evening.absent[0], "absent")
    later.published(QUOTED)
    answer(evening, quote, False)
    assert SAID[:-1] not in page_of(later)
    assert SAID[:-1] not in page_of(evening)


def test_a_part_that_is_left_asks_the_facilitators(evening: Evening) -> None:
    quote = given_quoted(evening)
    part = [{**PLAIN[0], "text": "One of us stood by the sea until dawn."}]
    evening.published(part)
    answer(evening, quote, False)
    assert "stood by the sea until" in page_of(evening), "five words may be the facilitator's own"
    assert draft(evening)["asks"] is True
    assert Notice.objects.get(kind="quote.withdrawn").person == evening.lead


def test_the_reason_of_taking_back_repeats_nobody(evening: Evening) -> None:
    evening.published()
    summary = evening.summary()
    at = {"summary": summary.id, "version": summary.version}
    for why in (f"Because of: {SAID}", f"{evening.present[0].name} asked", "S&#101;e me@example.org"):
        assert outcome_of(evening.lead, "summary.withdraw", **at, why=why) == "invalid", why
    assert evening.do("summary.withdraw", why="The wrong evening.")["state"] == "withdrawn"
