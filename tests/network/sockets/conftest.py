"""A connection between two hosts, for the tests of hosts' sockets."""

from __future__ import annotations

import pytest

SECONDS = 20  # the longest that any wait here may take


@pytest.fixture
def listener(server):
    """A socket of the server that listens on port 8080."""
    with server.socket() as sock:
        sock.settimeout(SECONDS)
        sock.bind((server.address, 8080))
        sock.listen()
        yield sock


@pytest.fixture
def pair(client, listener):
    """A connection: (the client's end, the server's)."""
    with client.socket() as near:
        near.settimeout(SECONDS)
        near.connect(("server", 8080))
        far, _ = listener.accept()
        far.settimeout(SECONDS)
        with far:
            yield near, far
