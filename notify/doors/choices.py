"""The doors to what one wants to be told of: kinds and channels, quiet hours, browsers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, StringConstraints

from accounts.access import signin_of
from accounts.models import Person, SignIn
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data, Done
from hearthside.errors import SignedOut
from hearthside.live import Write
from hearthside.text import one_line
from notify.access import access_push_device
from notify.actions import choosing, devices
from notify.devices import check_endpoint, check_point, check_secret
from notify.pushing import read_key
from notify.queries.choices import read_choices

router = Router(tags=["notices"])
ENDPOINT_CHARACTERS = 1000
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def checked(check: Callable[[str], str], most: int) -> Any:
    """A text of at most so many characters that passes a check."""
    return Annotated[str, StringConstraints(max_length=most), AfterValidator(check)]


class KindRow(Schema):
    """A kind of notice as the person has it, and as it is unless they choose; `fixed` ones always come."""

    kind: str
    push: bool
    mail: bool
    push_default: bool
    mail_default: bool
    fixed: bool


class QuietRow(Schema):
    """Quiet hours, `HH:MM` on the clock of a time zone."""

    begins: str
    ends: str
    time_zone: str


class DeviceRow(Schema):
    """A browser that may be woken; `this` is the one that asks."""

    id: str
    name: str
    at: str
    this: bool


class PushRow(Schema):
    """The key that a browser subscribes with, and the browsers that did."""

    key: str
    devices: list[DeviceRow]


class NamesRow(Schema):
    """Whether mail names a group: it never does."""

    in_mail: bool


class ChoicesAnswer(Schema):
    """Everything that one can choose about notices."""

    kinds: list[KindRow]
    quiet: QuietRow | None
    push: PushRow
    names: NamesRow


class ChooseData(Data):
    """A kind, a channel, and whether it is wanted there."""

    kind: Annotated[str, StringConstraints(max_length=24)]
    channel: Literal["push", "mail"]
    on: bool


class QuietData(Data):
    """From and to, `HH:MM`; null for none."""

    begins: Clock | None = None
    ends: Clock | None = None


class AddData(Data):
    """What the browser answered when it subscribed, and what to call it."""

    endpoint: checked(check_endpoint, ENDPOINT_CHARACTERS)  # type: ignore[valid-type]
    p256dh: checked(check_point, 120)  # type: ignore[valid-type]
    auth: checked(check_secret, 40)  # type: ignore[valid-type]
    name: checked(one_line, 80)  # type: ignore[valid-type]
    again: bool = False


class DeviceData(Data):
    """Which browser."""

    id: uuid.UUID


class ChooseDone(Done):
    """The kind as it now stands."""

    kind: str
    channel: str
    on: bool


class QuietDone(Done):
    """The quiet hours as they now are."""

    quiet: QuietRow | None


class DeviceDone(Done):
    """The browser."""

    id: str


@router.get(
    "/notices/choices",
    response={200: ChoicesAnswer, **READ_PROBLEMS},
    operation_id="notices.choices",
    summary="What I want to be told of, and how",
)
def get_choices(request: HttpRequest) -> Any:
    """The asking person's choices; the practice's key for pushes is made when it is first asked for."""
    signin = signin_of(request)
    read_key()
    return read_choices(signin.person, signin=signin.pk)


def clock(text: str | None) -> dt.time | None:
    """A time of the day from its checked spelling."""
    return dt.time.fromisoformat(text) if text else None


def prepare_choose(person: Person, data: ChooseData) -> Write:
    """Choosing a kind on a channel."""
    act = partial(choosing.choose, person, kind=data.kind, channel=data.channel, on=data.on)
    return Write(act, (person.stream,))


def prepare_quiet(person: Person, data: QuietData) -> Write:
    """Setting one's quiet hours."""
    act = partial(choosing.set_quiet_hours, person, begins=clock(data.begins), ends=clock(data.ends))
    return Write(act, (person.stream,))


def prepare_add(person: Person, data: AddData, signin: SignIn | None) -> Write:
    """Letting this browser be woken."""
    if signin is None:
        raise SignedOut
    act = partial(
        devices.add_device,
        person,
        signin,
        endpoint=data.endpoint,
        p256dh=data.p256dh,
        auth=data.auth,
        name=data.name,
        again=data.again,
    )
    return Write(act, (person.stream,))


def prepare_remove(person: Person, data: DeviceData) -> Write:
    """Waking a browser no more."""
    access_push_device(person, data.id)
    return Write(partial(devices.remove_device, person, data.id))


COMMANDS: tuple[Command, ...] = (
    Command("notice.choose", "Have a kind sent on a channel, or not", ChooseData, ChooseDone, prepare_choose),
    Command("quiet_hours.set", "Set one's own quiet hours, or end them", QuietData, QuietDone, prepare_quiet),
    Command("push.add", "Let this browser be woken", AddData, DeviceDone, prepare_add, signed=True),
    Command("push.remove", "Wake a browser no more", DeviceData, DeviceDone, prepare_remove),
)
