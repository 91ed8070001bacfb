"""What the notebook asks for is made: a network namespace for each host, a port for each of its interfaces, the wire.

Hosts, segments and stations are numbers, counted from 0: a station is where one interface of a host meets its segment.
"""

from __future__ import annotations

import mmap
import os

from labkit.wire import csocket as socket
from labkit.wire import door, namespaces
from labkit.wire.cable import Cable
from labkit.wire.chance import Chance
from labkit.wire.loop import Wire
from labkit.wire.mounts import hosts_table
from labkit.wire.ports import PacketPort, TapPort
from labkit.wire.record import Writer
from labkit.wire.requests import Requests
from labkit.wire.snooping import Snooping
from labkit.wire.station import Station
from labkit.wire.switch import Switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from labkit.wire.askers import Asker
    from labkit.wire.cable import Conditions
    from labkit.wire.inherited import Limits

    # name, number of its segment, IPv4 address, IPv6 address or None, MAC
    Interface = tuple[str, int, str, str | None, bytes]
    # name, interfaces, sysctls of its own, routes as (destination, via), and for each host the number of that
    # interface of it which this one means by its name
    Settings = tuple[str, list[Interface], list[tuple[str, object]], list[tuple[str, str]], bytes]

    class Configuration(TypedDict):
        """What a network is to be."""

        segments: list[tuple[str, int]]  # name, bytes in a packet
        hosts: list[Settings]
        port: str | None  # "tap", "packet", or None: what the machine allows
        conditions: Conditions  # of every link, at the beginning
        seed: int  # of all chance
        hub: bool
        snooping: bool
        arp: bool  # False: everybody knows everybody's MAC address
        sysctls: list[tuple[str, object]]  # of every host's network
        record_bytes: int
        told: dict[str, Any] | None  # to guests; None: there is no door
        plan: tuple[dict[str, tuple[str, ...]], bool]  # for guests who join: who is on which segment; IPv6?

    Port = TapPort | PacketPort


_RING_SLOTS = 16_384  # shared among the stations; 2 KiB each


def build(
    maker: Asker, configuration: Configuration, limits: Limits
) -> tuple[Wire, Requests, dict[str, Any], list[int]]:
    """The wire with all its hosts, who answers for it, what is told of it, and the descriptor of its record."""
    listener = door.opened() if configuration["told"] is not None else None
    namespaces.enter_own_namespaces()
    wire_network = namespaces.current_network()
    shared = os.memfd_create("labkit-record", os.MFD_CLOEXEC)
    os.ftruncate(shared, configuration["record_bytes"])
    memory = mmap.mmap(shared, configuration["record_bytes"])
    wire = Wire(Writer(memory))
    builder = _Builder(configuration, wire, wire_network)
    settings = configuration["hosts"]
    networks = builder.hosts(settings)
    tables = {nearest: hosts_table(_names(settings, nearest)) for nearest in {host[4] for host in settings}}
    files = {network: tables[host[4]] for network, host in zip(networks, settings, strict=True)}
    requests = Requests(maker, wire, wire_network, networks, memory, limits, files)
    ready = {"port": builder.kind.kind, "refused": sorted(builder.refused), "door": listener is not None}
    if listener is not None:
        requests.open_door(listener, dict(configuration), ready, shared)
    return wire, requests, ready, [shared]


def _names(hosts: list[Settings], nearest: bytes) -> list[tuple[str, str, str | None]]:
    """(name, address, address6) of each host, as one of them is to know it."""
    return [
        (name, *interfaces[number][2:4])
        for (name, interfaces, *_), number in zip(hosts, nearest, strict=True)
    ]


class _Builder:
    """Makes all hosts: first their ports, which the kernel prepares side by side, then one host after another.

    kind      of the ports: settled by the first one
    refused   (name, value, reason) of the sysctls that were refused anywhere
    """

    def __init__(self, configuration: Configuration, wire: Wire, wire_network: int) -> None:
        self._configuration, self._wire, self._wire_network = configuration, wire, wire_network
        hub, snooping = configuration["hub"], configuration["snooping"]
        self._switches = [Switch(hub, Snooping() if snooping else None) for _ in configuration["segments"]]
        stations = sum(len(interfaces) for _, interfaces, *_ in configuration["hosts"])
        self._slots = max(512, _RING_SLOTS // stations // 32 * 32)
        self.kind: type[Port] = PacketPort if configuration["port"] == "packet" else TapPort
        self.refused: set[tuple[str, str, str]] = set()

    def hosts(self, hosts: list[Settings]) -> list[int]:
        """The hosts with all their interfaces; returns descriptors of their networks."""
        networks: list[int] = []
        ports: list[list[Port]] = []
        for _, interfaces, *_ in hosts:
            network = namespaces.new_network()
            networks.append(network)
            first = sum(len(each) for each in ports)
            ports.append(
                [self._port(network, each[0], first + place) for place, each in enumerate(interfaces)]
            )
        for each in zip(hosts, networks, ports, strict=True):
            self._host(*each)
        for (_, interfaces, *_), network in zip(hosts, networks, strict=True):
            self._usable(interfaces, network)
        return networks

    def _usable(self, interfaces: list[Interface], network: int) -> None:
        """Wait until a host gets what is sent to its addresses."""
        given = [(address6, name) for name, _, _, address6, _ in interfaces if address6]
        if given:
            from labkit.wire import addresses  # late: as below

            namespaces.enter(network)
            for address6, name in given:
                addresses.wait(address6, name)
            namespaces.enter(self._wire_network)

    def _host(self, settings: Settings, network: int, ports: list[Port]) -> None:
        """Configure a host and put it on the wire."""
        name, interfaces, sysctls, ways, _ = settings
        for port in ports:
            port.begin()
        namespaces.enter(network)
        namespaces.configure_lo()
        refused = namespaces.set_sysctls([*self._configuration["sysctls"], *sysctls])
        self.refused.update(refused)
        if len(interfaces) > 1 and refused:
            for each in interfaces:
                namespaces.forward(each[0])
        for each in interfaces:
            self._configure(name, each)
        namespaces.add_route("224.0.0.0", 4, interfaces[0][0])
        namespaces.add_route("255.255.255.255", 32, interfaces[0][0])  # a broadcast is for the segment
        if ways:
            from labkit.wire import routes  # late: a network of one segment starts without it

            for destination, via in ways:
                routes.add(destination, via)
        for port in ports:
            port.opened()
        namespaces.enter(self._wire_network)
        own = _packed(interfaces) if len(interfaces) > 1 else []
        for port, each in zip(ports, interfaces, strict=True):
            self._join(name, each, port, own)

    def _port(self, network: int, name: str, number: int) -> Port:
        try:
            return self.kind(network, self._wire_network, name, number, self._slots)
        except OSError:
            if number or self._configuration["port"] == "tap" or self.kind is PacketPort:
                raise
            self.kind = PacketPort  # /dev/net/tun is closed to us, or not there
            return self.kind(network, self._wire_network, name, number, self._slots)

    def _configure(self, host: str, interface: Interface) -> None:
        """Set up an interface in the current network, which is its host's."""
        name, segment, address, address6, mac = interface
        _, mtu = self._configuration["segments"][segment]
        namespaces.configure_interface(
            name, mac=mac, address=address, prefix=24, mtu=mtu, **self.kind.interface()
        )
        if address6:
            from labkit.wire import addresses  # late: a network of IPv4 alone starts without it

            addresses.give(f"{address6}/64", name)
        if not self._configuration["arp"]:
            others = [
                each
                for other, interfaces, *_ in self._configuration["hosts"]
                for each in interfaces
                if other != host and each[1] == segment
            ]
            neighbours = [(at, each[4]) for each in others for at in each[2:4] if at is not None]
            namespaces.add_neighbours(name, neighbours)

    def _join(self, host: str, interface: Interface, port: Port, own: list[bytes]) -> None:
        """Put an interface on the wire."""
        seed = self._configuration["seed"]
        name = f"{host}/{interface[0]}" if own else host
        chance = [Chance(f"{seed}/{name}/{what}") for what in ("loss", "jitter")]
        segment, _ = self._configuration["segments"][interface[1]]
        station = Station(
            len(self._wire.stations),
            host,
            interface[4],
            self._switches[interface[1]],
            port,
            Cable(*chance),
            self._wire.judges.of(host, segment),
            own,
        )
        station.cable.set(self._configuration["conditions"])
        self._wire.add(station)


def _packed(interfaces: list[Interface]) -> list[bytes]:
    """The addresses, as they stand in packets."""
    addresses = [address for each in interfaces for address in each[2:4] if address is not None]
    return [
        socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
        for address in addresses
    ]
