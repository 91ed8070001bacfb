"""Background servers: listening when ``start`` returns, stopped within a deadline, failures never lost."""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from labkit.background.beside import Beside, running
from labkit.background.failures import ServiceError
from labkit.background.waking import shut_down
from labkit.background.workers import Worker, end_threads
from labkit.packets.addresses import format_address
from labkit.running.threads import Stopped
from labkit.running.tracebacks import describe
from labkit.sockets import callers
from labkit.sockets.callers import Turn
from labkit.sockets.owners import moved_inodes

if TYPE_CHECKING:
    from labkit.background.serving.server import Server
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket


def services(host: Host) -> list[Service]:
    """The services that run on a host, in order of start."""
    return [thing for thing in running([host]) if isinstance(thing, Service)]


class Service(Beside):
    """A server in the background.  Its ``with`` statement stops it; ServiceError if a handler failed.

    `output` has its handlers' lines in the order in which they were finished, which is the machine's where handlers run
    at once.  What nobody has read is shown at its end connection by connection: in the order in which the notebook
    opened them and began the tasks that did, others as they were accepted.
    """

    error_type = ServiceError

    def __init__(self, host: Host, server: Server, sock: HostSocket, name: str) -> None:
        self.address, self.port = sock.getsockname()[:2]
        self.type = server.type
        super().__init__(host, name, f"{name} on {host.name}:{self.port}")
        sock._owner.by = name
        self._server, self._listener = server, sock
        self._open: dict[Any, tuple[Any, ...]] = {}  # connection: peer's address
        self._sockets: weakref.WeakSet[HostSocket] = weakref.WeakSet()
        self._threads: set[Worker] = set()
        self._served = 0
        self._stopping = self._stopped = False
        self.appear()

    # -- what it says -------------------------------------------------------------------------------------

    @property
    def connections(self) -> tuple[tuple[Any, ...], ...]:
        """The peers (ip, port) of the connections that are open now, oldest first."""
        with self.changed:
            return tuple(self._open.values())

    @property
    def served(self) -> int:
        """How many connections have been served to their end."""
        return self._served

    @property
    def errors(self) -> tuple[BaseException, ...]:
        """What the handlers raised, oldest first."""
        return tuple(failure.error for failure in self._failures)

    @property
    def listening(self) -> bool:
        """Does it take connections?"""
        return not self._stopping

    def __repr__(self) -> str:
        state = "stopped" if self._stopped else "stopping" if self._stopping else "listening"
        words = [
            f"{len(self._open)} open" if self.type == socket.SOCK_STREAM and not self._stopped else "",
            f"{self._served} served" if self.type == socket.SOCK_STREAM else "",
            f"{len(self._failures)} failed: {describe(self._failures[-1].error)}" if self._failures else "",
        ]
        return f"<{self.title} {', '.join([state, *filter(None, words)])}>"

    def wait_for(
        self,
        *,
        served: int | None = None,
        connections: int | None = None,
        errors: int | None = None,
        output: str | None = None,
        timeout: float = 5.0,
    ) -> None:
        """Wait until so many connections were served, are open, or failed, or until a text has been printed.

        timeout: seconds; after it TimeoutError says how things stand.
        """
        wanted = {"served": served, "open connections": connections, "errors": errors, "output": output}
        if all(value is None for value in wanted.values()):
            raise TypeError("wait_for what? write wait_for(served=3), connections=, errors= or output=")
        record = self._record

        def come() -> bool:
            return (
                (served is None or self._served >= served)
                and (connections is None or len(self._open) >= connections)
                and (errors is None or len(self._failures) >= errors)
                and (output is None or output in record.text())
            )

        text = ", ".join(
            f"{value!r} in its output" if what == "output" else f"{value} {what}"
            for what, value in wanted.items()
            if value is not None
        )
        self.wait_until(come, timeout, text)

    # -- what its server tells it -------------------------------------------------------------------------

    def adopt(self, sock: HostSocket) -> None:
        """A socket was accepted, or made by a handler: nobody may wait in it after the stop."""
        with self.changed:
            self._sockets.add(sock)

    def made_sockets(self) -> list[HostSocket]:
        """The sockets that were accepted here or made by handlers, and are open."""
        with self.changed:
            return [sock for sock in self._sockets if sock.fileno() >= 0]

    def opened(self, connection: object, peer: tuple[Any, ...]) -> None:
        """A connection has been accepted."""
        with self.changed:
            self._open[connection] = peer
            self.changed.notify_all()

    def closed(self, connection: object) -> None:
        """A connection has been served to its end."""
        with self.changed:
            if self._open.pop(connection, None) is not None:
                self._served += 1
            self.changed.notify_all()

    def handler_failed(
        self, error: BaseException, peer: tuple[Any, ...] | None = None, doing: str = "while serving"
    ) -> None:
        """A handler raised; what our own stopping broke is no fault."""
        if isinstance(error, Stopped) or (self._stopping and isinstance(error, (OSError, EOFError))):
            return
        self.failed(error, f"{doing} {format_address(tuple(peer[:2]))}" if peer else "")

    def turn(self, peer: tuple[Any, ...]) -> Callable[[], Turn]:
        """In whose turn to tell what is printed for a connection; call it in the order in which they are accepted."""
        turn, known = callers.next_turn(), False

        # Asked when it is told: a connection can be accepted before its client knows of it.
        def found() -> Turn:
            nonlocal turn, known
            if not known and (opened := callers.turn_of(self.host.core, tuple(peer[:2]), self.port)):
                turn, known = opened, True
            return turn

        return found

    def thread(self, work: Callable[[], object], label: str = "", turn: Callable[[], Turn] = tuple) -> Worker:
        """Run work in a thread that is joined when the service stops."""

        def run() -> None:
            try:
                work()
            finally:
                with self.changed:
                    self._threads.discard(worker)

        worker = Worker(self, run, label, turn)
        with self.changed:  # stop() joins threads, and only those that have started can be joined
            worker.start()
            self._threads.add(worker)
        return worker

    # -- the end ------------------------------------------------------------------------------------------

    def _end(self, timeout: float) -> None:
        """Take no more connections, end the open ones, and wait for the handlers, so many seconds at most.

        A handler that does not return by then is interrupted, and its failure says where it was.
        """
        deadline = time.monotonic() + timeout
        with self.changed:
            self._stopping = True
            if self._stopped:
                return
        self._let_leave(deadline)
        reason = Stopped(f"{self.title} was stopped")
        late = list(self._server.end(self, deadline))
        if self._listener.fileno() >= 0:
            self._listener._interrupt(reason)
        with self.changed:
            opened = list(self._open)
        for sock in self.made_sockets():
            sock._interrupt(reason)
        shut_down(moved_inodes(self))
        with self.changed:
            threads = [thread for thread in self._threads if thread is not threading.current_thread()]
        late += end_threads(threads, deadline)
        self._listener.close()
        for connection in opened:
            if hasattr(connection, "_interrupt"):
                connection.close()
        for thread, where in late:
            forced = "was interrupted" if not thread.is_alive() else "goes on in vain: Python cannot end it"
            error = TimeoutError(f"the handler did not end within {timeout:g} s of stop() and {forced}")
            if where:
                error.add_note("It was here:\n" + where.rstrip("\n"))
            self.failed(error, "to stop")
        with self.changed:
            self._stopped = True
            self.changed.notify_all()

    def _let_leave(self, deadline: float) -> None:
        """A peer that has left makes its handler return by itself: the true end, so wait for it."""

        def leaving() -> bool:
            return any(
                getattr(connection, "state", "") in ("CLOSE-WAIT", "LAST-ACK", "CLOSED", "TIME-WAIT")
                for connection in self._open
            )

        with self.changed:
            self.changed.wait_for(
                lambda: not leaving(), max(0.0, min(0.5, (deadline - time.monotonic()) / 2))
            )
