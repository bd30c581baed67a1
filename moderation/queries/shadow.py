"""Which texts a model on trial may read, and how far what it said agrees with the verdicts that counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Consent
from community.models import Membership, Post, Revision
from hearthside.clock import now
from moderation.flag_words import is_rule
from moderation.models import Screening
from moderation.models.review import TargetKind
from moderation.verdicts import Action, Kind
from moderation.words import RULES_VERSION

RECENT = timedelta(days=7)  # texts that are older are not read any more
MOST = 20_000  # rows that the comparison is made of, the newest
# What holds a text whatever a model says: the room, and screening that failed.
OTHERS = frozenset(
    {"asked_first", "file", "posts_held", "premoderated", "first_posts", "unattended", "unchecked"}
)


def readable() -> QuerySet[Screening]:
    """The verdicts on posts and new words of the last days whose texts may be read again.

    That is while their author says yes to models, and had said so when they wrote; and while the words are there, and
    are those that the verdict was about.
    """
    said = Consent.objects.filter(person=OuterRef("author__person"), purpose=Consent.Purpose.MODELS)
    newest = said.order_by("-at", "-id")
    later = Screening.objects.filter(target_id=OuterRef("target_id"), at__gt=OuterRef("at"))
    unchanged = Q(edited_at=None) | Q(edited_at__lte=OuterRef("at"))
    posts = Post.objects.filter(unchanged, id=OuterRef("target_id")).exclude(state=Post.State.WITHDRAWN)
    gone = Q(state=Revision.State.WITHDRAWN) | Q(post__state=Post.State.WITHDRAWN)
    revisions = Revision.objects.filter(id=OuterRef("target_id")).exclude(gone)
    rows = Screening.objects.filter(at__gte=now() - RECENT, author__person__is_active=True)
    rows = rows.alias(
        consents=Subquery(newest.values("given")[:1]), consented_at=Subquery(newest.values("at")[:1])
    )
    return rows.filter(
        ~Exists(later),
        Q(Exists(posts), target_kind=TargetKind.POST) | Q(Exists(revisions), target_kind=TargetKind.REVISION),
        ~Q(model_version="") | Q(consented_at__lte=F("at")),
        consents=True,
    )


def find_unread(version: str, most: int) -> list[Screening]:
    """The verdicts whose texts a model on trial has not read so far, the newest first, at most so many."""
    rows = readable().exclude(shadow_version=version).select_related("author", "group")
    return list(rows.order_by("-at", "-id")[:most])


def trial_version(since: datetime) -> str:
    """The version of the model on trial that read the newest text since a moment; empty where none did."""
    rows = Screening.objects.filter(at__gte=since).exclude(shadow_version="").order_by("-at", "-id")
    return rows.values_list("shadow_version", flat=True).first() or ""


def read_agreement(version: str, since: datetime) -> dict[str, Any] | None:
    """How the model on trial compares with the verdicts that counted since a moment; None where none is on trial.

    `version` is the model in use, empty where rules alone decide. Compared is what models can change: not what
    facilitators wrote (which is always shown), not what the room or a group's own rule held, and not what another
    model, other rules or nobody had read.
    """
    trial = trial_version(since)
    if not trial:
        return None
    found = Screening.objects.filter(at__gte=since, shadow_version=trial)
    fields = ("model_version", "rules_version", "author__role", "rules", "kind", "action")
    rows = found.order_by("-at").values_list(*fields, "shadow_kind", "shadow_action")[:MOST]
    pairs: Counter[tuple[str, str, str, str]] = Counter()
    failed = others = 0
    for model, rules, role, codes, kind, action, shadow_kind, shadow_action in rows:
        if not shadow_action:
            failed += 1
        elif (model, rules) != (version, RULES_VERSION) or not is_models(role, codes):
            others += 1
        else:
            pairs[(kind, action, shadow_kind, shadow_action)] += 1
    return {
        "version": trial,
        "read": sum(pairs.values()) + others + failed,
        "failed": failed,
        "left_out": others,
        **compare(pairs),
    }


def is_models(role: str, codes: Iterable[str]) -> bool:
    """Whether rules and models alone made a verdict."""
    return role == Membership.Role.MEMBER and not any(code in OTHERS or is_rule(code) for code in codes)


def compare(pairs: Counter[tuple[str, str, str, str]]) -> dict[str, Any]:
    """Agreement, from how often each (kind, action, kind on trial, action on trial) came; no share where none did."""
    compared = sum(pairs.values())
    moves: Counter[tuple[str, str]] = Counter()
    classes: Counter[tuple[str, str]] = Counter()
    for (kind, action, shadow_kind, shadow_action), count in pairs.items():
        moves[(action, shadow_action)] += count
        classes[(kind, shadow_kind)] += count
    return {
        "compared": compared,
        "same_action": _share(sum(n for (one, other), n in moves.items() if one == other), compared),
        "same_class": _share(sum(n for (one, other), n in classes.items() if one == other), compared),
        "would_hold": moves[(Action.CLEAR.value, Action.HOLD.value)],
        "would_clear": moves[(Action.HOLD.value, Action.CLEAR.value)],
        "classes": [
            {
                "class": kind.value,
                "in_use": sum(n for (one, _), n in classes.items() if one == kind),
                "on_trial": sum(n for (_, other), n in classes.items() if other == kind),
                "both": classes[(kind.value, kind.value)],
            }
            for kind in Kind
        ],
        "class_moves": [
            {"from": one, "to": other, "n": count}
            for (one, other), count in sorted(classes.items(), key=lambda pair: (-pair[1], pair[0]))
            if one != other
        ],
    }


def _share(count: int, of: int) -> float | None:
    return round(count / of, 4) if of else None
