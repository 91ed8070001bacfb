"""What a network tells of itself to others of the same user, who come in by its door: plain values."""

from __future__ import annotations

import os
import re
import time
from typing import Any

from labkit.network.core import Core
from labkit.network.plan import Plan
from labkit.notebook.origin import origin
from labkit.version import __version__
from labkit.words import say

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")


def check_name(name: str | None, private: bool) -> None:
    """Raise ValueError for what is no name of a network, or of one that nobody can name."""
    if name is None:
        return
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(
            say(
                "a network's name is a letter, then letters, digits, '-', '_' or '.', at most 32 in all "
                '(got {name!r}); write name="chat"',
                name=name,
            )
        )
    if private:
        raise ValueError(
            say(
                "a name is how a network is found from elsewhere, and a private one is not: leave one of the two out"
            )
        )


def told(plan: Plan, name: str | None) -> dict[str, Any]:
    """Of a network that this process makes now.

    name     None: it has none
    labkit   which version made it: another one may ask otherwise
    hosts    [(name, its IPv4 addresses, one after another)]
    process  who made it; notebook, cell, program: see `labkit.notebook.origin`
    since    CLOCK_MONOTONIC ns
    """
    return {
        "name": name,
        "labkit": __version__,
        "hosts": [(host, *(each.address for each in plan.interfaces(host))) for host in plan.hosts],
        "process": os.getpid(),
        **origin(),
        "since": time.monotonic_ns(),
    }


def on_a_terminal(core: Core, name: str | None) -> str:
    """The words that end a network's repr: how a terminal gets on its hosts; "" where it does not."""
    if not core.ready.get("door"):
        return ""
    return say("; in a terminal: labkit on {host}", host=f"{core.names[0]}@{name}" if name else core.names[0])
