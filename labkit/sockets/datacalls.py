"""The calls of a host's socket that move data: what is noted of them, at as little cost as can be.

Each is one entry on the timeline, made and ended here; the state is looked up only where it can have changed.
"""

from __future__ import annotations

from _socket import MSG_PEEK
from _socket import socket as _kernel
from collections.abc import Callable
from time import monotonic_ns as now
from typing import Any

from labkit.sockets import sizes
from labkit.sockets.noting import Noting
from labkit.sockets.ports import Ports
from labkit.sockets.timeline import END, GIVEN, LOCAL, RESULT, Entry
from labkit.traces.calls import PEEK

_FLAGS = {"recv": 1, "recvfrom": 1}  # where the flags stand among the arguments; for the other recvs third
_RECEIVED: dict[str, Callable[[Any], Any]] = {
    "recv": len,
    "recv_into": int,
    "recvfrom": sizes.came,
    "recvmsg": sizes.came,
}


def _sendto(sock: Any, data: Any, *rest: Any) -> int:
    if not rest:
        return _kernel.sendto(sock, data)  # type: ignore[call-overload]  # the kernel's class says what is missing
    if sock._port:
        sock._take_port()
    return _kernel.sendto(sock, data, *rest[:-1], sock._resolved(rest[-1]))  # type: ignore[call-overload]  # or not


def _sendmsg(sock: Any, *args: Any) -> int:
    if len(args) > 3:
        if sock._port:
            sock._take_port()
        args = (*args[:3], sock._resolved(args[3]), *args[4:])
    return _kernel.sendmsg(sock, *args)


def _looked(given: Any, flags: Any) -> Any:
    """What a recv asked for; one that looks at the bytes and leaves them in the queue is told from the others."""
    return (given, None, PEEK) if isinstance(flags, int) and flags & MSG_PEEK else given


_TO_ADDRESSES = {"sendto": _sendto, "sendmsg": _sendmsg}


def _noted(name: str, size: Callable[[Any], Any]) -> Any:
    """A method that moves data: the state is looked up only where nothing came or an error did."""
    system_call = _TO_ADDRESSES.get(name) or getattr(_kernel, name)
    receives = name.startswith("recv")
    flags = _FLAGS.get(name, 2)
    received = _RECEIVED.get(name, sizes.came_into)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        again = self._again
        entry = self._entry(name, size(args))
        if receives and (kwargs or len(args) > flags):
            entry[GIVEN] = _looked(entry[GIVEN], kwargs.get("flags", args[flags] if len(args) > flags else 0))
        if again is None:
            self._note(entry)
        try:
            result = system_call(self, *args, **kwargs)
        except BaseException as error:
            if receives:
                self._fail(entry, error)
                raise
            result = self._once_more(entry, error, system_call, args)
        entry[END] = now()
        if receives:
            got = entry[RESULT] = received(result)
            if not got or (got.__class__ is tuple and not got[0]):
                self._nothing_came(entry)
        else:
            entry[RESULT] = result
            if self._local is None:
                self._whereabouts()
                entry[LOCAL] = self._local
        if again is not None:
            self._again = None
            self._note(entry)
        return result

    method.__name__ = name
    method.__qualname__ = f"HostSocket.{name}"
    method.__doc__ = getattr(_kernel, name).__doc__
    return method


class DataCalls(Noting, Ports):
    """The methods of a HostSocket that move data."""

    __slots__ = ()

    def _once_more(
        self, entry: Entry, error: BaseException, system_call: Callable[..., Any], args: tuple[Any, ...]
    ) -> Any:
        """A datagram whose port was taken goes from another; any other error is noted, and raised."""
        if isinstance(error, OSError) and self._found_taken(error.errno):
            try:
                self._move()
                return self._with_port(system_call, *args)
            except BaseException as another:  # noted as any other
                error = another
        self._fail(entry, error)
        raise error

    send = _noted("send", sizes.size_sent)
    sendall = _noted("sendall", sizes.size_sent)
    sendto = _noted("sendto", sizes.size_sent_to)
    sendmsg = _noted("sendmsg", sizes.size_of_parts)
    recv = _noted("recv", sizes.size_asked)
    recv_into = _noted("recv_into", sizes.size_of_buffer)
    recvfrom = _noted("recvfrom", sizes.size_asked)
    recvfrom_into = _noted("recvfrom_into", sizes.size_of_buffer)
    recvmsg = _noted("recvmsg", sizes.size_asked)
    recvmsg_into = _noted("recvmsg_into", sizes.size_of_buffers)
