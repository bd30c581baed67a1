"""The shapes that the care lane's doors take and answer."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from hearthside.commands import Done
from moderation.schemas import Support

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class HelpLineAnswer(Schema):
    """One help line; `verified_on` is when somebody last compared it with the service's own page."""

    name: str
    number: str | None
    text_number: str | None
    url: str | None
    hours: str
    free: bool
    verified_on: str


class HelpLinesAnswer(Schema):
    """The help lines of the practice's region, and who signed them."""

    region: str
    emergency: str
    lines: list[HelpLineAnswer]
    signed_by: str | None
    signed_on: str | None


class DutyAnswer(Schema):
    """Whether somebody is on duty; `unknown` where there is no roster."""

    state: Literal["on", "off", "unknown"]
    until: str | None
    back_at: str | None


class GroupDuty(DutyAnswer):
    """Duty in one of the person's groups."""

    group: str
    name: str


class SupportAnswer(HelpLinesAnswer):
    """The support card."""

    words: list[str]
    duty: list[GroupDuty]
    plan: bool


class StaffDuty(DutyAnswer):
    """Duty with names, for facilitators."""

    names: list[str]


class SlotBase(Schema):
    """One weekly stretch; `weekday` 0 is Monday; `ends` at or before `starts` is on the next day."""

    model_config = ConfigDict(extra="forbid")

    order: Literal["first", "backup"]
    weekday: Annotated[int, Field(ge=0, le=6)]
    starts: ClockTime
    ends: ClockTime


class SlotAnswer(SlotBase):
    """One slot of a roster."""

    id: str
    member: str
    name: str


class RosterAnswer(Schema):
    """A group's duty roster; its times are the practice's."""

    slots: list[SlotAnswer]
    version: int
    time_zone: str
    now: StaffDuty


class RosterDone(Done, RosterAnswer):
    """The roster as it now is."""


class Told(Done):
    """The call has reached the queue; the duty says when somebody will see it."""

    received: bool
    duty: DutyAnswer
    support: Support | None = None


class Acknowledged(Done):
    """Who is on it; `yours` is false when somebody else was faster."""

    item: str
    version: int
    acknowledged_at: str
    acknowledged_by: str | None
    yours: bool


class PlanSteps(Schema):
    """Six steps of lines."""

    steps: list[list[str]]
    version: int
    updated_at: str | None


class PlanAnswer(PlanSteps):
    """One's own plan, and the groups whose facilitators may read it."""

    shared_with: list[str]


class PlanDone(Done, PlanAnswer):
    """The plan as it now is."""


class SharedPlanAnswer(PlanSteps):
    """A member's plan."""

    member: str
    name: str
