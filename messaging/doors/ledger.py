"""The key ledger."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from messaging.doors.entry import PROBLEMS, enter
from messaging.queries.ledger import list_entries

router = Router(tags=["sealed conversations"])


class EntryRow(Schema):
    """One entry: what happened to whose key, chained to the one before and signed."""

    n: int
    at: int
    subject: str
    kind: str
    key: str
    prev: str
    hash: str
    signature: str


class Head(Schema):
    """The newest entry."""

    n: int
    hash: str


class LedgerPage(Schema):
    """A page of the ledger."""

    entries: list[EntryRow]
    head: Head
    public_key: str


@router.get("/key_ledger", response={200: LedgerPage, **PROBLEMS}, operation_id="sealed.ledger")
def get_ledger(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Any:
    """The chain of every identity and device."""
    enter(request, "ledger")
    return list_entries(after, limit)
