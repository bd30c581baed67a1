"""Texts as people type them in a hurry: letters swapped, dropped or doubled, no full stops."""

from __future__ import annotations

import random

NEAR = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjkkxcvbnmn", strict=False))


def spoil(text: str, chance: random.Random, share: float) -> str:
    """The text, or in `share` of the calls the text misspelt; about one word in eight is touched."""
    if chance.random() >= share:
        return text
    words = text.split(" ")
    for at, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and chance.random() < 0.12:
            words[at] = misspelt(word, chance)
    text = " ".join(words)
    if chance.random() < 0.4:
        text = text.replace(".", "").replace(",", "").replace("'", "")
    return text


def misspelt(word: str, chance: random.Random) -> str:
    """A word with one slip of the fingers."""
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + NEAR.get(word[at], word[at]) + word[at + 1 :]
