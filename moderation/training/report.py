"""The report on the model that ships: every target beside what was reached, on rows that nothing was trained on.

Written to report.md and calibration.svg beside the model. Texts of the public rows are never printed, only their ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from moderation.classifiers.local import LocalModel, read_facts
from moderation.classifiers.outputs import OUTPUTS
from moderation.training.judged import Judged, column, eval_rows, expectation, judge_rows, passes
from moderation.training.measuring import area, calibration, interval, recall_at, table, threshold_at
from moderation.training.plotting import draw_calibration
from moderation.training.rows import PUBLIC, SHARE_ALIKE
from moderation.training.texts import read_texts

CARD = Path(__file__).resolve().parent / "card.md"
NOTES = Path(__file__).resolve().parent / "notes"  # what a person wrote after reading errors and trying ideas
TEMPLATES = ("identity_madlibs", "identity_holistic")  # made from templates: they measure memory
HATE = ("hate_contrast", "hate_contrast_b")
BLIND = ("group_talk", *HATE)  # the files of held_out/
RISK_SOURCES = ("cssrs_reddit", "openai", "diasafety")
WORST = 40


def write_report(data: Path, folder: Path) -> None:
    """Measure the model in a folder and write its report there."""
    model = LocalModel(folder)
    judged = judge_rows(eval_rows(data), model)
    parts = [
        f"# Report on local-{model.version}",
        "All figures are of the int8 model that ships, together with the rules, on rows and texts that nothing was "
        "trained on. `python -m moderation.training` writes this page; measuring.py says how each figure is made.",
        "## Targets",
        targets(judged),
        "## By output",
        by_output(judged),
        "## By source",
        by_source(judged),
        "## Functional cases written blind",
        by_family(judged, BLIND),
        "## Functional cases of the data folder",
        by_family(judged, ("groupcheck",)),
        "## Our own texts kept aside, the worst families first",
        by_family(judged, ("own",), worst=25),
        "## Calibration",
        calibrations(judged, folder),
        *(path.read_text(encoding="utf-8").strip() for path in sorted(NOTES.glob("*.md"))),
        "## Errors on our own texts",
        errors(judged),
    ]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    write_card(folder, targets(judged))


def write_card(folder: Path, reached: str) -> None:
    """The model's card: what a person wrote of it (card.md), with the figures of this model."""
    facts = read_facts(folder)
    words = CARD.read_text(encoding="utf-8").format(
        version=facts["version"],
        seed=facts["seed"],
        own=round(len(read_texts()), -2),
        targets=reached,
        **facts["rows"],
    )
    (folder / "MODEL_CARD.md").write_text(words, encoding="utf-8")


def of(judged: Iterable[Judged], *sources: str) -> list[Judged]:
    """The rows of some sources."""
    return [one for one in judged if one.row.source in sources]


def share(judged: Sequence[Judged], test: Callable[[Judged], bool]) -> tuple[float, str]:
    """A share, and it with counts and Wilson's 95 % interval in words."""
    hits = sum(map(test, judged))
    low, high = interval(hits, len(judged))
    return hits / max(1, len(judged)), f"{hits}/{len(judged)} ({low:.3f} to {high:.3f})"


def crisis_figures(judged: Sequence[Judged]) -> tuple[float, str]:
    """Recall of first-person risk at the threshold that 5 % of supportive texts reach."""
    place = OUTPUTS.index("self_harm")
    calm = np.array([one.scores[place] for one in of(judged, "support")])
    risky = [one for one in of(judged, *RISK_SOURCES) if one.row.targets.get("self_harm") == 1]
    limit = threshold_at(calm, 0.05)
    return share(risky, lambda one: one.scores[place] >= limit)


def targets(judged: Sequence[Judged]) -> str:
    """Every target beside what was reached."""
    public = of(judged, *PUBLIC, *SHARE_ALIKE)
    natural = [one for one in public if one.row.source not in TEMPLATES]
    scores, true = column(public, "toxicity")
    plain_scores, plain_true = column(natural, "toxicity")
    support = of(judged, "support")
    group, check = of(judged, "group_talk"), of(judged, "groupcheck")
    crisis = [one for one in group if expectation(one.row) == "crisis"]
    harmless = [one for one in group if expectation(one.row) == "none"]
    hate = of(judged, *HATE)
    kind = [one for one in hate if expectation(one.row) == "none"]
    cruel = [one for one in hate if expectation(one.row) != "none"]
    check_crisis = [one for one in check if expectation(one.row) == "crisis"]
    check_calm = [one for one in check if expectation(one.row) == "none"]
    rows = [
        ("toxicity AUC, all public evaluation rows", ">= .955", area(scores, true), f"{len(scores)} rows"),
        ("the same without template sets", "", area(plain_scores, plain_true), f"{len(plain_scores)} rows"),
        ("toxicity recall at 5 % false positives", ">= .82", recall_at(scores, true, 0.05), ""),
        ("the same without template sets", "", recall_at(plain_scores, plain_true, 0.05), ""),
        ("supportive talk flagged as abuse", "<= .010", *share(support, lambda one: one.abuse)),
        ("crisis recall at 5 % of supportive talk", ">= .94", *crisis_figures(judged)),
        ("functional cases of the data folder", ">= .90", *share(check, passes)),
        ("of them crisis cases", ">= .90", *share(check_crisis, passes)),
        ("of them harmless ones flagged", "<= .10", *share(check_calm, lambda one: one.abuse or one.crisis)),
        ("functional cases written blind", ">= .90", *share(group, passes)),
        ("of them crisis cases", ">= .90", *share(crisis, passes)),
        ("of them harmless ones flagged", "<= .10", *share(harmless, lambda one: one.abuse or one.crisis)),
        ("harmless identity and counter-speech, blind", ">= .50", *share(kind, passes)),
        ("hateful ones found, blind", ">= .85", *share(cruel, passes)),
    ]
    return table(("what", "target", "reached", "of"), rows)


def by_output(judged: Sequence[Judged]) -> str:
    """Area and recall of each output over all rows that know it."""
    rows = []
    for output in OUTPUTS:
        scores, true = column(judged, output)
        _, error = calibration(scores, true)
        rows.append(
            (output, len(scores), int(true.sum()), area(scores, true), recall_at(scores, true, 0.05), error)
        )
    return table(("output", "rows", "true", "AUC", "recall at 5 %", "calibration error"), rows)


def by_source(judged: Sequence[Judged]) -> str:
    """How toxicity is told apart in each source, and what is done to it."""
    rows = []
    for source in dict.fromkeys(one.row.source for one in judged):
        some = of(judged, source)
        scores, true = column(some, "toxicity")
        calm = [one for one in some if one.row.targets.get("toxicity") == 0]
        cruel = [one for one in some if one.row.targets.get("toxicity") == 1]
        rows.append(
            (
                f"{source} (measured only)" if source in SHARE_ALIKE else source,
                len(some),
                area(scores, true) if len(scores) else float("nan"),
                share(calm, lambda one: one.abuse)[1] if calm else "-",
                share(cruel, lambda one: one.abuse)[1] if cruel else "-",
                share(some, lambda one: one.crisis)[1],
            )
        )
    heads = (
        "source",
        "rows",
        "toxicity AUC",
        "harmless flagged as abuse",
        "abuse flagged",
        "flagged for care",
    )
    return table(heads, rows)


def by_family(judged: Sequence[Judged], sources: tuple[str, ...], worst: int = 0) -> str:
    """How many cases of each kind of text came out right."""
    families: dict[tuple[str, str, str], list[Judged]] = defaultdict(list)
    for one in of(judged, *sources):
        families[(one.row.source, one.row.family, expectation(one.row))].append(one)
    rows = [
        (
            source,
            family,
            expected,
            f"{sum(map(passes, some))}/{len(some)}",
            sum(map(passes, some)) / len(some),
        )
        for (source, family, expected), some in families.items()
    ]
    if worst:
        rows = sorted(rows, key=lambda row: row[4])[:worst]
    return table(("source", "functionality", "expected", "right", "share"), rows)


def calibrations(judged: Sequence[Judged], folder: Path) -> str:
    """The plot's place, after drawing it."""
    curves = {output: calibration(*column(judged, output))[0] for output in OUTPUTS}
    (folder / "calibration.svg").write_text(draw_calibration(curves), encoding="utf-8")
    words = (
        "What was said (across) and how often it was so (up), in ten steps; a dot's size is how many rows."
    )
    return f"{words}\n\n![calibration](calibration.svg)"


def errors(judged: Sequence[Judged]) -> str:
    """Texts of ours, written blind or kept aside, that came out wrong; the surest errors first."""
    wrong = [one for one in of(judged, *BLIND, "own") if not passes(one)]
    wrong.sort(key=lambda one: -max(one.scores) if expectation(one.row) == "none" else max(one.scores))
    rows = [
        (one.row.family, expectation(one.row), ", ".join(sorted(one.flags)) or "nothing", one.row.text[:160])
        for one in wrong[:WORST]
    ]
    return table(("family", "expected", "flagged", "text"), rows)
