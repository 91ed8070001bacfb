"""A network of several segments that another process has made: joined, and entered from a terminal."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from labkit import Network

alike = pytest.mark.parametrize("several", ["as we are"], indirect=True)
WITHIN = 20  # seconds


@pytest.fixture
def joined(several):
    with Network.join(several.helper) as net:
        yield net


def ask(host, port, words=b"hello"):
    with host.socket() as sock:
        sock.settimeout(WITHIN)
        sock.connect(("server", port))
        sock.sendall(words)
        return sock.recv(100)


@alike
def test_its_segments_and_routes_are_those_of_the_other(joined):
    assert [(segment.name, segment.network, segment.mtu) for segment in joined.segments] == [
        ("lan", "10.0.1.0/24", 1500),
        ("wan", "10.0.2.0/24", 1400),
    ]
    assert joined.lan.words() == "lan: client 10.0.1.1, printer 10.0.1.2, router 10.0.1.3"
    assert [(each.name, each.address, each.mac) for each in joined.router.interfaces] == [
        ("eth0", "10.0.1.3", "02:00:00:00:01:03"),
        ("eth1", "10.0.2.1", "02:00:00:00:02:01"),
    ]
    assert joined.router.forwards and not joined.printer.forwards
    assert "10.0.2.0/24" in str(joined.client.routes)


@alike
def test_sockets_servers_programs_and_processes_reach_over_the_router(several, joined):
    assert ask(joined.client, 7) == ask(joined.router, 7) == b"hello"
    joined.server.start(lambda conn: conn.sendall(conn.recv(100).upper()), port=8)
    assert ask(joined.printer, 8) == b"HELLO"
    script = (
        "import socket; s = socket.create_connection(('server', 8), 20); s.sendall(b'hey'); print(s.recv(9))"
    )
    assert several.on("client", sys.executable, "-c", script).stdout == "b'HEY'\n"
    assert joined.client.run([sys.executable, "-c", script], timeout=60).stdout == "b'HEY'\n"
    child = joined.client.process(_ask_here, "server", 8)
    assert child.wait(60) == 0
    assert child.output == "b'HEY'\n"


def _ask_here(host, port):
    with socket.create_connection((host, port), WITHIN) as sock:
        sock.sendall(b"hey")
        print(sock.recv(9))


@alike
def test_a_capture_knows_segments_and_follows_packets_over_the_router(joined):
    with joined.capture() as trace:
        ask(joined.client, 7)
    for segment in ("lan", "wan"):
        crossed, again = trace.on(segment).segments, trace.on(segment).retransmissions()
        payloads = [each.payload for each in crossed if each.payload and each not in again]
        assert payloads == [b"hello", b"hello"]
    assert len(trace.handshake()) == 3
    sent = next(each for each in trace.segments if each.payload)
    assert [(hop.frame.source, hop.frame.segment) for hop in trace.hops(sent)] == [
        ("client", "lan"),
        ("router", "wan"),
    ]


def test_its_cables_are_the_others(network):
    name = f"several-{os.getpid()}"
    made = network(lan=["client", "router"], wan=["router", "server"], name=name, delay_ms=3)
    with Network.join(name) as net:
        made.wan.link.delay_ms = 20
        made.router.link["lan"].rate_mbit = 10
        assert (net.lan.link.delay_ms, net.wan.link.delay_ms, net.client.link.delay_ms) == (3, 20, 3)
        assert (net.router.link["lan"].rate_mbit, net.router.link["wan"].rate_mbit) == (10, None)
        made.server.link.cut()
        assert net.server.link.is_cut and not net.router.link["wan"].is_cut
        for link in (net.link, net.wan.link, net.router.link, net.router.link["wan"]):
            with pytest.raises(PermissionError, match="changed where it was made"):
                link.delay_ms = 0
            with pytest.raises(PermissionError, match="changed where it was made"):
                link.faults = []
    assert made.wan.link.delay_ms == 20


# In a process that has made no network of its own.
INSIDE = f"""
import socket, sys
from labkit import Network
with Network.join(sys.argv[1]) as net:
    with net.client:
        with socket.create_connection(("server", 7), {WITHIN}) as sock:
            sock.sendall(b"hello")
            print(sock.recv(100), sock.getsockname()[0], socket.gethostname())
    with net.router.socket() as sock:
        sock.settimeout({WITHIN})
        sock.connect(("server", 7))
        print(sock.getsockname()[0])
"""


def test_code_of_a_library_is_on_its_hosts(several):
    line = several.python("-c", INSIDE, str(several.helper))
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("b'hello' 10.0.1.1 client\n10.0.2.1\n", "")


ON_ROUTER = f"""
import os, socket
print([name for _, name in socket.if_nameindex()], os.environ["LABKIT_HOST"])
for host in ("client", "server"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, 9))
        print(sock.getsockname()[0])
with socket.create_connection(("server", 7), {WITHIN}) as sock:
    sock.sendall(b"hello"); print(sock.recv(100))
"""


def test_a_terminal_on_the_router_has_both_its_interfaces(several):
    done = several.on("router", sys.executable, "-c", ON_ROUTER)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "['lo', 'eth0', 'eth1'] router",
        "10.0.1.3",
        "10.0.2.1",
        "b'hello'",
    ]


def test_hosts_lists_every_address(several):
    done = subprocess.run(several.labkit("hosts"), capture_output=True, text=True, timeout=60)
    rows = [[cell.strip() for cell in row.split("  ") if cell] for row in done.stdout.splitlines()]
    hosts = "client 10.0.1.1, printer 10.0.1.2, router 10.0.1.3 10.0.2.1, server 10.0.2.2"
    assert [str(several.helper), hosts, f"python (process {several.owner.pid})"] in rows
