"""`with client:` where hosts are loopback addresses: as far as it goes, and a sentence where it does not."""

from __future__ import annotations

import asyncio
import http.server
import socket
import threading
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from labkit.modes.needs import NeedsHosts
from labkit.network.loopback import addresses

SECONDS = 60


@pytest.fixture(params=["as on Linux", "one address for all"])
def hosts(request, network, monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    if request.param != "as on Linux":
        monkeypatch.setattr(addresses, "whole_block", lambda: False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return network().hosts


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.connection.getsockname()[0]} {self.client_address[0]}".encode())

    def log_message(self, *_):
        pass


def test_a_library_serves_on_a_host_and_another_asks_there(hosts):
    client, server = hosts
    with server:
        httpd = http.server.ThreadingHTTPServer(("", 0), Hello)
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
    try:
        with client:
            url = f"http://server:{httpd.server_port}/"
            answer = urllib.request.urlopen(url, timeout=SECONDS).read().decode()
        assert answer == f"{server.address} {client.address}"
        assert client.background(urllib.request.urlopen, url).result().read().decode() == answer
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def test_streams_of_asyncio(hosts):
    client, server = hosts

    async def main():
        with server:
            listening = await asyncio.start_server(lambda _, writer: writer.close(), None, 0)
        async with listening:
            host, port = listening.sockets[0].getsockname()
            with client:
                reader, writer = await asyncio.open_connection("server", port)
            with closing(writer):
                return host, writer.get_extra_info("peername")[0], await reader.read()

    assert asyncio.run(main()) == (server.address, server.address, b"")


def test_names_are_those_of_the_network(hosts):
    client, server = hosts
    with client:
        assert socket.gethostbyname("server") == server.address
        assert socket.getaddrinfo("server", 80, type=socket.SOCK_STREAM)[0][4] == (server.address, 80)
        with pytest.raises(urllib.error.URLError, match=r"client knows no 'lab\.invalid'"):
            urllib.request.urlopen("http://lab.invalid/", timeout=SECONDS)


class Own(socket.socket):
    """A library's class of sockets."""


def call():
    with socket.socket() as sock:
        sock.connect(("127.0.0.2", 80))


WHAT = {
    "an interface": lambda: socket.if_nameindex(),
    "IPv6": lambda: socket.socket(socket.AF_INET6),
    "a library's class": Own,
    "127.0.0.2": call,
}


@pytest.mark.parametrize("what", WHAT)
def test_what_needs_hosts_says_so(hosts, what):
    with hosts[0], pytest.raises(NeedsHosts, match="needs hosts of their own"):
        WHAT[what]()


def test_a_network_made_inside_takes_addresses_of_the_machine(hosts, network):
    with hosts[0]:
        near, _ = network("near", "far").hosts
    with near, socket.socket() as sock:
        assert sock._at is near


@pytest.mark.capture
def test_a_capture_begun_inside_sees_the_interface(network, monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "loopback")
    net = network()
    with net.client, net.capture() as trace, socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("server", 5000))
    assert [datagram.payload for datagram in trace.datagrams] == [b"x"]
