"""Nothing of a soul leaves: two hundred evenings with planted names, numbers and sentences."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection

from community.access_summaries import SummaryBlocked
from community.actions.erasure import ERASE_AFTER
from community.models import FormerName
from community.queries.summary_due import fresh_draft
from community.queries.summary_material import material_of
from community.summarising.lexicon import lexicon
from hearthside import clock, crypto, fields, live
from hearthside.clock import now
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.fields import EncryptedTextField
from hearthside.jobs import run_due_jobs
from notify.models import Delivery, Notice
from tests.community.given_summaries import (
    PLAIN,
    Evening,
    given_evening,
    given_session,
    given_words,
    mark,
    say_yes,
)
from tests.given import (
    Browser,
    act,
    fresh_nonce,
    given_ended,
    given_group,
    given_member,
    given_person,
    given_topic,
)

pytestmark = pytest.mark.django_db

FIRST = (
    "Marlowe",
    "Odette",
    "Quillon",
    "Seraphine",
    "Thaddeus",
    "Ysolde",
    "Zebedee",
    "Perpetua",
    "Ludmila",
    "Hope",
)
LAST = ("Okonkwo", "Brandywine", "Featherstonehaugh", "Xiomara", "Villanueva", "Grzeszczak")
TALK = (
    "I could not sleep again, I lay awake and the nightmares came back at four",
    "my boss shouts at work and I fear for my job",
    "since my mother died I grieve every evening",
    "I was so angry with my brother that I slammed the door",
    "the anxiety came on the bus, a panic attack like before",
    "I have been sober for nine weeks and then I relapsed on Friday",
    "my husband and I argue about money and the rent",
    "I feel lonely, no friends since the move to the coast",
)
KEYS = ("lighthouse", "typewriter", "harpsichord", "caravan", "tortoiseshell", "umbrella", "telescope")


def planted(number: int, lot: random.Random, names: list[str]) -> tuple[str, list[str]]:
    """Talk with a name, a number or address and a sentence in it that nobody else says, and those canaries."""
    name = lot.choice(names)
    phone = f"07{lot.randrange(10**8, 10**9)}"
    address = f"{lot.choice(FIRST).lower()}{number}@example.net"
    sentence = f"I hid the {lot.choice(KEYS)} of {name} behind the {lot.choice(KEYS)} number {number}"
    return f"{lot.choice(TALK)}. {sentence}. Ring {phone} or write {address}.", [
        name,
        phone,
        address,
        sentence,
    ]


@pytest.mark.slow
def test_two_hundred_evenings_give_nobody_away() -> None:
    """Names, numbers, addresses and sentences of members, with and without consent, are in no draft and no notice."""
    lot = random.Random(6)
    lead = given_person("facilitator")
    names = [f"{first} {lot.choice(LAST)}" for first in FIRST[:6]]
    people = [given_person(name=name) for name in names]
    for person in people[:4]:
        say_yes(person)
    canaries = {word for name in names for word in name.split()}
    themes, browser = 0, Browser(lead)
    for circle in range(10):
        group = given_group(lead, name="Canary circle")
        members = [given_member(group, person, name=person.name.split()[0]) for person in people]
        for number in range(20):
            topic = given_topic(group, lead, title=f"Room {circle} and {number}")
            evening = Evening(group, given_session(group, topic), topic, lead, members[:5], members[5:])
            for member in lot.sample(members, 4):
                body, secrets = planted(20 * circle + number, lot, names)
                given_words(evening.topic, member, body)
                canaries |= set(secrets)
            mark(evening.session, members[5], "absent")
            evening.draft()
            page = browser.get(f"/api/sessions/{evening.session.id}/draft").json()
            text = str(page["sections"]).casefold()
            assert not [secret for secret in canaries if secret.casefold() in text], (circle, number)
            assert page["problems"] == [], "a draft of our own making is never blocked"
            themes += len([row for row in page["source"]["themes"] if row["members"] > 1])
            if number == 0:
                evening.do("summary.approve")
                evening.do("summary.publish")
    assert themes > 200, "the evenings were read at all"
    assert_told_without_words(canaries | {"Canary circle"} | set(names))


def assert_told_without_words(canaries: set[str]) -> None:
    """Nothing that goes out carries any of these: notices as they are pushed and mailed, and mail itself."""
    with clock.as_of(now() + ERASE_AFTER * 200):
        while run_due_jobs():
            pass
    notices = list(Notice.objects.filter(kind__startswith="summary"))
    assert notices
    outgoing = [f"{row.key} {row.link} {row.kind}" for row in notices]
    outgoing += [f"{message.subject}\n{message.body}" for message in mail.outbox]
    folder = settings.HEARTHSIDE.data / "mail"
    outgoing += [path.read_text() for path in folder.glob("*.eml")]
    assert Delivery.objects.filter(notice__in=notices, channel="mail", state="sent").exists()
    assert len(outgoing) > len(notices), "mail was written"
    for text in outgoing:
        assert not [secret for secret in canaries if secret.casefold() in text.casefold()]


def test_without_consent_nothing_is_read_and_a_no_counts_at_once() -> None:
    evening = given_evening(present=3)
    for member in evening.present:
        given_words(evening.topic, member, "I could not sleep, insomnia again")
    assert material_of(evening.session).themes == ()
    assert (material_of(evening.session).consenting, material_of(evening.session).asked) == (0, 3)
    say_yes(evening.present[0].person)
    (alone,) = material_of(evening.session).themes
    assert (alone.id, alone.posts, alone.members) == ("sleep", 1, 1)
    texts = {one.id: one.text for one in fresh_draft(evening.session)}
    assert texts["themes"] == "", "what only one spoke of could be guessed"
    say_yes(evening.present[1].person)
    texts = {one.id: one.text for one in fresh_draft(evening.session)}
    assert texts["themes"] == "- sleep, and nights without enough of it"
    say_yes(evening.present[1].person, given=False)
    texts = {one.id: one.text for one in fresh_draft(evening.session)}
    assert texts["themes"] == ""
    say_yes(evening.present[1].person, "models")
    assert material_of(evening.session).consenting == 1, "another yes is not this one"


def test_unread_words_are_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = given_evening(present=2)
    posts = [given_words(evening.topic, member, "I could not sleep") for member in evening.present]
    say_yes(evening.present[0].person)
    opened: list[str] = []
    real = crypto.open_box

    def watch(box: bytes, place: str) -> str:
        opened.append(place)
        return real(box, place)

    monkeypatch.setattr(fields, "open_box", watch)
    material_of(evening.session)
    assert [str(posts[1].id) in place for place in opened].count(True) == 0
    assert any(str(posts[0].id) in place for place in opened)


def test_posts_that_are_not_shown_are_not_read() -> None:
    evening = given_evening(present=2)
    for member, state in zip(evening.present, ("hidden", "withdrawn"), strict=True):
        say_yes(member.person)
        given_words(evening.topic, member, "I could not sleep", state=state)
    assert material_of(evening.session).themes == ()


def test_every_wording_is_safe_to_say() -> None:
    for theme, wording in lexicon().wordings.items():
        assert wording[0].islower(), f"{theme}: a list goes on in small letters"
        assert wording == wording.strip(" .")


CANARY = "The heron stood in the reeds at Walberswick."


def all_words() -> str:
    """Everything that stands in any row, with every box opened."""
    found = []
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                found.append(str(getattr(row, field.attname)))
    return "\n".join(found)


def test_a_withdrawn_summary_leaves_no_text_in_any_row() -> None:
    evening = given_evening(agenda=f"- {CANARY}")
    evening.draft()
    evening.save([{**PLAIN[0], "text": CANARY, "heading": "Walberswick by night"}])
    evening.do("summary.approve")
    evening.do("summary.publish")
    evening.do("summary.correct", sections=[{**PLAIN[0], "text": f"{CANARY} Twice."}])
    Browser(evening.lead).command("summary.save", summary=evening.summary().id, version=1, sections=[])
    assert all_words().count(CANARY) >= 3
    evening.do("summary.withdraw", why="Too close to home")
    words = all_words().replace(evening.session.agenda, "")
    assert CANARY not in words
    assert "Walberswick" not in words
    if connection.vendor == "sqlite":
        files = [Path(str(connection.settings_dict["NAME"]) + end) for end in ("", "-wal")]
        assert not [path for path in files if path.exists() and CANARY.encode() in path.read_bytes()]


def test_words_in_summaries_are_boxes() -> None:
    names = {
        (model.__name__, field.name)
        for model in apps.get_models()
        if model.__module__ == "community.models.summaries"
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    }
    assert names == {
        ("Summary", "sections"),
        ("Summary", "drafted"),
        ("Summary", "withdrawn_why"),
        ("SummaryVersion", "sections"),
        ("QuoteRequest", "sentence"),
    }


def test_answers_that_are_kept_have_no_words() -> None:
    evening = given_evening()
    evening.draft()
    name = evening.present[0].name
    saved = evening.save([{**PLAIN[0], "text": f"We thank {name} for this. {CANARY}"}])
    assert saved["problems"]
    assert name not in str(saved)
    assert "Walberswick" not in str(saved)
    page = Browser(evening.lead).get(f"/api/sessions/{evening.session.id}/draft").json()
    assert name in [row["words"] for row in page["problems"]]


def test_the_reason_names_nobody_either() -> None:
    evening = given_evening()
    summary = evening.published()
    answer = Browser(evening.lead).command(
        "summary.withdraw",
        summary=summary.id,
        version=summary.version,
        why=f"{evening.present[0].name} asked for it",
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["why"])


def test_a_name_that_comes_later_stops_what_was_approved() -> None:
    evening = given_evening()
    evening.draft()
    evening.save([{**PLAIN[0], "text": "We talked about Walberswick."}])
    evening.do("summary.approve")
    given_member(evening.group, name="Walberswick")
    summary = evening.summary()
    answer = Browser(evening.lead).command("summary.publish", summary=summary.id, version=summary.version)
    assert (answer.status_code, answer.json()["type"]) == (409, "summary_blocked")
    (problem,) = answer.json()["problems"]
    assert (problem["why"], problem["words"], problem["section"]) == ("name", "Walberswick", "own1")
    assert Notice.objects.count() == 0


def test_what_was_checked_is_what_is_approved() -> None:
    """An approval that is prepared before a save and written after it is of the words that are there then."""
    evening = given_evening()
    evening.draft()
    evening.save()
    summary = evening.summary()
    row = find_command("summary.approve")
    sent = {"summary": str(summary.id), "version": summary.version + 1, "nonce": fresh_nonce()}
    prepared = prepare_command(row, evening.lead, read_data(row, sent))
    assert isinstance(prepared, live.Write)
    evening.save([{**PLAIN[0], "text": f"{evening.present[0].name} told us"}])
    with pytest.raises(SummaryBlocked):
        live.write(prepared)
    assert evening.summary().state == "draft"


def test_a_notice_says_nothing_on_its_way_out() -> None:
    evening = given_evening(agenda="- Walberswick")
    evening.published([{**PLAIN[0], "heading": "Walberswick", "text": "Walberswick by night."}])
    assert_told_without_words({"Walberswick", evening.group.name, evening.absent[0].name, "summary of"})


def test_a_name_somebody_went_by_before_is_guarded_too() -> None:
    evening = given_evening()
    member = evening.present[0]
    for name in ("Windflower", "Tansy", "Windflower", "Yarrow"):
        act(member.person, "member.rename", group=evening.group.id, name=name)
    kept = [row.name for row in FormerName.objects.filter(member=member)]
    assert sorted(kept) == sorted([member.name, "Windflower", "Tansy"]), "each once"
    evening.draft()
    words = f"Windflower, Tansy, Yarrow and {member.name} spoke."
    found = evening.save([{**PLAIN[0], "text": words}])["problems"]
    assert [row["why"] for row in found] == ["name"] * 4


def test_a_name_from_before_somebody_left_is_guarded_too() -> None:
    evening = given_evening()
    member = evening.present[0]
    given_ended(member, "left")

    given_member(evening.group, member.person, name="Yarrow")
    evening.draft()
    found = evening.save([{**PLAIN[0], "text": f"{member.name} and Yarrow spoke."}])["problems"]
    assert [row["why"] for row in found] == ["name"] * 2
