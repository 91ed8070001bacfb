"""The socket tables of several hosts in a moment when nothing is under way between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from labkit.sockets.watching import watch_for

if TYPE_CHECKING:
    from labkit.sockets.table import SocketTable

SECONDS = 1.0
_LOOPBACK_S = 0.02  # what a host says to itself makes no news on the wire: look again after this


def tables_at_rest(
    hosts: Sequence,
    seconds: float = SECONDS,
    *,
    passing: Collection[str] = (),
    busy: Callable[[], bool] = lambda: False,
) -> list[SocketTable]:
    """Each host's socket table once every frame has arrived and everything sent has been acknowledged.

    So a table does not depend on how late an acknowledgement happens to be (up to 40 ms, when it is delayed).
    passing: states in which no connection may be either, as one that is being opened.  busy: says whether somebody is
    about to send, who may not be either.  Where that moment does not come within so many seconds (a cut cable, a full
    receive window), the tables as they are then.
    """
    core = hosts[0].core

    def still() -> Any:
        """What tells this moment from others, if nothing is under way in it; else None."""
        core.catch_up()  # what has left a host and was not read yet is under way, too
        moment = core.record.version
        return None if core.record.under_way else moment

    def rest(over: bool) -> list[SocketTable] | None:
        before = None if busy() else still()
        tables = [host.sockets() for host in hosts]
        waiting = any(row.send_queue or row.state in passing for table in tables for row in table)
        # Once more: what was sent while they were read has come to some of them, and not yet to others.
        if (before is not None and not waiting and still() == before) or over:
            return tables
        return None

    return watch_for(core, rest, seconds, _LOOPBACK_S)
