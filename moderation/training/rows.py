"""The rows a model is trained, calibrated and measured on: public data sets and our own texts, each with its weight.

A target that a source does not know is absent, and is left out of the loss. Sources that ask for share-alike are read
for measuring only, and never for training (data's ROWS.md).
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.classifiers.outputs import LABELS, OUTPUTS
from moderation.classifiers.plain import plain
from moderation.training.texts import Text, read_texts
from moderation.words import read

SHARE_ALIKE = ("identity_holistic", "stormfront", "wiki_talk")
PUBLIC = (
    "toxic_spans", "davidson", "openai", "support", "goemotions", "hatemoji_build", "cssrs_reddit",
    "identity_madlibs", "convabuse", "misogyny_reddit", "diasafety",
)  # fmt: skip
OWN = "own"
DEMO = Path(__file__).resolve().parent.parent / "data" / "demo"
CALM = tuple(
    output for output in OUTPUTS if output not in ("recovery", "spoken")
)  # what the demo's talk is none of
KEPT_ASIDE = 10  # per cent of our own texts, by pair, that no model is trained on
CALIBRATION = 10  # per cent of the training rows that calibrate and set thresholds instead

WEIGHTS = {
    "toxic_spans": 1.0, "openai": 1.0, "support": 1.0, "convabuse": 1.0, "diasafety": 1.0, "hatemoji_build": 0.8,
    "misogyny_reddit": 0.8, "goemotions": 0.4, "identity_madlibs": 0.2, "davidson": 0.6, OWN: 3.0,
}  # fmt: skip
SWEARING_TWEETS = 0.3  # davidson's class 1: known dialect bias
CSSRS = {"risk_first_person": 0.7, "supportive_mentions": 1.5}
SAD_OR_SWEARING = 0.5
# Per cent of the training rows that are used, of what there is too much of: toxic_spans has no harmless rows.
USED = {
    ("toxic_spans", ""): 50,
    ("cssrs_reddit", "risk_user_other"): 15,
    ("cssrs_reddit", "indicator_no_mention"): 30,
    ("davidson", "1"): 25,
    ("davidson", "2"): 70,
    ("goemotions", "warm"): 35,
    ("goemotions", "neu"): 40,
    ("goemotions", "sad"): 60,
    ("goemotions", "pos"): 60,
    ("hatemoji_build", ""): 75,
    ("identity_madlibs", ""): 30,
}
OF_LIFE = re.compile(
    r"suicid|kill(ing)? myself|want to die|end (my|it)|hurt(ing)? myself|cutting|self.?harm|die\b"
)


@dataclass(frozen=True)
class Row:
    """One text with what is known of it; `split` is train, calibrate or eval; `family` the kind of text."""

    id: str
    text: str
    targets: dict[str, float]
    weight: float
    source: str
    family: str
    split: str
    group: str
    kind: str = ""


def percent(key: str, salt: str) -> int:
    """A number from 0 to 99 that only the key decides."""
    return int.from_bytes(hashlib.sha256(f"{salt}:{key}".encode()).digest()[:4], "big") % 100


def own_rows(texts: list[Text] | None = None) -> list[Row]:
    """Our own texts; the halves of a pair in one split."""
    found = []
    for number, text in enumerate(texts if texts is not None else read_texts()):
        aside = percent(text.group, "aside") < KEPT_ASIDE
        fitting = percent(text.group, "calibrate") < CALIBRATION
        found.append(
            Row(
                id=f"own-{number}", text=plain(text.text), targets=text.targets, weight=WEIGHTS[OWN], source=OWN,
                family=text.family, split="eval" if aside else "calibrate" if fitting else "train",
                group=text.group, kind=text.kind,
            )
        )  # fmt: skip
    return found


def demo_rows() -> list[Row]:
    """The demo practice's talk: quiet, oblique, everyday. One group's to learn from, the other's to set thresholds by.

    What the rules find to be a risk, an attack or a method is left out: the demo's queue needs some.
    """
    found = []
    for path in sorted(DEMO.glob("*/*.toml")):
        for number, text in enumerate(bodies(tomllib.loads(path.read_text(encoding="utf-8")))):
            reading = read(text)
            if reading.risk or reading.attack or reading.method:
                continue
            key = f"{path.parent.name}-{path.stem}-{number}"
            found.append(
                Row(
                    id=f"demo-{key}", text=plain(text), targets=dict.fromkeys(CALM, 0.0), weight=WEIGHTS[OWN],
                    source=OWN, family="demo", split="train" if path.parent.name == "steady" else "calibrate",
                    group=key, kind="none",
                )
            )  # fmt: skip
    return found


def bodies(value: object) -> Iterator[str]:
    """Every post's words in a file of the demo."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("body", "text") and isinstance(inner, str):
                yield inner
            else:
                yield from bodies(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from bodies(inner)


def public_rows(folder: Path, names: tuple[str, ...] = PUBLIC) -> list[Row]:
    """The rows of the named data sets; raises FileNotFoundError for one that is not there."""
    return [row for name in names for row in read_source(folder / f"{name}.jsonl", name)]


def read_source(path: Path, name: str) -> Iterator[Row]:
    """The rows of one data set."""
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        group = str(raw.get("pair") or raw["id"])
        split = raw["split"]
        if split == "train" and percent(group, "calibrate") < CALIBRATION:
            split = "calibrate"
        family = str(raw.get("src") or raw.get("functionality") or raw.get("cls") or "")
        used = USED.get((name, family), USED.get((name, ""), 100))
        if split == "train" and percent(group, "used") >= used:
            continue
        yield Row(
            id=raw["id"], text=plain(raw["text"]), targets=targets_of(raw, name), weight=weight_of(raw, name),
            source=name, family=family, split=split, group=f"{name}:{group}",
        )  # fmt: skip


def targets_of(raw: dict[str, Any], name: str) -> dict[str, float]:
    """The known outputs of a row: its labels, and the aspects that follow from where it was said."""
    labels = {label: float(value) for label, value in raw["labels"].items() if label in LABELS}
    found = dict(labels)
    if any(labels.get(label) == 1 for label in ("insult", "threat", "identity_attack", "harassment")):
        found["toxicity"] = 1.0
    if labels.get("harassment") == 1 or labels.get("identity_attack") == 1:
        found["attack"] = 1.0
    elif labels.get("toxicity") == 0:
        found["attack"] = 0.0
    if labels.get("self_harm") == 0:
        found["acute"] = 0.0
    if name in ("support", "goemotions", "davidson", "misogyny_reddit", "hatemoji_build", "convabuse"):
        found |= {"method": 0.0, "acute": 0.0}
    if name in ("goemotions", "davidson", "misogyny_reddit", "hatemoji_build", "convabuse"):
        found |= {"concern": 0.0, "self_harm": labels.get("self_harm", 0.0)}
    if name == "support" and raw.get("src") == "counselchat_answer":
        found |= {"self_harm": 0.0, "concern": 0.0}
    elif name == "support" and not OF_LIFE.search(raw["text"].lower()):
        found |= {"self_harm": 0.0, "acute": 0.0}  # a question to a counsellor that speaks of no such thing
    if name == "hatemoji_build" and labels.get("identity_attack") == 0:
        found["harassment"] = 0.0 if labels.get("toxicity") == 0 else found.get("harassment", 0.0)
    return found


def weight_of(raw: dict[str, Any], name: str) -> float:
    """How much a row counts in the loss (data's ROWS.md, first mix)."""
    if name == "davidson" and raw.get("cls") == 1:
        return SWEARING_TWEETS
    if name == "cssrs_reddit":
        return CSSRS.get(raw["src"], 0.7)
    if name == "goemotions" and raw.get("src") in ("sad", "prof", "idt"):
        return SAD_OR_SWEARING
    return WEIGHTS.get(name, 0.0)
