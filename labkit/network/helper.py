"""The notebook's end of the helper: start it, ask it, end it."""

from __future__ import annotations

import errno
import marshal
import mmap
import os
import socket
import subprocess
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from labkit.running.child import python_command
from labkit.wire.channel import MAX_MESSAGE, receive
from labkit.wire.record import Reader

_ANSWER_WITHIN = 30  # seconds; the helper answers in microseconds unless the machine is stalled


class HelperFailed(RuntimeError):
    """The helper process could not start, or has ended although nobody closed it."""


class NotPermitted(PermissionError):
    """This machine does not allow network namespaces; `python -m labkit doctor` says what mends it."""


class Client:
    """A running helper. Calls may come from any thread.

    configuration   what the network is to be: see `labkit.wire.__main__`
    ready           what the helper said when it was there: the kind of its ports, and sysctls that were refused
    record          the record that it writes

    Raises NotPermitted where the machine allows no network namespaces, OSError when the network could not be made,
    HelperFailed when the process did not come to be.
    """

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
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
            self._channel.close()
            os.close(self._complaints)
            raise
        finally:
            theirs.close()
        self._close = weakref.finalize(
            self, _close, os.getpid(), self._channel, self._process, self._complaints
        )
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

    def close(self) -> None:
        """Let the helper go. It takes the hosts and all that runs on them along, in the background."""
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
        with self._lock:
            if self.closed:
                raise RuntimeError("this network is closed; make a new one with Network(...)")
            self._number += 1
            number = self._number
            message = marshal.dumps((number, operation, arguments))
            if len(message) > MAX_MESSAGE:
                raise OSError(
                    errno.EMSGSIZE,
                    f"{operation} takes {len(message)} bytes to say, and the wire's process takes {MAX_MESSAGE}; "
                    "pass less (a shorter environment, smaller ranges in faults)",
                )
            try:
                self._channel.settimeout(_ANSWER_WITHIN)
                socket.send_fds(self._channel, [message], descriptors)
                while True:
                    answer, received, cut_short = receive(self._channel)
                    if answer is None:
                        raise self._ended()
                    answered, outcome, value = answer
                    if answered == number:
                        break
                    for descriptor in received:  # an answer that an interrupt made us forget
                        os.close(descriptor)
            except (BrokenPipeError, ConnectionResetError):
                raise self._ended() from None
            except TimeoutError:
                raise HelperFailed(
                    f"the wire's process (pid {self.pid}) gave no answer to {operation!r} within {_ANSWER_WITHIN} s; "
                    "is the machine stalled? close the network and make it again"
                ) from None
        if cut_short:
            for descriptor in received:
                os.close(descriptor)
            raise OSError(
                errno.EMFILE,
                "no room for another open file in this process; close some (`ulimit -n` is the limit)",
            )
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
        raise OSError(code, text, filename) if filename else OSError(code, text)

    def _ended(self) -> HelperFailed:
        size = os.fstat(self._complaints).st_size
        said = os.pread(self._complaints, size, 0).decode(errors="replace").strip()
        status = self._process.poll()
        self.close()
        last = said.splitlines()[-1] if said else ""
        error = HelperFailed(
            f"the wire's process has ended{f' (status {status})' if status is not None else ''}"
            f"{': ' + last if last else ''}; make the network again with Network(...)"
        )
        if said:
            error.add_note("It said:\n" + said)
        return error


def _close(owner: int, channel: socket.socket, process: subprocess.Popen[bytes], complaints: int) -> None:
    if os.getpid() != owner:  # a forked child that ends or forgets: the network is its parent's
        channel.close()
        os.close(complaints)
        process.returncode = 0  # not its child to wait for
        return
    try:  # said aloud: a forked child may hold a copy of the channel, and then closing ours ends nothing
        channel.setblocking(False)
        channel.send(marshal.dumps((0, "end", ())))
    except OSError:  # it has ended already
        pass
    channel.close()
    os.close(complaints)
    # Closing TAPs takes the kernel some 50 ms each: the helper does that while we go on, and is reaped when done.
    try:
        threading.Thread(target=process.wait, name="labkit-reaper", daemon=True).start()
    except RuntimeError:  # the interpreter is ending and starts no threads; init will reap the helper
        process.returncode = 0
