"""The socket of a host: an ordinary ``socket.socket`` that also notes its calls on the timeline.

The descriptor was made in the host's network namespace, so the kernel does everything that it does for any
socket; this class only looks at the clock before and after each call, and at the TCP state (``TCP_INFO``,
tcp(7)) around those calls that can change it.
"""

from __future__ import annotations

import errno
import os
import socket
from _socket import socket as _kernel
from itertools import count
from time import monotonic_ns as now

from labkit.sockets import datacalls, owners
from labkit.sockets.options import SHUTDOWN, option, protocol
from labkit.sockets.timeline import AFTER, END, ERROR, LOCAL, PEER, RESULT, format_address
from labkit.traces.states import KERNEL_STATES

_TCP_INFO = getattr(socket, "TCP_INFO", None)  # Linux only; elsewhere the states stay empty
_INET = (socket.AF_INET, socket.AF_INET6)
_family_of, _type_of, _proto_of = (
    _kernel.family.__get__,
    _kernel.type.__get__,
    _kernel.proto.__get__,
)  # plain numbers
_ids = count(1)


class HostSocket(socket.socket):
    """A socket on a host of the network; use it like any ``socket.socket``.

    Made by ``host.socket()``, ``accept()`` and ``dup()``.  Addresses may name a host of the network:
    ``connect(("server", 8080))``.  Raises what the kernel raises, with a note where a host is mixed up.
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

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None, *, host, port=None):
        if fileno is None:
            raise TypeError(
                "a HostSocket stands on a descriptor made in its host's network: "
                "write host.socket(), not HostSocket()"
            )
        super().__init__(family, type, proto, fileno)
        self._at = host
        self._host = host.name
        self._note = host.core.timeline.note
        self._id = next(_ids)
        self._inet = _family_of(self) in _INET
        self._tcp = (
            self._inet
            and _TCP_INFO is not None
            and _type_of(self) == socket.SOCK_STREAM
            and _proto_of(self) in (0, socket.IPPROTO_TCP)
        )
        self._port = port
        self._again = self._local = self._peer = self._ending = None
        self._connecting = False
        made_by = owners.maker.get()
        self._owner = owners.Owner(
            self._host, "socket()", getattr(made_by, "name", ""), _inode(fileno) or -self._id, self
        )
        owners.note(self._owner)
        if made_by is not None:
            made_by.adopt(self)

    # -- calls that can change the TCP state -----------------------------------------------------------

    def connect(self, address):
        """Connect to (host or address, port)."""
        address = self._resolved(address)
        self._opening("connect", address, _kernel.connect, address)

    def connect_ex(self, address):
        """Connect to (host or address, port); return the error's number, 0 for none."""
        address = self._resolved(address)
        return self._opening("connect_ex", address, _kernel.connect_ex, address)

    def _take_port(self):
        """Bind to the port that is this socket's to call from, where the kernel could not be told of it."""
        port, self._port = self._port, None
        if not _kernel.getsockname(self)[1]:
            _kernel.bind(self, ("", port))

    def _opening(self, name, args, system_call, address):
        entry = self._begin(name, args)
        try:
            if self._port:
                self._take_port()
            number = system_call(self, address)
        except BaseException as error:
            self._connecting = isinstance(error, BlockingIOError)
            self._opened(entry)
            self._fail(entry, error)
            raise
        self._connecting = number == errno.EINPROGRESS
        self._opened(entry)
        self._end(entry, errno.errorcode.get(number, number) if number else None)
        return number

    def _opened(self, entry):
        self._owner.call = "connect()"
        self._whereabouts()
        entry[AFTER] = self._state()

    def bind(self, address):
        """Bind to (host or address, port)."""
        address = self._resolved(address)
        entry = self._begin("bind", address)
        try:
            _kernel.bind(self, address)
        except BaseException as error:
            self._explain_bind(error, address)
            self._fail(entry, error)
            raise
        self._owner.call = "bind()"
        self._whereabouts()
        self._end(entry)

    def listen(self, *backlog):
        """Become a listening socket."""
        entry = self._begin("listen", *backlog)
        try:
            _kernel.listen(self, *backlog)
        except BaseException as error:
            self._fail(entry, error)
            raise
        self._owner.call = "listen()"
        self._whereabouts()
        entry[AFTER] = self._state()
        self._end(entry)

    def accept(self):
        """Accept a connection: (HostSocket, address of the peer)."""
        entry = self._begin("accept")
        try:
            fileno, address = self._accept()
        except BaseException as error:
            self._fail(entry, error)
            raise
        accepted = type(self)(_family_of(self), _type_of(self), _proto_of(self), fileno=fileno, host=self._at)
        if socket.getdefaulttimeout() is None and self.gettimeout():
            accepted.setblocking(True)  # as socket.accept does
        accepted._owner.call = "accept()"
        accepted._whereabouts()
        entry[AFTER] = accepted._state()
        entry[LOCAL], entry[PEER] = accepted._local, accepted._peer
        self._end(entry, address)
        return accepted, address

    def shutdown(self, how):
        """Shut down one way or both: SHUT_RD, SHUT_WR, SHUT_RDWR."""
        entry = self._begin("shutdown", SHUTDOWN.get(how, how))
        try:
            _kernel.shutdown(self, how)
        except BaseException as error:
            self._fail(entry, error)
            raise
        entry[AFTER] = self._state()
        self._end(entry)

    def _real_close(self, *args):
        # The stdlib's close() comes here when the last makefile() is closed too: that is the system call.
        if self.fileno() < 0:
            return super()._real_close(*args)
        self._whereabouts()
        entry = self._begin("close")
        try:
            super()._real_close(*args)
        except BaseException as error:
            self._fail(entry, error)
            raise
        self._end(entry)

    # -- options ---------------------------------------------------------------------------------------

    def setsockopt(self, *args):
        """Set an option: level, option, value."""
        entry = self._begin("setsockopt", option(args))
        try:
            _kernel.setsockopt(self, *args)
        except BaseException as error:
            self._fail(entry, error)
            raise
        self._end(entry)

    def getsockopt(self, *args):
        """Get an option: level, option[, length]."""
        if not self._connecting or args[:2] != (socket.SOL_SOCKET, socket.SO_ERROR):
            return _kernel.getsockopt(self, *args)
        # This is how programs that do not block learn what became of a connect().
        entry = self._begin("getsockopt", "SO_ERROR")
        number = _kernel.getsockopt(self, *args)
        self._whereabouts()
        entry[AFTER] = self._state()
        self._connecting = entry[AFTER] == "SYN-SENT"
        self._end(entry, errno.errorcode.get(number, number))
        return number

    def settimeout(self, value):
        """Wait this many seconds at most in a call; None: for ever."""
        self._again = None
        _kernel.settimeout(self, value)

    def setblocking(self, flag):
        """Wait in calls, or do not."""
        self._again = None
        _kernel.setblocking(self, flag)

    def dup(self):
        """A second socket object and descriptor for the same connection."""
        copy = type(self)(self.family, self.type, self.proto, fileno=socket.dup(self.fileno()), host=self._at)
        copy.settimeout(self.gettimeout())
        copy._owner.call = self._owner.call
        copy._local, copy._peer = self._local, self._peer
        return copy

    def detach(self):
        """Give up the descriptor without closing it."""
        owners.moved_on(self._owner)
        return super().detach()

    # -- notes -----------------------------------------------------------------------------------------

    def _begin(self, name, args=None):
        entry = [
            self._host,
            name,
            args,
            now(),
            None,
            None,
            "",
            self._state(),
            "",
            self._local,
            self._peer,
            self._id,
        ]
        if self._again is None:
            self._note(entry)
        return entry

    def _end(self, entry, result=None):
        entry[END] = now()
        entry[RESULT] = result
        if entry[1] != "accept":
            entry[LOCAL], entry[PEER] = self._local, self._peer
        if self._again is not None:
            self._again = None
            self._note(entry)

    def _fail(self, entry, error):
        """Note an error.  When a socket does not block, a row of "try again" is one call on the timeline."""
        entry[END] = now()
        entry[ERROR] = type(error).__name__
        entry[LOCAL], entry[PEER] = self._local, self._peer
        last = self._again
        if isinstance(error, BlockingIOError):
            if last is not None and last[1] == entry[1]:
                last[END] = entry[END]
                tries = last[RESULT][0] if last[RESULT] else 1
                last[RESULT] = (tries + 1, "times")
                return
            self._again = entry
        else:
            self._again = None
            entry[AFTER] = entry[AFTER] or self._state()
        if last is not None:
            self._note(entry)
        if self._ending is not None and entry[1] == "accept":
            raise self._ending from error

    def _nothing_came(self, entry):
        """The peer has ended its side, or an empty datagram came, or a service stops its socket."""
        if self._ending is not None and _type_of(self) == socket.SOCK_DGRAM:
            raise self._ending
        entry[AFTER] = self._state()

    def _interrupt(self, reason: BaseException):
        """Wake every thread that waits in a call of this socket, and let it go on with an ending.

        A connection reads as ended by its peer; accept() and waiting for a datagram raise the reason.
        """
        self._ending = reason
        try:
            if self._tcp and self._state() != "LISTEN":
                self.shutdown(socket.SHUT_RDWR)
            else:
                _kernel.shutdown(self, socket.SHUT_RDWR)
        except OSError:
            pass  # not connected: the waiting are woken all the same

    def _state(self) -> str:
        if not self._tcp:
            return ""
        try:
            return KERNEL_STATES.get(_kernel.getsockopt(self, socket.IPPROTO_TCP, _TCP_INFO, 1)[0], "")
        except OSError:
            return ""

    def _whereabouts(self):
        try:
            local = _kernel.getsockname(self)
            self._local = (local[:2] if local[1] else None) if self._inet else local or None
            peer = _kernel.getpeername(self)
            self._peer = peer[:2] if self._inet else peer or None
        except OSError:  # not connected (any more): keep what was known
            pass

    @property
    def state(self) -> str:
        """The kernel's TCP state now (RFC 9293 name); "" for other protocols and closed sockets."""
        return self._state()

    @property
    def local(self) -> tuple | None:
        """The local address, or the last known one of a closed socket; None when it has none."""
        self._whereabouts()
        return self._local

    # -- names and errors ------------------------------------------------------------------------------

    def _resolved(self, address):
        """Put a host's address for its name; other names are unknown here (no name server is asked)."""
        if not self._inet or not isinstance(address, tuple) or not address:
            return address
        name = address[0]
        known = self._at.core.addresses
        if not isinstance(name, str) or name in known or name in ("", "localhost", "<broadcast>"):
            return address
        if name[0].isdigit() or ":" in name:
            return address
        for number, owner in known.items():
            if owner == name and (":" in number) == (self.family == socket.AF_INET6):
                return (number, *address[1:])
        error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        hosts = ", ".join(dict.fromkeys(known.values()))
        error.add_note(f"there is no host {name!r} on this network; its hosts are: {hosts}")
        raise error

    def _explain_bind(self, error, address):
        number = getattr(error, "errno", None)
        if not self._inet or number is None:
            return
        if number == errno.EADDRNOTAVAIL:
            owner = self._at.core.addresses.get(address[0])
            whose = f"the address of {owner}" if owner else "no host's address here"
            own = " or ".join(
                number for number, name in self._at.core.addresses.items() if name == self._host
            )
            error.add_note(f"{address[0]} is {whose}; this socket is on {self._host}: bind it to {own}")
        elif number == errno.EADDRINUSE:
            from labkit.sockets.table import holder

            held = holder(self._at, address[1], "tcp" if self._tcp else "udp")
            error.add_note(
                f"port {address[1]} on {self._host} is held by {held}"
                if held
                else f"port {address[1]} on {self._host} is held by a connection that is being closed; setsockopt("
                "SOL_SOCKET, SO_REUSEADDR, 1) before bind allows it, if the server before had set it, too"
            )

    def __repr__(self) -> str:
        try:
            return self._describe()
        except (AttributeError, OSError):  # while it is being made or taken apart
            return f"<HostSocket fd={self.fileno()}>"

    def _describe(self) -> str:
        words = ["<HostSocket", self._host, protocol(self)]
        closed = self.fileno() < 0
        if not closed:
            self._whereabouts()
        if self._local is not None:
            words.append(format_address(self._local))
        if self._peer is not None:
            words += ["→", format_address(self._peer)]
        words.append("closed" if closed else self._state())
        return " ".join(word for word in words if word) + ">"


def _inode(fileno):
    """The socket's inode, or 0 where sockets have none: a socket of Windows is no file, one of macOS has no number."""
    try:
        return os.fstat(fileno).st_ino
    except OSError:
        return 0


for _name, _method in datacalls.methods().items():
    setattr(HostSocket, _name, _method)
