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

import struct

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


def entry_size(kept):
    """Bytes that the entry of a frame takes of which `kept` bytes are kept."""
    return (ENTRY.size + kept + 7) & ~7


class Writer:
    """Writes entries into `memory` (a writable buffer). Offsets handed out are valid until `reset`."""

    def __init__(self, memory):
        self.memory = memory
        self.capacity = len(memory)
        self.head = HEADER
        self.generation = 0
        self.under_way = 0
        self._words = memoryview(memory)[:HEADER].cast("Q")
        self._words[3] = self.capacity
        self.reset()

    def make_ready(self):
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

    def reset(self):
        """Forget all entries. Frames under way keep their generation, so that they patch nothing of the new one."""
        self.generation += 1
        self.head = self._words[0] = HEADER
        self._words[1] = 0
        self._ready = 0

    def frame(self, data, length, departed, source, target, fate=IN_FLIGHT, arrived=0):
        """Write one frame; returns its offset, or 0 when there was no room (which is counted)."""
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

    def copy(self, of, arrived, target, fate, fault=NO_FAULT):
        """Write one more arrival (or loss) of the frame at offset `of`."""
        end = self.head + 48
        if end > self.capacity:
            self._words[1] += 1
            return 0
        where = self.head
        ENTRY.pack_into(self.memory, self.head, 48, 0, 0, arrived, 0, target, fate, KIND_COPY, fault, 8)
        _ARRIVED.pack_into(self.memory, self.head + 40, of)
        self.head = self._words[0] = end
        return where

    def arrival(self, offset, arrived):
        _ARRIVED.pack_into(self.memory, offset + _ARRIVED_AT, arrived)

    def fate(self, offset, fate, fault=NO_FAULT):
        _FATE.pack_into(self.memory, offset + _FATE_AT, fate, KIND_FRAME, fault)

    def arrived(self, offset):
        """When the frame at `offset` arrived first; 0 when it has not."""
        return _ARRIVED.unpack_from(self.memory, offset + _ARRIVED_AT)[0]

    def refuse(self, offset):
        """The entry or copy at `offset` was not taken by its receiver after all."""
        self.arrival(offset, 0)
        self.memory[offset + _FATE_AT] = REFUSED

    def fate_of(self, offset):
        return self.memory[offset + _FATE_AT]

    def is_for(self, offset, target):
        return _TARGET.unpack_from(self.memory, offset + _TARGET_AT)[0] == target

    def changed(self, under_way):
        """Say that entries were written or filled in, and how many frames are under way now."""
        self._words[2] = under_way
        self._words[4] += 1

    def close(self):
        self._words.release()


class Reader:
    """Reads what a Writer wrote, also while it goes on writing."""

    def __init__(self, memory):
        self._memory = memory

    @property
    def head(self):
        return struct.unpack_from("<Q", self._memory, 0)[0]

    @property
    def unrecorded(self):
        """Frames that found no room."""
        return struct.unpack_from("<Q", self._memory, 8)[0]

    @property
    def under_way(self):
        """Frames that have left a host and not yet arrived or ended."""
        return struct.unpack_from("<Q", self._memory, 16)[0]

    @property
    def version(self):
        """(head, changes): another one after each change; read it before the entries."""
        return struct.unpack_from("<QQQQQ", self._memory, 0)[::4]

    def entries(self, start=HEADER, end=None):
        """Yield the entries from `start` up to `end`.

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
