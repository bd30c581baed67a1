"""The browser's encryption engine as a client of the relay, in Node; it makes and reads every body itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.messaging.device import SealedDevice
from tests.messaging.sealing import EVENT_TYPE, Json, open_words, seal_words
from tests.server import ROOT

SCRIPT = Path(__file__).with_name("engine.mjs")
MODULE = ROOT / "frontend" / "node_modules" / "@matrix-org" / "matrix-sdk-crypto-wasm" / "node.mjs"
PATHS = {0: "keys/upload", 1: "keys/query", 2: "keys/claim", 4: "signatures/upload"}
TO_DEVICE = 3


class Engine:
    """The engine for a device that has only been registered; what the device itself could do is not used."""

    def __init__(self, device: SealedDevice) -> None:
        self.device = device
        node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        assert node, "Node is missing: run make setup"
        self.process = subprocess.Popen(
            [node, str(SCRIPT), str(MODULE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.communicate(timeout=10)

    def order(self, name: str, **told: Any) -> Any:
        """Have the engine do something; fails when it cannot."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"order": name, **told}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "failed" not in answer, (name, answer)
        return answer["done"]

    def carry(self, request: Json) -> None:
        """Take one of the engine's requests to the relay, and the answer back."""
        if request["type"] == TO_DEVICE:
            method, path = "put", f"to_device/{request['kind']}/{request['txn']}"
        else:
            method, path = "post", PATHS[request["type"]]
        answer = self.device.must(method, path, request["body"])
        self.order("sent", id=request["id"], type=request["type"], answer=answer)

    def begin(self) -> None:
        """Make an identity and upload everything, as a first device does."""
        made = self.order("begin", user=self.device.user, device=self.device.device)
        self.carry(made["keys"])
        self.device.must("post", "device_signing/upload", made["identity"])
        self.device.must("post", "signatures/upload", made["signatures"])

    def sync(self, *people: str) -> list[int]:
        """Look at these people's devices, and take what waits; answers the kinds of what was taken."""
        self.order("track", people=list(people))
        sync = self.device.must("get", f"sync?since={self.device.since}")
        for request in self.order("outgoing"):
            self.carry(request)
        taken = self.order("receive", sync=sync)
        for request in self.order("outgoing"):
            self.carry(request)
        self.device.since = sync["next"]
        if events := sync["to_device"]["events"]:
            self.device.must("post", "sync/ack", {"to_device": events[-1]["id"]})
        return list(taken)

    def say(self, conversation: str, people: list[str], words: Json) -> Json:
        """Share the room key with these people and send words."""
        room = f"!{conversation}:hearthside"
        if request := self.order("claim", people=people):
            self.carry(request)
        for request in self.order("share", room=room, people=people):
            self.carry(request)
        content, commitment = seal_words(room, words)
        sealed = self.order("encrypt", room=room, kind=EVENT_TYPE, content=content)
        body = {"content": sealed, "commitment": commitment}
        return dict(self.device.must("put", f"conversations/{conversation}/send/engine{words['n']}", body))

    def read(self, conversation: str) -> list[Json]:
        """The words of a conversation, each opened by the engine with trust in cross-signed devices only."""
        room = f"!{conversation}:hearthside"
        events = self.device.must("get", f"conversations/{conversation}/messages?after=0")["events"]
        found = []
        for event in events:
            matrix = {
                "type": "m.room.encrypted",
                "event_id": event["event_id"],
                "sender": event["sender"],
                "origin_server_ts": event["at"],
                "room_id": room,
                "content": event["content"],
            }
            opened = self.order("decrypt", room=room, event=matrix)
            found.append(open_words(room, opened["content"], event["commitment"]))
        return found
