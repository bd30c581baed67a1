"""Devices of the browser's crypto worker, set up and joined in conversations."""

from __future__ import annotations

from contextlib import ExitStack

from tests.messaging.given_rows import give_contact
from tests.messaging.worker_bot import WorkerBot, worker_bot
from tests.server import Server

PLAIN = {"title": "", "timerSeconds": 0, "history": False}


def set_up(devices: ExitStack, server: Server, key: str, *, base: str = "") -> tuple[WorkerBot, str]:
    """The first device of somebody, ready; and their recovery key. `base` is another address to reach the server at."""
    bot = devices.enter_context(worker_bot(server, key, base=base))
    written = bot.setUp("Firefox")
    assert bot.confirmRecoveryKey(written.lower().replace("-", " "))
    assert bot.snapshot["phase"] == {"name": "ready", "backup": "on"}
    return bot, written


def pair(one: WorkerBot, other: WorkerBot, server: Server) -> str:
    """A conversation of the two, open on both screens."""
    give_contact(server, one.person, other.person)
    one.refreshContacts()
    conversation = str(one.startConversation([other.person], PLAIN))
    other.wait(lambda bot: any(row["id"] == conversation for row in bot.snapshot["conversations"]))
    one.openTimeline(conversation)
    other.openTimeline(conversation)
    return conversation


def befriend(server: Server, one: WorkerBot, other: WorkerBot) -> None:
    """Let two people write to each other as members of a group."""
    give_contact(server, one.person, other.person, "group")


def circle(server: Server, creator: WorkerBot, *others: WorkerBot, history: bool = False) -> str:
    """A circle, open on every screen."""
    people = [creator, *others]
    for number, one in enumerate(people):
        for other in people[number + 1 :]:
            befriend(server, one, other)
    creator.refreshContacts()
    made = {"title": "Walkers", "timerSeconds": 0, "history": history}
    conversation = str(creator.startConversation([other.person for other in others], made))
    for bot in people:
        bot.wait(lambda it: any(row["id"] == conversation for row in it.snapshot["conversations"]))
        bot.openTimeline(conversation)
    return conversation


def person_named(bot: WorkerBot, conversation: str, person: str) -> str:
    """The name by which somebody is shown."""
    return next(m["name"] for m in bot.conversation(conversation)["members"] if m["person"] == person)


def read(bot: WorkerBot, conversation: str, *bodies: str) -> None:
    """Wait until just these words are on the screen."""
    try:
        bot.wait(lambda it: it.bodies(conversation) == list(bodies), within=10)
    except TimeoutError:
        if bot.bodies(conversation) != list(bodies):
            raise AssertionError(f"{bot.bodies(conversation)} instead of {list(bodies)}") from None


def compare(asker: WorkerBot, asked: WorkerBot, *, same: bool = True) -> None:
    """Go through an emoji comparison that `asker` began; `same` is what both say."""

    def flow(bot: WorkerBot) -> dict[str, object]:
        return next(iter(reversed(bot.snapshot["verifications"])), {})

    asked.wait(lambda bot: flow(bot).get("state") == "asked")
    asked.acceptVerification(flow(asked)["id"])
    for _ in range(20):
        asker.comeBack()
        asked.comeBack()
        if flow(asker)["state"] == flow(asked)["state"] == "comparing":
            break
    assert (flow(asker)["emoji"] == flow(asked)["emoji"]) is same
    assert len(list(flow(asker)["emoji"])) == 7  # type: ignore[call-overload]
    asker.compareVerification(flow(asker)["id"], same)
    asked.compareVerification(flow(asked)["id"], same)
    wanted = "done" if same else "mismatch"
    for _ in range(20):
        asker.comeBack()
        asked.comeBack()
        if flow(asker)["state"] == flow(asked)["state"] == wanted:
            return
    raise AssertionError(f"{flow(asker)} {flow(asked)}")


def trust(bot: WorkerBot, conversation: str) -> str:
    """How far the other person of a pair is trusted."""
    return next(m["trust"] for m in bot.conversation(conversation)["members"] if not m["you"])
