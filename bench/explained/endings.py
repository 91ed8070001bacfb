"""Scenes of connections that end before their time, or do not notice that they have."""

from __future__ import annotations

import contextlib
import socket
import struct

from bench.explained.stage import Stage, pause, receive, scene

_RESET = struct.pack("ii", 1, 0)


@scene("reset")
def aborted(stage: Stage) -> None:
    """SO_LINGER with 0 seconds, in the midst of a conversation."""
    one, other = stage.pair()
    stage.usual(one, other, 1 + stage.variant.position)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    one.close()
    with contextlib.suppress(ConnectionResetError):
        other.recv(1)


@scene("reset-unread", seems="reset", calls=True)
def unread(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    one.sendall(bytes(stage.variant.size + 1))
    receive(other, 1)
    other.close()
    with contextlib.suppress(ConnectionResetError):
        one.recv(1)


@scene("reset-after-close")
def sent_after_close(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    other.close()
    one.recv(1)
    one.sendall(bytes(stage.variant.size))
    with contextlib.suppress(ConnectionResetError):
        one.recv(1)


@scene("reset-half-open", "reset")
def half_open(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.cut()
    other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    other.close()
    pause(0.05)
    stage.net.link.mend()
    one.sendall(bytes(stage.variant.size))
    with contextlib.suppress(ConnectionResetError):
        one.recv(1)


@scene("keep-alive")
def kept_alive(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    _keep_alive(one)
    pause(1.4)


def _keep_alive(sock) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        (socket.TCP_KEEPIDLE, 1),
        (socket.TCP_KEEPINTVL, 1),
        (socket.TCP_KEEPCNT, 3),
    ):
        sock.setsockopt(socket.IPPROTO_TCP, option, value)


@scene("dead-peer", "reset")
def cut_off(stage: Stage) -> None:
    """By keep-alives, or by data that nobody acknowledges."""
    one, other = stage.pair()
    stage.usual(one, other)
    if stage.variant.position < 2:
        _keep_alive(one)
        stage.net.link.cut()
        with contextlib.suppress(OSError):
            one.recv(1)
    else:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 2500)
        stage.net.link.cut()
        one.sendall(bytes(stage.variant.size))
        with contextlib.suppress(OSError):
            one.recv(1)
