"""Calibration plots as one SVG: a small square for each output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from moderation.training.measuring import Bin

SIDE, GAP, ACROSS = 120, 34, 5
LARGEST = 7.0  # radius of the step with most rows


def draw_calibration(curves: Mapping[str, Sequence[Bin]]) -> str:
    """The plots of all outputs; the line from corner to corner is what calibrated scores would do."""
    parts = [square(name, bins, number) for number, (name, bins) in enumerate(curves.items())]
    rows = -(-len(curves) // ACROSS)
    wide, high = ACROSS * (SIDE + GAP) + GAP, rows * (SIDE + GAP) + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        'font-family="sans-serif" font-size="11">'
        f'<rect width="{wide}" height="{high}" fill="#fbf8f3"/>{"".join(parts)}</svg>\n'
    )


def square(name: str, bins: Sequence[Bin], number: int) -> str:
    """One plot at its place."""
    left, top = GAP + number % ACROSS * (SIDE + GAP), GAP + number // ACROSS * (SIDE + GAP)
    most = max((step.count for step in bins), default=1)
    dots = "".join(
        f'<circle cx="{left + step.said * SIDE:.1f}" cy="{top + SIDE - step.was * SIDE:.1f}" '
        f'r="{max(1.5, LARGEST * (step.count / most) ** 0.5):.1f}" fill="#a4502c" fill-opacity="0.75"/>'
        for step in bins
    )
    return (
        f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="white" stroke="#cbbfae"/>'
        f'<line x1="{left}" y1="{top + SIDE}" x2="{left + SIDE}" y2="{top}" stroke="#cbbfae"/>'
        f'{dots}<text x="{left}" y="{top - 5}" fill="#40372c">{escape(name)}</text>'
    )
