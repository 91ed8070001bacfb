"""Hosts' names, and their interfaces' numbers, wherever a program or a library asks for them."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct

import pytest

from labkit import Network
from labkit.sockets.guard import WrongNetwork

WITHIN = 60  # seconds


@pytest.fixture
def six(network):
    return network(ipv6=True)


async def echo(reader, writer):
    writer.write(await reader.read(10))
    await writer.drain()
    writer.close()


def test_an_event_loop_finds_hosts_by_name(six):
    six.server.start(echo, port=8000)
    six.server.start(echo, port=8000, address=six.server.address6)

    async def ask(family):
        loop = asyncio.get_running_loop()
        with six.client.socket(family) as sock:
            sock.setblocking(False)
            await loop.sock_connect(sock, ("server", 8000))
            await loop.sock_sendall(sock, b"x")
            return await loop.sock_recv(sock, 10)

    for family in (socket.AF_INET, socket.AF_INET6):
        assert asyncio.run(ask(family)) == b"x"
        assert asyncio.run(ask(family), debug=True) == b"x"
        assert six.client.background(ask, family).result() == b"x"


def test_an_event_loops_own_socket_is_still_refused(net, server):
    server.start(echo, port=8000)

    async def ask():
        await asyncio.open_connection("server", 8000)

    with pytest.raises(WrongNetwork, match=r"client\.socket\(\)"):
        asyncio.run(ask())


def test_a_name_that_no_host_has_stays_unknown(client):
    async def ask():
        with client.socket() as sock:
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, ("nowhere.invalid", 8000))

    with pytest.raises(socket.gaierror):
        asyncio.run(ask())


def test_every_call_that_sends_takes_names(client, server):
    with server.socket(type=socket.SOCK_DGRAM) as bound, client.socket(type=socket.SOCK_DGRAM) as sock:
        bound.bind(("server", 5000))
        bound.settimeout(WITHIN)
        sock.sendto(b"1", ("server", 5000))
        sock.sendto(b"2", 0, ("server", 5000))
        sock.sendmsg([b"3"], [], 0, ("server", 5000))
        assert [bound.recv(9) for _ in range(3)] == [b"1", b"2", b"3"]
        with pytest.raises(socket.gaierror) as caught:
            sock.sendmsg([b"3"], [], 0, ("nowhere", 5000))
        assert "its hosts are: client, server" in caught.value.__notes__[0]


def test_programs_know_hosts_by_name_and_what_the_machine_knows(six):
    code = "import socket, sys; print([a[4][0] for a in socket.getaddrinfo(sys.argv[1], 80, type=1)])"
    done = six.client.run(["python3", "-c", code, "server"])
    assert sorted(eval(done.stdout)) == ["10.0.0.2", "fd00::2"]
    with open("/etc/hosts") as file:
        own = file.read()
    assert six.client.run(["cat", "/etc/hosts"]).stdout == (
        "10.0.0.1\tclient\nfd00::1\tclient\n10.0.0.2\tserver\nfd00::2\tserver\n" + own
    )


def test_nothing_else_of_the_machines_files_changes_for_a_program(client, tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert client.run(["cat", "mine"], cwd=tmp_path).stdout == "mine"
    client.run(["sh", "-c", "echo theirs > theirs"], cwd=tmp_path)
    assert (tmp_path / "theirs").read_text() == "theirs\n"


def test_a_host_tells_the_numbers_of_its_interfaces(six):
    code = "import socket; print(socket.if_nametoindex('lo'), socket.if_nametoindex('eth0'))"
    for host in six.hosts:
        assert f"{host.index('lo')} {host.index()}\n" == host.run(["python3", "-c", code]).stdout
    with pytest.raises(ValueError, match=r"client has the interfaces lo, eth0 \(got 'wlan0'\)"):
        six.client.index("wlan0")


def test_a_group_is_joined_by_the_hosts_number_and_a_wrong_one_is_explained(six):
    group = socket.inet_pton(socket.AF_INET6, "ff02::1234")
    with six.server.socket(socket.AF_INET6, socket.SOCK_DGRAM) as member:
        member.bind(("::", 5000))
        member.settimeout(WITHIN)
        join = (socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP)
        with pytest.raises(OSError, match="No such device") as caught:
            member.setsockopt(*join, group + struct.pack("@I", 77))
        assert (
            caught.value.errno == errno.ENODEV and 'write server.index("eth0")' in caught.value.__notes__[0]
        )
        member.setsockopt(*join, group + struct.pack("@I", six.server.index("eth0")))
        with six.client.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
            with pytest.raises(OSError, match="No such device") as caught:
                sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, 77)
            assert "write client.index" in caught.value.__notes__[0]
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, six.client.index())
            sender.sendto(b"all", ("ff02::1234", 5000))
        assert member.recv(9) == b"all"


def test_a_socket_class_in_place_of_pythons_is_refused_in_a_sentence(monkeypatch):
    class Socket(socket.socket):
        pass

    Socket.__module__ = "gevent._socket3"
    monkeypatch.setattr(socket, "socket", Socket)
    with pytest.raises(
        RuntimeError, match=r"_socket3\..*Socket here: a library \(gevent's .* not supported: restart"
    ):
        Network("client", "server")
