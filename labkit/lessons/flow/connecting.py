"""Connections with buffers of a known size, and where the bytes of one are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from labkit.background.stalled import held_up as stalled
from labkit.sockets.small import limit, listening

if TYPE_CHECKING:
    from labkit.background.tasks import Task
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket
    from labkit.traces.trace import Trace


def connected(host: Host, peer: Host, port: int, buffers: int) -> tuple[HostSocket, HostSocket]:
    """A connection from a host to another one's port: (the caller's socket, the accepted one).

    buffers   SO_SNDBUF and SO_RCVBUF of both ends, in bytes
    """
    with listening(peer, port, send=buffers, receive=buffers) as listener:
        caller = host.socket()
        try:
            limit(caller, send=buffers, receive=buffers)
            caller.connect(listener.getsockname())
            return caller, listener.accept()[0]
        except BaseException:
            caller.close()
            raise


def answered(trace: Trace, probes: int) -> bool:
    """Has the server answered so many probes of its closed window?"""
    sent = trace.window_probes(source="client")
    answers = trace.select(source="server")
    return len(sent) >= probes and answers[-1].departed_ns > sent[probes - 1].departed_ns


def held_up(task: Task, sock: HostSocket, seconds: float = 20) -> bool:
    """Whether a task that sends on this socket is held up by its peer's window; False when it ends.

    Here who has probed it twice: the first probe may find it open.
    """
    return stalled(task, sock, seconds, probes=2)


class Held(NamedTuple):
    """Where the bytes of one direction are, while nothing moves: how many in each place, from the reader backwards."""

    read: int
    receive_buffer: int
    send_buffer: int
    program: int


def held(size: int, read: int, sender: HostSocket, receiver: HostSocket) -> Held:
    """Where so many bytes are that a program is sending, when nothing is under way.

    size   bytes that the sending program has to send; read: that the receiving one has taken
    """
    waiting = _row(receiver).recv_queue
    unsent = _row(sender).send_queue
    return Held(read, waiting, unsent, size - read - waiting - unsent)


def _row(sock: HostSocket):
    local, peer = sock.getsockname(), sock.getpeername()
    return next(row for row in sock._at.sockets() if (row.local, row.remote) == (local, peer))
