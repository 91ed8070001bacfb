"""Receive a descriptor."""

from __future__ import annotations

import os
import socket
from typing import Any

from labkit.background.processes import Process
from labkit.learn.kit.descriptors import all_of, file_of
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.running.tracebacks import named
from labkit.words import say


class _Descriptor:
    """A descriptor of the checker's, and all that refer to the same file in this process."""

    def __init__(self, number: int):
        self.number = number
        self._file = file_of(number)

    def others(self) -> list[int]:
        """The learner's descriptors of the same file."""
        return [number for number in all_of(self._file) if number != self.number]

    def close(self) -> None:
        for number in [*self.others(), self.number]:
            os.close(number)


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
    told = say("the process sends b'take these' and three files")
    _refused(tale, receive_file, sock, file, ValueError, told, several=True)
    tale.did("{told}: raised ValueError, and none was left open", told=told)
    told = say("the process sends b'I have none' and no file")
    _refused(tale, receive_file, sock, file, ValueError, told)
    tale.did("{told}: raised ValueError", told=told)
    _good(tale, receive_file, sock, file, b"once more", mind_programs=True)
    tale.did("then b'once more' and one file: returned both, which no program that you start inherits")
    told = say("the process has ended")
    _refused(tale, receive_file, sock, file, EOFError, told)
    tale.did("{told}: raised EOFError", told=told)


def _good(
    tale: Tale,
    receive_file: Any,
    sock: socket.socket,
    file: _Descriptor,
    text: bytes,
    mind_programs: bool = False,
) -> None:
    found = tale.call(receive_file, sock, shown=_WHAT)
    told = say(
        "a process sends {text!r} and one file; {shown} should return ({text!r}, the descriptor)",
        text=text,
        shown=_WHAT,
    )
    if not (isinstance(found, tuple) and len(found) == 2):
        tale.fail("{told}, but returned {found!r}", told=told, found=found)
    message, descriptor = found
    if isinstance(descriptor, list | tuple):
        tale.fail(
            "{told}, a number, but returned a list of them: {descriptor!r}", told=told, descriptor=descriptor
        )
    if message != text:
        tale.fail("{told}, but the message was {message!r}", told=told, message=message)
    if descriptor not in file.others():
        tale.fail(
            "{told}, but {descriptor!r} is not a descriptor of that file; did you close it?",
            told=told,
            descriptor=descriptor,
        )
    if mind_programs and os.get_inheritable(descriptor):
        tale.fail(
            "{told}, as it did, but every program that you start would inherit it:\n"
            "recv_fds lets it be so, whatever its flags; os.set_inheritable(descriptor, False) mends it",
            told=told,
        )
    if len(file.others()) > 1:
        tale.fail(
            "{told}, but {others_count} descriptors of it were open: close what you do not return",
            told=told,
            others_count=len(file.others()),
        )
    os.close(descriptor)


def _refused(
    tale: Tale,
    receive_file: Any,
    sock: socket.socket,
    file: _Descriptor,
    kind: type[Exception],
    told: str,
    several: bool = False,
) -> None:
    running = tale.start(receive_file, sock, shown=_WHAT)
    error = running.error()
    told = say("{told}; {shown} should raise {kind}", told=told, shown=_WHAT, kind=kind.__name__)
    if error is None:
        if several:
            tale.fail(
                "{told}, but it returned\n(three files were sent, and there is room for fewer? MSG_CTRUNC says so)",
                told=told,
            )
        tale.fail("{told}, but it returned", told=told)
    if not isinstance(error, kind):
        tale.fail("{told}, but it raised {error}", told=told, error=named(error))
    if file.others():
        tale.fail(
            "{told}, as it did, but it left {others_count} received file(s) open:\n"
            "what came is yours to close, even if you refuse it",
            told=told,
            others_count=len(file.others()),
        )


EXERCISE = Exercise(
    id="receive-file",
    title="Receive one descriptor, and close what you refuse",
    story=_receive_file,
    hints=(
        "What arrives is open in your process, whether you wanted it or not. And that something did not"
        " arrive, you learn from the flags only.",
        "`socket.recv_fds(sock, 1000, 1)` gives message, descriptors, flags, address. Good is: one descriptor,"
        " and no `flags & socket.MSG_CTRUNC`. Else close them all; then `EOFError` if the message is b'',"
        " `ValueError` if not.",
        "if len(descriptors) == 1 and not flags & socket.MSG_CTRUNC:\n"
        "    os.set_inheritable(descriptors[0], False)\n"
        "    return message, descriptors[0]\n"
        "  for descriptor in descriptors: os.close(descriptor)\n"
        "  raise ValueError(...) if message else EOFError(...)",
    ),
    needs_network=True,
    place=2,
    steps=5,
)
