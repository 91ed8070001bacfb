"""The notebook's end of the helper: start it, ask it, end it."""

from __future__ import annotations

import errno
import mmap
import os
import socket
import subprocess
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from labkit.network.line import Line, NoAnswer, WentAway
from labkit.running import forks
from labkit.running.child import python_command
from labkit.wire.channel import JOIN
from labkit.wire.record import Reader


class HelperFailed(RuntimeError):
    """The helper process could not start, or has ended although nobody closed it."""


class NotPermitted(PermissionError):
    """This machine does not allow network namespaces; `python -m labkit doctor` says what mends it."""


class Client:
    """A running helper. Calls may come from any thread, and from processes that are forked from the one that made it.

    configuration   what the network is to be: see `labkit.wire.__main__`
    ready           what the helper said when it was there: the kind of its ports, and sysctls that were refused
    record          the record that it writes
    home            the process that made it

    Raises NotPermitted where the machine allows no network namespaces, OSError when the network could not be made,
    HelperFailed when the process did not come to be.
    """

    def __init__(self, configuration: dict[str, Any]) -> None:
        self.home = forks.home()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._complaints = os.memfd_create("labkit-wire-stderr", os.MFD_CLOEXEC)
        try:
            self._process = subprocess.Popen(
                python_command("labkit.wire.__main__", theirs.fileno(), os.getpid()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            os.close(self._complaints)
            raise
        finally:
            theirs.close()
        self._first = Line(ours)
        self._lines = {self.home: self._first}  # of this process, and of those that it was forked from
        self._close: weakref.finalize[..., Any]
        self._close = weakref.finalize(self, _close, self.home, self._lines, self._process, self._complaints)
        try:
            self.ready, (shared,) = self.ask("build", configuration, want_descriptors=True)
        except BaseException:
            self.close()
            raise
        self._memory = mmap.mmap(shared, configuration["record_bytes"], prot=mmap.PROT_READ)
        os.close(shared)
        self.record = Reader(self._memory)

    @property
    def closed(self) -> bool:
        """Has it been let go, or ended by itself?"""
        return not self._close.alive

    @property
    def pid(self) -> int:
        """The helper's process id."""
        return self._process.pid

    @property
    def line(self) -> Line:
        """This process's own line to the helper; a forked child's is opened when it is first used.

        Raises RuntimeError when the network is closed, HelperFailed when the helper has ended.
        """
        line = self._lines.get(forks.home())
        return line if line is not None else self._join()

    def _join(self) -> Line:
        if self.closed:
            raise _closed()
        process = os.pidfd_open(os.getpid())
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line = Line(ours)
        try:
            # Whole, and read by nobody here: what comes back on that channel is for the process that made it.
            self._first.tell(JOIN, [theirs.fileno(), process])
        except WentAway:
            raise self._ended() from None
        except NoAnswer as error:
            raise self._silent(JOIN, error) from None
        finally:
            os.close(process)
            theirs.close()
        used = self._lines.setdefault(forks.home(), line)
        if used is not line:  # another thread was faster
            line.close()
        return used

    def close(self) -> None:
        """Let the helper go. It takes the hosts and all that runs on them along, in the background.

        In a forked child only the child's own line ends, and what it has started there.
        """
        self._close()

    def ask(
        self,
        operation: str,
        *arguments: Any,
        descriptors: Sequence[int] = (),
        want_descriptors: bool = False,
    ) -> Any:
        """Ask for one of the operations `do_…` of `Requests`; returns its value.

        arguments          what marshal can say
        descriptors        of this process, which the helper gets copies of
        want_descriptors   return (value, [descriptors]) of what the helper hands over

        Raises what went wrong in the helper as the OSError that it was, RuntimeError when the network is closed,
        HelperFailed when the helper has ended or does not answer.
        """
        line = self.line
        try:
            with line.lock:
                if self.closed:
                    raise _closed()
                line.give_back()
                outcome, value, received = line.ask(operation, arguments, descriptors)
        except (WentAway, OSError) as error:
            if self.closed:  # by another thread, while this one waited for the answer
                raise _closed() from None
            if isinstance(error, WentAway):
                raise self._ended() from None
            raise
        except NoAnswer as error:
            raise self._silent(operation, error) from None
        if outcome == "ok":
            return (value, received) if want_descriptors else value
        kind, code, text, filename = value
        if kind == "NotPermitted":
            raise NotPermitted(
                code,
                f"this machine does not let us make network namespaces ({text}: {os.strerror(code)}); "
                "run `python -m labkit doctor` to see why and what mends it",
            )
        if kind == "Bug":
            raise HelperFailed(f"{operation} failed in the wire's process, please report it:\n{text}")
        if code in (errno.EMFILE, errno.ETOOMANYREFS):
            raise _no_room(code, text)
        raise OSError(code, text, filename) if filename else OSError(code, text)

    def _silent(self, operation: str, error: NoAnswer) -> HelperFailed:
        return HelperFailed(
            f"the wire's process (pid {self.pid}) gave no answer to {operation!r} within {error.seconds} s; "
            "is the machine stalled? close the network and make it again"
        )

    def _ended(self) -> Exception:
        """Why nobody answers any more."""
        if not self.home.here:
            mine = self._lines.pop(forks.home(), None)
            if mine is not None:
                mine.close()
                if not mine.heard and self._first.alive:  # it had no room for our line
                    return _no_room(errno.EMFILE, os.strerror(errno.EMFILE))
            self.close()
            return HelperFailed(
                f"this network was made in process {self.home.pid}, from which this one was forked, and has ended with "
                "it or was closed there; make a network of your own with Network(...)"
            )
        size = os.fstat(self._complaints).st_size
        said = os.pread(self._complaints, size, 0).decode(errors="replace").strip()
        status = self._process.poll()
        self.close()
        last = said.splitlines()[-1] if said else ""
        error = HelperFailed(
            f"the wire's process has ended{f' (status {status})' if status else ''}"
            f"{': ' + last if last else ''}; make the network again with Network(...)"
        )
        if said:
            error.add_note("It said:\n" + said)
        return error


def _closed() -> RuntimeError:
    return RuntimeError("this network is closed; make a new one with Network(...)")


def _no_room(code: int, text: str) -> OSError:
    return OSError(
        code,
        f"{text}, in the wire's process: stop programs and captures that are done with, or raise the limit for open "
        "files (`ulimit -Hn`) before the network is made",
    )


def _close(
    home: forks.Home, lines: dict[forks.Home, Line], process: subprocess.Popen[bytes], complaints: int
) -> None:
    if (
        home.here
    ):  # said aloud: a forked child may hold a copy of the channel, and then closing ours ends nothing
        lines[home].end()
    for line in lines.values():
        line.close()
    os.close(complaints)
    if not home.here:  # the network is its parent's, and so is the helper: not its child to wait for
        process.returncode = 0
        return
    # Closing TAPs takes the kernel some 50 ms each: the helper does that while we go on, and is reaped when done.
    try:
        threading.Thread(target=process.wait, name="labkit-reaper", daemon=True).start()
    except RuntimeError:  # the interpreter is ending and starts no threads; init will reap the helper
        process.returncode = 0
