"""The door by which a browser follows when its push service gives it another address, with nobody signed in."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, StringConstraints

from hearthside.api import ProblemAnswer
from hearthside.limits import limiter
from hearthside.live import Write, write
from notify.actions.devices import renew_device
from notify.devices import check_endpoint, check_point, check_secret
from notify.doors.choices import ENDPOINT_CHARACTERS, checked

router = Router(tags=["notices"])


class RenewData(Schema):
    """The address that the browser had, and what it answered when it subscribed anew."""

    model_config = ConfigDict(extra="forbid")

    old: Annotated[str, StringConstraints(max_length=ENDPOINT_CHARACTERS)]
    endpoint: checked(check_endpoint, ENDPOINT_CHARACTERS)  # type: ignore[valid-type]
    p256dh: checked(check_point, 120)  # type: ignore[valid-type]
    auth: checked(check_secret, 40)  # type: ignore[valid-type]


class Renewed(Schema):
    """That it was done."""


@router.post(
    "/push/renew",
    auth=None,
    response={200: Renewed, **dict.fromkeys((400, 404, 413, 422, 429, 503), ProblemAnswer)},
    operation_id="push.renew",
    summary="Follow a browser to its new address",
)
def renew(request: HttpRequest, data: RenewData) -> Any:
    """For the service worker, which runs when nobody is signed in: who knows the old address is that browser."""
    limiter().take(f"address:{request.META.get('REMOTE_ADDR', '')}", "push.renew")
    act = partial(renew_device, old=data.old, endpoint=data.endpoint, p256dh=data.p256dh, auth=data.auth)
    return write(Write(act))
