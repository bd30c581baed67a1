"""What arrives at the commands' doors: shapes that do not fit, repeats, sizes, and words of every kind."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from community.models import Group, Membership, Post, Topic
from hearthside import commands
from hearthside.errors import NotFound
from tests.given import (
    Browser,
    Circle,
    act,
    fresh_nonce,
    given_circle,
    given_group,
    given_person,
    problem_of,
    the_post,
)

pytestmark = pytest.mark.django_db

IDS = {"group", "topic", "post", "member"}
OURS = ("group.", "agreement.", "member.", "topic.", "post.")
RTL = "שלום חברים \u200f مرحبا"
EMOJI = "👩‍👩‍👧‍👦 🏳️‍🌈 ✨"


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def our_commands() -> list[commands.Command]:
    """The commands of community and moderation."""
    found = [command for name, command in commands.table().items() if name.startswith(OURS)]
    return [*found, commands.find_command("invitation.accept")]


def shape_of(command: commands.Command) -> dict[str, Any]:
    """Data of the right shape about nothing that exists."""
    values = {
        "nonce": "12345678",
        "version": 1,
        "name": "A name",
        "email": "a@example.org",
        "text": "A text that is long enough.",
        "title": "A title",
        "seq": 1,
        "hours": 24,
        "body": "Words",
        "token": "a.b",
        **{name: str(uuid4()) for name in IDS},
    }
    return {name: values[name] for name, field in command.data.model_fields.items() if field.is_required()}


def test_every_command_is_looked_at() -> None:
    assert len(our_commands()) >= 19


@pytest.mark.parametrize("command", our_commands(), ids=lambda command: command.name)
def test_shapes_that_do_not_fit(command: commands.Command) -> None:
    browser = Browser(given_person("admin"))
    good = shape_of(command)
    path = f"/api/{command.name}"

    def fields(data: Any) -> set[str]:
        answer = browser.send(path, data)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json"), (
            answer.content
        )
        problem = answer.json()
        assert problem["type"] == "invalid"
        assert all(sentence.endswith(".") for sentence in problem["fields"].values())
        return set(problem["fields"])

    wrong: Any
    whole: Any
    assert fields({**good, "colour": "red"}) == {"colour"}
    assert fields({**good, "\ud800": "red"})
    for name in good:
        assert fields({key: value for key, value in good.items() if key != name}) == {name}
        for wrong in (None, [], {}, 1.5, True, [good[name]]):
            if not (wrong is True and name in ("version", "seq", "hours")):
                assert name in {field.partition(".")[0] for field in fields({**good, name: wrong})}, wrong
        for wrong in ("\ud800", "x" * 100_000) if isinstance(good[name], str) else (-1, 2**63):
            assert fields({**good, name: wrong}) == {name}
    for nonce in ("", "short", "x" * 65, "with space", "nul\0nul\0", "naïve-nonce"):
        assert fields({**good, "nonce": nonce}) == {"nonce"}
    for ident in IDS & set(good):
        for wrong in ("", "1", "../..", f"{uuid4()}x", "' OR 1=1"):
            assert fields({**good, ident: wrong}) == {ident}
    for whole in (None, [], "text", 7):
        assert fields(whole)


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"nonce": }', b"\xff\xfe", b"[" * 50_000, b"NaN", b'"\\ud800"']
)
def test_what_is_no_json(body: bytes) -> None:
    answer = Browser(given_person()).send("/api/topic.create", body)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] in ("bad_request", "invalid")


def test_a_body_over_the_limit() -> None:
    answer = Browser(given_person()).send("/api/topic.create", b'{"a": "' + b"x" * 300_000 + b'"}')
    assert (answer.status_code, answer.json()["type"]) == (413, "too_large")


def test_without_the_csrf_header_nothing_is_done(circle: Circle) -> None:
    browser = Browser(circle.people["member"])
    data = {"nonce": fresh_nonce(), "group": circle.group.id, "title": "x"}
    for header in ("", "wrong", "x" * 64):
        answer = browser.send("/api/topic.create", data, **{"X-CSRFToken": header})
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["type"] == "csrf_failed"
    other = Browser()
    answer = browser.send("/api/topic.create", data, **{"X-CSRFToken": other.csrf()})
    assert answer.status_code == 403
    answer = browser.send("/api/topic.create", data, Origin="https://evil.example")
    assert answer.status_code == 403
    assert Topic.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_command_is_posted(method: str) -> None:
    answer = Browser(given_person()).send("/api/topic.create", {}, method=method) if method != "get" else None
    answer = answer or Browser(given_person()).get("/api/topic.create")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert (answer["Allow"], answer.json()["type"], answer["Cache-Control"]) == (
        "POST",
        "wrong_method",
        "no-store",
    )


def test_a_read_is_got(circle: Circle) -> None:
    answer = Browser(circle.people["member"]).send(f"/api/groups/{circle.group.id}", {})
    assert (answer.status_code, answer["Allow"], answer.json()["type"]) == (405, "GET", "wrong_method")


@pytest.mark.parametrize(
    "path", ["/api", "/api/no.such", "/api/groups/x/y/z", "/api/_table", "/api/groups/%00"]
)
def test_unknown_addresses(path: str) -> None:
    browser = Browser(given_person())
    for answer in (browser.get(path), browser.send(path, {})):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.status_code in (404, 405)
    assert browser.get(path).json()["type"] == "not_found"


@pytest.mark.parametrize("ident", ["1", "x" * 300, "%00", "a%20b", "%ED%A0%80"])
def test_ids_in_paths_that_are_none(ident: str) -> None:
    browser = Browser(given_person())
    absent = browser.get(f"/api/groups/{uuid4()}")
    for path in ("groups/{}", "groups/{}/invitations", "topics/{}", "topics/{}/posts", "posts/{}"):
        answer = browser.get(f"/api/{path.format(ident)}")
        assert (answer.status_code, answer.content) == (404, absent.content), path


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "before=-1", "after=x", "before=99999999999999999999"]
)
def test_pages_that_are_none(circle: Circle, query: str) -> None:
    answer = Browser(circle.people["member"]).get(f"/api/topics/{circle.topic.id}/posts?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert list(answer.json()["fields"]) == [query.partition("=")[0]]


def test_there_is_no_command_of_another_name() -> None:
    for name in ("", "post", "__class__", "post.submit ", "POST.SUBMIT"):
        with pytest.raises(NotFound):
            commands.find_command(name)
    with pytest.raises(ValueError):
        commands.register([commands.find_command("post.submit")])


def test_the_same_nonce_gets_the_same_answer(circle: Circle) -> None:
    member = circle.people["member"]
    nonce = fresh_nonce()
    first = act(member, "post.submit", nonce=nonce, topic=circle.topic.id, body="once")
    again = act(member, "post.submit", nonce=nonce, topic=circle.topic.id, body="once")
    assert (first["duplicate"], again) == (False, {**first, "duplicate": True})
    other_words = act(member, "post.submit", nonce=nonce, topic=circle.topic.id, body="other words")
    assert other_words == again
    assert Post.objects.filter(topic=circle.topic).count() == 2
    reused = problem_of(member, "topic.create", nonce=nonce, group=circle.group.id, title="x")
    assert (reused["type"], reused["status"]) == ("nonce_reused", 409)
    peer = act(circle.people["peer"], "post.submit", nonce=nonce, topic=circle.topic.id, body="mine")
    assert peer["id"] != first["id"]
    answer = Browser(member).command("post.submit", nonce=nonce, topic=circle.topic.id, body="once")
    assert answer.json() == {**first, "duplicate": True}


def test_a_refused_act_leaves_its_nonce_free(circle: Circle) -> None:
    member, nonce = circle.people["member"], fresh_nonce()
    assert problem_of(member, "post.submit", nonce=nonce, topic=uuid4(), body="x")["type"] == "not_found"
    assert not act(member, "post.submit", nonce=nonce, topic=circle.topic.id, body="x")["duplicate"]


@pytest.mark.parametrize("command", ["topic.create", "member.rename", "group.update"])
@pytest.mark.parametrize("words", [RTL, EMOJI, "Zoë & <b>Ann</b>", "汉字", "a\tb\nc"])
def test_names_of_every_kind(circle: Circle, command: str, words: str) -> None:
    data = {"topic.create": {"title": words}, "member.rename": {"name": words}}.get(
        command, {"name": words, "version": 1, "description": words}
    )
    answer = act(circle.people["facilitator"], command, group=circle.group.id, **data)
    assert answer.get("title", answer.get("name")) == " ".join(words.split())
    rows = [
        *Topic.objects.filter(group=circle.group),
        *Group.objects.filter(pk=circle.group.id),
        *Membership.objects.filter(group=circle.group),
    ]
    assert " ".join(words.split()) in [getattr(row, "title", getattr(row, "name", "")) for row in rows]


@pytest.mark.parametrize("words", ["", "   ", "\0", "\u200b\u200b", "\u202e", "\n\t", "x" * 201])
def test_names_of_no_kind(circle: Circle, words: str) -> None:
    problem = problem_of(circle.people["facilitator"], "topic.create", group=circle.group.id, title=words)
    assert (problem["type"], list(problem["fields"])) == ("invalid", ["title"])


@pytest.mark.parametrize("words", [RTL, EMOJI, "汉字" * 1000, "x" * 20_000, "👩‍👩‍👧‍👦" * 2000])
def test_posts_of_every_kind(circle: Circle, words: str) -> None:
    answer = act(circle.people["member"], "post.submit", topic=circle.topic.id, body=words)
    assert the_post(answer["id"]).body == words


def test_controls_are_taken_out(circle: Circle) -> None:
    answer = act(circle.people["member"], "post.submit", topic=circle.topic.id, body="a\0b\r\nc\x1bd\x85")
    assert the_post(answer["id"]).body == "ab\ncd"


@pytest.mark.parametrize("words", ["", "  \n ", "\0", "\u200b", "[a]: http://example.org", "x" * 20_001])
def test_posts_of_no_kind(circle: Circle, words: str) -> None:
    problem = problem_of(circle.people["member"], "post.submit", topic=circle.topic.id, body=words)
    assert (problem["type"], list(problem["fields"])) == ("invalid", ["body"])
    own = {"post": circle.post.id, "version": 1, "body": words}
    assert problem_of(circle.people["member"], "post.edit", **own) == problem


def test_stale_versions_answer_what_is_now(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    now = act(leader, "group.update", group=circle.group.id, version=1, description="New")
    problem = problem_of(leader, "group.update", group=circle.group.id, version=1, name="Old")
    assert (problem["type"], problem["status"]) == ("stale", 409)
    assert {**problem["current"], "duplicate": False} == now
    now = act(leader, "topic.update", topic=circle.topic.id, version=1, pinned=True)
    problem = problem_of(leader, "topic.update", topic=circle.topic.id, version=1, locked=True)
    assert {**problem["current"], "duplicate": False} == now
    act(member, "post.edit", post=circle.post.id, version=1, body="second", content_note="note")
    problem = problem_of(member, "post.edit", post=circle.post.id, version=1, body="third")
    assert problem["current"]["body"] == "second"
    assert (problem["current"]["version"], problem["current"]["content_note"]) == (2, "note")
    answer = Browser(member).command("post.edit", post=circle.post.id, version=1, body="third")
    assert (answer.status_code, answer.json()) == (409, problem)


def test_switches_of_other_names(circle: Circle) -> None:
    group = given_group(circle.people["facilitator"])
    data = {"group": group.id, "version": 1}
    wrong = problem_of(circle.people["facilitator"], "group.update", **data, switches={"shout": True})
    assert list(wrong["fields"]) == ["switches"]
    answer = act(circle.people["facilitator"], "group.update", **data, switches={"content_notes": False})
    assert answer["switches"] == {
        "members_start_topics": True,
        "content_notes": False,
        "premoderated": False,
        "hold_unattended": False,
        "member_messages": False,
    }
