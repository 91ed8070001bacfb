"""Where the wire meets a host: the far end of one of the host's interfaces.

Two kinds with one interface. TapPort reads and writes a TAP descriptor. PacketPort, for machines that keep
/dev/net/tun closed, holds the far end of a veth through an AF_PACKET socket, whose receive ring is mapped
into memory because an unprivileged user may not have a receive buffer large enough to lose nothing.

    kind                "tap" or "packet", as the notebook may ask for it
    interface()         how the host's interface is to be configured: arguments of `namespaces.configure_interface`
    begin()             called before the interface is configured: from here on nothing that the host sends is missed
    opened()            called in the host's network once the interface is configured
    descriptor          for epoll
    receive(limit)      up to `limit` frames that are waiting, as a list of bytes
    send(frame)         hand a frame to the host; returns False when the host's kernel had no room
    missed()            frames that the port lost since it was opened
    close()             takes the host's interface away, at any time: also before begin()

Both are made from the descriptors of the host's network namespace and of the wire's, the interface's name there, the
port's number on the wire, and the slots that its ring may have (a TAP has none); they raise OSError where the machine
does not allow them.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct

from labkit.wire import csocket as socket
from labkit.wire import namespaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

SNAP = 2048  # longer than any frame here
_SOL_PACKET = 263
_PACKET_RX_RING, _PACKET_STATISTICS, _PACKET_VERSION = 5, 6, 10
_PACKET_QDISC_BYPASS, _PACKET_IGNORE_OUTGOING = 20, 23
_TPACKET_V2 = 1
_STATUS_USER = 1  # TP_STATUS_USER: the slot is ours to read
_ETH_P_ALL = 3
_SLOT = 2048  # bytes
_BLOCK = 64 * 1024  # bytes
_QUEUE_FRAMES = 20_000
_TRANSMIT_DROP = 11  # its column in /proc/net/dev


class TapPort:
    """A TAP as the host's interface: what the host sends waits in the kernel's queue until it is read here."""

    kind = "tap"

    def __init__(self, network: int, wire_network: int, name: str, number: int, slots: int) -> None:
        namespaces.enter(network)
        self._name = name
        self.descriptor = namespaces.open_tap(name)
        self._statistics = -1

    def begin(self) -> None:
        """A TAP keeps what is sent, from the beginning."""

    @staticmethod
    def interface() -> dict[str, Any]:
        """A TAP queues frames for its reader; give it room."""
        return dict(queue_frames=_QUEUE_FRAMES)

    def opened(self) -> None:
        """From here on the kernel's counts of the host's interfaces can be read."""
        self._statistics = os.open("/proc/self/net/dev", os.O_RDONLY | os.O_CLOEXEC)

    def receive(self, limit: int) -> list[bytes]:
        """Up to `limit` frames that the host has sent; none once its interface has been removed."""
        frames: list[bytes] = []
        descriptor = self.descriptor
        read = os.read
        try:
            for _ in range(limit):
                frames.append(read(descriptor, SNAP))
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno != errno.EBADFD:  # the host's interface has been removed
                raise
        return frames

    def send(self, frame: bytes) -> bool:
        """Hand a frame to the host; returns whether its kernel took it."""
        try:
            os.write(self.descriptor, frame)
        except OSError:  # the interface is down, or there is no memory: as on a real cable, the frame is gone
            return False
        return True

    def missed(self) -> int:
        """Frames that found the queue towards us full."""
        text = os.pread(self._statistics, 65536, 0).decode()
        for line in text.splitlines():
            name, _, numbers = line.partition(":")
            if name.strip() == self._name:
                return int(numbers.split()[_TRANSMIT_DROP])
        return 0

    def close(self) -> None:
        """Take the host's interface away."""
        os.close(self.descriptor)
        if self._statistics >= 0:
            os.close(self._statistics)


class _Ring:
    """A packet socket's receive ring, being made in a thread of its own.

    The kernel waits about 10 ms for each, so that nobody reads the old one (synchronize_net() in packet_set_ring()
    of net/packet/af_packet.c): the ports of a network wait together. By ctypes, since Python's own setsockopt()
    would keep every other thread waiting, too.
    """

    def __init__(self, descriptor: int, slots: int) -> None:
        import threading  # late: a network of TAPs starts without it

        self._size = struct.pack("IIII", _BLOCK, slots * _SLOT // _BLOCK, _SLOT, slots)
        self._descriptor, self._error = descriptor, 0
        self._thread = threading.Thread(target=self._make)
        self._thread.start()

    def _make(self) -> None:
        option = (self._descriptor, _SOL_PACKET, _PACKET_RX_RING, self._size, len(self._size))
        if _libc.setsockopt(*option):
            self._error = ctypes.get_errno()  # of this thread

    def wait(self) -> None:
        """Until it is there.

        Raises:
            OSError: the kernel refused it.
        """
        self._thread.join()
        if self._error:
            raise OSError(self._error, f"making a packet socket's ring: {os.strerror(self._error)}")

    def over(self) -> None:
        """Until the thread has ended, whether the ring is there or not: it works on the descriptor."""
        self._thread.join()


class PacketPort:
    """A veth whose one end is the host's and whose other end an AF_PACKET socket reads, by a ring in memory."""

    kind = "packet"

    def __init__(self, network: int, wire_network: int, name: str, number: int, slots: int) -> None:
        peer = f"port{number}"
        namespaces.enter(network)
        namespaces.make_veth(name, peer, wire_network)
        namespaces.enter(wire_network)
        namespaces.set_sysctls([(f"net.ipv6.conf.{peer}.disable_ipv6", 1)])
        namespaces.configure_interface(peer, plain=True)
        self._socket = port = socket.Socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        port.setsockopt(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V2)
        port.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
        port.setsockopt(_SOL_PACKET, _PACKET_QDISC_BYPASS, 1)
        self._slots = slots
        self._next = 0
        self._missed = 0
        self.descriptor = port.fileno()
        self._peer = peer
        self._begun = False
        self._making = _Ring(self.descriptor, slots)

    def begin(self) -> None:
        """Map the ring and bind: from here on frames are received."""
        self._making.wait()
        self._ring = mmap.mmap(
            self.descriptor, self._slots * _SLOT, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE
        )
        self._status = memoryview(self._ring).cast("I")
        self._begun = True
        self._socket.bind((self._peer, _ETH_P_ALL))

    @staticmethod
    def interface() -> dict[str, Any]:
        """A veth offloads what it can; frames are to be as on a cable."""
        return dict(plain=True)

    def opened(self) -> None:
        """Nothing more to open."""

    def receive(self, limit: int) -> list[bytes]:
        """Up to `limit` frames that the host has sent; their slots are the kernel's again."""
        frames: list[bytes] = []
        ring, status, slot, slots = self._ring, self._status, self._next, self._slots
        words = _SLOT // 4
        while len(frames) < limit and status[slot * words] & _STATUS_USER:
            start = slot * _SLOT
            kept, mac = struct.unpack_from("IH", ring, start + 8)
            frames.append(ring[start + mac : start + mac + kept])
            status[slot * words] = 0
            slot = slot + 1 if slot + 1 < slots else 0
        self._next = slot
        return frames

    def send(self, frame: bytes) -> bool:
        """Hand a frame to the host; returns whether its kernel took it."""
        try:
            self._socket.send(frame)
        except OSError:  # the host's interface is down, or its queue is full
            return False
        return True

    def missed(self) -> int:
        """Frames that found no free slot in the ring."""
        _, drops = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        self._missed += drops  # reading clears the kernel's count
        return self._missed

    def close(self) -> None:
        """Take the host's interface away."""
        self._making.over()
        if self._begun:
            self._status.release()
            self._ring.close()
        self._socket.close()
