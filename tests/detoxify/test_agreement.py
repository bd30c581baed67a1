"""One model in three forms: Detoxify and float32 ONNX say the same, int8 acts the same."""

from __future__ import annotations

from moderation.classifiers.detoxify import DetoxifyModel
from moderation.classifiers.outputs import OUTPUTS
from moderation.ruling import verdict_of
from moderation.scoring import Model, sound
from moderation.verdicts import Action
from moderation.weighing import weigh
from moderation.words import read
from tests.detoxify.given_encoder import Encoder

CLOSE = 1e-4
SAME = 0.995
MIXED = [
    "You are a worthless idiot.",
    "",
    "Thank you all. " * 120,
    "I am glad that I came today, although I slept badly and had a long way in the rain.",
    "no",
    "Nobody here likes you, so go away. " * 40,
]


def actions(scores: list[dict[str, float]], texts: list[str]) -> list[Action]:
    """What becomes of each text by rules and scores together."""
    readings = [read(text, ()) for text in texts]
    return [
        weigh(verdict_of(reading), row, "1", reading).action
        for reading, row in zip(readings, scores, strict=True)
    ]


def farthest(some: list[dict[str, float]], others: list[dict[str, float]]) -> float:
    """The largest difference of one score between two lists of rows."""
    return max(
        abs(row[name] - other[name]) for row, other in zip(some, others, strict=True) for name in OUTPUTS
    )


def test_detoxify_agrees_with_float32(detoxify: DetoxifyModel, float32: Encoder, many: list[str]) -> None:
    rows = sound(detoxify.score(many), len(many))
    assert all(set(row) == set(OUTPUTS) for row in rows)
    difference = farthest(rows, float32.score(many))
    print(f"Detoxify and float32 ONNX differ by at most {difference:.6f} on {len(many)} texts")
    assert difference <= CLOSE


def test_int8_acts_like_float32(int8: Encoder, float32: Encoder, many: list[str]) -> None:
    pairs = list(zip(actions(int8.score(many), many), actions(float32.score(many), many), strict=True))
    same = sum(one is other for one, other in pairs) / len(pairs)
    print(f"int8 and float32 take the same action on {same:.1%} of {len(many)} texts")
    assert {other for _, other in pairs} == {Action.CLEAR, Action.HOLD}
    assert same >= SAME


def test_the_comparison_can_fail(detoxify: DetoxifyModel, float32: Encoder) -> None:
    rows = detoxify.score(MIXED)
    assert farthest(rows, float32.score(MIXED)) <= CLOSE < farthest(rows, float32.score(MIXED[::-1]))


def test_order_is_kept(detoxify: DetoxifyModel) -> None:
    together = detoxify.score(MIXED)
    alone = [detoxify.score([text])[0] for text in MIXED]
    assert farthest(together, alone) <= CLOSE
    assert together[0]["toxicity"] > together[3]["toxicity"]


def test_no_text_is_no_row(detoxify: DetoxifyModel) -> None:
    assert detoxify.score([]) == []
    assert len(detoxify.score([""])) == 1


def test_the_end_of_a_long_text_counts(detoxify: DetoxifyModel) -> None:
    calm = "Thank you all for listening last week, it did me good. " * 60
    quiet, loud = detoxify.score([calm, f"{calm} You are a worthless idiot and we all hate you."])
    assert loud["toxicity"] > quiet["toxicity"] + 0.3


def test_it_is_a_model(detoxify: DetoxifyModel) -> None:
    model: Model = detoxify
    assert (model.name, len(model.version)) == ("detoxify", 12)
