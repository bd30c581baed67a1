"""Contact details: ways to reach somebody outside the group. By shape and by list, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from moderation.words.folding import fold
from moderation.words.lists import load
from moderation.words.tokens import Words

# Every repeat is bounded, so no text takes long.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\s?\.\s?[\w-]{1,24}){1,4}")
NUMBER = re.compile(r"(?<![\w£$€.,:/#=])\(?\+?\(?\d(?:[ ().\-/]{0,3}\d){6,15}(?![\w%])")
IDS = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")  # a UUID is no number to call
DATES = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b|\b(?:19|20)\d\d[./-]\d{1,2}(?:[./-]\d{1,2})?\b"
    r"|\b(?:19|20)\d\d ?[-/] ?(?:19|20)?\d\d\b|\b\d{1,2}[.:]\d\d(?: ?- ?\d{1,2}[.:]\d\d)?\b"
)
TAG = re.compile(r"(?<!\w)[\w.]{2,32}#\d{4}\b")
MENTION = re.compile(r"(?<![\w@.])@([\w.]{3,30})")
STREET = (
    "(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Crescent|Court|Terrace|Way|Gardens|Grove|Place|Square|Boulevard"
    "|Blvd|Mews|Row|Hill|Park|Walk|Parade|Green)"
)
ADDRESS = re.compile(rf"\b\d{{1,4}}[a-zA-Z]?,? (?:[A-Z][a-z'’-]{{1,20}} ){{1,3}}{STREET}\b")
ADDRESS_SAID = re.compile(
    r"\b(?:live|living|lives|address|stay|staying|house|flat|come|round)\b[\w ,:']{0,20}?\b\d{1,4}[a-z]?,? "
    rf"(?:[a-z'’-]{{2,20}} ){{1,2}}{STREET.lower()}\b"
)
POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}|[A-Z][a-z]{2,20},? [A-Z]{2} \d{5})\b"
)
AROUND = 60  # characters on each side in which a help line may be named
PHONE_DIGITS = 7
SPOKEN_DIGITS = 7
LONE_DIGITS = 10


@cache
def listed(name: str) -> tuple[str, ...]:
    """One list of contact.toml."""
    return tuple(load("contact")[name])


def contact_codes(text: str, words: Words, handles: frozenset[str], names: frozenset[str]) -> tuple[str, ...]:
    """Codes of the contact details in a text: email, phone, handle, messenger, address.

    `handles` are the codes of the phrases of contact.toml that were found; `names` are members' names.
    """
    plain = fold(text)
    found = {
        "email": bool(EMAIL.search(plain)) or says_email(words),
        "phone": has_phone(plain) or says_phone(words),
        "handle": bool(handles) or has_handle(plain, words, names),
        "messenger": any(link in plain for link in listed("links")),
        "address": bool(ADDRESS.search(text) or POSTCODE.search(text) or ADDRESS_SAID.search(plain)),
    }
    return tuple(code for code, there in found.items() if there)


def has_phone(plain: str) -> bool:
    """Whether a phone number that is no help line's stands in the text."""
    without_ids = IDS.sub(lambda match: "x" * len(match.group()), plain)
    undated = DATES.sub(lambda match: "x" * len(match.group()), without_ids)
    for match in NUMBER.finditer(undated):
        written = match.group()
        digits = re.sub(r"\D", "", written)
        around = undated[max(0, match.start() - AROUND) : match.end() + AROUND]
        if is_phone(written, digits) and not any(word in around for word in listed("help_words")):
            return True
    return False


def is_phone(written: str, digits: str) -> bool:
    """Whether digits written so are a number to call: no count, no round sum, no free line."""
    parts = re.findall(r"\d+", written)
    if len(digits) < PHONE_DIGITS or digits in listed("free_numbers") or not digits[1:].strip("0"):
        return False
    if any(digits.startswith(prefix.lstrip("+")) for prefix in listed("free_prefixes")):
        return False
    if len(parts) > 2 and counts(parts):
        return False
    if max(map(len, parts)) <= 2 and digits[0] != "0" and "+" not in written:
        return all(len(part) == 1 for part in parts) and len(parts) >= LONE_DIGITS
    return True


def counts(parts: list[str]) -> bool:
    """Whether the numbers only count up or down."""
    steps = {int(after) - int(before) for before, after in pairwise(parts)}
    return len(steps) == 1


def says_phone(words: Words) -> bool:
    """Whether a number is spelt out: "oh seven seven double oh ..."."""
    run: list[str] = []
    twice = 1
    for sign in [*words.signs, "|"]:
        if sign in ("double", "triple"):
            twice = 2 if sign == "double" else 3
            continue
        if sign == "," or sign == "and":
            continue
        digit = load("contact")["digits"].get(sign) or lone_digit(sign)
        if digit:
            run += [digit] * twice
        elif len(run) >= SPOKEN_DIGITS and not counts(run) and (run[0] == "0" or len(run) >= LONE_DIGITS):
            return True
        else:
            run = []
        twice = 1
    return False


def lone_digit(sign: str) -> str:
    """The digit that a word is, or nothing."""
    return sign[0] if sign.endswith("@num") and sign[0].isdigit() and sign[1] == " " else ""


def says_email(words: Words) -> bool:
    """Whether an address is spelt out: "sam at mail dot com"."""
    signs = [sign for sign in words.signs if sign != ","]
    for place, sign in enumerate(signs[:-1]):
        if sign not in ("at", "@", "a"):
            continue
        host, after, ending = [*signs[place + 1 : place + 4], "", ""][:3]
        dotted = after in ("dot", "d0t") and ending in listed("endings")
        if (
            host in listed("hosts")
            or dotted
            or (host in listed("hosts_with_dot") and after in listed("endings"))
        ):
            return True
    return False


def has_handle(plain: str, words: Words, names: frozenset[str]) -> bool:
    """Whether an account's name stands in the text: name#1234, or @name that is no member's."""
    if TAG.search(plain):
        return True
    spoken_of = any(sign in listed("platforms") for sign in words.signs)
    return any(is_account(name, names, spoken_of) for name in mentions(plain))


def mentions(plain: str) -> Iterator[str]:
    """Names after @, without a full stop behind them."""
    return (match.group(1).rstrip(".") for match in MENTION.finditer(plain))


def is_account(name: str, names: frozenset[str], spoken_of: bool) -> bool:
    """Whether a name after @ is one of another service."""
    if name in names or name in listed("mention_words"):
        return False
    return spoken_of or any(char in "_.0123456789" for char in name)
