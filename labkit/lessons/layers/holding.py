"""What a connection costs in memory, by the layer that serves it: measured in programs of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import Any

from labkit.running.child import python_command
from labkit.words import say

WAYS = ("raw", "Lines", "streams", "Protocol")  # as the lesson calls them
FEWEST, MOST = 50, 300  # of fewer a page more or less is told; two descriptors each, of 1,024
FIRST = 20  # connections before the count begins: what a program takes once is no connection's
PATIENCE_S = 30
_PAGES = "/proc/self/statm"  # proc(5): its second number is how many pages are resident


def memory_kb(connections: int = 100) -> dict[str, float]:
    """How many kB of resident memory each way takes for a connection that it holds, by name.

    connections   how many are held, from 50 to 300; each has sent one line and got it back

    Each way is a program of its own, on the machine's loopback.  Raises ValueError for other numbers, and RuntimeError
    with what a program said if it fails.
    """
    if not FEWEST <= connections <= MOST:
        template = "a way holds from {fewest} to {most} connections (got {n})"
        raise ValueError(say(template, fewest=FEWEST, most=MOST, n=connections))
    running = [
        subprocess.Popen(
            python_command(__name__, number, connections),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(len(WAYS))
    ]
    found = {}
    try:
        for way, program in zip(WAYS, running, strict=True):
            told, errors = program.communicate(timeout=PATIENCE_S)
            if program.returncode:
                raise RuntimeError(
                    say("the program that serves by {way} failed:\n{errors}", way=way, errors=errors)
                )
            found[way] = round(float(told), 1)
    finally:
        for program in running:
            if program.poll() is None:
                program.kill()
                program.communicate()
    return found


def main(number: int, connections: int) -> None:
    """Serve in one way, hold so many connections, and print the kB that each took."""
    globals()[f"_serve_by_{WAYS[number].lower()}"](connections)


def _measure(address: tuple[str, int], connections: int) -> None:
    """Connect, measure, and end the program: its threads wait for clients that have nothing more to say."""
    held = _connected(address, FIRST)
    before = _resident()
    held += _connected(address, connections)
    print((_resident() - before) / 1024 / connections, flush=True)
    os._exit(0)


def _connected(address: tuple[str, int], count: int) -> list[socket.socket]:
    """So many clients, each of which was answered: what serves it is there."""
    held = []
    for _ in range(count):
        held.append(socket.create_connection(address, timeout=PATIENCE_S))
        held[-1].sendall(b"hello\n")
        if held[-1].recv(100) != b"hello\n":
            sys.exit("no echo")
    return held


def _resident() -> int:
    with open(_PAGES) as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _echo(conn: socket.socket) -> None:
    while data := conn.recv(1000):
        conn.sendall(data)


def _serve_by_raw(connections: int) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            threading.Thread(target=_echo, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    _measure(listener.getsockname(), connections)


def _serve_by_lines(connections: int) -> None:
    import socketserver

    class Lines(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                self.wfile.write(line)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lines)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _measure(server.server_address[:2], connections)  # type: ignore[arg-type]  # AF_INET: a name and a port


def _serve_by_streams(connections: int) -> None:
    import asyncio

    async def echo(reader: Any, writer: Any) -> None:
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()

    async def serve() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        await asyncio.to_thread(_measure, server.sockets[0].getsockname(), connections)

    asyncio.run(serve())


def _serve_by_protocol(connections: int) -> None:
    import asyncio

    class Echo(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            self.transport.write(data)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
        await asyncio.to_thread(_measure, server.sockets[0].getsockname(), connections)

    asyncio.run(serve())
