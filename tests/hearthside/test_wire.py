"""Events: closed shapes, one frame for all, and TypeScript made from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, Optional, Union

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hearthside.urls  # noqa: F401  loads every app's events
from hearthside.wire import (
    Event,
    Skipped,
    all_events,
    event_type,
    frame_event,
    frame_skipped,
    stamp,
    to_typescript,
    typescript,
)

AT = datetime(2026, 3, 4, 5, 6, 7, 891_234, tzinfo=UTC)


class Told(Event, frozen=True, tag="told"):
    """An event of these tests."""

    words: str
    place: int | None


@given(st.text(), st.none() | st.integers(0, 2**53 - 1), st.none() | st.text("abc-", min_size=1))
def test_a_frame_is_head_and_body(words: str, place: int | None, nonce: str | None) -> None:
    event = Told(words=words, place=place)
    frame = frame_event(event, event_id="id-1", seq=7, at=AT, actor="m-1", nonce=nonce)
    head = {"v": 1, "id": "id-1", "seq": 7, "at": "2026-03-04T05:06:07.891Z", "actor": "m-1", "type": "told"}
    if nonce:
        head["nonce"] = nonce
    assert json.loads(frame) == {**head, "words": words, "place": place}


def test_an_event_nobody_made_and_one_that_is_hidden() -> None:
    frame = json.loads(frame_event(Skipped(), event_id="i", seq=1, at=AT, actor=None))
    assert (frame["actor"], frame["type"]) == (None, "skipped")
    assert json.loads(frame_skipped(9)) == {"v": 1, "type": "skipped", "seq": 9}


def test_bodies_are_closed() -> None:
    with pytest.raises(TypeError):
        Told(words="w", place=1, extra=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Told(words="w")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Told(words="w", place=1).words = "x"  # type: ignore[misc]
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"told","words":"w","place":1,"extra":2}', type=Told)


def test_moments_are_utc_to_the_millisecond() -> None:
    assert stamp(AT.astimezone(timezone(timedelta(hours=5)))) == "2026-03-04T05:06:07.891Z"
    assert stamp(AT.replace(microsecond=0)) == "2026-03-04T05:06:07.000Z"


def test_no_body_has_a_field_of_the_head() -> None:
    head = {"v", "type", "id", "seq", "at", "actor", "nonce"}
    assert [kind.__name__ for kind in all_events() if head & set(kind.__struct_fields__)] == []


def test_events_are_named_as_what_happened() -> None:
    names = [event_type(kind) for kind in all_events()]
    assert names == sorted(set(names))
    assert {"post.published", "member.left", "signin.ended", "read.moved"} <= set(names)
    assert "told" not in names
    assert "post" not in names


@pytest.mark.parametrize(
    ("kind", "spelled"),
    [
        (str, "string"),
        (int, "number"),
        (bool, "boolean"),
        (str | None, "string | null"),
        (Optional[int], "number | null"),  # noqa: UP045
        (Union[str, int], "string | number"),  # noqa: UP007
        (Literal["a", "b"], '"a" | "b"'),
        (list[str | None], "(string | null)[]"),
        (dict[str, bool], "Record<string, boolean>"),
        (dict[str, list[int]], "Record<string, (number)[]>"),
    ],
)
def test_types_in_typescript(kind: Any, spelled: str) -> None:
    assert to_typescript(kind) == spelled


@pytest.mark.parametrize("kind", [bytes, object, datetime, set[int]])
def test_types_the_wire_does_not_know(kind: Any) -> None:
    with pytest.raises(TypeError, match="no TypeScript"):
        to_typescript(kind)


def test_the_whole_of_it() -> None:
    text = typescript()
    for kind in all_events():
        assert f"export interface {kind.__name__} extends Frame {{" in text
        assert f"  | {kind.__name__}" in text
    assert '  type: "post.published";\n  post: string;\n  post_seq: number;' in text
    assert "  body: string | null;" in text
    assert text.endswith(";\n")
    assert text == typescript()
