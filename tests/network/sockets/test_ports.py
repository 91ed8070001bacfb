"""The ports that sockets call from: the same numbers each time, and the next free one where somebody holds one."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
import ssl
import sys

import pytest

from labkit.wire import portrange

DGRAM = socket.SOCK_DGRAM


@pytest.fixture
def listener(server):
    with server.socket() as sock:
        sock.bind((server.address, 9000))
        sock.listen(100)
        yield sock


def hold(host, port, kind=socket.SOCK_STREAM):
    """A socket of the notebook that has a port of the host."""
    sock = host.socket(type=kind)
    sock.bind((host.address, port))
    if kind == socket.SOCK_STREAM:
        sock.listen()
    return sock


HOLDER = """
import resource, socket
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
held = []
for port in range({0}, {1}):
    held.append(socket.socket({2}))
    held[-1].bind(("0.0.0.0", port))
print("held", flush=True)
input()
"""


def test_ports_follow_each_other_from_40000_on(client, server, listener):
    made = [client.socket() for _ in range(5)]
    for sock in reversed(made):
        sock.connect((server.address, 9000))
    assert [sock.getsockname()[1] for sock in made] == [40000, 40001, 40002, 40003, 40004]
    for sock in made:
        sock.close()


@pytest.mark.parametrize("where", ["a socket of the notebook", "a program"])
def test_a_port_that_is_held_when_the_socket_is_made_is_passed_over(client, server, listener, where):
    if where == "a program":
        program = client.spawn([sys.executable, "-c", HOLDER.format(40002, 40007, "")])
        program.wait_for("held", timeout=60)
        expected = [40000, 40001, 40007, 40008]
    else:
        held = hold(client, 40002)  # the first that is made: it was to have 40000
        expected = [40001, 40003, 40004, 40005]
    found = []
    for _ in range(4):
        with client.socket() as sock:
            sock.connect((server.address, 9000))
            found.append(sock.getsockname()[1])
    assert found == expected
    if where == "a program":
        program.stop()
    else:
        held.close()


def calls(client, server, sock, how):
    """Make a socket take its port in one of the ways in which it may; returns the port."""
    there = (server.address, 9000)
    if how == "connect":
        sock.connect(there)
    elif how == "connect_ex":
        assert sock.connect_ex(there) == 0
    elif how == "connect by name":
        sock.connect(("server", 9000))
    elif how == "connect_ex, without blocking":
        sock.setblocking(False)
        assert sock.connect_ex(there) in (0, errno.EINPROGRESS)
    elif how == "asyncio":
        sock.setblocking(False)

        async def connect():
            await asyncio.get_running_loop().sock_connect(sock, there)

        asyncio.run(connect())
    elif how == "bind to port 0":
        sock.bind((client.address, 0))
    elif how == "bind to any address":
        sock.bind(("", 0))
    elif how == "listen":
        sock.listen()
    elif how == "sendto":
        assert sock.sendto(b"x", there) == 1
    elif how == "sendto, with flags":
        assert sock.sendto(b"x", socket.MSG_DONTWAIT, there) == 1
    elif how == "sendmsg":
        assert sock.sendmsg([b"x"], [], 0, there) == 1
    return sock.getsockname()[1]


STREAMS = (
    "connect",
    "connect_ex",
    "connect by name",
    "connect_ex, without blocking",
    "asyncio",
    "bind to port 0",
    "bind to any address",
    "listen",
)
DATAGRAMS = ("connect", "connect_ex", "bind to port 0", "sendto", "sendto, with flags", "sendmsg")


@pytest.mark.parametrize(
    ("kind", "how"),
    [(socket.SOCK_STREAM, how) for how in STREAMS] + [(DGRAM, how) for how in DATAGRAMS],
)
@pytest.mark.parametrize("told", [True, False], ids=["this kernel", "a kernel before 6.3"])
def test_a_port_that_was_taken_since_is_another(client, server, listener, kind, how, told, monkeypatch):
    if not told:  # as if the helper could not tell the kernel: the socket is to bind to the port itself
        monkeypatch.setattr(portrange, "tell", lambda sock, port: False)
        made = client.core.socket

        def untold(*arguments):
            descriptor, _ = made(*arguments)
            with socket.socket(fileno=os.dup(descriptor)) as copy:
                port = copy.getsockopt(0, 51) & 0xFFFF
                copy.setsockopt(0, 51, 0)
            return descriptor, port

        monkeypatch.setattr(client.core, "socket", untold)
    with client.socket(type=kind) as sock, client.socket(type=kind) as following:
        taken = [hold(client, 40000, kind), hold(client, 40004, kind)]  # these were to have 40002 and 40003
        port = calls(client, server, sock, how)
        if not told and how.startswith("bind"):
            assert port not in (0, 40000, 40004)  # any that the kernel likes
        else:
            assert port == 40005
        assert calls(client, server, following, how) != port
        made = [
            call
            for call in client.core.timeline.calls()
            if call.socket_id == sock._id and call.name == how.split()[0].strip(",")
        ]
        if how != "asyncio":
            [call] = made  # it was one call, however often the kernel was asked
            assert not call.error and (call.local is None or call.local[1] == port)
        for other in taken:
            other.close()


def test_a_socket_that_labkit_does_not_see_calls_from_a_free_port_too(client, server, listener):
    """TLS takes the descriptor and leaves the HostSocket behind."""
    with hold(client, 40001):  # it was to have 40000
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(client.socket(), do_handshake_on_connect=False) as sock:
            sock.connect((server.address, 9000))
            assert sock.getsockname()[1] == 40002


def test_when_all_are_taken_the_error_says_so(client):
    with client.socket() as sock, client.socket(type=DGRAM) as datagrams:
        each = min(10_500, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 20)
        bounds = [(first, min(first + each, 61_000)) for first in range(40_000, 61_000, each)]
        programs = [client.spawn([sys.executable, "-c", HOLDER.format(*some, "")]) for some in bounds]
        for program in programs:
            program.wait_for("held", timeout=60)
        with pytest.raises(OSError) as told:
            sock.bind((client.address, 0))
        assert told.value.errno == errno.EADDRINUSE
        assert told.value.__notes__ == [
            "every port from 40000 to 60999 on client is taken; close some sockets"
        ]
        with pytest.raises(OSError) as told:
            sock.connect(("server", 9000))
        assert told.value.errno == errno.EADDRNOTAVAIL
        datagrams.bind((client.address, 0))  # TCP's ports are not UDP's
        for program in programs:
            program.stop(60)  # the kernel closes thousands of sockets
        sock.bind((client.address, 0))


def test_an_address_of_another_host_is_still_refused(client, server):
    with client.socket() as sock, pytest.raises(OSError) as told:
        sock.bind((server.address, 0))
    assert told.value.errno == errno.EADDRNOTAVAIL
    assert "is the address of server" in told.value.__notes__[0]
