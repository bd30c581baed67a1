"""The kinds of text that people send, as types for commands' data."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# C0 and C1 controls but tab and newline; and the marks that reorder text, which could disguise a name.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Characters that take no ink though their category says otherwise: fillers, the braille blank, variation selectors.
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Small letters of other alphabets that no reader tells from the Latin ones beside them (capitals are folded first).
TWINS = str.maketrans("авекмнорстухѕіјһԁԛԝαεικνορτυχ", "abekmhopctyxsijhdqwaeikvoptux")


def one_line(text: str) -> str:
    """A name or title: one line, single spaces, no controls; raises ValueError when nothing visible is left."""
    tidy = " ".join(REORDERING.sub("", CONTROLS.sub("", text)).split())
    if not is_visible(tidy):
        raise ValueError("Please write something here")
    return tidy


def is_visible(text: str) -> bool:
    """Whether a reader sees anything: a letter, digit, mark of punctuation, symbol or emoji."""
    return any(unicodedata.category(char)[0] in "LNPS" for char in BLANK.sub("", text))


def look_alike(one: str, other: str) -> bool:
    """Whether two names read the same but for capitals, widths, other alphabets' twins and what nobody sees."""
    return _seen(one) == _seen(other)


def _seen(name: str) -> str:
    """A name without what a reader does not notice."""
    plain = BLANK.sub("", unicodedata.normalize("NFKC", name)).casefold().translate(TWINS)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf" and not char.isspace())


def words(text: str) -> str:
    """Longer text: newlines as \\n, no other controls."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def email_address(text: str) -> str:
    """An e-mail address, trimmed and lower-cased; raises ValueError for anything else."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("This does not look like an e-mail address") from None
    return address
