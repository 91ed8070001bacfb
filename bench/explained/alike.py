"""Conversations and transfers in which nothing is amiss: each looks like something in which it is."""

from __future__ import annotations

import socket

from bench.explained.stage import Scene, Stage, pause, receive, scene
from labkit import Drop


@scene("")
def without_scaling(stage: Stage) -> None:
    """No window scaling, on a path that does not need it."""
    stage.client.sysctl("net.ipv4.tcp_window_scaling", 0)
    one, other = stage.pair()
    stage.usual(one, other)
    stage.transfer(one, other, 20_000)


@scene("")
def without_sack_or_loss(stage: Stage) -> None:
    stage.client.sysctl("net.ipv4.tcp_sack", 0)
    one, other = stage.pair()
    stage.transfer(one, other, 60_000)


@scene("", delay_ms=2)
def echoed_letters(stage: Stage) -> None:
    """Somebody types, and sees each letter: small, but not to be collected."""
    one, other = stage.pair()
    for _ in range(40):
        one.sendall(b"x")
        other.sendall(receive(other, 1))
        receive(one, 1)
        pause(0.001 * stage.variant.number)


@scene("", delay_ms=120)
def a_long_way(stage: Stage) -> None:
    """Each round trip takes long, the handshake's too."""
    one, other = stage.pair()
    stage.usual(one, other, 1 + stage.variant.position)


@scene("")
def a_path_that_becomes_longer(stage: Stage) -> None:
    """The round trip grows, and not with what is under way."""
    one, other = stage.pair()
    for step in range(8):
        stage.net.link.set(delay_ms=stage.variant.delay_ms + 5 * step)
        stage.usual(one, other, 6)


@scene("", "late-ack")
def both_ways(stage: Stage) -> None:
    one, other = stage.pair()
    sending = stage.host_of(one).background(one.sendall, bytes(80_000))
    answering = stage.host_of(other).background(other.sendall, bytes(80_000))
    receive(other, 80_000)
    receive(one, 80_000)
    sending.result(10), answering.result(10)


@scene("")
def three_files(stage: Stage) -> None:
    """One after another, with pauses that nobody minds."""
    one, other = stage.pair()
    for _ in range(3):
        stage.transfer(one, other, 40_000)
        other.sendall(b"thanks")
        receive(one, 6)
        pause(0.1 + stage.variant.number / 100)


@scene("")
def the_same_words_twice(stage: Stage) -> None:
    """The same bytes again are no repetition: they have numbers of their own."""
    one, other = stage.pair()
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(4):
        for _ in range(2):
            one.sendall(b"again" * stage.variant.size)
            receive(other, 5 * stage.variant.size)
        other.sendall(b"yes, yes")
        receive(one, 8)


@scene("")
def short_segments(stage: Stage) -> None:
    """Full ones, of an end that takes no larger."""
    one, other = stage.pair()
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 500)
    stage.usual(one, other)
    stage.transfer(one, other, 30_000)


@scene("")
def asked_in_one_breath(stage: Stage) -> None:
    """Pipelining: questions that do not wait for answers."""
    one, other = stage.pair()
    for sock in (one, other):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(3):
        one.sendall(b"".join(b"question" for _ in range(5)))
        receive(other, 40)
        other.sendall(bytes(5 * stage.variant.size))
        receive(one, 5 * stage.variant.size)


@scene("")
def a_lost_acknowledgement(stage: Stage) -> None:
    """The next one says the same, so nothing is sent again."""
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.faults = [Drop(flags="ACK", nth=6 + stage.variant.number % 3)]
    stage.transfer(one, other, 60_000)


@scene("", "late-ack")
def pushed_now_and_then(stage: Stage) -> None:
    """A server that tells what is new, when it is: a program that limits its connection, and nobody minds."""
    one, other = stage.pair()
    for _ in range(12):
        one.sendall(bytes(1000 + stage.variant.size))
        receive(other, 1000 + stage.variant.size)
        pause(0.03)


@scene("")
def a_deep_queue_that_stays_empty(stage: Stage) -> None:
    """A narrow path, and a program that does not fill it."""
    stage.net.link.set(rate_mbit=8, queue_packets=1000)
    one, other = stage.pair()
    for _ in range(15):
        stage.usual(one, other, 2)
        one.sendall(bytes(1400))
        receive(other, 1400)
        other.sendall(b"ok")
        receive(one, 2)


ALIKE = [value for value in dict(globals()).values() if isinstance(value, Scene)]
