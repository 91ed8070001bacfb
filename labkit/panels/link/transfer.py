"""The link panel's "send something": a bulk transfer beside the notebook, for so many seconds."""

from __future__ import annotations

import errno
import select
import socket
import struct
import threading
import time

from labkit.running.tracebacks import named

_LOOK = 0.2  # seconds within which either side sees that it is to end
_CHUNK = bytes(1 << 18)


class Transfer:
    """TCP from a network's first host to its second, as much as goes through, until the time is over or `stop()`.

    Its sockets are not on the network's timeline: their thousands of calls would push out a lesson's own.
    """

    def __init__(self, net, seconds: float):
        self.sender, self.receiver = net.hosts[:2]
        self.seconds = seconds
        self._over = threading.Event()
        listener = _socket(self.receiver, bound=True)
        try:
            listener.listen()
            address = listener.getsockname()
            self._receiving = self.receiver.background(_receive, listener, self._over)
        except BaseException:
            listener.close()
            raise
        self._sending = self.sender.background(_send, self.sender, address, seconds, self._over)

    @property
    def done(self) -> bool:
        """Have both ends finished?"""
        return self._sending.done and self._receiving.done

    def stop(self) -> None:
        """End it now; returns at once."""
        self._over.set()

    def words(self) -> str:
        """How it stands, or what became of it."""
        for task in (self._sending, self._receiving):
            if task.done and task.error is not None:
                return f"Failed on {task.host.name}: {named(task.error)}"
        if not self.done:
            return f"{self.sender.name} sends to {self.receiver.name} as fast as TCP lets it."
        if not self._sending.result(0):
            return (
                f"No connection from {self.sender.name} to {self.receiver.name} came about: is a cable cut?"
            )
        return f"Sent: {self._sending.result(0) / 1e6:.3g} MB that {self.sender.name}'s kernel took."

    def wait(self, timeout: float) -> None:
        """Wait until both ends have finished; TimeoutError after the timeout (seconds)."""
        self._sending.result(timeout)
        self._receiving.result(timeout)


def _socket(host, bound: bool = False) -> socket.socket:
    descriptor, port = host.core.socket(host.name, socket.AF_INET, socket.SOCK_STREAM, 0)
    made = socket.socket(fileno=descriptor)
    if bound or port is not None:
        made.bind((host.address, port or 0))
    return made


def _send(host, address, seconds, over) -> int:
    until = time.monotonic() + seconds
    sent = 0
    try:
        with _socket(host) as sock:
            # What still waits at the end is forgotten: a slow link would take minutes for it.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if not _connected(sock, address, until, over):
                return 0
            sock.settimeout(_LOOK)
            while time.monotonic() < until and not over.is_set():
                try:
                    sent += sock.send(_CHUNK)
                except TimeoutError:  # the buffer is full, and its head still under way
                    continue
                except (BrokenPipeError, ConnectionResetError):
                    if not over.is_set():
                        raise
                    break  # stopped: the receiver saw it first, and closed with bytes unread
    finally:
        over.set()
    return sent


def _connected(sock, address, until, over) -> bool:
    sock.setblocking(False)
    code = sock.connect_ex(address)
    if code not in (0, errno.EINPROGRESS):
        raise OSError(code, f"connect to {address[0]}:{address[1]}")
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    while time.monotonic() < until and not over.is_set():
        if poll.poll(_LOOK * 1000):
            if code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(code, f"connect to {address[0]}:{address[1]}")
            return True
    return False


def _receive(listener, over) -> int:
    got, buffer = 0, bytearray(1 << 20)
    with listener:
        listener.settimeout(_LOOK)
        while not over.is_set():
            try:
                conn, _ = listener.accept()
                break
            except TimeoutError:
                continue
        else:
            return 0
    with conn:
        conn.settimeout(_LOOK)
        while not over.is_set():
            try:
                size = conn.recv_into(buffer)
            except TimeoutError:
                continue
            except ConnectionResetError:  # how the sender ends it
                break
            if not size:
                break
            got += size
    return got
