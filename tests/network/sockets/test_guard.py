"""Nothing of the lab reaches the machine's network by mistake; nothing else is kept from it."""

from __future__ import annotations

import _socket
import asyncio
import errno
import socket
import ssl
import threading
import urllib.error
import urllib.request
from contextlib import closing

import pytest
from ports import own_ports

from labkit.sockets import guard
from labkit.sockets.guard import WrongNetwork

ADDRESSES = ["10.0.0.2", "10.2", b"10.0.0.2"]
CALLS = {
    "connect": lambda sock, address: sock.connect(address),
    "connect_ex": lambda sock, address: sock.connect_ex(address),
    "sendto": lambda sock, address: sock.sendto(b"x", address),
    "sendto with flags": lambda sock, address: sock.sendto(b"x", 0, address),
    "sendmsg": lambda sock, address: sock.sendmsg([b"x"], [], 0, address),
    "bind": lambda sock, address: sock.bind(address),
}


@pytest.fixture
def plain():
    """A socket of the machine, of which a mistake would be seen at once: it does not wait."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        yield sock


@pytest.fixture
def machine():
    """A server of the machine itself on its loopback interface, and all that came to it.

    At a port that no host calls from: else it could reach itself there.
    """
    came = []
    with own_ports(1) as (port,), socket.create_server(("127.0.0.1", port)) as listener:

        def serve():
            while True:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    return
                with conn:
                    came.append(conn.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname(), came
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("call", CALLS)
def test_a_socket_of_the_machine_is_kept_from_the_hosts_addresses(net, plain, call, address):
    with pytest.raises(WrongNetwork) as refused:
        CALLS[call](plain, (address, 9000))
    at = "server" if call == "bind" else "client"
    assert f"{at}.socket()" in str(refused.value) and "host server" in str(refused.value)


@pytest.mark.parametrize("address", ["fd00::2", "fd00:0:0::2", "fd00::2%1", "::ffff:10.0.0.2"])
def test_so_it_is_from_their_ipv6_addresses(network, address):
    network(ipv6=True)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as plain, pytest.raises(WrongNetwork):
        plain.connect((address, 9000, 0, 0))


def test_the_descriptor_alone_is_refused_too(net):
    """_socket.socket is what socket.socket is made of, and all that some libraries use."""
    plain = _socket.socket()
    with closing(plain), pytest.raises(WrongNetwork):
        plain.connect(("10.0.0.2", 9000))


def test_everything_else_of_the_machines_is_left_alone(net, machine):
    address, came = machine
    with socket.create_connection(address) as conn:
        conn.sendall(b"from the machine")
        assert conn.recv(1) == b"" and came == [b"from the machine"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        plain.bind(("", 0))
        plain.sendto(b"to myself", ("127.0.0.1", plain.getsockname()[1]))
        assert plain.recv(100) == b"to myself"
    with socket.socket(socket.AF_UNIX) as unix, pytest.raises(FileNotFoundError):
        unix.connect("/nowhere/10.0.0.2")
    with socket.socket() as plain, pytest.raises(TypeError):
        plain.connect("10.0.0.2")
    assert socket.getaddrinfo("localhost", 80) and socket.getaddrinfo("10.0.0.2", 80)


def test_once_the_network_is_closed_its_addresses_are_the_machines_again(net, plain):
    net.close()
    try:
        plain.bind(("10.0.0.2", 0))  # which an interface of the machine may have
    except OSError as refused:
        assert refused.errno == errno.EADDRNOTAVAIL  # by the kernel, and not by us


def test_a_hosts_socket_is_the_hosts_in_whatever_it_is_wrapped(net, client, server):
    with server.socket() as listener:
        listener.bind(("10.0.0.2", 9000))
        listener.listen()
        address = ("10.0.0.2", 9000)
        with client.socket() as sock:
            sock.connect(address)
        with socket.socket(fileno=client.socket().detach()) as sock:
            sock.connect(address)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with context.wrap_socket(
            client.socket(), server_hostname="server", do_handshake_on_connect=False
        ) as sock:
            sock.connect(address)

        async def by_asyncio():
            sock = socket.socket(fileno=client.socket().detach())
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, address)
            _, writer = await asyncio.open_connection(sock=sock)
            writer.close()
            await writer.wait_closed()

        asyncio.run(by_asyncio())
    with client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("10.0.0.2", 9000))


def test_asyncio_and_urllib_are_refused_with_our_words(net):
    with pytest.raises(WrongNetwork, match=r"client\.socket\(\)"):
        asyncio.run(asyncio.open_connection("10.0.0.2", 9000))
    with pytest.raises(urllib.error.URLError, match=r"`with client:`"):
        urllib.request.urlopen("http://10.0.0.2:9000/", timeout=1)


def test_code_on_a_host_never_reaches_the_machines_server(client, machine):
    address, came = machine

    for call in (lambda sock: sock.connect(address), lambda sock: sock.bind(("127.0.0.1", 0))):
        with socket.socket() as sock, pytest.raises(WrongNetwork, match=r"host client.*client\.socket\(\)"):
            client.background(call, sock).result()
    with pytest.raises(ConnectionRefusedError):  # by the host itself
        client.background(socket.create_connection, address).result()
    url = "http://{}:{}/".format(*address)
    with pytest.raises(urllib.error.URLError, match="refused"):
        client.background(urllib.request.urlopen, url).result()
    assert came == []


def test_code_on_a_host_whose_network_is_closed_is_still_there(client, net, machine):
    address, came = machine
    with client:
        net.close()
        for call in (socket.socket, socket.create_server):
            with pytest.raises(RuntimeError, match="closed"):
                call(*([("", 9000)] if call is socket.create_server else []))
        with pytest.raises(socket.gaierror, match="closed"):
            socket.getaddrinfo("server", 80)
        with closing(_socket.socket()) as plain, pytest.raises(WrongNetwork):
            plain.connect(address)
    assert came == []


def test_code_on_a_host_may_talk_to_itself_and_its_network(client, server):
    def itself():
        near, far = socket.socketpair()
        with near, far:
            near.send(b"x")
            return far.recv(10)

    assert client.background(itself).result() == b"x"

    def call():
        with client.socket() as sock:
            sock.connect(("server", 7))
            return sock.recv(10)

    with server.start(lambda conn: conn.send(b"hello"), 7):
        assert client.background(call).result() == b"hello"


@pytest.mark.parametrize("call", [socket.getaddrinfo, socket.gethostbyname])
def test_no_name_server_is_asked_for_a_host_or_by_one(client, call):
    more = (80,) if call.__name__ == "getaddrinfo" else ()
    with pytest.raises(WrongNetwork, match=r"its address is 10\.0\.0\.2"):
        call("server", *more)
    with pytest.raises(socket.gaierror, match=r"client knows no 'lab\.invalid'.*they are client, server"):
        client.background(getattr(socket, call.__name__), "lab.invalid", *more).result()
    assert client.background(call, "localhost", *more).result()
    assert client.background(call, "127.0.0.1", *more).result()


def test_what_a_library_took_out_of_the_module_asks_no_name_server(client):
    """gethostbyname is the kernel's own; getaddrinfo is Python's, which asks for the kernel's each time."""
    early = socket.gethostbyname.__wrapped__
    with client, pytest.raises(WrongNetwork, match=r"write socket\.gethostbyname"):
        early("lab.invalid")


@pytest.mark.parametrize("call", CALLS)
def test_a_hosts_descriptor_in_another_class_knows_hosts_and_asks_no_name_server(client, server, call):
    at = server if call == "bind" else client
    with socket.socket(type=socket.SOCK_DGRAM, fileno=at.socket(type=socket.SOCK_DGRAM).detach()) as sock:
        with pytest.raises(socket.gaierror, match=f"{at.name} knows no 'lab.invalid'"):
            CALLS[call](sock, ("lab.invalid", 9000))
        CALLS[call](sock, ("server", 9000))


def test_where_the_kernel_does_not_tell_namespaces_inodes_do(client, plain):
    with client.socket() as sock:
        assert not guard._is_the_machines(sock)
        wrapped = socket.socket(fileno=sock.detach())
    with wrapped:
        assert not guard._is_the_machines(wrapped)
    assert guard._is_the_machines(plain)
