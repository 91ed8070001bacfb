"""Libraries that labkit's own environment has not, on hosts, as they are: nightly, where they are installed for it."""

from __future__ import annotations

import asyncio
import socketserver
import threading

import pytest
from ports import own_ports

aiohttp = pytest.importorskip("aiohttp")
redis = pytest.importorskip("redis")
paramiko = pytest.importorskip("paramiko")

from aiohttp import web  # noqa: E402 - where it is
from redis.asyncio import Redis as AsyncRedis  # noqa: E402 - where it is

SECONDS = 60


@pytest.fixture(autouse=True)
def number():
    """A port at which the machine listens on its own loopback interface; nobody must come there.

    Hosts call from none like it: one that called from the very port that it calls would reach itself.
    """
    came = []

    class Visit(socketserver.BaseRequestHandler):
        def handle(self):
            came.append(self.client_address)

    with own_ports(1) as (port,), socketserver.TCPServer(("127.0.0.1", port), Visit) as machine:
        thread = threading.Thread(target=machine.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield port
        machine.shutdown()
        thread.join()
    assert came == []


def test_aiohttp(client, server, number):
    async def hello(request):
        return web.Response(text=f"{request.transport.get_extra_info('sockname')[0]} {request.remote}")

    async def main():
        app = web.Application()
        app.router.add_get("/", hello)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            with server:
                await web.TCPSite(runner, port=number).start()
            with client:
                async with aiohttp.ClientSession() as session:
                    for name in ("server", "10.0.0.2"):
                        async with session.get(f"http://{name}:{number}/") as answer:
                            assert await answer.text() == "10.0.0.2 10.0.0.1"
                    for name in ("localhost", "127.0.0.1"):
                        with pytest.raises(aiohttp.ClientConnectorError):
                            await session.get(f"http://{name}:{number}/")
                    with pytest.raises(aiohttp.ClientConnectorDNSError, match=r"knows no 'lab\.invalid'"):
                        await session.get("http://lab.invalid/")
        finally:
            await runner.cleanup()

    asyncio.run(main())


def serve_redis(conn):
    """As much of redis, in version 2 of its protocol, as a key with a value takes."""
    lines, stored = conn.makefile("rb"), {}
    while line := lines.readline():
        words = []
        for _ in range(int(line[1:])):
            words.append(lines.read(int(lines.readline()[1:]) + 2)[:-2])
        match words[0].upper(), words[1:]:
            case b"SET", [key, value]:
                stored[key] = value
                conn.sendall(b"+OK\r\n")
            case b"GET", [key]:
                conn.sendall(b"$%d\r\n%b\r\n" % (len(stored[key]), stored[key]))
            case _:  # what a client says of itself
                conn.sendall(b"+OK\r\n")


def test_redis(client, server, number):
    server.start(serve_redis, number)

    async def on_a_loop():
        async with AsyncRedis(host="server", port=number, protocol=2) as there:
            await there.set("key", "another")
            return await there.get("key")

    with client:
        with redis.Redis("server", number, protocol=2, socket_timeout=SECONDS) as there:
            there.set("key", "value")
            assert there.get("key") == b"value"
        with redis.Redis("localhost", number, protocol=2, retry=None) as nobody:
            with pytest.raises(redis.ConnectionError, match="refused"):
                nobody.get("key")
        assert asyncio.run(on_a_loop()) == b"another"


class Shell(paramiko.ServerInterface):
    """Lets everybody in, and runs nothing."""

    def __init__(self):
        self.asked = threading.Event()

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        self.asked.set()
        return True


def test_paramiko(client, server, number):
    def serve(conn):
        shell = Shell()
        transport = paramiko.Transport(conn)
        try:
            transport.add_server_key(paramiko.ECDSAKey.generate())
            transport.start_server(server=shell)
            channel = transport.accept(SECONDS)
            assert shell.asked.wait(SECONDS)
            channel.sendall(f"{conn.getsockname()[0]} {conn.getpeername()[0]}".encode())
            channel.close()
            transport.join(SECONDS)  # until the client has left
        finally:
            transport.close()

    server.start(serve, number)
    with client, paramiko.SSHClient() as ssh:
        ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        how = dict(username="u", password="p", look_for_keys=False, allow_agent=False, timeout=SECONDS)
        ssh.connect("server", number, **how)
        _, output, _ = ssh.exec_command("uname")
        assert output.read() == b"10.0.0.2 10.0.0.1"
        with pytest.raises(paramiko.ssh_exception.NoValidConnectionsError):
            paramiko.SSHClient().connect("localhost", number, **how)
