"""The community's rows, a file a noun."""

from community.models.groups import (
    Agreement,
    Block,
    Clearance,
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
    "Attendance",
    "Block",
    "CalendarToken",
    "CheckIn",
    "Clearance",
    "Feedback",
    "FollowUp",
    "Group",
    "GroupInvitation",
    "IllegalMove",
    "Intention",
    "Membership",
    "Post",
    "Presence",
    "QuoteRequest",
    "ReadMark",
    "RequestLine",
    "RescheduleRequest",
    "Revision",
    "Series",
    "Session",
    "Summary",
    "SummaryReader",
    "SummaryVersion",
    "Topic",
    "default_switches",
]
