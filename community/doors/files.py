"""The doors to pictures and PDFs."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from accounts.models import Person
from community.access_files import access_file, access_file_to_remove
from community.actions.files import keep_file, remove_file
from community.cleaning.running import clean_apart, turn_of
from community.cleaning.sniffing import Refused
from community.file_problems import FileTooLarge, problem_for
from community.queries.files import bytes_of, file_row
from community.schemas_files import FileDone, FileOnly, FileRow
from hearthside.api import READ_PROBLEMS, WRITE_PROBLEMS, ProblemAnswer
from hearthside.commands import Command
from hearthside.errors import Invalid
from hearthside.limits import FILE_BYTES, FILE_FORM_BYTES, limiter
from hearthside.live import Write

router = Router(tags=["files"])
FORM = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            }
        },
        "required": True,
    }
}
POLICY = "default-src 'none'; sandbox"


@router.post(
    "/files",
    response={201: FileRow, **WRITE_PROBLEMS},
    operation_id="file.add",
    summary="Send a picture or PDF",
    openapi_extra=FORM,
)
def post_file(request: HttpRequest) -> Any:
    """Send a picture or PDF of at most 10 MB; it is cleaned, and is only the sender's until it hangs on something."""
    person: Person = request.auth  # type: ignore[attr-defined]
    if int(request.META.get("CONTENT_LENGTH") or 0) > FILE_FORM_BYTES:
        raise FileTooLarge
    limiter().take(str(person.pk), "file.add")
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(fields={"file": "Choose a picture or a PDF."})
    if (sent.size or 0) > FILE_BYTES:
        raise FileTooLarge
    try:
        with turn_of(str(person.pk)):
            cleaned = clean_apart(sent.read())
    except Refused as refusal:
        raise problem_for(refusal.code) from None
    if len(cleaned.data) > FILE_BYTES:
        raise FileTooLarge
    return Status(201, file_row(keep_file(person, cleaned, name=sent.name or "")))


@router.get(
    "/files/{file_id}",
    response={409: ProblemAnswer, **READ_PROBLEMS},
    operation_id="file.show",
    summary="A file's bytes",
)
def get_file(
    request: HttpRequest,
    file_id: uuid.UUID,
    small: Annotated[bool, Query(description="a picture of at most 640 pixels")] = False,
    save: Annotated[bool, Query(description="to be saved, not shown")] = False,
) -> Any:
    """A picture or PDF, for whoever may read what it hangs on. A PDF is saved, never shown in a page of ours."""
    file = access_file(request.auth, file_id)  # type: ignore[attr-defined]
    response = HttpResponse(bytes_of(file, small=small), content_type=file.type)
    how = "attachment" if save or file.kind == "pdf" else "inline"
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "")
    response["Content-Disposition"] = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def prepare_remove(person: Person, data: FileOnly) -> Write:
    """Taking a file away before it hangs on anything, or from a resource."""
    access_file_to_remove(person, data.file)
    return Write(partial(remove_file, person, file_id=data.file))


COMMANDS: tuple[Command, ...] = (
    Command("file.remove", "Take a file away", FileOnly, FileDone, prepare_remove),
)
