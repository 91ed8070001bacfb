"""What could go wrong in the lesson's experiments and in its server, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

_SERVER = ("tests/network/servers/test_chat.py",)

SABOTAGES = (
    Sabotage(
        "no-await-before-the-name",
        "chat: the name is taken before anything is awaited, where two should get in",
        "chat",
        "    await directory.ask(name)                                 # its answer takes a while\n",
        "",
        ("chat", "solutions/chat"),
    ),
    Sabotage(
        "over-a-copy-in-chat",
        "chat: the broadcast with the bug goes over a copy",
        "chat",
        "    for member in members:\n        member.write(line)",
        "    for member in tuple(members):\n        member.write(line)",
        ("chat", "solutions/chat"),
    ),
    Sabotage(
        "eve-has-no-lid",
        "chat: eve, who should not read, has room for all",
        "chat",
        "limit=50)",
        "limit=500)",
        ("chat", "solutions/chat"),
    ),
    Sabotage(
        "receipts-before-the-others",
        "the chat server stops without writing what waits",
        "labkit/servers/chat/server.py",
        'client.outbox.end("BYE the server stops")',
        'client.outbox.discard(), client.outbox.end("BYE the server stops")',
        _SERVER,
    ),
    Sabotage(
        "chat-closes-unread",
        "the chat server closes without reading to the end: a RST takes what is unread",
        "labkit/servers/chat/client.py",
        "        while await self.reader.read(PIECE):\n            pass\n",
        "        self.writer.transport.abort()\n",
        _SERVER,
    ),
    Sabotage(
        "all-at-once-in-chat",
        "the chat server's writers have no turn between two that speak",
        "labkit/servers/chat/server.py",
        "            await asyncio.sleep(0)\n",
        "            pass\n",
        _SERVER,
    ),
)
