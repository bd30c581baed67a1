"""What a message costs to reach everybody in the room: Hearthside beside Channels' tutorial chat, in one run.

Both servers share one core and the generator has another. They take turns, at a fixed number of deliveries a
second. Compare the processor time and the ratio: the milliseconds also depend on what else this machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import Sequence

from bench.generator import Result, Room
from bench.processor import two_cores
from bench.rooms import enter_hearthside, enter_tutorial, tutorial_server
from tests.server import Server, running_server

TUTORIAL, HEARTHSIDE = "Channels tutorial chat", "Hearthside"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--members", default="10,100", help="room sizes, comma separated")
    options.add_argument("--rate", type=float, default=2000, help="deliveries a second, in all")
    options.add_argument("--seconds", type=float, default=3, help="length of one loop")
    options.add_argument("--turns", type=int, default=3, help="loops of each server")
    chosen = options.parse_args(arguments)
    sizes = [int(word) for word in chosen.members.split(",")]
    begun = time.monotonic()
    cores = two_cores()
    core = cores[0] if cores else None
    with running_server(members=max(sizes), core=core) as server, tutorial_server(core) as (pid, url):
        if cores:
            os.sched_setaffinity(0, {cores[1]})
        rows = asyncio.run(measure(server, pid, url, sizes, chosen))
    print_table(rows, chosen.rate, cores is not None)
    print(f"\nMeasured in {time.monotonic() - begun:.0f} s.")


async def measure(
    server: Server, pid: int, url: str, sizes: list[int], chosen: argparse.Namespace
) -> dict[tuple[int, str], list[Result]]:
    """Every loop of both servers at every room size, in turns."""
    rows: dict[tuple[int, str], list[Result]] = {}
    for size in sizes:
        rooms = {
            TUTORIAL: await enter_tutorial(pid, url, size),
            HEARTHSIDE: await enter_hearthside(server, size),
        }
        with contextlib.ExitStack() as open_rooms:
            for room in rooms.values():
                open_rooms.callback(room.close)
                await room.open_loop(chosen.rate, 1)  # to warm up; not counted
            for _ in range(chosen.turns):
                for name, room in rooms.items():
                    rows.setdefault((size, name), []).append(await turn(room, chosen))
        await asyncio.sleep(0.5)
    return rows


async def turn(room: Room, chosen: argparse.Namespace) -> Result:
    """One counted loop, with a breath before it."""
    await asyncio.sleep(0.3)
    return await room.open_loop(chosen.rate, chosen.seconds)


def print_table(rows: dict[tuple[int, str], list[Result]], rate: float, pinned: bool) -> None:
    """The figures as people read them: medians of the turns, losses summed."""
    where = "servers on one core, generator on another" if pinned else "one core for all: read with care"
    print(f"Fan-out at {rate:,.0f} deliveries/s, open loop ({where}).")
    print("The tutorial chat stores nothing and signs nobody in; Hearthside does both, durably.\n")
    heads = f"{'CPU us/delivery':>15} {'p50 ms':>8} {'p99 ms':>8} {'lost':>6} {'twice':>6}"
    print(f"{'members':>7}  {'server':24} {heads}")
    for size in sorted({size for size, _ in rows}):
        cost = {}
        for name in (TUTORIAL, HEARTHSIDE):
            turns = rows[size, name]
            cost[name] = statistics.median(one.cpu_us for one in turns)
            p50, p99 = (statistics.median(getattr(one, key) for one in turns) for key in ("p50_ms", "p99_ms"))
            lost, twice = sum(one.lost for one in turns), sum(one.twice for one in turns)
            print(f"{size:7}  {name:24} {cost[name]:15.1f} {p50:8.2f} {p99:8.2f} {lost:6} {twice:6}")
        busiest = max(one.generator_busy for name in (TUTORIAL, HEARTHSIDE) for one in rows[size, name])
        note = (
            ""
            if busiest < 0.8
            else f"   (the generator was {busiest:.0%} busy: the delays are partly its own)"
        )
        print(f"{'':7}  {'ratio':24} {cost[TUTORIAL] / cost[HEARTHSIDE]:14.1f}x{note}\n")


if __name__ == "__main__":
    main()
