"""Frames of one network from Linux's loopback interface, with the times at which they were sent.

A packet socket (packet(7)) sees each frame on `lo` twice, as it goes out and as it comes in. A filter in the kernel
keeps those that go out, told by their packet type, and of these only what goes from one of the network's addresses
to another: whatever else is on `lo`, Jupyter's own traffic among it, is never seen. The receive ring is mapped into
memory (TPACKET_V3), because a user without rights may not have a receive buffer large enough to lose nothing.
"""

from __future__ import annotations

import ctypes
import mmap
import select
import socket
import struct

from labkit.traces.clock import monotonic_offset

_SOL_PACKET = 263
_RX_RING, _STATISTICS, _VERSION = 5, 6, 10
_TPACKET_V3 = 2
_SO_ATTACH_FILTER = 26
_BLOCK, _BLOCKS = 256 << 10, 256  # bytes in a block of the ring, and how many there are
_UNIT = 2048  # what the kernel counts a block in
_RETIRE_MS = 2  # a block that is not full is handed over after this time: so all last for half a second
_LONGEST = 65_536 + 14
_HEAD = struct.Struct("IIIIIIH")  # tpacket3_hdr: next, seconds, nanoseconds, kept, length, status, mac
_USER = 1  # TP_STATUS_USER: the block is ours to read
_OUTGOING = 4  # PACKET_OUTGOING: the packet's type
_SHORTEST_SNAP = 64  # enough of a frame for its addresses and ports, whatever is asked for


class RingTap:
    """Frames between the addresses that begin with two bytes, `block`; from now on, each once.

    Raises PermissionError without the right to capture (CAP_NET_RAW, capabilities(7)).
    """

    def __init__(self, block: bytes, snap: int | None = None):
        self._captured = self._missed = self._next = 0
        self._ring: mmap.mmap | None = None
        self._socket = tap = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW, 0
        )  # 0: nothing comes until bind()
        try:
            kept = _LONGEST if snap is None else max(snap, _SHORTEST_SNAP)
            attach(tap, between(block, kept, _OUTGOING))
            tap.setsockopt(_SOL_PACKET, _VERSION, _TPACKET_V3)
            units = _BLOCK // _UNIT * _BLOCKS
            tap.setsockopt(
                _SOL_PACKET, _RX_RING, struct.pack("7I", _BLOCK, _BLOCKS, _UNIT, units, _RETIRE_MS, 0, 0)
            )
            self._ring = mmap.mmap(
                tap.fileno(), _BLOCK * _BLOCKS, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE
            )
            self._view = memoryview(self._ring)
            tap.bind(("lo", 3))  # ETH_P_ALL
        except BaseException:
            self.close()
            raise

    def wait(self, woken: socket.socket) -> bool:
        """Wait for frames; False when something came to the other socket instead."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        poll.register(woken, select.POLLIN)
        return all(descriptor != woken.fileno() for descriptor, _ in poll.poll())

    def batches(self):
        """The frames that are ready, a list at a time: [(bytes, length, CLOCK_MONOTONIC ns when it was sent)].

        The bytes lie in the ring, may be changed there, and are the kernel's again when the next list is asked for.
        """
        ring, view = self._ring, self._view
        assert ring is not None
        while ring[(start := self._next * _BLOCK) + 8] & _USER:
            since = monotonic_offset()
            number, place = struct.unpack_from("II", ring, start + 12)
            place += start
            frames = []
            for _ in range(number):
                step, seconds, nanoseconds, kept, length, _, mac = _HEAD.unpack_from(ring, place)
                begin = place + mac
                sent = seconds * 1_000_000_000 + nanoseconds - since
                frames.append((view[begin : begin + kept], length, sent))
                place += step
            yield frames
            struct.pack_into("I", ring, start + 8, 0)
            self._next = (self._next + 1) % _BLOCKS

    def counts(self) -> tuple[int, int]:
        """How many frames were put into the ring since it was opened, and how many found no room in it."""
        statistics = self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 12)
        captured, dropped, _ = struct.unpack("III", statistics)  # reading clears the kernel's counts
        self._captured += captured - dropped
        self._missed += dropped
        return self._captured, self._missed

    def close(self) -> None:
        if self._ring is not None:
            self._view.release()
            self._ring.close()
        self._socket.close()


def between(block: bytes, kept: int, kind: int) -> list[tuple[int, int, int, int]]:
    """Classic BPF (the kernel's networking/filter.rst): IPv4 between addresses of the block, of this type of packets,
    else nothing."""
    wanted = int.from_bytes(block, "big") << 16
    load, load_half, mask, equal, give = 0x20, 0x28, 0x54, 0x15, 0x06
    tests = [
        (load, 0xFFFFF004, None, kind),
        (load_half, 12, None, 0x0800),
        (load, 26, 0xFFFF0000, wanted),
        (load, 30, 0xFFFF0000, wanted),
    ]
    code: list[tuple[int, int, int, int]] = []
    for how, place, bits, value in tests:
        code.append((how, 0, 0, place))
        if bits is not None:
            code.append((mask, 0, 0, bits))
        code.append((equal, 0, 0, value))
    refuse = len(code) + 1
    code = [
        (what, 0, refuse - at - 1, value) if what == equal else (what, 0, 0, value)
        for at, (what, _, _, value) in enumerate(code)
    ]
    return [*code, (give, 0, 0, kept), (give, 0, 0, 0)]


def attach(tap: socket.socket, code: list[tuple[int, int, int, int]]) -> None:
    """Let a packet socket take only what a program of classic BPF keeps."""
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in code))
    tap.setsockopt(
        socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(code), ctypes.addressof(program))
    )
