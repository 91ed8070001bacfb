"""What runs beside the notebook: threads that can be ended, and failures that are never lost.

Services, background tasks and programs are all a ``Beside``: it has a host, a title and an output, it
collects its failures, and it can be stopped within a deadline.  ``finish`` ends those of some hosts.
"""

from __future__ import annotations

import atexit
import os
import re
import sys
import threading
import time
import traceback
import types

from . import output, owners
from .threads import Stoppable


class BackgroundError(Exception):
    """Something that ran beside the notebook failed; its own error is the cause.

    ``errors`` are all the errors, the first of them being ``__cause__``.
    """

    errors: tuple[BaseException, ...] = ()


class ServiceError(BackgroundError):
    """A background server's handler failed."""


class TaskError(BackgroundError):
    """A background task failed, or could not be stopped."""


class Failure:
    """An error beside the notebook: what failed, doing what, and whether anybody was shown it."""

    def __init__(self, title: str, doing: str, error: BaseException):
        self.title, self.doing, self.error = title, doing, error
        self.shown = False
        error.__traceback__ = trimmed(error.__traceback__)

    def summary(self) -> str:
        """One line, and the line of the learner's code where it happened."""
        text = f"{self.title} failed{' ' + self.doing if self.doing else ''}: {describe(self.error)}"
        return text + (f"\n  {self.place()}" if self.place() else "")

    def place(self) -> str:
        """The line of the learner's code that failed."""
        frames = traceback.extract_tb(self.error.__traceback__)
        frames = [frame for frame in frames if not _is_library(frame.filename)] or frames
        if not frames:
            return ""
        return f"in {frames[-1].name}, line {frames[-1].lineno}" + (
            f": {frames[-1].line}" if frames[-1].line else ""
        )

    def report(self) -> str:
        """The summary and the whole traceback."""
        lines = "".join(traceback.format_exception(self.error))
        return f"{self.title} failed{' ' + self.doing if self.doing else ''}:\n{without_paths(lines)}"


_live: dict[Beside, None] = {}  # what runs or has something to tell, in order of start
_lock = threading.RLock()
_watched: object = None  # the IPython shell that tells us of the ends of cells


class Beside:
    """Something that runs on a host beside the notebook."""

    error_type: type[BackgroundError] = BackgroundError

    def __init__(self, host, name: str, title: str):
        self.host, self.name, self.title = host, name, title
        self._record = output.Output()
        self._failures: list[Failure] = []
        self._within = 0  # depth of with statements
        self.changed = threading.Condition(threading.RLock())
        output.install()
        _watch()
        with _lock:
            _live[self] = None

    @property
    def output(self) -> str:
        """What was printed there so far."""
        return self._record.read()

    def failed(self, error: BaseException, doing: str = "") -> None:
        """Keep an error until somebody is shown it."""
        with self.changed:
            self._failures.append(Failure(self.title, doing, error))
            self.changed.notify_all()

    def pending(self) -> list[Failure]:
        """The failures that nobody was shown."""
        return [failure for failure in list(self._failures) if not failure.shown]

    def end(self, timeout: float) -> None:
        """End it within the timeout (seconds), and say nothing: the one thing that kinds differ in."""
        raise NotImplementedError

    def stop(self, timeout: float = 2.0) -> None:
        """End it within the timeout (seconds); show its output and failures that nobody has seen."""
        self.finish(timeout, raising=False)

    def forget(self) -> None:
        """It has ended, and everything has been told."""
        with _lock:
            _live.pop(self, None)

    def finish(self, timeout: float, raising: bool) -> None:
        """End it, show what it printed that nobody saw, and raise or show its failures."""
        try:
            self.end(seconds("timeout", timeout))
        finally:
            self.show_output()
            failures = self.pending()
            self.forget()
            if not raising:
                show(failures)
        if raising:
            raise_all(failures, self.error_type)

    def show_output(self) -> None:
        """Print what it printed and nobody saw, each line marked with its title."""
        if text := self._record.take():
            sys.stdout.write(
                "".join(f"{self.title} │ {line}" for line in (text.rstrip("\n") + "\n").splitlines(True))
            )
            sys.stdout.flush()

    def __enter__(self):
        self._within += 1
        return self

    def __exit__(self, kind, error, trace):
        self._within -= 1
        self.finish(2.0, raising=error is None)

    def wait_until(self, condition, timeout: float, waiting_for: str):
        """Wait until condition() is true; TimeoutError says what was waited for and how things stand."""
        timeout = seconds("timeout", timeout)
        with self.changed:
            if not self.changed.wait_for(condition, timeout):
                raise TimeoutError(
                    f"{self.title}: waited {timeout:g} s for {waiting_for}; now it is {self!r}"
                )


def seconds(name: str, value) -> float:
    """Check a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
        raise ValueError(f"{name} is a number of seconds, at least 0 (got {value!r}); write {name}=5")
    return min(float(value), threading.TIMEOUT_MAX)


def running(hosts=None) -> list[Beside]:
    """What runs on these hosts (None: on all), in order of start."""
    with _lock:
        return [thing for thing in _live if hosts is None or any(thing.host is host for host in hosts)]


def finish(hosts=None, *, raising: bool = False, timeout: float = 2.0) -> None:
    """Stop all that runs on these hosts, newest first; show its output; raise its failures, or show them.

    raising: raise a BackgroundError (at the end of a with statement without an error); else print to stderr.
    timeout: seconds, for all together.
    """
    deadline = time.monotonic() + timeout
    failures, errors = [], []
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


def raise_all(failures: list[Failure], kind: type[BackgroundError]) -> None:
    """Raise the failures as one error, if there are any."""
    if not failures:
        return
    text = failures[0].summary()
    if len(failures) > 1:
        text += "\n" + "\n".join(f"and {failure.summary()}" for failure in failures[1:10])
    if len(failures) > 10:
        text += f"\nand {len(failures) - 10} more"
    for failure in failures:
        failure.shown = True
    raised = kind(text)
    raised.errors = tuple(failure.error for failure in failures)
    raise raised from failures[0].error


def show(failures: list[Failure], most: int = 5) -> None:
    """Print failures to stderr; those that look the same, and those beyond the first few, are counted."""
    alike: dict[str, list[Failure]] = {}
    for failure in failures:
        failure.shown = True
        alike.setdefault(f"{type(failure.error)} {failure.error} {failure.place()}", []).append(failure)
    for same in list(alike.values())[:most]:
        sys.stderr.write(same[0].report())
        if len(same) > 1:
            sys.stderr.write(f"(and {len(same) - 1} more like it, the last in {same[-1].title})\n")
    if len(alike) > most:
        sys.stderr.write(f"(and {sum(map(len, list(alike.values())[most:]))} other errors)\n")
    if failures:
        sys.stderr.flush()


def _end_of_cell(*_) -> None:
    for thing in running():
        if not thing._within:
            show(thing.pending())


def _watch() -> None:
    """See to it that failures are shown at the end of the cell that runs, or at the end of the program."""
    global _watched
    if _watched is None:
        atexit.register(finish, timeout=1.0)
        _watched = atexit
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and shell is not _watched:
        shell.events.register("post_run_cell", _end_of_cell)
        _watched = shell


# -- threads ---------------------------------------------------------------------------------------------


class Worker(Stoppable):
    """A thread of a Beside: it prints to its output, tells it of its sockets, and can be ended."""

    def __init__(self, beside: Beside, work, label: str = ""):
        super().__init__(work, f"labkit {beside.title} {label}".rstrip())
        self._beside, self._label = beside, label

    def run(self) -> None:
        writer = enter(self._beside, self._label)
        try:
            super().run()
        finally:
            writer.end()
            with self._beside.changed:
                self._beside.changed.notify_all()

    def where(self) -> str:
        """Where in the learner's code the thread is, as in a traceback."""
        frame = sys._current_frames().get(self.ident)
        if frame is None:
            return ""
        stack = [entry for entry in traceback.extract_stack(frame) if not _is_ours(entry.filename)]
        own = [place for place, entry in enumerate(stack) if not _is_library(entry.filename)]
        stack = stack[own[0] : own[-1] + 1] if own else []
        return without_paths("".join(traceback.format_list(stack[-4:])))


def enter(beside: Beside, label: str = "") -> output.Writer:
    """Let the context of the running code belong to a Beside: its prints and the sockets that it makes."""
    writer = beside._record.writer(label)
    output.sink.set(writer)
    owners.maker.set(beside)
    return writer


def end_threads(threads: list[Worker], deadline: float) -> list[tuple[Worker, str]]:
    """Join threads until the deadline (monotonic seconds), then interrupt those that go on.

    Returns those that had to be interrupted, with where they were.
    """
    threads = [thread for thread in threads if thread.ident is not None]
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = [(thread, thread.where()) for thread in threads if thread.is_alive()]
    for attempt in range(3):  # code may catch the first one: `except:` in a loop
        for thread, _ in late:
            if thread.is_alive():
                thread.interrupt()
        until = time.monotonic() + 0.1 * (attempt + 1)
        for thread, _ in late:
            thread.join(max(0.0, until - time.monotonic()))
    return late


# -- tracebacks ------------------------------------------------------------------------------------------

_here = os.path.dirname(os.path.abspath(__file__))
_library = os.path.dirname(os.path.abspath(os.__file__))
_ours = {
    os.path.join(_here, name + ".py")
    for name in "background beside command datacalls loops output program service serving sockets threads".split()
}


def _is_ours(filename: str) -> bool:
    return filename in _ours


def _is_library(filename: str) -> bool:
    return (filename.startswith(_library) and "site-packages" not in filename) or filename.startswith(
        "<frozen"
    )


def trimmed(trace: types.TracebackType | None) -> types.TracebackType | None:
    """A traceback without the frames that led to the learner's code, and without ours below it."""
    frames = []
    while trace is not None:
        frames.append((trace.tb_frame, trace.tb_lasti, trace.tb_lineno))
        trace = trace.tb_next
    while frames and (_is_ours(_file(frames[0])) or _is_library(_file(frames[0]))):
        del frames[0]
    while frames and _is_ours(_file(frames[-1])):
        frames.pop()
    for frame, lasti, lineno in reversed(frames):
        trace = types.TracebackType(trace, frame, lasti, lineno)
    return trace


def _file(entry) -> str:
    return entry[0].f_code.co_filename


def describe(error: BaseException) -> str:
    """An error as the last line of its traceback says it."""
    return "".join(traceback.format_exception_only(error)).strip()


def without_paths(text: str) -> str:
    """A traceback in which a notebook's cells are no files: their names change with every kernel."""
    return _CELL_FILE.sub("Cell, ", text)


_CELL_FILE = re.compile(r'File "[^"]*[/\\\\]ipykernel_\d+[/\\\\]\d+\.py", |File "<ipython-input[^"]*", ')
