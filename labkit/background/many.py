"""Many tasks at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Generator, Iterable
from functools import partial
from types import TracebackType
from typing import Any

from labkit.background.beside import seconds
from labkit.background.failures import TaskError
from labkit.background.tasks import Task


class Tasks(tuple[Task, ...]):
    """Many tasks as one: ``Tasks(host.background(fetch, i) for i in range(100))``."""

    def __new__(cls, tasks: Iterable[Task] = ()) -> Tasks:
        tasks = tuple(tasks)
        for task in tasks:
            if not isinstance(task, Task):
                raise TypeError(f"Tasks holds what host.background() gives (got {task!r})")
        return super().__new__(cls, tasks)

    @property
    def done(self) -> bool:
        """Have all ended?"""
        return all(task.done for task in self)

    @property
    def errors(self) -> tuple[BaseException, ...]:
        """What those raised that failed."""
        return tuple(task.error for task in self if task._state == "failed" and task.error is not None)

    @property
    def output(self) -> str:
        """What they printed, task by task."""
        return "".join(task.output for task in self)

    def wait(self, timeout: float = 10.0) -> Tasks:
        """Wait until all have ended; TimeoutError after the timeout (seconds, for all together)."""
        deadline = time.monotonic() + seconds("timeout", timeout)
        for task in self:
            if not task.come(partial(_done, task), max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"not all have ended within {timeout:g} s: {self!r}")
        return self

    def results(self, timeout: float = 10.0) -> list[Any]:
        """What they returned, in order; raises TaskError if any failed (the first is its cause)."""
        self.wait(timeout)
        failed = [task for task in self if task._state == "failed"]
        if failed:
            errors = self.errors
            error = TaskError(f"{self!r}; first {failed[0].title}")
            error.errors = errors
            raise error from errors[0]
        return [task.result(0) for task in self]

    def __await__(self) -> Generator[Any, None, list[Any]]:
        """In an async cell: what results() gives, once all have ended."""
        return self._awaited().__await__()

    async def _awaited(self) -> list[Any]:
        for task in self:
            await task.until_done()
        return self.results(0)

    def stop(self, timeout: float = 2.0) -> None:
        """Stop those that still run, within the timeout (seconds, for all together)."""
        running = [task for task in self if not task.done and task.home.here]
        deadline = time.monotonic() + seconds("timeout", timeout)
        threads = [
            threading.Thread(target=task.end, args=(max(0.05, deadline - time.monotonic()),), daemon=True)
            for task in running
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.5, deadline + 0.5 - time.monotonic()))

    def __enter__(self) -> Tasks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None:
            from labkit.background.failures import raise_all

            raise_all([failure for task in self if task.home.here for failure in task.pending()], TaskError)

    def __repr__(self) -> str:
        states = Counter(task._state for task in self)
        text = ", ".join(
            f"{states[state]} {state}" for state in ("done", "running", "stopped", "failed") if states[state]
        )
        names = Counter(type(task._failures[0].error).__name__ for task in self if task._state == "failed")
        kinds = ", ".join(
            name if len(names) == 1 else f"{number} {name}" for name, number in names.most_common(3)
        )
        count = f"{len(self)} task{'s' if len(self) != 1 else ''}"
        return count + (f": {text}" if text else "") + (f": {kinds}" if kinds else "")


def _done(task: Task) -> bool:
    return task.done
