"""The support card: its words, its help lines, who is on duty, and how often it comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Person
from community.models import Membership
from hearthside import clock, live
from moderation.actions.care import offer_support
from moderation.care_data import care_data
from moderation.help_lines import help_lines, read_help_lines
from moderation.models import SupportShown
from tests.given import Browser, act, given_ended, given_group, given_member, given_person
from tests.moderation.given_care import all_week, given_practice, given_slot

pytestmark = pytest.mark.django_db

REGIONS = ["GB", "IE", "US", "CA", "AU", "NZ", "DE", "AT", "CH", "FR", "NL", "EU"]
MOST_DAYS = 180


def offered(person: Person, severity: int, *, hours: float = 0) -> bool:
    """Whether the card is shown, so many hours from now."""
    with clock.as_of(clock.now() + timedelta(hours=hours)):
        return bool(live.write(live.Write(lambda: {"show": offer_support(person, severity)}))["show"])


def test_the_card_comes_once_in_twelve_hours() -> None:
    person = given_person()
    assert offered(person, 1)
    assert not offered(person, 1, hours=1)
    assert not offered(person, 1, hours=11.9)
    assert offered(person, 1, hours=12.1)
    assert SupportShown.objects.filter(person=person).count() == 2


def test_the_card_comes_at_once_when_it_is_graver() -> None:
    person = given_person()
    assert offered(person, 1)
    assert offered(person, 2, hours=0.1)
    assert not offered(person, 2, hours=0.2)
    assert not offered(person, 1, hours=0.3)
    assert offered(person, 3, hours=0.4)
    assert not offered(person, 1, hours=12)


def test_the_card_of_one_person_is_not_anothers() -> None:
    assert offered(given_person(), 2)
    assert offered(given_person(), 2)
    assert not offered(given_person(), 0)


def support_of(person: Person) -> dict[str, Any]:
    """The card as it arrives."""
    answer = Browser(person).get("/api/support")
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_card_says_who_may_be_reached_and_until_when() -> None:
    given_practice(region="GB", time_zone="UTC")
    group = given_group(name="Tuesday circle")
    member = given_member(group)
    facilitator = Membership.objects.get(group=group, role="facilitator")
    assert support_of(member.person)["duty"] == [
        {"group": str(group.id), "name": "Tuesday circle", "state": "unknown", "until": None, "back_at": None}
    ]
    soon = (clock.now() + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    given_slot(facilitator, soon.weekday(), "09:00", "11:00")
    (duty,) = support_of(member.person)["duty"]
    assert (duty["state"], duty["back_at"]) == ("off", soon.strftime("%Y-%m-%dT09:00:00.000Z"))
    all_week(facilitator)
    (duty,) = support_of(member.person)["duty"]
    assert (duty["state"], duty["until"]) == ("on", None)
    assert "names" not in duty


def test_the_card_shows_only_ones_own_open_groups() -> None:
    member = given_member(given_group())
    given_group()
    act(
        Membership.objects.get(group=member.group, role="facilitator").person,
        "group.close",
        group=member.group_id,
    )
    assert support_of(member.person)["duty"] == []
    given_ended(again := given_member(given_group(), member.person), "left")
    assert support_of(again.person)["duty"] == []


def test_the_practices_own_words_stand_on_the_card() -> None:
    person = given_person()
    given_practice(care_words=None)
    shipped = support_of(person)
    assert shipped["words"] == list(care_data().card)
    assert (shipped["signed_by"], shipped["signed_on"]) == (care_data().signed_by, "2026-11-23")
    given_practice(care_words="We are here.\n\nCall us\non Monday.", care_signed_by="", care_signed_on=None)
    own = support_of(person)
    assert own["words"] == ["We are here.", "Call us on Monday."]
    assert (own["signed_by"], own["signed_on"]) == (None, None)
    given_practice(care_signed_by="Dr Dora Mey", care_signed_on=date(2026, 11, 20))
    assert (support_of(person)["signed_by"], support_of(person)["signed_on"]) == ("Dr Dora Mey", "2026-11-20")


def test_the_card_knows_of_a_safety_plan() -> None:
    person = given_person()
    assert support_of(person)["plan"] is False
    act(person, "safety_plan.save", version=0, steps=[["a"], [], [], [], [], []])
    assert support_of(person)["plan"] is True


def test_help_lines_need_no_sign_in_and_the_card_does() -> None:
    given_practice(region="IE")
    answer = Browser().get("/api/help-lines")
    assert answer.status_code == 200
    assert answer.json()["lines"][0]["number"] == "116 123"
    assert Browser().get("/api/support").status_code == 401


@pytest.mark.parametrize(
    ("region", "shown"), [("GB", "GB"), ("gb", "GB"), ("", "EU"), ("SE", "EU"), ("BR", "EU")]
)
def test_the_lines_are_the_regions(region: str, shown: str) -> None:
    given_practice(region=region)
    answer = Browser().get("/api/help-lines").json()
    assert (answer["region"], answer["emergency"]) == (shown, "999" if shown == "GB" else "112")


def test_every_region_has_an_emergency_number_and_nearly_all_a_free_line() -> None:
    # A call may cost something where the pages that we read do not agree that it is free from every telephone.
    may_cost = {"AU", "CH"}
    found = help_lines().regions
    assert sorted(found) == sorted(REGIONS)
    emergency = {"GB": "999", "US": "911", "CA": "911", "AU": "000", "NZ": "111"}
    for code, region in found.items():
        assert region.emergency == emergency.get(code, "112")
        assert any(line.free for line in region.lines) or code in may_cost
        for line in region.lines:
            assert line.source.startswith("https://")
            assert line.hours


def test_the_lines_are_those_that_everybody_knows() -> None:
    numbers = {code: {line.number for line in region.lines} for code, region in help_lines().regions.items()}
    known = {
        "GB": "116 123", "IE": "116 123", "US": "988", "CA": "988", "AU": "13 11 14", "NZ": "1737",
        "DE": "0800 1110111", "AT": "142", "CH": "143", "FR": "3114", "NL": "113",
    }  # fmt: skip
    for code, number in known.items():
        assert number in numbers[code]


def stale_lines(today: date) -> list[str]:
    """What to do about each help line that nobody compared with its source for too long."""
    return [
        f"{code}: {line.name} was last checked on {line.verified_on}, {(today - line.verified_on).days} days ago. "
        f"Compare it with {line.source}, then set verified_on in moderation/data/help_lines.toml."
        for code, region in help_lines().regions.items()
        for line in region.lines
        if (today - line.verified_on).days > MOST_DAYS
    ]


def test_no_help_line_is_unchecked_for_half_a_year() -> None:
    stale = stale_lines(datetime.now(UTC).date())
    assert not stale, "\n".join(stale)


def test_an_old_line_is_found() -> None:
    day = max(line.verified_on for region in help_lines().regions.values() for line in region.lines)
    assert len(stale_lines(day + timedelta(days=MOST_DAYS + 1))) > len(REGIONS)


@pytest.mark.parametrize(
    "broken",
    [
        'emergency = "112"\nlines = []',
        'emergency = "112"\n[[EU.lines]]\nname="x"\nhours="x"\nfree=true\nverified_on=2026-01-01\nsource="x"',
        'emergency = "112"\n[[EU.lines]]\nname="x"\nnumber="1"\nhours="x"\nfree=true\nverified_on="new"\nsource="x"',
    ],
)
def test_a_list_that_helps_nobody_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"help_lines\.toml"):
        read_help_lines(f'signed_by = "x"\nsigned_on = 2026-01-01\n[EU]\n{broken}')
