"""The socket table against the kernel: states, queues and owners of real sockets."""

from __future__ import annotations

import socket
import time

SECONDS = 5


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
        assert facts(server) == [("LISTEN", "listen()"), ("ESTABLISHED", "waits for accept()")]
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
        service.wait_for(connections=1)
        assert facts(server) == [("LISTEN", "listen() in echo"), ("ESTABLISHED", "accept() in echo")]
        assert facts(client) == [("ESTABLISHED", "connect() in talk")]
        sock.close()
        service.wait_for(served=1)


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
