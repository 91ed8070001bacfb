"""Exercises of lesson 15, "Inter-process communication"."""

from __future__ import annotations

import errno
import os
import socket
import stat
import tempfile
from typing import Any

from labkit.background.processes import Process
from labkit.learn.exercises import lesson15_because, lesson15_quiz
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import NotSo, Tale

LESSON = "15"

BECAUSE = lesson15_because.BECAUSE
QUIZZES = lesson15_quiz.QUIZZES


class _Descriptor:
    """A descriptor of the checker's, and all that refer to the same file in this process."""

    def __init__(self, number: int):
        self.number = number
        self._file = _file(number)

    def others(self) -> list[int]:
        """The learner's descriptors of the same file."""
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]
        return [number for number in numbers if number != self.number and _file(number) == self._file]

    def close(self) -> None:
        for number in [*self.others(), self.number]:
            os.close(number)


def _file(number: int) -> tuple[int, int] | None:
    try:
        found = os.fstat(number)
    except OSError:  # closed, since it was listed
        return None
    return found.st_dev, found.st_ino


# --- receive a descriptor -----------------------------------------------------------------------------------

_WHAT = "receive_file(sock)"


def _visit(number: int, file: int) -> None:
    """In a process of its own: the four ways in which a peer can behave."""
    with socket.socket(fileno=number) as way:
        socket.send_fds(way, [b"here it is"], [file])
        socket.send_fds(way, [b"take these"], [file, file, file])
        way.send(b"I have none")
        socket.send_fds(way, [b"once more"], [file])


def _receive_file(tale: Tale, receive_file: Any) -> None:
    file = tale.keep(_Descriptor(os.memfd_create("exercise")))
    os.write(file.number, b"contents")
    sock, theirs = (tale.keep(end) for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
    visitor = tale.keep(Process(_visit, theirs.fileno(), file.number, pass_fds=[theirs, file.number]))
    theirs.close()
    visitor.wait()

    _good(tale, receive_file, sock, file, b"here it is")
    tale.did("a process sends b'here it is' and one file: returned both")
    told = "the process sends b'take these' and three files"
    _refused(tale, receive_file, sock, file, ValueError, told)
    tale.did(f"{told}: raised ValueError, and none was left open")
    told = "the process sends b'I have none' and no file"
    _refused(tale, receive_file, sock, file, ValueError, told)
    tale.did(f"{told}: raised ValueError")
    _good(tale, receive_file, sock, file, b"once more")
    tale.did("then b'once more' and one file: returned both")
    told = "the process has ended"
    _refused(tale, receive_file, sock, file, EOFError, told)
    tale.did(f"{told}: raised EOFError")


def _good(tale: Tale, receive_file: Any, sock: socket.socket, file: _Descriptor, text: bytes) -> None:
    found = tale.call(receive_file, sock, shown=_WHAT)
    told = f"a process sends {text!r} and one file; {_WHAT} should return ({text!r}, the descriptor)"
    if not (isinstance(found, tuple) and len(found) == 2):
        tale.fail(f"{told}, but returned {found!r}")
    message, descriptor = found
    if isinstance(descriptor, list | tuple):
        tale.fail(f"{told}, a number, but returned a list of them: {descriptor!r}")
    if message != text:
        tale.fail(f"{told}, but the message was {message!r}")
    if descriptor not in file.others():
        tale.fail(f"{told}, but {descriptor!r} is not a descriptor of that file; did you close it?")
    if len(file.others()) > 1:
        tale.fail(
            f"{told}, but {len(file.others())} descriptors of it were open: close what you do not return"
        )
    os.close(descriptor)


def _refused(
    tale: Tale, receive_file: Any, sock: socket.socket, file: _Descriptor, kind: type[Exception], told: str
) -> None:
    running = tale.start(receive_file, sock, shown=_WHAT)
    error = running.error()
    told = f"{told}; {_WHAT} should raise {kind.__name__}"
    if error is None:
        tale.fail(
            f"{told}, but it returned\n(three files were sent, and there is room for fewer? MSG_CTRUNC says so)"
            if kind is ValueError and "three" in told
            else f"{told}, but it returned"
        )
    if not isinstance(error, kind):
        tale.fail(f"{told}, but it raised {type(error).__name__}: {error}")
    if file.others():
        tale.fail(
            f"{told}, as it did, but it left {len(file.others())} received file(s) open:\n"
            "what came is yours to close, even if you refuse it"
        )


RECEIVE_FILE = Exercise(
    id="receive-file",
    title="Receive one descriptor, and close what you refuse",
    story=_receive_file,
    hints=(
        "What arrives is open in your process, whether you wanted it or not. And that something did not"
        " arrive, you learn from the flags only.",
        "`socket.recv_fds(sock, 1000, 1)` gives message, descriptors, flags, address. Good is: one descriptor,"
        " and no `flags & socket.MSG_CTRUNC`. Else close them all; then `EOFError` if the message is b'',"
        " `ValueError` if not.",
        "if len(descriptors) == 1 and not flags & socket.MSG_CTRUNC: return message, descriptors[0]\n"
        "  for descriptor in descriptors: os.close(descriptor)\n"
        "  raise ValueError(...) if message else EOFError(...)",
    ),
    needs_network=True,
)


# --- the pipe whose end nobody gave -------------------------------------------------------------------------


def _write(number: int, length: int) -> None:
    """In a process of its own: write so many bytes."""
    data = bytes(range(256)) * (length // 256 + 1)
    sent = 0
    while sent < length:
        sent += os.write(number, data[sent % 256 : sent % 256 + min(65536, length - sent)])


class _Job:
    """`start` for the learner's function, and what became of the pipe that it was given."""

    def __init__(self, tale: Tale, length: int):
        self.tale, self.length = tale, length
        self.child: Process | None = None
        self.pipe: tuple[int, int] | None = None

    def __call__(self, write_end: int) -> Process:
        if not isinstance(write_end, int) or _file(write_end) is None:
            raise OSError(
                errno.EBADF, "start(write_end) got a descriptor that is closed; close it afterwards"
            )
        self.pipe = _file(write_end)
        self.child = Process(_write, write_end, self.length, pass_fds=[write_end])
        self.tale.keep(self.child)
        return self.child

    def left(self, writing: bool) -> list[int]:
        """The descriptors of the pipe's write end, or read end, that are open here."""
        kind = os.O_WRONLY if writing else os.O_RDONLY
        return [
            int(name)
            for name in os.listdir("/proc/self/fd")
            if self.pipe and _file(int(name)) == self.pipe and _access(int(name)) == kind
        ]


def _access(number: int) -> int:
    import fcntl

    return fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE


def _run_and_read(tale: Tale, run_and_read: Any) -> None:
    for length in (11, 0, 300_000):
        job = _Job(tale, length)
        shown = "run_and_read(start)"
        told = f"a process that writes {length:,} bytes"
        running = tale.start(run_and_read, job, shown=shown)
        try:
            found = running.finish()
        except NotSo as failure:
            tale.fail(f"{told}: {failure}{_why(job)}")
        finally:
            for number in job.left(writing=True):  # or a thread that reads could never be ended
                os.close(number)
        if not isinstance(found, bytes):
            tale.fail(f"{told}: {shown} should return bytes, but returned {found!r}")
        if len(found) != length:
            tale.fail(
                f"{told}: {shown} returned {len(found):,} bytes;\na pipe is a stream: read until it gives b''"
            )
        if left := job.left(writing=False):
            for number in left:
                os.close(number)
            tale.fail(f"{told}: {shown} returned them, but left the read end open: close it, too")
        tale.did(f"{told}: {shown} returned {length:,} bytes, and no end of the pipe is open")


def _why(job: _Job) -> str:
    if job.child is None or not job.left(writing=True):
        return ""
    if job.child.returncode is None:
        if job.length <= 65_536:  # all that it writes finds room: it has merely not begun
            return ""
        return (
            "\nthe process has not ended either: the pipe is full (64 KiB), so it waits for you to read, "
            "and you wait for it"
        )
    return (
        "\nthe process has written everything and ended, yet the pipe does not end: somebody can still write.\n"
        "Who else has the write end?"
    )


RUN_AND_READ = Exercise(
    id="run-and-read",
    title="Let the pipe end",
    story=_run_and_read,
    hints=(
        "read() gives b'' when nobody can write any more. Count who can: the process, until it ends, and ...?",
        "In the line after `start(write_end)`: the process has its own copy by then, and ours is of no use.",
        "child = start(write_end)\n  os.close(write_end)",
    ),
    needs_network=True,
)


# --- a path that only the owner may call --------------------------------------------------------------------


class _Listener(socket.socket):
    """A real Unix socket that notes who could call when it began to listen."""

    mode: int | None = None
    helped = False

    def listen(self, *backlog: int) -> None:
        super().listen(*backlog)
        self.mode = stat.S_IMODE(os.stat(self.getsockname()).st_mode)

    def setsockopt(self, *arguments: Any) -> None:
        super().setsockopt(*arguments)
        self.helped = True


def _call(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(path)


def _open_for_the_owner(tale: Tale, open_for_the_owner: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.sock")
        with socket.socket(socket.AF_UNIX) as earlier:
            earlier.bind(path)
        tale.did("an earlier server has left its file at path")
        listener = tale.keep(_Listener(socket.AF_UNIX))
        shown = "open_for_the_owner(listener, path)"
        tale.call(open_for_the_owner, listener, path, shown=shown)
        if listener.helped:
            tale.fail("the socket has SO_REUSEADDR, which means nothing for a path: the file must go")
        if listener.mode is None:
            tale.fail(f"{shown} returned, but listen() was not called: nobody can connect")
        if listener.mode != 0o600:
            tale.fail(
                f"when listen() was called, the file's mode was {listener.mode:03o}, as the umask left it: under"
                " another umask others\ncould connect from then on, and who is in stays in; a mode that is"
                " set later comes too late"
            )
        tale.did(f"{shown}: when listen() was called, the file's mode was 600")
        child = tale.keep(Process(_call, path))
        child.wait()
        tale.did("a process of the owner connects")


OPEN_FOR_THE_OWNER = Parsons(
    id="open-for-the-owner",
    title="a server at a path, for its owner only",
    given="import os, socket",
    name="open_for_the_owner",
    lines=(
        "def open_for_the_owner(listener, path):",
        "    if os.path.exists(path):",
        "        os.unlink(path)",
        "    listener.bind(path)",
        "    os.chmod(path, 0o600)",
        "    listener.listen()",
    ),
    extra=("    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",),
    story=_open_for_the_owner,
    hints=(
        "A client can connect from the moment of listen() on, not earlier. What must be settled by then?",
        "bind() makes the file: what is in its way goes before it, what changes it comes after it. And one line"
        " is about TCP only.",
        "exists, unlink, bind, chmod, listen",
    ),
    needs_network=True,
)

EXERCISES = (RECEIVE_FILE, RUN_AND_READ)
ORDERS = (OPEN_FOR_THE_OWNER,)
