"""What comes to the wire in one moment, however long the test takes to send it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

from labkit import Network


@contextlib.contextmanager
def at_once(net: Network) -> Iterator[None]:
    """The wire stands still: what is sent in the block comes to it in one moment, and nothing arrives meanwhile."""
    wire = net.hosts[0].core.client.pid
    os.kill(wire, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(wire, signal.SIGCONT)
