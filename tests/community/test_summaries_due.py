"""Drafts that make themselves, the parts that keep a facilitator's hand, and what a draft is made of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.jobs import draft_due, draft_session
from community.models import Resource, ResourceShare, Session, Summary
from community.queries.summary_due import sessions_to_draft
from hearthside.clock import now
from hearthside.jobs import run_due_jobs
from notify.models import Notice
from tests.community.given_summaries import (
    PLAIN,
    Evening,
    given_evening,
    given_session,
    given_words,
    mark,
    say_yes,
)
from tests.given import Browser, act, given_group, outcome_of

pytestmark = pytest.mark.django_db


def texts(evening: Evening) -> dict[str, str]:
    """The working copy by kind."""
    page = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()
    return {row["kind"]: row["text"] for row in page["sections"]}


def test_a_session_that_is_over_gets_a_draft_once() -> None:
    evening = given_evening()
    for _ in range(3):
        draft_due.call()
        run_due_jobs()
    draft_session.call(str(evening.session.id))
    summary = evening.summary()
    assert (summary.state, summary.saved_by) == ("draft", None)
    (notice,) = Notice.objects.filter(kind="draft.ready")
    assert (notice.person, notice.link) == (evening.lead, f"/sessions/{evening.session.id}/summary")
    evening.save()
    draft_session.call(str(evening.session.id))
    assert texts(evening) == {"own": PLAIN[0]["text"]}
    evening.do("summary.approve")
    evening.do("summary.publish")
    assert not Notice.objects.filter(kind="draft.ready", withdrawn_at=None).exists()


def test_which_sessions_get_one() -> None:
    group = given_group()
    evening = given_evening()
    over = [evening.session.id]
    given_session(group, None)  # nobody was marked, nobody wrote
    given_session(group, None, ago=timedelta(minutes=-30))  # to come
    given_session(group, None, ago=timedelta(days=30), over_at=now() - timedelta(days=30))  # long ago
    given_session(group, None, state="cancelled", over_at=now())
    over.append(given_session(group, None, ago=timedelta(minutes=40), over_at=now()).id)  # ended early
    just = given_session(group, None, ago=timedelta(minutes=95))  # over for five minutes
    mark(just, evening.present[0], "present")
    closed = given_evening()
    act(closed.lead, "group.close", group=closed.group.id)
    assert sorted(sessions_to_draft()) == sorted(over)


def test_renewing_keeps_what_a_facilitator_did() -> None:
    evening = given_evening(present=2)
    evening.draft()
    page = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()
    kept = [row for row in page["sections"] if row["kind"] not in ("assignments", "resources")]
    mine = [{**row, "text": "We began late."} if row["kind"] == "agenda" else row for row in kept]
    evening.save([*mine, PLAIN[0]])
    for member in evening.present:
        say_yes(member.person)
        given_words(evening.topic, member, "I could not sleep, insomnia again")
    given_session(evening.group, None, ago=-timedelta(days=7))
    evening.draft()
    found = texts(evening)
    assert found["agenda"] == "We began late.", "an edited section stays"
    assert found["own"] == PLAIN[0]["text"], "an added one stays"
    assert "assignments" not in found, "one that was taken out does not come back"
    assert found["themes"] == "- sleep, and nights without enough of it", "an untouched one is renewed"
    assert "Europe/London" in found["next"]
    sources = {
        row["kind"]: row["source"]
        for row in Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()["sections"]
    }
    assert (sources["agenda"], sources["own"], sources["themes"]) == ("edited", "own", "drafted")
    version = evening.summary().version
    evening.draft()
    assert evening.summary().version == version, "nothing new, nothing changed"


def test_saving_the_same_again_changes_nothing() -> None:
    evening = given_evening()
    evening.draft()
    evening.save()
    evening.do("summary.approve")
    before = evening.summary().version
    evening.save()
    assert (evening.summary().version, evening.summary().state) == (before, "approved")


def test_a_draft_has_tasks_of_all_and_shared_resources_and_no_names() -> None:
    evening = given_evening(agenda="- The week\n- Ask Brunhilde about Tuesday\n- ring 07700 900123")
    member = evening.absent[0]
    type(member).objects.filter(id=member.id).update(visible_from=0)
    act(member.person, "member.rename", group=evening.group.id, name="Brunhilde")
    for title, members in (
        ("Walk each morning", None),
        ("Write to your sister", [member.id]),
        ("Read what Brunhilde wrote", None),
    ):
        act(
            evening.lead,
            "assignment.give",
            group=evening.group.id,
            members=members,
            title=title,
            words="Take your time.",
            session=evening.session.id,
        )
    library = Resource.objects.create(title="Sleep, step by step", state="published", published_at=now())
    Resource.objects.create(title="Not shared", state="published", published_at=now())
    ResourceShare.objects.create(resource=library, group=evening.group)
    evening.draft()
    found = texts(evening)
    assert found["assignments"] == "- Walk each morning"
    assert found["resources"] == "- Sleep, step by step"
    assert found["agenda"] == "- The week"
    assert "Brunhilde" not in str(found)
    evening.save()
    evening.do("summary.approve")
    evening.do("summary.publish")
    path = f"/api/summaries/{evening.summary().id}"
    own = Browser(member.person).get(path).json()["concerns_you"]["assignments"]
    assert [(row["title"], row["state"]) for row in own] == [
        ("Walk each morning", "open"),
        ("Write to your sister", "open"),
        ("Read what Brunhilde wrote", "open"),
    ]
    other = Browser(evening.absent[1].person).get(path).json()["concerns_you"]["assignments"]
    assert [row["title"] for row in other] == ["Walk each morning", "Read what Brunhilde wrote"]
    assert Browser(evening.lead).get(path).json()["concerns_you"]["assignments"] == []


def test_mentions_are_each_reader_s_own() -> None:
    evening = given_evening()
    one, two = evening.absent
    named = given_words(evening.topic, evening.present[0], f"I thought of {one.name} tonight")
    given_words(evening.topic, evening.present[1], "Nobody in particular")
    evening.published()
    path = f"/api/summaries/{evening.summary().id}"
    (row,) = Browser(one.person).get(path).json()["concerns_you"]["mentions"]
    assert (row["post"], row["by"]) == (str(named.id), evening.present[0].name)
    assert "thought" not in str(row)
    assert Browser(two.person).get(path).json()["concerns_you"]["mentions"] == []
    act(one.person, "member.block", group=evening.group.id, member=evening.present[0].id)
    assert Browser(one.person).get(path).json()["concerns_you"]["mentions"] == []
    preview = f"/api/sessions/{evening.session.id}/preview?as_member={one.id}"
    assert len(Browser(evening.lead).get(preview).json()["concerns_you"]["mentions"]) == 1, (
        "blocks stay secret"
    )


def test_a_session_s_line_names_its_summary() -> None:
    evening = given_evening()
    evening.draft()

    def mark_of(member_or_lead: object) -> object:
        person = getattr(member_or_lead, "person", member_or_lead)
        path = f"/api/groups/{evening.group.id}/sessions?past=1"
        (line,) = Browser(person).get(path).json()["sessions"]  # type: ignore[arg-type]
        return line["summary"]

    summary = str(evening.summary().id)
    assert mark_of(evening.lead) == {"id": summary, "state": "draft"}
    assert mark_of(evening.absent[0]) is None
    evening.published()
    assert mark_of(evening.absent[0]) == {"id": summary, "state": "published"}
    evening.do("summary.withdraw")
    evening.draft()
    assert mark_of(evening.lead) == {"id": summary, "state": "draft"}
    assert mark_of(evening.absent[0]) == {"id": summary, "state": "withdrawn"}


def section(**more: object) -> dict[str, object]:
    """A section with something of its own."""
    return {**PLAIN[0], **more}


@pytest.mark.parametrize(
    "sections",
    [
        pytest.param([section(text="x" * 10_001)], id="a text too long"),
        pytest.param([section(heading="x" * 121)], id="a heading too long"),
        pytest.param([section(id=f"own{at}") for at in range(21)], id="too many"),
        pytest.param([section(id=f"own{at}", text="x" * 9_000) for at in range(5)], id="too long together"),
        pytest.param([section(), section()], id="the same id twice"),
        pytest.param([section(kind="secret")], id="no such kind"),
        pytest.param([section(id="a b")], id="no such id"),
        pytest.param([section(more=1)], id="a field too many"),
        pytest.param("words", id="no list"),
    ],
)
def test_what_does_not_fit_is_refused(sections: object) -> None:
    evening = given_evening()
    evening.draft()
    summary = evening.summary()
    data = {"summary": summary.id, "version": summary.version, "sections": sections}
    answer = Browser(evening.lead).command("summary.save", **data)
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert evening.summary().version == summary.version


def test_a_body_over_the_limit_is_refused() -> None:
    evening = given_evening()
    evening.draft()
    summary = evening.summary()
    sections = [section(id=f"own{at}", text="\N{SEEDLING}" * 9_900) for at in range(8)]
    data = {"summary": summary.id, "version": summary.version, "sections": sections}
    assert Browser(evening.lead).command("summary.save", **data).status_code in (413, 422)


def test_the_largest_summary_is_taken_and_shown() -> None:
    evening = given_evening()
    words = ("quiet evening words " * 480)[:9_500]
    evening.published([section(id=f"own{at}", text=words) for at in range(4)])
    row = Browser(evening.absent[0].person).get(f"/api/summaries/{evening.summary().id}").json()
    assert [len(one["html"]) for one in row["sections"]] == [len(f"<p>{words.strip()}</p>")] * 4


def test_an_empty_summary_is_not_approved() -> None:
    evening = given_evening()
    evening.draft()
    evening.save([section(text="  \n ")])
    summary = evening.summary()
    assert (
        outcome_of(evening.lead, "summary.approve", summary=summary.id, version=summary.version) == "invalid"
    )
    evening.save([])
    summary = evening.summary()
    assert (
        outcome_of(evening.lead, "summary.approve", summary=summary.id, version=summary.version) == "invalid"
    )


def test_what_is_out_is_safe_html() -> None:
    evening = given_evening()
    bad = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    evening.published([section(heading="<b>Bold</b>", text=bad)])
    path = f"/api/summaries/{evening.summary().id}"
    html = Browser(evening.absent[0].person).get(path).json()["sections"][0]["html"]
    page = Browser(evening.lead).get(f"{path}/print")
    assert page["Content-Type"] == "text/html; charset=utf-8"
    for text in (html, page.content.decode()):
        assert "<script" not in text
        assert "<img" not in text
        assert 'href="javascript' not in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page.content.decode()


def test_a_printed_summary_says_that_it_was_corrected() -> None:
    evening = given_evening()
    evening.published()
    path = f"/api/summaries/{evening.summary().id}/print"
    assert "corrected" not in Browser(evening.lead).get(path).content.decode()
    evening.do("summary.correct", sections=[section(text="Other words.")])
    page = Browser(evening.lead).get(path).content.decode()
    assert "This summary was corrected" in page
    assert "Other words." in page
    evening.do("summary.withdraw")
    assert Browser(evening.lead).get(path).status_code == 404
    assert Summary.objects.count() == Session.objects.count() == 1
