"""What a group rule may say: closed shapes, the same on the wire and in the rule's row."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from hearthside.limits import NAME_CHARACTERS
from hearthside.text import one_line, words
from moderation.keywords import KEYWORD_CHARACTERS, read_keyword
from moderation.patterns import PATTERN_CHARACTERS, read_pattern

KEYWORDS = 1_000
PATTERNS = 10
RULES = 50  # of a group, archived ones not counted
NUDGE_CHARACTERS = 300
LIMITS = {
    "keywords": KEYWORDS,
    "keyword_characters": KEYWORD_CHARACTERS,
    "patterns": PATTERNS,
    "pattern_characters": PATTERN_CHARACTERS,
    "rules": RULES,
    "nudge_characters": NUDGE_CHARACTERS,
}

Event = Literal["send", "edit", "profile"]
Mode = Literal["off", "shadow", "on"]
FailMode = Literal["hold", "flag"]
ActionName = Literal[
    "log", "nudge", "content_note", "hold", "queue", "support_card", "page_on_call", "slow_topic"
]
Label = Literal[
    "toxicity", "severe_toxicity", "insult", "threat", "identity_attack", "sexual", "harassment", "self_harm"
]
OF_POSTS = frozenset({"nudge", "content_note", "slow_topic"})  # actions that a name knows nothing of


def keyword(text: str) -> str:
    """A keyword, tidied; raises ValueError."""
    tidy = one_line(text)
    read_keyword(tidy)
    return tidy


def pattern(text: str) -> str:
    """A pattern that can be followed in linear time, as it was written; raises ValueError."""
    read_pattern(text)
    return text


def once_each(values: list[str]) -> list[str]:
    """The values in their order, none twice."""
    return list(dict.fromkeys(values))


def nudge_words(text: str) -> str:
    """What is said before sending; nothing stands for the usual words."""
    tidy = words(text).strip()
    if len(tidy) > NUDGE_CHARACTERS:
        raise ValueError(f"This is longer than {NUDGE_CHARACTERS} characters")
    return tidy


Word = Annotated[str, AfterValidator(keyword)]
Words = Annotated[list[Word], Field(max_length=KEYWORDS), AfterValidator(once_each)]


class Closed(BaseModel):
    """A shape that takes its own fields only."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class KeywordTrigger(Closed):
    """Words, each perhaps with * at an end; `allow` are those that are meant well; `evasions` also disguised."""

    kind: Literal["keyword"]
    words: Annotated[Words, Field(min_length=1)]
    allow: Words = []
    evasions: bool = True


class PatternTrigger(Closed):
    """Patterns, any one of which is enough."""

    kind: Literal["pattern"]
    patterns: Annotated[
        list[Annotated[str, AfterValidator(pattern)]], Field(min_length=1, max_length=PATTERNS)
    ]


class PlainTrigger(Closed):
    """Contact details, the name of another member, method detail, or nobody on duty."""

    kind: Literal["contact", "member_name", "method", "unattended"]


class LabelTrigger(Closed):
    """A model's probability; says nothing of authors who do not let models read their posts."""

    kind: Literal["label"]
    label: Label
    threshold: Annotated[float, Field(ge=0.05, le=1.0)]


class RateTrigger(Closed):
    """More than so many posts by one member within so many minutes."""

    kind: Literal["rate"]
    posts: Annotated[int, Field(ge=1, le=100)]
    minutes: Annotated[int, Field(ge=1, le=1440)]


class HourTrigger(Closed):
    """From one full hour to another, in the practice's time zone; past midnight when `to` is the smaller."""

    kind: Literal["hour"]
    since: Annotated[int, Field(ge=0, le=23, alias="from")]
    to: Annotated[int, Field(ge=0, le=24)]

    @model_validator(mode="after")
    def some_time(self) -> HourTrigger:
        """Refuse a stretch of no length."""
        if self.since == self.to % 24 and self.to != 24:
            raise ValueError("From and to are the same hour")
        return self


KINDS = ("keyword", "pattern", "contact", "member_name", "method", "unattended", "label", "rate", "hour")


def shape_of(value: Any) -> str | None:
    """Which of the shapes a trigger says it is."""
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    if kind not in KINDS:
        return None
    return "plain" if kind in ("contact", "member_name", "method", "unattended") else str(kind)


Trigger = Annotated[
    Annotated[KeywordTrigger, Tag("keyword")]
    | Annotated[PatternTrigger, Tag("pattern")]
    | Annotated[PlainTrigger, Tag("plain")]
    | Annotated[LabelTrigger, Tag("label")]
    | Annotated[RateTrigger, Tag("rate")]
    | Annotated[HourTrigger, Tag("hour")],
    Discriminator(
        shape_of,
        custom_error_type="unknown_kind",
        custom_error_message=f"A rule looks for one of these kinds: {', '.join(KINDS)}",
    ),
]


class Definition(Closed):
    """What a rule looks for and what it does: the part of its row that is encrypted."""

    name: Annotated[str, Field(max_length=NAME_CHARACTERS), AfterValidator(one_line)]
    event: Event
    trigger: Trigger
    actions: Annotated[list[ActionName], Field(min_length=1, max_length=8), AfterValidator(once_each)]
    exempt: Annotated[list[Literal["facilitator"]], Field(max_length=1)] = []
    nudge: Annotated[str, AfterValidator(nudge_words)] = ""


def misfits(definition: Definition) -> dict[str, str]:
    """What does not go together in a rule, by field: empty when all is well."""
    found: dict[str, str] = {}
    if definition.event == "profile":
        if OF_POSTS & set(definition.actions):
            found["actions"] = "A nudge, a content note and slow mode are for posts, not for names."
        if definition.trigger.kind == "rate":
            found["trigger"] = "Names do not come in numbers. Choose another trigger for them."
    return found


def as_row(definition: Definition) -> dict[str, Any]:
    """The definition as JSON data, in the words of the wire."""
    return definition.model_dump(mode="json", by_alias=True)
