"""What each lane of the queue is told of a judgement."""

from __future__ import annotations

import pytest

from moderation.judging import signals_of
from moderation.screening import Action, Lane, Reason, Verdict


@pytest.mark.parametrize(
    ("action", "lanes", "told"),
    [
        (Action.CLEAR, (Lane.CARE,), {"care"}),
        (Action.HOLD, (Lane.CARE,), {"care", "asked"}),
        (Action.HOLD, (Lane.CARE, Lane.CONDUCT), {"care", "conduct"}),
        (Action.HOLD, (Lane.PRIVACY,), {"privacy"}),
    ],
)
def test_what_is_held_always_has_an_item_that_can_show_it(
    action: Action, lanes: tuple[Lane, ...], told: set[str]
) -> None:
    reasons = tuple(Reason("a_rule", "", lane=lane, holds=action is Action.HOLD) for lane in lanes)
    found = signals_of(Verdict(action, lane=lanes[0], reasons=reasons), ())
    assert {lane.value for lane in found} == told
    assert all(signals for signals in found.values())
