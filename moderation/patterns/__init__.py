"""Patterns that facilitators write, matched in time that grows with the text's length and no faster.

The language is a small part of what regular expressions are elsewhere: no references back, no looking around, and a
bound on how large a pattern may unfold. So no pattern can stop the room, however it is nested.
"""

from moderation.patterns.automaton import Matcher, TooSlow
from moderation.patterns.reading import PATTERN_CHARACTERS, PatternError, read_pattern

__all__ = ["PATTERN_CHARACTERS", "Matcher", "PatternError", "TooSlow", "read_pattern"]
