"""The capture record: every frame and what became of it, in memory that the wire and the notebook share.

One writer (the wire), one reader (the notebook). Layout, little-endian:

    header   64 bytes: 0 head (offset behind the last entry), 8 frames that found no room, 16 frames under way,
             24 capacity, 32 changes: a number that moves on after each change of an entry
    entry    40 bytes, then the frame, padded to 8: size, frame length, departed, arrived, source, target,
             fate, kind, fault number, bytes kept

An entry is written when the frame leaves its host; its arrival and fate are filled in when they are known.
A frame with several receivers is one FRAME entry and one COPY entry for each arrival; a COPY holds the
offset of its frame instead of the bytes.
"""

from __future__ import annotations

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

HEADER = 64
ENTRY = struct.Struct("<IIqqHHBBHI4x")
KIND_FRAME, KIND_COPY = 0, 1
MANY = 0xFFFF  # the target of a frame with several receivers
NO_FAULT = 0xFFFF
FATES = ("in flight", "delivered", "dropped", "lost", "queue full", "cut", "refused", "filtered")
IN_FLIGHT, DELIVERED, DROPPED, LOST, QUEUE_FULL, CUT, REFUSED, FILTERED = range(8)
FATE_OF = {name: number for number, name in enumerate(FATES)}

_AHEAD = 1 << 20
_MADV_POPULATE_WRITE = 23  # madvise(2); the mmap module does not name it

_ARRIVED = struct.Struct("<q")
_FATE = struct.Struct("<BBH")  # fate, kind, fault number
_TARGET = struct.Struct("<H")
_ARRIVED_AT, _TARGET_AT, _FATE_AT = 16, 26, 28


def entry_size(kept: int) -> int:
    """Bytes that the entry of a frame takes of which `kept` bytes are kept."""
    return (ENTRY.size + kept + 7) & ~7


class Writer:
    """Writes entries into `memory` (a writable buffer). Offsets handed out are valid until `reset`."""

    def __init__(self, memory: mmap) -> None:
        self.memory = memory
        self.capacity = len(memory)
        self.head = HEADER
        self.generation = 0
        self.under_way = 0
        self._ready = 0  # offset up to which pages are in memory
        self._words = memoryview(memory)[:HEADER].cast("Q")
        self._words[3] = self.capacity
        self.reset()

    def make_ready(self) -> None:
        """Have the pages that come next in memory before frames need them: a fault for each would cost a tenth.

        For a mapped memory only; call it between two turns of the loop.
        """
        if self._ready >= min(self.capacity, self.head + _AHEAD // 2):
            return
        start, self._ready = self._ready, min(self.capacity, (self.head // _AHEAD + 2) * _AHEAD)
        try:
            self.memory.madvise(_MADV_POPULATE_WRITE, start, self._ready - start)
        except OSError:  # before Linux 5.14: then they come one by one, as they are touched
            self._ready = self.capacity

    def reset(self) -> None:
        """Forget all entries. Frames under way keep their generation, so that they patch nothing of the new one."""
        self.generation += 1
        self.head = self._words[0] = HEADER
        self._words[1] = 0
        self._ready = 0

    def frame(
        self,
        data: bytes,
        length: int,
        departed: int,
        source: int,
        target: int,
        fate: int = IN_FLIGHT,
        arrived: int = 0,
    ) -> int:
        """Write one frame; returns its offset, or 0 when there was no room (which is counted).

        data, length        the bytes that are kept, and how many the frame has
        departed, arrived   monotonic ns; 0: not yet
        source, target      numbers of stations; target may be MANY
        """
        kept = len(data)
        offset = self.head
        size = (47 + kept) & ~7  # entry_size(kept), without the cost of a call
        end = offset + size
        if end > self.capacity:
            self._words[1] += 1
            return 0
        memory = self.memory
        ENTRY.pack_into(
            memory, offset, size, length, departed, arrived, source, target, fate, KIND_FRAME, NO_FAULT, kept
        )
        memory[offset + 40 : offset + 40 + kept] = data
        self.head = self._words[0] = end
        return offset

    def copy(self, of: int, arrived: int, target: int, fate: int, fault: int = NO_FAULT) -> int:
        """Write one more arrival (or loss) of the frame at offset `of`; returns where, 0 when there was no room."""
        end = self.head + 48
        if end > self.capacity:
            self._words[1] += 1
            return 0
        where = self.head
        ENTRY.pack_into(self.memory, self.head, 48, 0, 0, arrived, 0, target, fate, KIND_COPY, fault, 8)
        _ARRIVED.pack_into(self.memory, self.head + 40, of)
        self.head = self._words[0] = end
        return where

    def arrival(self, offset: int, arrived: int) -> None:
        """Fill in when the frame at `offset` arrived, monotonic ns."""
        _ARRIVED.pack_into(self.memory, offset + _ARRIVED_AT, arrived)

    def fate(self, offset: int, fate: int, fault: int = NO_FAULT) -> None:
        """Fill in what became of the frame at `offset`, and the number of the fault that struck it."""
        _FATE.pack_into(self.memory, offset + _FATE_AT, fate, KIND_FRAME, fault)

    def arrived(self, offset: int) -> int:
        """When the frame at `offset` arrived first, monotonic ns; 0 when it has not."""
        (arrived,) = _ARRIVED.unpack_from(self.memory, offset + _ARRIVED_AT)
        return int(arrived)

    def refuse(self, offset: int) -> None:
        """The entry or copy at `offset` was not taken by its receiver after all."""
        self.arrival(offset, 0)
        self.memory[offset + _FATE_AT] = REFUSED

    def fate_of(self, offset: int) -> int:
        """What the record says that became of the frame at `offset`."""
        return self.memory[offset + _FATE_AT]

    def is_for(self, offset: int, target: int) -> bool:
        """Is the station `target` the one receiver of the frame at `offset`?"""
        return _TARGET.unpack_from(self.memory, offset + _TARGET_AT) == (target,)

    def changed(self, under_way: int) -> None:
        """Say that entries were written or filled in, and how many frames are under way now."""
        self._words[2] = under_way
        self._words[4] += 1

    def close(self) -> None:
        """Let the memory go."""
        self._words.release()


class Reader:
    """Reads what a Writer wrote, also while it goes on writing."""

    def __init__(self, memory: mmap) -> None:
        self._memory = memory

    @property
    def head(self) -> int:
        """The offset behind the last entry."""
        return self._word(0)

    @property
    def unrecorded(self) -> int:
        """Frames that found no room."""
        return self._word(8)

    @property
    def under_way(self) -> int:
        """Frames that have left a host and not yet arrived or ended."""
        return self._word(16)

    @property
    def version(self) -> tuple[int, int]:
        """(head, changes): another one after each change; read it before the entries."""
        head, _, _, _, changes = struct.unpack_from("<QQQQQ", self._memory, 0)
        return head, changes

    def _word(self, at: int) -> int:
        (word,) = struct.unpack_from("<Q", self._memory, at)
        return int(word)

    def entries(
        self, start: int = HEADER, end: int | None = None
    ) -> Iterator[tuple[int, int, int, int, int, int, int, int, int, bytes]]:
        """Yield the entries from the offset `start` up to `end` (None: the head).

        Each as (offset, length, departed, arrived, source, target, fate, kind, fault, bytes).
        """
        end = self.head if end is None else end
        memory, offset = self._memory, start
        while offset < end:
            size, length, departed, arrived, source, target, fate, kind, fault, kept = ENTRY.unpack_from(
                memory, offset
            )
            data = memory[offset + 40 : offset + 40 + kept]
            yield offset, length, departed, arrived, source, target, fate, kind, fault, bytes(data)
            offset += size
