"""Scenes as they were meant: played while nothing took the processor from the programs or the wire for long.

Where a wire stands still for 200 ms, kernels send again what was on its way; where a program does, it writes two lines
at once. Then other things happen than the scene has, and what is found is right.
"""

from __future__ import annotations

import select
import threading
import time

from bench.explained.stage import Scene, Stage, played
from labkit import Network, Trace

LONGEST_S = 0.1
EVERY_S = 0.005
PATIENCE_S = 200


class Pulse(threading.Thread):
    """Asks the wire again and again, until its network is closed.

    longest    seconds from one answer to the next, at most
    """

    def __init__(self, net: Network) -> None:
        super().__init__(daemon=True)
        self._core = net.client.core
        self.longest = 0.0
        self.start()

    def run(self) -> None:
        last = time.monotonic()
        while not self._core.closed:
            try:
                self._core.catch_up()
            except RuntimeError:  # it was closed meanwhile
                pass
            last, before = time.monotonic(), last
            self.longest = max(self.longest, last - before)
            select.select([], [], [], EVERY_S)


def undisturbed(scene: Scene, number: int) -> Trace:
    """What crosses the wire when this scene is played and nothing stands still: played until it was so."""
    pulses: list[Pulse] = []

    def play(stage: Stage) -> None:
        pulses.append(Pulse(stage.net))
        scene.play(stage)

    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        trace = played(scene._replace(play=play), number)
        pulses[-1].join()
        if pulses[-1].longest < LONGEST_S:
            return trace
    raise AssertionError(
        f"played {len(pulses)} times, and each time something stood still: no such machine tells"
    )
