"""What is due about summaries without anybody asking: drafts of sessions that are over, and reminders."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from community.models import Attendance, Membership, Post, Session, SummaryReader
from community.queries.summary_material import guarded_of, material_of
from community.summarising.drafting import draft_sections
from community.summarising.sections import Section
from community.summarising.writer import rephrased
from hearthside.clock import now

DRAFT_AFTER = timedelta(minutes=15)  # the end of a session that nobody has ended
DRAFT_WITHIN = timedelta(days=7)
REMIND_AFTER = timedelta(days=3)


def fresh_draft(session: Session) -> list[Section]:
    """What a draft says now, in the writer's words if there is a writer."""
    guarded = guarded_of(session)
    return rephrased(draft_sections(material_of(session), guarded), guarded)


def sessions_to_draft() -> list[UUID]:
    """The group sessions that are over and have no summary yet: somebody ended them, came to them or wrote there."""
    came = Attendance.objects.filter(session=OuterRef("pk"))
    wrote = Post.objects.filter(topic__session=OuterRef("pk"), author__role=Membership.Role.MEMBER)
    over = Q(over_at__lte=now()) | (Q(ends_at__lte=now() - DRAFT_AFTER) & (Exists(came) | Exists(wrote)))
    rows = Session.objects.filter(
        over,
        group__closed_at=None,
        group__isnull=False,
        state=Session.State.PLANNED,
        summary=None,
        ends_at__gte=now() - DRAFT_WITHIN,
    )
    return list(rows.order_by("ends_at").values_list("id", flat=True))


def readers_to_remind() -> list[SummaryReader]:
    """Those who may be due a reminder: the action looks closer."""
    rows = SummaryReader.objects.select_related("member__person").filter(
        reminded_at=None,
        told_at__lte=now() - REMIND_AFTER,
        summary__published_number__gt=0,
        read_number__lt=F("summary__published_number"),
        member__state=Membership.State.ACTIVE,
    )
    return list(rows.order_by("told_at", "id"))
