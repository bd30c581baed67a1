"""What a practice decides about care: own words, a signature that is one, and a clinical lead who is staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.care_settings import WORDS_CHARACTERS
from accounts.models import Person, Practice
from hearthside import clock
from hearthside.audit_model import AuditEntry
from tests.given import act, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    """The practice's admin."""
    return person("admin")


def change(admin: Person, **changes: Any) -> dict[str, Any]:
    """Change settings on top of the present version."""
    return act(admin, "practice.update", version=Practice.objects.get().version, **changes)


def refused(admin: Person, **changes: Any) -> list[str]:
    """The fields of a change that does not fit."""
    problem = problem_of(admin, "practice.update", version=Practice.objects.get().version, **changes)
    return list(problem["fields"])


def test_a_new_practice_uses_the_shipped_words_and_has_no_lead(signed_in: Callable[..., Any]) -> None:
    browser, _ = signed_in("admin")
    read = browser.get("/api/practice").json()
    care = ("care_words", "care_signed_by", "care_signed_on", "clinical_lead")
    assert [read[name] for name in care] == ["", "", None, None]


def test_words_signature_and_lead_are_set_and_cleared(admin: Person, person: Callable[..., Person]) -> None:
    lead = person("facilitator")
    answer = change(
        admin,
        care_words=" We are here.\r\n\r\nCall us. ",
        care_signed_by=" Dr  Dora Mey ",
        care_signed_on="2026-01-02",
        clinical_lead=str(lead.id),
    )
    assert answer["care_words"] == "We are here.\n\nCall us."
    assert (answer["care_signed_by"], answer["care_signed_on"]) == ("Dr Dora Mey", "2026-01-02")
    assert answer["clinical_lead"] == str(lead.id)
    answer = change(admin, care_words="", care_signed_by="", care_signed_on=None, clinical_lead=None)
    assert (answer["care_words"], answer["care_signed_on"], answer["clinical_lead"]) == ("", None, None)
    assert Practice.objects.get().care_words is None
    assert AuditEntry.objects.filter(verb="practice.updated", actor=admin.id).count() == 2


def test_other_changes_leave_care_as_it_is(admin: Person, person: Callable[..., Person]) -> None:
    lead = person("facilitator")
    change(
        admin,
        care_words="Ours.",
        care_signed_by="Dora",
        care_signed_on="2026-01-02",
        clinical_lead=str(lead.id),
    )
    answer = change(admin, name="Linden Court")
    assert (answer["care_words"], answer["care_signed_by"], answer["clinical_lead"]) == (
        "Ours.",
        "Dora",
        str(lead.id),
    )


def test_new_words_are_nobodys_until_they_are_signed(admin: Person) -> None:
    change(admin, care_words="Ours.", care_signed_by="Dora", care_signed_on="2026-01-02")
    same = change(admin, care_words="Ours.")
    assert same["care_signed_by"] == "Dora"
    answer = change(admin, care_words="Other words.")
    assert (answer["care_signed_by"], answer["care_signed_on"]) == ("", None)


def test_a_signature_is_a_name_and_a_day_that_has_come(admin: Person) -> None:
    assert refused(admin, care_signed_by="Dora") == ["care_signed_on"]
    assert refused(admin, care_signed_on="2026-01-02") == ["care_signed_by"]
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    assert refused(admin, care_signed_by="Dora", care_signed_on=tomorrow) == ["care_signed_on"]
    assert refused(admin, care_words="x" * (WORDS_CHARACTERS + 1)) == ["care_words"]


def test_the_lead_is_staff_who_can_sign_in(admin: Person, person: Callable[..., Person]) -> None:
    gone = person("facilitator", "gone@example.org")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    for wrong in (person("member"), gone):
        assert refused(admin, clinical_lead=str(wrong.id)) == ["clinical_lead"]
    assert refused(admin, clinical_lead="00000000-0000-0000-0000-000000000000") == ["clinical_lead"]
    assert change(admin, clinical_lead=str(admin.id))["clinical_lead"] == str(admin.id)


def test_only_admins_change_it(admin: Person, person: Callable[..., Person]) -> None:
    for role in ("facilitator", "member"):
        problem = problem_of(person(role), "practice.update", version=1, care_words="Mine.")
        assert problem["type"] == "denied"
    assert Practice.objects.get().care_words is None


def test_the_words_lie_in_a_box(admin: Person) -> None:
    from django.db import connection

    change(admin, care_words="Only for those who need it.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT care_words FROM accounts_practice")
        assert b"need it" not in bytes(cursor.fetchone()[0])
