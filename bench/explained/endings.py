"""Scenes of connections that end before their time, or do not notice that they have."""

from __future__ import annotations

import contextlib
import socket
import struct

from bench.explained.stage import Stage, pause, receive, scene
from labkit.wire.checksums import checksum

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


@scene("close-wait", "late-ack")
def never_closed(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    one.shutdown(socket.SHUT_WR)
    pause(1.2)
    another = stage.socket(stage.client)
    another.connect((stage.server.address, 8080))  # so that the capture goes on
    stage.trace.stop()


@scene("reset-by-stranger", "reset-half-open", "reset", "reset-after-close")
def forged(stage: Stage) -> None:
    """The third host, who saw it all, ends the connection in the server's name."""
    one, other = stage.pair()
    stage.usual(one, other, 1 + stage.variant.position)
    pause(0.1)
    last = next(each for each in reversed(stage.trace.segments) if each.source == "client")
    third = stage.net.hosts[2]
    with third.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        segment = struct.pack(">HHIIBBHHH", last.dport, last.sport, last.raw_ack, 0, 0x50, 4, 0, 0, 0)
        ends = socket.inet_aton(last.dst) + socket.inet_aton(last.src)
        total = checksum(ends + struct.pack(">BBH", 0, 6, len(segment)), segment)
        segment = segment[:16] + struct.pack(">H", total) + segment[18:]
        header = struct.pack(">BBHHHBBH", 0x45, 0, 40, 7, 0, 64, 6, 0) + ends
        raw.sendto(header + segment, (last.src, 0))
    pause(0.1)
