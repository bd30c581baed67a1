"""`hearthside demo` beside a running server: the accounts it prints open the doors it says they open."""

from __future__ import annotations

import json

import pytest

from tests.server import SignedIn, running_server


@pytest.mark.slow
def test_demo_made_while_serving_opens_what_it_says() -> None:
    with running_server(demo=False) as server:
        first = server.run("demo", "--json")
        assert first.returncode == 0, first.stderr
        again = server.run("demo", "--json")
        assert again.stdout == first.stdout
        server.accounts = json.loads(first.stdout)["accounts"]

        with SignedIn(server.base) as stranger:
            shown = stranger.get("/api/demo/accounts").raise_for_status().json()
            assert {row["email"] for row in shown} == {row["email"] for row in server.accounts}

        for key, groups in (("judith", 0), ("daniel", 1), ("aoife", 1), ("priya", 2)):
            account = server.account(key)
            with server.sign_in(key) as person:
                me = person.get("/api/me").raise_for_status().json()
                assert (me["person"]["id"], me["person"]["role"]) == (account["person"], account["role"])
                seen = person.get("/api/groups").raise_for_status().json()["groups"]
                told = {group["id"]: set(group["topics"]) for group in account["groups"]}
                assert {group["id"]: {t["id"] for t in group["topics"]} for group in seen} == told
                assert len(told) == groups
                assert all(group["agreement"]["accepted"] for group in seen)

        with server.sign_in("priya") as person:
            assert any(group["unread"] for group in person.get("/api/groups").json()["groups"])


@pytest.mark.slow
def test_load_members_come_in_by_their_session() -> None:
    with running_server(members=2) as server:
        account = server.account("load2")
        with server.sign_in("load2") as person:
            assert person.get("/api/me").raise_for_status().json()["person"]["id"] == account["person"]
            assert person.ticket()
        with SignedIn(server.base) as person:
            assert person.sign_in(account["email"], account["password"]).status_code == 200
