"""A client of sealed conversations in Python: vodozemac's ratchets, PyNaCl's signatures, and no trust in the server.

Its objects have exactly Matrix's shapes, so that it can talk with the browser's engine. It shows only what checks: the
sender's cross-signed device, the channel the key came through, the commitment, the padding, each index once, and
only people of the creator's roster get a key.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import Any

import vodozemac as vz

from tests.messaging.doors import Answer, Door
from tests.messaging.identity import Identity, Known, check_person
from tests.messaging.sealing import (
    EVENT_TYPE,
    Json,
    Refused,
    b64,
    bare,
    canonical,
    is_signed,
    open_words,
    room_id,
    seal_words,
    unb64,
)

OLM, MEGOLM = "m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"
ROTATE_AFTER = 50


@dataclass
class Inbound:
    """A room key as it came: from whom, by which device."""

    session: vz.InboundGroupSession
    sender: str
    sender_key: str


@dataclass
class Outbound:
    """The room key one sends with, and the devices that have it."""

    session: vz.GroupSession
    shared: set[tuple[str, str]] = field(default_factory=set)
    index: int = 0


@dataclass(frozen=True)
class Shown:
    """One event of a conversation as it is shown: its words, or why they are not."""

    event: Json
    words: Json | None
    reason: str = ""


class SealedClient:
    """One device of one person."""

    def __init__(self, door: Door, person: str, identity: Identity | None = None) -> None:
        """`identity` is that of an earlier device of the same person."""
        self.door, self.person, self.user = door, person, f"@{person}:hearthside"
        self.account = vz.Account()
        self.identity = identity or Identity(self.user)
        self.is_first = identity is None
        self.device = ""
        self.since = ""
        self.known: dict[str, Known] = {}
        self.channels: dict[str, list[vz.Session]] = {}
        self.inbound: dict[tuple[str, str], Inbound] = {}
        self.outbound: dict[str, Outbound] = {}
        self.seen: dict[tuple[str, str, int], str] = {}
        self.rosters: dict[str, Json] = {}
        self.counters: dict[str, itertools.count[int]] = {}
        self.refused: list[str] = []
        self.now = 0

    # Asking

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """One request as this device."""
        return self.door.ask(method, path, body, device=self.device)

    def must(self, method: str, path: str, body: Any = None) -> Any:
        """The data of a request that is not refused."""
        answer = self.ask(method, path, body)
        assert answer.status == 200, (method, path, answer)
        return answer.data

    # Keys

    @property
    def curve(self) -> str:
        """This device's Curve25519 key."""
        return self.account.curve25519_key.to_base64()

    @property
    def device_keys(self) -> Json:
        """This device's public keys, signed by itself."""
        keys = {
            f"curve25519:{self.device}": self.curve,
            f"ed25519:{self.device}": self.account.ed25519_key.to_base64(),
        }
        value = {"user_id": self.user, "device_id": self.device, "algorithms": [OLM, MEGOLM], "keys": keys}
        return self.sign(value)

    def sign(self, value: Json) -> Json:
        """The object with this device's signature."""
        signature = self.account.sign(canonical(bare(value))).to_base64()
        return {**value, "signatures": {self.user: {f"ed25519:{self.device}": signature}}}

    def one_time_keys(self, count: int) -> Json:
        """So many new one-time keys, signed."""
        self.account.generate_one_time_keys(count)
        made = {
            f"signed_curve25519:{name}": self.sign({"key": key.to_base64()})
            for name, key in self.account.one_time_keys.items()
        }
        self.account.mark_keys_as_published()
        return made

    def fallback_key(self) -> Json:
        """A new fallback key, signed."""
        ((name, key),) = self.one_time_keys(1).items()
        return {name: self.sign({"key": key["key"], "fallback": True})}

    def register(self, name: str = "Laptop") -> None:
        """Become a device."""
        self.device = self.must("post", "devices", {"name": name})["device_id"]

    def upload(self, **more: Json) -> Answer:
        """Upload the device's keys, and what else is given."""
        return self.ask("post", "keys/upload", {"device_keys": self.device_keys, **more})

    def set_up(self, *, keys: int = 20) -> SealedClient:
        """Become a device, with an identity and everything uploaded; answers itself."""
        self.register()
        answer = self.upload(one_time_keys=self.one_time_keys(keys), fallback_keys=self.fallback_key())
        assert answer.data == {"one_time_key_counts": {"signed_curve25519": keys}}, answer
        if self.is_first:
            self.must("post", "device_signing/upload", self.identity.upload())
        signed = {self.user: {self.device: self.identity.sign_device(self.device_keys)}}
        self.must("post", "signatures/upload", signed)
        return self

    def query(self, *users: str) -> None:
        """Ask for people's keys again, and keep what checks; another master key than before is refused."""
        answer = self.must("post", "keys/query", {"device_keys": {user: [] for user in users}})
        for user in users:
            found = check_person(user, answer)
            before = self.known.get(user)
            if before and found and before.master != found.master:
                self.refused.append(f"identity of {user}")
                continue
            if found is None:
                self.known.pop(user, None)
            else:
                self.known[user] = found

    # Channels between devices

    def channel_to(self, user: str, device: str) -> vz.Session | None:
        """A channel to a checked device, made with a claimed one-time key when there is none."""
        keys = self.known[user].devices[device]
        curve = keys["keys"][f"curve25519:{device}"]
        if self.channels.get(curve):
            return self.channels[curve][-1]
        body = {"one_time_keys": {user: {device: "signed_curve25519"}}}
        claimed = self.must("post", "keys/claim", body)["one_time_keys"].get(user, {}).get(device)
        if claimed is None:
            return None
        ((_, key),) = claimed.items()
        if not is_signed(key, user, f"ed25519:{device}", keys["keys"][f"ed25519:{device}"]):
            raise Refused("one-time key")
        session = self.account.create_outbound_session(
            vz.Curve25519PublicKey.from_base64(curve), vz.Curve25519PublicKey.from_base64(key["key"])
        )
        self.channels.setdefault(curve, []).append(session)
        return session

    def seal_for(self, user: str, device: str, kind: str, content: Json) -> Json | None:
        """The m.room.encrypted content for one device."""
        session = self.channel_to(user, device)
        if session is None:
            return None
        keys = self.known[user].devices[device]["keys"]
        payload = {
            "type": kind,
            "content": content,
            "sender": self.user,
            "recipient": user,
            "recipient_keys": {"ed25519": keys[f"ed25519:{device}"]},
            "keys": {"ed25519": self.account.ed25519_key.to_base64()},
            "sender_device_keys": self.device_keys,
        }
        number, body = session.encrypt(json.dumps(payload).encode()).to_parts()
        part = {"type": number, "body": b64(bytes(body))}
        return {
            "algorithm": OLM,
            "sender_key": self.curve,
            "ciphertext": {keys[f"curve25519:{device}"]: part},
        }

    def open_for_me(self, event: Json) -> tuple[str, Json, str]:
        """Kind, content and the sender's Curve25519 key of a sealed message to this device; raises Refused."""
        content = event["content"]
        part = content["ciphertext"].get(self.curve)
        if content["algorithm"] != OLM or part is None:
            raise Refused("not for this device")
        payload = json.loads(self.decrypt(content["sender_key"], part["type"], unb64(part["body"])))
        if event["sender"] not in self.known:
            self.query(event["sender"])
        devices = self.known[event["sender"]].devices if event["sender"] in self.known else {}
        keys = {
            keys["keys"][f"curve25519:{name}"]: keys["keys"][f"ed25519:{name}"]
            for name, keys in devices.items()
        }
        right = (
            payload["sender"] == event["sender"]
            and payload["recipient"] == self.user
            and payload["recipient_keys"]["ed25519"] == self.account.ed25519_key.to_base64()
            and keys.get(content["sender_key"]) == payload["keys"]["ed25519"]
        )
        if not right:
            raise Refused("sender")
        return payload["type"], payload["content"], content["sender_key"]

    def decrypt(self, sender_key: str, kind: int, body: bytes) -> bytes:
        """Open an Olm message, with a channel that is there or the one it begins; raises Refused."""
        message = vz.AnyOlmMessage.from_parts(kind, body)
        for session in self.channels.get(sender_key, ()):
            try:
                return bytes(session.decrypt(message))
            except ValueError:
                continue
        begins = message.to_pre_key()
        if begins is None:
            raise Refused("no channel")
        try:
            key = vz.Curve25519PublicKey.from_base64(sender_key)
            session, plain = self.account.create_inbound_session(key, begins)
        except ValueError:
            raise Refused("no channel") from None
        self.channels.setdefault(sender_key, []).append(session)
        return bytes(plain)

    # Sync

    def sync(self) -> list[Json]:
        """Fetch and handle everything that waits, then acknowledge; answers the events in their order."""
        handled: list[Json] = []
        while True:
            answer = self.must("get", f"sync?since={self.since}")
            self.now = answer["now"]
            lists = answer["device_lists"]
            changed = [user for user in lists["changed"] if user in self.known or user == self.user]
            if answer["reset"]:
                changed = list(self.known)
            if changed:
                self.query(*changed)
            for event in answer["to_device"]["events"]:
                self.take(event)
            handled += answer["to_device"]["events"]
            self.since = answer["next"]
            if answer["to_device"]["events"]:
                self.must("post", "sync/ack", {"to_device": answer["to_device"]["events"][-1]["id"]})
            if not answer["to_device"]["more"]:
                return handled

    def take(self, event: Json) -> None:
        """Handle one message to this device: a room key is kept when all of it checks."""
        if event["type"] != "m.room.encrypted":
            return
        try:
            kind, content, sender_key = self.open_for_me(event)
        except Refused as refusal:
            self.refused.append(str(refusal))
            return
        if kind == "m.room_key" and content["algorithm"] == MEGOLM:
            session = vz.InboundGroupSession(vz.SessionKey(content["session_key"]))
            if session.session_id != content["session_id"]:
                self.refused.append("room key")
                return
            place = content["room_id"], content["session_id"]
            self.inbound.setdefault(place, Inbound(session, event["sender"], sender_key))

    # Conversations

    def open_pair(self, other: str, **settings: Any) -> str:
        """Open the conversation with somebody and say who is in it; answers its id."""
        return self._open("pair", [other], settings)

    def open_circle(self, others: list[str], **settings: Any) -> str:
        """Open a circle and say who is in it; answers its id."""
        return self._open("circle", others, settings)

    def _open(self, kind: str, others: list[str], settings: Json) -> str:
        seed = os.urandom(32)
        new = str(room_id(self.user, seed))
        body = {"id": new, "seed": b64(seed), "kind": kind, "members": others, **settings}
        answer = self.must("post", "conversations", body)
        if not answer["duplicate"]:
            self.send_roster(answer["id"], [self.person, *others])
        return str(answer["id"])

    def send_roster(self, conversation: str, people: list[str], version: int = 1) -> Json:
        """Say as the creator who is in it."""
        view = self.must("get", f"conversations/{conversation}")
        users = [f"@{person}:hearthside" for person in people]
        roster = {
            "k": "roster",
            "version": version,
            "creator": f"@{view['creator']}:hearthside",
            "seed": view["seed"],
            "members": users,
            "title": "",
            "history": view["history"],
        }
        self.rosters[conversation] = roster
        self.outbound.pop(conversation, None)
        return self.send(conversation, roster, quiet=True, kept=True)

    def share(self, conversation: str) -> Outbound:
        """The room key to send with, after every cross-signed device of the roster has it."""
        room = f"!{conversation}:hearthside"
        roster = self.rosters[conversation]["members"]
        self.query(*roster)
        wanted = {
            (user, device) for user in roster if user in self.known for device in self.known[user].devices
        } - {(self.user, self.device)}
        out = self.outbound.get(conversation)
        if out is None or out.index >= ROTATE_AFTER or out.shared - wanted:
            out = self.outbound[conversation] = Outbound(vz.GroupSession())
            session = vz.InboundGroupSession(out.session.session_key)
            self.inbound[room, out.session.session_id] = Inbound(session, self.user, self.curve)
        content = {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": out.session.session_id,
            "session_key": out.session.session_key.to_base64(),
        }
        messages: dict[str, Json] = {}
        for user, device in sorted(wanted - out.shared):
            if sealed := self.seal_for(user, device, "m.room_key", content):
                messages.setdefault(user, {})[device] = sealed
                out.shared.add((user, device))
        if messages:
            self.must("put", f"to_device/m.room.encrypted/{secrets.token_hex(8)}", {"messages": messages})
        return out

    def seal(self, conversation: str, words: Json) -> Json:
        """The body of a send."""
        room = f"!{conversation}:hearthside"
        out = self.share(conversation)
        number = next(self.counters.setdefault(conversation, itertools.count(1)))
        content, committed = seal_words(room, {**words, "n": number, "at": self.now})
        payload = {"type": EVENT_TYPE, "content": content, "room_id": room}
        ciphertext = out.session.encrypt(json.dumps(payload, ensure_ascii=False).encode()).to_base64()
        out.index += 1
        sealed = {
            "algorithm": MEGOLM,
            "ciphertext": ciphertext,
            "device_id": self.device,
            "sender_key": self.curve,
            "session_id": out.session.session_id,
        }
        return {"content": sealed, "commitment": committed}

    def send(self, conversation: str, words: Json, *, txn: str = "", **more: bool) -> Json:
        """Send words; answers what the server says of them."""
        body = {**self.seal(conversation, words), **more}
        return dict(
            self.must("put", f"conversations/{conversation}/send/{txn or secrets.token_hex(8)}", body)
        )

    def say(self, conversation: str, body: str) -> Json:
        """Send a text."""
        return self.send(conversation, {"k": "text", "body": body})

    def read(self, conversation: str) -> list[Shown]:
        """Everything in a conversation that is this person's, opened or with the reason why not."""
        self.sync()
        view = self.must("get", f"conversations/{conversation}")
        creator = f"@{view['creator']}:hearthside"
        if str(room_id(creator, unb64(view["seed"]))) != conversation:
            raise Refused("creator")
        shown, after = [], 0
        while True:
            page = self.must("get", f"conversations/{conversation}/messages?after={after}&limit=50")
            for event in page["events"]:
                shown.append(self.show(conversation, creator, event))
                after = event["seq"]
            if not page["more"]:
                return shown

    def show(self, conversation: str, creator: str, event: Json) -> Shown:
        """One event, opened when everything about it checks."""
        if event["content"] is None:
            return Shown(event, None, f"erased by {event['erased']}")
        try:
            words = self.open_event(f"!{conversation}:hearthside", event)
        except Refused as refusal:
            return Shown(event, None, str(refusal))
        if words["k"] == "roster" and event["sender"] == creator:
            before = self.rosters.get(conversation, {"version": 0})
            if words["version"] > before["version"]:
                self.rosters[conversation] = words
        return Shown(event, words)

    def open_event(self, room: str, event: Json) -> Json:
        """The words of an event; raises Refused with the reason."""
        content = event["content"]
        key = self.inbound.get((room, content["session_id"]))
        if key is None:
            raise Refused("waiting for the key")
        if key.sender != event["sender"] or key.sender_key != content["sender_key"]:
            raise Refused("sender")
        try:
            opened = key.session.decrypt(vz.MegolmMessage.from_base64(content["ciphertext"]))
        except ValueError:
            raise Refused("seal") from None
        place = room, content["session_id"], opened.message_index
        if self.seen.setdefault(place, event["event_id"]) != event["event_id"]:
            raise Refused("replay")
        payload = json.loads(bytes(opened.plaintext))
        if payload.get("room_id") != room or payload.get("type") != EVENT_TYPE:
            raise Refused("room")
        return open_words(room, payload["content"], event["commitment"])
