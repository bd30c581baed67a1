"""What a person's own stream tells their screens about them."""

from hearthside.wire import Event


class SigninEnded(Event, frozen=True, tag="signin.ended"):
    """One sign-in of this person is over; the sockets that came through it close."""

    signin: str


class PersonUpdated(Event, frozen=True, tag="person.updated"):
    """This person's name, role or standing is now so."""

    name: str
    role: str
    active: bool


class ConsentChanged(Event, frozen=True, tag="consent.changed"):
    """This person now says yes or no to this purpose."""

    purpose: str
    given: bool


class ContactChanged(Event, frozen=True, tag="contact.changed"):
    """Whom this person may write to, or what they may expect of them, has changed: fetch it again."""
