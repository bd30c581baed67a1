"""The people of a replay: eight members in three groups, made through the product's own commands."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.client import LiveClient
from tests.server import Server, SignedIn

MEMBERS = 8
# Who is in which group: everybody in the first, five each in the others, so that streams differ by person.
PLACES = (tuple(range(MEMBERS)), (0, 1, 2, 3, 4), (3, 4, 5, 6, 7))


@dataclass
class Room:
    """One group with its one topic."""

    group: str
    topic: str
    members: tuple[int, ...]

    @property
    def stream(self) -> str:
        """The name of the group's stream."""
        return f"group:{self.group}"


@dataclass
class Circle:
    """The three rooms and, for each member, a sign-in and a socket client."""

    rooms: list[Room]
    people: list[SignedIn] = field(default_factory=list)
    clients: list[LiveClient] = field(default_factory=list)

    def close(self) -> None:
        """End the HTTP clients."""
        for person in self.people:
            person.close()

    def rooms_of(self, member: int) -> list[Room]:
        """The rooms that this member is in."""
        return [room for room in self.rooms if member in room.members]


def gather_circle(server: Server) -> Circle:
    """Open three groups, invite and join the load members; the server's demo needs `members=8`."""
    accounts = [row for row in server.accounts if row.get("load")][:MEMBERS]
    people = [SignedIn(server.base, session=row["session"]) for row in accounts]
    rooms = []
    with server.sign_in("hannah") as host:
        for number, members in enumerate(PLACES, start=1):
            group = host.command("group.open", name=f"Replay group {number}")["group"]
            topic = host.command("topic.create", group=group, title="Everything")["id"]
            rooms.append(Room(group, topic, members))
            for member in members:
                invited = host.command("group.invite", group=group, email=accounts[member]["email"])
                join_group(people[member], invited["link"].rpartition("/")[2], f"Member {member + 1}")
    clients = [LiveClient(server.socket_url, person.ticket) for person in people]
    return Circle(rooms, people, clients)


def join_group(person: SignedIn, token: str, name: str) -> None:
    """Accept an invitation to a group, agreeing to whatever it asks for."""
    seen = person.get(f"/api/invitations/{token}").raise_for_status().json()
    agreement = seen.get("agreement")
    version = {"agreement": agreement["version"]} if agreement else {}
    person.command("invitation.accept", token=token, name=name, **version)
