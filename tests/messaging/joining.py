"""Contacts for a server that runs: `python -m tests.messaging.joining EMAIL EMAIL`, with the server's environment."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.server import ROOT, Server


def join(server: Server, *emails: str) -> None:
    """Let these people write to each other, as members of one group; raises CalledProcessError."""
    command = [sys.executable, "-m", "tests.messaging.joining", *emails]
    subprocess.run(command, cwd=ROOT, env=server.env, check=True, timeout=60)


def main(emails: list[str]) -> None:
    """Make the contacts in the database that the environment names."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "hearthside.settings"
    django.setup()
    from itertools import combinations
    from uuid import uuid4

    from accounts.models import Contact, Person

    group = uuid4()
    people = [Person.objects.get(email=email) for email in emails]
    for one, other in combinations(people, 2):
        names = {"name_of_one": "one", "name_of_other": "other"}
        Contact(one=one, other=other, reason="group", group=group, **names).save(force_insert=True)


if __name__ == "__main__":
    main(sys.argv[1:])
