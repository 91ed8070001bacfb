"""Programs on a host: started, fed, waited for and ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from labkit.background import command
from labkit.background.beside import Beside, Place, running, seconds
from labkit.background.completed import ProgramError, ending, held_back, so_far
from labkit.background.program_output import Kept, close_all, pipe, unheard, write_all
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets import owners

if TYPE_CHECKING:
    from labkit.background.command import Argument


class Program(Beside):
    """A program that runs on a host: ``output``, ``wait()``, ``wait_for(text)``, ``stdin``, ``stop()``."""

    error_type = ProgramError

    def __init__(
        self,
        host: Place,
        argv: Sequence[Argument],
        *,
        env: Mapping[str, str] | None,
        cwd: str | os.PathLike[str] | None,
        merged: bool,
    ) -> None:
        self.argv = command.arguments(argv)
        path, environment = command.path(self.argv[0], env), command.environment(env)
        directory = command.directory(cwd)
        name = os.path.basename(self.argv[0])
        with uninterrupted():
            super().__init__(host, name, f"{name} on {host.name}")
            self._out, self._err = Kept(), Kept()
            self._asked = not merged  # whoever waits for it sees its failure
            self._returncode: int | None = None
            self._ours = False  # we ended it
            opened: list[int] = []
            try:
                theirs_in, ours_in = pipe(opened)
                ours_out, theirs_out = pipe(opened)
                ours_err, theirs_err = (None, theirs_out) if merged else pipe(opened)
                ours_status, theirs_status = pipe(opened)
                self.pid = host.core.spawn(
                    host.name,
                    [path, *self.argv[1:]],
                    cwd=directory,
                    env=environment,
                    stdin=theirs_in,
                    stdout=theirs_out,
                    stderr=theirs_err,
                    status=theirs_status,
                )
            except BaseException:
                close_all(opened)
                raise
            close_all({theirs_in, theirs_out, theirs_err, theirs_status})
            self.stdin = os.fdopen(ours_in, "w", buffering=1, encoding="utf-8")
            read, title = (ours_out, ours_err, ours_status), f"labkit {self.title}"
            self._reader = threading.Thread(target=self._read, args=read, daemon=True, name=title)
            self.appear()
            self._reader.start()

    def _read(self, out: int, err: int | None, status: int) -> None:
        kept: dict[int, Kept] = {out: self._out} | ({err: self._err} if err is not None else {})
        left = {*kept, status}
        poll = select.poll()
        for descriptor in left:
            poll.register(descriptor, select.POLLIN)
        result, patience = b"", None
        try:
            while len(left) > 1 or status in left:
                ready = poll.poll(patience)
                if not ready:  # it has ended, but a child of its holds its output open
                    break
                for descriptor, _ in ready:
                    data = os.read(descriptor, 65536)
                    if descriptor == status:
                        result += data
                        patience = 200
                    elif data:
                        with self.changed:
                            kept[descriptor].add(data)
                            self.changed.notify_all()
                    if not data or (descriptor == status and len(result) == 4):
                        poll.unregister(descriptor)
                        left.remove(descriptor)
        finally:
            close_all({out, status, *kept})
            # Without a status the helper has gone, and took the program along.
            code = (
                os.waitstatus_to_exitcode(struct.unpack("<i", result)[0])
                if len(result) == 4
                else -signal.SIGKILL
            )
            with self.changed:
                self._returncode = code
                if code and not self._ours and not self._asked:
                    self.failed(ProgramError(f"{ending(code)}\n{so_far(self._text())}"))
                self.changed.notify_all()

    def _feed(self, data: str | bytes | None) -> None:
        if data is None:
            self._close_stdin()
            return
        raw = data.encode() if isinstance(data, str) else data

        def write() -> None:
            try:
                write_all(self.stdin.fileno(), raw)
            except (OSError, ValueError):  # it reads no more, or has ended
                pass
            self._close_stdin()

        threading.Thread(target=write, daemon=True, name=f"labkit {self.title} stdin").start()

    def left_to_the_parent(self) -> None:
        """As of every Beside; and half a line that the parent has written must not come twice."""
        super().left_to_the_parent()
        if not self.stdin.closed:
            unheard(self.stdin.fileno())

    def _close_stdin(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # it has ended: what was not written yet is of no use
            self.stdin.close()

    def _text(self) -> str:
        return self._out.text() + self._err.text()

    # -- what one asks ------------------------------------------------------------------------------------

    @property
    def output(self) -> str:
        """What it printed so far, standard output and error as they came."""
        self._seen()
        with self.changed:
            return self._text()

    @property
    def returncode(self) -> int | None:
        """None while it runs; then its status, or minus the number of the signal that ended it."""
        self._seen()
        return self._returncode

    def _seen(self) -> None:
        self._asked = self._asked or self._returncode is not None
        for failure in self._failures:
            failure.shown = True

    def show_output(self) -> None:
        """A program's chatter is there for those who ask; only its failure is shown unasked."""

    def wait(self, timeout: float = 10.0) -> int:
        """Wait until it ends; returns its status.  TimeoutError after the timeout (seconds; it goes on)."""
        timeout = seconds("timeout", timeout)
        if not self.come(lambda: self._returncode is not None, timeout):
            raise TimeoutError(
                f"{self.title} has not ended within {timeout:g} s; terminate() or stop() it.\n"
                f"{so_far(self._text())}"
            )
        self._seen()
        assert self._returncode is not None
        return self._returncode

    def wait_for(self, text: str, timeout: float = 5.0) -> str:
        """Wait until it has printed a text; returns its output.

        Raises TimeoutError after the timeout (seconds), ProgramError if it ends without having printed it.
        """
        timeout = seconds("timeout", timeout)
        with self.changed:
            self.come(lambda: text in self._text() or self._returncode is not None, timeout)
            output = self._text()
            if text in output:
                return output
            ended = self._returncode
        self._seen()
        if ended is not None:
            how = f"ended ({ending(ended)}) without having printed {text!r}"
            raise ProgramError(f"{self.title} {how}.\n{so_far(output)}")
        told = so_far(output, held_back(self.argv))
        raise TimeoutError(f"{self.title} has not printed {text!r} within {timeout:g} s.\n{told}")

    def send_signal(self, number: int) -> None:
        """Send a signal to it and to all that it has started; nothing happens when it has ended."""
        if self._returncode is None and not self.host.core.closed:
            self._ours = True
            self.host.core.signal(self.pid, int(number))

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it (SIGKILL)."""
        self.send_signal(signal.SIGKILL)

    def _end(self, timeout: float) -> None:
        """Terminate it, and kill it if it has not ended after half the timeout (seconds)."""
        deadline = time.monotonic() + timeout
        for number, until in ((signal.SIGTERM, deadline - timeout / 2), (signal.SIGKILL, deadline)):
            if self._returncode is not None:
                break
            self.send_signal(number)
            with self.changed:
                self.changed.wait_for(
                    lambda: self._returncode is not None, max(0.05, until - time.monotonic())
                )
        self._close_stdin()
        if self._returncode is None and not self.host.core.closed:
            raise TimeoutError(f"{self.title} (pid {self.pid}) did not end within {timeout:g} s of SIGKILL")

    def __repr__(self) -> str:
        self._seen()
        state = f"running, pid {self.pid}" if self._returncode is None else ending(self._returncode)
        return f"<{self.title}: {state}>"


def processes(host: Place) -> list[tuple[int, str]]:
    """(pid, name) of the programs that run on a host and of all that they have started."""
    found = []
    for program in running([host]):
        if isinstance(program, Program) and program._returncode is None:
            todo = [program.pid]
            while todo:
                pid = todo.pop()
                found.append((pid, program.name))
                try:
                    with open(f"/proc/{pid}/task/{pid}/children") as file:
                        todo += [int(word) for word in file.read().split()]
                except OSError:  # it has ended
                    continue
    return found


owners.programs.append(processes)
