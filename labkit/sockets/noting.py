"""How a host's socket notes its calls: an entry on the timeline for each, made as it begins, ended as it returns."""

from __future__ import annotations

import errno
import socket
from _socket import socket as _kernel
from collections.abc import Callable
from time import monotonic_ns as now
from types import TracebackType
from typing import Any

from labkit.sockets.timeline import AFTER, END, ERROR, LOCAL, NAME, PEER, RESULT, Entry
from labkit.sockets.whereabouts import Whereabouts
from labkit.words import say


class Noting(Whereabouts):
    """The notes of a HostSocket: see `labkit.sockets.timeline` for what an entry holds."""

    __slots__ = ()
    _host: str
    _id: int
    _note: Callable[[Entry], None]
    _again: Any  # None, or an Entry: a call of a socket that does not block, which has been told "try again"
    _ending: BaseException | None  # why what waits in a call is to end

    def _entry(self, name: str, given: Any, state: str = "") -> Entry:
        return [
            self._host,
            name,
            given,
            now(),
            None,
            None,
            "",
            state,
            "",
            self._local,
            self._peer,
            self._id,
        ]

    def _noted(self, name: str, address: Any = None, said: str = "") -> Noted:
        """`with self._noted("bind", address):` notes what happens within: its end, or what it raises."""
        return Noted(self, self._begin(name, (None, address, said)))

    def _begin(self, name: str, given: Any = None) -> Entry:
        """Note that a call begins."""
        entry = self._entry(name, given, self._state())
        if self._again is None:
            self._note(entry)
        return entry

    def _end(self, entry: Entry) -> None:
        """Note that a call has returned."""
        entry[END] = now()
        if entry[NAME] != "accept":
            entry[LOCAL], entry[PEER] = self._local, self._peer
        if self._again is not None:
            self._again = None
            self._note(entry)

    def _fail(self, entry: Entry, error: BaseException) -> None:
        """Note an error.  When a socket does not block, a row of "try again" is one call on the timeline."""
        entry[END] = now()
        entry[ERROR] = type(error).__name__
        entry[LOCAL], entry[PEER] = self._local, self._peer
        last = self._again
        if isinstance(error, OSError) and error.errno == errno.ENODEV:
            error.add_note(
                say(
                    "an interface's number is each host's own: write {host}.index(\"eth0\") for "
                    'socket.if_nametoindex("eth0"), which gives the one of the notebook\'s machine',
                    host=self._host,
                )
            )
        if self._in_vain(error):
            if last is not None and last[NAME] == entry[NAME]:
                last[END] = entry[END]
                tries = last[RESULT][3] if last[RESULT] else 1
                last[RESULT] = (None, None, "", tries + 1)
                return
            self._again = entry
        else:
            self._again = None
            entry[AFTER] = entry[AFTER] or self._state()
        if last is not None:
            self._note(entry)
        if self._ending is not None and entry[NAME] == "accept":
            raise self._ending from error

    def _in_vain(self, error: BaseException) -> bool:
        """Does an error say "try again" to a socket that does not block?"""
        return isinstance(error, BlockingIOError)

    def _nothing_came(self, entry: Entry) -> None:
        """The peer has ended its side, or an empty datagram came, or a service stops its socket."""
        if self._ending is not None and _kernel.type.__get__(self) == socket.SOCK_DGRAM:
            raise self._ending
        entry[AFTER] = self._state()


class Noted:
    """A call that is being made: its entry, ended with the block."""

    __slots__ = ("_entry", "_socket")

    def __init__(self, sock: Noting, entry: Entry) -> None:
        self._socket, self._entry = sock, entry

    def __enter__(self) -> Entry:
        return self._entry

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._socket._end(self._entry)
        else:
            self._socket._fail(self._entry, error)
