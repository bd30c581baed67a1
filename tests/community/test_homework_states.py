"""One submission in any order of acts: two devices of a member, and a facilitator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from community.models import Submission
from hearthside.errors import Problem
from tests.community.given_assignments import given_assignment, page_of
from tests.community.test_assignments import notices
from tests.given import (
    act,
    given_circle,
)

pytestmark = pytest.mark.django_db


class Homework(RuleBasedStateMachine):
    """Two devices of one member, and a facilitator, in any order, against what the words say should be."""

    versions = Bundle("versions")

    def __init__(self) -> None:
        super().__init__()
        self.state, self.words, self.version, self.handed = "working", "", 1, ""
        self.answers = 0

    @initialize(target=versions)
    def given(self) -> int:
        """A group with an assignment."""
        self.circle = given_circle()
        self.member, self.leader = self.circle.people["member"], self.circle.people["facilitator"]
        self.assignment = given_assignment(self.circle.group)
        self.row = Submission.objects.get(assignment=self.assignment, person=self.member)
        return 1

    def tried(self, person: Any, command: str, **data: Any) -> str:
        """How a command ends."""
        try:
            act(person, command, **data)
        except Problem as problem:
            return problem.slug
        return "ok"

    @rule(target=versions, version=versions, words=st.sampled_from(["one", "two", "three"]))
    def save(self, version: int, words: str) -> int:
        """A device saves what it has, at the version it knows."""
        wanted = "closed" if self.state != "working" else "ok" if version == self.version else "stale"
        data = {"assignment": self.assignment.pk, "version": version, "words": words}
        assert self.tried(self.member, "homework.save", **data) == wanted
        if wanted == "ok":
            self.words, self.version = words, self.version + 1
        return self.version

    @rule(target=versions, version=versions)
    def hand_in(self, version: int) -> int:
        """A device hands in what it knows."""
        wanted = "closed" if self.state != "working" else "stale" if version != self.version else "ok"
        wanted = "invalid" if wanted == "ok" and not self.words else wanted
        data = {"assignment": self.assignment.pk, "version": version}
        assert self.tried(self.member, "homework.hand_in", **data) == wanted
        if wanted == "ok":
            self.state, self.handed, self.version = "handed_in", self.words, self.version + 1
        return self.version

    @rule(target=versions)
    def reopen(self) -> int:
        """The member takes it back."""
        wanted = "closed" if self.state == "answered" else "ok"
        assert self.tried(self.member, "homework.reopen", assignment=self.assignment.pk) == wanted
        if self.state == "handed_in":
            self.state, self.handed, self.version = "working", "", self.version + 1
        return self.version

    @rule(target=versions, revise=st.booleans())
    def answer(self, revise: bool) -> int:
        """The facilitator answers what they can see."""
        wanted = "ok" if self.state != "working" else "closed" if self.handed else "not_found"
        data = {"submission": self.row.pk, "words": "Thank you", "revise": revise}
        assert self.tried(self.leader, "homework.answer", **data) == wanted
        if wanted == "ok":
            self.state, self.version = "working" if revise else "answered", self.version + 1
            self.answers += 1
        return self.version

    @invariant()
    def as_told(self) -> None:
        """Both pages say what happened, and the staff's never what was not handed in."""
        if not hasattr(self, "row"):
            return
        own = page_of(self.member, self.assignment).json()["own"]
        assert (own["words"], own["version"], len(own["answers"])) == (self.words, self.version, self.answers)
        rows = page_of(self.leader, self.assignment).json()["subs"]
        seen = next(row for row in rows if row["id"] == str(self.row.pk))
        assert (seen["words"] or "") == self.handed
        waiting = notices(self.leader, "assignment.handed_in")
        assert len(waiting) == int(self.state == "handed_in")


@pytest.mark.slow
def test_whatever_happens_in_whatever_order() -> None:
    calm = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Homework, settings=calm)
