"""One device in Python: its keys, its channels to other devices, and the sync that empties its queue.

vodozemac has the ratchets, PyNaCl the signatures. Shapes are exactly Matrix's; nothing that the server says is believed
without a check.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

import vodozemac as vz

from tests.messaging.doors import Answer, Door
from tests.messaging.identity import Identity, Known, check_person
from tests.messaging.sealing import (
    Json,
    Refused,
    b64,
    bare,
    canonical,
    is_signed,
    unb64,
)

OLM, MEGOLM = "m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"


@dataclass
class Inbound:
    """A room key as it came: from whom, by which device."""

    session: vz.InboundGroupSession
    sender: str
    sender_key: str


class SealedDevice:
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

    def set_up(self, *, keys: int = 20) -> Self:
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
