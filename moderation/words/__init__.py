"""The words: what rules alone can tell of a text (docs/how/screening.md)."""

from moderation.words.reading import Reading, read

RULES_VERSION = "rules-6"

__all__ = ["RULES_VERSION", "Reading", "read"]
