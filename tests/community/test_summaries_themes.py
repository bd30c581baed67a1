"""What a conversation was about: which themes come first, and that nothing of anybody's is in them."""

from __future__ import annotations

import pytest

from community.summarising.lexicon import lexicon, read_lexicon, stem
from community.summarising.themes import Utterance, find_themes

TALK = {
    "sleep": ("I lie awake at night", "nightmares again, no sleep", "insomnia since May"),
    "anger": (
        "I was so angry that I yelled",
        "my temper, the rage of it",
        "I lash out and then I am furious",
    ),
    "grief": ("she died in spring", "the funeral was on Monday", "I grieve for him every evening"),
    "work": ("my boss shouts", "the job wears me out", "a coworker was fired"),
    "anxiety": ("a panic attack on the bus", "I worry all day", "so anxious that I shake"),
    "substances": ("ninety days sober", "I drank again, alcohol everywhere", "rehab helped with the cocaine"),
    "loneliness": ("I feel so lonely", "isolated for weeks", "no friends since I moved"),
    "medication": ("the new medication", "side effects of the pills", "the psychiatrist prescribed more"),
    "boundaries": ("I cannot say no", "setting boundaries with her", "people pleasing wears me out"),
    "shame": ("the shame of it", "I feel guilty all day", "so embarrassed, so ashamed"),
    "money": ("the rent is due and I cannot afford it", "debt again", "bills and more bills"),
    "family": ("my mother and my sister", "my family at the holiday", "my brother is estranged"),
}


def said(*texts: str) -> list[Utterance]:
    """What several members said, one post each."""
    return [Utterance(str(at), text) for at, text in enumerate(texts)]


@pytest.mark.parametrize("theme", TALK)
def test_the_theme_of_a_talk_comes_first(theme: str) -> None:
    found = find_themes(said(*TALK[theme]))
    assert found[0].id == theme
    assert (found[0].posts, found[0].members) == (3, 3)


def test_of_two_themes_both_are_named_in_the_order_of_their_weight() -> None:
    found = find_themes(said(*TALK["sleep"], *TALK["sleep"], *TALK["grief"]))
    assert [one.id for one in found[:2]] == ["sleep", "grief"]
    assert found[0].weight > found[1].weight
    assert sum(one.weight for one in found) <= 1.001


def test_one_loud_member_does_not_outweigh_the_others() -> None:
    loud = [Utterance("loud", text) for text in TALK["money"]]
    found = find_themes([*loud, *said(*TALK["grief"])])
    assert found[0].id == "grief"
    money = next(one for one in found if one.id == "money")
    assert (money.posts, money.members) == (3, 1)


@pytest.mark.parametrize(
    "talk", [[], said(""), said("...", "ok", "\N{SEEDLING}"), said("wibble wobble", "xyzzy")]
)
def test_nothing_heard_is_no_theme(talk: list[Utterance]) -> None:
    assert find_themes(talk) == []


def test_themes_say_only_what_the_lexicon_says() -> None:
    secret = "Brunhilde hid the typewriter, ring 07700 900123"
    found = find_themes(said(*(f"{text}. {secret}" for text in TALK["sleep"])))
    known = {words for rows in lexicon().entries.values() for words in (row.words for row in rows)}
    for one in found:
        assert one.words == lexicon().wordings[one.id]
        assert set(one.heard) <= known
    assert "typewriter" not in str(found)


def test_the_same_talk_gives_the_same_themes() -> None:
    talk = said(*(text for texts in TALK.values() for text in texts))
    assert find_themes(talk) == find_themes(talk)
    assert len(find_themes(talk)) == 8


def test_a_long_evening_is_read_in_time() -> None:
    talk = said(*(text for _ in range(25) for texts in TALK.values() for text in texts))
    assert len(talk) == 900
    assert find_themes(talk)


def test_endings_do_not_matter_and_small_words_stay() -> None:
    for words in (
        ("sleep", "sleeps", "sleeping"),
        ("worry", "worries", "worried"),
        ("argue", "argued", "arguing"),
    ):
        assert len({stem(word) for word in words}) == 1, words
    assert stem("notes") != stem("not")
    assert stem("ones") != stem("one")
    assert stem("notes") == stem("note")


def test_a_lexicon_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="needs wording"):
        read_lexicon('[sleep]\nwording = "sleep"\nwords = []\n')
    assert len(lexicon().wordings) >= 40
