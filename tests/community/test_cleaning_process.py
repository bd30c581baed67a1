"""The process that cleans: one file of a person at once, shut in."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading

import pytest

from community.cleaning.confining import SECONDS
from community.cleaning.running import MOST_OF_ONE, ROOT, turn_of
from tests.community.given_files import picture, send
from tests.given import (
    given_person,
)

pytestmark = pytest.mark.django_db


def test_one_person_does_not_take_every_place() -> None:
    one, other = given_person(), given_person()
    entered = threading.Event()

    def second() -> None:
        with turn_of(str(one.pk)):
            entered.set()

    with turn_of(str(one.pk)):
        waiting = [threading.Thread(target=second) for _ in range(MOST_OF_ONE - 1)]
        for thread in waiting:
            thread.start()
        assert not entered.wait(0.2), "one at once"
        answer = send(one, picture(size=(9, 9)))
        assert (answer.status_code, answer.json()["type"]) == (503, "busy")
        assert send(other, picture(size=(9, 9))).status_code == 201
    for thread in waiting:
        thread.join(5)
    assert entered.is_set()
    assert send(one, picture(size=(9, 9))).status_code == 201


CONFINED = """
import os, socket, sys, resource
from community.cleaning import confining
sys.stdin.read()
confining.confine()
LIMITS = (resource.RLIMIT_NPROC, resource.RLIMIT_CPU)
def tried(act):
    try:
        act()
    except OSError:
        return "no"
    return "yes"
def listening():
    os.close(0)  # a free number does not help
    socket.socket()
print(tried(lambda: open("/etc/passwd")), tried(listening), tried(lambda: os.dup(1)), tried(lambda: os.listdir("/")))
print(tried(lambda: os.kill(os.getppid(), 0)), *(resource.getrlimit(what)[1] for what in LIMITS))
"""


def test_the_cleaning_process_opens_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CONFINED], input=b"", capture_output=True, cwd=ROOT, check=False
    )
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "no no no no", done.stderr
    assert lines[1].endswith(f" 0 {SECONDS}")
    if landlock_version() >= 6:
        assert lines[1].startswith("no "), "other processes are out of reach"


def landlock_version() -> int:
    """What the kernel here knows of Landlock; below 1 it has none."""
    return int(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1))
