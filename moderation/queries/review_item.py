"""One item of the queue with everything around it. Words are left out until the reviewer has opened it today."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Person
from community.models import Revision
from hearthside.errors import NotFound
from hearthside.wire import stamp
from moderation.access import access_item
from moderation.flag_words import is_rule
from moderation.models import (
    LookedAt,
    ReviewDecision,
    ReviewItem,
    ReviewSignal,
    ReviewWord,
    Screening,
)
from moderation.models.review import TargetKind
from moderation.queries.around import Target, author_card, posts_around, read_target, words_now
from moderation.queries.care import describe_alert
from moderation.queries.choices import choices_for, open_look
from moderation.queries.order import as_lines
from moderation.queries.people import name_for, names_for, today
from moderation.queries.plans import is_plan_shared
from moderation.queries.sealed import describe_sealed
from moderation.review_data import label_of

State = ReviewItem.State


def read_item(person: Person, item_id: UUID) -> dict[str, Any]:
    """An item as its page shows it; raises NotFound. Opening it, which shows the words, is a command of its own."""
    item = access_item(person, item_id)
    author = item.author
    opened = is_opened(person, item)
    return {
        **as_lines([item])[0],
        "group_name": item.group.name if item.group else "",
        "opened": opened,
        "choices": [asdict(choice) for choice in choices_for(person, item)],
        "also": [{"id": str(row.id), "lane": row.lane, "state": row.state} for row in other_items(item)],
        **words_of(item, opened=opened),
        "signals": signals_of(item, opened=opened),
        "history": history_of(item),
        "talk": talk_of(item) if opened else [],
        "author_card": author_card(item, opened=opened),
        "screening": screening_of(item),
        "alert": describe_alert(item),
        "plan_shared": author is not None and is_plan_shared(author.group_id, author.person_id),
        "second": second_of(item, opened=opened),
        "sealed": describe_sealed(item, opened=opened),
    }


def is_opened(person: Person, item: ReviewItem) -> bool:
    """Whether the person has asked for an item's words today."""
    return LookedAt.objects.filter(item=item, person_id=person.pk, day=today()).exists()


def has_opened_post(person: Person, post_id: UUID) -> bool:
    """Whether the person has opened an item about this post today: then its files are open to them too."""
    revisions = Revision.objects.filter(post=post_id).values("id")
    looks = LookedAt.objects.filter(
        Q(item__target_kind=TargetKind.POST, item__target_id=post_id)
        | Q(item__target_kind=TargetKind.REVISION, item__target_id__in=revisions),
        person_id=person.pk,
        day=today(),
    )
    for item_id in looks.values_list("item_id", flat=True):
        try:
            access_item(person, item_id)
        except NotFound:
            continue
        return True
    return False


def other_items(item: ReviewItem) -> list[ReviewItem]:
    """The items of other lanes about the same thing: each is decided by itself."""
    rows = ReviewItem.objects.filter(target_kind=item.target_kind, target_id=item.target_id)
    return list(rows.exclude(id=item.id).defer("snapshot").order_by("opened_at"))


def words_of(item: ReviewItem, *, opened: bool) -> dict[str, Any]:
    """The words as they were when it was opened, as they are now, and what was written around them."""
    if not opened:
        return {"snapshot": None, "now": None, "before": [], "after": []}
    target = read_target(item)
    before, after = posts_around(target)
    return {"snapshot": snapshot_of(item, target), "now": words_now(target), "before": before, "after": after}


def snapshot_of(item: ReviewItem, target: Target) -> dict[str, Any] | None:
    """The words when the item was opened; None where it is about no words, or when their time is over."""
    kept = json.loads(item.snapshot or "{}")
    fields = {name: kept.get(name) or None for name in ("body", "html", "content_note", "title", "at")}
    fields["files"] = kept.get("files") or []
    if not any(fields[name] for name in ("body", "html", "title", "files")):
        return None
    fields["title"] = fields["title"] or target.title
    return fields


def signals_of(item: ReviewItem, *, opened: bool) -> list[dict[str, Any]]:
    """Why it is there, the newest last; who reported is for these eyes only."""
    rows = ReviewSignal.objects.select_related("by", "group_rule").filter(item=item).order_by("at", "id")
    return [
        {
            "id": str(row.id),
            "source": row.source,
            "reason": row.reason,
            "words": (row.words or None) if opened else None,
            "label": label_of(row.reason),
            "score": round(row.score, 4),
            "version": row.by_version,
            "rule_name": json.loads(row.group_rule.definition).get("name") if row.group_rule else None,
            "by_name": row.by.name if row.by else None,
            "unsafe": row.unsafe,
            "at": stamp(row.at),
        }
        for row in rows
    ]


def history_of(item: ReviewItem) -> list[dict[str, Any]]:
    """What was decided about it, the newest first."""
    rows = list(ReviewDecision.objects.select_related("by").filter(item=item).order_by("-at", "-id"))
    names = names_for(item, [row.by for row in rows])
    return [
        {
            "id": str(row.id),
            "choice": row.choice,
            "by_name": names.get(row.by_id) if row.by_id else None,
            "policy": row.policy,
            "outcome": row.outcome,
            "reason": row.reason,
            "message": row.message,
            "at": stamp(row.at),
        }
        for row in rows
    ]


def talk_of(item: ReviewItem) -> list[dict[str, Any]]:
    """What author and facilitators wrote each other about these words, in whichever lane, the oldest first."""
    rows = ReviewWord.objects.select_related("by").filter(
        item__target_kind=item.target_kind, item__target_id=item.target_id
    )
    return [
        {
            "by_name": row.by.name,
            "from_author": row.by_id == item.author_id,
            "text": row.text,
            "at": stamp(row.at),
        }
        for row in rows.order_by("at", "id")
    ]


def screening_of(item: ReviewItem) -> dict[str, Any] | None:
    """What screening thought of the words as it last saw them; None when it never did."""
    row = (
        Screening.objects.filter(target_kind=item.target_kind, target_id=item.target_id)
        .order_by("-at", "-id")
        .first()
    )
    if row is None:
        return None
    codes = dict.fromkeys("group_rule" if is_rule(code) else code for code in row.rules)
    return {
        "kind": row.kind,
        "action": row.action,
        "severity": row.severity,
        "why": [label_of(code) for code in codes],
        "scores": [
            {"label": label, "score": round(float(score), 4)}
            for label, score in sorted(row.scores.items(), key=lambda pair: -pair[1])
        ],
        "rules_version": row.rules_version,
        "model_version": row.model_version,
        "contested": row.contested_at is not None,
    }


def second_of(item: ReviewItem, *, opened: bool) -> dict[str, Any] | None:
    """The second look that waits for its answer: what was asked, about which decision, and whose that was."""
    look = open_look(item)
    if look is None:
        return None
    about = look.decision.choice if look.decision else look.step.kind if look.step else None
    return {
        "words": look.words if opened else None,
        "asked_at": stamp(look.asked_at),
        "decision": about,
        "first_reviewer_name": name_for(item, look.first_reviewer),
    }
