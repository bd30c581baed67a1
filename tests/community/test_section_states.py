"""One section in any order of acts: three people who want to write it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from community.models import ResourceSection
from hearthside.errors import Problem
from tests.community.test_resources import given_resource, page_of, publish
from tests.given import (
    act,
    given_circle,
)

pytestmark = pytest.mark.django_db


class Sections(RuleBasedStateMachine):
    """Three people, one section, any order: it never has two writers, and the group reads only what was published."""

    @initialize()
    def begun(self) -> None:
        """A facilitator begins a section for whoever takes it."""
        self.circle = given_circle()
        leader = self.circle.people["facilitator"]
        self.resource = given_resource(leader, publish=False, group=self.circle.group.id, words="Head.")
        self.section = act(leader, "section.add", resource=self.resource, heading="Here")["id"]
        self.writer: str | None = None
        self.words, self.version, self.published = "", 1, ""
        self.open = False

    def tried(self, who: str, command: str, **data: Any) -> str:
        """How a command ends."""
        try:
            act(self.circle.people[who], command, section=self.section, **data)
        except Problem as problem:
            return problem.slug
        return "ok"

    @rule(who=st.sampled_from(["member", "peer", "facilitator"]))
    def take(self, who: str) -> None:
        """Somebody wants to write."""
        free = self.writer in (None, who) or not (self.open or self.words or self.published)
        assert self.tried(who, "section.take") == ("ok" if free else "taken")
        if free:
            self.writer, self.open = who, True

    @rule(
        who=st.sampled_from(["member", "peer"]),
        words=st.sampled_from(["", "one", "two"]),
        behind=st.booleans(),
    )
    def save(self, who: str, words: str, behind: bool) -> None:
        """Somebody saves, perhaps from a device that is behind."""
        wanted = "taken" if self.writer != who else "stale" if behind else "ok"
        version = self.version - 1 if behind else self.version
        assert self.tried(who, "section.save", version=version, heading="Here", words=words) == wanted
        if wanted == "ok":
            self.words, self.version, self.open = words, self.version + 1, True

    @rule(who=st.sampled_from(["member", "peer"]))
    def release(self, who: str) -> None:
        """Somebody closes it."""
        assert self.tried(who, "section.release") == ("ok" if self.writer == who else "denied")
        if self.writer == who:
            self.open = False
            if not (self.words or self.published):
                self.writer = None

    @rule()
    def publish(self) -> None:
        """The facilitator publishes what is there."""
        publish(self.circle, self.resource)
        if self.words:
            self.published = self.words

    @rule(who=st.sampled_from(["member", "peer"]))
    def withdraw_and_undo(self, who: str) -> None:
        """A writer takes it back, and thinks better of it."""
        wanted = "ok" if self.writer == who else "denied"
        assert self.tried(who, "section.withdraw") == wanted
        if wanted == "ok":
            assert self.tried(who, "section.save", version=self.version, words="x") == "closed"
            assert self.tried(who, "section.restore") == "ok"
            self.version, self.open = self.version + 2, False

    @invariant()
    def as_told(self) -> None:
        """One writer, and for everybody else the published words only."""
        if not hasattr(self, "section"):
            return
        row = ResourceSection.objects.select_related("owner").get(pk=self.section)
        owner = self.circle.member_id(self.writer) if self.writer else None
        assert (row.owner_id, row.words, row.version) == (owner, self.words, self.version)
        for who in ("member", "peer"):
            (seen,) = page_of(self.circle.people[who], self.resource).json()["sections"]
            assert seen["words"] == (self.words if who == self.writer else None)
            assert (seen["html"] or "") == (f"<p>{self.published}</p>" if self.published else "")


@pytest.mark.slow
def test_a_section_has_one_writer_whatever_happens() -> None:
    calm = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Sections, settings=calm)
