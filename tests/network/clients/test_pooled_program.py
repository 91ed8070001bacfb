"""`python -m labkit.clients.pooled` on the wire: what a pool saves, and what it says where nobody answers."""

from __future__ import annotations

import sys

from labkit.servers.monitored import Limits, Server

ASK = [
    sys.executable,
    "-m",
    "labkit.clients.pooled",
    "--host",
    "10.0.0.2",
    "--questions",
    "40",
    "--threads",
    "4",
]


def test_a_pool_shakes_hands_for_its_connections_and_no_more(network):
    net = network("client", "server", delay_ms=1)
    server = Server(limits=Limits(rate=1e6, burst=10**6))
    listener = net.server.socket()
    listener.bind((net.server.address, 4200))
    listener.listen(128)
    serving = net.server.background(server.serve, listener)
    with net.capture() as trace:
        told = net.client.run([*ASK, "--most", "2"], timeout=60)
        server.stop()
        serving.result(timeout=20)
    each, pooled, counts = told.stdout.splitlines()
    assert each.startswith("a connection each: 40 questions") and each.endswith("answers: OK 6")
    assert pooled.startswith("pooled: 40 questions") and pooled.endswith("answers: OK 6")
    made = server.statistics.connections - 40
    assert made <= 2 and counts == f"the pool made {made} connections, and lent one again {40 - made} times"
    assert len({each.flow for each in trace.select(flags="SYN")}) == 40 + made


def test_where_nobody_listens_it_says_so(network):
    net = network("client", "server")
    told = net.client.run(ASK, timeout=60)
    assert (
        told.returncode == 1
        and told.stderr == "10.0.0.2 port 4200: Connection refused; is the server there?\n"
    )
