"""Scenes of segments that are lost, late, or doubled."""

from __future__ import annotations

from bench.explained.stage import Stage, pause, receive, scene
from labkit import Delay, Drop, Duplicate, Reorder


def bulk_with(stage: Stage, faults: list, size: int = 40_000) -> None:
    """Many segments, some of which something happens to."""
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.faults = faults
    stage.transfer(one, other, size)


@scene("fast-retransmit")
def one_lost(stage: Stage) -> None:
    bulk_with(stage, [Drop(data=3 + stage.variant.number)])


@scene("timeout", "spurious")
def question_lost(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    stage.net.link.faults = [Drop(data=1)]
    one.sendall(bytes(stage.variant.size))
    receive(other, stage.variant.size)


@scene("tail-loss", "fast-retransmit", "timeout", "late-ack")
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
    bulk_with(stage, [Drop(bytes=(first, first), nth=(1, 2), sender=None)])


@scene(
    "queue-full",
    "fast-retransmit",
    "timeout",
    "tail-loss",
    "lost-again",
    "window-limited",
    seems="delayed-ack queue-loss",
)
def narrow_path(stage: Stage) -> None:
    one, other = stage.pair()
    stage.net.link.set(rate_mbit=4, queue_packets=5 + stage.variant.number)
    stage.transfer(one, other, 200_000)


@scene("link-loss", "fast-retransmit", "timeout", "tail-loss", "lost-again", "delayed-ack")
def bad_link(stage: Stage) -> None:
    """It loses now and then, and no queue stands; scripted, so that it is the same each time."""
    one, other = stage.pair()
    stage.usual(one, other)
    first = 12 + stage.variant.number
    stage.net.link.faults = [Drop(data=tuple(range(first, 200, 45)))]
    stage.transfer(one, other, 250_000)


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
    bulk_with(stage, [Reorder(data=3 + stage.variant.number, behind=1 + stage.variant.number % 2)])


@scene("duplicate")
def doubled(stage: Stage) -> None:
    bulk_with(stage, [Duplicate(data=2 + stage.variant.number)], 20_000)
