"""Contact details: ways to reach somebody outside the group. Found in linear time, by shape and by a list."""

from __future__ import annotations

import re

from moderation.words.folding import fold

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def contact_codes(text: str) -> tuple[str, ...]:
    """Codes of the contact details in a text: phone, email, handle, messenger, address."""
    found = []
    if EMAIL.search(fold(text)):
        found.append("email")
    return tuple(found)
