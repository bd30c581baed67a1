"""What a model answers: eight labels that may act, and aspects that decide what class of speech a text is."""

from __future__ import annotations

LABELS = (
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "identity_attack",
    "sexual",
    "harassment",
    "self_harm",
)
ABUSE = ("toxicity", "severe_toxicity", "insult", "threat", "identity_attack", "harassment")

# attack: on a person here or a kind of people; method: how, or encouragement; recovery: past, grief, worry for another;
# spoken: idiom, identity words, what others said; concern: another is in danger now; acute: more than a worry.
ASPECTS = ("attack", "method", "recovery", "spoken", "concern", "acute")
OUTPUTS = (*LABELS, *ASPECTS)
