"""How many bytes an outbox copies for what it is to send: counted, not timed."""

from __future__ import annotations

from typing import Any, SupportsIndex


class Tally:
    """copied: how many bytes were copied."""

    def __init__(self) -> None:
        self.copied = 0


class Counted(bytes):
    """Bytes that count what is copied of them: by a slice, and by adding them to other bytes."""

    tally: Tally

    def __new__(cls, data: bytes, tally: Tally) -> Counted:
        made = super().__new__(cls, data)
        made.tally = tally
        return made

    def _copy(self, data: bytes) -> Counted:
        self.tally.copied += len(data)
        return Counted(data, self.tally)

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        found = super().__getitem__(place)
        return self._copy(found) if isinstance(found, bytes) else found

    def __add__(self, other: Any) -> Any:
        return self._copy(super().__add__(other))

    def __radd__(self, other: Any) -> Any:
        # What comes behind a bytearray does so in place.
        return self._copy(bytes.__add__(other, self)) if isinstance(other, bytes) else NotImplemented


class Kernel:
    """A socket's send() as a test has it: it takes so many bytes a call, and none beyond its room.

    came    what it took;  calls  how often it was asked
    room    how many bytes it still takes; after that send() raises BlockingIOError
    """

    def __init__(self, takes: int, room: int = 1 << 40, tally: Tally | None = None) -> None:
        self.came, self.calls, self.room = bytearray(), 0, room
        self.tally = tally or Tally()
        self._takes = takes
        self._last: Any = None

    def send(self, data: Any) -> int:
        self.calls += 1
        # What it is handed for the first time somebody has made; a view is of something that is there already.
        whole: Any = data.obj if isinstance(data, memoryview) else data
        if whole is not self._last and not isinstance(whole, Counted):
            self.tally.copied += len(whole)
        self._last = whole
        size = min(self._takes, self.room, len(data))
        if data and not size:
            raise BlockingIOError
        self.came += bytes(memoryview(data)[:size])
        self.room -= size
        return size


def copied(outbox: Any, messages: int = 1000, size: int = 100, takes: int = 1000) -> int:
    """How many bytes an Outbox copies while so many messages are put into it, and then sent.

    outbox   the class: outbox(sock), put(message), flush()
    size     bytes of a message;  takes  bytes that the kernel takes with each call of send()
    """
    tally = Tally()
    kernel = Kernel(takes, tally=tally)
    box = outbox(kernel)
    for _ in range(messages):
        box.put(Counted(bytes(size), tally))
    box.flush()
    return tally.copied
