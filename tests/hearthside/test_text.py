"""Names: what a reader sees decides, not what is stored."""

from __future__ import annotations

import pytest

from hearthside.text import is_visible, look_alike, one_line

NAME = "Hannah Reyes"
DISGUISES = [
    "hannah  reyes",
    "H\u0430nnah Reyes",
    "\u041d\u0430nn\u0430h R\u0435y\u0435s",
    "Hannah\ufe0f Reyes",
    "Hannah Reyes\u200b",
    "Hannah\u2800Reyes",
    "Hannah Reyes\U000e0100",
    "Hann\u034fah Reyes",
    "\u3164Hannah Reyes",
    "\uff28annah Reyes",
]


@pytest.mark.parametrize("name", DISGUISES, ids=ascii)
def test_names_that_read_the_same(name: str) -> None:
    assert look_alike(NAME, name)
    assert look_alike(name, NAME)


@pytest.mark.parametrize("name", ["Hanna Reyes", "Hannah R", "H\u00e1nnah Reyes", "\u0410\u043d\u043d\u0430"])
def test_names_that_do_not(name: str) -> None:
    assert not look_alike(NAME, name)


@pytest.mark.parametrize(
    "text", ["", " ", "\u3164", "\u2800\u2800", "\u115f", "\uffa0", "\ufe0f", "\u200b\u00ad"], ids=ascii
)
def test_nothing_to_see(text: str) -> None:
    assert not is_visible(text)
    with pytest.raises(ValueError, match="Please write something"):
        one_line(text)


@pytest.mark.parametrize(
    "text", ["a", "1", "!", "\u2764\ufe0f", "\u4f60", "\u200f\u05d0", "\U0001f44d"], ids=ascii
)
def test_something_to_see(text: str) -> None:
    assert is_visible(text)
    assert one_line(text) == text
