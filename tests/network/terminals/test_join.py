"""`Network.join`: the hosts of a network that another process has made."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from network.terminals.test_doors import descriptors
from waiting import wait_for

from bench.lab import gone
from labkit import Network
from labkit.background.beside import running
from labkit.network.helper import HelperFailed

# Who joins is a user that this process is; as an ordinary one below, in a process of its own.
alike = pytest.mark.parametrize("elsewhere", ["as we are"], indirect=True)


def ask(net, host, port, words=b"hello"):
    with net[host].socket() as sock:
        sock.settimeout(20)
        sock.connect(("server", port))
        sock.sendall(words)
        return sock.recv(100)


@pytest.fixture
def joined(elsewhere):
    with Network.join(elsewhere.helper) as net:
        yield net


@alike
def test_its_hosts_are_those_of_the_other(joined):
    assert [(host.name, host.address, host.mac) for host in joined.hosts] == [
        ("client", "10.0.0.1", "02:00:00:00:00:01"),
        ("server", "10.0.0.2", "02:00:00:00:00:02"),
    ]
    assert ask(joined, "client", 7) == b"hello"
    assert joined.client.run(["sh", "-c", "echo $((6 * 7))"]).stdout == "42\n"
    assert joined.client.sysctl("net.ipv4.tcp_sack") == "1"
    assert [row.port for row in joined.server.sockets().find(state="LISTEN")] == [7]


@alike
def test_its_number_is_the_others(elsewhere, joined):
    assert joined.number == int(elsewhere.helper)


def test_a_private_network_has_no_number():
    with Network("client", "server", private=True) as net:
        assert net.number is None


@alike
def test_a_server_of_ours_serves_the_other(elsewhere, joined):
    joined.server.start(lambda conn: conn.sendall(conn.recv(100).upper()), port=8)
    ask_it = (
        "import socket; s = socket.create_connection(('server', 8), 20); s.sendall(b'hey'); print(s.recv(9))"
    )
    assert elsewhere.on("client", sys.executable, "-c", ask_it).stdout == "b'HEY'\n"


@alike
def test_a_capture_sees_what_the_other_does(elsewhere, joined):
    with joined.capture() as trace:
        ask_it = (
            "import socket; s = socket.create_connection(('server', 7), 20); s.sendall(b'hey'); s.recv(9)"
        )
        assert elsewhere.on("client", sys.executable, "-c", ask_it).returncode == 0
    assert trace.stream("client") == trace.stream("server") == b"hey"
    with joined.capture() as again:
        ask(joined, "client", 7)
    assert len(again.handshake()) == 3


def test_its_cables_are_the_others():
    with Network("client", "server", name=f"chat-{os.getpid()}", delay_ms=3) as made:
        with Network.join(f"chat-{os.getpid()}") as net:
            assert (net.link.delay_ms, net.client.link.queue_packets) == (3, 100)
            made.link.set(delay_ms=5, rate_mbit=10)
            made.server.link.cut()
            assert (net.client.link.delay_ms, net.link.rate_mbit, net.server.link.is_cut) == (5, 10, True)
            with pytest.raises(PermissionError, match="changed where it was made"):
                net.link.delay_ms = 0
            with pytest.raises(PermissionError, match="changed where it was made"):
                net.server.link.mend()
            with pytest.raises(PermissionError, match="changed where it was made"):
                net.link.faults = []
        assert made.client.sysctl("net.ipv4.tcp_sack") == "1"


def test_several_segments_are_joined_as_they_are():
    layout = {"lan": ["client", "router"], "wan": ["router", "server"]}
    with Network(**layout, name=f"wide-{os.getpid()}", mtu={"wan": 1400}) as made:
        made.router.link["wan"].delay_ms = 2
        with Network.join(f"wide-{os.getpid()}") as net, net.capture() as trace:
            assert [host.interfaces for host in net.hosts] == [host.interfaces for host in made.hosts]
            assert (net.router.link["wan"].delay_ms, net.router.link["lan"].delay_ms) == (2, 0)
            net.server.start(lambda conn: conn.sendall(conn.recv(100)), port=7)
            assert ask(net, "client", 7) == b"hello"
        assert {frame.segment for frame in trace.frames} == {"lan", "wan"}


def test_its_middle_boxes_are_looked_into_and_changed_where_it_was_made():
    with Network(lan=["client", "router"], wan=["router", "server"], name=f"boxed-{os.getpid()}") as made:
        made.router.nat(inside="lan", outside="wan")
        with Network.join(f"boxed-{os.getpid()}") as net:
            with net.client.socket(type=socket.SOCK_DGRAM) as sock:
                sock.sendto(b"x", (net.server.address, 9))
                wait_for(net.router.translations)
                (row,) = net.router.translations()
            assert (row.outside[0], row.remote) == ("10.0.2.1", ("10.0.2.2", 9))
            for change in (net.router.forget, lambda: net.router.firewall("wan")):
                with pytest.raises(PermissionError, match="changed where it was made"):
                    change()


@alike
def test_leaving_ends_what_was_begun_there_and_no_more(elsewhere):
    with Network.join(elsewhere.helper) as net:
        program = net.client.spawn(["sleep", "1000"])
        net.server.start(lambda conn: None, port=8)
    assert gone([program.pid])
    with Network.join(elsewhere.helper) as net:
        assert ask(net, "client", 7) == b"hello"


@alike
def test_a_second_process_that_is_killed_leaves_nothing(elsewhere):
    with Network.join(elsewhere.helper) as net:
        net.client.run(["true"])  # what is made once is made
    net = Network.join(elsewhere.helper)
    before = descriptors(elsewhere.helper) - 2  # its line, and the descriptor of its process
    net.close()
    script = f"""
import sys
from labkit import Network
net = Network.join({elsewhere.helper})
trace, program = net.capture(), net.client.spawn(["sleep", "1000"])
net.server.start(lambda conn: None, port=8)
print(program.pid, flush=True)
sys.stdin.read()
"""
    second = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    program = int(second.stdout.readline())
    second.send_signal(signal.SIGKILL)
    second.communicate(timeout=20)
    assert gone([program])
    wait_for(
        lambda: descriptors(elsewhere.helper) <= before
    )  # when it was counted somebody may have looked in


@alike
def test_a_forked_child_of_ours_uses_it(joined):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, ask(joined, "client", 7))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read() == b"hello"
    os.waitpid(child, 0)
    assert ask(joined, "client", 7, b"and we") == b"and we"


@alike
def test_when_the_other_closes_it_we_are_told(elsewhere):
    with Network.join(elsewhere.helper) as net:
        service = net.server.start(lambda conn: None, port=8)
        elsewhere.end()
        with pytest.raises(
            HelperFailed, match=r"has ended: python \(process \d+\), which made it, has closed it"
        ):
            net.client.socket()
        assert net.closed
    assert service not in running()


@alike
def test_when_the_other_has_closed_it_leaving_is_quiet(elsewhere):
    with Network.join(elsewhere.helper):
        elsewhere.end()


def test_no_such_network_names_those_there_are(net):
    with pytest.raises(
        LookupError, match=f"no network that runs is called 'tea'; there is .*{net._core.client.pid}"
    ):
        Network.join("tea")


ORDINARY = """
import sys
from labkit import Network
with Network.join(sys.argv[1]) as net, net.capture() as trace:
    net.server.start(lambda conn: conn.sendall(conn.recv(100)), port=8)
    for port in (7, 8):
        with net.client.socket() as sock:
            sock.settimeout(20)
            sock.connect(("server", port))
            sock.sendall(b"hello")
            print(sock.recv(100))
print(len(trace.flows()))
"""


def test_as_either_user(elsewhere):
    line = elsewhere.python("-c", ORDINARY, str(elsewhere.helper))
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("b'hello'\nb'hello'\n2\n", "")
