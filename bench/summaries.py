"""How well drafted themes name what real talk was about: make summary-report TEXTS=file.jsonl

The file has JSON lines with `id`, `text` and `topic`. Texts of one topic become conversations of eight posts by four
members; a conversation counts as named when a theme of its topic is among the first three. The lexicon was tuned on
one half of the texts (by a hash of their ids); the figure that counts is the other half's. No text is kept or printed.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from community.summarising.themes import Theme, Utterance, find_themes

POSTS, MEMBERS, FEWEST, FIRST, GOAL = 8, 4, 4, 3, 0.70
SEED = 6
EXAMPLES = 12

# A topic of the texts, and the themes of ours that name it.
TOPICS = {
    "addiction": {"habits_that_hold", "substances"},
    "anger-management": {"anger"},
    "anxiety": {"anxiety"},
    "behavioral-change": {"change"},
    "children-adolescents": {"growing_up"},
    "counseling-fundamentals": {"seeking_help"},
    "depression": {"low_mood"},
    "domestic-violence": {"harm_at_home"},
    "eating-disorders": {"eating"},
    "family-conflict": {"family"},
    "grief-and-loss": {"grief"},
    "human-sexuality": {"sexuality", "intimacy"},
    "intimacy": {"intimacy"},
    "legal-regulatory": {"law_and_offices"},
    "lgbtq": {"sexuality"},
    "marriage": {"marriage"},
    "parenting": {"parenting"},
    "professional-ethics": {"trust_in_therapy"},
    "relationship-dissolution": {"parting"},
    "relationships": {"relationships"},
    "self-esteem": {"self_worth"},
    "sleep-improvement": {"sleep"},
    "social-relationships": {"friends"},
    "spirituality": {"faith"},
    "stress": {"stress"},
    "substance-abuse": {"substances"},
    "trauma": {"trauma"},
    "workplace-relationships": {"work"},
}


@dataclass(frozen=True)
class Told:
    """One conversation and what was drafted of it."""

    topic: str
    themes: list[Theme]

    @property
    def place(self) -> int | None:
        """At which place the true topic was named, if at all."""
        for place, theme in enumerate(self.themes, start=1):
            if theme.id in TOPICS[self.topic]:
                return place
        return None

    @property
    def named(self) -> bool:
        """Whether it is among the first three."""
        return self.place is not None and self.place <= FIRST


def halves(path: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The texts by topic, in the half for tuning and the half for measuring."""
    tuned: dict[str, list[str]] = {}
    held: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if row.get("topic") in TOPICS:
            odd = hashlib.sha256(str(row["id"]).encode()).digest()[0] % 2
            (held if odd else tuned).setdefault(row["topic"], []).append(row["text"])
    return tuned, held


def conversations(texts: dict[str, list[str]]) -> Iterator[tuple[str, list[Utterance]]]:
    """Conversations of eight posts by four members, each about one topic."""
    for topic in sorted(texts):
        mine = sorted(texts[topic])
        random.Random(SEED).shuffle(mine)
        for start in range(0, len(mine), POSTS):
            part = mine[start : start + POSTS]
            if len(part) >= FEWEST:
                yield (
                    topic,
                    [Utterance(author=str(at % MEMBERS), text=text) for at, text in enumerate(part)],
                )


def measure(texts: dict[str, list[str]]) -> list[Told]:
    """What is drafted of every conversation."""
    return [Told(topic, find_themes(talk)) for topic, talk in conversations(texts)]


def share(found: list[Told]) -> float:
    """The share of conversations whose topic is named."""
    return sum(one.named for one in found) / len(found) if found else 0.0


def by_topic(found: list[Told]) -> dict[str, list[Told]]:
    """The conversations of each topic."""
    rows: dict[str, list[Told]] = {}
    for one in found:
        rows.setdefault(one.topic, []).append(one)
    return rows


def show(name: str, found: list[Told], texts: dict[str, list[str]]) -> None:
    """Print one half's figures."""
    topics = by_topic(found)
    mean = sum(share(rows) for rows in topics.values()) / len(topics)
    print(f"{name}: {sum(map(len, texts.values()))} texts, {len(found)} conversations, {len(topics)} topics")
    print(
        f"  named among the first {FIRST}: {share(found):.1%} of conversations, mean over topics {mean:.1%}"
    )
    print(f"  named first: {sum(one.place == 1 for one in found) / len(found):.1%}")


def main(argv: list[str]) -> int:
    """Print the report; 1 when the half that counts is below the goal."""
    path = Path(argv[0]) if argv else Path()
    if not path.is_file():
        print("Say which texts: make summary-report TEXTS=file.jsonl")
        return 2
    tuned, held = halves(path)
    mine, counts = measure(tuned), measure(held)
    show("tuned on", mine, tuned)
    show("held out", counts, held)
    print("\nheld out, by topic (named of conversations; what came first instead):")
    for topic, rows in by_topic(counts).items():
        missed = [one.themes[0].id for one in rows if not one.named and one.themes]
        print(f"  {topic:26} {sum(one.named for one in rows)} of {len(rows)}   {', '.join(missed)}")
    left = sorted(set(held) - set(by_topic(counts)))
    print(f"  too few texts for a conversation: {', '.join(left) or 'none'}")
    print("\nexamples, held out (topic: drafted themes):")
    for one in random.Random(SEED).sample(counts, min(EXAMPLES, len(counts))):
        print(f"  {one.topic:26} {' | '.join(theme.words for theme in one.themes[:FIRST])}")
    return 0 if share(counts) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
