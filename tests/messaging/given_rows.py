"""Rows put into a running server's database from outside, as an operator or an intruder could."""

from __future__ import annotations

import subprocess
import sys
import textwrap

from tests.server import ROOT, Server

PRELUDE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearthside.settings")
import django
django.setup()
"""


def run_inside(server: Server, code: str, *arguments: str) -> str:
    """Run Python with the server's settings on its database and answer what it printed; raises RuntimeError."""
    program = PRELUDE + textwrap.dedent(code)
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=server.env, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout.strip()


def give_contact(server: Server, one: str, other: str, reason: str = "therapist") -> None:
    """Let two people (ids) write to each other."""
    code = """
    from accounts.models import Contact, Person
    one, other, reason = sys.argv[1:]
    a, b = Person.objects.get(pk=one), Person.objects.get(pk=other)
    Contact.objects.create(one=a, other=b, reason=reason, name_of_one=a.name, name_of_other=b.name)
    """
    run_inside(server, code, one, other, reason)


def confirm_signin(server: Server, person: str) -> None:
    """As if somebody (an id) had just confirmed with their password that it is them, wherever they are signed in."""
    code = """
    from accounts.models import SignIn
    from hearthside import clock
    SignIn.objects.filter(person_id=sys.argv[1]).update(confirmed_at=clock.now(), confirmed_by="password")
    """
    run_inside(server, code, person)
