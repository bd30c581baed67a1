"""The community's rows, a file a noun."""

from community.models.assignments import Assignment, Feedback, Submission
from community.models.files import FilePart, StoredFile
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
from community.models.resources import Resource, ResourceSection, ResourceShare
from community.models.sessions import Attendance, Presence, Series, Session

__all__ = [
    "Agreement",
    "Assignment",
    "Attendance",
    "Block",
    "Clearance",
    "Feedback",
    "FilePart",
    "Group",
    "GroupInvitation",
    "IllegalMove",
    "Membership",
    "Post",
    "Presence",
    "ReadMark",
    "Resource",
    "ResourceSection",
    "ResourceShare",
    "Revision",
    "Series",
    "Session",
    "StoredFile",
    "Submission",
    "Topic",
    "default_switches",
]
