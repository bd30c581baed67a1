"""Only actions write a row, and only actions announce; the time is asked from one clock."""

from __future__ import annotations

from tests.house.source import APPS, Sources, calls, python_sources
from tests.house.test_sizes import is_actions

WRITES = {
    "save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "asave", "acreate", "adelete", "aupdate", "announce",
}  # fmt: skip
MAY_WRITE = {
    "community/cleaning/documents.py": "a PDF in memory, no row",
    "community/cleaning/pictures.py": "a picture in memory, no row",
    "hearthside/job_table.py": "the rows of jobs; a task that one of them runs calls actions",
    "hearthside/live.py": "the live log itself: sequence numbers, events, answers to nonces",
    "hearthside/upkeep.py": "repeating jobs of the shell, written through live.write",
    "moderation/classifiers/detoxify.py": "a copy of checked bytes in memory for the loader, no row",
    "moderation/training/exporting.py": "a model's file, no row",
    "moderation/training/rounding.py": "a model's file, no row",
}
OTHER_CLOCKS = {
    "hearthside/clock.py": "is the clock",
    "hearthside/job_table.py": "a lease tells which worker is alive, whatever the demo clock says",
    "hearthside/upkeep.py": "the framework's session expiry is real time",
}


def stray_writes(sources: Sources, allowed: set[str]) -> list[str]:
    """Writes outside actions; `.update(name=...)` counts, a dict's `.update(other)` does not."""
    found = []
    for path, text in sources.items():
        if is_actions(path) or path in allowed:
            continue
        for node, name, on in calls(text):
            is_update = name == "update" and node.keywords and not node.args
            is_write = name in WRITES and (on or name == "announce")
            if is_update or is_write:
                found.append(f"{path}:{node.lineno} {on}.{name}()")
    return found


def stray_clocks(sources: Sources) -> list[str]:
    """Moments that are not taken from hearthside.clock, which tests and the demo can move."""
    return [
        f"{path}:{node.lineno} {on}.{name}()"
        for path, text in sources.items()
        for node, name, on in calls(text)
        if (on, name) in {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
        and path not in OTHER_CLOCKS
    ]


def renderings(sources: Sources) -> list[str]:
    """Markdown rendered in actions, where everybody's words wait for it; `prepare` has the time."""
    return [
        f"{path}:{node.lineno}"
        for path, text in sources.items()
        if is_actions(path)
        for node, name, on in calls(text)
        if name == "render" and not on
    ]


def test_the_writer_renders_nothing() -> None:
    assert renderings(python_sources(*APPS)) == []
    assert renderings({"community/actions/posts.py": "html = render(words)"}) == [
        "community/actions/posts.py:1"
    ]


def test_only_actions_write() -> None:
    assert stray_writes(python_sources(*APPS), set(MAY_WRITE)) == []


def test_no_exception_is_idle() -> None:
    sources = python_sources(*APPS)
    idle = [path for path in MAY_WRITE if not stray_writes({path: sources.get(path, "")}, set())]
    assert idle == []


def test_there_is_one_clock() -> None:
    assert stray_clocks(python_sources(*APPS)) == []


def test_the_rules_can_fail() -> None:
    lines = (
        "row.save()",
        "Post.objects.create(a=1)",
        "rows.update(state='x')",
        "announce(s, e)",
        "live.announce(s)",
    )
    for line in lines:
        assert len(stray_writes({"community/api.py": line}, set())) == 1
        assert stray_writes({"community/actions/posts.py": line}, set()) == []
    assert stray_writes({"community/api.py": "seen.update(other)\nsave()"}, set()) == []
    assert len(stray_clocks({"community/queries.py": "timezone.now()\ndatetime.now(UTC)\nclock.now()"})) == 2
