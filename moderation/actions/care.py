"""Care alerts: started with a cry for help, ended by a person."""

from __future__ import annotations

from accounts.models import Person
from moderation.models import ReviewItem


def open_alert(item: ReviewItem) -> None:
    """Start the escalation for an item of the care lane, or start it again after it was closed; inside an action."""
    raise NotImplementedError


def close_alert(item: ReviewItem, person: Person) -> None:
    """End the escalation: somebody closed the item with an outcome."""
    raise NotImplementedError


def offer_support(person: Person, severity: int) -> bool:
    """Whether the support card is shown to its author now; writes down that it was."""
    raise NotImplementedError
