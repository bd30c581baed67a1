"""What a session's line says of its summary."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from community.access_summaries import in_their_time
from community.models import Membership, Session, Summary


def marks_of(sessions: Iterable[Session], members: dict[UUID, Membership]) -> dict[UUID, dict[str, str]]:
    """The id and state of each session's summary, by session, as far as these members, by group, may know of it.

    Facilitators know of drafts; members are told of a summary once it is out, and that it was withdrawn.
    """
    by_id = {session.id: session for session in sessions if session.group_id in members}
    found = {}
    for summary in Summary.objects.filter(session__in=list(by_id)).defer("sections", "drafted"):
        session = by_id[summary.session_id]
        assert session.group_id is not None
        member = members[session.group_id]
        state = summary.state
        if not member.is_facilitator:
            if summary.published_at is None or not in_their_time(member, session):
                continue
            out = summary.published_number > 0
            state = Summary.State.PUBLISHED if out else Summary.State.WITHDRAWN
        found[session.id] = {"id": str(summary.id), "state": str(state)}
    return found
