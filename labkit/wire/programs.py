"""Programs that run on a host: forked by the helper into the host's network, and ended with it, or with who asked."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from labkit.wire import csocket as socket
from labkit.wire import dropping, inherited, mounts, namespaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from labkit.wire.askers import Asker
    from labkit.wire.inherited import Limits
    from labkit.wire.loop import Wire
else:  # the same, and no enumerations to load
    import _signal as signal

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUTS = 0x04000000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


class Programs:
    """The helper's children. Each leads a session of its own; its end is written to its status descriptor."""

    def __init__(self, wire: Wire, limits: Limits, tables: Mapping[int, bytes]) -> None:
        self._wire = wire
        self._tables = tables  # by host's network: what its programs have as /etc/hosts
        self._files: dict[int, int | None] = {}  # by host's network: the mount namespace of its programs
        self._limits = limits  # that programs have
        self._running: dict[int, tuple[Asker, int, int]] = {}  # pid: (who asked, pidfd, status descriptor)
        # Held open: the end of all programs must not fail because there is no room for another open file.
        self._children = os.open(f"/proc/self/task/{os.getpid()}/children", os.O_RDONLY | os.O_CLOEXEC)
        # Grandchildren whose parent has ended become ours, so that none outlives the network.
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def spawn(
        self,
        asker: Asker,
        network: int,
        argv: list[str],
        cwd: str,
        environment: dict[str, str],
        descriptors: Sequence[int],
        status: int,
        terminal: str | None = None,
    ) -> int:
        """Start a program; returns its pid. Raises OSError when it cannot be executed.

        asker         who asks for it: the program ends with them at the latest
        network       descriptor of the network namespace that it runs in
        descriptors   its standard input, output and error
        status        written when it has ended: its wait status, as a struct "<i"; once it runs, closed here
        terminal      its standard input is to be its controlling terminal, and this the name of its machine
        """
        self._reap()
        if network not in self._files:  # once for each host: the kernel takes its time to unmount
            self._files[network] = mounts.own_files(network, self._tables[network])
        failure_read, failure_write = os.pipe()
        helper = os.getpid()
        try:
            pid = os.fork()
            if pid == 0:
                _become(
                    helper,
                    network,
                    argv,
                    cwd,
                    environment,
                    descriptors,
                    failure_write,
                    self._limits,
                    self._files[network],
                    terminal,
                )
        finally:
            os.close(failure_write)
            try:
                # Empty as soon as exec has succeeded, or where nothing was forked.
                failure = os.read(failure_read, 4)
            finally:
                os.close(failure_read)
        try:
            if failure:
                number = struct.unpack("<i", failure)[0]
                raise OSError(number, os.strerror(number), argv[0])
            pidfd = os.pidfd_open(pid)
        except OSError:
            os.kill(pid, signal.SIGKILL)  # it is ours to wait for, so this pid is no other's
            os.waitpid(pid, 0)
            raise
        self._running[pid] = (asker, pidfd, status)
        self._wire.handle(pidfd, self._reap)
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

    def end_of(self, asker: Asker) -> None:
        """Kill the programs of somebody who has gone, and the jobs of their shells, which are groups of their own."""
        for pid in [pid for pid, running in self._running.items() if running[0] is asker]:
            killed: set[int] = set()
            while found := _session(pid) - killed:
                for member in found:
                    _kill(member, pid)
                killed |= found

    def _reap(self) -> None:
        """Take note of every child that has ended: programs, and what those left behind."""
        while True:
            try:
                pid, result = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:  # there is none
                return
            if pid == 0:
                return
            if pid in self._running:
                self._ended(pid, result)

    def _ended(self, pid: int, result: int) -> None:
        _, pidfd, status = self._running.pop(pid)
        self._wire.unhandle(pidfd)
        os.close(pidfd)
        try:
            os.write(status, struct.pack("<i", result))
        except BrokenPipeError:  # nobody waits for it any more
            pass
        os.close(status)

    def end_all(self) -> None:
        """Kill every program and all that they have started."""
        while children := [int(word) for word in os.pread(self._children, 1 << 20, 0).split()]:
            for child in children:
                try:
                    os.killpg(child, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):  # leads no group
                    pass
                os.kill(child, signal.SIGKILL)
            for child in children:
                os.waitpid(child, 0)


def _session(leader: int) -> set[int]:
    """The processes of a session, those that have ended and nobody has seen yet among them."""
    found = set()
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            if os.getsid(pid) == leader:
                found.add(pid)
        except ProcessLookupError:  # it has ended meanwhile
            continue
    return found


def _kill(pid: int, leader: int) -> None:
    """Kill a process of this session; nobody who has been given its number since it was seen there."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:  # it has ended meanwhile
        return
    try:
        if os.getsid(pid) == leader:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:  # as above
        pass
    finally:
        os.close(descriptor)


def _become(
    helper: int,
    network: int,
    argv: list[str],
    cwd: str,
    environment: dict[str, str],
    descriptors: Sequence[int],
    failure: int,
    limits: Limits,
    files: int | None,
    terminal: str | None,
) -> NoReturn:
    """In the child: become the program, or report errno and exit. Never returns."""
    try:
        os.setsid()
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != helper:  # it had ended before
            os._exit(127)
        namespaces.enter(network)
        if files is not None:
            mounts.enter(files)
        if dropping.one_user():
            dropping.seem_to_succeed()
        for target, descriptor in enumerate(descriptors):  # all above 2: the helper has those three itself
            os.dup2(descriptor, target)
        if terminal is not None:
            _take_terminal(terminal)
        os.closerange(3, failure)
        os.closerange(failure + 1, 65536)
        os.chdir(cwd)
        inherited.give_back(limits)
        os.execve(argv[0], argv, environment)
    except Exception as error:  # there is nobody else here who could tell of it
        os.write(failure, struct.pack("<i", getattr(error, "errno", None) or errno.EINVAL))
    finally:
        os._exit(127)


def _take_terminal(name: str) -> None:
    """The standard input becomes the controlling terminal, and a shell's prompt names the host where it can."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if _libc.unshare(_CLONE_NEWUTS) == 0:
        socket.sethostname(name)
