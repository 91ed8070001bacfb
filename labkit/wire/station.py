"""One host's place on the wire: its port, its cable, its faults, its counts."""

from __future__ import annotations

from labkit.wire.cable import earliest
from labkit.wire.effects import Held
from labkit.wire.tally import Tally

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from labkit.wire.cable import Cable
    from labkit.wire.judge import Judge

    class Port(Protocol):
        """Where the wire meets a host: see `ports`."""

        descriptor: int

        def receive(self, limit: int) -> list[bytes]: ...
        def send(self, frame: bytes) -> bool: ...
        def missed(self) -> int: ...


class Station:
    """What one host's frames meet, in this order: the port, faults, the cable, faults of single receivers.

    index     its number in the record             name, mac   the host's (MAC: 6 bytes)
    network   descriptor of the host's network namespace
    """

    def __init__(
        self, index: int, name: str, mac: bytes, network: int, port: Port, cable: Cable, judge: Judge
    ) -> None:
        self.index, self.name, self.mac, self.network = index, name, mac, network
        self.port = port
        self.judge = judge
        self.before = Held()  # by faults, from the cable
        self.cable = cable
        self.behind = Held()  # by faults, from one receiver
        self.cut = False
        self.refused = 0  # frames that this host's kernel would not take
        self.tally = Tally()

    def next_time(self) -> int | None:
        """When the next of its frames under way moves on, monotonic ns; None when none is under way."""
        return earliest(self.before.next_time(), self.cable.next_time(), self.behind.next_time())
