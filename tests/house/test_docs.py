"""What an operator or a program can name is written down: settings, events, commands, problems, roles."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

import hearthside.urls  # noqa: F401  imports every app's api and events
from accounts.models import Person
from hearthside import commands, wire
from hearthside.errors import PROBLEMS, Problem
from tests.house.source import APPS, ROOT, all_sources, calls, python_sources

SETTING = re.compile(r"HEARTHSIDE_[A-Z]+(?:_[A-Z0-9]+)*")


def undocumented(names: set[str], page: str) -> list[str]:
    """Names that a page does not show in backquotes."""
    text = all_sources().get(page, "")
    return sorted(name for name in names if not mentioned(name, text))


def mentioned(name: str, text: str) -> bool:
    """True when the text shows the name as code, alone or before a value."""
    return re.search(rf"`{re.escape(name)}(?![\w.])", text) is not None


def setting_names() -> set[str]:
    """Every setting the code reads or speaks of."""
    names = set()
    for path, text in python_sources(*APPS).items():
        names |= set(SETTING.findall(text))
        if path == "hearthside/config.py":
            literals = [node.args[0] for node, name, _ in calls(text) if name == "get" and node.args]
            names |= {f"HEARTHSIDE_{node.value!s}" for node in literals if isinstance(node, ast.Constant)}
    return {name for name in names if name != "HEARTHSIDE_"}


def problem_slugs() -> set[str]:
    """Every slug an answer can carry."""
    kinds, waiting = set(), [Problem]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        kinds |= {kind.slug for kind in below}
    return kinds | {kind.slug for kind in PROBLEMS}


@pytest.mark.parametrize(
    ("names", "page"),
    [
        pytest.param(setting_names, "docs/operate.md", id="settings"),
        pytest.param(
            lambda: {wire.event_type(kind) for kind in wire.all_events()}, "docs/live.md", id="events"
        ),
        pytest.param(lambda: set(commands.table()), "docs/live.md", id="commands"),
        pytest.param(problem_slugs, "docs/errors.md", id="problems"),
        pytest.param(lambda: set(Person.Role.values), "docs/operate.md", id="roles"),
    ],
)
def test_every_name_is_documented(names, page: str) -> None:  # type: ignore[no-untyped-def]
    assert names()
    assert undocumented(names(), page) == []


def test_every_problem_has_a_heading() -> None:
    page = all_sources().get("docs/errors.md", "")
    assert [slug for slug in sorted(problem_slugs()) if f"\n## {slug}\n" not in page] == []


def test_no_problem_is_documented_that_is_not_there() -> None:
    headings = re.findall(r"^## ([a-z_]+)$", all_sources().get("docs/errors.md", ""), flags=re.MULTILINE)
    assert sorted(set(headings) - problem_slugs()) == []


def test_the_typescript_of_events_is_fresh() -> None:
    assert all_sources()["frontend/src/wire.ts"] == wire.typescript(), "run make wire"


def test_every_package_stands_in_the_layers() -> None:
    linter = tomllib.loads(all_sources()["pyproject.toml"])["tool"]["importlinter"]
    layers = set(linter["contracts"][0]["layers"])
    tops = {
        path.split("/")[0] for path in all_sources() if path.count("/") == 1 and path.endswith("/__init__.py")
    }
    assert tops - {"tests", "bench"} == layers == set(linter["root_packages"]) == set(APPS)


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for path, text in all_sources().items():
        if path.endswith(".md"):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
                if not (ROOT / path).parent.joinpath(target).exists():
                    broken.append(f"{path}: {target}")
    assert broken == []


def test_the_rules_can_fail() -> None:
    assert mentioned("post.published", "the event `post.published` says")
    assert mentioned("HEARTHSIDE_RATES", "`HEARTHSIDE_RATES=off`")
    for text in ("post.published", "`post.published.twice`", "`a post.published`"):
        assert not mentioned("post.published", text)
    assert undocumented({"no.such.thing"}, "docs/errors.md") == ["no.such.thing"]
    assert "HEARTHSIDE_DATA" in setting_names()
    assert "not_found" in problem_slugs()
