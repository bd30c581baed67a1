"""The short replay that belongs to every test run; `make load` does the same with a file of one's own."""

import pytest

from tests.load.replay import OWN_TEXTS, read_texts, replay


@pytest.mark.slow
def test_every_client_ends_with_exactly_the_right_list() -> None:
    texts = read_texts(OWN_TEXTS)
    figures = replay(texts, seed=20)
    assert sum(figures.states.values()) == len(texts)
    assert figures.drops > 5, "the lines must have dropped for this to show anything"
    assert figures.recoveries > 5
