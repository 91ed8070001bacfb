"""What happens beside TCP."""

from __future__ import annotations

from labkit.explain.kinds.kind import Kind

BESIDES = (
    Kind(
        "udp-unreachable",
        "UDP: port unreachable",
        "{who} sent a datagram to port {port} of {peer}, where nothing receives (ICMP port unreachable)",
        "{who} sent {count} datagrams to port {port} of {peer}, where nothing receives (ICMP port unreachable)",
        "See whether the program runs there and is bound to this address and port; a connected UDP socket is told "
        "(ECONNREFUSED), another is not.",
        "datagrams",
    ),
    Kind(
        "arp-unanswered",
        "ARP unanswered",
        "{who} asked who has {address}, and nobody answered",
        "{who} asked {count} times who has {address}, and nobody answered",
        "No host on this network has the address: it is wrong, the host is off, or the netmask makes a distant host "
        "look near.",
        "layers",
    ),
)
