"""What a model on trial said, kept beside the verdicts that counted."""

from __future__ import annotations

from collections.abc import Sequence

from hearthside.live import Answer
from moderation.models import Screening
from moderation.queries.shadow import readable
from moderation.shadowing import Opinion


def note_opinions(opinions: Sequence[Opinion]) -> Answer:
    """Keep each opinion; nothing else changes, and nobody is told.

    Left out is what may not be read any more by now: consent or words taken back meanwhile, or changed.
    """
    rows = readable().filter(id__in=[one.screening for one in opinions])
    allowed = set(rows.values_list("id", flat=True))
    kept = [one for one in opinions if one.screening in allowed]
    for one in kept:
        Screening.objects.filter(id=one.screening).update(
            shadow_version=one.version,
            shadow_scores=dict(one.scores),
            shadow_kind=one.kind,
            shadow_action=one.action,
        )
    return {"kept": len(kept)}
