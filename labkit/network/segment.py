"""One segment of a network that has several: `net.lan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labkit.network.core import Core
from labkit.network.host import Host
from labkit.network.link import Links, each_of
from labkit.network.plan import Plan


class NetworkSegment:
    """One Ethernet segment, a switch or a hub with the hosts on it.

    name    as it was named;  network: its addresses, "10.0.1.0/24";  mtu: the largest packet on it, bytes
    hosts   those on it, in order
    link    the conditions of all cables on it, its faults, `cut()` and `mend()`
    """

    def __init__(self, core: Core, name: str, hosts: Sequence[Host], network: str, mtu: int) -> None:
        self.name, self.network, self.mtu = name, network, mtu
        self.hosts = tuple(hosts)
        links = [link for host in hosts for link in each_of(host.link) if link.cable[1] == name]
        self._link = Links(core, ("segment", name), links, name)

    @property
    def link(self) -> Links:
        """The conditions on this segment: reading and setting them, `cut()` and `mend()`."""
        return self._link

    def words(self) -> str:
        """Who is on it: "lan: client 10.0.1.1, router 10.0.1.2"."""
        return f"{self.name}: " + ", ".join(f"{host.name} {self._address(host)}" for host in self.hosts)

    def __repr__(self) -> str:
        return f"<Segment {self.words()}; {self._link.words()}>"

    def _address(self, host: Host) -> str:
        return next((each.address for each in host.interfaces if each.segment == self.name), host.address)


def segments_of(
    core: Core, plan: Plan, hosts: Sequence[Host], sizes: Mapping[str, int]
) -> dict[str, NetworkSegment]:
    """Those of a network, by their names; sizes: {name: bytes in a packet}."""
    by_name = {host.name: host for host in hosts}
    return {
        name: NetworkSegment(core, name, [by_name[host] for host in members], plan.network(name), sizes[name])
        for name, members in plan.layout.items()
    }
