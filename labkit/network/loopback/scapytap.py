"""Frames from the loopback interface through scapy's own capture socket, where there are no packet sockets.

macOS has bpf(4), Windows has Npcap, and scapy opens either; both show a frame once. Tried on Linux only, where
the kernel is told not to show what goes out, so that each frame is seen once, too, nor what is no network's.
Its buffer is small: what finds no room in it is counted by who keeps it, scapy or not.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import struct
import sys
import time
from typing import Any

from scapy.config import conf

from labkit.modes.rights import open_loopback
from labkit.network.loopback.tap import attach, between
from labkit.traces.clock import monotonic_offset
from labkit.traces.files.linktypes import ETHERNET, to_ethernet

_SOL_PACKET, _STATISTICS, _IGNORE_OUTGOING = 263, 6, 23  # packet(7)
_INCOMING = 0  # PACKET_HOST: the type of what goes out no more, and comes in
_MACHINE = bytes([127, 0])  # where all hosts share an address, it begins so
_RCVBUFFORCE = 33  # socket(7): beyond what the machine gives everybody
_BUFFER = 32 << 20  # bytes; scapy asks for 64 KiB, one large segment
_BATCH, _LONGEST = 64, 70_000
_LOOK_AGAIN = 0.05  # seconds; select(2) of Windows waits for sockets only, and Npcap has none


class ScapyTap:
    """All that is on the loopback interface from now on; the verbs of `RingTap`.

    block   None: all hosts share 127.0.0.1

    Raises PermissionError without the right to capture, or without what scapy captures with.
    """

    def __init__(self, block: bytes | None = None):
        try:
            self._source = source = open_loopback()
        except OSError as error:
            raise PermissionError(errno.EPERM, error.strerror or str(error)) from error
        begins = getattr(source, "guessed_cls", None) or source.LL
        self._link = conf.l2types.layer2num.get(begins, ETHERNET)
        self._latest = 0  # ns: the time of the frame before
        if sys.platform == "linux":
            source.ins.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
            source.ins.setblocking(False)
            attach(source.ins, between(block or _MACHINE, _LONGEST, _INCOMING))
            source.ins.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            with contextlib.suppress(PermissionError):
                source.ins.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _BUFFER)
        elif hasattr(source, "pcap_fd"):
            source.pcap_fd.setnonblock(True)
        self._lost = 0
        self._before = self._found_no_room()

    def wait(self, woken: socket.socket) -> bool:
        """Wait for frames; False when something came to the other socket instead."""
        if sys.platform == "win32":
            return not select.select([woken], [], [], _LOOK_AGAIN)[0]
        ready, _, _ = select.select([self._source, woken], [], [])
        return woken not in ready

    def batches(self):
        """What is ready, a list at a time: [(bytes, length, CLOCK_MONOTONIC ns when it was seen)]."""
        while frames := self._ready():
            yield frames

    def _ready(self) -> list[tuple[bytearray, int, int]]:
        since = monotonic_offset()
        frames: list[tuple[bytearray, int, int]] = []
        while len(frames) < _BATCH:
            try:
                _, data, seen = self._source.recv_raw(_LONGEST)
            except BlockingIOError:
                break
            if data is None:
                break
            frame, longer = to_ethernet(self._link, data)
            when = time.time_ns() if seen is None else int(seen * 1e9)
            frames.append((bytearray(frame), len(data) + longer, when - since))
        times = in_order([when for _, _, when in frames], self._latest)
        self._latest = times[-1] if times else self._latest
        return [(frame, length, when) for (frame, length, _), when in zip(frames, times, strict=True)]

    def counts(self) -> tuple[None, int]:
        """How many frames were captured, which nobody says, and how many found no room in the buffer."""
        return None, self._found_no_room() - self._before

    def _found_no_room(self) -> int:
        """How many frames did since the socket was opened, as the kernel or the library says; 0 where neither does."""
        source: Any = self._source
        if sys.platform == "linux":
            _, lost = struct.unpack("II", source.ins.getsockopt(_SOL_PACKET, _STATISTICS, 8))
            self._lost += lost  # reading clears the kernel's count
            return self._lost
        if hasattr(source, "get_stats"):  # bpf(4)
            return source.get_stats()[1] or 0
        return _of_library(source.pcap_fd.pcap) if hasattr(source, "pcap_fd") else 0

    def close(self) -> None:
        self._source.close()


def _of_library(handle: Any) -> int:
    """How many frames found no room in a buffer of libpcap's, or Npcap's (pcap_stats(3pcap))."""
    from ctypes import byref

    from scapy.libs.winpcapy import pcap_stat, pcap_stats

    found = pcap_stat()
    return 0 if pcap_stats(handle, byref(found)) else int(found.ps_drop)


def in_order(times: list[int], before: int) -> list[int]:
    """The times of frames that came in this order, the one before them at `before`.

    Linux begins to stamp what comes in a while after the first socket has asked for it, and until then stamps what is
    read when it is read (net_enable_timestamp(), sock_recv_timestamp()): such a frame was there before the next one.
    """
    found, bound = [], times[-1] if times else 0
    for when in reversed(times):
        bound = min(bound, when)
        found.append(max(before, bound))
    return found[::-1]
