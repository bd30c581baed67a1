"""The live door's one HTTP route."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from accounts.access import signin_of
from consumers.tickets import make_ticket
from hearthside.api import ProblemAnswer

router = Router(tags=["live"])


class Ticket(Schema):
    """A one-use connect token for /ws/v1, good for 30 seconds."""

    ticket: str


@router.post(
    "/live/ticket",
    response={200: Ticket, 401: ProblemAnswer, 403: ProblemAnswer},
    operation_id="live.ticket",
)
def post_ticket(request: HttpRequest) -> Any:
    """A ticket for the socket, from the sign-in session."""
    signin = signin_of(request)
    return {"ticket": make_ticket(str(signin.person_id), signin.pk)}
