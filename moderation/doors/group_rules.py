"""The door to a group's rules, for its facilitators; and to the kind word before sending, for whoever writes."""

import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, ConfigDict, StringConstraints

from community.schemas import Version
from hearthside.api import READ_PROBLEMS, WRITE_PROBLEMS, ProblemAnswer
from hearthside.commands import Command, Data, Done
from hearthside.errors import Invalid
from hearthside.live import Write, write
from hearthside.text import words
from moderation.access_rules import access_rule, access_rules
from moderation.actions import group_rules as actions
from moderation.nudges import find_nudges
from moderation.queries.group_rules import list_rules, list_versions, preview_rule
from moderation.rule_shapes import Definition, FailMode, Mode, misfits

router = Router(tags=["moderation"])
STAFF_READS = {403: ProblemAnswer, **READ_PROBLEMS}


class RuleRow(Schema):
    """A rule. `trigger` is as `rule.save` takes it; `previewed`: its matches were read as it is now."""

    id: str
    name: str
    event: str
    trigger: dict[str, Any]
    actions: list[str]
    exempt: list[str]
    mode: Mode
    fail_mode: FailMode
    nudge: str
    version: int
    previewed: bool
    matches_30d: int
    shadow_30d: int


class RuleLimits(Schema):
    """How much fits."""

    keywords: int
    keyword_characters: int
    patterns: int
    pattern_characters: int
    rules: int
    nudge_characters: int


class RuleList(Schema):
    """A group's rules, the oldest first."""

    rules: list[RuleRow]
    limits: RuleLimits


class RuleMatchRow(Schema):
    """Something that a rule would have matched; `post` is null for a name."""

    post: str | None
    topic_title: str
    author_name: str
    at: str
    words: str


class RulePreview(Schema):
    """What a rule would have matched: `total` of `read` texts; `partial` when time ran out, `failed` when it broke."""

    matches: list[RuleMatchRow]
    total: int
    days: int
    read: int
    partial: bool
    failed: int


class RuleVersion(Schema):
    """A rule as it was, and who made it so."""

    version: int
    mode: Mode
    fail_mode: FailMode
    by_name: str
    at: str
    name: str


class RuleHistory(Schema):
    """Every version of a rule, the newest first."""

    versions: list[RuleVersion]


class SaveRule(Data, Definition):
    """A new rule, or a change to one: then with `rule` and the `version` that was changed."""

    group: uuid.UUID
    rule: uuid.UUID | None = None
    version: Version | None = None
    fail_mode: FailMode = "flag"


class SwitchRule(Data):
    """Off, in shadow, or on."""

    rule: uuid.UUID
    version: Version
    mode: Mode


class ArchiveRule(Data):
    """Out of use for good."""

    rule: uuid.UUID
    version: Version


class RuleAnswer(RuleRow, Done):
    """The rule as it is now."""


class ArchivedRule(Done):
    """The rule that is out of use."""

    id: str
    version: int


class CheckPost(Schema):
    """Words that were not sent yet."""

    model_config = ConfigDict(extra="forbid")

    topic: uuid.UUID
    body: Annotated[str, StringConstraints(max_length=60_000), AfterValidator(words)]
    content_note: Annotated[str, StringConstraints(max_length=1000), AfterValidator(words)] | None = None


class NudgeRow(Schema):
    """A kind word; `rule` is a rule's id, or a code of those that are built in."""

    rule: str
    words: str


class Nudges(Schema):
    """What may be said before sending; mostly nothing."""

    nudges: list[NudgeRow]


@router.get("/groups/{group_id}/rules", response={200: RuleList, **STAFF_READS}, operation_id="rules.list")
def get_rules(request: HttpRequest, group_id: uuid.UUID) -> Any:
    """The group's own rules."""
    return list_rules(request.auth, group_id)  # type: ignore[attr-defined]


@router.get(
    "/rules/{rule_id}/preview",
    response={200: RulePreview, 409: ProblemAnswer, **STAFF_READS},
    operation_id="rule.preview",
)
def get_preview(request: HttpRequest, rule_id: uuid.UUID) -> Any:
    """What the rule would have matched in the last 30 days; that it was read is written down."""
    person = request.auth  # type: ignore[attr-defined]
    rule, preview = preview_rule(person, rule_id)
    write(Write(partial(actions.mark_previewed, person, rule_id=rule_id, version=rule.version)))
    return preview


@router.get(
    "/rules/{rule_id}/history", response={200: RuleHistory, **STAFF_READS}, operation_id="rule.history"
)
def get_history(request: HttpRequest, rule_id: uuid.UUID) -> Any:
    """How the rule came about."""
    return list_versions(request.auth, rule_id)  # type: ignore[attr-defined]


@router.post("/post.check", response={200: Nudges, **WRITE_PROBLEMS}, operation_id="post.check")
def check_post(request: HttpRequest, data: CheckPost) -> Any:
    """What may be said of words before they are sent; nothing is kept, and sending is never stopped."""
    person = request.auth  # type: ignore[attr-defined]
    note = data.content_note or ""
    return {"nudges": find_nudges(person, topic_id=data.topic, body=data.body, content_note=note)}


def prepare_save(person: Any, data: SaveRule) -> Write:
    """A new or changed rule; what does not go together is refused by field."""
    member = access_rules(person, data.group)
    definition = Definition(**{name: getattr(data, name) for name in Definition.model_fields})
    if wrong := misfits(definition):
        raise Invalid(fields=wrong)
    action = partial(
        actions.save_rule,
        person,
        group_id=data.group,
        rule_id=data.rule,
        version=data.version,
        definition=definition,
        fail_mode=data.fail_mode,
    )
    return Write(action, (member.group.review_stream,))  # its row keeps two changes at once apart


def prepare_switch(person: Any, data: SwitchRule) -> Write:
    """Another mode."""
    _, member = access_rule(person, data.rule)
    action = partial(actions.switch_rule, person, rule_id=data.rule, version=data.version, mode=data.mode)
    return Write(action, (member.group.review_stream,))


def prepare_archive(person: Any, data: ArchiveRule) -> Write:
    """Out of use."""
    _, member = access_rule(person, data.rule)
    action = partial(actions.archive_rule, person, rule_id=data.rule, version=data.version)
    return Write(action, (member.group.review_stream,))


COMMANDS = (
    Command("rule.save", "Make or change a group's own rule.", SaveRule, RuleAnswer, prepare_save),
    Command("rule.switch", "Switch a rule off, to shadow or on.", SwitchRule, RuleAnswer, prepare_switch),
    Command("rule.archive", "Take a rule out of use.", ArchiveRule, ArchivedRule, prepare_archive),
)
