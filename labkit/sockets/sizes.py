"""What is noted of a call that moves data: what it was given, and what it gave (`labkit.sockets.timeline`)."""

from __future__ import annotations

from typing import Any


def came(result: Any) -> Any:
    """Of recvfrom and recvmsg."""
    return (len(result[0]), result[-1], "", 0) if result[-1] else len(result[0])


def came_into(result: Any) -> Any:
    """Of recvfrom_into and recvmsg_into."""
    return (result[0], result[-1], "", 0) if result[-1] else result[0]


def _length(data: Any) -> Any:
    if data.__class__ is bytes:
        return len(data)
    try:
        with memoryview(data) as view:
            return view.nbytes
    except TypeError:
        return 0  # the call itself will say what is wrong with it


def size_sent(args: Any) -> Any:
    """Of send and sendall."""
    return _length(args[0]) if args else None


def size_sent_to(args: Any) -> Any:
    """Of sendto."""
    return (_length(args[0]), args[-1], "") if len(args) > 1 else None


def size_of_parts(args: Any) -> Any:
    """Of sendmsg."""
    if not args or not isinstance(args[0], (list, tuple)):  # an iterator may be read only once, by the call
        return None
    return sum(map(_length, args[0]))


def size_asked(args: Any) -> Any:
    """Of recv, recvfrom, recvmsg."""
    return args[0] if args else None


def size_of_buffer(args: Any) -> Any:
    """Of recv_into, recvfrom_into."""
    return (args[1] if len(args) > 1 and args[1] else _length(args[0])) if args else None


def size_of_buffers(args: Any) -> Any:
    """Of recvmsg_into: it is not looked into."""
    return None
