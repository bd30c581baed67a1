"""Sessions over the socket: what a room's screens hear, live and after a bad line, and what appointments tell."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.client import LiveClient
from tests.consumers.given import Room, joined
from tests.server import Server


def types(client: LiveClient, stream: str) -> list[str]:
    """The types of the events that came, in order."""
    return [event["type"] for event in client.streams[stream].events]


def in_days(days: int) -> dict[str, Any]:
    """A time some days ahead, and what else a plan needs."""
    day = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d")
    return {"starts_local": f"{day}T18:00", "time_zone": "Europe/London", "title": "Evening", "minutes": 90}


async def test_a_session_from_planning_to_its_end(server: Server, room: Room) -> None:
    member, peer = room.join_load(0, 1)
    async with joined(server, member, peer, stream=room.stream) as (client, other):
        plan = await asyncio.to_thread(room.host.command, "session.plan", group=room.group, **in_days(2))
        session = plan["session"]
        await client.until(lambda: "session.changed" in types(client, room.stream))
        answer = await client.rpc("session.arrive", session=session)
        assert answer["error"]["type"] == "room_closed"
        data = {"session": session, "version": 1, "rhythm": "live"}
        opened = await asyncio.to_thread(room.host.command, "session.rhythm", **data)
        await client.until(lambda: types(client, room.stream).count("session.changed") == 2)
        made = next(e for e in client.streams[room.stream].events if e["type"] == "topic.created")
        assert (made["topic"], made["session"]) == (opened["topic"], session)
        assert (await client.rpc("session.arrive", session=session))["rhythm"] == "live"
        await other.until(lambda: "room.changed" in types(other, room.stream))
        for _ in range(3):
            assert "error" not in await client.rpc("session.here", session=session)
        assert (await client.post(opened["topic"], "I am here"))["state"] == "published"
        order = [member.get(f"/api/groups/{room.group}").json()["membership"]]
        await asyncio.to_thread(room.host.command, "round.set", session=session, order=order)
        assert (await other.post(opened["topic"], "and I"))["error"]["type"] == "not_your_turn"
        assert (await client.rpc("round.next", session=session))["order"] == []
        assert (await other.post(opened["topic"], "and I too"))["state"] == "published"
        await asyncio.sleep(2.5)  # what was held back for a second comes as a job
        seen = room.host.get(f"/api/sessions/{session}/room").json()
        assert (seen["here_count"], seen["turn"]) == (1, None)
        assert [row["state"] for row in seen["people"] if row["membership"] == order[0]] == ["here"]
        assert types(client, room.stream) == types(other, room.stream)
        changed = types(client, room.stream).count("room.changed")
        assert 2 <= changed <= 5, "at most one a second"
    async with joined(server, member) as (late,):
        result = await late.subscribe(room.stream, since=0, epoch="")
        again = [publication["data"]["type"] for publication in result["publications"]]
        assert again.count("session.changed") == 2
        assert again.count("room.changed") >= 2
        told = next(p["data"] for p in result["publications"] if p["data"]["type"] == "room.changed")
        assert told["session"] == session


async def test_who_was_removed_hears_nothing_more_of_it(server: Server, room: Room) -> None:
    member, peer = room.join_load(2, 3)
    session = room.host.command("session.plan", group=room.group, **in_days(2))["session"]
    room.host.command("session.rhythm", session=session, version=1, rhythm="live")
    mine = member.get(f"/api/groups/{room.group}").json()["membership"]
    async with joined(server, member, peer, stream=room.stream) as (client, other):
        assert "error" not in await client.rpc("session.arrive", session=session)
        await asyncio.to_thread(room.host.command, "member.remove", group=room.group, member=mine)
        assert (await client.rpc("session.here", session=session))["error"]["type"] == "not_found"
        await client.until(lambda: client.streams[room.stream].ended is not None)
        heard = len(client.streams[room.stream].events)
        await other.rpc("session.arrive", session=session)
        await other.until(lambda: types(other, room.stream).count("room.changed") >= 1)
        assert len(client.streams[room.stream].events) == heard
        assert room.host.get(f"/api/sessions/{session}/room").json()["here_count"] <= 1
    assert member.get(f"/api/sessions/{session}").status_code == 404


async def test_an_appointment_is_told_on_both_own_streams(server: Server) -> None:
    with server.sign_in("hannah") as therapist, server.sign_in("aoife") as client_person:
        people = {
            key: who.get("/api/me").json()["person"]["id"]
            for key, who in (("t", therapist), ("c", client_person))
        }
        async with (
            joined(server, therapist, stream=f"person:{people['t']}") as (one,),
            joined(server, client_person, stream=f"person:{people['c']}") as (two,),
        ):
            plan = await one.rpc("appointment.plan", client=people["c"], **in_days(9))
            await one.until(lambda: "session.changed" in types(one, f"person:{people['t']}"))
            await two.until(lambda: "session.changed" in types(two, f"person:{people['c']}"))
            data = {"session": plan["session"], "proposals": [in_days(10)["starts_local"]]}
            request = (await two.rpc("appointment.ask", **data))["request"]
            await one.until(lambda: "notices.changed" in types(one, f"person:{people['t']}"))
            answer = await one.rpc("appointment.answer", request=request, answer="accept")
            assert answer["state"] == "accepted"
            await two.until(lambda: types(two, f"person:{people['c']}").count("notices.changed") >= 2)
            moved = client_person.get(f"/api/sessions/{plan['session']}").json()
            assert moved["starts_local"] == data["proposals"][0]
            await one.rpc("session.cancel", session=plan["session"], version=moved["version"])
