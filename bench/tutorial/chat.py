"""A chat room: what one member says goes to everybody in it."""

import json
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer


class ChatRoom(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """One member's socket in one room."""

    async def connect(self) -> None:
        """Join the room."""
        self.room = f"chat_{self.scope['url_route']['kwargs']['room']}"
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the room."""
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Say to the room what this member sent."""
        message = json.loads(text_data or "{}")["message"]
        await self.channel_layer.group_send(self.room, {"type": "chat.message", "message": message})

    async def chat_message(self, event: dict[str, Any]) -> None:
        """Show this member what somebody said."""
        await self.send(text_data=json.dumps({"message": event["message"]}))
