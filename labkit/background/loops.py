"""An asyncio event loop in a thread beside the notebook, which can always be ended."""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
from collections.abc import Callable
from functools import partial

from labkit.background.beside import Beside
from labkit.background.workers import Worker, end_threads, enter
from labkit.running.coroutines import cancel_all
from labkit.running.threads import Stopped, through
from labkit.running.uninterrupted import uninterrupted


class Loop:
    """An event loop of its own for a Beside: a handler that blocks it blocks nobody else's."""

    def __init__(self, beside: Beside):
        import asyncio  # 40 ms that threads do without

        self._beside = beside
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(self._complaint)
        self.quiet = False  # it is being stopped: what breaks now breaks because of that
        self.at_end: list = []  # called on the loop when nothing runs there any more
        self.thread = Worker(beside, self._run)
        self.thread.start()

    def _run(self) -> None:
        import asyncio

        asyncio.set_event_loop(self.loop)
        while True:
            try:
                self.loop.run_forever()
                break
            except Stopped:  # hit the loop itself, not the task that blocked it
                if self.quiet:  # it was about to end, perhaps
                    self.loop.stop()
        steps: list[Callable[[], object]] = [
            *3 * [partial(cancel_all, self.loop, 0.5)],  # a task may start others when it ends
            *self.at_end,
            lambda: self.loop.run_until_complete(self.loop.shutdown_asyncgens()),
            lambda: self.loop.run_until_complete(asyncio.sleep(0)),  # transports close sockets a turn later
            self.thread.over,  # nothing of the learner's is left that could block it
            self.loop.close,
        ]
        for step in steps:
            through(step)

    def _complaint(self, loop, context) -> None:
        error = context.get("exception")
        if isinstance(error, Stopped) or self.quiet:
            return  # the consequence of a stop, not a fault
        self._beside.failed(
            error or RuntimeError(context["message"]), f"({context['message']})" if error else ""
        )

    def call(self, make_coroutine, timeout: float | None = None):
        """Run a coroutine on the loop and wait for its result; it may print and make sockets."""
        import concurrent.futures

        future: concurrent.futures.Future = concurrent.futures.Future()

        async def run():
            try:
                future.set_result(await make_coroutine())
            except BaseException as error:  # handed to the caller
                future.set_exception(error)

        self.start(run)
        return future.result(timeout)

    def start(self, make_coroutine, beside: Beside | None = None) -> None:
        """Start a coroutine as a task on the loop, in a context that belongs to a Beside (the loop's own)."""

        def create():
            writer = enter(beside or self._beside)
            task = self.loop.create_task(make_coroutine())
            task.add_done_callback(lambda _: writer.end())
            _alive.add(task)
            task.add_done_callback(_alive.discard)

        self.loop.call_soon_threadsafe(create, context=contextvars.Context())

    def stop(self, deadline: float) -> list[tuple[Worker, str]]:
        """Cancel what runs and end the thread by the deadline (monotonic s); returns what was forced."""
        import asyncio

        if threading.current_thread() is self.thread:
            self.quiet = True
            self.loop.stop()
            return []

        def cancel():
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.stop()

        with uninterrupted():
            if not self.quiet:  # asked again while it takes itself down, it would break off
                self.quiet = True
                with contextlib.suppress(RuntimeError):  # it has been closed
                    self.loop.call_soon_threadsafe(cancel)
        return end_threads([self.thread], min(deadline, time.monotonic() + 5))


_alive: set = set()  # asyncio itself holds tasks only weakly
