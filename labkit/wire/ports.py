"""Where the wire meets a host: the far end of the host's eth0.

Two kinds with one interface. TapPort reads and writes a TAP descriptor. PacketPort, for machines that keep
/dev/net/tun closed, holds the far end of a veth through an AF_PACKET socket, whose receive ring is mapped
into memory because an unprivileged user may not have a receive buffer large enough to lose nothing.

    descriptor          for epoll
    receive(limit)      up to `limit` frames that are waiting, as a list of bytes
    send(frame)         hand a frame to the host; returns False when the host's kernel had no room
    missed()            frames that the port lost since it was opened
    close()
"""

import errno
import mmap
import os
import socket
import struct

from . import namespaces

SNAP = 2048  # longer than any frame here
_SOL_PACKET = 263
_PACKET_RX_RING, _PACKET_STATISTICS, _PACKET_VERSION, _PACKET_QDISC_BYPASS, _PACKET_IGNORE_OUTGOING = (
    5,
    6,
    10,
    20,
    23,
)
_TPACKET_V2 = 1
_SLOT = 2048
_QUEUE_FRAMES = 20_000


class TapPort:
    kind = "tap"

    def __init__(self, network, wire_network, number, slots):
        namespaces.enter(network)
        self.descriptor = namespaces.open_tap("eth0")
        self._statistics = None

    @staticmethod
    def interface():
        """How the host's eth0 is to be configured: a TAP queues frames for its reader; give it room."""
        return dict(queue_frames=_QUEUE_FRAMES)

    def opened(self):
        """Called in the host's network once eth0 is configured."""
        self._statistics = os.open("/proc/self/net/dev", os.O_RDONLY | os.O_CLOEXEC)

    def receive(self, limit):
        frames = []
        descriptor = self.descriptor
        read = os.read
        try:
            for _ in range(limit):
                frames.append(read(descriptor, SNAP))
        except BlockingIOError:
            pass
        except OSError as error:
            if error.errno != errno.EBADFD:  # the host's eth0 has been removed
                raise
        return frames

    def send(self, frame):
        try:
            os.write(self.descriptor, frame)
        except OSError:  # the interface is down, or there is no memory: as on a real cable, the frame is gone
            return False
        return True

    def missed(self):
        text = os.pread(self._statistics, 65536, 0).decode()
        for line in text.splitlines():
            name, _, numbers = line.partition(":")
            if name.strip() == "eth0":
                return int(numbers.split()[11])  # transmit drop: the queue towards us was full
        return 0

    def close(self):
        for descriptor in (self.descriptor, self._statistics):
            if descriptor is not None:
                os.close(descriptor)


class PacketPort:
    kind = "packet"

    def __init__(self, network, wire_network, number, slots):
        peer = f"port{number}"
        namespaces.enter(network)
        namespaces.make_veth("eth0", peer, wire_network)
        namespaces.enter(wire_network)
        namespaces.set_sysctls([(f"net.ipv6.conf.{peer}.disable_ipv6", 1)])
        namespaces.configure_interface(peer, plain=True)
        self._socket = port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        port.setsockopt(_SOL_PACKET, _PACKET_VERSION, _TPACKET_V2)
        port.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
        port.setsockopt(_SOL_PACKET, _PACKET_QDISC_BYPASS, 1)
        block = 64 * 1024
        self._slots = slots
        ring = struct.pack("IIII", block, slots * _SLOT // block, _SLOT, slots)
        port.setsockopt(_SOL_PACKET, _PACKET_RX_RING, ring)
        self._ring = mmap.mmap(
            port.fileno(), slots * _SLOT, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE
        )
        self._status = memoryview(self._ring).cast("I")
        self._next = 0
        self._missed = 0
        self.descriptor = port.fileno()
        port.bind((peer, 3))  # ETH_P_ALL: from here on frames are received

    @staticmethod
    def interface():
        return dict(plain=True)

    def opened(self):
        """Nothing more to open."""

    def receive(self, limit):
        frames = []
        ring, status, slot, slots = self._ring, self._status, self._next, self._slots
        words = _SLOT // 4
        while len(frames) < limit and status[slot * words] & 1:  # TP_STATUS_USER
            start = slot * _SLOT
            kept, mac = struct.unpack_from("IH", ring, start + 8)
            frames.append(ring[start + mac : start + mac + kept])
            status[slot * words] = 0
            slot = slot + 1 if slot + 1 < slots else 0
        self._next = slot
        return frames

    def send(self, frame):
        try:
            self._socket.send(frame)
        except OSError:  # the host's interface is down, or its queue is full
            return False
        return True

    def missed(self):
        _, drops = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        self._missed += drops  # reading clears the kernel's count
        return self._missed

    def close(self):
        self._status.release()
        self._ring.close()
        self._socket.close()
