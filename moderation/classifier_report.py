"""`hearthside classifier report`: how the practice's classifier does, in numbers, and never with words of a post."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError

from hearthside.config import BadConfiguration
from moderation.queries.classifier import read_classifier

Row = Mapping[str, Any]


def run_report(days: int, *, as_json: bool) -> str:
    """What to print; raises BadConfiguration when the database has not been prepared."""
    try:
        report = read_classifier(days)
    except DatabaseError as error:
        raise BadConfiguration(
            f"The database cannot be read ({type(error).__name__}). Start Hearthside once to prepare it."
        ) from None
    return json.dumps(report, indent=1) if as_json else as_text(report)


def as_text(report: Row) -> str:
    """The report for an operator."""
    parts = [
        in_use(report),
        flags(report["flags"]),
        recall(report["recall"]),
        speed(report["drift"]),
        drift(report["drift"]),
        shadow(report["on_trial"], report["shadow"]),
        shifts(report["model_version"], report["shifts"]),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def in_use(report: Row) -> list[str]:
    """Which model, and how much it read."""
    lines = [
        f"The classifier of this practice, the last {report['days']} days.",
        f"Setting: {report['classifier']}."
        + (" Rules alone decide." if report["classifier"] in ("rules", "off") else ""),
    ]
    if report["unchecked"]:
        lines.append(f"Posts and new words that could not be checked: {report['unchecked']:,}.")
    if not report["model_version"]:
        return [*lines, "No model has read anything here so far."]
    lines.append(
        f"Model that read last: {report['model_version']}. "
        f"Texts it read: {report['rows']:,} (posts, new words, titles, names)."
    )
    lines += [f"Read by {row['version']}: {row['rows']:,}." for row in report["other_versions"]]
    return lines


def flags(found: Row | None) -> list[str]:
    """What the model spoke up about, and how much of that was for nothing."""
    if found is None:
        return []
    if not found["outputs"]:
        return ["The model has spoken up about nothing."]
    rows = [*found["outputs"], {"output": "any of them", **found["texts"]}]
    cells = [
        (
            row["output"],
            f"{row['flagged']:,}",
            f"{row['decided']:,}",
            f"{row['false_alarms']:,}",
            percent(row["rate"]),
        )
        for row in rows
    ]
    return [
        "Texts the model spoke up about:",
        *table(("output", "flagged", "decided", "false alarms", "rate"), cells),
    ]


def recall(found: Row | None) -> list[str]:
    """How much flagging finds, with its range, or how far the sample is."""
    if found is None:
        return []
    sample = f"{found['decided']:,} of {found['drawn']:,} drawn texts decided, {found['missed']:,} missed"
    known = found["estimate"]
    if known is None and found["decided"] < found["needed"]:
        return [f"What flagging finds: not yet known. {sample}; {found['needed']:,} are needed."]
    if known is None:
        return [f"What flagging finds: nothing needed a look so far. {sample}."]
    ends = f"{percent(known['low'])} to {percent(known['high'])}"
    said = f"What flagging finds: {percent(known['value'])} (90 % interval {ends}), rules and model together."
    return [said, f"In {found['days']} days: {found['found']:,} found and confirmed; {sample}."]


def speed(found: Row | None) -> list[str]:
    """How long screening took, and how much went unchecked."""
    if found is None:
        return []
    cells = [
        (
            name,
            f"{side['texts']:,}",
            f"{side['unchecked']:,}",
            percent(side["unchecked_share"]),
            number(side["p50_ms"]),
            number(side["p95_ms"]),
        )
        for name, side in (("last 7 days", found["recent"]), ("28 days before", found["before"]))
    ]
    heads = ("posts and new words", "read", "unchecked", "share", "p50 ms", "p95 ms")
    return ["How it went:", *table(heads, cells)]


def drift(found: Row | None) -> list[str]:
    """How far the scores have moved, and how much was flagged week by week."""
    if found is None:
        return []
    lines = []
    if found["enough"]:
        cells = [
            (row["output"], f"{row['psi']:.4f}", row["reading"])
            for row in found["outputs"]
            if row["psi"] is not None
        ]
        lines = [
            "Drift, the last 7 days beside the 28 before (population stability index; 0.1 watch, 0.25 moved):",
            *table(("output", "index", "reading"), cells),
        ]
    else:
        few = f"{found['recent']['texts']:,} texts in 7 days, {found['before']['texts']:,} in the 28 before"
        lines = [f"Drift: too few texts to say ({few}; {found['needed']:,} are needed on either side)."]
    weeks = [(week(row["weeks_ago"]), f"{row['texts']:,}", percent(row["rate"])) for row in found["weeks"]]
    return [
        *lines,
        "",
        "Spoken up about, of all it read:",
        *table(("seven days each", "read", "rate"), weeks),
    ]


def shadow(setting: str, found: Row | None) -> list[str]:
    """How a model on trial compares."""
    lines = [f"On trial: {setting}."] if setting else ["No model is on trial."]
    if found is None:
        return [*lines, "It has read nothing in these days."] if setting else lines
    lines.append(
        f"{found['version']} read {found['read']:,} texts; compared {found['compared']:,}, "
        f"failed on {found['failed']:,}, left out {found['left_out']:,}."
    )
    if not found["compared"]:
        return lines
    lines += [
        f"Same action: {percent(found['same_action'])}. Same class: {percent(found['same_class'])}.",
        f"It would hold {found['would_hold']:,} that were shown, and show {found['would_clear']:,} that were held.",
    ]
    cells = [
        (row["class"], f"{row['in_use']:,}", f"{row['on_trial']:,}", f"{row['both']:,}")
        for row in found["classes"]
    ]
    lines += table(("class", "in use", "on trial", "both"), cells)
    moves = [f"{row['from']} to {row['to']} {row['n']:,}" for row in found["class_moves"]]
    return [*lines, f"Other class on trial: {', '.join(moves)}."] if moves else lines


def shifts(version: str, rows: Sequence[Row]) -> list[str]:
    """The groups' own thresholds that hold now."""
    if not version:
        return []
    if not rows:
        return ["Thresholds are the same in every group."]
    cells = [
        (
            row["output"],
            f"{row['shift']:+.3f}",
            f"{row['decided']:,}",
            f"{row['false_alarms']:,}",
            row["group"],
        )
        for row in rows
    ]
    return [
        "Thresholds that groups have moved:",
        *table(("output", "shift", "decided", "false alarms", "group"), cells),
    ]


def week(ago: int) -> str:
    """Which seven days, counted from now."""
    return "this week" if ago == 0 else "1 week ago" if ago == 1 else f"{ago} weeks ago"


def percent(share: float | None) -> str:
    """A share for people; a dash where there is none."""
    return "-" if share is None else f"{100 * share:.1f} %"


def number(value: int | None) -> str:
    """A number for people; a dash where there is none."""
    return "-" if value is None else f"{value:,}"


def table(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the cells under their heads: the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (heads, *cells)) for at in range(len(heads))]
    return [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (heads, *cells)
    ]
