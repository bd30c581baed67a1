"""The shapes of things to do between sessions, for both doors and the OpenAPI document."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from community.schemas import Title, Version
from community.schemas_resources import Words
from hearthside.commands import Data, Done

Local = Annotated[
    str,
    StringConstraints(max_length=19),
    Field(description="wall-clock time in the practice's zone, 2026-12-03T18:00"),
]
OwnState = Literal["open", "working", "handed_in", "answered", "revise"]


class OwnAssignment(Schema):
    """One of the person's own things to do; `late` is for a kind line and nothing else."""

    id: str
    title: str
    group: str | None
    group_name: str | None
    by_name: str
    due_at: str | None
    late: bool
    state: OwnState
    handed_in_at: str | None
    answered_at: str | None
    taken_back: bool


class GivenAssignment(Schema):
    """One thing that was given: to how many, how many handed it in, and how many wait for an answer."""

    id: str
    title: str
    group: str | None
    group_name: str | None
    client_name: str | None
    due_at: str | None
    given: int
    handed_in: int
    waiting: int
    taken_back: bool
    created_at: str


class AssignmentList(Schema):
    """What the person has to do, and what they gave."""

    own: list[OwnAssignment]
    given: list[GivenAssignment]
    may_give: bool


class AnswerRow(Schema):
    """What one of the staff answered; `revise` asks to go on with it."""

    id: str
    by_name: str
    at: str
    html: str
    words: str
    revise: bool


class SubmissionRow(Schema):
    """What somebody made of it; staff see the words once they are handed in."""

    id: str
    state: OwnState
    words: str | None
    html: str
    version: int
    saved_at: str | None
    handed_in_at: str | None
    answers: list[AnswerRow]


class StaffSubmissionRow(SubmissionRow):
    """The same with whose it is; `member` is null for a client."""

    member: str | None
    name: str


class AssignedResource(Schema):
    """Something to read with it."""

    id: str
    title: str


class AssignmentPage(Schema):
    """One assignment; `own` is there for who has it, `subs` for its staff."""

    id: str
    title: str
    words: str
    html: str
    group: str | None
    group_name: str | None
    client_name: str | None
    by_name: str
    due_at: str | None
    late: bool
    resource: AssignedResource | None
    session: str | None
    version: int
    taken_back: bool
    given_at: str
    may: list[Literal["change", "take_back", "answer", "write"]]
    own: SubmissionRow | None
    subs: list[StaffSubmissionRow]


class GiveAssignment(Data):
    """Give something to do to a group (`members` null: everybody in it now) or to a client (a person)."""

    group: uuid.UUID | None = None
    client: uuid.UUID | None = None
    members: Annotated[list[uuid.UUID], Field(max_length=500)] | None = None
    title: Title
    words: Words = ""
    due_local: Local | None = None
    resource: uuid.UUID | None = None
    session: uuid.UUID | None = None


class AssignmentOnly(Data):
    """A command about an assignment."""

    assignment: uuid.UUID


class ChangeAssignment(AssignmentOnly):
    """New words or another time; what is not named stays, a `due_local` of null means no time."""

    version: Version
    title: Title | None = None
    words: Words | None = None
    due_local: Local | None = None


class AssignmentDone(Done):
    """The assignment as it now is."""

    id: str
    version: int
    due_at: str | None
    taken_back: bool


class HandIn(AssignmentOnly):
    """Hand in what was written, as it was seen."""

    version: Version


class SaveHomework(HandIn):
    """What was written so far."""

    words: Words


class HomeworkDone(Done):
    """Where the person's own writing stands."""

    id: str
    state: OwnState
    version: int
    saved_at: str | None
    handed_in_at: str | None


class AnswerHomework(Data):
    """Answer what was handed in; `revise` asks to go on with it."""

    submission: uuid.UUID
    words: Words
    revise: bool = False


class AnswerDone(Done):
    """Where it stands now."""

    submission: str
    state: Literal["working", "handed_in", "answered"]
    version: int
    answered_at: str
