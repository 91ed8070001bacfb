"""Scenes of connections that do not begin as they should."""

from __future__ import annotations

import contextlib

from bench.explained.stage import Stage, pause, scene
from labkit import Delay, Drop


@scene("refused")
def refused(stage: Stage) -> None:
    with contextlib.suppress(ConnectionRefusedError):
        stage.socket(stage.client).connect((stage.server.address, 81 + stage.variant.number))


@scene("syn-lost")
def syn_lost(stage: Stage) -> None:
    stage.net.link.faults = [Drop(flags="SYN", nth=1)]
    one, other = stage.pair()
    stage.usual(one, other)


@scene("syn-ack-lost", seems="syn-lost slow-handshake")
def syn_ack_lost(stage: Stage) -> None:
    stage.net.link.faults = [Drop(flags="SYN-ACK", nth=1)]
    one, other = stage.pair()
    stage.usual(one, other)


@scene("backlog", seems="syn-lost")
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


@scene("slow-handshake")
def slow_syn_ack(stage: Stage) -> None:
    """The SYN-ACK is lost while the client's own timer, which is slower here, has not run out."""
    stage.net.link.faults = [Delay(200 + 80 * stage.variant.number, flags="SYN")]
    one, other = stage.pair()
    stage.usual(one, other, 1)
