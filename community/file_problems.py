"""What can be wrong with a file, each in a sentence that says what to do."""

from __future__ import annotations

from hearthside.errors import Problem


class FileTooLarge(Problem):
    """More bytes than a file may have."""

    slug, status, title = "file_too_large", 413, "This file is too large"
    default = "A picture or PDF has at most 10 MB here. Nothing was kept of it."


class FileKind(Problem):
    """Neither a picture nor a PDF, whatever its name says."""

    slug, status, title = "file_kind", 422, "Not a picture or PDF"
    default = "Pictures (JPEG, PNG, WebP, GIF) and PDFs can be sent. Nothing was kept of this file."


class FileBroken(Problem):
    """A picture or PDF that does not open; `why` is broken, locked or big."""

    slug, status, title = "file_broken", 422, "This file does not open"
    default = "It may be damaged. Nothing was kept of it."


class FileQuota(Problem):
    """The person's files take all the room there is for them."""

    slug, status, title = "file_quota", 409, "No room for more files"
    default = "Your files here take all the room there is for you. Take some away first, with their posts."


class FileGone(Problem):
    """A file that was sent and is not there (any more), or hangs on something else; `files` names which."""

    slug, status, title = "file_gone", 409, "This file is not here any more"
    default = "Send the file once more. What you wrote is kept."


REFUSALS: dict[str, str] = {
    "broken": "It may be damaged. Nothing was kept of it.",
    "locked": "This PDF is locked with a password. Send it without one. Nothing was kept of it.",
    "big": "This unfolds to more than fits here. A smaller one will do. Nothing was kept of it.",
}


def problem_for(code: str) -> Problem:
    """The problem for a cleaner's refusal."""
    return FileKind() if code == "kind" else FileBroken(REFUSALS[code], why=code)
