"""The socket table against the kernel: states, queues and owners of real sockets."""

from __future__ import annotations

import socket
import sys
import time

SECONDS = 20


def until(question, answer):
    """Ask until the answer is this one: the last segments of a close are on their way."""
    deadline = time.monotonic() + SECONDS
    while (got := question()) != answer:
        assert time.monotonic() < deadline, got


def facts(host):
    return [(row.state, row.owner) for row in host.sockets()]


def test_the_table_before_and_after_each_call(client, server):
    assert server.sockets() == ()
    with server.socket() as listener, client.socket() as near:
        assert facts(server) == []
        listener.bind((server.address, 8080))
        assert facts(server) == [("CLOSED", "bind()")]
        listener.listen()
        assert facts(server) == [("LISTEN", "listen()")]
        near.connect((server.address, 8080))
        until(lambda: facts(server), [("LISTEN", "listen()"), ("ESTABLISHED", "waits for accept()")])
        assert server.sockets().find(state="LISTEN")[0].recv_queue == 1
        far, _ = listener.accept()
        assert facts(server) == [("LISTEN", "listen()"), ("ESTABLISHED", "accept()")]
        assert facts(client) == [("ESTABLISHED", "connect()")]
        near.close()
        assert far.recv(1) == b""
        assert facts(server) == [("LISTEN", "listen()"), ("CLOSE-WAIT", "accept()")]
        until(lambda: facts(client), [("FIN-WAIT-2", "close()")])
        far.close()
    until(lambda: facts(server), [])
    until(lambda: facts(client), [("TIME-WAIT", "close()")])


def test_queues(client, server):
    with server.socket() as listener, client.socket() as near:
        listener.bind((server.address, 8080))
        listener.listen()
        near.connect((server.address, 8080))
        far, _ = listener.accept()
        with far:
            far.settimeout(SECONDS)
            near.sendall(b"12345")
            assert far.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL) == b"12345"
            (row,) = server.sockets().find(state="ESTABLISHED")
            assert row.recv_queue == 5
            assert far.recv(5) == b"12345"


def test_datagram_sockets(client, server):
    with server.socket(type=socket.SOCK_DGRAM) as inbox:
        inbox.bind((server.address, 9))
        (row,) = server.sockets()
        assert (row.protocol, row.state, row.local, row.remote, row.owner) == (
            "udp",
            "",
            ("10.0.0.2", 9),
            None,
            "bind()",
        )


def test_raw_and_ping_sockets(network):
    net = network(ipv6=True)
    client, server = net.client, net.server
    raw = client.socket(socket.AF_INET, socket.SOCK_RAW, 253)
    far = client.socket(socket.AF_INET, socket.SOCK_RAW, 253)
    far.connect((server.address, 0))
    raw6 = client.socket(socket.AF_INET6, socket.SOCK_RAW, 253)
    ping = client.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    ping.bind((client.address, 7))
    ping6 = client.socket(socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)
    ping6.bind((client.address6, 8))
    assert [(row.protocol, row.state, row.local, row.remote, row.owner) for row in client.sockets()] == [
        ("icmp", "", (client.address, 7), None, "bind()"),
        ("icmp6", "", (client.address6, 8), None, "bind()"),
        ("raw", "", ("0.0.0.0", 253), None, "socket()"),
        ("raw", "connected", (client.address, 253), (server.address, 0), "connect()"),
        ("raw6", "", ("::", 253), None, "socket()"),
    ]
    assert [row.protocol for row in client.sockets().find(port=7)] == ["icmp"]
    assert client.sockets().find(port=253) == ()  # the number of a protocol
    assert server.sockets() == ()
    for sock in (raw, far, raw6, ping, ping6):
        sock.close()
    assert client.sockets() == ()


def test_a_host_without_them_is_not_asked_for_raw_sockets(client, server, monkeypatch):
    asked = []
    read = client.core.proc_net
    monkeypatch.setattr(client.core, "proc_net", lambda host, name: asked.append(name) or read(host, name))
    with server.socket(type=socket.SOCK_RAW, proto=253), client.socket() as sock:
        sock.bind((client.address, 0))
        client.sockets()
    assert asked == ["tcp", "tcp6", "udp", "udp6"]


def test_the_raw_socket_of_a_program(client):
    code = "import socket; sock = socket.socket(type=socket.SOCK_RAW, proto=253); print('made'); input()"
    with client.spawn([sys.executable, "-u", "-c", code]) as program:
        program.wait_for("made", timeout=60)
        (row,) = client.sockets()
        assert (row.protocol, row.owner) == ("raw", f"program {program.name}")


def test_services_and_tasks_are_owners(client, server):
    def echo(conn):
        while data := conn.recv(100):
            conn.sendall(data)

    def talk():
        sock = client.socket()
        sock.connect(("server", 7))
        return sock

    with server.start(echo, port=7) as service:
        sock = client.background(talk).result()
        service.wait_for(connections=1, timeout=60)
        assert facts(server) == [("LISTEN", "listen() in echo"), ("ESTABLISHED", "accept() in echo")]
        assert facts(client) == [("ESTABLISHED", "connect() in talk")]
        sock.close()
        service.wait_for(served=1, timeout=60)


def test_a_tls_socket_keeps_its_owner(client, server):
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with server.socket() as listener, client.socket() as near:
        listener.bind((server.address, 443))
        listener.listen()
        near.connect((server.address, 443))
        with context.wrap_socket(near, server_hostname="server", do_handshake_on_connect=False):
            assert facts(client) == [("ESTABLISHED", "connect()")]


def test_hosts_do_not_see_each_others_sockets(client, server):
    with server.socket() as sock:
        sock.bind((server.address, 8080))
        assert client.sockets() == ()


def test_ipv6(network):
    server = network(ipv6=True).hosts[1]
    with server.socket(socket.AF_INET6) as sock:
        sock.bind(("::", 80))
        sock.listen()
        (row,) = server.sockets()
        assert (row.protocol, row.state, row.local) == ("tcp6", "LISTEN", ("::", 80))
