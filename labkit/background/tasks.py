"""Functions that run on a host beside the notebook: clients, mostly; one, or a hundred at once."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.background.awaiting import Awaitable
from labkit.background.beside import seconds
from labkit.background.failures import TaskError
from labkit.background.rest import expect
from labkit.background.shared_loops import borrow, give_back, is_cancelled
from labkit.background.waking import shut_down
from labkit.background.workers import Worker, end_threads, interrupted, leave
from labkit.running.callables import is_async, refuse_arguments, refuse_coroutine, refuse_generators
from labkit.running.threads import Stopped, name_of
from labkit.running.tracebacks import describe
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.callers import next_turn
from labkit.sockets.owners import moved_inodes

if TYPE_CHECKING:
    import asyncio

    from labkit.background.loops import Loop
    from labkit.network.host import Host
    from labkit.sockets.hostsocket import HostSocket


def background(host: Host, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
    """Run function(*args, **kwargs) beside the notebook, in a thread (an async function: on an event loop).

    Returns a Task at once.  Raises TypeError if the function cannot be called with these arguments.
    """
    if not callable(function):
        raise TypeError(
            f"background runs a function (got {function!r}); write background(f, 1), not background(f(1))"
        )
    refuse_generators(function)
    refuse_arguments(function, args, kwargs)
    with uninterrupted():
        task = Task(host, function, args, kwargs)
        try:
            task._start(is_async(function))
        except BaseException:
            task.forget()
            raise
    expect(host)
    return task


class Task(Awaitable):
    """A function that runs beside the notebook: ``result()``, ``await``, ``done``, ``error``, ``output``, `stop()`."""

    error_type = TaskError

    def __init__(
        self, host: Host, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        name = name_of(function, "function")
        short = [repr(arg) for arg in args if isinstance(arg, (int, float, str, bytes))]
        text = f"({', '.join(short)})" if len(short) == len(args) and 0 < sum(map(len, short)) <= 30 else ""
        super().__init__(host, name, f"{name}{text} on {host.name}")
        self._call = lambda: function(*args, **kwargs)
        self._turn = next_turn()
        self._sockets: weakref.WeakSet[HostSocket] = weakref.WeakSet()
        self._thread: Worker | None = None
        self._loop: Loop | None = None
        self._aio: asyncio.Task[Any] | None = None
        self._stopping = False
        self._state = "running"  # then: done, failed, stopped
        self._value: Any = None

    def _start(self, is_async: bool) -> None:
        if is_async:
            self._loop = borrow(self)
            self.appear()
            self._loop.start(self._await, self)
        else:
            self._thread = Worker(self, self._run)
            self.appear()
            self._thread.start()

    def _run(self) -> None:
        try:
            if self._stopping:  # since before the thread began
                raise self._reason()
            value = self._call()
            refuse_coroutine(value, self.name, "background()")
        except BaseException as error:  # kept for whoever asks for the result
            self._ended(error=error)
        else:
            self._ended(value)

    async def _await(self) -> None:
        import asyncio

        self._aio = asyncio.current_task()
        try:
            if self._stopping:  # since before this first step: there was nothing yet to cancel
                raise asyncio.CancelledError
            value = await self._call()
        except BaseException as error:  # kept for whoever asks for the result
            self._ended(error=error)
        else:
            self._ended(value)
        finally:
            assert self._loop is not None  # it runs on it
            give_back(self._loop)

    def _ended(self, value: Any = None, error: BaseException | None = None) -> None:
        leave()
        with self.changed:  # the state comes last: who waits for it goes on at once, and looks at all else
            if error is None:
                state, self._value = "done", value
            elif self._stopping and (isinstance(error, (Stopped, OSError, EOFError)) or is_cancelled(error)):
                state = "stopped"  # what our own stopping broke is no fault
            else:
                state = "failed"
                self.failed(error)
            if state != "failed" and not self._record.text():
                self.forget()
            self._state = state
            self.over()

    # -- what one asks ------------------------------------------------------------------------------------

    @property
    def done(self) -> bool:
        """Has it ended, one way or another?"""
        return self._state != "running"

    @property
    def error(self) -> BaseException | None:
        """What the function raised, None if nothing (yet)."""
        for failure in self._failures:
            failure.shown = True
            return failure.error
        return None

    def result(self, timeout: float = 10.0) -> Any:
        """What the function returned; waits for it.

        Raises what the function raised, TimeoutError if it has not ended within the timeout (seconds; it goes
        on), and TaskError if it was stopped.
        """
        timeout = seconds("timeout", timeout)
        if not self.come(lambda: self.done, timeout):
            error = TimeoutError(
                f"{self.title} has not returned within {timeout:g} s; ask again, or stop() it"
            )
            if where := self._where():
                error.add_note("It is here:\n" + where.rstrip("\n"))
            raise error
        self.show_output()
        if self._state == "failed":
            failure = self.error
            assert failure is not None
            raise failure
        if self._state == "stopped":
            raise TaskError(f"{self.title} was stopped before it returned")
        return self._value

    def _where(self) -> str:
        thread = self._thread or (self._loop.thread if self._loop else None)
        return thread.where() if thread is not None and thread.is_alive() else ""

    def __repr__(self) -> str:
        if self._state == "failed":
            return f"<{self.title} failed: {describe(self._failures[0].error)}>"
        if self._state == "done":
            return f"<{self.title} done: {_short(self._value)}>"
        return f"<{self.title} {self._state}>"

    # -- the end ------------------------------------------------------------------------------------------

    def adopt(self, sock: HostSocket) -> None:
        """It made a socket: stop() ends what waits in it."""
        with self.changed:
            self._sockets.add(sock)
        if self._stopping:
            sock._interrupt(self._reason())

    def _reason(self) -> Stopped:
        return Stopped(f"{self.title} was stopped")

    def _end(self, timeout: float) -> None:
        """End the function: its sockets are shut down, and then, if it still goes on, it is interrupted."""
        deadline = time.monotonic() + timeout
        with self.changed:
            self._stopping = True
            if self.done:
                return
            sockets = list(self._sockets)
        for sock in sockets:
            if sock.fileno() >= 0:
                sock._interrupt(self._reason())
        shut_down(moved_inodes(self))
        if self._thread is not None:
            late = self._end_thread(self._thread, timeout, deadline)
        else:
            late = self._end_task(timeout, deadline)
        with self.changed:
            if late is not None and not self.done:
                error = TimeoutError(
                    f"it did not end within {timeout:g} s of stop(), and goes on: Python cannot end it"
                )
                if late:
                    error.add_note("It is here:\n" + late.rstrip("\n"))
                self.failed(error)
            if not self.done:
                self._state = "stopped"
                self.over()

    def _end_thread(self, thread: Worker, timeout: float, deadline: float) -> str | None:
        # What is left after the shutdown of its sockets is mostly a loop or a sleep: neither ends by itself.
        late = end_threads([thread], min(deadline, time.monotonic() + timeout / 4), deadline)
        return next((where for worker, where in late if worker.is_alive()), None)

    def _end_task(self, timeout: float, deadline: float) -> str | None:
        assert self._loop is not None

        def cancel() -> None:
            if self._aio is not None:
                self._aio.cancel()

        with self.changed:
            if self.done:
                return None
        try:
            self._loop.loop.call_soon_threadsafe(cancel)
        except RuntimeError:  # the loop has ended, and all on it
            return None
        with self.changed:
            if self.changed.wait_for(lambda: self.done, timeout / 2):
                return None
        where = interrupted(self._loop.thread)  # it blocks its loop
        with self.changed:
            if self.changed.wait_for(lambda: self.done, max(0.1, deadline - time.monotonic())):
                return None
        return where


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
