"""What a network tells of itself to others of the same user, who come in by its door: plain values."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Any

from labkit.notebook.origin import origin
from labkit.version import __version__


def told(hosts: Iterable[tuple[str, str, str | None, bytes]]) -> dict[str, Any]:
    """Of a network with these hosts that this process makes now.

    name     None: it has none
    labkit   which version made it: another one may ask otherwise
    hosts    [(name, IPv4 address)]
    process  who made it; notebook, cell, program: see `labkit.notebook.origin`
    since    CLOCK_MONOTONIC ns
    """
    return {
        "name": None,
        "labkit": __version__,
        "hosts": [(name, address) for name, address, *_ in hosts],
        "process": os.getpid(),
        **origin(),
        "since": time.monotonic_ns(),
    }
