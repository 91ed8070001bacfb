"""A network without namespaces: the machine's own loopback addresses.  Each verb: see `labkit.network.core.Core`."""

from __future__ import annotations

import os
import socket
import sys
from _socket import (
    socket as Socket,  # the kernel's: where code runs on a host, socket.socket would come here again
)
from collections.abc import Sequence
from typing import Any

from labkit.modes.mode import LOOPBACK, Mode
from labkit.modes.needs import NeedsHosts
from labkit.network.conditions import DEFAULTS, Value
from labkit.network.core import Ending
from labkit.network.loopback.addresses import IP_BIND_ADDRESS_NO_PORT, claim
from labkit.network.loopback.cables import NoCables, needs_hosts
from labkit.network.loopback.client import LoopbackClient, LoopbackWatch
from labkit.network.loopback.foreign import foreign_holder, lines_of
from labkit.network.loopback.places import by_address, by_port
from labkit.network.plan import Interface, Plan
from labkit.running.forks import Home
from labkit.sockets import place
from labkit.sockets.loops import know
from labkit.sockets.timeline import Timeline
from labkit.wire.fault import Fault
from labkit.wire.record import Reader
from labkit.words import say

_told: set[tuple[str, ...]] = set()
_TABLES = ("tcp", "udp", "icmp", "raw", "tcp6", "udp6", "icmp6", "raw6")


class LoopbackCore:
    """Hosts that are addresses: no cable between them, so what needs one raises NeedsHosts.

    mode      the mode that this is, for words
    plan      hosts, and the segments that they were to be on
    asked     conditions that were asked for and do not act: ["delay_ms=10"]
    """

    def __init__(self, mode: Mode, plan: Plan, record_bytes: int, asked: Sequence[str] = ()):
        self.mode, self._asked = mode, asked
        self._plan, self.names = plan, plan.hosts
        names = plan.hosts
        self.timeline = Timeline()
        self.ending: list[Ending] = []
        self.ready: dict[str, Any] = {"port": "lo", "refused": []}
        # All are on the one interface, whatever their segments.
        self.layout = {"": names} if plan.several else plan.layout
        self.stations = [(name, segment) for segment in self.layout for name in names]
        self._index = {name: index for index, name in enumerate(names)}
        with place.machine():
            claimed = claim(len(names))
        self._hosts = dict(zip(names, claimed.hosts, strict=True))
        self._shared = claimed.block is None
        self._ports: dict[tuple[int, int], int] = {}  # (protocol, port): host, where the address does not say
        # Where all hosts share an address, no address says whose it is.
        self.addresses = {} if self._shared else {address: name for name, address in self._hosts.items()}
        macs = [bytes([2, 0, 0, 0, 0, number]) for number in range(1, len(names) + 1)]
        places = by_port(self._ports) if self._shared else by_address(claimed.hosts)
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
        self.cables = NoCables(mode, self.client)
        know(self)

    @property
    def home(self) -> Home:
        return self.client.home

    @property
    def closed(self) -> bool:
        return self.client.closed

    def close(self) -> None:
        self.client.close()

    def _needs_hosts(self, what: str) -> NeedsHosts:
        return needs_hosts(self.mode, what)

    def words(self, link: str = "") -> str:
        """What acts on the network's frames, in words."""
        if not self._asked:
            return say("on the loopback interface: no delay, no loss, no limit")
        if len(self._asked) == 1:
            return say("on the loopback interface, where {asked} does not act", asked=self._asked[0])
        return say("on the loopback interface, where {asked} do not act", asked=", ".join(self._asked))

    def settled(
        self, conditions: dict[str, Value], faults: list[Fault]
    ) -> tuple[dict[str, Value], list[Fault]]:
        """None of it acts: said once for each set of conditions."""
        if self._asked and tuple(self._asked) not in _told:
            _told.add(tuple(self._asked))
            print(
                say(
                    "Mode {mode}: {hosts} are {words}.",
                    mode=self.mode.name,
                    hosts=", ".join(self.names),
                    words=self.words(),
                )
            )
        return dict(DEFAULTS), []

    def interfaces(self, host: str) -> tuple[Interface, ...]:
        """The one that hosts share, in place of each that it would have."""
        mac = f"02:00:00:00:00:{self._index[host] + 1:02x}"
        return tuple(
            Interface("lo", each.segment, self._hosts[host], None, mac)
            for each in self._plan.interfaces(host)
        )

    def near(self, host: str) -> dict[str, str]:
        return self.addresses

    # -- the record of frames

    @property
    def abandoned(self) -> list[tuple[Any, ...]]:
        return self.client.abandoned

    @property
    def record(self) -> Reader:
        return self.client.record

    def latest(self) -> Reader:
        """The record; what was on the loopback interface before now is in it."""
        if not self.closed:
            self.client.catch_up()
        return self.client.record

    def watch(self) -> LoopbackWatch:
        return LoopbackWatch(self.client)

    def capture_start(self, snap: int | None) -> tuple[int, dict[str, int]]:
        """Raises NeedsCapture where this process may not capture."""
        return self.client.capture_start(snap)

    def capture_stop(self, settled: int | None) -> tuple[int, dict[str, int]] | None:
        return self.client.capture_stop(settled)

    def capture_release(self) -> None:
        self.client.capture_release()

    def catch_up(self) -> int:
        return self.client.catch_up()

    def missed(self) -> int:
        return sum(self.client.missed().values())

    # -- sockets

    def socket(self, host: str, family: int, kind: int, protocol: int) -> tuple[int, int | None]:
        """A descriptor of a new socket, and -1 where it must yet be bound to its host's address before it calls."""
        self.client.check_open()
        plain = int(kind) & 0xF
        if family == socket.AF_INET6:
            raise self._needs_hosts("a socket for IPv6")
        if family not in (socket.AF_INET, getattr(socket, "AF_UNIX", None)):
            raise self._needs_hosts(f"a socket of the family {socket.AddressFamily(family).name}")
        if plain not in (socket.SOCK_STREAM, socket.SOCK_DGRAM) and family == socket.AF_INET:
            raise self._needs_hosts(f"a socket of the type {socket.SocketKind(plain).name}")
        made = Socket(family, kind, protocol)
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

    def _settle(self, made: Socket, host: str, kind: int) -> None:
        """The host's address without a port yet: whichever call comes first, it is from there (ip(7))."""
        if kind == socket.SOCK_STREAM:
            try:  # what other hosts have; the machine's own setting may be another
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
            except OSError:  # not in this kernel, or not for us: its default stands
                pass
        made.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        made.bind((self._hosts[host], 0))

    def socket_class(self) -> type:
        from labkit.network.loopback.hostsocket import LoopbackSocket

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
        self.client.check_open()
        if name not in _TABLES:
            raise self._needs_hosts(f"/proc/net/{name} of a host")
        if self._shared or sys.platform != "linux":
            raise self._needs_hosts("a socket table of each host")
        return lines_of(name, self._hosts[host])

    def another_port(self, host: str, family: int, kind: int) -> int:
        return 0  # the kernel takes any that is free

    def foreign_holder(self, port: int, protocol: str) -> str:
        """Which program of this machine's that is not of this network holds a port, in words; "" if none."""
        return foreign_holder(port, protocol)

    # -- what only hosts of their own have

    def sysctl(self, host: str, name: str, value: object = None) -> str:
        verb = "reading" if value is None else "setting"
        raise self._needs_hosts(f"{verb} {name} of a host")

    def address(self, host: str, add: bool, address: str, interface: str) -> None:
        raise self._needs_hosts(f"an address of its own on {host}")

    def route(self, host: str, add: bool, destination: str, via: str | None, interface: str | None) -> None:
        raise self._needs_hosts(f"a table of routes on {host}")

    def spawn(self, host: str, argv: list[str], **ends: Any) -> int:
        raise self._needs_hosts(
            f"running {os.path.basename(argv[0])} on {host} (here it would run on the network of this machine itself)"
        )

    def signal(self, pid: int, number: int) -> bool:
        return False  # nothing was spawned
