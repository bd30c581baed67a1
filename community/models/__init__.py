"""The community's rows, a file a noun."""

from community.models.assignments import Assignment, HomeworkAnswer, Submission
from community.models.files import FilePart, StoredFile
from community.models.groups import (
    Agreement,
    Block,
    Clearance,
    FormerName,
    Group,
    GroupInvitation,
    IllegalMove,
    Membership,
    Post,
    ReadMark,
    Revision,
    Topic,
    default_switches,
)
from community.models.resources import Resource, ResourceSection, ResourceShare
from community.models.session_parts import (
    CalendarToken,
    CheckIn,
    Feedback,
    FollowUp,
    Intention,
    RequestLine,
    RescheduleRequest,
)
from community.models.sessions import Attendance, Presence, Series, Session
from community.models.summaries import QuoteRequest, Summary, SummaryReader, SummaryVersion

__all__ = [
    "Agreement",
    "Assignment",
    "Attendance",
    "Block",
    "CalendarToken",
    "CheckIn",
    "Clearance",
    "Feedback",
    "FilePart",
    "FollowUp",
    "FormerName",
    "Group",
    "GroupInvitation",
    "HomeworkAnswer",
    "IllegalMove",
    "Intention",
    "Membership",
    "Post",
    "Presence",
    "QuoteRequest",
    "ReadMark",
    "RequestLine",
    "RescheduleRequest",
    "Resource",
    "ResourceSection",
    "ResourceShare",
    "Revision",
    "Series",
    "Session",
    "StoredFile",
    "Submission",
    "Summary",
    "SummaryReader",
    "SummaryVersion",
    "Topic",
    "default_switches",
]
