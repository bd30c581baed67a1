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
    "ReadMark",
    "RequestLine",
    "RescheduleRequest",
    "Revision",
    "Series",
    "Session",
    "Topic",
    "default_switches",
]
