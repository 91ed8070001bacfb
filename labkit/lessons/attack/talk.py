"""A client and a server in conversation, and mallory's ear on the same network."""

from __future__ import annotations

import select
import socket
import struct
from typing import TYPE_CHECKING, Any

from labkit.network.network import Network
from labkit.wire.checksums import checksum

if TYPE_CHECKING:
    from labkit.sockets.hostsocket import HostSocket

PORT = 2323
PATIENCE_S = 5.0
_IPV4 = 0x0800
_ETHERNET = 14
_ALL = 3  # ETH_P_ALL, packet(7)
_ECHO = b"\x08\0", b"\0\0\0\1"  # an echo request, RFC 792: type and code; behind the checksum id and number


class Talk:
    """The network with client, mallory and server, on a hub or on a switch; a connection stands.

    server  the server's socket of it; client: the client's
    trace   what crosses the wire
    """

    def __init__(self, hub: bool) -> None:
        self.net = Network("client", "mallory", "server", hub=hub, delay_ms=2, private=True)
        try:
            self._ear = self.net.mallory.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
            self._ear.setblocking(False)
            self._mouth = self.net.mallory.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            self._pinger = self.net.mallory.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            self._pinger.settimeout(PATIENCE_S)
            self.trace = self.net.capture()
            self.client, self.server = self._connected()
        except BaseException:
            self.net.close()
            raise

    def _connected(self) -> tuple[HostSocket, HostSocket]:
        with self.net.server.socket() as listener:
            listener.bind((self.net.server.address, PORT))
            listener.listen()
            client = self.net.client.socket()
            client.settimeout(PATIENCE_S)
            client.connect(("server", PORT))
            server, _ = listener.accept()
        server.settimeout(PATIENCE_S)
        return client, server

    def overheard(self) -> bytes | None:
        """The next IP packet with TCP data in it that has come by at mallory; None if none has.

        What client and server have sent by now is there: she pings them, and the answers come behind it.
        """
        for host in (self.net.client, self.net.server):
            self._ping(host.address)
        while True:
            try:
                frame = self._ear.recv(2000)
            except BlockingIOError:
                return None
            if data_of(frame):
                return frame[_ETHERNET:]

    def forge(self, packet: Any) -> None:
        """Mallory sends an IP packet as it is, whoever it says that it is from.

        Returns when client and server have said what they have to say to it: she pings them, on the same cables.
        """
        self._mouth.sendto(bytes(packet), (self.net.server.address, 0))
        for host in (self.net.server, self.net.client) * 2:
            self._ping(host.address)

    def _ping(self, address: str) -> None:
        kind, rest = _ECHO
        self._pinger.sendto(kind + checksum(kind, rest).to_bytes(2, "big") + rest, (address, 0))
        while self._pinger.recvfrom(2000)[1][0] != address:
            pass  # somebody else's, which the hub has brought

    def reads(self) -> str:
        """What the server's next recv() gives, or the name of what it raises; it is called when there is something."""
        waiting = select.poll()
        waiting.register(self.server, select.POLLIN)
        waiting.poll(PATIENCE_S * 1000)
        try:
            return repr(self.server.recv(100))
        except OSError as error:
            return type(error).__name__

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, and take the network away."""
        for each in (self.client, self.server, self._ear, self._mouth, self._pinger):
            each.close()
        self.trace.stop()
        self.net.close()


def told(trace: Any) -> list[Any]:
    """Of a trace with a forged segment what tells of it: all data, the segment itself, and what its target says to it.

    What the other end says to that is left out: an ACK of what it never sent, Linux answers since 7.1 (2026) alone.
    """
    segments = trace.segments
    begin = next(n for n, each in enumerate(segments) if each.frame.source == "mallory")
    target = segments[begin].target
    answer = next(n for n, each in enumerate(segments) if n > begin and each.source == target)
    return [each for n, each in enumerate(segments) if each.data or n in (begin, answer)]


def data_of(frame: bytes) -> bytes:
    """The TCP data in an Ethernet frame with IPv4; b"" where there are none, or it carries something else."""
    if len(frame) < 54 or frame[12:14] != struct.pack("!H", _IPV4) or frame[23] != socket.IPPROTO_TCP:
        return b""
    return frame[begin_of(frame) : _ETHERNET + int.from_bytes(frame[16:18], "big")]


def begin_of(frame: bytes) -> int:
    """Where the data of a TCP segment begin in its Ethernet frame."""
    tcp = _ETHERNET + 4 * (frame[14] & 15)
    return tcp + 4 * (frame[tcp + 12] >> 4)
