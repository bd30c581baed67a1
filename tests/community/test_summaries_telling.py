"""Who is told of a summary: each absent member once, whatever is repeated or happens at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from community.jobs import remind_unread
from community.models import Attendance, Membership, SummaryReader
from hearthside import clock, live
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.errors import Problem, Stale
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from hearthside.writer import Writer
from notify.models import Delivery, Notice
from tests.community.given_summaries import PLAIN, Evening, given_evening, mark
from tests.given import Browser, act, fresh_nonce, given_ended, given_member, outcome_of

pytestmark = pytest.mark.django_db
DAY = 86_400.0


def kinds(evening: Evening, who: Person) -> list[str]:
    """The kinds of all notices of summaries that somebody ever got."""
    rows = Notice.objects.filter(person=who, kind__startswith="summary").order_by("at", "key")
    return [row.kind for row in rows]


def reading(evening: Evening) -> dict[str, object]:
    """The count that facilitators see."""
    row = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()["read"]
    row.pop("untold")
    return dict(row)


def test_one_notice_for_each_absent_member_and_none_for_others() -> None:
    evening = given_evening(present=2, absent=2)
    excused, late, early = (given_member(evening.group) for _ in range(3))
    mark(evening.session, excused, "excused")
    mark(evening.session, late, "late")
    mark(evening.session, early, "left_early")
    unmarked = given_member(evening.group)
    gone = given_member(evening.group)
    mark(evening.session, gone, "absent")
    given_ended(gone, "left")
    evening.published()
    told = [*evening.absent, excused]
    others = [*evening.present, late, early, unmarked, gone]
    assert [kinds(evening, one.person) for one in told] == [["summary.published"]] * 3
    assert [kinds(evening, one.person) for one in others] == [[]] * 6
    assert kinds(evening, evening.lead) == []
    notice = Notice.objects.get(person=excused.person, kind="summary.published")
    summary = evening.summary()
    assert (notice.link, notice.about) == (f"/summaries/{summary.id}", evening.group.name)
    assert (notice.group, notice.by) == (evening.group.id, evening.lead)
    assert notice.key == f"summary:{summary.id}:1"


def test_publishing_again_tells_only_who_was_marked_absent_since() -> None:
    evening = given_evening()
    evening.published()
    assert evening.do("summary.publish")["told"] == 0
    mark(evening.session, evening.present[0], "absent")
    page = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()
    assert page["read"]["untold"] == 1
    assert evening.do("summary.publish")["told"] == 1
    assert evening.do("summary.publish")["told"] == 0
    people = [*evening.absent, evening.present[0]]
    assert [kinds(evening, one.person) for one in people] == [["summary.published"]] * 3


def test_the_same_nonce_publishes_once() -> None:
    evening = given_evening()
    evening.draft()
    evening.save()
    evening.do("summary.approve")
    summary = evening.summary()
    at = {"summary": summary.id, "version": summary.version, "nonce": "same-nonce-1"}
    first, second = (act(evening.lead, "summary.publish", **at) for _ in range(2))
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    assert {**first, "duplicate": True} == second
    assert Notice.objects.filter(kind="summary.published").count() == 2


def test_a_correction_is_told_to_who_was_absent_only() -> None:
    evening = given_evening()
    evening.published()
    mark(evening.session, evening.present[0], "absent")
    evening.do("summary.correct", sections=[{**PLAIN[0], "text": "It was another evening."}])
    absent = evening.absent[0].person
    assert sorted(kinds(evening, absent)) == ["summary.corrected", "summary.published"]
    (standing,) = evening.notices(absent)
    assert standing.kind == "summary.corrected"
    assert kinds(evening, evening.present[0].person) == ["summary.published"]
    assert kinds(evening, evening.present[1].person) == []
    row = Browser(absent).get(f"/api/summaries/{evening.summary().id}").json()
    assert row["corrected"] is True


def test_reading_marks_are_a_number() -> None:
    evening = given_evening(absent=3)
    summary = evening.published()
    one, two, three = (member.person for member in evening.absent)
    assert reading(evening) == {"absent": 3, "read": 0, "shared": []}
    for _ in range(2):
        act(one, "summary.read", summary=summary.id)
    act(two, "summary.read", summary=summary.id)
    act(evening.present[0].person, "summary.read", summary=summary.id)
    act(evening.lead, "summary.read", summary=summary.id)
    assert reading(evening) == {"absent": 3, "read": 2, "shared": []}
    act(two, "summary.share_reading", summary=summary.id, on=True)
    assert reading(evening) == {"absent": 3, "read": 2, "shared": [evening.absent[1].name]}
    act(three, "summary.share_reading", summary=summary.id, on=True)
    assert reading(evening)["shared"] == [evening.absent[1].name], "who has not read is not named"
    act(two, "summary.share_reading", summary=summary.id, on=False)
    assert reading(evening) == {"absent": 3, "read": 2, "shared": []}
    assert Notice.objects.get(person=one, kind="summary.published").read_at is not None
    assert Notice.objects.get(person=three, kind="summary.published").read_at is None
    evening.do("summary.correct", sections=[{**PLAIN[0], "text": "It was another evening."}])
    assert reading(evening) == {"absent": 3, "read": 0, "shared": []}, "the corrected words are new"


def test_nothing_says_who_has_read() -> None:
    evening = given_evening()
    summary = evening.published()
    reader = evening.absent[0]
    before = set(LogEvent.objects.values_list("id", flat=True))

    def heard() -> set[str]:
        rows = LogEvent.objects.exclude(id__in=before).filter(type="summary.changed")
        return {f"{row.stream} {row.actor}" for row in rows}

    noon = clock.now().replace(hour=12, minute=9, second=30) + timedelta(days=1)
    with clock.as_of(noon):
        act(reader.person, "summary.read", summary=summary.id)
        act(reader.person, "summary.share_reading", summary=summary.id, on=True)
        act(reader.person, "summary.share_reading", summary=summary.id, on=False)
        run_due_jobs()
    assert heard() == set(), "the moment would say whose reading it was"
    page = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").content.decode()
    assert page.count(reader.name) == 1, "among the absent, and nowhere else"
    with clock.as_of(noon.replace(minute=14, second=59)):
        run_due_jobs()
    assert heard() == set()
    with clock.as_of(noon.replace(minute=15, second=0)):
        run_due_jobs()
    assert heard() == {f"{evening.lead.stream} None"}, "its facilitators, and nobody else"


def remind_at(moved: Callable[[float], None], days: float) -> None:
    """Let the job run so many days from now."""
    moved(days * DAY)
    remind_unread.call()


def test_one_reminder_after_three_days_whatever_the_clock_does(moved: Callable[[float], None]) -> None:
    evening = given_evening()
    summary = evening.published()
    reader, waiting = (member.person for member in evening.absent)
    act(reader, "summary.read", summary=summary.id)
    remind_at(moved, 2.99)
    assert kinds(evening, waiting) == ["summary.published"]
    for days in (3.01, 3.01, 40, 0, 3.5, 400, 2, 5):
        remind_at(moved, days)
        assert kinds(evening, waiting) == ["summary.published", "summary.waiting"], days
        assert kinds(evening, reader) == ["summary.published"]
    assert kinds(evening, evening.present[0].person) == []


def test_who_has_read_or_gone_or_was_there_after_all_is_not_reminded(moved: Callable[[float], None]) -> None:
    evening = given_evening(absent=4)
    summary = evening.published()
    read, gone, came, waits = evening.absent
    act(read.person, "summary.read", summary=summary.id)
    given_ended(gone, "removed")
    Attendance.objects.filter(member=came).update(state="present")
    remind_at(moved, 4)
    reminded = Notice.objects.filter(kind="summary.waiting").values_list("person", flat=True)
    assert list(reminded) == [waits.person_id]


def test_a_withdrawn_summary_reminds_nobody(moved: Callable[[float], None]) -> None:
    evening = given_evening()
    evening.published()
    evening.do("summary.withdraw")
    remind_at(moved, 4)
    assert not Notice.objects.filter(kind="summary.waiting").exists()


def test_a_correction_begins_the_three_days_anew(moved: Callable[[float], None]) -> None:
    evening = given_evening()
    evening.published()
    moved(2 * DAY)
    evening.do("summary.correct", sections=[{**PLAIN[0], "text": "It was another evening."}])
    remind_at(moved, 4)
    assert not Notice.objects.filter(kind="summary.waiting").exists()
    remind_at(moved, 5.1)
    assert Notice.objects.filter(kind="summary.waiting").count() == 2


def test_reading_ends_the_reminder_too(moved: Callable[[float], None]) -> None:
    evening = given_evening(absent=1)
    summary = evening.published()
    remind_at(moved, 4)
    act(evening.absent[0].person, "summary.read", summary=summary.id)
    assert [row.kind for row in evening.notices(evening.absent[0].person, read_at=None)] == []


def test_withdrawing_takes_every_notice_back() -> None:
    evening = given_evening()
    evening.published()
    evening.do("summary.correct", sections=[{**PLAIN[0], "text": "It was another evening."}])
    evening.do("summary.withdraw")
    assert evening.notices() == []
    assert Notice.objects.filter(kind__startswith="summary").count() == 4
    evening.draft()
    evening.save([{**PLAIN[0], "text": "A third way to tell it."}])
    evening.do("summary.approve")
    evening.do("summary.publish")
    (standing,) = evening.notices(evening.absent[0].person)
    assert standing.kind == "summary.published"


def test_who_goes_is_told_nothing_any_more() -> None:
    evening = given_evening()
    evening.published()
    gone, stays = evening.absent
    act(evening.lead, "member.remove", group=evening.group.id, member=gone.id)
    assert evening.notices(gone.person) == []
    assert len(evening.notices(stays.person)) == 1
    elsewhere = given_evening()
    given_member(elsewhere.group, stays.person)
    act(stays.person, "group.leave", group=elsewhere.group.id)
    assert len(evening.notices(stays.person)) == 1, "another group's stays"


@pytest.fixture
def served() -> Iterator[None]:
    """On SQLite the one writer thread, as when serving; on PostgreSQL every thread's own transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    thread = Writer()
    thread.start()
    live.attach(thread, None, lambda announced: None)  # type: ignore[arg-type]
    yield
    live.detach()
    thread.stop()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("served")
def test_sixteen_who_publish_at_once_tell_everybody_once() -> None:
    evening = given_evening(present=1, absent=3)
    evening.draft()
    evening.save()
    evening.do("summary.approve")
    summary = evening.summary()

    def publish(number: int) -> str:
        try:
            act(evening.lead, "summary.publish", summary=summary.id, version=summary.version)
        except Problem as problem:
            return problem.slug
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(pool.map(publish, range(16)))
    assert outcomes == {"ok": 1, "stale": 15}

    def again(number: int) -> int:
        try:
            now = evening.summary()
            return int(act(evening.lead, "summary.publish", summary=now.id, version=now.version)["told"])
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(again, range(16))) == 0
    counts = Counter(Notice.objects.filter(kind__startswith="summary").values_list("person", flat=True))
    assert counts == {member.person_id: 1 for member in evening.absent}
    per_channel = Counter(Delivery.objects.values_list("notice", "channel"))
    assert set(per_channel.values()) <= {1}
    assert SummaryReader.objects.count() == 3
    assert Membership.objects.filter(group=evening.group).count() == 5


def test_stale_versions_answer_with_what_is_there() -> None:
    evening = given_evening()
    evening.draft()
    first = evening.summary()
    evening.save()
    old = {"summary": first.id, "version": first.version}
    for command, data in (
        ("summary.save", {"sections": PLAIN}),
        ("summary.approve", {}),
        ("summary.publish", {}),
        ("summary.correct", {"sections": PLAIN}),
        ("summary.withdraw", {}),
    ):
        answer = Browser(evening.lead).command(command, **old, **data)
        assert (answer.status_code, answer.json()["type"]) == (409, "stale"), command
        current = answer.json()["current"]
        assert current["version"] == evening.summary().version
        assert current["sections"][0]["text"] == PLAIN[0]["text"]
    assert outcome_of(evening.lead, "summary.save", summary=first.id, version=99, sections=[]) == "stale"


def test_a_page_is_never_made_inside_of_a_write() -> None:
    evening = given_evening()
    evening.draft()
    summary = evening.summary()
    save = find_command("summary.save")
    raw = {"summary": summary.id, "version": summary.version, "sections": PLAIN}
    writes = [
        prepare_command(save, evening.lead, read_data(save, {**raw, "nonce": fresh_nonce()}))
        for _ in range(2)
    ]
    for write in writes:
        assert isinstance(write, live.Write)
    live.write(writes[0])  # type: ignore[arg-type]
    with pytest.raises(Stale) as stale, CaptureQueriesContext(connection) as seen:
        live.write(writes[1])  # type: ignore[arg-type]
    assert stale.value.extra == {"version": evening.summary().version}
    assert not [query for query in seen.captured_queries if "community_attendance" in query["sql"]]
