"""Ways between two processes of one machine, all read and written alike, to be compared.

Each is made as a pair of ends, one for this process, one for a `Process` that inherits its descriptors.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from labkit.background.processes import Process
from labkit.words import say

AREA = 1 << 24
"""Bytes of shared memory in each direction, used as a ring."""

COUNTS = 16  # bytes behind both rings: how much was ever written, in each direction
AWAKE_S = 10.0  # a reader that never sleeps gives up after so many seconds


class End(NamedTuple):
    """One end: a descriptor to read, one to write, and for shared memory that too.

    It goes to another process as an argument, its `descriptors` as `pass_fds`.
    """

    take: int
    give: int
    memory: int | None = None
    first: bool = True  # of the two ends of a shared memory: which half is whose
    awake: bool = False  # its reader looks again and again, and never sleeps

    @property
    def descriptors(self) -> list[int]:
        """The descriptors that this end needs."""
        return sorted({self.take, self.give} | ({self.memory} if self.memory is not None else set()))

    def close(self) -> None:
        """Close this process's copies; memory that is mapped stays so while it is used."""
        for descriptor in self.descriptors:
            os.close(descriptor)

    def open(self) -> tuple[Callable, Callable]:
        """read(size) → up to so many bytes, waits for some; write(data) → how many bytes it took.

        From shared memory comes a view, good until the writer has gone round the ring.
        """
        if self.memory is not None:
            return _shared(self, self.memory)
        return (lambda size: os.read(self.take, size)), (lambda data: os.write(self.give, data))


def _shared(end: End, memory: int) -> tuple[Callable, Callable]:
    area = memoryview(mmap.mmap(memory, 2 * AREA + COUNTS))
    halves = area[:AREA], area[AREA : 2 * AREA]
    outgoing, incoming = halves if end.first else halves[::-1]
    tell, hear = _counted(end, area[2 * AREA :].cast("Q")) if end.awake else _rung(end)
    written = taken = ready = 0

    def write(data):
        nonlocal written
        before_the_end = min(len(data), AREA - written)
        outgoing[written : written + before_the_end] = data[:before_the_end]
        outgoing[: len(data) - before_the_end] = data[before_the_end:]
        written = (written + len(data)) % AREA
        tell(len(data))
        return len(data)

    def read(size):
        nonlocal taken, ready
        ready = ready or hear()
        length = min(size, ready, AREA - taken)
        piece = incoming[taken : taken + length]
        taken, ready = (taken + length) % AREA, ready - length
        return piece

    return read, write


def _rung(end: End) -> tuple[Callable, Callable]:
    """An eventfd counts the bytes that are there; who reads it sleeps while it is 0, then takes it all."""
    return (lambda length: os.eventfd_write(end.give, length)), (lambda: os.eventfd_read(end.take))


def _counted(end: End, counts: memoryview) -> tuple[Callable, Callable]:
    """A number in the memory itself counts the bytes that were ever written; who reads looks until it grows.

    On x86 who sees the number sees the bytes; other processors may want a barrier between, which Python has not.
    """
    mine, theirs = (0, 1) if end.first else (1, 0)
    seen = 0

    def tell(length):
        counts[mine] += length

    def hear():
        nonlocal seen
        deadline, late = time.monotonic() + AWAKE_S, False
        while not late:
            late = time.monotonic() >= deadline  # and one look more: the processor may have been away so long
            for _ in range(1000):
                if counts[theirs] != seen:
                    length = counts[theirs] - seen
                    seen += length
                    return length
        raise TimeoutError(
            say("nothing was written in {seconds:g} s: has the other end ended?", seconds=AWAKE_S)
        )

    return tell, hear


def unix_sockets(kind: int) -> tuple[End, End]:
    """A pair of Unix sockets of a kind: SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM (unix(7))."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    return _both_ways(ours), _both_ways(theirs)


def tcp_loopback() -> tuple[End, End]:
    """A TCP connection over 127.0.0.1, without Nagle's algorithm."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    for end in (ours, theirs):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _both_ways(ours), _both_ways(theirs)


def pipes() -> tuple[End, End]:
    """Two pipes, one for each direction (pipe(7))."""
    (answers, their_give), (their_take, questions) = os.pipe(), os.pipe()
    return End(answers, questions), End(their_take, their_give)


def shared_memory() -> tuple[End, End]:
    """Memory that both map, and an eventfd in each direction to wake the other (memfd_create(2), eventfd(2)).

    A writer must not be more than AREA bytes ahead of its reader: what was not read is overwritten.
    """
    memory = _area()
    one, other = os.eventfd(0), os.eventfd(0)
    return End(one, other, memory, True), End(os.dup(other), os.dup(one), os.dup(memory), False)


def watched_memory() -> tuple[End, End]:
    """The same memory without eventfds: a reader looks again and again until there is something, and never sleeps.

    A read raises TimeoutError after AWAKE_S seconds.
    """
    memory, copy = (one := _area()), os.dup(one)
    return End(memory, memory, memory, True, True), End(copy, copy, copy, False, True)


def _area() -> int:
    memory = os.memfd_create("labkit-channel")
    os.ftruncate(memory, 2 * AREA + COUNTS)
    return memory


CHANNELS: dict[str, Callable[[], tuple[End, End]]] = {
    "pipe": pipes,
    "Unix stream": lambda: unix_sockets(socket.SOCK_STREAM),
    "Unix seqpacket": lambda: unix_sockets(socket.SOCK_SEQPACKET),
    "Unix datagram": lambda: unix_sockets(socket.SOCK_DGRAM),
    "TCP, 127.0.0.1": tcp_loopback,
    "shared memory": shared_memory,
}
ALL = {**CHANNELS, "memory, watched": watched_memory}


@contextlib.contextmanager
def joined(
    name: str, function: Callable[..., Any], *arguments: Any, cores: tuple[int, int]
) -> Iterator[tuple[Callable, Callable]]:
    """Run function(read, write, *arguments) in a process at the other end of a channel; gives this end's read
    and write.

        with joined("pipe", echo, cores=(0, 1)) as (read, write):

    name   one of CHANNELS, or "memory, watched"
    cores  the core for this thread until the end of the block, and the one for the process
           (sched_setaffinity(2))

    At the end of the block it waits until the process has ended; raises ProgramError if the function raised, and
    TimeoutError after 30 s.  An exception in the block stops the process.
    """
    ours, theirs = ALL[name]()
    before = os.sched_getaffinity(0)
    try:
        try:
            child = Process(_at_the_end, theirs, cores[1], function, arguments, pass_fds=theirs.descriptors)
        finally:
            theirs.close()
        try:
            os.sched_setaffinity(0, {cores[0]})
            yield ours.open()
            child.wait(30.0)
            child.stop()
        except BaseException:
            child.close()
            raise
    finally:
        os.sched_setaffinity(0, before)
        ours.close()


def _at_the_end(end: End, core: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    os.sched_setaffinity(0, {core})
    function(*end.open(), *arguments)


def _both_ways(sock: socket.socket) -> End:
    descriptor = sock.detach()
    return End(descriptor, descriptor)
