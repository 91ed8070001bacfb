"""What runs beside the notebook: it can be ended, and its failures are never lost.

Services, background tasks and programs are all a ``Beside``: it has a host, a title and an output, it
collects its failures, and it can be stopped within a deadline.  ``finish`` ends those of some hosts.
"""

from __future__ import annotations

import atexit
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from labkit.background.failures import BackgroundError, Failure, raise_all, show
from labkit.notebook.kernel import ipython
from labkit.running import forks, output, streams
from labkit.running.uninterrupted import LOOK_S, uninterrupted
from labkit.sockets import owners
from labkit.words import say

_live: dict[Beside, None] = {}  # what runs or has something to tell, in order of start
_lock = threading.RLock()
_watched: object = None  # the IPython shell that tells us of the ends of cells


class Place(Protocol):
    """Where something runs: a `Host`, or this machine."""

    @property
    def name(self) -> str: ...

    @property
    def core(self) -> Any: ...


class Beside:
    """Something that runs on a host beside the notebook.

    It is the business of the process that made it: a forked child neither ends it nor waits for it.
    """

    error_type: type[BackgroundError] = BackgroundError

    def __init__(self, host: Place, name: str, title: str) -> None:
        self.host, self.name, self.title = host, name, title
        self.home = forks.home()
        self._record = output.Output()
        self._failures: list[Failure] = []
        self._within = 0  # depth of with statements
        self.changed = threading.Condition(threading.RLock())
        streams.install()
        _watch()

    def appear(self) -> None:
        """It is complete, and has something to end or is about to: from now on others find it, from any thread."""
        with _lock:
            _live[self] = None
        if finish not in self.host.core.ending:
            self.host.core.ending.append(finish)

    @property
    def output(self) -> str:
        """What was printed there so far."""
        return self._record.read()

    def failed(self, error: BaseException, doing: str = "") -> None:
        """Keep an error until somebody is shown it."""
        with self.changed:
            failure = Failure(self.title, doing, error)
            self._failures.append(failure)
            self.changed.notify_all()
        if not self.home.here:  # nobody will ask a copy
            show([failure])

    def pending(self) -> list[Failure]:
        """The failures that nobody was shown."""
        return [failure for failure in list(self._failures) if not failure.shown]

    def end(self, timeout: float) -> None:
        """End it within the timeout (seconds), and say nothing."""
        if self.home.here:
            self._end(timeout)

    def _end(self, timeout: float) -> None:
        """End what is this process's own: the one thing that kinds differ in."""
        raise NotImplementedError

    def stop(self, timeout: float = 2.0) -> None:
        """End it within the timeout (seconds), but not in a forked child; show output and failures nobody has seen."""
        self.finish(timeout, raising=False)

    def left_to_the_parent(self) -> None:
        """This is a forked child's copy: no thread is there that could hold its locks."""
        self.changed = threading.Condition(threading.RLock())
        self._record.changed = threading.Condition()

    def forget(self) -> None:
        """It has ended, and everything has been told."""
        with _lock:
            _live.pop(self, None)

    def finish(self, timeout: float, raising: bool) -> None:
        """End it, show what it printed that nobody saw, and raise or show its failures."""
        if not self.home.here:
            return
        # Half ended it would hold its port, its threads or a lock; the timeout bounds it.
        with uninterrupted():
            try:
                self.end(seconds("timeout", timeout))
            except Exception:
                self._tell(raising=False)
                raise
            self._tell(raising)

    def _tell(self, raising: bool) -> None:
        """It has ended: show what it printed that nobody saw, and raise or show its failures."""
        self.show_output()
        failures = self.pending()
        self.forget()
        if raising:
            raise_all(failures, self.error_type)
        show(failures)

    def show_output(self) -> None:
        """Print what it printed and nobody saw, each line marked with its title."""
        if text := self._record.take():
            sys.stdout.write(
                "".join(f"{self.title} │ {line}" for line in (text.rstrip("\n") + "\n").splitlines(True))
            )
            sys.stdout.flush()

    def __enter__(self) -> Self:
        self._within += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._within -= 1
        self.finish(2.0, raising=error is None)

    def come(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Wait until condition() is true, so many seconds at most; returns whether it is.

        In a forked child nothing will change: raises RuntimeError there, unless it is true already.
        """
        deadline = time.monotonic() + timeout
        while True:
            # A condition's lock is not safe from interrupts: they come between two looks.
            with uninterrupted(), self.changed:
                if condition():
                    return True
                if not self.home.here:
                    raise self.home.elsewhere(
                        say("{title} was started", title=self.title),
                        say("wait for it there, or start your own here"),
                    )
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(left, LOOK_S))

    def wait_until(self, condition: Callable[[], bool], timeout: float, waiting_for: str) -> None:
        """Wait until condition() is true; TimeoutError says what was waited for and how things stand."""
        timeout = seconds("timeout", timeout)
        if not self.come(condition, timeout):
            raise TimeoutError(f"{self.title}: waited {timeout:g} s for {waiting_for}; now it is {self!r}")


def seconds(name: str, value: float) -> float:
    """Check a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
        raise ValueError(f"{name} is a number of seconds, at least 0 (got {value!r}); write {name}=5")
    return min(float(value), threading.TIMEOUT_MAX)


def running(hosts: Iterable[Place] | None = None) -> list[Beside]:
    """What runs on these hosts (None: on all), in order of start."""
    with _lock:
        return [thing for thing in _live if hosts is None or any(thing.host is host for host in hosts)]


def finish(hosts: Sequence[Place] | None = None, *, raising: bool = False, timeout: float = 2.0) -> None:
    """Stop all that runs on these hosts, newest first; show its output; raise its failures, or show them.

    raising: raise a BackgroundError (at the end of a with statement without an error); else print to stderr.
    timeout: seconds, for all together.
    """
    with uninterrupted():
        _finish(hosts, raising, time.monotonic() + timeout)


def _finish(hosts: Sequence[Place] | None, raising: bool, deadline: float) -> None:
    failures: list[Failure] = []
    errors: list[Failure] = []
    things = running(hosts)
    for thing in reversed(things):
        try:
            thing.end(max(0.05, deadline - time.monotonic()))
        except Exception as error:  # the others must be stopped all the same
            errors.append(Failure(thing.title, "when it was stopped", error))
    for thing in things:
        thing.show_output()
        failures += thing.pending()
        thing.forget()
    if raising:
        kinds = [thing.error_type for thing in things if thing.pending()] or [BackgroundError]
        raise_all(failures + errors, kinds[0])
    else:
        show(failures + errors)


def _end_of_cell(*_: object) -> None:
    for thing in running():
        if not thing._within:
            show(thing.pending())


def _watch() -> None:
    """See to it that failures are shown at the end of the cell that runs, or at the end of the program."""
    global _watched
    if _watched is None:
        # What a forked child has inherited, unless it was cleared (multiprocessing).
        atexit.unregister(finish)
        atexit.register(finish, timeout=1.0)
        _watched = atexit
    shell = ipython()
    if shell is not None and shell is not _watched:
        shell.events.register("post_run_cell", _end_of_cell)
        _watched = shell


_inherited: list[Beside] = []  # held for ever: what is collected may close what is its parent's


@forks.anew
def _leave_to_the_parent() -> None:
    """In a forked child nothing runs beside yet, and what it prints and makes belongs to no service or task."""
    global _live, _lock, _watched
    left = list(_live)
    _inherited.extend(left)
    _live, _lock, _watched = {}, threading.RLock(), None
    output.sink.set(None)
    owners.maker.set(None)
    for thing in left:  # last: it may find no room for a descriptor
        thing.left_to_the_parent()
