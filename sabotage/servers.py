"""What could go wrong in the complete servers, and their tests must notice."""

from __future__ import annotations

from sabotage.runner import Sabotage

_CHAT = ("tests/network/servers/test_chat.py",)
_MONITORED = ("tests/network/servers/test_monitored.py",)
_PROGRAM = ("tests/network/servers/test_monitored_program.py",)

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
    Sabotage(
        "a-byte-prolongs",
        "the monitored server's idle time begins anew with each byte",
        "labkit/servers/monitored/connection.py",
        "                    self._take(self._decoder.feed(data), len(data))\n",
        "                    self._take(self._decoder.feed(data), len(data))\n"
        "                    self._patience.reschedule(asyncio.get_running_loop().time() + seconds)\n",
        _MONITORED,
    ),
    Sabotage(
        "queue-reset-at-the-stop",
        "the monitored server closes its listener without accepting who is in its queue",
        "labkit/servers/monitored/server.py",
        "accepting.pop(0).end(take_the_rest=not self._handed_over)",
        "accepting.pop(0).end()",
        _MONITORED,
    ),
    Sabotage(
        "lost-and-not-counted",
        "the monitored server forgets requests whose connection broke",
        "labkit/servers/monitored/connection.py",
        '                self._statistics.done("lost", lost)\n',
        "                pass\n",
        _MONITORED,
    ),
    Sabotage(
        "path-taken-before-it-is-ready",
        "a new monitored server takes the path before the old one has answered",
        "labkit/servers/monitored/handover.py",
        'f"{path}.next"',
        "path",
        _PROGRAM,
    ),
    Sabotage(
        "stops-before-the-new-one-is-ready",
        "the monitored server stops as soon as it has handed its sockets over, ready or not",
        "labkit/servers/monitored/handover.py",
        "if await loop.sock_recv(new, len(READY)) == READY:",
        "if (await loop.sock_recv(new, len(READY)), True)[1]:",
        _PROGRAM,
    ),
)
