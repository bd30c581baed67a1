"""Fixtures of the tests of notices."""

from __future__ import annotations

from tests.given_calm import calm, moved

__all__ = ["calm", "moved"]
