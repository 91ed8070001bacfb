"""Does the wire do what it was told? Delay, rate, loss."""

from __future__ import annotations

import ctypes
import shutil
import time

from labkit.wire.record import LOST

from . import lab
from .figures import Figure, Note, binomial_interval, percentile
from .lanes import Reference, Wire
from .traffic import SMALL, datagram_pair, ping_pong
from .wire import NAMES

_DELAY_MS = 20
_FRAMES, _LOSS = 20_000, 0.05


def round_trips(port: str, rounds: int) -> dict:
    """Milliseconds over 2 x 20 for each round trip, and the shortest way of any frame over 20 ms, by the record."""
    with Wire(port, delay_ms=_DELAY_MS) as lane:
        times = ping_pong(lane, rounds)
        record = lane.core.client.record
        ways = [
            arrived - departed for _, _, departed, arrived, *_ in record.entries(end=record.head) if arrived
        ]
    return {
        "over": [micros / 1000 - 2 * _DELAY_MS for micros in times],
        "shortest": min(ways) / 1e6 - _DELAY_MS,
        "frames": len(ways),
    }


def reference_round_trips(rounds: int) -> dict:
    """The same by a plain C loop, whose delay begins when it has read a frame."""
    with Reference(delay_ms=_DELAY_MS) as lane:
        return {"over": [micros / 1000 - 2 * _DELAY_MS for micros in ping_pong(lane, rounds)]}


def sleeps(rounds: int) -> list[float]:
    """What the machine's own timers add to two sleeps of 20 ms, in milliseconds, with the wire's timer slack."""
    ctypes.CDLL(None).prctl(29, 1, 0, 0, 0)  # PR_SET_TIMERSLACK, 1 ns
    over = []
    for _ in range(rounds):
        begin = time.perf_counter()
        time.sleep(_DELAY_MS / 1000)
        time.sleep(_DELAY_MS / 1000)
        over.append((time.perf_counter() - begin) * 1000 - 2 * _DELAY_MS)
    return over


def rate(port: str, mbit: int, seconds: float) -> float:
    """Megabits of frames a second that come out of a link that is offered one and a half times its rate."""
    with Wire(port, rate_mbit=mbit) as lane:
        near, far = datagram_pair(lane)
        interval = 1514 * 8 / (mbit * 1e6) / 1.5

        def offer():
            begin, number = time.perf_counter(), 0
            while (now := time.perf_counter() - begin) < seconds:
                while number * interval <= now:
                    near.send(bytes(1472))
                    number += 1
                time.sleep(interval)

        far.settimeout(1)
        times = []
        with near, far, lab.beside(offer):
            try:
                while len(times) < seconds * mbit * 1e6 / (1514 * 8) - 100:
                    far.recv(2000)
                    times.append(time.monotonic())
            except TimeoutError:  # the last one has come
                times = times[:-1]
        return (len(times) - 1) * 1514 * 8 / (times[-1] - times[0]) / 1e6


def lost(port: str, seed: int) -> list[int]:
    """Which of 20,000 frames a link with 5 % loss loses."""
    with Wire(port, loss=_LOSS, seed=seed) as lane:
        near, far = datagram_pair(lane)
        with near, far:
            lane.start()
            for number in range(1, _FRAMES + 1):
                near.send(bytes(18))
                while not number % 500 and not lane.sent(number - 500, SMALL):
                    pass
            lane.stop()
        entries = lane.core.client.record.entries(end=lane.core.client.record.head)
        fates = [fate for _, length, _, _, source, _, fate, *_ in entries if source == 0 and length == SMALL]
    assert len(fates) == _FRAMES, f"{len(fates)} frames in the record, {_FRAMES} were sent"
    return [index for index, fate in enumerate(fates) if fate == LOST]


def measure():
    trips = {port: lab.call(round_trips, port=port, rounds=250) for port in lab.PORTS}
    limit_of_c = lab.call(reference_round_trips, rounds=250) if shutil.which("cc") else None
    machine = lab.call(sleeps, rounds=100)
    for name, share, limit in (("p50", 0.5, 0.7), ("p99", 0.99, 2)):
        what = f"round trip over 2 x {_DELAY_MS} ms, {name}"
        for port, trip in trips.items():
            yield Figure(what, NAMES[port], (percentile(trip["over"], share),), "ms", at_most=limit)
        if limit_of_c:
            yield Figure(what, NAMES["reference"], (percentile(limit_of_c["over"], share),), "ms")
        yield Figure(what, "two sleeps of 20 ms: the machine's timers", (percentile(machine, share),), "ms")
    for port, trip in trips.items():
        what = "shortest way of any frame over 20 ms"
        yield Figure(what, NAMES[port], (trip["shortest"],), "ms", at_least=0)
        yield Figure(
            "shortest of all round trips over 40 ms", NAMES[port], (min(trip["over"]),), "ms", at_least=0
        )
    for port in lab.PORTS:
        samples = tuple((lab.call(rate, port=port, mbit=10, seconds=2) / 10 - 1) * 100 for _ in range(2))
        yield Figure(
            "what a 10 Mbit/s link carries over 10 Mbit/s", NAMES[port], samples, "%", at_least=-2, at_most=2
        )
    low, high = binomial_interval(_FRAMES, _LOSS, 0.999)
    for port in lab.PORTS:
        first, again, other = (lab.call(lost, port=port, seed=seed) for seed in (1, 1, 2))
        what = f"lost of {_FRAMES:,} at {_LOSS:.0%}: the binomial 99.9 % interval"
        yield Figure(what, NAMES[port], (len(first), len(other)), "frames", at_least=low, at_most=high)
        difference = len(set(first) ^ set(again))
        yield Figure("frames whose fate differs, same seed", NAMES[port], (difference,), "frames", at_most=0)
        yield Note(f"{NAMES[port]}: another seed gives {len(set(first) ^ set(other)):,} frames another fate")
