"""Scenes in which nothing is amiss, though they look like some in which it is."""

from __future__ import annotations

import socket

from bench.explained.alike import ALIKE
from bench.explained.alike_ends import ALIKE_ENDS
from bench.explained.stage import Scene, Stage, drain, pause, receive, scene, send_in_background


@scene("")
def thinking_for_41_ms(stage: Stage) -> None:
    """As long as a kernel keeps an ACK back; but the ACK comes with the answer."""
    one, other = stage.pair()
    for _ in range(2 + stage.variant.position):
        one.sendall(bytes(stage.variant.size))
        receive(other, stage.variant.size)
        pause(0.030 + stage.variant.number / 1000)
        other.sendall(b"answer")
        receive(one, 6)


@scene("")
def one_write_a_question(stage: Stage) -> None:
    one, other = stage.pair()
    for _ in range(10):
        one.sendall(b"h" * stage.variant.size + b"b" * stage.variant.size)
        receive(other, 2 * stage.variant.size)
        other.sendall(b"done")
        receive(one, 4)


@scene("")
def without_nagle(stage: Stage) -> None:
    one, other = stage.pair()
    for sock in (one, other):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(5):
        for _ in range(3):
            one.sendall(bytes(stage.variant.size))
        receive(other, 3 * stage.variant.size)
        other.sendall(b"done")
        receive(one, 4)


@scene("")
def bulk(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    stage.transfer(one, other, 300_000)


@scene("")
def bulk_at_a_rate(stage: Stage) -> None:
    one, other = stage.pair()
    stage.net.link.set(rate_mbit=10 + stage.variant.number, queue_packets=1000)
    stage.transfer(one, other, 200_000)


@scene("", "late-ack")
def one_way_now_and_then(stage: Stage) -> None:
    """A sensor: a small write each 60 ms, never an answer."""
    one, other = stage.pair()
    for _ in range(6):
        one.sendall(bytes(stage.variant.size))
        receive(other, stage.variant.size)
        pause(0.06)


@scene("", "late-ack")
def half_closed(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    one.sendall(bytes(stage.variant.size))
    one.shutdown(socket.SHUT_WR)
    drain(other)
    pause(0.1)
    other.sendall(bytes(20_000))
    other.close()
    drain(one)


@scene("")
def slow_but_reading(stage: Stage) -> None:
    """The window shrinks, and is never closed."""
    one, other = stage.pair(receive=60_000)
    sending = send_in_background(stage.host_of(one), one, 60_000)
    total = 0
    while total < 60_000:
        total += len(other.recv(4000))
        pause(0.002)
    sending.result(10)


@scene("", arp=True)
def datagrams(stage: Stage) -> None:
    here, there = stage.datagrams(9)
    for _ in range(3):
        here.sendto(bytes(stage.variant.size), (stage.server.address, 9))
        data, address = there.recvfrom(2000)
        there.sendto(data, address)
        here.recv(2000)


@scene("")
def many_short_ones(stage: Stage) -> None:
    listener = stage.listen()
    for _ in range(4):
        with stage.client.socket() as caller:
            caller.connect((stage.server.address, 8080))
            with listener.accept()[0] as conn:
                caller.sendall(b"GET /\r\n\r\n")
                receive(conn, 9)
                conn.sendall(bytes(5000))
            drain(caller)


HEALTHY = [value for value in dict(globals()).values() if isinstance(value, Scene)] + ALIKE + ALIKE_ENDS
