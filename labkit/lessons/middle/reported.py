"""What the network reports of a datagram, as the sender's kernel has it: ip(7), IP_RECVERR."""

from __future__ import annotations

import errno
import select
import socket
import struct
from typing import TYPE_CHECKING, Any

from labkit.sockets.hostsocket import HostSocket
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host
    from labkit.packets.segment import Item
    from labkit.traces.trace import Trace

_OF_BEFORE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ECONNREFUSED, errno.EMSGSIZE)  # what ICMP becomes
_RECVERR = 11  # IP_RECVERR
_EXTENDED = struct.Struct("=IBBBxII")  # struct sock_extended_err: errno, origin, type, code, -, info, data
_WHO = 4  # bytes of the struct sockaddr_in behind it that come before the address
_KINDS = {
    (3, 0): "network unreachable",
    (3, 1): "host unreachable",
    (3, 3): "port unreachable",
    (3, 4): "fragmentation needed",
    (3, 13): "prohibited",
    (11, 0): "time exceeded",
}


class Prober(HostSocket):
    """A UDP socket whose sendto() sends, whatever was reported of an earlier datagram.

    The kernel first queues a report, which wakes its reader, and then notes the error for the socket's next call
    (net/ipv4/udp.c, __udp4_lib_err): a reader on another processor may have sent again before that, or not.
    """

    __slots__ = ()

    def sendto(self, *given: Any) -> int:
        """Send; an error that was there before is in the queue of reports, or was read there."""
        try:
            return super().sendto(*given)
        except OSError as error:
            if error.errno not in _OF_BEFORE:
                raise
        return super().sendto(*given)


def prober(host: Host) -> Prober:
    """A UDP socket of a host, for which the kernel keeps what ICMP reports of its datagrams."""
    sock = Prober(socket.AF_INET, socket.SOCK_DGRAM, host=host)
    sock.setsockopt(socket.IPPROTO_IP, _RECVERR, 1)
    return sock


def reported(sock: HostSocket, seconds: float = 1.0) -> tuple[str, str]:
    """The next report for a socket of `prober()`: (who sent it, what it says), as ("10.0.1.3", "time exceeded").

    Raises TimeoutError where none comes within so many seconds.
    """
    waiting = select.poll()
    waiting.register(sock, 0)  # an error is always told
    if not waiting.poll(seconds * 1000):
        raise TimeoutError(say("no report within {seconds:g} s", seconds=seconds))
    _, told, _, _ = sock.recvmsg(2000, 200, socket.MSG_ERRQUEUE)
    data = next(data for level, kind, data in told if (level, kind) == (socket.IPPROTO_IP, _RECVERR))
    _, _, kind, code, _, _ = _EXTENDED.unpack_from(data)
    who = data[_EXTENDED.size + _WHO :][:4]
    return socket.inet_ntoa(who), _KINDS.get(
        (kind, code), say("ICMP type {kind}, code {code}", kind=kind, code=code)
    )


def reports(trace: Trace, what: str) -> list[Item]:
    """The ICMP messages of a trace in whose text this stands: "time exceeded"."""
    return [item for item in trace.items if "ICMP" in str(item) and what in str(item)]


def asked(sock: HostSocket, size: int) -> int:
    """Ask a server for so many bytes; how many of them come before the socket's timeout is over?"""
    sock.sendall(str(size).encode())
    got = 0
    try:
        while got < size and (piece := sock.recv(65_536)):
            got += len(piece)
    except TimeoutError:
        pass  # what has come by then is the answer
    return got


def called_in(callee: Host, caller: Host, port: int, at: str, within: float = 0.5) -> str:
    """What a call to a listening host's port at this address is met with: "connected", "refused" or "no answer"."""
    with callee.socket() as listener, caller.socket() as sock:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((callee.address, port))
        listener.listen()
        sock.settimeout(within)
        try:
            sock.connect((at, port))
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "no answer"
        return "connected"
