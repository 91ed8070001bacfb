"""A program on a host, at the terminal of whoever started it: what is typed goes there, what it prints comes here.

Where standard input and output are a terminal, the program gets one of its own, a pair of pseudo-terminals (pty(7)),
and this process carries bytes between the two: keys, Ctrl-C among them, mean there what they mean in any terminal, and
a shell has its jobs. Elsewhere the program has the very descriptors that this process has, and signals are passed on.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import termios
import tty
from collections.abc import Iterator, Mapping, Sequence

from labkit.network.doors.door import Door
from labkit.network.line import WentAway

_WAITING = 65536  # bytes that were typed (or pasted) ahead of the program
_PASSED_ON = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)


def run(
    door: Door, host: int, argv: Sequence[str], environment: Mapping[str, str], directory: str
) -> int | None:
    """Run a program on the host with that number until it ends, or the network does.

    argv    the program's file, and its arguments
    Returns its status, minus the number of the signal that ended it, or None where the network ended.
    Raises what the system says where it cannot be started.
    """
    for number in range(3):  # one that is closed here would be another file's there
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    interactive = os.isatty(0) and os.isatty(1)
    with contextlib.ExitStack() as stack:
        status, theirs = os.pipe()
        stack.callback(os.close, status)
        given = [0, 1, 2]
        ours = -1
        if interactive:
            ours, slave = _pair()
            stack.callback(os.close, ours)
            given = [slave, slave, slave if os.isatty(2) else 2]
        _, (network,) = door.ask("network", host)
        stack.callback(os.close, network)
        told = stack.enter_context(_signals())  # from here on none is missed
        if interactive:
            _resize(ours)  # only now: a window that changed before would not be heard of again
        try:
            pid, _ = door.ask(
                "terminal", host, list(argv), directory, dict(environment), interactive,
                descriptors=[*given, theirs],
            )  # fmt: skip
        except WentAway:
            _end_all_in(network)  # it may have begun
            raise
        finally:
            os.close(theirs)
            if interactive:
                os.close(slave)
        if interactive:
            stack.enter_context(_raw())
        relay = _Relay(door, pid, status, told, ours)
        at_end = False
        try:
            result = relay.run()
            at_end = not relay.hung_up
        finally:
            if not at_end:  # a shell that is hung up forgets a job that it was just about to begin
                _end_all_in(network, pid)
        if result is None:
            _end_all_in(network)
        return result


def _pair() -> tuple[int, int]:
    """A pseudo-terminal as ours is: (our end, the program's)."""
    ours, slave = os.openpty()
    termios.tcsetattr(slave, termios.TCSANOW, termios.tcgetattr(0))
    os.set_blocking(ours, False)
    return ours, slave


def _resize(ours: int) -> None:
    size = fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8))
    fcntl.ioctl(ours, termios.TIOCSWINSZ, size)


@contextlib.contextmanager
def _raw() -> Iterator[None]:
    """Every key is the program's; the terminal is as before when it has ended."""
    before = termios.tcgetattr(0)
    tty.setraw(0, termios.TCSADRAIN)  # what was typed ahead stays
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """A descriptor from which the numbers of signals can be read as they come."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    handled = (*_PASSED_ON, signal.SIGWINCH)
    before = {number: signal.signal(number, lambda *_: None) for number in handled}
    wakeup = signal.set_wakeup_fd(writing)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


class _Relay:
    """Carries what is typed, printed and signalled, until the program has ended.

    ours      our end of its terminal, -1 where it has none
    hung_up   has the terminal that we are at gone?
    """

    def __init__(self, door: Door, pid: int, status: int, told: int, ours: int) -> None:
        self._door, self._pid = door, pid
        self._status, self._told, self._ours = status, told, ours
        self._typed = b""
        self.hung_up = False
        self._poll = select.poll()
        for descriptor in (status, told):
            self._poll.register(descriptor, select.POLLIN)
        if ours >= 0:
            self._poll.register(0, select.POLLIN)
            self._poll.register(ours, select.POLLIN)

    def run(self) -> int | None:
        """Returns as `run` does."""
        while True:
            ready = dict(self._poll.poll())
            if self._told in ready:
                for number in os.read(self._told, 64):
                    self._signal(number)
            if ready.get(0):
                self._type()
            if ready.get(self._ours):
                self._carry(ready[self._ours])
            if self._status in ready:
                result = os.read(self._status, 4)
                while self._ours >= 0 and self._print():  # what it has said last
                    pass
                return os.waitstatus_to_exitcode(struct.unpack("<i", result)[0]) if len(result) == 4 else None

    def _signal(self, number: int) -> None:
        if number == signal.SIGWINCH:
            if self._ours >= 0:
                _resize(self._ours)
            return
        self.hung_up = self.hung_up or number == signal.SIGHUP
        with contextlib.suppress(WentAway):  # then its status says so
            self._door.ask("signal", self._pid, number)

    def _type(self) -> None:
        data = os.read(0, 4096)
        self._typed += data
        if not data:  # our terminal has gone: the program's goes too
            self._poll.unregister(0)
            self._signal(signal.SIGHUP)
        self._watch()

    def _carry(self, what: int) -> None:
        if what & select.POLLOUT:
            with contextlib.suppress(BlockingIOError):
                self._typed = self._typed[os.write(self._ours, self._typed) :]
            self._watch()
        if what & ~select.POLLOUT and not self._print():
            self._poll.unregister(self._ours)  # nobody holds the program's end any more
            self._ours = -1

    def _watch(self) -> None:
        """Wait for what can be carried now."""
        if self._ours >= 0:
            self._poll.modify(self._ours, select.POLLIN | (select.POLLOUT if self._typed else 0))
        with contextlib.suppress(FileNotFoundError):  # ended already
            self._poll.modify(0, select.POLLIN if len(self._typed) < _WAITING else 0)

    def _print(self) -> bool:
        """Print what the program has; False where there is nothing."""
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # EIO: nobody holds the other end; EAGAIN: nothing now
            return False
        while data:
            data = data[os.write(1, data) :]
        return True


def _end_all_in(network: int, session: int | None = None) -> None:
    """Kill what runs on this host, or of that what is of one session, where the helper does not: when it was killed
    itself, or for jobs whose shell has ended."""
    killed: set[int] = set()
    while found := _all_in(network, session) - killed:  # what is killed may have begun another just before
        for pid in found:
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                _kill_in(pid, network, session)
        killed |= found


def _kill_in(pid: int, network: int, session: int | None) -> None:
    """Kill a process that was found there; nobody who has been given its number since."""
    descriptor = os.pidfd_open(pid)
    try:
        if _is_in(pid, network, session):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    finally:
        os.close(descriptor)


def _all_in(network: int, session: int | None) -> set[int]:
    """The processes in the network behind a descriptor; those of one session alone, if it is given."""
    return {
        pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _is_in(pid, network, session)
    }


def _is_in(pid: int, network: int, session: int | None) -> bool:
    try:
        here = os.path.samestat(os.stat(f"/proc/{pid}/ns/net"), os.fstat(network))
        return here and session in (None, os.getsid(pid))
    except OSError:  # it has ended meanwhile, or is somebody else's
        return False
