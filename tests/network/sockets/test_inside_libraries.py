"""Libraries as they are, on hosts: each reaches the host's server, and the machine's on the same port has no visit."""

from __future__ import annotations

import asyncio
import http.server
import socket
import socketserver
import threading
import urllib.request
import xmlrpc.client
import xmlrpc.server
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import httpx
import pytest
import requests
from ports import own_ports

SECONDS = 60


class Hello(http.server.BaseHTTPRequestHandler):
    """Says on which address it was reached, and from which."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        text = f"{self.connection.getsockname()[0]} {self.client_address[0]}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    """A server of the standard library's, in a thread that the test starts."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def number(monkeypatch):
    """A port at which the machine listens on its own loopback interface; nobody must come there.

    Hosts call from none like it: one that called from the very port that it calls would reach itself.
    """
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    came = []

    class Visit(socketserver.BaseRequestHandler):
        def handle(self):
            came.append(self.client_address)

    with own_ports(1) as (port,), serving(socketserver.TCPServer(("127.0.0.1", port), Visit)):
        yield port
    assert came == []


@pytest.fixture
def url(server, number):
    with server:
        httpd = http.server.ThreadingHTTPServer(("", number), Hello)
    with serving(httpd):
        yield f"http://server:{number}/"


ANSWER = "10.0.0.2 10.0.0.1"
GETS = {
    "urllib": lambda url: urllib.request.urlopen(url, timeout=SECONDS).read().decode(),
    "requests": lambda url: requests.get(url, timeout=SECONDS).text,
    "httpx": lambda url: httpx.get(url, timeout=SECONDS).text,
}


def in_a_session(url):
    with requests.Session() as session:
        return {session.get(url, timeout=SECONDS).text for _ in range(3)}.pop()


async def by_httpx(url):
    async with httpx.AsyncClient(timeout=SECONDS) as http:
        return {answer.text for answer in await asyncio.gather(*[http.get(url) for _ in range(5)])}.pop()


GETS["a session of requests"] = in_a_session
GETS["httpx on a loop"] = lambda url: asyncio.run(by_httpx(url))


@pytest.fixture(params=GETS)
def get(request):
    return GETS[request.param]


def test_a_page_comes_from_the_host(client, url, get):
    with client:
        assert get(url) == ANSWER
        assert get(url.replace("server", "10.0.0.2")) == ANSWER
    assert client.background(get, url).result() == ANSWER


def test_a_hosts_loopback_interface_is_its_own(client, server, url, get):
    with client:
        for name in ("localhost", "127.0.0.1"):
            with pytest.raises(
                (OSError, httpx.ConnectError), match=r"refused|All connection attempts failed"
            ):
                get(url.replace("server", name))
    with server:
        assert get(url.replace("server", "localhost")) == "127.0.0.1 127.0.0.1"


def test_the_rest_of_the_world_is_unknown_and_unreachable(client, get):
    with client:
        with pytest.raises((OSError, httpx.ConnectError), match=r"client knows no 'lab\.invalid'"):
            get("http://lab.invalid/")
        with pytest.raises(
            (OSError, httpx.ConnectError), match=r"unreachable|All connection attempts failed"
        ):
            get("http://192.0.2.1/")


def test_many_threads_of_a_pool_ask_at_once(client, url):
    with client, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(GETS["requests"], [url] * 20)) == {ANSWER}


def test_calls_of_the_library_are_on_the_timeline(net, client, url):
    with net.capture() as trace, client:
        GETS["urllib"](url)
    calls = [call.name for call in trace.calls if call.host == "client"]
    assert calls[0] == "connect" and "sendall" in calls and calls[-1] == "close"


def test_streams_of_asyncio(client, server, number):
    async def echo(reader, writer):
        writer.write(await reader.read(10))
        await writer.drain()
        writer.close()

    async def main():
        with server:
            listening = await asyncio.start_server(echo, None, number)
        async with listening:
            assert [sock.getsockname()[0] for sock in listening.sockets] == ["0.0.0.0"]
            with client:
                reader, writer = await asyncio.open_connection("server", number)
            writer.write(b"hello")
            answer = await reader.read(10)
            writer.close()
            await writer.wait_closed()
            return answer, writer.get_extra_info("sockname")[0], writer.get_extra_info("peername")

    assert asyncio.run(main(), debug=True) == (b"hello", client.address, (server.address, number))


def test_datagrams_of_asyncio(client, server, number):
    class Came(asyncio.DatagramProtocol):
        def __init__(self):
            self.came = asyncio.get_running_loop().create_future()

        def datagram_received(self, data, peer):
            self.came.set_result((data, peer[0]))

    async def main():
        loop = asyncio.get_running_loop()
        with server:
            near, listening = await loop.create_datagram_endpoint(Came, ("server", number))
        with client:
            far, _ = await loop.create_datagram_endpoint(Came, remote_addr=("server", number))
        with closing(near), closing(far):
            far.sendto(b"hello")
            return await asyncio.wait_for(listening.came, SECONDS)

    assert asyncio.run(main()) == (b"hello", client.address)


@pytest.mark.parametrize("name", ["server", "10.0.0.2"])
def test_tls_with_the_hosts_certificate(client, server, number, contexts, name):
    ours, theirs = contexts
    with server:
        httpd = http.server.ThreadingHTTPServer(("", number), Hello)
    httpd.socket = ours.wrap_socket(httpd.socket, server_side=True)
    with serving(httpd), client:
        url = f"https://{name}:{number}/"
        with urllib.request.urlopen(url, timeout=SECONDS, context=theirs) as answer:
            assert answer.read().decode() == ANSWER
        with httpx.Client(verify=theirs) as web:
            assert web.get(url, timeout=SECONDS).text == ANSWER

        async def streams():
            _, writer = await asyncio.open_connection(name, number, ssl=theirs)
            peer = writer.get_extra_info("peername")
            writer.close()
            await writer.wait_closed()
            return peer

        assert asyncio.run(streams()) == ("10.0.0.2", number)


def test_remote_calls_of_xmlrpc(client, server, number):
    with server:
        calls = xmlrpc.server.SimpleXMLRPCServer(("server", number), logRequests=False)
    calls.register_function(pow)
    with serving(calls), client, xmlrpc.client.ServerProxy(f"http://server:{number}/") as there:
        assert there.pow(2, 10) == 1024


def test_a_socketserver_of_datagrams(client, server, number):
    class Shout(socketserver.BaseRequestHandler):
        def handle(self):
            data, sock = self.request
            sock.sendto(data.upper(), self.client_address)

    with server:
        shouting = socketserver.ThreadingUDPServer(("", number), Shout)
    with serving(shouting), client, socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(SECONDS)
        sock.sendto(b"hello", ("server", number))
        assert sock.recvfrom(10) == (b"HELLO", (server.address, number))
