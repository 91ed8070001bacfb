"""Run All gives what stepping through gives: a cell begins when the tasks of the cell before have come to rest.

A reader takes seconds from one cell to the next, Run All and nbval take milliseconds: without this, what a capture
begins with would depend on who runs the notebook.
"""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

from labkit.notebook.kernel import ipython
from labkit.running.threads import Stoppable
from labkit.sockets.at_rest import tables_at_rest

if TYPE_CHECKING:
    from labkit.network.host import Host

SECONDS = 0.5  # that a cell waits at most, and only the one after that which began the tasks
# A connection leaves these by itself, mostly, when what is under way has come.
_PASSING = frozenset("SYN-SENT SYN-RECEIVED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK".split())

_begun: weakref.WeakSet[Host] = weakref.WeakSet()  # the hosts on which this cell began tasks
_watched: object = None  # the IPython shell that tells us of the beginnings of cells


def expect(host: Host) -> None:
    """A task has begun on this host: in a notebook, the next cell begins when the host has come to rest."""
    global _watched
    shell = ipython()
    if shell is None:
        return
    _begun.add(host)
    if shell is not _watched:
        shell.events.register("pre_run_cell", _before_cell)
        _watched = shell


def _before_cell(*_: object) -> None:
    deadline = time.monotonic() + SECONDS
    hosts = [host for host in _begun if not host.core.closed]
    _begun.clear()
    for host in hosts:
        tables_at_rest([host], deadline - time.monotonic(), passing=_PASSING, busy=_at_work)


def _at_work() -> bool:
    """Is a thread of a task or a service at work, or about to be?  False where the kernel does not tell.

    Nothing may be under way, and yet a task that has not come to its first call, or a server that has read and not
    answered yet, will send in a moment.
    """
    return any(thread.runs() for thread in threading.enumerate() if isinstance(thread, Stoppable))
