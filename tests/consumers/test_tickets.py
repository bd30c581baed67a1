"""One-use tickets: what was used is remembered, whatever else happens."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from consumers.tickets import TicketRefused, make_ticket, use_ticket


def test_a_used_ticket_is_remembered_among_many() -> None:
    ticket = make_ticket("person", "signin")
    assert use_ticket(ticket).signin == "signin"
    for number in range(1000):
        cache.set(f"other:{number}", 1, timeout=60)
    with pytest.raises(TicketRefused):
        use_ticket(ticket)
