"""Programs that run on a host: forked by the helper into the host's network, and ended with it."""

from __future__ import annotations

import ctypes
import os
import signal
import struct

from labkit.wire import namespaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from labkit.wire.loop import Wire

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


class Programs:
    """The helper's children. Each leads a session of its own; its end is written to its status descriptor."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._running: dict[int, tuple[int, int]] = {}  # pid: (pidfd, status descriptor)
        # Grandchildren whose parent has ended become ours, so that none outlives the network.
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def spawn(
        self,
        network: int,
        argv: list[str],
        cwd: str,
        environment: dict[str, str],
        descriptors: Sequence[int],
        status: int,
    ) -> int:
        """Start a program; returns its pid. Raises OSError when it cannot be executed.

        network       descriptor of the network namespace that it runs in
        descriptors   its standard input, output and error, which are closed here
        status        written when it has ended: its wait status, as a struct "<i"
        """
        self._reap_orphans()
        failure_read, failure_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            _become(network, argv, cwd, environment, descriptors, failure_write)
        os.close(failure_write)
        failure = os.read(failure_read, 4)  # empty as soon as exec has succeeded
        os.close(failure_read)
        for descriptor in descriptors:
            os.close(descriptor)
        if failure:
            os.waitpid(pid, 0)
            os.close(status)
            number = struct.unpack("<i", failure)[0]
            raise OSError(number, os.strerror(number), argv[0])
        pidfd = os.pidfd_open(pid)
        self._running[pid] = (pidfd, status)
        self._wire.handle(pidfd, lambda: self._ended(pid))
        return pid

    def signal(self, pid: int, number: int) -> bool:
        """Send a signal to the program's whole process group; False when it has ended."""
        if pid not in self._running:
            return False
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return False
        return True

    def _ended(self, pid: int) -> None:
        _, result = os.waitpid(pid, 0)
        self._reap_orphans()
        pidfd, status = self._running.pop(pid)
        self._wire.unhandle(pidfd)
        os.close(pidfd)
        try:
            os.write(status, struct.pack("<i", result))
        except BrokenPipeError:  # nobody waits for it any more
            pass
        os.close(status)

    def _reap_orphans(self) -> None:
        """What programs left behind, and what has ended since: nobody else waits for it."""
        for child in _children_of(os.getpid()):
            if child not in self._running:
                os.waitpid(child, os.WNOHANG)

    def end_all(self) -> None:
        """Kill every program and all that they have started."""
        me = os.getpid()
        while children := _children_of(me):
            for child in children:
                try:
                    os.killpg(child, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):  # leads no group
                    pass
                os.kill(child, signal.SIGKILL)
            for child in children:
                os.waitpid(child, 0)


def _children_of(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def _become(
    network: int,
    argv: list[str],
    cwd: str,
    environment: dict[str, str],
    descriptors: Sequence[int],
    failure: int,
) -> NoReturn:
    """In the child: become the program, or report errno and exit. Never returns."""
    try:
        os.setsid()
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        namespaces.enter(network)
        for target, descriptor in enumerate([os.dup(d) for d in descriptors]):
            os.dup2(descriptor, target)
        os.closerange(3, failure)
        os.closerange(failure + 1, 65536)
        for number in (signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.chdir(cwd)
        os.execve(argv[0], argv, environment)
    except OSError as error:
        os.write(failure, struct.pack("<i", error.errno))
    finally:
        os._exit(127)
