"""What could go wrong in the complete servers, and their tests must notice."""

from __future__ import annotations

from sabotage.runner import Sabotage

_CHAT = ("tests/network/servers/test_chat.py",)

SABOTAGES = (
    Sabotage(
        "receipts-before-the-others",
        "the chat server stops without writing what waits",
        "labkit/servers/chat/server.py",
        'client.outbox.end("BYE the server stops")',
        'client.outbox.discard(), client.outbox.end("BYE the server stops")',
        _CHAT,
    ),
    Sabotage(
        "chat-closes-unread",
        "the chat server closes without reading to the end: a RST takes what is unread",
        "labkit/servers/chat/client.py",
        "        while await self.reader.read(PIECE):\n            pass\n",
        "        self.writer.transport.abort()\n",
        _CHAT,
    ),
    Sabotage(
        "all-at-once-in-chat",
        "the chat server's writers have no turn between two that speak",
        "labkit/servers/chat/server.py",
        "            await asyncio.sleep(0)\n",
        "            pass\n",
        _CHAT,
    ),
)
