"""Which packets from outside a firewall lets in although nobody inside has asked for them.  Pure."""

from __future__ import annotations

from labkit.wire.boxes.packet import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    from labkit.wire.boxes.packet import Packet

    Network = tuple[int, int, int]  # IP's version, address and mask as numbers

    class RuleMessage(TypedDict):
        """A rule as plain values; None: whatever it is."""

        protocol: str | None  # "tcp", "udp" or "icmp", which is ICMPv6, too
        ports: list[int] | None  # of the target
        source_ports: list[int] | None
        icmp: list[tuple[str, int, int | None]] | None  # protocol, type, code
        senders: list[Network] | None
        targets: list[Network] | None


class Rule:
    """All that it says must fit."""

    def __init__(self, message: RuleMessage) -> None:
        self._protocol, self._icmp = message["protocol"], message["icmp"]
        self._ports, self._source_ports = message["ports"], message["source_ports"]
        self._senders, self._targets = message["senders"], message["targets"]

    def matches(self, packet: Packet) -> bool:
        """Is this packet, which is no fragment behind the first, one that it lets in?"""
        name = NAMES.get(packet.protocol, "")
        if self._protocol is not None and name.removesuffix("v6") != self._protocol:
            return False
        if self._ports is not None and packet.dport not in self._ports:
            return False
        if self._source_ports is not None and packet.sport not in self._source_ports:
            return False
        if self._icmp is not None:
            kind, code = packet.icmp or (-1, -1)
            if (name, kind, code) not in self._icmp and (name, kind, None) not in self._icmp:
                return False
        return _in(packet.src, self._senders) and _in(packet.dst, self._targets)


def _in(address: bytes, networks: list[Network] | None) -> bool:
    """Is it in one of them?"""
    if networks is None:
        return True
    version, number = 4 if len(address) == 4 else 6, int.from_bytes(address, "big")
    return any(each == version and number & mask == network for each, network, mask in networks)
