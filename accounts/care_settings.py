"""What a practice decides about care: its own words on the support card, who signed them, and its clinical lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Person, Practice
from hearthside import clock
from hearthside.errors import Invalid

FIELDS = ("care_words", "care_signed_by", "care_signed_on", "clinical_lead")
WORDS_CHARACTERS = 2000


def describe_care(practice: Practice) -> dict[str, Any]:
    """These settings as the practice's screen shows them; no words of its own means the ones that are shipped."""
    return {
        "care_words": practice.care_words or "",
        "care_signed_by": practice.care_signed_by,
        "care_signed_on": practice.care_signed_on.isoformat() if practice.care_signed_on else None,
        "clinical_lead": str(practice.clinical_lead_id) if practice.clinical_lead_id else None,
    }


def check_care(practice: Practice, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with what follows from them; raises Invalid naming the field that does not fit.

    New words are nobody's until they are signed: unless the same change signs them, the old signature goes.
    """
    found = dict(changes)
    if "care_words" in found:
        found["care_words"] = found["care_words"].strip() or None
        if len(found["care_words"] or "") > WORDS_CHARACTERS:
            raise Invalid(
                fields={"care_words": f"At most {WORDS_CHARACTERS:,} characters: a few short paragraphs."}
            )
        if found["care_words"] != practice.care_words and not {"care_signed_by", "care_signed_on"} & set(
            found
        ):
            found |= {"care_signed_by": "", "care_signed_on": None}
    check_signature(practice, found)
    if found.get("clinical_lead") is not None:
        found["clinical_lead"] = find_lead(found["clinical_lead"])
    return found


def check_signature(practice: Practice, changes: Mapping[str, Any]) -> None:
    """Raise Invalid for a name without a date, a date without a name, or a day that is still to come."""
    name = changes.get("care_signed_by", practice.care_signed_by)
    day = changes.get("care_signed_on", practice.care_signed_on)
    if bool(name) != bool(day):
        field = "care_signed_on" if name else "care_signed_by"
        raise Invalid(fields={field: "A signature needs both a name and a date."})
    if day and day > clock.now().date():
        raise Invalid(fields={"care_signed_on": "This day is still to come."})


def find_lead(person_id: Any) -> Person:
    """The person who is to be clinical lead; raises Invalid unless they are staff and can sign in."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not person.is_staff_role:
        raise Invalid(fields={"clinical_lead": "Choose a facilitator or an admin who can sign in."})
    return person
