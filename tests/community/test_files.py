"""Pictures and PDFs: cleaned of all that tells, sealed, and had by whoever may read what they hang on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from community.actions import files as actions
from community.actions.files import tidy_name
from community.cleaning.running import clean_apart
from community.jobs import erase_withdrawn, sweep_files
from community.models import FilePart, Post, StoredFile
from community.queries.files import bytes_of
from hearthside.crypto import BoxDamaged
from hearthside.limits import FILE_BYTES
from tests.community.given_files import document, fetch, picture, send, sent, with_gps
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_person,
    outcome_of,
    problem_of,
    the_post,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def held_with_file(circle: Circle, **more: Any) -> tuple[str, str]:
    """A member's post with a file: its id and the file's."""
    member = circle.people["member"]
    file = sent(member, with_gps())
    answer = act(
        member,
        "post.submit",
        topic=circle.topic.id,
        body="my view",
        files=[file],
        alts={file: "a hill"},
        **more,
    )
    assert answer["state"] == "held"
    return str(answer["id"]), file


def item_of(circle: Circle, post: str) -> dict[str, Any]:
    """The queue's item about a post."""
    page = Browser(circle.people["facilitator"]).get(f"/api/groups/{circle.group.id}/review").json()
    return next(item for item in page["lines"] if item["target"] == post)


def decide(circle: Circle, post: str, choice: str) -> None:
    """Have the facilitator open a post's item and decide."""
    item = item_of(circle, post)
    looked = act(circle.people["facilitator"], "review.open", item=item["id"])
    act(
        circle.people["facilitator"],
        "review.decide",
        item=item["id"],
        version=looked["version"],
        choice=choice,
        reason="A reason for staff",
        policy="kind_words",
    )


# Sending


def test_ten_megabytes_and_one_byte() -> None:
    person = given_person()
    head = picture(size=(50, 50))
    fits = head + b"\0" * (FILE_BYTES - len(head))
    assert send(person, fits).status_code == 201
    for data in (fits + b"\0", fits + b"\0" * 200_000):
        answer = send(person, data)
        assert (answer.status_code, answer.json()["type"]) == (413, "file_too_large")
    assert StoredFile.objects.count() == 1


def test_sending_takes_a_sign_in_and_the_csrf_header() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    nobody = Browser()
    body = {"file": SimpleUploadedFile("a.jpg", picture())}
    answer = nobody.client.post("/api/files", body, headers={"X-CSRFToken": nobody.csrf()})
    assert (answer.status_code, answer.json()["type"]) == (401, "signed_out")
    somebody = Browser(given_person())
    answer = somebody.client.post("/api/files", {"file": SimpleUploadedFile("a.jpg", picture())})
    assert (answer.status_code, answer.json()["type"]) == (403, "csrf_failed")
    answer = somebody.client.post("/api/files", {"other": "x"}, headers={"X-CSRFToken": somebody.csrf()})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["file"])
    assert not StoredFile.objects.exists()


def test_everybody_has_their_own_room(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = given_person(), given_person()
    sent(one)
    monkeypatch.setattr(actions, "MOST_PERSON", 60_000)
    answer = send(one, picture())
    assert (answer.status_code, answer.json()["type"]) == (409, "file_quota")
    assert send(two, picture()).status_code == 201
    assert StoredFile.objects.filter(owner=one).count() == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\me\\cat.exe", "cat.jpg"),
        ("holi\u202egpj.day.png", "holigpj.day.jpg"),
        ("a\nb\r\nX: y.jpg", "a b X y.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("über “uns”.webp", "über “uns”.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_names_are_names(name: str, kept: str) -> None:
    assert tidy_name(name, "image/jpeg") == kept


def test_what_comes_back_is_no_page_and_kept_by_no_cache() -> None:
    person = given_person()
    shown = fetch(person, sent(person, name='my "cat" ü.jpg'))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"] == (
        "inline; filename=\"my cat _.jpg\"; filename*=UTF-8''my%20cat%20%C3%BC.jpg"
    )
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Cache-Control"] == "no-store"
    assert shown["Cross-Origin-Resource-Policy"] == "same-origin"
    file = sent(person)
    assert fetch(person, file, save=1)["Content-Disposition"].startswith("attachment")
    assert fetch(person, sent(person, document()))["Content-Disposition"].startswith("attachment")
    tiny = sent(person, picture(size=(20, 20)))
    assert fetch(person, tiny, small=1).content == fetch(person, tiny).content


# At rest


def test_at_rest_it_is_sealed_and_bound_to_its_place() -> None:
    person = given_person()
    raw = picture("PNG", (1600, 900))
    file = StoredFile.objects.get(pk=sent(person, raw, "my canary name.png"))
    whole = bytes_of(file)
    parts = list(FilePart.objects.filter(file=file, small=False).order_by("n"))
    for part in parts:
        assert b"IHDR" not in bytes(part.data)
        assert whole[:64] not in bytes(part.data)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, alt FROM community_storedfile")
        assert b"canary" not in b"".join(bytes(value) for value in cursor.fetchone())
    other = StoredFile.objects.get(pk=sent(person, raw))
    moved = FilePart.objects.get(file=other, small=False, n=0)
    FilePart.objects.filter(pk=parts[0].pk).update(data=moved.data)
    with pytest.raises(BoxDamaged):
        bytes_of(file)


def test_a_long_file_comes_back_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PART", 1000)
    person = given_person()
    raw = picture(size=(900, 900))
    clean = clean_apart(raw).data
    file = StoredFile.objects.get(pk=sent(person, raw))
    assert FilePart.objects.filter(file=file, small=False).count() == -(-len(clean) // 1000) > 3
    assert bytes_of(file) == clean
    FilePart.objects.filter(file=file, small=False, n=2).delete()
    with pytest.raises(BoxDamaged):
        bytes_of(file)


# On a post


def test_a_member_s_file_is_held_and_had_by_nobody_who_has_not_opened_it(circle: Circle) -> None:
    post, file = held_with_file(circle)
    people = circle.people
    assert fetch(people["member"], file).status_code == 200
    for who in STANDINGS:
        if who not in ("member", "deactivated"):
            answer = fetch(people[who], file)
            assert (answer.status_code, answer.content) == (404, fetch(people[who], str(uuid4())).content), (
                who
            )
    assert fetch(people["peer"], file).status_code == 404
    mine = Browser(people["member"]).get(f"/api/topics/{circle.topic.id}/mine").json()["posts"][0]
    assert [row["alt"] for row in mine["files"]] == ["a hill"]
    assert "Nothing is wrong with yours" in mine["reason"]
    leader = Browser(people["facilitator"])
    item = item_of(circle, post)
    assert leader.get(f"/api/review/{item['id']}").json()["snapshot"] is None
    act(people["facilitator"], "review.open", item=item["id"])
    page = leader.get(f"/api/review/{item['id']}").json()
    assert (
        [row["id"] for row in page["snapshot"]["files"]]
        == [file]
        == [row["id"] for row in page["now"]["files"]]
    )
    assert fetch(people["facilitator"], file).status_code == 200
    assert fetch(people["peer"], file).status_code == 404


def test_once_it_was_looked_at_the_group_has_it(circle: Circle) -> None:
    post, file = held_with_file(circle)
    decide(circle, post, "publish")
    for who in ("facilitator", "member", "peer"):
        assert fetch(circle.people[who], file).status_code == 200, who
    for who in ("other group's member", "former member", "removed", "admin"):
        assert fetch(circle.people[who], file).status_code == 404, who
    rows = Browser(circle.people["peer"]).get(f"/api/topics/{circle.topic.id}/posts").json()["posts"]
    assert [row["id"] for row in rows[0]["files"]] == [file]
    assert rows[1]["files"] == []
    act(circle.people["member"], "post.edit", post=post, version=the_post(post).version, body="other words")
    assert the_post(post).state == "published"
    assert fetch(circle.people["peer"], file).status_code == 200, "its files were looked at"


def test_new_words_do_not_free_a_file(circle: Circle) -> None:
    post, file = held_with_file(circle)
    answer = act(circle.people["member"], "post.edit", post=post, version=1, body="quite other words")
    assert answer["state"] == "held"
    assert fetch(circle.people["peer"], file).status_code == 404
    assert [
        row["id"] for row in Browser(circle.people["member"]).get(f"/api/posts/{post}").json()["files"]
    ] == [file]


def test_a_rejected_post_s_file_is_its_author_s_copy(circle: Circle) -> None:
    post, file = held_with_file(circle)
    decide(circle, post, "reject")
    assert fetch(circle.people["member"], file).status_code == 200
    assert fetch(circle.people["peer"], file).status_code == 404


def test_a_facilitator_s_file_is_shown_at_once(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    file = sent(leader)
    assert act(leader, "post.submit", topic=circle.topic.id, body="", files=[file])["state"] == "published"
    assert fetch(circle.people["peer"], file).status_code == 200


def test_hidden_is_gone_for_the_group_and_taken_back_for_everybody(circle: Circle, moved: Any) -> None:
    post, file = held_with_file(circle)
    decide(circle, post, "publish")
    act(circle.people["peer"], "report.send", post=post, reason="private")
    decide(circle, post, "hide")
    assert fetch(circle.people["peer"], file).status_code == 404
    assert fetch(circle.people["member"], file).status_code == 200
    assert Browser(circle.people["peer"]).get(f"/api/posts/{post}").json()["files"] == []
    decided, again = sent(circle.people["facilitator"]), circle.people["facilitator"]
    shown = act(again, "post.submit", topic=circle.topic.id, body="look", files=[decided])["id"]
    act(again, "post.withdraw", post=shown)
    for who in ("facilitator", "member", "peer"):
        assert fetch(circle.people[who], decided).status_code == 404, who
    act(again, "post.restore", post=shown)
    assert fetch(circle.people["peer"], decided).status_code == 200
    act(again, "post.withdraw", post=shown)
    moved(60)
    erase_withdrawn.call(shown)
    assert not StoredFile.objects.filter(pk=decided).exists()
    assert not FilePart.objects.filter(file__pk=decided).exists()
    assert Post.objects.get(pk=shown).attached is None


def test_who_joined_later_has_no_older_file(circle: Circle) -> None:
    from community.models import Membership

    post, file = held_with_file(circle)
    decide(circle, post, "publish")
    seq = the_post(post).seq or 0
    rows = Membership.objects.filter(group=circle.group, person=circle.people["peer"])
    for visible, status in ((seq, 200), (seq + 1, 404)):
        rows.update(visible_from=visible)
        assert fetch(circle.people["peer"], file).status_code == status


def test_only_one_s_own_unused_files_go_with_a_post(circle: Circle) -> None:
    member, peer = circle.people["member"], circle.people["peer"]
    file = sent(member)
    data = {"topic": circle.topic.id, "body": "see"}
    absent = problem_of(peer, "post.submit", **data, files=[uuid4()])
    assert absent["type"] == "file_gone"
    foreign = problem_of(peer, "post.submit", **data, files=[file])
    assert foreign | {"files": []} == absent | {"files": []}
    assert foreign["files"] == [file]
    assert outcome_of(member, "post.submit", **data, files=[file]) == "ok"
    assert outcome_of(member, "post.submit", **data, files=[file]) == "file_gone"
    assert outcome_of(member, "post.submit", **data, files=[uuid4() for _ in range(5)]) == "invalid"
    assert outcome_of(member, "post.submit", topic=circle.topic.id, body=" ") == "invalid"
    assert (
        outcome_of(member, "post.submit", topic=circle.topic.id, body="a", alts={"x": "y" * 1001})
        == "invalid"
    )


def test_the_same_nonce_hangs_a_file_up_once(circle: Circle) -> None:
    member = circle.people["member"]
    file = sent(member)
    data = {"topic": circle.topic.id, "body": "see", "files": [file], "nonce": "nonce-of-a-photo"}
    one, two = act(member, "post.submit", **data), act(member, "post.submit", **data)
    assert one["id"] == two["id"]
    assert two["duplicate"]


def test_what_a_picture_shows_is_screened_with_the_words(circle: Circle) -> None:
    member = circle.people["member"]
    file = sent(member)
    answer = act(
        member,
        "post.submit",
        topic=circle.topic.id,
        body="",
        files=[file],
        alts={file: "I want to kill myself tonight"},
    )
    assert answer["state"] == "held"
    assert answer["support"]["severity"] >= 2


def test_the_group_s_page_says_that_files_wait(circle: Circle) -> None:
    for who, waits in (("facilitator", False), ("member", True)):
        page = Browser(circle.people[who]).get(f"/api/groups/{circle.group.id}").json()
        assert page["files_wait"] is waits


# Loose files


def test_a_loose_file_is_its_sender_s_to_take_away(circle: Circle) -> None:
    member, peer = circle.people["member"], circle.people["peer"]
    file = sent(member)
    for data in (file, uuid4()):
        assert outcome_of(peer, "file.remove", file=data) == "not_found"
    assert outcome_of(member, "file.remove", file=file) == "ok"
    assert fetch(member, file).status_code == 404
    _, hung = held_with_file(circle)
    assert outcome_of(member, "file.remove", file=hung) == "not_found", "it goes with its post"


def test_what_hangs_on_nothing_for_a_day_is_swept(circle: Circle, moved: Any) -> None:
    member = circle.people["member"]
    post, hung = held_with_file(circle)
    loose, torn = sent(member), sent(member)
    StoredFile.objects.filter(pk=torn).update(done=False)
    assert fetch(member, torn).status_code == 404, "a file is there when all of it is"
    moved(86_300)
    sweep_files.call()
    assert StoredFile.objects.count() == 3
    young = sent(member)
    moved(86_500)
    sweep_files.call()
    assert {str(row.pk) for row in StoredFile.objects.all()} == {hung, young}
    assert set(FilePart.objects.values_list("file_id", flat=True)) == {
        row.pk for row in StoredFile.objects.all()
    }
    assert loose != hung
    assert fetch(member, hung).status_code == 200
    assert the_post(post).state == "held"
