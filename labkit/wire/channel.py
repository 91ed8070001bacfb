"""How the notebook and the wire's process talk: one message, one answer, descriptors beside them.

Messages are marshalled tuples on an inherited socket pair (SOCK_SEQPACKET), or on a socket that came in by the `door`:
marshal is there without an import, and its fourth version is the same in every Python that labkit runs in. A question
is (number, operation, arguments); the answer (number, "ok", value) or (number, "error", (kind, errno, text,
filename)). Numbers let the notebook pass over the answer to a question that a KeyboardInterrupt made it forget. A long
answer (a table of thousands of connections) lies apart, in memory whose descriptor comes last beside (number, "apart",
None): a message holds only so much, and several, while nobody reads, would keep the wire waiting. A process that the
notebook forks hands over a pair of its own, with the question "join" on the channel that it has inherited, and reads
nothing there: so no process takes another's answer.
"""

from __future__ import annotations

import marshal
import os

from labkit.wire import csocket as socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

JOIN = "join"  # the question that is asked on another's channel, and gets no answer there
APART = "apart"  # outcome of an answer that `whole` finds beside it
MAX_MESSAGE = 200_000  # bytes
# Bytes of an answer that is not apart: some that were forgotten leave room for the next in any buffer.
MAX_ANSWER = 32_768
VERSION = 4  # of marshal's format
_MAX_DESCRIPTORS = 8  # beside one message


def send(channel: socket.socket, message: tuple[Any, ...], descriptors: Sequence[int] = ()) -> None:
    """Send an answer. Raises BrokenPipeError or ConnectionResetError when the other end is gone."""
    data = marshal.dumps(message, VERSION)
    if len(data) <= MAX_ANSWER:
        socket.send_fds(channel, [data], descriptors)
        return
    memory = os.memfd_create("labkit-answer", os.MFD_CLOEXEC)
    try:
        with open(memory, "wb", closefd=False) as apart:
            apart.write(data)
        os.lseek(memory, 0, os.SEEK_SET)  # where it is read, too: it is the same open file
        beside = marshal.dumps((message[0], APART, None), VERSION)
        socket.send_fds(channel, [beside], [*descriptors, memory])
    finally:
        os.close(memory)


def receive(channel: socket.socket) -> tuple[tuple[Any, ...] | None, list[int], bool]:
    """(the next message, the descriptors beside it, whether some of these found no room); None: the other end is gone.

    No descriptor is inheritable (PEP 446).
    Raises ConnectionResetError when the other end went with a message of ours unread, ValueError for what is none.
    """
    data, descriptors, cut_short = socket.recv_fds(channel, MAX_MESSAGE, _MAX_DESCRIPTORS)
    try:
        message = marshal.loads(data) if data else None
        if message is not None and (not isinstance(message, tuple) or len(message) != 3):
            raise TypeError
    except (EOFError, ValueError, TypeError):
        for descriptor in descriptors:
            os.close(descriptor)
        raise ValueError("not a message of labkit's") from None
    return message, descriptors, cut_short


def whole(message: tuple[Any, ...], descriptors: list[int]) -> tuple[Any, ...]:
    """An answer as it was meant, with what lies apart; that one's descriptor is taken from the list."""
    if message[1] != APART:
        return message
    with open(descriptors.pop(), "rb") as apart:
        told: tuple[Any, ...] = marshal.loads(apart.read())
    return told


def failure(number: int, error: OSError) -> tuple[Any, ...]:
    """The answer to a question that an OSError ended."""
    reason = (type(error).__name__, error.errno or 0, error.strerror or str(error), error.filename)
    return (number, "error", reason)
