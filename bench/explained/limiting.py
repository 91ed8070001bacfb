"""Scenes of senders that neither window nor path holds back, and of boxes that forget."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from bench.explained.stage import Stage, pause, receive, scene

_BEHIND = {"lan": ["client", "home"], "wan": ["home", "server"]}


@scene("application-limited", "late-ack", seems="application-limited")
def slow_producer(stage: Stage) -> None:
    """A program that reads from something slow, and sends each piece when it has it."""
    one, other = stage.pair()
    stage.usual(one, other)
    for _ in range(15):
        one.sendall(bytes(2000 + stage.variant.size))
        receive(other, 2000 + stage.variant.size)
        pause(0.03 + stage.variant.delay_ms / 500)


@scene("buffer-limited", "late-ack", "delayed-ack", calls=True, delay_ms=20)
def small_send_buffer(stage: Stage) -> None:
    """Each record that the program writes waits for room in a buffer that is smaller than what the path holds."""
    one, other = stage.pair(send=14_000 + 2000 * stage.variant.number)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    record = bytes(1448)

    def write() -> None:
        for _ in range(450):
            one.sendall(record)

    writing = stage.host_of(one).background(write)
    receive(other, 450 * len(record))
    writing.result(10)


def forgotten(stage: Stage, late: str) -> Any:
    """The client's socket of a connection that the NAT has forgotten; what comes late it drops or rejects."""
    stage.net.home.nat(inside="lan", outside="wan", idle_s=1, late=late)
    caller, conn = stage.pair()
    if stage.variant.turned:
        caller, conn = conn, caller
    stage.usual(caller, conn, 1 + stage.variant.position)
    pause(1.2 + stage.variant.number / 20)
    return caller


@scene("forgotten", "fin-unanswered", "not-taken", seems="dead-peer timeout lost-again", segments=_BEHIND)
def forgotten_in_silence(stage: Stage) -> None:
    """The NAT forgets while nobody speaks, and drops what comes then; a new connection works."""
    caller = forgotten(stage, "drop")
    caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1200)
    caller.sendall(bytes(stage.variant.size))
    another = stage.socket(stage.client)
    another.connect((stage.server.address, 8080))
    with contextlib.suppress(OSError):
        caller.recv(1)
    stage.trace.stop()


@scene("forgotten", "reset-half-open", seems="reset-by-stranger reset-half-open reset", segments=_BEHIND)
def forgotten_and_refused(stage: Stage) -> None:
    """The NAT forgets, and answers what comes then with a reset in the server's name."""
    caller = forgotten(stage, "reject")
    caller.sendall(bytes(stage.variant.size))
    with contextlib.suppress(OSError):
        caller.recv(1)
    stage.trace.stop()


@scene("syn-cookies")
def cookies(stage: Stage) -> None:
    """A server that sends cookies from some moment on, to a client without timestamps."""
    listener = stage.listen(20)
    stage.client.sysctl("net.ipv4.tcp_timestamps", 0)

    def call() -> None:
        stage.socket(stage.client).connect((stage.server.address, 8080))
        stage.enter_context(listener.accept()[0])

    for _ in range(1 + stage.variant.position):
        call()
    stage.server.sysctl("net.ipv4.tcp_syncookies", 2)
    for _ in range(1 + stage.variant.number % 3):
        call()


@scene("port-scan", "reset")
def scan(stage: Stage) -> None:
    """Somebody tries one port after another."""
    stage.listen()
    for port in range(8070, 8090 + stage.variant.number):
        with stage.client.socket() as sock, contextlib.suppress(ConnectionRefusedError):
            sock.settimeout(5)
            sock.connect((stage.server.address, port))


@scene("not-taken", "spurious", seems="timeout lost-again fast-retransmit tail-loss syn-ack-lost")
def queue_for_accept_is_full(stage: Stage) -> None:
    """Handshakes that are over for the client, and not for the server, whose queue is full: it drops what comes."""
    listener = stage.listen(backlog=0)
    first, late = stage.socket(stage.client), stage.socket(stage.client)
    for sock in (first, late):
        sock.setblocking(False)
        sock.connect_ex((stage.server.address, 8080))  # both SYNs find the queue empty
    for sock in (first, late):
        sock.settimeout(5)
        sock.send(bytes(stage.variant.size))
    pause(0.5 + stage.variant.number / 20)
    for _ in range(2):
        receive(stage.enter_context(listener.accept()[0]), stage.variant.size)
