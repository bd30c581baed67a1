"""Group rules: changing them, and counting what they matched."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from moderation.group_rules import Hit
from moderation.models import RuleMatch


def record_matches(hits: Sequence[Hit], target_kind: str, target_id: UUID) -> None:
    """Write down which rules spoke up about a target; inside an action."""
    for hit in hits:
        RuleMatch.objects.create(
            rule_id=hit.rule,
            rule_version=hit.version,
            target_kind=target_kind,
            target_id=target_id,
            shadow=hit.shadow,
        )
