"""Who is in a conversation: adding, removing, leaving, handing a circle on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from accounts.models import Person
from hearthside.errors import Closed, Denied, NotFound
from hearthside.live import Answer
from messaging.access import access_as_keeper, access_conversation
from messaging.actions.noticing import forget_place
from messaging.actions.telling import note_pairs, wake_for_conversation, wake_for_sync
from messaging.models import Conversation, ConversationMember
from messaging.queries.members import active_ids, all_joined, lost_circles
from messaging.queries.people import contacts_of, mates_of

State = ConversationMember.State
MOST_IN_CIRCLE = 15


def put_in(conversation: Conversation, people: Iterable[uuid.UUID]) -> None:
    """Give people a place from now on; who had one before gets a new beginning."""
    for person_id in sorted(set(people)):
        place = ConversationMember.objects.filter(conversation=conversation, person_id=person_id).first()
        if place is None:
            place = ConversationMember(conversation=conversation, person_id=person_id)
        elif place.active:
            continue
        place.state, place.left_seq = State.ACTIVE, None
        place.joined_seq = conversation.head + 1
        place.read_seq = max(place.read_seq, conversation.head)
        place.save()


def tell_members(conversation: Conversation, also: Iterable[uuid.UUID] = ()) -> None:
    """Have everybody in the conversation look at it and at each other's devices."""
    people = set(active_ids(conversation.id)) | set(also)
    wake_for_sync(note_pairs((one, other) for one in people for other in people if one != other))
    wake_for_conversation(people, conversation.id)


def change_members(
    person: Person, conversation_id: uuid.UUID, *, add: Iterable[uuid.UUID], remove: Iterable[uuid.UUID]
) -> Answer:
    """Add people to one's circle, or take them out.

    Raises NotFound for somebody who is not there or whom a member has no contact with, Denied, or Closed when full.
    """
    place = access_as_keeper(person, conversation_id)
    conversation = place.conversation
    added, removed = set(add), set(remove)
    if added:
        together = set(active_ids(conversation.id)) | added
        if len(together) > MOST_IN_CIRCLE:
            raise Closed("A circle has 15 people at most.", reason="full")
        if not all_joined(together):
            raise NotFound
        put_in(conversation, added)
    for person_id in sorted(removed):
        if person_id == person.pk:
            raise Denied("To go yourself, leave the circle.")
        gone = conversation.members.filter(person_id=person_id, state=State.ACTIVE).first()
        if gone is None:
            raise NotFound
        end_place(gone, State.REMOVED)
    bump(conversation)
    tell_members(conversation)
    return {}


def end_place(place: ConversationMember, state: State) -> None:
    """End somebody's place: what comes later is not theirs. A keeper who goes leaves the circle as it is."""
    conversation = place.conversation
    place.state, place.left_seq = state, conversation.head
    place.save(update_fields=["state", "left_seq"])
    if conversation.keeper_id == place.person_id:
        conversation.keeper = None
        conversation.save(update_fields=["keeper"])
    gone, stayed = place.person, set(active_ids(conversation.id))
    still = mates_of(gone) | contacts_of(gone)
    pairs = [pair for other in stayed - still for pair in ((other, gone.pk), (gone.pk, other))]
    wake_for_sync(note_pairs(pairs, left=True))
    wake_for_conversation([gone.pk], conversation.id)
    forget_place(place)


def bump(conversation: Conversation) -> None:
    """Say that the conversation has changed."""
    conversation.version += 1
    conversation.save(update_fields=["version"])


def leave_conversation(person: Person, conversation_id: uuid.UUID) -> Answer:
    """Leave; what was sent until now stays readable. Raises NotFound."""
    place = access_conversation(person, conversation_id)
    end_place(place, State.LEFT)
    bump(place.conversation)
    wake_for_conversation(active_ids(conversation_id), conversation_id)
    return {}


def hand_on(person: Person, conversation_id: uuid.UUID, *, to: uuid.UUID) -> Answer:
    """Let another member keep the circle from now on; raises NotFound or Denied."""
    conversation = access_as_keeper(person, conversation_id).conversation
    if to not in active_ids(conversation.id):
        raise NotFound
    conversation.keeper_id = to
    conversation.save(update_fields=["keeper"])
    bump(conversation)
    wake_for_conversation(active_ids(conversation.id), conversation.id)
    return {}


def drop_lost(person: Person) -> list[uuid.UUID]:
    """Take a person out of every circle that holds somebody they have no contact with any more; answers which.

    Runs inside the action that ended the contact (somebody left a group), with the streams of
    `messaging.queries.members.streams_of_circles` named beforehand.
    """
    places = lost_circles(person)
    for place in places:
        end_place(place, State.REMOVED)
        bump(place.conversation)
        wake_for_conversation(active_ids(place.conversation_id), place.conversation_id)
    return [place.conversation_id for place in places]
