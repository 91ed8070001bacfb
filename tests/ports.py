"""Ports of this machine that nobody else has: below those that it gives to whoever asks for none, and claimed."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

FIRST = 10_000
ROW = 64  # of so many one is claimed whole, by its first: rows of other lengths would lie over each other
LINUX_RANGE = "/proc/sys/net/ipv4/ip_local_port_range"
DYNAMIC = 49_152  # where there is no such file (RFC 6335 section 6)


@contextlib.contextmanager
def own_ports(count: int) -> Iterator[range]:
    """So many ports in a row at which nothing is at 127.0.0.1, for TCP and for UDP; other runs of tests take others."""
    assert count < ROW
    for first in range(FIRST, given_from() - ROW, ROW):
        try:
            claim = held(first, socket.SOCK_DGRAM)
        except OSError:  # another run's
            continue
        with claim:
            ports = range(first + 1, first + 1 + count)
            if all(map(is_free, ports)):
                yield ports
                return
    raise AssertionError("no row of ports is free on this machine")


def given_from() -> int:
    """The first port that the machine gives to whoever asks for none, as every caller does (ip(7))."""
    try:
        with open(LINUX_RANGE, encoding="ascii") as file:
            return int(file.read().split()[0])
    except OSError:
        return DYNAMIC


def held(port: int, kind: int) -> socket.socket:
    """A socket at this port; OSError where another is there."""
    made = socket.socket(socket.AF_INET, kind)
    try:
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made


def is_free(port: int) -> bool:
    """Could it be had now?"""
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            held(port, kind).close()
    except OSError:
        return False
    return True
