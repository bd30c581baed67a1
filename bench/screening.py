"""What screening costs: the rules, the model, both as a post meets them; and posts a second and memory of one core.

    python -m bench.screening [--posts 20] [--seconds 10]

All on one core. The last table sends posts to a real server, with the model on and with the rules alone, in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bench.processor import two_cores
from bench.rooms import enter_hearthside
from tests.server import ROOT, SignedIn, running_server

if TYPE_CHECKING:
    from bench.generator import Result
    from moderation.scoring import Model

SENTENCE = "I felt a bit better after the walk on Tuesday, and my sister rang me in the evening to hear how it went. "
LENGTHS = {"8 words": 8, "24 words (32 tokens)": 24, "60 words": 60, "300 words": 300, "3,600 words": 3600}
MEMBERS = 10
ROUNDS = 200
TOGETHER = 16
MEMORY = """
import os, resource, sys
from pathlib import Path
def rss():
    return int(Path('/proc/self/statm').read_text().split()[1]) * resource.getpagesize() / 2**20
import django
django.setup()
from moderation.screening import read
read('ready', ())
before = rss()
from moderation.scoring import make_model
model = make_model('local')
loaded = rss()
for words in (8, 24, 300, 3600, 3600):
    model.score([' '.join(f'word{n % 50}' for n in range(words))] * 4)
print(before, loaded, rss())
"""


def text_of(words: int) -> str:
    """A text of so many words."""
    found = (SENTENCE * (words // 20 + 1)).split()
    return " ".join(found[:words])


def times(act: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after a few calls that are not counted."""
    for text in texts[:3]:
        act(text)
    taken = []
    for text in texts[3:]:
        begun = time.perf_counter()
        act(text)
        taken.append((time.perf_counter() - begun) * 1e3)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def print_lengths(model: Model) -> None:
    """Rules and model by length of the text, one text at a time."""
    from moderation.ruling import rule_on
    from moderation.verdicts import Context

    here = Context("person", "group")
    print(f"{'one text at a time':24} {'rules p50':>10} {'p95':>8} {'model p50':>10} {'p95':>8}   ms")
    for name, words in LENGTHS.items():
        rounds = ROUNDS if words < 1000 else 20
        texts = [
            text_of(words) + f" number {number}" for number in range(rounds)
        ]  # none is known from before
        rules = times(lambda text: rule_on(text, here), texts)
        scores = times(lambda text: model.score([text]), texts)
        print(f"{name:24} {rules[0]:10.2f} {rules[1]:8.2f} {scores[0]:10.2f} {scores[1]:8.2f}")


def print_throughput(model: Model) -> None:
    """Messages of 24 words a second, sixteen together as the batches under load are."""
    texts = [text_of(24) + f" number {number}" for number in range(TOGETHER * 40)]
    begun = time.perf_counter()
    for start in range(0, len(texts), TOGETHER):
        model.score(texts[start : start + TOGETHER])
    print(
        f"\nThroughput, {TOGETHER} together: {len(texts) / (time.perf_counter() - begun):,.0f} messages/s on one core"
    )


def print_memory() -> None:
    """Memory of a process of its own, before and after the model, and after long texts."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hearthside.settings"}
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    before, loaded, after = (float(word) for word in done.stdout.split())
    print(
        f"Memory: {before:,.0f} MiB with the rules, {loaded:,.0f} with the model, {after:,.0f} after long texts"
    )


async def send(server_classifier: str, posts: float, seconds: float, core: int | None) -> Result:
    """Posts of members who let models read, from when each was due until everybody has seen it."""
    with running_server(members=MEMBERS, core=core, classifier=server_classifier) as server:
        for account in [row for row in server.accounts if row.get("load")]:
            with SignedIn(server.base, session=account["session"]) as person:
                person.command("consent.set", purpose="models", given=True)
        room = await enter_hearthside(server, MEMBERS)
        try:
            await room.open_loop(posts * MEMBERS, 2)  # to warm up; not counted
            return await room.open_loop(posts * MEMBERS, seconds)
        finally:
            room.close()


def print_sending(posts: float, seconds: float, cores: tuple[int, int] | None) -> None:
    """Send to seen, with and without the model."""
    print(f"\nSend to seen at {posts:g} posts/s, {MEMBERS} members, each post stored and encrypted:")
    print(f"{'classifier':12} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'lost':>6}")
    for kind in ("rules", "local"):
        result = asyncio.run(send(kind, posts, seconds, cores[0] if cores else None))
        print(f"{kind:12} {result.p50_ms:8.1f} {result.p95_ms:8.1f} {result.p99_ms:8.1f} {result.lost:6}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--posts", type=float, default=20, help="posts a second")
    options.add_argument("--seconds", type=float, default=10, help="length of the counted loop")
    chosen = options.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hearthside.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEARTHSIDE_DATA"] = folder
        import django

        django.setup()
        from moderation.scoring import make_model

        cores = two_cores()
        if cores:
            os.sched_setaffinity(0, {cores[0]})
        model = make_model("local")
        assert model is not None
        print_lengths(model)
        print_throughput(model)
        print_memory()
        if cores:
            os.sched_setaffinity(0, {cores[1]})
        print_sending(chosen.posts, chosen.seconds, cores)


if __name__ == "__main__":
    main()
