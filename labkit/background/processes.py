"""A function of the notebook in a process of its own: a real one, with its own memory and its own pid."""

from __future__ import annotations

import contextlib
import os
import queue
import struct
import subprocess
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from labkit.background import shipping
from labkit.background.beside import Place
from labkit.background.completed import ProgramError, ending, so_far
from labkit.background.program_output import write_all
from labkit.background.programs import Program
from labkit.notebook.cell import replace_earlier
from labkit.running import forks
from labkit.running.callables import refuse_arguments, refuse_generators
from labkit.running.child import python_command
from labkit.running.threads import name_of
from labkit.sockets import place

if TYPE_CHECKING:
    from labkit.network.host import Host


class Process(Program):
    """function(*arguments) in a new Python process, begun at once: `pid`, `output`, `wait()`, `stop()`.

        child = Process(serve, path)         # on a host: host.process(serve, path)
        child.wait()

    The process gets a *copy* of the function, of its arguments and of the notebook's names that it uses; what
    it returns is dropped; an `async def` is run to its end.  Its end is an exit status; all else that it should
    tell must be sent.

    host      a host of a Network on which it runs; None: this machine
    pass_fds  descriptors (numbers, or sockets and files) that it inherits, each under the same number

    It ends with the notebook, however that ends, and with another run of the cell.  It is never forked from
    the notebook, whose threads would be missing in the copy and their locks held for ever (os.fork).
    Raises TypeError (NotPortable) for what cannot be copied, ValueError for pass_fds on a host.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        host: Host | None = None,
        pass_fds: Iterable[Any] = (),
    ) -> None:
        if not callable(function):
            raise TypeError(
                f"Process runs a function (got {function!r}); write Process(f, 1), not Process(f(1))"
            )
        refuse_generators(function)
        refuse_arguments(function, arguments, {})
        descriptors = tuple(_descriptor(one) for one in pass_fds)
        if host is not None and descriptors:
            raise ValueError(
                "a program on a host inherits nothing (its parent is the wire's process); send the descriptors"
                " over a Unix socket: socket.send_fds"
            )
        parcel = shipping.pack(function, arguments)
        replace_earlier(self)
        name = name_of(function, "function")
        where: Place = host if host is not None else _ThisMachine(descriptors)
        owner = 0 if host is not None else os.getpid()
        argv = python_command("labkit.background.arriving", owner)
        super().__init__(where, argv, env=None, cwd=None, merged=True)
        on = f" on {host.name}" if host is not None else ""
        self.name, self.title = name, f"{name} in its own process{on}"
        self._send(parcel)

    def _send(self, parcel: bytes) -> None:
        """Write what to run; it reads while we write."""
        with contextlib.suppress(BrokenPipeError):  # it has ended, and its output says why
            write_all(self.stdin.fileno(), parcel)

    def wait(self, timeout: float = 10.0) -> int:
        """Wait until it has ended; returns its exit status.

        Raises TimeoutError after the timeout (seconds), and ProgramError, with the traceback, if the function
        raised.
        """
        status = super().wait(timeout)
        if status and not self._ours:
            raise ProgramError(f"{self.title}: {ending(status)}\n{so_far(self.output)}")
        return status

    def close(self) -> None:
        """End it; what it printed is shown to nobody, as the cell that began it runs again."""
        self.end(2.0)
        self.forget()


class _ThisMachine:
    """What a Program asks of its host and its host's core, for the machine itself."""

    name, closed = "this machine", False

    def __init__(self, pass_fds: tuple[int, ...]) -> None:
        self.core = self
        self.ending: list[Any] = []  # nobody but the program itself ends it
        self._pass_fds = pass_fds
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Lock()  # held while it is reaped: from then on its number may be another's

    def spawn(self, _host, argv, *, cwd, env, stdin, stdout, stderr, status) -> int:
        """Start a program; when it ends, its wait status is written to `status` as a struct "<i"."""
        process = _start(
            lambda: subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=self._pass_fds,
                start_new_session=True,
            )
        )
        self._process = process
        tell = os.dup(status)
        reaper = threading.Thread(
            target=_await, args=(process, self._ending, tell), daemon=True, name="labkit reaper"
        )
        reaper.start()
        return process.pid

    def signal(self, pid: int, number: int) -> bool:
        """Send a signal to the program's process group; False when it has ended."""
        with self._ending:
            if self._process is None or self._process.returncode is not None:
                return False
            try:
                os.killpg(pid, number)
            except ProcessLookupError:
                return False
            return True


def _await(process: subprocess.Popen[bytes], ending: threading.Lock, tell: int) -> None:
    if hasattr(os, "waitid"):  # on macOS from Python 3.13 on
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with ending:
            code = process.wait()
    else:
        code = process.wait()
    try:
        os.write(tell, struct.pack("<i", -code if code < 0 else code << 8))
    except BrokenPipeError:  # nobody waits for it any more
        pass
    finally:
        os.close(tell)


# A process that asks to die with its parent dies with the parent's *thread* that started it (prctl(2),
# PR_SET_PDEATHSIG).  So one thread, which lasts as long as the notebook, starts them all.
_requests: queue.SimpleQueue = queue.SimpleQueue()
_starter: threading.Thread | None = None
_lock = threading.Lock()


@forks.anew
def _none_started() -> None:
    global _requests, _starter, _lock
    _requests, _starter, _lock = queue.SimpleQueue(), None, threading.Lock()


def _start(begin: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    global _starter
    with _lock:
        if _starter is None or not _starter.is_alive():
            _starter = threading.Thread(target=_serve, daemon=True, name="labkit starter")
            with place.machine():  # it outlives the host that the code is on now
                _starter.start()
    answer: queue.SimpleQueue = queue.SimpleQueue()
    _requests.put((begin, answer))
    started = answer.get()
    if isinstance(started, BaseException):
        raise started
    return started


def _serve() -> None:
    while True:
        begin, answer = _requests.get()
        try:
            answer.put(begin())
        except BaseException as error:  # whoever asked for it is told
            answer.put(error)


def _descriptor(thing: Any) -> int:
    number = thing if isinstance(thing, int) else getattr(thing, "fileno", lambda: None)()
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise TypeError(f"pass_fds are open descriptors: numbers, sockets or files (got {thing!r})")
    return number
