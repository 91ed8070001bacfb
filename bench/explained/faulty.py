"""Scenes in which something is amiss."""

from __future__ import annotations

import contextlib
import socket
import struct

from bench.explained.stage import Stage, drain, pause, receive, scene, send_in_background
from labkit import Delay, Drop, Duplicate, Reorder

_RESET = struct.pack("ii", 1, 0)


@scene("refused")
def refused(stage: Stage) -> None:
    with contextlib.suppress(ConnectionRefusedError):
        stage.socket(stage.client).connect((stage.server.address, 81 + stage.variant.number))


@scene("syn-lost")
def syn_lost(stage: Stage) -> None:
    stage.net.link.faults = [Drop(flags="SYN", nth=1)]
    one, other = stage.pair()
    stage.usual(one, other)


@scene("syn-ack-lost")
def syn_ack_lost(stage: Stage) -> None:
    stage.net.link.faults = [Drop(flags="SYN-ACK", nth=1)]
    one, other = stage.pair()
    stage.usual(one, other)


@scene("backlog")
def full_backlog(stage: Stage) -> None:
    """Two wait in a queue for one, and a third comes; after a while somebody accepts."""
    listener = stage.listen(backlog=1)
    first = [stage.socket(stage.client) for _ in range(2)]
    for sock in first:
        sock.connect((stage.server.address, 8080))
    late = stage.socket(stage.client)
    calling = stage.client.background(late.connect, (stage.server.address, 8080))
    pause(0.3 + stage.variant.number / 20)
    for _ in range(2):
        stage.enter_context(listener.accept()[0])
    calling.result(10)
    stage.enter_context(listener.accept()[0])


@scene("no-answer")
def filtered(stage: Stage) -> None:
    stage.net.link.faults = [Drop(flags="SYN")]
    stage.listen()
    caller = stage.socket(stage.client)
    caller.settimeout(1.3 + stage.variant.number / 10)
    with contextlib.suppress(OSError):
        caller.connect((stage.server.address, 8080))


@scene("reset")
def aborted(stage: Stage) -> None:
    """SO_LINGER with 0 seconds, in the midst of a conversation."""
    one, other = stage.pair()
    stage.usual(one, other, 1 + stage.variant.position)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    one.close()
    with contextlib.suppress(ConnectionResetError):
        other.recv(1)


@scene("reset-unread")
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


@scene("slow-handshake")
def slow_syn_ack(stage: Stage) -> None:
    """The SYN-ACK is lost while the client's own timer, which is slower here, has not run out."""
    stage.net.link.faults = [Delay(200 + 80 * stage.variant.number, flags="SYN")]
    one, other = stage.pair()
    stage.usual(one, other, 1)


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


@scene("nagle-delayed-ack")
def write_write_read(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other, 3 + stage.variant.position)
    for _ in range(1 + stage.variant.position):
        one.sendall(b"h" * stage.variant.size)
        one.sendall(b"b" * stage.variant.size)
        receive(other, 2 * stage.variant.size)
        other.sendall(b"done")
        receive(one, 4)


@scene("nagle")
def small_writes(stage: Stage) -> None:
    """At a connection's beginning its receiver acknowledges at once: what holds the second write is a round trip."""
    one, other = stage.pair()
    for _ in range(2 + stage.variant.position):
        one.sendall(b"h" * stage.variant.size)
    receive(other, stage.variant.size * (2 + stage.variant.position))


@scene("late-ack")
def slow_answer(stage: Stage) -> None:
    """The receiver's program thinks for longer than its kernel keeps an ACK back."""
    one, other = stage.pair()
    stage.usual(one, other, 3 + stage.variant.position)
    one.sendall(bytes(stage.variant.size))
    receive(other, stage.variant.size)
    pause(0.12)
    other.sendall(b"answer")
    receive(one, 6)


@scene("closed-window", "late-ack", "window-limited")
def nobody_reads(stage: Stage) -> None:
    one, other = stage.pair(receive=10_000 + 1000 * stage.variant.number)
    sending = send_in_background(stage.host_of(one), one, 200_000)
    pause(0.4 + stage.variant.number / 10)
    receive(other, 200_000)
    sending.result(10)


@scene("window-limited", "late-ack", "delayed-ack", "closed-window")
def small_window(stage: Stage) -> None:
    one, other = stage.pair(receive=5000 + 1000 * stage.variant.number)
    sending = send_in_background(stage.host_of(one), one, 150_000)
    receive(other, 150_000)
    sending.result(10)


def _bulk(stage: Stage, faults: list, size: int = 40_000) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.faults = faults
    sending = send_in_background(stage.host_of(one), one, size)
    receive(other, size)
    sending.result(10)


@scene("fast-retransmit")
def one_lost(stage: Stage) -> None:
    _bulk(stage, [Drop(data=3 + stage.variant.number)])


@scene("timeout")
def question_lost(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.faults = [Drop(data=1)]
    one.sendall(bytes(stage.variant.size))
    receive(other, stage.variant.size)


@scene("tail-loss", "fast-retransmit", "late-ack")
def last_lost(stage: Stage) -> None:
    """Four segments at once, of which the last two are lost; after them comes nothing."""
    for host in (stage.client, stage.server):
        host.sysctl("net.ipv4.tcp_early_retrans", 3)  # tail loss probes, which our networks are without
    one, other = stage.pair()
    stage.usual(one, other, 3)
    stage.net.link.faults = [Drop(data=(3, 4))]
    one.sendall(bytes(3 * 1448 + 1 + stage.variant.size))
    receive(other, 3 * 1448 + 1 + stage.variant.size)


@scene("lost-again", "timeout", "fast-retransmit", "tail-loss")
def lost_twice(stage: Stage) -> None:
    first = 1500 + 1448 * stage.variant.position
    _bulk(stage, [Drop(bytes=(first, first), nth=(1, 2), sender=None)])


@scene("queue-full", "fast-retransmit", "timeout", "tail-loss", "lost-again", "late-ack")
def narrow_path(stage: Stage) -> None:
    one, other = stage.pair()
    stage.net.link.set(rate_mbit=4, queue_packets=5 + stage.variant.number)
    sending = send_in_background(stage.host_of(one), one, 200_000)
    receive(other, 200_000)
    sending.result(10)


@scene("spurious", "late-ack")
def delayed_past_the_timer(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other, 1 + stage.variant.position)
    stage.net.link.faults = [Delay(500 + 50 * stage.variant.number, data=1)]
    one.sendall(bytes(stage.variant.size))
    receive(other, stage.variant.size)
    pause(0.5)


@scene("reordering", "fast-retransmit", "spurious")
def overtaken(stage: Stage) -> None:
    _bulk(stage, [Reorder(data=3 + stage.variant.number, behind=1 + stage.variant.number % 2)])


@scene("duplicate")
def doubled(stage: Stage) -> None:
    _bulk(stage, [Duplicate(data=2 + stage.variant.number)], 20_000)


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


@scene("udp-unreachable")
def datagram_to_nobody(stage: Stage) -> None:
    with stage.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.connect((stage.server.address, 9000 + stage.variant.number))
        sock.send(bytes(stage.variant.size))
        with contextlib.suppress(ConnectionRefusedError):
            sock.recv(1)


@scene("arp-unanswered", arp=True)
def nobody_there(stage: Stage) -> None:
    with stage.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"hello", (f"10.0.0.{100 + stage.variant.number}", 9))
        pause(2.2)


FAULTY = [value for value in dict(globals()).values() if type(value).__name__ == "Scene"]
_ = drain
