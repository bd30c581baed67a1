"""Who may have a file: whoever may read what it hangs on, and nobody else. Absent and not theirs answer the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast
from uuid import UUID

from accounts.access import access_self
from accounts.models import Person
from community.access import access_topic
from community.access_resources import access_resource, access_resource_to_change
from community.file_problems import FileGone
from community.models import Post, Resource, StoredFile
from hearthside.errors import NotFound

OWN_COPY = (Post.State.PUBLISHED, Post.State.HELD, Post.State.REJECTED, Post.State.HIDDEN)
MOST_FILES = 4  # of a post


def nobody_looks(person: Person, post: UUID) -> bool:
    """Nobody looks at posts that the group does not see until wiring says who does."""
    return False


_looks: Callable[[Person, UUID], bool] = nobody_looks


def say_who_looks(looks: Callable[[Person, UUID], bool]) -> None:
    """Have `looks(person, post)` say who has opened a post that is not shown, to review it; wiring only."""
    global _looks
    _looks = looks


def access_file(person: Person, file_id: UUID) -> StoredFile:
    """A file that the person may have; raises NotFound or AgreementNeeded."""
    access_self(person)
    file = StoredFile.objects.select_related("post__author", "resource").filter(id=file_id, done=True).first()
    if file is None:
        raise NotFound
    if file.post is not None:
        require_post(person, file.post)
    elif file.resource is not None:
        resource, standing = access_resource(person, file.resource.id)
        if not standing.changes and resource.state != Resource.State.PUBLISHED:
            raise NotFound
    elif file.owner_id != person.pk:
        raise NotFound
    return file


def require_post(person: Person, post: Post) -> None:
    """Raise NotFound unless the person sees the post's words now: the group's people, its author, who reviews it."""
    try:
        _, member = access_topic(person, post.topic_id)
    except NotFound:
        member = None
    if member is not None and post.author_id == member.id:
        if post.state in OWN_COPY:
            return
        raise NotFound
    if member is not None and post.shown and cast(int, post.seq) >= member.visible_from:
        return
    if post.state == Post.State.WITHDRAWN or not _looks(person, post.id):
        raise NotFound


def access_own_loose(person: Person, file_id: UUID) -> StoredFile:
    """One's own file that hangs on nothing; raises NotFound."""
    file = StoredFile.objects.filter(id=file_id, owner_id=person.pk, post=None, resource=None).first()
    if file is None:
        raise NotFound
    return file


def access_file_to_remove(person: Person, file_id: UUID) -> StoredFile:
    """A file that the person may take away: their own loose one, or one of a resource they may change.

    A post's files go with their post. Raises NotFound.
    """
    file = StoredFile.objects.filter(id=file_id, done=True).exclude(resource=None).first()
    if file is None or file.resource_id is None:
        return access_own_loose(person, file_id)
    access_resource_to_change(person, file.resource_id)
    return file


def access_loose(person: Person, ids: Iterable[UUID]) -> list[StoredFile]:
    """One's own files that hang on nothing yet, in the order of these ids; raises FileGone naming the others."""
    wanted = list(dict.fromkeys(ids))
    rows = StoredFile.objects.filter(id__in=wanted, owner_id=person.pk, done=True, post=None, resource=None)
    found = {row.id: row for row in rows}
    if gone := [str(each) for each in wanted if each not in found]:
        raise FileGone(files=gone)
    return [found[each] for each in wanted]
