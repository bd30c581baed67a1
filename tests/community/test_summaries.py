"""Summaries from draft to readers: who gets them, who is told, and that nothing leaves unapproved."""

from __future__ import annotations

import pytest

from tests.community.given_summaries import PLAIN, given_evening
from tests.given import Browser, act

pytestmark = pytest.mark.django_db


def test_the_way_of_a_summary() -> None:
    evening = given_evening()
    lead = Browser(evening.lead)
    path = f"/api/sessions/{evening.session.id}/draft"
    page = lead.get(path).json()
    assert (page["summary"], page["state"], page["version"]) == (None, "none", 0)
    assert [row["name"] for row in page["absent"]]
    assert page["present"] == 2
    evening.draft()
    page = lead.get(path).json()
    assert page["state"] == "draft"
    kinds = {row["kind"]: row["text"] for row in page["sections"]}
    assert kinds["agenda"] == "- Tonight\n- How the week was\n- Nights and what helps"
    saved = evening.save()
    assert (saved["state"], saved["problems"]) == ("draft", [])
    reader = Browser(evening.absent[0].person)
    shown = f"/api/summaries/{saved['summary']}"
    assert reader.get(shown).status_code == 404
    evening.do("summary.approve")
    assert reader.get(shown).status_code == 404
    assert evening.notices() == []
    answer = evening.do("summary.publish")
    assert answer["told"] == 2
    row = reader.get(shown).json()
    assert [one["html"] for one in row["sections"]] == [
        "<p>We were glad to meet. It was a quiet evening.</p>"
    ]
    assert (row["you_were_absent"], row["read"], row["withdrawn"]) == (True, False, False)
    assert len(evening.notices(evening.absent[0].person)) == 1
    assert evening.notices(evening.present[0].person) == []
    assert Browser(evening.present[0].person).get(shown).json()["you_were_absent"] is False
    act(evening.absent[0].person, "summary.read", summary=saved["summary"])
    assert lead.get(path).json()["read"] == {"absent": 2, "read": 1, "shared": [], "untold": 0}
    assert reader.get(shown).json()["read"] is True
    evening.do("summary.correct", sections=[{**PLAIN[0], "text": "It was a lively evening."}])
    row = reader.get(shown).json()
    assert row["corrected"]
    assert row["sections"][0]["html"] == "<p>It was a lively evening.</p>"
    assert [one.kind for one in evening.notices(evening.absent[0].person)] == ["summary.corrected"]
    evening.do("summary.withdraw", why="It was not ours to tell.")
    row = reader.get(shown).json()
    assert (row["withdrawn"], row["sections"], row["withdrawn_why"]) == (True, [], "It was not ours to tell.")
    assert evening.notices() == []
    assert lead.get(path).json()["sections"] == []
