"""Sockets and hosts sent to another process by multiprocessing: as an argument, through a Pipe or a Queue.

A socket arrives as one of the host where the network is there, too (in a process forked from the one that made it),
else as a plain socket, which still lives in the host's network.  A host or a network arrives only where it is.
"""

from __future__ import annotations

import os
import socket
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.running.forks import home
from labkit.running.imports import when_loaded
from labkit.words import say

if TYPE_CHECKING:
    from labkit.sockets.hostsocket import HostSocket


class Key(NamedTuple):
    """A name for a host or a network, by which it is found again in process `pid` and in those forked from it."""

    number: bytes
    pid: int


_known: weakref.WeakValueDictionary[Key, Any] = weakref.WeakValueDictionary()


def key_of(thing: Any) -> Key:
    """A new key, which finds this."""
    key = Key(os.urandom(16), home().pid)
    _known[key] = thing
    return key


def send_sockets(kind: type[HostSocket]) -> None:
    """Teach multiprocessing to send sockets of a class, as it does plain ones."""
    when_loaded("multiprocessing.reduction", lambda reduction: reduction.register(kind, _reduce_socket))


def send_places(kind: type) -> None:
    """Teach multiprocessing to send hosts, or networks: things with a `_key`, made by `key_of`."""
    when_loaded("multiprocessing.reduction", lambda reduction: reduction.register(kind, _reduce_place))


def _reduce_socket(sock: HostSocket) -> tuple[Any, ...]:
    from multiprocessing.reduction import DupFd

    return _socket, (
        DupFd(sock.fileno()),
        int(sock.family),
        int(sock.type),
        sock.proto,
        sock.gettimeout(),
        sock._at._key,
    )


def _socket(
    descriptor: Any, family: int, kind: int, proto: int, timeout: float | None, key: Key
) -> socket.socket:
    number, host = descriptor.detach(), _known.get(key)
    if host is None:
        made = socket.socket(family, kind, proto, fileno=number)
    else:
        made = host.core.socket_class()(family, kind, proto, number, host=host)
        made._whereabouts()
    made.settimeout(timeout)  # the kernel's part of it has come along: whether calls block
    return made


def _reduce_place(place: Any) -> tuple[Any, ...]:
    from multiprocessing import context

    if context.get_spawning_popen() is not None:
        raise TypeError(
            say(
                "{what} is not for a process that is spawned, which shares nothing with this one: hand over a socket, "
                "made here with host.socket(), or use multiprocessing.get_context('fork')",
                what=place,
            )
        )
    return _place, (place._key, str(place))


def _place(key: Key, name: str) -> Any:
    found = _known.get(key)
    return Elsewhere(name, key.pid) if found is None else found


class Elsewhere:
    """Stands for a host or a network in a process where it is not: what it is asked for is an error that says so."""

    def __init__(self, name: str, pid: int) -> None:
        self._name, self._pid = name, pid

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise RuntimeError(
            say(
                "{what} is in process {pid} and in those forked from it, and process {here} is none of them: hand over "
                "a socket, made there with host.socket(), or use multiprocessing.get_context('fork')",
                what=self._name,
                pid=self._pid,
                here=home().pid,
            )
        )

    def __repr__(self) -> str:
        return say("{what}, which is in process {pid}", what=self._name, pid=self._pid)
