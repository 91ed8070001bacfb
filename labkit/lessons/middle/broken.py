"""Three networks, each with one mistake in its configuration, and what a caller notices of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labkit.network.network import Network
from labkit.words import say

if TYPE_CHECKING:
    from labkit.traces.trace import Trace

WAY: dict[str, list[str]] = {
    "lan": ["client", "printer", "left"],
    "mid": ["left", "right"],
    "wan": ["right", "server"],
}


def broken(which: str, make: Any = Network) -> Network:
    """Network "a", "b" or "c", with a server at port 80 that answers with b"hello".

    make   what makes it, where not `Network`
    """
    if which not in ("a", "b", "c"):
        raise ValueError(say("the networks are 'a', 'b' and 'c' (got {which!r})", which=which))
    net: Network = make(**WAY, arp=which != "a")
    net.server.start(lambda conn: conn.sendall(b"hello"), port=80)
    client, left, right, printer = net.client, net.left, net.right, net.printer
    for network in ("10.0.2.0/24", "10.0.3.0/24"):
        client.route_del(network)
    client.route_add("default", via="left")
    if which == "a":
        right.route_del("10.0.1.0/24")
    elif which == "b":
        client.address_add("10.0.1.1/16")
        client.address_del("10.0.1.1/24")
        client.sysctl("net.ipv4.neigh.eth0.retrans_time_ms", 50)  # three questions in 0.15 s, not in 3 s
    else:
        printer.address_add("10.0.1.3/24")
        left.link["lan"].set(delay_ms=5)  # so that the printer is the first to answer, each time
    return net


def called(net: Network, within: float = 0.7) -> str:
    """What a call from the client to the server ends in: the server's answer, or the error's text."""
    with net.client.socket() as sock:
        sock.settimeout(within)
        try:
            sock.connect(("server", 80))
            return repr(sock.recv(100))
        except OSError as error:
            return error.strerror or str(error)


def evidence(trace: Trace) -> str:
    """A trace's lines, each that is like an earlier one left out: what was tried again shows once."""
    return "\n".join(dict.fromkeys(str(trace).splitlines()))
