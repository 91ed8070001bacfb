"""What the hosts of one network share, whatever they are made of: the interface that each mode implements.

Hosts, sockets, services and traces hold a Core, never the Network: when nobody holds any of them any more, the Core
goes, and what it stands for with it.  Operations name hosts, not numbers.

Core     hosts: their sockets, programs and tables; the record of frames, and captures of it
Cables   what lies between them: conditions, faults, counters
Watch    waits for news in the record
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from labkit.network.conditions import Value
from labkit.network.plan import Interface
from labkit.running.forks import Home
from labkit.sockets.timeline import Timeline
from labkit.wire.fault import Fault
from labkit.wire.record import Reader

if TYPE_CHECKING:
    from labkit.sockets.hostsocket import HostSocket


Cable = tuple[str, str]
"""What a host sends on a segment goes through it: the names of both."""
Place = tuple[str, ...] | None
"""Where faults are set: see `labkit.wire.judges`."""
ConditionsOf = Callable[[Cable], Mapping[str, Value]]
"""Those of a cable; where somebody else changes them, they are what they are whenever one looks."""


class Ending(Protocol):
    """Ends what runs on these hosts; raises its failures, or shows them."""

    def __call__(self, hosts: Sequence[Any], *, raising: bool) -> None: ...


class Watch(Protocol):
    """Waits for news in the record of frames, without polling."""

    def wait(self, timeout: float) -> bool:
        """Wait for a change, *timeout* seconds at most; False when none came."""

    def clear(self) -> None:
        """Forget what has come so far."""

    def signal(self) -> None:
        """Make the next `wait` return at once."""

    def close(self) -> None:
        """Wait no more."""


class Cables(Protocol):
    """What acts on the frames between hosts.  Where a mode has no cables, each verb raises NeedsHosts for what they
    would have to do.

    """

    @property
    def faults(self) -> Mapping[int, Fault]:
        """The faults by their numbers in the record, those that were replaced too."""

    def set_conditions(self, cable: Cable, conditions: Mapping[str, Value]) -> None:
        """The conditions of what is sent on a cable from now on, all of them: see `labkit.network.conditions`."""

    def set_faults(self, place: Place, faults: Sequence[Fault]) -> None:
        """The faults at one place; counting begins anew."""

    def fault_counts(self, place: Place) -> list[tuple[int, int]]:
        """(frames matched, frames hit) of each fault that was set there."""

    def counters(self) -> tuple[int, list[Sequence[int]]]:
        """(CLOCK_MONOTONIC ns, what became so far of the frames on each cable): see `labkit.wire.tally`."""

    def inject(self, cable: Cable, frame: bytes) -> None:
        """Put an Ethernet frame on the wire as if the cable's host had sent it there."""

    def box(self, cable: Cable, verb: str, *arguments: Any) -> Any:
        """A verb of `labkit.wire.boxes.asked`, of the middle boxes between the cable's host and its segment."""

    def catch_up(self) -> None:
        """Take in, and count, all that has left a host by now."""

    def check(self, what: str) -> None:
        """Raise NeedsHosts where there are no cables; *what* begins its sentence."""


class Core(Protocol):
    """The hosts of one network, and the record of the frames between them.

    names      the hosts' names, in order
    layout     {name of a segment: names of the hosts on it}; "" for the only one, if it has no name
    stations   the cables by their numbers in the record: (host, segment)
    addresses  {IP address: name of the host}
    timeline   the calls that the notebook makes on the hosts' sockets
    home       the process that made it; one that is forked from it may use it, and ends nothing of it
    abandoned  what the collector took of this process's, still open: a tuple of the question that ends it, and of its
               arguments, which a later question asks: the collector may come in the middle of one
    ending     what ends all that runs on the hosts, called with them before they end: whoever starts something there
               puts its own in
    ready      what the making gave: {"port": "tap", "packet" or "lo", "refused": settings that were not taken}
    client     who fills the record
    """

    names: tuple[str, ...]
    layout: dict[str, tuple[str, ...]]
    stations: list[Cable]
    addresses: dict[str, str]
    timeline: Timeline
    ending: list[Ending]
    ready: dict[str, Any]
    client: Any

    @property
    def cables(self) -> Cables:
        """What lies between the hosts."""

    @property
    def home(self) -> Home: ...

    @property
    def abandoned(self) -> list[tuple[Any, ...]]: ...

    @property
    def closed(self) -> bool:
        """Has it ended?"""

    def close(self) -> None:
        """End the hosts.  Closing twice is as good as once."""

    def settled(
        self, conditions: dict[str, Value], faults: list[Fault]
    ) -> tuple[dict[str, Value], list[Fault]]:
        """What of that acts here; tells the learner what does not, or may differ from what a lesson says."""

    def words(self, link: str) -> str:
        """What acts on the network's frames, in words; *link* has those of the cables."""

    def interfaces(self, host: str) -> tuple[Interface, ...]:
        """The host's interfaces, one for each segment that it is on."""

    def near(self, host: str) -> dict[str, str]:
        """{IP address: name of the host}, of each that one which is nearest to *host*."""

    # -- the record of frames

    @property
    def record(self) -> Reader:
        """The record, as far as it goes; after `catch_up` all that has happened by then is in it."""

    def latest(self) -> Reader:
        """The record, with all in it that has arrived anywhere."""

    def watch(self) -> Watch:
        """Waits for news in the record; close it."""

    def capture_start(self, snap: int | None) -> tuple[int, dict[str, int]]:
        """Begin to record frames, *snap* bytes of each at most.

        Returns the place in the record where the capture begins, and the frames that each port had lost before.
        """

    def capture_stop(self, settled: int | None) -> tuple[int, dict[str, int]] | None:
        """The capture's end in the record, and the frames lost by now.

        *settled*: up to where the record was found to be at rest.  None, and the capture goes on, where more is in it
        by now, or something is under way.
        """

    def capture_release(self) -> None:
        """One capture has ended, and has read what it wants."""

    def catch_up(self) -> int:
        """Take into the record all that has left a host by now; returns the record's end."""

    def missed(self) -> int:
        """Frames that the ports have lost since the network was made."""

    # -- hosts

    def socket(self, host: str, family: int, kind: int, protocol: int) -> tuple[int, int | None]:
        """A descriptor of a new socket on the host, and the port to bind to before it calls.

        The port is None where the kernel was told and for sockets without ports, -1 where only the host's address is
        to be bound.
        """

    def socket_class(self) -> type[HostSocket]:
        """What a descriptor of `socket()` is wrapped in."""

    def another_port(self, host: str, family: int, kind: int) -> int:
        """A free ephemeral port, for a socket of the host that finds the one it was given taken."""

    def foreign_holder(self, port: int, protocol: str) -> str:
        """Who holds a port of a host although no socket of the host does, in words; "" if nobody."""

    def spawn(
        self,
        host: str,
        argv: list[str],
        *,
        cwd: str,
        env: dict[str, str],
        stdin: int,
        stdout: int,
        stderr: int,
        status: int,
    ) -> int:
        """Start a program on a host, with copies of these descriptors; returns its pid.

        When it ends, its wait status is written to `status` as a struct "<i".  Raises FileNotFoundError or
        PermissionError when it cannot be executed.
        """

    def signal(self, pid: int, number: int) -> bool:
        """Send a signal to a program's process group; False when it has ended."""

    def proc_net(self, host: str, name: str) -> str:
        """The text of /proc/net/`name` as the host sees it."""

    def sysctl(self, host: str, name: str, value: object = None) -> str:
        """One of the host's net.* settings, set first where a value is given."""

    def address(self, host: str, add: bool, address: str, interface: str) -> None:
        """Give one of the host's interfaces an address ("10.0.1.1/24"), or take it away."""

    def route(self, host: str, add: bool, destination: str, via: str | None, interface: str | None) -> None:
        """Add a route to the host's table, or take it away."""
