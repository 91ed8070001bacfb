"""What a cable does to the frames on it: delay, jitter, rate with a finite queue, random loss.

Every effect is a small machine with the same three verbs, so that one loop can serve any chain of them:

    push(frame, now)   a frame enters at time `now`; returns "" when it was taken, else what became of it
    pop(now)           the frames that have left by `now`, as (time it left, frame), in order
    next_time()        when the next frame leaves, or None when the effect is empty

Times are integer nanoseconds; nothing here reads a clock or draws from a shared random generator, so a
table of pushes and pops is a complete test. The model follows `netem(8)` and mahimahi's queues.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from typing import Any, Protocol, TypedDict

    class Random(Protocol):
        """What is drawn from: a `random.Random`, or a `Chance`."""

        def random(self) -> float: ...
        def uniform(self, a: float, b: float, /) -> float: ...

    class Conditions(TypedDict):
        """What one link is set to."""

        delay_ms: float
        jitter_ms: float
        rate_mbit: float | None  # None: no limit
        queue_packets: int
        loss: float  # a probability
        burst: float  # mean number of frames lost in a row
        cut: bool

else:  # the same, and nothing else to load
    from _collections import deque


LOST = "lost"
QUEUE_FULL = "queue full"
NS_PER_MS = 1_000_000


class Effect:
    """Frames in the order in which they leave, each with the time at which it does; an effect says what enters."""

    def __init__(self) -> None:
        self._line: deque[tuple[int, Any]] = deque()

    def push(self, frame: Any, now: int) -> str:
        """Take a frame at time `now`, ns; returns "", or what became of a frame that is not taken."""
        raise NotImplementedError

    def pop(self, now: int) -> list[tuple[int, Any]]:
        """The frames that have left by `now`, each with the time at which it left."""
        line, taken = self._line, []
        while line and line[0][0] <= now:
            taken.append(line.popleft())
        return taken

    def next_time(self) -> int | None:
        """When the next frame leaves; None when there is none."""
        return self._line[0][0] if self._line else None


class Loss(Effect):
    """Lose each frame with a probability: independently, or in bursts of a mean length.

    With `burst` above 1 this is the Gilbert model, a good state that loses nothing and a bad one that loses
    all: `probability` is then the share lost in the long run, `burst` the mean length of a run of losses, and no share
    above burst / (burst + 1) is to be had (but for 1: all), as a run ends with a frame that arrives.
    Source: E. N. Gilbert, "Capacity of a burst-noise channel", 1960.
    """

    def __init__(self, probability: float, random: Random, burst: float = 1) -> None:
        super().__init__()
        self.probability = probability
        self.burst = burst
        self._random = random
        self._bad = False

    def push(self, frame: Any, now: int) -> str:
        """Lose the frame, or let it leave at once."""
        if self.probability:
            self._bad = self._random.random() < self._chance()
            if self._bad:
                return LOST
        self._line.append((now, frame))
        return ""

    def _chance(self) -> float:
        if self.burst <= 1 or self.probability >= 1:
            return self.probability
        leave = 1 / self.burst
        return 1 - leave if self._bad else min(1, leave * self.probability / (1 - self.probability))


class Queue(Effect):
    """A transmitter of `rate_mbit` with `packets` places to wait in: a frame that finds none free is lost.

    A frame leaves when its last bit has been sent. The bits counted are those of the Ethernet frame from
    destination address to payload, without preamble and checksum. The frame being sent holds no place.
    `rate_mbit` None is a transmitter that takes no time.
    """

    def __init__(self, rate_mbit: float | None, packets: int) -> None:
        super().__init__()
        self.rate_mbit = rate_mbit
        self.packets = packets
        self._free_at = 0

    def push(self, frame: Any, now: int) -> str:
        """Let the frame leave when those before it and its own bits have been sent, if there is a place for it."""
        start = max(now, self._free_at)
        if self.rate_mbit is None:
            self._line.append((start, frame))
            return ""
        if self.waiting(now) >= self.packets:
            return QUEUE_FULL
        self._free_at = start + round(len(frame) * 8000 / self.rate_mbit)
        self._line.append((self._free_at, frame))
        return ""

    def waiting(self, now: int) -> int:
        """How many frames hold a place; -1 when not even the transmitter has one."""
        gone = 0  # sent by now, though nobody has popped them yet
        for end, _ in self._line:
            if end > now:
                break
            gone += 1
        return len(self._line) - gone - 1


class DelayLine(Effect):
    """Hold each frame for `delay_ms`, give or take up to `jitter_ms` (uniform); order is kept.

    Raising or lowering the delay while frames are under way changes the frames that enter afterwards;
    those never overtake the ones before them.
    """

    def __init__(self, delay_ms: float, jitter_ms: float = 0, random: Random | None = None) -> None:
        super().__init__()
        self.delay_ms = delay_ms
        self.jitter_ms = jitter_ms
        self._random = random

    def push(self, frame: Any, now: int) -> str:
        """Let the frame leave after its delay, and not before those that entered earlier."""
        delay = self.delay_ms
        if self.jitter_ms and self._random is not None:
            delay += self._random.uniform(-self.jitter_ms, self.jitter_ms)
        due = now + max(0, round(delay * NS_PER_MS))
        if self._line and due < self._line[-1][0]:
            due = self._line[-1][0]
        self._line.append((due, frame))
        return ""


class Cable:
    """All that one link does to the frames that its host sends: loss, then queue and transmitter, then delay.

    Itself an effect. A frame enters each stage at the very time it left the one before, so errors of the
    caller's timing do not add up. Frames refused inside are in `ended`, as (frame, fate).
    """

    def __init__(self, random_loss: Random, random_jitter: Random) -> None:
        self._loss = Loss(0, random_loss)
        self._queue = Queue(None, 1000)
        self._line = DelayLine(0, 0, random_jitter)
        self.ended: list[tuple[Any, str]] = []
        self.plain = True  # a frame passes at once, whatever the time

    def set(self, conditions: Conditions) -> None:
        """Take new conditions; frames already under way are not disturbed."""
        self._loss.probability, self._loss.burst = conditions["loss"], conditions["burst"]
        self._queue.rate_mbit, self._queue.packets = conditions["rate_mbit"], conditions["queue_packets"]
        self._line.delay_ms, self._line.jitter_ms = conditions["delay_ms"], conditions["jitter_ms"]
        self.plain = not (
            conditions["loss"] or conditions["rate_mbit"] or conditions["delay_ms"] or conditions["jitter_ms"]
        )

    def get(self) -> dict[str, float | None]:
        """The conditions that were set, but for `cut`, which is the station's."""
        loss, queue, line = self._loss, self._queue, self._line
        return {
            "delay_ms": line.delay_ms,
            "jitter_ms": line.jitter_ms,
            "rate_mbit": queue.rate_mbit,
            "queue_packets": queue.packets,
            "loss": loss.probability,
            "burst": loss.burst,
        }

    def push(self, frame: Any, now: int) -> str:
        """A frame enters at `now`, ns; returns "" or what became of one that was lost at the beginning."""
        fate = self._loss.push(frame, now)
        self._forward(now)
        return fate

    def _forward(self, now: int) -> None:
        for left, frame in self._loss.pop(now):
            fate = self._queue.push(frame, left)
            if fate:
                self.ended.append((frame, fate))
        for left, frame in self._queue.pop(now):
            self._line.push(frame, left)

    def waiting(self, now: int) -> int:
        """How many frames wait in the queue, the one being sent not counted."""
        return max(0, self._queue.waiting(now))

    def pop(self, now: int) -> list[tuple[int, Any]]:
        """The frames that have come to the cable's other end by `now`, each with the time at which it did."""
        self._forward(now)
        return self._line.pop(now)

    def next_time(self) -> int | None:
        """When the next frame moves on inside the cable or leaves it; None when the cable is empty."""
        return earliest(self._loss.next_time(), self._queue.next_time(), self._line.next_time())


def earliest(*times: int | None) -> int | None:
    """The first of some times; None when there is none among them."""
    first = None
    for time in times:
        if time is not None and (first is None or time < first):
            first = time
    return first
