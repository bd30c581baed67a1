"""What the journeys of summaries begin with: a session with people who came and people who did not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Circle
from tests.journeys.given_moderation import say, sign_in

TITLE = "Evening group"
AGENDA = "- How the week was\n- Nights, and what helps"
SLEPT = "I slept through for the first time in weeks."
AWAKE = "Nobody sleeps well before the clocks change, and I am awake at night too."
QUIET_NIGHT = "We looked at the hour before sleep, and at what makes it easier."


@dataclass
class Evening:
    """A session of a circle: Kim and Lee came, Robin and Sam did not."""

    circle: Circle
    session: str
    topic: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The editor's path."""
        return f"/sessions/{self.session}/summary"

    def draft(self) -> dict[str, Any]:
        """What the editor reads."""
        found: dict[str, Any] = self.circle.leader.get(f"/api/sessions/{self.session}/draft").json()
        return found

    def do(self, command: str, **data: Any) -> dict[str, Any]:
        """A facilitator's command at the newest version."""
        now = self.draft()
        return self.circle.leader.command(command, summary=now["summary"], version=now["version"], **data)

    def publish(self, text: str = QUIET_NIGHT, heading: str = "In short") -> str:
        """Have a summary of these words out; answers its path."""
        self.circle.leader.command("summary.draft", session=self.session)
        sections = [{"id": "own1", "kind": "own", "heading": heading, "text": text}]
        self.do("summary.save", sections=sections)
        self.do("summary.approve")
        return f"/summaries/{self.do('summary.publish')['summary']}"


def plan(circle: Circle, *, begun: int = 5, minutes: int = 90) -> str:
    """A session that began that many minutes ago; answers its id."""
    starts = datetime.now(UTC) - timedelta(minutes=begun)
    words = {"title": TITLE, "agenda": AGENDA, "place": "", "link": ""}
    data = {"starts_local": f"{starts:%Y-%m-%dT%H:%M}", "time_zone": "UTC", "minutes": minutes, **words}
    return str(circle.leader.command("session.plan", group=circle.id, **data)["session"])


def given_evening(circle: Circle, *, consents: bool = True, posts: bool = True) -> Evening:
    """A session that goes on now, with what was written in its room and who is there."""
    people = {name: circle.add_member(name) for name in ("Kim", "Lee", "Robin", "Sam")}
    session = plan(circle)
    page = circle.leader.get(f"/api/sessions/{session}").json()
    circle.leader.command("session.rhythm", session=session, version=page["version"], rhythm="live")
    topic = circle.leader.get(f"/api/sessions/{session}").json()["topic"]
    evening = Evening(circle, session, topic, people)
    for name in ("Kim", "Lee") if consents else ():
        with sign_in(circle, people[name]) as person:
            person.command("consent.set", purpose="summaries", given=True)
    if posts:
        say(circle, people["Kim"], f"/{topic}", f"{AWAKE} {SLEPT}")
        say(
            circle, people["Lee"], f"/{topic}", "My nights are short, I cannot sleep and lie awake for hours."
        )
    members = {
        row["name"]: row["id"] for row in circle.leader.get(f"/api/groups/{circle.id}").json()["members"]
    }
    states = {"Kim": "present", "Lee": "present", "Robin": "absent", "Sam": "excused"}
    marks = [{"member": members[name], "state": state} for name, state in states.items()]
    circle.leader.command("session.attend", session=session, marks=marks)
    return evening


def words_of(page: Page, heading: str) -> Locator:
    """The text box of the section with that heading."""
    return page.get_by_role("region", name=heading, exact=True).get_by_role("textbox", name="Words of")


def saved(page: Page) -> None:
    """Wait until what was typed is on the server."""
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
