"""The first page on a bad train: small, from one place, and nothing on it asks anybody else."""

from __future__ import annotations

from tests.journeys.conftest import Visiting

MOST_BYTES = 100 * 1024  # R68: the first page, packed
SIZES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map((entry) => [entry.name, entry.transferSize])"""


def test_the_first_page_is_small(visit: Visiting) -> None:
    one = visit(phone=True, service_workers="block")
    page = one.open("/sign-in")
    page.get_by_role("heading", name="Sign in").wait_for()
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(SIZES)
    assert all(name.startswith(one.base) for name, _ in sizes)
    assert len(sizes) > 3
    total = sum(size for _, size in sizes)
    assert 10 * 1024 < total <= MOST_BYTES, f"{total} bytes: {sizes}"
