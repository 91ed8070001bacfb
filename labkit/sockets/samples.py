"""What a connection's kernel told over time: samples of `sock.info()`, a value."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from labkit.sockets.tcpinfo import TcpInfo, parse
from labkit.words import say


class Sample(NamedTuple):
    """One look at a connection.

    at_ns   when: CLOCK_MONOTONIC, the clock that a trace's frames and calls have
    info    what its kernel told
    """

    at_ns: int
    info: TcpInfo


class Samples:
    """What `with sock.sample() as samples:` has kept, oldest first; it may be read while it grows.

    `samples.ms` and `samples.values("snd_cwnd")` are what a plot takes; `samples[-1].info` is the last look; each one
    is a `Sample`.

    most   samples that are kept; of more, the oldest are forgotten
    """

    def __init__(self, most: int = 100_000):
        if not isinstance(most, int) or most < 2:
            raise ValueError(say("most is a number of samples, at least 2 (got {got!r})", got=most))
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=most)  # bytes: a tenth of the memory of a TcpInfo

    def add(self, at_ns: int, data: bytes) -> None:
        """Keep one look: when it was made, and the bytes of `struct tcp_info`."""
        self._kept.append((at_ns, data))

    @property
    def ms(self) -> list[float]:
        """When each look was made, in milliseconds since the first that is kept."""
        kept = self._copied()
        return [(at_ns - kept[0][0]) / 1e6 for at_ns, _ in kept]

    def values(self, name: str) -> list[Any]:
        """One field of each: `samples.values("snd_cwnd")`.  Raises ValueError for a name that TcpInfo has not got."""
        place = place_of(name)
        return [sample.info[place] for sample in self]

    def _copied(self) -> list[tuple[int, bytes]]:
        while True:
            try:
                return list(self._kept)
            except RuntimeError:  # one more came while we copied
                continue

    def __iter__(self) -> Iterator[Sample]:
        return (Sample(at_ns, parse(data)) for at_ns, data in self._copied())

    def __getitem__(self, place: int) -> Sample:
        at_ns, data = self._kept[place]
        return Sample(at_ns, parse(data))

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        if len(self) < 2:
            return say("<Samples: {n}>", n=len(self))
        return say("<Samples: {n} in {seconds:.1f} s>", n=len(self), seconds=self.ms[-1] / 1000)


def place_of(name: str) -> int:
    """Where a field stands in a TcpInfo.  Raises ValueError, with names that are near, for one that it has not got."""
    if name in TcpInfo._fields:
        return TcpInfo._fields.index(name)
    near = [field for field in TcpInfo._fields if str(name) in field][:5]
    near = near or get_close_matches(str(name), TcpInfo._fields, n=3, cutoff=0.4) or list(TcpInfo._fields[:3])
    template = (
        "sock.info() has no field {name!r}; it has {near} and others: help(labkit.sockets.tcpinfo.TcpInfo)"
    )
    raise ValueError(say(template, name=name, near=", ".join(near)))
