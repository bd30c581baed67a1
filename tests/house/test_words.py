"""What may not stand in the files: addresses of one machine, unfinished work, words in logs or markup."""

from __future__ import annotations

import ast
import json
import re

from tests.house.source import APPS, Sources, all_sources, calls, python_sources

# Written in parts, so that this file does not hold what it looks for.
ADDRESSES = [
    "pypi" + r"\.org", "python" + r"hosted\.org", r"npm" + r"js\.(org|com)", "deb" + r"\.debian\.org",
    r"(?<![\w.])/" + r"(root|work|home/\w+|Users/\w+)/", "file:" + "///",
]  # fmt: skip
UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
CONTENT = {
    "body", "html", "text", "title", "name", "email", "words", "note", "content_note", "subject",
    "description", "token", "password", "link", "data", "content", "answer", "args", "to",
}  # fmt: skip
SPOKEN_ATTRIBUTES = r"\b(?:aria-label|placeholder|title|alt|label|summary)=\"([^\"{}]*[A-Za-z]{2}[^\"{}]*)\""


def addresses(sources: Sources) -> list[str]:
    """Registry addresses and paths that exist on one machine only."""
    wanted = re.compile("|".join(ADDRESSES))
    return [f"{path}: {match[0]}" for path, text in sources.items() for match in wanted.finditer(text)]


def unfinished(sources: Sources) -> list[str]:
    """Marks of work put off."""
    return [path for path, text in sources.items() if UNFINISHED.search(text)]


def loose_pins(lock: str) -> list[str]:
    """Requirements of a lock file that are not one version with a hash."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    return [
        entry
        for entry in entries
        if not re.match(r"[\w.\[\]-]+==\S+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n?)+$", entry)
    ]


def addressed_packages(lock: str) -> list[str]:
    """Packages of a package-lock.json that carry an address, or no hash."""
    packages = json.loads(lock)["packages"]
    return [
        name for name, entry in packages.items() if name and ("resolved" in entry or "integrity" not in entry)
    ]


def says_content(node: ast.expr) -> bool:
    """True when a logged value is, or is made from, something people wrote."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Attribute) and part.attr in CONTENT):
            return True
        if isinstance(part, ast.Name) and part.id in CONTENT - {"name", "args", "data"}:
            return True
    return False


def logged_content(sources: Sources) -> list[str]:
    """Log calls whose event is not a fixed name, or that log a field which holds words."""
    found = []
    for path, text in sources.items():
        for node, name, on in calls(text):
            if name not in LEVELS or on not in {"log", "logger", "logging"}:
                continue
            fixed = bool(node.args) and isinstance(node.args[0], ast.Constant | ast.Name | ast.IfExp)
            values = [word.value for word in node.keywords] + node.args[1:]
            words = any(word.arg in CONTENT for word in node.keywords) or any(map(says_content, values))
            if not fixed or words:
                found.append(f"{path}:{node.lineno}")
    return found


def spoken_markup(sources: Sources) -> list[str]:
    """Sentences written into a component instead of frontend/src/strings."""
    found = []
    for path, text in sources.items():
        if not path.endswith(".svelte"):
            continue
        markup = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", text, flags=re.DOTALL)
        spoken = re.findall(SPOKEN_ATTRIBUTES, markup)
        plain = without_expressions(markup)
        spoken += re.findall(r">([^<>]*[A-Za-z]{2}[^<>]*)<", re.sub(r"=\"[^\"]*\"", "", plain))
        found += [f"{path}: {' '.join(words.split())}" for words in spoken]
    return found


def without_expressions(markup: str) -> str:
    """Markup with every {...} taken out, nested braces too."""
    before = None
    while before != markup:
        before, markup = markup, re.sub(r"\{[^{}]*\}", "", markup)
    return markup


def test_no_file_names_an_address() -> None:
    assert addresses(all_sources()) == []


def test_nothing_is_put_off() -> None:
    assert unfinished(all_sources()) == []


def test_python_locks_are_exact() -> None:
    locks = [path for path in all_sources() if path.startswith("requirements") and path.endswith(".lock")]
    assert len(locks) == 5
    for path in locks:
        assert loose_pins(all_sources()[path]) == []


def test_the_front_end_lock_is_exact() -> None:
    assert addressed_packages(all_sources()["frontend/package-lock.json"]) == []


def test_logs_hold_no_words() -> None:
    assert logged_content(python_sources(*APPS)) == []


def test_words_stand_in_strings() -> None:
    assert spoken_markup(all_sources()) == []


def test_the_rules_can_fail() -> None:
    assert (
        len(addresses({"a": "https://" + "pypi" + ".org/simple", "b": " /" + "root/x", "c": "/api/home"}))
        == 2
    )
    assert unfinished({"a.py": "# TO" + "DO later", "b.py": "todos"}) == ["a.py"]
    good = "a==1 \\\n    --hash=sha256:" + "0" * 64
    assert loose_pins(f"{good}\nb==2\nc>=1 \\\n    --hash=sha256:{'0' * 64}\n") != []
    assert loose_pins(good + "\n") == []
    package = (
        '{"packages": {"": {}, "a": {"resolved": "x", "integrity": "y"}, "b": {}, "c": {"integrity": "z"}}}'
    )
    assert addressed_packages(package) == ["a", "b"]
    for line in (
        'log.info("x", body=b)',
        'log.info(f"got {x}")',
        'log.info("x", a=post.body)',
        "log.error(str(e))",
    ):
        assert logged_content({"a.py": line}) == ["a.py:1"]
    assert logged_content({"a.py": 'log.info("post.kept", post=str(post.pk))\nmath.log(2)'}) == []
    planted = '<script>a > b</script><p class="big">{say.a({b: 1})}</p><b>Hello you</b>'
    planted += '<i aria-label="Close it">x</i>'
    assert spoken_markup({"a.svelte": planted}) == ["a.svelte: Close it", "a.svelte: Hello you"]
