"""Where one interface of a host is on the wire: its port, its cable, its faults, its counts."""

from __future__ import annotations

from labkit.wire.cable import earliest
from labkit.wire.effects import Held
from labkit.wire.tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Protocol

    from labkit.wire.cable import Cable
    from labkit.wire.judge import Judge
    from labkit.wire.switch import Switch

    class Port(Protocol):
        """Where the wire meets a host: see `ports`."""

        descriptor: int

        def receive(self, limit: int) -> list[bytes]: ...
        def send(self, frame: bytes) -> bool: ...
        def missed(self) -> int: ...


class Station:
    """What the frames of one interface meet, in this order: the port, faults, the cable, faults of single receivers.

    index     its number in the record         name, mac   the host's name, the interface's MAC (6 bytes)
    switch    of the segment that it is on
    judges    of the faults that are set for it: those of the whole network, and then of ever less
    own       the IP addresses of a host that forwards, 4 or 16 bytes each; empty where a host does not
    """

    def __init__(
        self,
        index: int,
        name: str,
        mac: bytes,
        switch: Switch,
        port: Port,
        cable: Cable,
        judges: Sequence[Judge],
        own: Sequence[bytes] = (),
    ) -> None:
        self.index, self.name, self.mac = index, name, mac
        self.switch = switch
        self.port = port
        self.judges = judges
        self.own = frozenset(own)
        self.before = Held()  # by faults, from the cable
        self.cable = cable
        self.behind = Held()  # by faults, from one receiver
        # Has a middle box given a frame of its another sender?  None: there is none.
        self.translates: Callable[[bytes], bool] | None = None
        self.cut = False
        self.refused = 0  # frames that this host's kernel would not take
        self.tally = Tally()

    def passes_on(self, frame: bytes) -> bool:
        """Is there a packet in it that another host has sent?"""
        if not self.own:
            return False
        return forwarded(frame, self.own) or (self.translates is not None and self.translates(frame))

    def next_time(self) -> int | None:
        """When the next of its frames under way moves on, monotonic ns; None when none is under way."""
        return earliest(self.before.next_time(), self.cable.next_time(), self.behind.next_time())


def forwarded(frame: bytes, own: Collection[bytes]) -> bool:
    """Is an IP packet in it whose source is none of these addresses?"""
    kind = frame[12:14]
    if kind == b"\x08\x00":
        return frame[26:30] not in own
    return kind == b"\x86\xdd" and frame[22:38] not in own
