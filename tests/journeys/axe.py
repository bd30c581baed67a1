"""Accessibility by axe-core, injected so that the page's strict content policy stays as it is."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any, Literal

from playwright.sync_api import Page, TimeoutError, ViewportSize

from tests.server import ROOT

COLOUR_RULES = ("color-contrast", "link-in-text-block")  # the others cannot depend on light or dark
GRAVE = ("serious", "critical")
RUN = """(only) => axe.run(document, {resultTypes: ["violations"], ...only})
    .then((result) => result.violations.map((found) => ({
        impact: found.impact, rule: found.id, where: found.nodes.map((node) => node.target.join(" "))})))"""
STILL = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""
INK = "() => getComputedStyle(document.body).color"
ARRIVED = """(old) => [...document.body.querySelectorAll("*")].every((part) => getComputedStyle(part).color !== old)"""
FITS = """() => [document.documentElement, document.getElementById("page")].every((part) =>
    part.scrollWidth <= part.clientWidth)"""


@cache
def axe_source() -> str:
    """The library as the front end's lock pins it."""
    return (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()


def grave_faults(page: Page, *only: str) -> list[dict[str, Any]]:
    """The serious and critical violations on the page as it is now, of all rules or `only` of some."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    found: list[dict[str, Any]] = page.evaluate(RUN, {"runOnly": list(only)} if only else {})
    return [fault for fault in found if fault["impact"] in GRAVE]


def check_state(page: Page, name: str, *sizes: ViewportSize) -> None:
    """No grave fault in light nor in dark, and nothing sticks out at the side; `name` says which state it was.

    With `sizes` the window takes each of them in turn.
    """
    show_in(page, "light")
    for size in sizes or (None,):
        if size:
            page.set_viewport_size(size)
        assert fits(page), f"{name} is wider than the window"
        faults = grave_faults(page)
        assert not faults, f"{name}, light, {size}: {faults}"
    show_in(page, "dark")
    faults = grave_faults(page, *COLOUR_RULES)
    assert not faults, f"{name}, dark: {faults}"


def fits(page: Page) -> bool:
    """Nothing sticks out at the side, once the page has heard of the window's size."""
    try:
        page.wait_for_function(FITS, timeout=2000)
    except TimeoutError:
        return False
    return True


def show_in(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Turn the page light or dark, and wait until its colours have arrived."""
    before = page.evaluate(INK)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(STILL)
    if before != page.evaluate(INK):
        # Chromium computes inherited colours of some parts late; ink that stays the old one is left for axe to find.
        with suppress(TimeoutError):
            page.wait_for_function(ARRIVED, arg=before, timeout=2000)
