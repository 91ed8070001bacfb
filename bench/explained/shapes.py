"""Scenes of paths and programs that make segments small, or late, or lose the large ones."""

from __future__ import annotations

import socket

from bench.explained.losing import bulk_with
from bench.explained.stage import Stage, pause, receive, scene
from labkit import Blackhole, Corrupt, Drop, Rewrite


@scene("bufferbloat")
def deep_queue(stage: Stage) -> None:
    one, other = stage.pair()
    stage.net.link.set(rate_mbit=8, queue_packets=1000)
    size = 300_000
    stage.transfer(one, other, size)


@scene("tiny-segments", "delayed-ack", seems="nagle", delay_ms=2)
def byte_by_byte(stage: Stage) -> None:
    """With pauses: were more under way than the congestion window lets out, the kernel would put some together."""
    one, other = stage.pair()
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    size = 1 + stage.variant.number
    for _ in range(60):
        one.sendall(b"x" * size)
        pause(0.006)
    receive(other, 60 * size)


@scene("mtu-black-hole", "timeout", "lost-again", "fast-retransmit", "tail-loss")
def large_ones_vanish(stage: Stage) -> None:
    """What is large never passes; the last of it is small, does, and tells that the other is there."""
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.faults = [Blackhole(mtu=600 + 100 * stage.variant.number)]
    one.sendall(bytes(3 * 1448 + stage.variant.size % 500 + 1))
    pause(1.5)
    stage.trace.stop()


@scene("checksum-wrong", "fast-retransmit")
def damaged(stage: Stage) -> None:
    bulk_with(stage, [Corrupt(data=2 + stage.variant.number)], 30_000)


@scene("no-sack", "fast-retransmit", "timeout", "lost-again")
def without_sack(stage: Stage) -> None:
    """A box on the way takes the option away."""
    stage.net.link.faults = [Rewrite(strip="sackOK", flags="SYN"), Rewrite(strip="sackOK", flags="SYN-ACK")]
    one, other = stage.pair()
    stage.net.link.faults = [Drop(data=4 + stage.variant.number)]
    stage.transfer(one, other, 40_000)
