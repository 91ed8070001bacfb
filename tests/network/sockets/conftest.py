"""A connection between two hosts, for the tests of hosts' sockets."""

from __future__ import annotations

import contextlib

import pytest
from waiting import repeats_nothing_by_time

SECONDS = 20  # the longest that any wait here may take


@pytest.fixture
def listener(server):
    """A socket of the server that listens on port 8080."""
    with server.socket() as sock:
        sock.settimeout(SECONDS)
        sock.bind((server.address, 8080))
        sock.listen()
        yield sock


@contextlib.contextmanager
def paired(client, listener):
    """A connection: (the client's end, the server's)."""
    with client.socket() as near:
        near.settimeout(SECONDS)
        near.connect(("server", 8080))
        far, _ = listener.accept()
        far.settimeout(SECONDS)
        with far:
            yield near, far


@pytest.fixture
def pair(client, listener):
    """A connection: (the client's end, the server's)."""
    with paired(client, listener) as ends:
        yield ends


@pytest.fixture
def unrepeated(client, server, listener):
    """A connection of which nothing was sent twice: (the client's end, the server's)."""
    repeats_nothing_by_time(client, server)
    while True:
        with paired(client, listener) as (near, far):
            if not near.info().total_retrans:  # a SYN is sent again after a second, whatever is set
                yield near, far
                return
