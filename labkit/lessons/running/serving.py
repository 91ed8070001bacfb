"""The lesson's servers on a host: in the background, or as a program."""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from labkit.sockets.small import listening
from labkit.words import say

if TYPE_CHECKING:
    from labkit.servers import monitored

PORT = 4200
PATIENCE_S = 15.0
MANY = 1_000_000  # as a limit: as good as none


_services: weakref.WeakKeyDictionary[Any, tuple[Any, Any]] = (
    weakref.WeakKeyDictionary()
)  # host: server, its task


def queue(host: Any, port: int, many: int) -> None:
    """Wait until so many connections stand in a listener's queue.

    Whose connect() has returned is not there yet: its last ACK is on the way.
    """

    def stand() -> bool:
        rows = host.sockets().find(port=port, state="LISTEN")
        return bool(rows) and rows[0].recv_queue >= many

    host.background(stand).wait_until(
        stand, PATIENCE_S, say("{n} in the queue of port {port}", n=many, port=port)
    )


def start(host: Any, service: monitored.Server) -> Any:
    """Start a server on a host, port 4200, and give its task; what was started there before is stopped."""
    stop(host)
    task = host.background(service.serve, listening(host, PORT, backlog=200))
    _services[host] = service, task
    return task


def stop(host: Any) -> None:
    """Stop what was started on this host, and wait for its end."""
    if earlier := _services.pop(host, None):
        service, task = earlier
        service.stop()
        task.result(PATIENCE_S)


@contextlib.contextmanager
def serving(host: Any, service: monitored.Server) -> Iterator[Any]:
    """The same while the block lasts."""
    task = start(host, service)
    try:
        yield task
    finally:
        stop(host)


_programs: weakref.WeakKeyDictionary[Any, list[Any]] = weakref.WeakKeyDictionary()  # host: what runs there


def run(host: Any, *options: str) -> Any:
    """`python -m labkit.servers.monitored` on a host, without a limit on requests; returns when it listens."""
    argv = [sys.executable, "-m", "labkit.servers.monitored", "--host", host.name]
    program = host.spawn([*argv, "--rate", str(MANY), "--burst", str(MANY), *options])
    _programs.setdefault(host, []).append(program)
    program.wait_for("statistics")
    return program


def end_programs(host: Any) -> None:
    """Stop what `run` began on this host, in an earlier run of the cell, too."""
    for program in _programs.pop(host, []):
        program.stop()
