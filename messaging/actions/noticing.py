"""Notices about sealed conversations: that something waits there, once until it is read, and never what."""

from __future__ import annotations

from accounts.models import Person
from messaging.models import Conversation, ConversationMember, SealedEvent
from messaging.queries.conversations import count_unread
from messaging.queries.members import active_ids
from notify.actions.giving import give_notice, withdraw_notices
from notify.actions.reading import read_notices
from notify.queries.notices import who_has_unread

Active = ConversationMember.State.ACTIVE


def key_of(conversation: Conversation) -> str:
    """How the keys of all notices about a conversation begin; the first unread event's id ends them."""
    return f"conversation:{conversation.id}:"


def tell_of_event(conversation: Conversation, sender: Person, event: SealedEvent) -> None:
    """Tell everybody else in the conversation that something waits; whom one notice told already hears no more.

    Inside the action that sent it, which has named their streams. Quiet events are no messages.
    """
    if event.quiet:
        return
    others = set(active_ids(conversation.id)) - {sender.pk}
    fresh = others - who_has_unread(key_of(conversation), others)
    give_notice(
        Person.objects.filter(pk__in=fresh),
        kind="message.waiting",
        key=f"{key_of(conversation)}{event.id}",
        link=f"/messages/{conversation.id}",
        by=sender,
    )


def note_read(place: ConversationMember) -> None:
    """Somebody has read on: once nothing is left unread there, their notice is read too."""
    if not count_unread([place]).get(place.id):
        read_notices(place.person, key_of(place.conversation), under=True)


def take_back(conversation: Conversation) -> None:
    """What waited was taken away: who has nothing unread left there is told of nothing."""
    told = who_has_unread(key_of(conversation))
    if not told:
        return
    places = list(ConversationMember.objects.filter(conversation=conversation, person__in=told, state=Active))
    unread = count_unread(places)
    done = [place.person_id for place in places if not unread.get(place.id)]
    withdraw_notices(key_of(conversation), people=Person.objects.filter(pk__in=done), under=True)


def forget_place(place: ConversationMember) -> None:
    """Somebody is not in the conversation any more: what waited there is not theirs."""
    withdraw_notices(key_of(place.conversation), people=[place.person], under=True)
