"""The socket of a host: an ordinary ``socket.socket`` that also notes its calls on the timeline.

The descriptor was made in the host's network namespace: the kernel does everything that it does for any socket. This
class looks at the clock around each call, and at the TCP state (``TCP_INFO``, tcp(7)) around those that can change it.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from _socket import socket as _kernel
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from labkit.running.uninterrupted import uninterrupted
from labkit.running.waking import wake_all
from labkit.sockets import accepting, callers, owners
from labkit.sockets.datacalls import DataCalls
from labkit.sockets.explaining import Explaining
from labkit.sockets.making import make, on_a_host
from labkit.sockets.options import SHUTDOWN, option
from labkit.sockets.securing import teach_tls
from labkit.sockets.sending import send_sockets
from labkit.sockets.strays import bind
from labkit.sockets.timeline import AFTER, GIVEN, RESULT, Entry
from labkit.sockets.trio import teach_trio
from labkit.sockets.whereabouts import TCP_INFO

if TYPE_CHECKING:
    from labkit.network.host import Host

_INET = (socket.AF_INET, socket.AF_INET6)
_family_of, _type_of, _proto_of = (
    _kernel.family.__get__,
    _kernel.type.__get__,
    _kernel.proto.__get__,
)  # plain numbers
_ids = count(1)


class HostSocket(DataCalls, Explaining, socket.socket):
    """A socket on a host of the network; use it like any ``socket.socket``.

    Made by ``host.socket()``, ``accept()``, ``dup()``, and in ``with host:`` by ``socket.socket()``.  Addresses may
    name a host of the network: ``connect(("server", 8080))``.  Raises what the kernel raises, with a note where a
    host is mixed up.
    """

    __slots__ = (
        "_again",
        "_at",
        "_connecting",
        "_ending",
        "_host",
        "_id",
        "_inet",
        "_local",
        "_note",
        "_owner",
        "_peer",
        "_port",
        "_tcp",
    )

    def __init__(
        self,
        family: int = -1,
        type: int = -1,
        proto: int = -1,
        fileno: int | None = None,
        *,
        host: Host | None = None,
        port: int | None = None,
    ) -> None:
        host = host or on_a_host()
        with uninterrupted():
            if fileno is None:
                family, type, proto, fileno, port = make(host, family, type, proto)
            super().__init__(family, type, proto, fileno)
        self._at = host
        self._host = host.name
        self._note = host.core.timeline.note
        self._id = next(_ids)
        self._inet = _family_of(self) in _INET
        self._tcp = (
            self._inet
            and TCP_INFO is not None
            and _type_of(self) == socket.SOCK_STREAM
            and _proto_of(self) in (0, socket.IPPROTO_TCP)
        )
        self._port = port
        self._again = self._local = self._peer = self._ending = None
        self._connecting = False
        made_by = owners.maker.get()
        self._owner = owners.Owner(host, "socket()", made_by, owners.inode_of(fileno) or -self._id, self)
        owners.note(self._owner)
        if made_by is not None:
            made_by.adopt(self)

    # -- calls that can change the TCP state -----------------------------------------------------------

    def connect(self, address: Any) -> None:
        """Connect to (host or address, port)."""
        address = self._resolved(address)
        self._opening("connect", _kernel.connect, address)

    def connect_ex(self, address: Any) -> int:
        """Connect to (host or address, port); return the error's number, 0 for none."""
        address = self._resolved(address)
        return self._opening("connect_ex", _kernel.connect_ex, address)

    def _opening(self, name: str, system_call: Callable[..., Any], address: Any) -> Any:
        entry = self._begin(name, (None, address, ""))
        try:
            number = self._with_port(system_call, address)
        except BaseException as error:
            self._connecting = isinstance(error, BlockingIOError)
            self._opened(entry)
            self._fail(entry, error)
            raise
        self._connecting = number == errno.EINPROGRESS
        self._opened(entry)
        if number:
            entry[RESULT] = (None, None, errno.errorcode.get(number, str(number)), 0)
        self._end(entry)
        return number

    def _opened(self, entry: Entry) -> None:
        self._owner.call = "connect()"
        self._whereabouts()
        if self._tcp and self._local:
            callers.note(self._at.core, self._local, entry[GIVEN][1][1])
        entry[AFTER] = self._state()

    def bind(self, address: Any) -> None:
        """Bind to (host or address, port)."""
        address = self._resolved(address)
        with self._noted("bind", address):
            try:
                if not self._port and isinstance(address, tuple) and address[1:2] == (0,):
                    self._with_port(_kernel.bind, address)
                else:
                    bind(self, address)
            except BaseException as error:
                self._explain_bind(error, address)
                raise
            self._owner.call = "bind()"
            self._whereabouts()

    def listen(self, *backlog: int) -> None:
        """Become a listening socket."""
        with self._noted("listen", said=", ".join(map(str, backlog))) as entry:
            self._with_port(_kernel.listen, *backlog)
            self._owner.call = "listen()"
            self._whereabouts()
            entry[AFTER] = self._state()

    def accept(self) -> tuple[HostSocket, Any]:
        """Accept a connection: (HostSocket, address of the peer)."""
        return accepting.noted(self, self._another)

    def _another(self, number: int) -> Self:
        return type(self)(_family_of(self), _type_of(self), _proto_of(self), fileno=number, host=self._at)

    def shutdown(self, how: int) -> None:
        """Shut down one way or both: SHUT_RD, SHUT_WR, SHUT_RDWR."""
        with self._noted("shutdown", said=SHUTDOWN.get(how, str(how))) as entry:
            _kernel.shutdown(self, how)
            entry[AFTER] = self._state()

    def _real_close(self, *args: Any) -> None:
        # The stdlib's close() comes here when the last makefile() is closed too: that is the system call.
        if self.fileno() < 0:
            super()._real_close(*args)  # type: ignore[misc]  # socket.socket has it
            return
        self._whereabouts()
        with self._noted("close"):
            super()._real_close(*args)  # type: ignore[misc]  # as above

    # -- options ---------------------------------------------------------------------------------------

    def setsockopt(self, *args: Any) -> None:
        """Set an option: level, option, value."""
        with self._noted("setsockopt", said=option(args)):
            _kernel.setsockopt(self, *args)

    def getsockopt(self, *args: Any) -> Any:
        """Get an option: level, option[, length]."""
        if not self._connecting or args[:2] != (socket.SOL_SOCKET, socket.SO_ERROR):
            return _kernel.getsockopt(self, *args)
        # This is how programs that do not block learn what became of a connect().
        with self._noted("getsockopt", said="SO_ERROR") as entry:
            number = _kernel.getsockopt(self, *args)
            self._whereabouts()
            entry[AFTER] = self._state()
            self._connecting = entry[AFTER] == "SYN-SENT"
            entry[RESULT] = (None, None, errno.errorcode.get(number, str(number)), 0)
        return number

    def settimeout(self, value: float | None) -> None:
        """Wait this many seconds at most in a call; None: for ever."""
        self._again = None
        _kernel.settimeout(self, value)

    def setblocking(self, flag: bool) -> None:
        """Wait in calls, or do not."""
        self._again = None
        _kernel.setblocking(self, flag)

    def dup(self) -> HostSocket:
        """A second socket object and descriptor for the same connection."""
        with uninterrupted():
            copy = self._another(socket.dup(self.fileno()))
        copy.settimeout(self.gettimeout())
        copy._owner.call = self._owner.call
        copy._local, copy._peer = self._local, self._peer
        return copy

    def detach(self) -> int:
        """Give up the descriptor without closing it."""
        owners.moved_on(self._owner)
        return super().detach()

    def _interrupt(self, reason: BaseException) -> None:
        """Wake every thread that waits in a call of this socket, and let it go on with an ending.

        A connection reads as ended by its peer; accept() and waiting for a datagram raise the reason.
        """
        self._ending = reason
        if self._tcp and self._state() != "LISTEN":
            with contextlib.suppress(OSError):  # not connected: the waiting are woken all the same
                self.shutdown(socket.SHUT_RDWR)
        else:
            wake_all(self)


send_sockets(HostSocket)
teach_trio(HostSocket)
teach_tls(HostSocket)
