"""Lesson middle: what the network reports of a datagram."""

from __future__ import annotations

import select
import socket

import pytest

from labkit.lessons.middle.reported import prober, reported

NOBODY = 9


def plain(host):
    sock = host.socket(type=socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
    return sock


def refused(sock):
    """Send to a port where nobody receives, and wait until the kernel has noted it for the next call."""
    sock.sendto(b"", ("server", NOBODY))
    waiting = select.poll()
    waiting.register(sock, 0)
    assert waiting.poll(60_000)


def test_what_was_reported_before_keeps_no_prober_from_sending(network):
    net = network("client", "server")
    with plain(net.client) as sock:
        refused(sock)
        with pytest.raises(ConnectionRefusedError):
            sock.sendto(b"x", ("server", NOBODY))
    with prober(net.client) as sock:
        refused(sock)
        assert sock.sendto(b"x", ("server", NOBODY)) == 1
        assert [reported(sock), reported(sock)] == [(net.server.address, "port unreachable")] * 2


def test_an_error_of_this_very_datagram_is_told(network):
    net = network("client", "server")
    with prober(net.client) as sock, pytest.raises(OSError, match="unreachable"):
        sock.sendto(b"", ("203.0.113.1", NOBODY))
