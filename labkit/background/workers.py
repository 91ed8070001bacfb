"""Threads of what runs beside the notebook: their prints and sockets are its own, and they can be ended."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from labkit.background.waking import at_hand, waited_in, wake
from labkit.running import output
from labkit.running.frames import stack_of
from labkit.running.patience import Patience
from labkit.running.threads import Stoppable, Stopped
from labkit.running.tracebacks import learners_stack
from labkit.sockets import owners, place
from labkit.sockets.callers import Turn
from labkit.sockets.hostsocket import HostSocket

if TYPE_CHECKING:
    from labkit.background.beside import Beside


STARVING_S = 10.0
ENOUGH_S = 0.1
"""Who has had so much of a processor since it was interrupted goes on because it wants to."""


class Worker(Stoppable):
    """A thread of a Beside: it prints to its output, tells it of its sockets, and can be ended."""

    def __init__(
        self,
        beside: Beside,
        work: Callable[[], object],
        label: str = "",
        turn: Callable[[], Turn] = tuple,
    ) -> None:
        super().__init__(work, f"labkit {beside.title} {label}".rstrip())
        self._beside, self._label, self._turn = beside, label, turn

    def run(self) -> None:
        writer = enter(self._beside, self._label, self._turn)
        try:
            super().run()
        finally:
            writer.end()
            with self._beside.changed:
                self._beside.changed.notify_all()

    def where(self) -> str:
        """Where in the learner's code the thread is, as in a traceback."""
        return learners_stack(stack_of(self.ident))


def enter(beside: Beside, label: str = "", turn: Callable[[], Turn] = tuple) -> output.Writer:
    """Let the context of the running code belong to a Beside: its prints, its host and the sockets that it makes.

    label, turn: what its prints are told apart by, and in whose turn they are told.
    """
    writer = beside._record.writer(label, turn)
    output.sink.set(writer)
    owners.maker.set(beside)
    place.stay(beside.host)
    return writer


def leave() -> None:
    """The running code prints no more, and a last line without an end is one: call it before its end is known."""
    if (writer := output.sink.get()) is not None:
        writer.end()


def end_threads(threads: list[Worker], deadline: float, last: float = 0.0) -> list[tuple[Worker, str]]:
    """Wake threads that wait in a socket, join them until the deadline (monotonic seconds), then interrupt those that
    go on.

    last: until when to wait for those that were interrupted (monotonic seconds).  One that has not had the processor
    since is waited for in any case, so many seconds as `STARVING_S` says: on a busy machine that takes a while.
    Returns those that had to be interrupted, with where they were.
    """
    threads = [thread for thread in threads if thread.ident is not None]
    woken: list[socket.socket] = []
    for thread in threads:
        woken += _woken(thread, waited_in(thread))
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = [(thread, thread.where()) for thread in threads if thread.is_alive()]
    had = {thread: thread.processor_s() for thread, _ in late}
    for attempt in range(3):  # code may catch the first one: `except:` in a loop
        for thread, _ in late:
            if thread.is_alive():
                thread.interrupt()
                woken += _woken(thread, waited_in(thread) or at_hand(thread))
        _join(late, Patience(0.1 * (attempt + 1)))
    for thread, _ in late:
        thread.join(max(0.0, last - time.monotonic()))
    starving = Patience(STARVING_S)
    while starving.left() and any(
        thread.runs() and thread.processor_s() - had[thread] < ENOUGH_S for thread in had
    ):
        _join(late, Patience(0.02))
    for sock in woken:  # it may be the notebook's: only those threads were to end
        if isinstance(sock, HostSocket):
            sock._ending = None
    return late


def _join(late: list[tuple[Worker, str]], patience: Patience) -> None:
    """Wait until they have ended, or patience is over."""
    for thread, _ in late:
        while thread.is_alive() and (left := patience.left()):
            thread.join(left)


def interrupted(thread: Worker) -> str:
    """Interrupt a thread, also where it waits in a socket; returns where it was."""
    where = thread.where()
    thread.interrupt()
    _woken(thread, waited_in(thread))
    return where


def _woken(thread: Worker, sockets: list[socket.socket]) -> list[socket.socket]:
    for sock in sockets:
        wake(sock, Stopped(f"{thread.name} was stopped"))
    return sockets
