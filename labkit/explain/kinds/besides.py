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
    Kind(
        "address-twice",
        "address used twice",
        "two hosts say that they have {address}: {one} and {two}",
        "",
        "Give one of them another address. Until then each answers for the other, now and then. Or it is somebody who "
        "wants to be taken for the other (ARP spoofing); or it is meant: a failover, or one host with two cards.",
        "layers",
    ),
    Kind(
        "unreachable",
        "destination unreachable",
        "{router} says that {peer} cannot be reached: {reason}",
        "{router} says {count} times that {peer} cannot be reached: {reason}",
        "A route is missing, the host is down, or a firewall rejects: {router} is where to look.",
        "middle",
    ),
    Kind(
        "udp-unanswered",
        "UDP: no answer",
        "{who} sent the same datagram to {peer}, port {port}, {count} times, and no answer came",
        "{who} sent the same datagram to {peer}, port {port}, {count} times, and no answer came",
        "UDP tells nobody what it loses: the question or the answer is lost or filtered, or nobody wants to answer.",
        "datagrams",
    ),
    Kind(
        "fragment-lost",
        "UDP: fragment lost",
        "a fragment of a datagram of {who} is missing, so that all of it was lost",
        "of {count} datagrams of {who} a fragment is missing, so that all of each was lost",
        "Send datagrams that fit into a packet (on Ethernet up to 1,472 bytes, with IPv6 1,452): one lost fragment "
        "loses all.",
        "datagrams",
    ),
    Kind(
        "path-mtu",
        "path with a smaller MTU",
        "{router} says that packets to {peer} may have {mtu} bytes at most",
        "{router} says {count} times that packets to {peer} may have {mtu} bytes at most",
        "Nothing, where the sender hears it and makes its segments smaller (path MTU discovery, RFC 1191).",
        "middle",
        True,
    ),
)
