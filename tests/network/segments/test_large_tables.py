"""Tables of middle boxes that have thousands of rows."""

from __future__ import annotations

import os
import socket

from waiting import wait_for

from labkit import Network

MANY, AT_ONCE = 5_000, 250  # datagrams; so few wait in no queue too long for it


def test_a_table_of_thousands_comes_whole(network, port):
    net = network(lan=["client", "router"], wan=["router", "server"], name=f"large-{os.getpid()}", port=port)
    net.router.nat(inside="lan", outside="wan")
    net.router.firewall(outside="wan")
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        for number in range(1, MANY + 1):
            sock.sendto(b"?", (net.server.address, number))
            if number % AT_ONCE == 0:
                wait_for(lambda number=number: len(net.router.translations()) == number)
    with Network.join(f"large-{os.getpid()}") as visited:  # a guest is answered, too
        for router in (net.router, visited.router):
            for rows in (
                [row.remote for row in router.translations()],
                [row.target for row in router.conntrack()],
            ):
                assert rows == [(net.server.address, number) for number in range(1, MANY + 1)]
