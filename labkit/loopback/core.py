"""A network without namespaces: the verbs of `labkit.core.Core`, on the machine's own loopback addresses."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence

from ..link import DEFAULTS
from ..modes.mode import LOOPBACK, Mode
from ..modes.needs import INSTEAD, NeedsHosts
from ..timeline import Timeline
from .addresses import claim
from .client import LoopbackClient, LoopbackWatch
from .foreign import foreign_holder, lines_of

_IP_BIND_ADDRESS_NO_PORT = 24
_told: set[tuple[str, ...]] = set()
_TABLES = ("tcp", "udp", "tcp6", "udp6")


class LoopbackCore:
    """Hosts that are addresses: no cable between them, so what needs one raises NeedsHosts.

    mode      the mode that this is, for words
    names     the hosts' names
    asked     conditions that were asked for and do not act: ["delay_ms=10"]
    """

    has_cables = False

    def __init__(self, mode: Mode, names: tuple[str, ...], record_bytes: int, asked: Sequence[str] = ()):
        self.mode, self.names, self._asked = mode, names, asked
        self.timeline = Timeline()
        self.abandoned: list = []  # one None for each capture that was dropped without being stopped
        self.fault_names: dict[int, str] = {}
        self.ready = {"port": "lo", "refused": []}
        self._index = {name: index for index, name in enumerate(names)}
        claimed = claim(len(names))
        self._hosts = dict(zip(names, claimed.hosts, strict=True))
        self._shared = claimed.block is None
        self._ports: dict[tuple[int, int], int] = {}  # (protocol, port): host, where the address does not say
        # Where all hosts share an address, no address says whose it is.
        self.addresses = {} if self._shared else {address: name for name, address in self._hosts.items()}
        macs = [bytes([2, 0, 0, 0, 0, number]) for number in range(1, len(names) + 1)]
        places = _by_port(self._ports) if self._shared else _by_address(claimed.hosts)
        try:
            self.client = LoopbackClient(
                claimed,
                macs,
                places,
                record_bytes,
                mode.name == LOOPBACK,
                f"the mode is {mode.name}: {mode.why}",
            )
        except BaseException:
            claimed.close()
            raise

    @property
    def closed(self) -> bool:
        return self.client.closed

    def close(self) -> None:
        self.client.close()

    def _check_open(self) -> None:
        if self.closed:
            raise RuntimeError("this network is closed; make a new one with Network(...)")

    def needs_hosts(self, what: str) -> NeedsHosts:
        """The error for something that only hosts of their own have; `what` begins a sentence."""
        return NeedsHosts(
            f"{what} needs hosts of their own with cables between them, and in the mode {self.mode.name} "
            f"({self.mode.why}) hosts are loopback addresses of this machine; {INSTEAD}"
        )

    def words(self) -> str:
        """What acts on the network's frames, in words."""
        if not self._asked:
            return "on the loopback interface: no delay, no loss, no limit"
        verb = "does" if len(self._asked) == 1 else "do"
        return f"on the loopback interface, where {', '.join(self._asked)} {verb} not act"

    def tell(self) -> None:
        """Say, once for each set of conditions, that they do not act."""
        if self._asked and tuple(self._asked) not in _told:
            _told.add(tuple(self._asked))
            print(f"Mode {self.mode.name}: {', '.join(self.names)} are {self.words()}.")

    def address_of(self, host: str) -> str:
        """The host's address."""
        return self._hosts[host]

    @property
    def record(self):
        """The record of frames. What was on the loopback interface before now is in it."""
        if not self.closed:
            self.client.ask("catch_up")
        return self.client.record

    def watch(self) -> LoopbackWatch:
        return LoopbackWatch(self.client)

    # -- sockets

    def socket(self, host: str, family: int, kind: int, protocol: int) -> tuple[int, int | None]:
        """A descriptor of a new socket, and -1 where it must yet be bound to its host's address before it calls."""
        self._check_open()
        plain = int(kind) & 0xF
        if family == socket.AF_INET6:
            raise self.needs_hosts("a socket for IPv6")
        if family not in (socket.AF_INET, getattr(socket, "AF_UNIX", None)):
            raise self.needs_hosts(f"a socket of the family {socket.AddressFamily(family).name}")
        if plain not in (socket.SOCK_STREAM, socket.SOCK_DGRAM) and family == socket.AF_INET:
            raise self.needs_hosts(f"a socket of the type {socket.SocketKind(plain).name}")
        made = socket.socket(family, kind, protocol)
        if family != socket.AF_INET:
            return made.detach(), None
        if self._shared or sys.platform != "linux":
            return made.detach(), -1
        try:
            self._settle(made, host, plain)
        except BaseException:
            made.close()
            raise
        return made.detach(), None

    def _settle(self, made: socket.socket, host: str, kind: int) -> None:
        """The host's address without a port yet: whichever call comes first, it is from there (ip(7))."""
        if kind == socket.SOCK_STREAM:
            try:  # what other hosts have; the machine's own setting may be another
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
            except OSError:  # not in this kernel, or not for us: its default stands
                pass
        made.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
        made.bind((self._hosts[host], 0))

    def socket_class(self):
        from .hostsocket import LoopbackSocket

        return LoopbackSocket

    def port_of(self, host: str, protocol: int, port: int) -> None:
        """Take note of whose a port is, where hosts share an address."""
        if self._shared:
            self._ports[protocol, port] = self._index[host]

    def name_or_address(self, name: str) -> str | None:
        """The address of the host that is called so, or that has this address; None if none."""
        return self._hosts.get(name) or (name if name in self._hosts.values() else None)

    def proc_net(self, host: str, name: str) -> str:
        """The text of /proc/net/`name`, as far as it is about this host's address."""
        self._check_open()
        if name not in _TABLES:
            raise self.needs_hosts(f"/proc/net/{name} of a host")
        if self._shared or sys.platform != "linux":
            raise self.needs_hosts("a socket table of each host")
        return lines_of(name, self._hosts[host])

    def foreign_holder(self, port: int, protocol: str) -> str:
        """Which program of this machine's that is not of this network holds a port, in words; "" if none."""
        return foreign_holder(port, protocol)

    # -- what only cables have

    def set_conditions(self, host: str, conditions: dict) -> None:
        """Conditions stay as they are: none. Raises NeedsHosts for any other."""
        self._check_open()
        asked = [f"{name}={value!r}" for name, value in conditions.items() if value != DEFAULTS[name]]
        if asked:
            what = "cut()" if asked == ["cut=True"] else f"setting {', '.join(asked)} on a link"
            raise self.needs_hosts(what)

    def set_faults(self, host: str | None, faults) -> None:
        if faults:
            raise self.needs_hosts(f"faults={faults!r}")

    def fault_counts(self, host: str | None) -> list[tuple[int, int]]:
        return []

    def inject(self, host: str, frame: bytes) -> None:
        raise self.needs_hosts("putting a frame on the wire")

    def sysctl(self, host: str, name: str, value=None) -> str:
        verb = "reading" if value is None else "setting"
        raise self.needs_hosts(f"{verb} {name} of a host")

    def spawn(self, host: str, argv: list[str], **ends) -> int:
        raise self.needs_hosts(
            f"running {os.path.basename(argv[0])} on {host} (here it would run on the network of this machine itself)"
        )

    def signal(self, pid: int, number: int) -> bool:
        return False  # nothing was spawned

    def missed(self) -> int:
        return sum(self.client.ask("missed").values())

    def counters(self) -> tuple[int, list[dict]]:
        raise self.needs_hosts("counting the frames on a cable")


def _by_address(addresses: tuple[str, ...]):
    """Whose a frame is, by its IPv4 addresses; what a host says to itself never reaches a cable."""
    index = {socket.inet_aton(address): number for number, address in enumerate(addresses)}

    def places(frame):
        source, target = index.get(bytes(frame[26:30])), index.get(bytes(frame[30:34]))
        return None if source is None or target is None or source == target else (source, target)

    return places


def _by_port(ports: dict[tuple[int, int], int]):
    """Whose a frame is, by the ports of the hosts' sockets."""

    def places(frame):
        if frame[12:14] != b"\x08\x00" or len(frame) < 34:
            return None
        protocol, start = frame[23], 14 + (frame[14] & 15) * 4
        source = ports.get((protocol, int.from_bytes(frame[start : start + 2], "big")))
        target = ports.get((protocol, int.from_bytes(frame[start + 2 : start + 4], "big")))
        return None if source is None or target is None or source == target else (source, target)

    return places
