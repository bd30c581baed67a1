"""The one form in which addresses, names, time zones and regions are kept; anything else is refused."""

import functools
import unicodedata
import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hearthside.limits import NAME_CHARACTERS

EMAIL_CHARACTERS = 254


def tidy_email(text: str) -> str:
    """Return the address trimmed and lower-cased, as we keep and compare it."""
    return text.strip().lower()


def check_email(text: str) -> str:
    """Return the tidy address; raises ValueError for one that cannot receive mail."""
    email = tidy_email(text)
    try:
        email.encode()
        validate_email(email)
    except (ValidationError, UnicodeEncodeError) as error:
        raise ValueError("This does not look like an e-mail address") from error
    if len(email) > EMAIL_CHARACTERS:
        raise ValueError("This address is too long")
    return email


def check_name(text: str) -> str:
    """Return the name on one line without stray blanks; raises ValueError when nothing readable is left."""
    name = " ".join(text.split())
    if not name:
        raise ValueError("A name is needed")
    if len(name) > NAME_CHARACTERS:
        raise ValueError(f"A name has at most {NAME_CHARACTERS} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co") for character in name):
        raise ValueError("This name holds a character that cannot be shown")
    return name


@functools.cache
def time_zones() -> frozenset[str]:
    """Every time zone this machine knows by its IANA name."""
    return frozenset(zoneinfo.available_timezones())


def check_time_zone(text: str) -> str:
    """Return the IANA name; raises ValueError for one that nobody knows."""
    if text not in time_zones():
        raise ValueError("This time zone is not known; one is Europe/London")
    return text


def check_region(text: str) -> str:
    """Return the two-letter country code in capitals; raises ValueError for anything else."""
    region = text.strip().upper()
    if len(region) != 2 or not (region.isascii() and region.isalpha()):
        raise ValueError("A region is a two-letter country code; one is GB")
    return region
