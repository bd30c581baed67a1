"""No summary leaves unapproved: random lives of one, with readers of every kind looking on at each step."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Person
from community.models import IllegalMove, Membership, Summary, SummaryVersion
from community.queries import summaries as pages
from hearthside.clock import now
from hearthside.errors import NotFound, Problem
from notify.models import Notice
from tests.community.given_summaries import Evening, given_evening, mark
from tests.given import act, given_ended, given_member, given_person

pytestmark = pytest.mark.django_db


def text_of(number: int) -> str:
    """Words that differ from every other's."""
    return f"Evening words number {number} end"


class Lives(RuleBasedStateMachine):
    """One summary, and what each reader sees of it at any time: nothing, or words that somebody approved."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.evening: Evening = given_evening(present=1, absent=2)
        group = self.evening.group
        later = given_member(group)
        Membership.objects.filter(id=later.id).update(visible_from=1, joined_at=now())
        removed = given_member(group)
        mark(self.evening.session, removed, "absent")
        given_ended(removed, "removed")
        self.may: dict[str, Person] = {
            "present": self.evening.present[0].person,
            "absent": self.evening.absent[0].person,
            "other absent": self.evening.absent[1].person,
            "facilitator": self.evening.lead,
        }
        self.never: dict[str, Person] = {
            "late joiner": later.person,
            "removed": removed.person,
            "stranger": given_person(),
            "admin": given_person("admin"),
        }
        self.working = ""
        self.approved = ""  # of the working copy, as it was approved
        self.out = ""
        self.ever_out = False
        self.numbers = 0
        self.outings: set[int] = set()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def do(self, command: str, expected: str = "ok", **data: Any) -> None:
        """Run a facilitator's command at the version that is, and check how it ends."""
        summary = Summary.objects.filter(session=self.evening.session).first()
        if summary is None:
            return
        try:
            act(self.evening.lead, command, summary=summary.id, version=summary.version, **data)
            found = "ok"
        except Problem as problem:
            found = problem.slug
        assert found == expected, (command, found, expected)

    @property
    def state(self) -> str:
        """Where the summary stands."""
        row = Summary.objects.filter(session=self.evening.session).first()
        return row.state if row else "none"

    def sections(self) -> list[dict[str, str]]:
        """New words that nobody has read before."""
        self.numbers += 1
        self.next = text_of(self.numbers)
        return [{"id": "own1", "kind": "own", "heading": "", "text": self.next}]

    @rule()
    def draft(self) -> None:
        act(self.evening.lead, "summary.draft", session=self.evening.session.id)
        row = Summary.objects.get(session=self.evening.session)
        if row.state == "draft":
            self.working = self.working or "agenda"
            self.approved = ""

    @precondition(lambda self: self.state != "none")
    @rule()
    def save(self) -> None:
        before = self.state
        self.do("summary.save", "closed" if before == "withdrawn" else "ok", sections=self.sections())
        if before != "withdrawn":
            self.working = self.next
            if before == "approved":
                assert self.state == "draft", "an approval is for the words it was given for"

    @precondition(lambda self: self.state != "none")
    @rule()
    def approve(self) -> None:
        expected = {"draft": "ok", "approved": "ok"}.get(self.state, "closed")
        self.do("summary.approve", expected)
        if expected == "ok":
            self.approved = self.working

    @precondition(lambda self: self.state != "none")
    @rule()
    def publish(self) -> None:
        before = self.state
        self.do("summary.publish", "ok" if before in ("approved", "published") else "closed")
        if before == "approved":
            self.out, self.ever_out = self.approved, True
            self.outings.add(SummaryVersion.objects.filter(summary__session=self.evening.session).count())

    @precondition(lambda self: self.state != "none")
    @rule()
    def correct(self) -> None:
        before = self.state
        self.do("summary.correct", "ok" if before == "published" else "closed", sections=self.sections())
        if before == "published":
            self.out = self.working = self.next
            self.outings.add(SummaryVersion.objects.filter(summary__session=self.evening.session).count())

    @precondition(lambda self: self.state != "none")
    @rule()
    def withdraw(self) -> None:
        self.do("summary.withdraw")
        self.out = self.working = self.approved = ""

    @precondition(lambda self: self.state != "none")
    @rule(command=st.sampled_from(["approve", "publish", "withdraw"]), by=st.integers(1, 3))
    def stale(self, command: str, by: int) -> None:
        summary = Summary.objects.get(session=self.evening.session)
        with pytest.raises(Problem) as refused:
            act(self.evening.lead, f"summary.{command}", summary=summary.id, version=summary.version + by)
        assert refused.value.slug == "stale"

    @rule(who=st.sampled_from(["present", "absent", "other absent", "facilitator"]))
    def read(self, who: str) -> None:
        summary = Summary.objects.filter(session=self.evening.session).first()
        if summary is not None and self.ever_out:
            act(self.may[who], "summary.read", summary=summary.id)

    @invariant()
    def readers_see_what_was_approved_and_published(self) -> None:
        summary = Summary.objects.filter(session=self.evening.session).first()
        if summary is None:
            return
        for who, person in self.never.items():
            with pytest.raises(NotFound):
                pages.read_summary(person, summary.id)
            assert pages.list_summaries(person)["summaries"] == [], who
        for who, person in self.may.items():
            if not self.ever_out:
                with pytest.raises(NotFound):
                    pages.read_summary(person, summary.id)
                continue
            page = pages.read_summary(person, summary.id)
            shown = " ".join(section["html"] for section in page["sections"])
            if not self.out:
                assert (shown, page["withdrawn"]) == ("", True), who
            elif self.out == "agenda":
                assert "How the week was" in shown
            else:
                assert shown == f"<p>{self.out}</p>", who

    @invariant()
    def each_absent_member_has_one_notice_for_each_version_that_was_out(self) -> None:
        summary = Summary.objects.filter(session=self.evening.session).first()
        if summary is None:
            return
        for who in ("absent", "other absent"):
            rows = Notice.objects.filter(person=self.may[who], kind__startswith="summary")
            keys = sorted(row.key for row in rows)
            assert keys == sorted(f"summary:{summary.id}:{number}" for number in self.outings)
            assert rows.filter(withdrawn_at=None).count() == (1 if self.out else 0)
        others = [self.may["present"], self.evening.lead, *self.never.values()]
        assert not Notice.objects.filter(person__in=others, kind__startswith="summary").exists()

    @invariant()
    def nothing_of_it_stays_once_it_was_withdrawn(self) -> None:
        if self.state == "withdrawn":
            row = Summary.objects.get(session=self.evening.session)
            assert (row.sections, row.drafted) == ("", "")
            assert [one.sections for one in row.versions.all()] == [""] * row.versions.count()


@pytest.mark.slow
def test_no_summary_leaves_unapproved() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("draft", "published"), ("published", "draft"), ("withdrawn", "published"), ("withdrawn", "approved")],
)
def test_moves_that_the_table_does_not_have(before: str, after: str) -> None:
    summary = Summary(state=before)
    with pytest.raises(IllegalMove, match=f"{before} cannot become {after}"):
        summary.move_to(after)
