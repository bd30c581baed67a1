"""Jobs that die at any moment: nothing is lost, nothing comes twice, and each sending has a receipt or is in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from accounts.models import Person
from hearthside import clock, failpoint
from hearthside.job_model import Job
from hearthside.jobs import run_due_jobs
from notify.models import Delivery, Notice
from tests.given import Browser, given_person
from tests.moderation.given_care import Mailbox
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, given_notice, given_notices, run_after, states

pytestmark = pytest.mark.django_db
PLACES = ("delivery_due", "delivery_begun", "delivery_sent", "delivery_ended")


class Killed(BaseException):
    """The process dies: nothing of ours catches it."""


class Killer:
    """Lets the process die at a place, some number of passages from now."""

    def __init__(self) -> None:
        self.kills: Counter[str] = Counter()
        self._at: dict[str, int] = {}

    def at(self, place: str, passage: int = 1) -> None:
        """Die at that passage of the place, once."""
        self._at = {place: passage}

    def __call__(self, place: str) -> None:
        if place in self._at:
            self._at[place] -= 1
            if self._at[place] == 0:
                self._at = {}
                self.kills[place] += 1
                raise Killed(place)


@pytest.fixture
def killer() -> Iterator[Killer]:
    """What lets this process die."""
    made = Killer()
    failpoint.watch(made)
    yield made
    failpoint.watch(None)


def work() -> bool:
    """Run what is due, as a worker that may die; what a dead one held is free at once. Answers whether it lived."""
    try:
        run_due_jobs()
    except Killed:
        Job.objects.filter(finished_at=None).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        return False
    return True


@pytest.mark.parametrize(
    ("place", "state", "came"),
    [
        ("delivery_due", ("sent", ""), 1),
        ("delivery_begun", ("doubt", "cut_off"), 0),
        ("delivery_sent", ("doubt", "cut_off"), 1),
        ("delivery_ended", ("sent", ""), 1),
    ],
)
@pytest.mark.parametrize("channel", ["push", "mail"])
def test_where_it_dies_decides_what_is_known(
    killer: Killer,
    service: Service,
    box: Mailbox,
    place: str,
    state: tuple[str, str],
    came: int,
    channel: str,
) -> None:
    ann = given_person()
    if channel == "push":
        add_device(Browser(ann), service.url("phone"))
    notice = given_notice(ann, push=channel == "push", mail=channel == "mail")
    killer.at(place)
    assert not work()
    assert work()
    assert states(notice)[channel] == state
    assert len(service.pushes) + len(box.fresh()) == came
    run_after(days=1)
    assert len(service.pushes) <= 1
    assert box.fresh() == []
    assert Browser(ann).get("/api/notices").json()["unread"] == 1


@pytest.mark.parametrize(("place", "came"), [("delivery_begun", 1), ("delivery_sent", 2)])
def test_an_urgent_one_is_sent_again_rather_than_not_at_all(
    killer: Killer, service: Service, place: str, came: int
) -> None:
    ann = given_person("facilitator")
    add_device(Browser(ann), service.url("phone"))
    notice = given_notice(ann, "care.called", mail=False)
    killer.at(place)
    assert not work()
    assert work()
    assert states(notice)["push"] == ("sent", "")
    assert len(service.pushes) == came


def test_an_urgent_one_that_kills_everybody_ends_in_doubt(killer: Killer, service: Service) -> None:
    ann = given_person("facilitator")
    add_device(Browser(ann), service.url("phone"))
    notice = given_notice(ann, "care.called", mail=False)
    for _ in range(30):
        killer.at("delivery_begun")
        if work():
            break
    assert states(notice)["push"] == ("doubt", "cut_off")


def test_an_urgent_one_that_was_acknowledged_meanwhile_is_not_sent_again(
    killer: Killer, service: Service
) -> None:
    ann = given_person("facilitator")
    add_device(Browser(ann), service.url("phone"))
    notice = given_notice(ann, "care.called", mail=False)
    killer.at("delivery_begun")
    assert not work()
    Notice.objects.update(withdrawn_at=clock.now())
    assert work()
    assert (states(notice)["push"], service.pushes) == (("doubt", "cut_off"), [])


def test_a_late_receipt_settles_the_doubt(service: Service) -> None:
    from functools import partial

    from hearthside import live
    from notify import outcome
    from notify.actions import delivering

    notice = given_notice(given_person(), push=False)
    row = Delivery.objects.get(notice=notice)
    first = live.write(live.Write(partial(delivering.begin, row.id)))
    second = live.write(live.Write(partial(delivering.begin, row.id)))
    assert (first["go"], second["go"]) == (True, False)
    assert states(notice)["mail"] == ("doubt", "cut_off")
    live.write(live.Write(partial(delivering.end, row.id, outcome.sent())))
    assert states(notice)["mail"] == ("sent", "")


KILLS = 220


def test_over_two_hundred_deaths_nothing_is_lost_or_doubled(
    killer: Killer, service: Service, box: Mailbox
) -> None:
    draw = Random(20261127)
    people: list[Person] = []
    phones: dict[str, tuple[Person, Keys]] = {}
    for number in range(6):
        person, keys = given_person("facilitator"), Keys()
        add_device(Browser(person), service.url(f"phone{number}"), keys)
        people.append(person)
        phones[f"phone{number}"] = (person, keys)
    people += [given_person() for _ in range(2)]  # these have mail only
    given: list[Notice] = []
    while sum(killer.kills.values()) < KILLS:
        kind = draw.choice(["summary.published", "session.reminder", "post.decided", "care.called"])
        given += given_notices(draw.sample(people, draw.randint(1, 4)), kind)
        for _ in range(draw.randint(1, 5)):
            killer.at(draw.choice(PLACES), draw.randint(1, 3))
            work()
    failpoint.watch(None)
    for minutes in (0, 16, 60, 120):
        run_after(minutes=minutes)
    assert set(killer.kills) == set(PLACES)
    assert Notice.objects.count() == len(given), "every notice is in the centre"
    for person in people:
        mine = Notice.objects.filter(person=person).count()
        assert Browser(person).get("/api/notices").json()["unread"] == mine
    pushed: Counter[str] = Counter()
    for name, (person, keys) in phones.items():
        for push in service.of(name):
            tag = push.opened(keys)["tag"]
            assert Notice.objects.get(pk=tag).person_id == person.pk
            pushed[tag] += 1
    mailed = Counter(text.split("/n/")[1][:36] for _, _, text in box.fresh())
    ended: Counter[tuple[str, str, bool]] = Counter()
    for row in Delivery.objects.select_related("notice"):
        came = (pushed if row.channel == "push" else mailed)[str(row.notice_id)]
        ended[row.channel, row.state, came > 1] += 1
        urgent = row.notice.kind == "care.called"
        assert row.state in ("sent", "doubt", "skipped"), f"{row} is neither receipted nor in doubt"
        assert came <= 1 or urgent, f"{row} came {came} times"
        assert (row.state == "sent") <= (came >= 1), f"{row} has a receipt and never came"
        assert came == 0 or row.state != "skipped"
        if urgent and row.channel == "push" and row.state != "skipped":
            assert row.state == "sent", "a call is sent again until it surely came"
    assert ended["push", "doubt", False] > 0
    assert ended["mail", "doubt", False] > 0
    assert Job.objects.filter(given_up_at__isnull=False).count() == 0
