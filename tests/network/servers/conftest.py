"""A chat server on a host, and those who call it."""

from __future__ import annotations

import contextlib
import socket

import pytest

from labkit.servers import chat

SMALL = 20_000  # the kernel's buffers: what a slow reader leaves unread should wait in the server
PORT = 4000
SECONDS = 60


class Caller:
    """A client with a socket of its own: `caller.says("NAME ada")`, `caller.hears("WELCOME ada")`."""

    def __init__(self, host, name="", small=False):
        self.name, self.sock = name, host.socket()
        if small:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(SECONDS)
        self.sock.connect(("server", PORT))
        self.file = self.sock.makefile("r", encoding="utf-8", newline="\n")
        if name:
            self.says(f"NAME {name}")
            self.hears(f"WELCOME {name}")

    def says(self, *lines):
        self.sock.sendall("".join(f"{line}\n" for line in lines).encode())

    def line(self):
        """The next line, '' at the end of the stream."""
        return self.file.readline().rstrip("\n")

    def hears(self, *lines):
        got = [self.line() for _ in lines]
        assert got == list(lines)

    def until(self, last):
        """The lines before this one."""
        got = []
        while (line := self.line()) != last:
            assert line, got[-5:]
            got.append(line)
        return got

    def rest(self):
        """All lines to the end of the stream."""
        return self.file.read().splitlines()

    def close(self):
        self.file.close()
        self.sock.close()


@pytest.fixture
def chatting(network):
    """`chatting(policy=…)` begins a server; gives its network, the server, and a function that makes a caller.

    host: who calls; `call.end(ada, bob)` stops the server, gives what each still hears, and waits for its end.
    """
    with contextlib.ExitStack() as ending:

        def begin(port=None, net=None, **options):
            net = net or network("client", "server", **({"port": port} if port else {}))
            listener = ending.enter_context(net.server.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
            listener.bind((net.server.address, PORT))
            listener.listen()
            server = chat.Server(
                **{"grace": 60} | options
            )  # a busy machine is late, and no fault of the server's
            task = net.server.background(server.serve, listener)

            def call(name="", host=None, **how):
                caller = Caller(host or net.hosts[0], name, **how)
                ending.callback(caller.close)
                return caller

            def end(*callers):
                server.stop()
                heard = []
                for caller in callers:
                    heard.append(caller.rest())
                    caller.close()
                task.result(timeout=SECONDS)
                return heard

            ending.callback(end)
            call.end = end
            return net, server, call

        yield begin
