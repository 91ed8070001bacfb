"""Evenings in a room where one does not read: the server that has the room, and a conversation in step."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from labkit.lessons.chat.people import Person
from labkit.sockets.small import listening
from labkit.words import say

if TYPE_CHECKING:
    from labkit.servers import chat

SMALL = (
    20_000  # bytes that the server's kernel takes for each client: what is not read shall wait in the server
)
PATIENCE_S = 15.0


@contextlib.contextmanager
def serving(host: Any, port: int, room: chat.Server) -> Iterator[Any]:
    """The room's task on a host: it serves there while the block lasts, and ends by `room.stop()` at the latest."""
    with listening(host, port, send=SMALL) as listener:
        task = host.background(room.serve, listener)
        try:
            yield task
        finally:
            room.stop()
            task.result(PATIENCE_S)


class Talk:
    """ada says lines, each when she and bob have heard the one before; a task on ada's host.

    waiting   how many lines waited for the one who sleeps, after each line of hers
    heard     what bob heard
    """

    def __init__(
        self, room: chat.Server, ada: Person, bob: Person, sleeper: str, lines: int, size: int
    ) -> None:
        self.waiting: list[int] = []
        self.heard: list[str] = []
        self.lines = lines
        self._room, self._ada, self._bob, self._sleeper, self._size = room, ada, bob, sleeper, size
        self.task = ada.host.background(self._speak)

    def _speak(self) -> None:
        for number in range(self.lines):
            said = " ".join(("SAID", "ada", str(number), ""))
            self._ada.says(" ".join(("SAY", str(number), "x" * self._size)))
            self._ada.until(said)
            self.heard += self._bob.until(said)
            self.waiting.append(self._room.room.waiting.get(self._sleeper, 0))

    def held_up(self) -> bool:
        """Wait until she has said all (False), or the room waits for somebody to read (True)."""

        def settled() -> bool:
            return self.task.done or (self._room.policy == "wait" and self._room.room.full)

        if not self.task.come(settled, PATIENCE_S):
            raise TimeoutError(
                say("{task!r} neither ended nor was held up in {n:g} s", task=self.task, n=PATIENCE_S)
            )
        return not self.task.done
