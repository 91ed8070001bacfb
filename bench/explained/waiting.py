"""Scenes of senders that wait."""

from __future__ import annotations

from bench.explained.stage import Stage, pause, receive, scene, send_in_background


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
    size = min(stage.variant.size, 300)  # what waits together must not fill a segment
    for _ in range(2 + stage.variant.position):
        one.sendall(b"h" * size)
    receive(other, size * (2 + stage.variant.position))


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
    stage.transfer(one, other, 150_000)
