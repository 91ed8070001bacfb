"""stop() ends what waits in a socket, whoever made it and whatever was put around it, and waits for no deadline."""

from __future__ import annotations

import select
import selectors
import socket
import threading
import time

import pytest
from waiting import wait_for

from labkit.background.waking import waited_in

SECONDS = 60
# A stop that waits before it interrupts waits for all of this, or a quarter of it.
TIMEOUT_S = 80


def stopped_in(thing):
    began = time.monotonic()
    thing.stop(TIMEOUT_S)
    return time.monotonic() - began


QUICK_S = TIMEOUT_S / 4


def waits(task):
    """Until a task is in the midst of a call of a socket."""
    wait_for(lambda: waited_in(task._thread))


@pytest.fixture
def left():
    """`left()`: the threads beside the notebook that this test began, and that run on; those of an earlier one may."""
    before = set(threading.enumerate())

    def left():
        return [
            thread.name
            for thread in threading.enumerate()
            if thread not in before and thread.name.startswith("labkit ") and " on " in thread.name
        ]

    return left


def test_a_handler_that_speaks_tls(client, server, contexts, capsys, left):
    ours, theirs = contexts

    def handler(conn):
        with ours.wrap_socket(conn, server_side=True) as secure:
            while data := secure.recv(100):
                secure.sendall(data)

    service = server.start(handler, port=443)
    with client.socket() as caller:
        caller.connect(("server", 443))
        with theirs.wrap_socket(caller, server_hostname="server") as secure:
            secure.sendall(b"a")
            assert secure.recv(10) == b"a"
            assert stopped_in(service) < QUICK_S
            assert service.errors == () and left() == []
            assert secure.recv(10) == b""
    assert capsys.readouterr() == ("", "")


def test_a_handler_in_the_midst_of_a_tls_handshake(client, server, contexts, capsys, left):
    ours, _ = contexts
    begun = threading.Event()

    def handler(conn):
        begun.set()
        with ours.wrap_socket(conn, server_side=True) as secure:
            secure.recv(1)

    service = server.start(handler, port=443)
    with client.socket() as caller:
        caller.connect(("server", 443))
        assert begun.wait(SECONDS)
        assert stopped_in(service) < QUICK_S
        assert service.errors == () and left() == []
    assert capsys.readouterr() == ("", "")


def detached(conn):
    return socket.socket(fileno=conn.detach())


def detached_twice(conn):
    with detached(conn) as first:
        return first.dup()


@pytest.mark.parametrize("wrap", [detached, detached_twice])
@pytest.mark.parametrize("reads", ["recv", "makefile"])
def test_a_handler_whose_connection_was_detached(client, server, wrap, reads, capsys, left):
    def handler(conn):
        with wrap(conn) as inner, inner.makefile("rb") as file:
            while data := inner.recv(1) if reads == "recv" else file.read(1):
                inner.sendall(data)

    service = server.start(handler, port=8000)
    with client.socket() as caller:
        caller.connect(("server", 8000))
        caller.sendall(b"a")
        assert caller.recv(1) == b"a"
        assert stopped_in(service) < QUICK_S
        assert service.errors == () and left() == []
        caller.settimeout(SECONDS)
        assert caller.recv(1) == b""
    assert capsys.readouterr() == ("", "")


def test_a_detached_descriptor_that_was_closed_is_let_be(client, server):
    """Its number may be somebody else's by now."""
    go_on = threading.Event()

    def handler(conn):
        detached(conn).close()
        go_on.wait(SECONDS)

    service = server.start(handler, port=8000)
    with client.socket() as caller:
        caller.connect(("server", 8000))
        assert caller.recv(1) == b""
        near, far = socket.socketpair()
        with near, far:
            threading.Timer(0.05, go_on.set).start()
            service.stop(TIMEOUT_S)
            near.sendall(b"whole")
            assert far.recv(10) == b"whole"


# -- sockets that the notebook made ------------------------------------------------------------------------


def connected(client, server, port=8000):
    """Both ends of a connection, made by the notebook."""
    with server.socket() as listener:
        listener.bind((server.address, port))
        listener.listen()
        near = client.socket()
        near.connect((server.address, port))
        return near, listener.accept()[0]


def in_selector(sock):
    selector = selectors.DefaultSelector()
    selector.register(sock, selectors.EVENT_READ)
    return selector


WAYS = {
    "recv": lambda sock: sock.recv(1),
    "recv_into": lambda sock: sock.recv_into(bytearray(1)),
    "makefile": lambda sock: sock.makefile("rb").readline(),
    "timeout": lambda sock: (sock.settimeout(60), sock.recv(1)),
    "select": lambda sock: select.select([sock], [], []),
    "sendall": lambda sock: sock.sendall(bytes(50_000_000)),
    "all of it": lambda sock: sock.recv(10, socket.MSG_WAITALL),
    "by a selector": lambda sock: in_selector(sock).select(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_task_that_waits_in_a_connection_of_the_notebook(client, server, way, capsys, left):
    near, far = connected(client, server)
    begun = threading.Event()

    def wait():
        sock = near
        begun.set()
        return WAYS[way](sock)

    with near, far:
        task = client.background(wait)
        assert begun.wait(SECONDS)
        if "select" in way:  # which is interrupted, in the end
            task.stop(4)
        else:
            waits(task)
            assert stopped_in(task) < QUICK_S
        assert task.done and task._failures == [] and left() == []
    assert capsys.readouterr() == ("", "")


def test_tasks_that_wait_for_callers_and_datagrams_of_the_notebook(client, server, capsys):
    with server.socket() as listener, server.socket(type=socket.SOCK_DGRAM) as bound:
        for sock in (listener, bound):
            sock.bind((server.address, 8000))
        listener.listen()
        for wait in (lambda: listener.accept(), lambda: bound.recvfrom(10)):
            task = server.background(wait)
            waits(task)
            assert stopped_in(task) < QUICK_S
            assert task.done and task._failures == []
        listener.settimeout(0.05)
        with pytest.raises(OSError):  # ended, or nobody called; never the stop of that task
            listener.accept()
    assert capsys.readouterr() == ("", "")


def test_a_tls_connection_of_the_notebook(client, server, contexts):
    near, far = connected(client, server, 443)
    ours, theirs = contexts
    serving = server.background(lambda: ours.wrap_socket(far, server_side=True))
    with theirs.wrap_socket(near, server_hostname="server") as secure, serving.result():
        task = client.background(lambda: secure.recv(10))
        waits(task)
        assert stopped_in(task) < QUICK_S
        assert task.done and task._failures == []


def test_a_coroutine_that_blocks_its_loop_in_a_socket_of_the_notebook(client, server):
    near, far = connected(client, server)

    async def wait():
        return near.recv(1)

    with near, far:
        task = client.background(wait)
        wait_for(lambda: waited_in(task._loop.thread))
        task.stop(4)
        assert task.done and task._failures == []


def test_leaving_a_network_ends_a_task_that_waits_in_the_notebooks_socket(network, left):
    net = network()
    near, far = connected(net.client, net.server)
    task = net.client.background(lambda: near.recv(1))
    with net:
        waits(task)
    assert task.done and task._failures == [] and left() == []
    near.close()
    far.close()
