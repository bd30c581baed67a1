"""Fixtures of the relay's tests."""

from __future__ import annotations

from tests.given_calm import calm, moved

__all__ = ["calm", "moved"]
