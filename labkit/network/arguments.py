"""What `Network(...)` may be given; what it may not is refused with what to write instead."""

from __future__ import annotations

import os
import re
from typing import Any

MOST_HOSTS = 64
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")


def check_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts' names, if there are from 2 to 64 good ones; raises TypeError or ValueError."""
    if len(names) == 1 and isinstance(names[0], (list, tuple)):
        raise TypeError(f"give the names one by one: Network({', '.join(map(repr, names[0]))})")
    if not 2 <= len(names) <= MOST_HOSTS:
        raise ValueError(
            f"a network has from 2 to {MOST_HOSTS} hosts (got {len(names)}); write Network('client', 'server')"
        )
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(
                f"a host's name is a letter, then letters, digits, '-', '_' or '.', at most 32 in all (got {name!r})"
            )
        if names.count(name) > 1:
            raise ValueError(f"two hosts are called {name!r}; give each its own name")
    return names


def check_port(port: str | None) -> str | None:
    """How the wire holds cables, as asked for here or by LABKIT_PORT; None: as the machine allows."""
    port = port or os.environ.get("LABKIT_PORT") or None
    if port not in (None, "tap", "packet"):
        raise ValueError(f"port is 'tap', 'packet' or None (got {port!r})")
    return port


def check_whole(name: str, value: Any, low: int, high: int) -> None:
    """Raise ValueError for what is no whole number from *low* to *high*."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high} (got {value!r})")
