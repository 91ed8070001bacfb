"""How the notebook and the wire's process talk: one message, one answer, descriptors beside them.

Messages are marshalled tuples on an inherited socket pair (SOCK_SEQPACKET): both ends are the same
interpreter, and marshal is there without an import. A question is (number, operation, arguments); the answer
(number, "ok", value) or (number, "error", (kind, errno, text, filename)). Numbers let the notebook pass over
the answer to a question that a KeyboardInterrupt made it forget.
"""

from __future__ import annotations

import marshal
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MAX_MESSAGE = 200_000  # bytes
_MAX_DESCRIPTORS = 8  # beside one message


def send(channel: socket.socket, message: tuple[Any, ...], descriptors: Sequence[int] = ()) -> None:
    """Send a message. Raises BrokenPipeError or ConnectionResetError when the other end is gone."""
    socket.send_fds(channel, [marshal.dumps(message)], descriptors)


def receive(channel: socket.socket) -> tuple[tuple[Any, ...] | None, list[int], bool]:
    """(the next message, the descriptors beside it, whether some of these found no room); None: the other end is gone.

    Raises ConnectionResetError when it went with a message of ours unread.
    """
    data, descriptors, flags, _ = socket.recv_fds(channel, MAX_MESSAGE, _MAX_DESCRIPTORS)
    message = marshal.loads(data) if data else None
    return message, list(descriptors), bool(flags & socket.MSG_CTRUNC)


def failure(number: int, error: OSError) -> tuple[Any, ...]:
    """The answer to a question that an OSError ended."""
    reason = (type(error).__name__, error.errno or 0, error.strerror or str(error), error.filename)
    return (number, "error", reason)
