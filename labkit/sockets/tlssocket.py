"""A TLS socket on a host: an ordinary `ssl.SSLSocket` that also notes its calls on the timeline.

`SSLContext.wrap_socket` takes the descriptor out of the HostSocket, and with it what notes; here the SSLSocket takes
that over.  What is noted are the calls that the program makes, with the bytes that it hands over or gets; the kernel's
calls, with the records on the wire, are made inside OpenSSL.
"""

from __future__ import annotations

import ssl
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from labkit.sockets import accepting, sizes
from labkit.sockets.explaining import Explaining
from labkit.sockets.noting import Noting
from labkit.sockets.options import SHUTDOWN
from labkit.sockets.ports import Ports
from labkit.sockets.timeline import AFTER, RESULT, Entry

if TYPE_CHECKING:
    from labkit.sockets.hostsocket import HostSocket
    from labkit.sockets.owners import Owner

    _Secured = ssl.SSLSocket
else:
    _Secured = object

_TAKEN_OVER = "_at", "_host", "_note", "_id", "_inet", "_tcp", "_port", "_local", "_peer", "_owner"
_old: ContextVar[HostSocket | None] = ContextVar("labkit_wrapped", default=None)
# The TLS socket in one of whose calls the running code is: recv() makes use of read(), and sendall() of send().
_inside: ContextVar[Any] = ContextVar("labkit_in_tls", default=None)


@contextmanager
def taking_over(sock: HostSocket) -> Iterator[None]:
    """In the block an object of a `noting_class` is made in a HostSocket's place."""
    before = _old.set(sock)
    try:
        yield
    finally:
        _old.reset(before)


@cache
def noting_class(base: type) -> type:
    """A class of TLS sockets, and what notes their calls."""
    return type(base.__name__, (_TLSSocket, base), {"__module__": base.__module__, "__doc__": base.__doc__})


def _moving(name: str, given: Callable[[tuple[Any, ...]], Any]) -> Any:
    """A method that moves data: its bytes are those inside TLS."""
    receives = name.startswith("re")

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        call = getattr(super(_TLSSocket, self), name)
        if (
            _inside.get() is self or _old.get() is not None
        ):  # while it is made, it looks whether data came before TLS
            return call(*args, **kwargs)
        entry = self._begin(name, given((*args, *kwargs.values())))
        before = _inside.set(self)
        try:
            result = call(*args, **kwargs)
        except BaseException as error:
            self._fail(entry, error)
            raise
        finally:
            _inside.reset(before)
        entry[RESULT] = len(result) if isinstance(result, bytes) else result
        if receives and not result:
            entry[AFTER] = self._state()
        self._end(entry)
        return result

    method.__name__ = name
    method.__doc__ = getattr(ssl.SSLSocket, name).__doc__
    return method


def _asked(args: tuple[Any, ...]) -> Any:
    """Of recv and read: how many bytes were asked for, or have room."""
    if len(args) > 1 and not isinstance(args[1], int):
        return args[0] or sizes.size_of_buffer(args[1:])
    return sizes.size_asked(args)


class _TLSSocket(Noting, Ports, Explaining, _Secured):
    """What an SSLSocket on a host does beside its own."""

    _kind = "SSLSocket"
    if TYPE_CHECKING:
        _owner: Owner
        _made_of: type[HostSocket]
        do_handshake_on_connect: bool
        suppress_ragged_eofs: bool

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        self = super().__new__(cls)
        old = _old.get()
        assert old is not None, "wrap_socket() alone makes TLS sockets"
        for name in _TAKEN_OVER:
            setattr(self, name, getattr(old, name))
        self._again = self._ending = None
        self._made_of = type(old)
        self._owner.socket = weakref.ref(self)
        return self

    def _entry(self, name: str, given: Any, state: str = "") -> Entry:
        entry = super()._entry(name, given, state)
        if getattr(self, "_sslobj", None) is not None:
            entry.append(True)
        return entry

    def _in_vain(self, error: BaseException) -> bool:
        return isinstance(error, (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError))

    send = _moving("send", sizes.size_sent)
    sendall = _moving("sendall", sizes.size_sent)
    write = _moving("write", sizes.size_sent)
    recv = _moving("recv", sizes.size_asked)
    recv_into = _moving("recv_into", sizes.size_of_buffer)
    read = _moving("read", _asked)

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands: agree on keys, and show and look at certificates."""
        with self._noted("do_handshake"):
            super().do_handshake(block)

    def unwrap(self) -> Any:
        """Say goodbye in TLS (close_notify), wait for the other's, and go on without TLS."""
        with self._noted("unwrap"):
            return super().unwrap()

    def connect(self, address: Any) -> None:
        """Connect to (host or address, port), and shake hands."""
        self._opening("connect", address)

    def connect_ex(self, address: Any) -> int:
        """Connect to (host or address, port), and shake hands; return the error's number of connecting, 0 for none."""
        return self._opening("connect_ex", address)

    def _opening(self, name: str, address: Any) -> Any:
        address = self._resolved(address)
        with self._noted(name, address) as entry:
            if self._port:
                self._take_port()
            try:
                return getattr(super(), name)(address)
            finally:
                self._owner.call = "connect()"
                self._whereabouts()
                entry[AFTER] = self._state()

    def accept(self) -> tuple[Any, Any]:
        """Accept a connection, and shake hands: (SSLSocket, address of the peer)."""
        accepted, address = accepting.noted(
            self,
            lambda number: self._made_of(self.family, self.type, self.proto, fileno=number, host=self._at),
        )
        talk = self.context.wrap_socket(
            accepted,
            server_side=True,
            do_handshake_on_connect=self.do_handshake_on_connect,
            suppress_ragged_eofs=self.suppress_ragged_eofs,
        )
        return talk, address

    def shutdown(self, how: int) -> None:
        """Shut down one way or both, without a goodbye in TLS: SHUT_RD, SHUT_WR, SHUT_RDWR."""
        with self._noted("shutdown", said=SHUTDOWN.get(how, str(how))) as entry:
            super().shutdown(how)
            entry[AFTER] = self._state()

    def _real_close(self, *args: Any) -> None:
        if self.fileno() < 0:
            super()._real_close(*args)  # type: ignore[misc]  # SSLSocket has it
            return
        self._whereabouts()
        with self._noted("close"):
            super()._real_close(*args)  # type: ignore[misc]  # as above
