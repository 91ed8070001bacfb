"""On which host the running code is: in `with client:`, in a task or a service of a host; else on none, the machine.

A place belongs to a context (contextvars): to a thread, an asyncio task, and by `labkit.sockets.carrying` to the
threads that they start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.network.host import Host

# The hosts whose blocks are open here, innermost last; None: a block of labkit's own, which is at the machine.
places: ContextVar[tuple[Host | None, ...]] = ContextVar("labkit_places", default=())


def here() -> Host | None:
    """The host on which the running code is; None: none."""
    opened = places.get()
    return opened[-1] if opened else None


def enter(host: Host) -> None:
    """From now on the running code is on a host, until `leave`; it may be on another one already."""
    places.set((*places.get(), host))


def leave(host: Host) -> None:
    """The last block of this host has ended; where this context never was in one, nothing."""
    opened = places.get()
    for number in range(len(opened) - 1, -1, -1):
        if opened[number] is host:
            places.set(opened[:number] + opened[number + 1 :])
            return


def stay(host: Any) -> None:
    """The running context is a host's, as long as it lasts."""
    places.set((host,))


@contextmanager
def machine() -> Iterator[None]:
    """In the block the running code is at the machine: for what labkit makes for itself."""
    before = places.get()
    places.set((*before, None))
    try:
        yield
    finally:
        places.set(before)
