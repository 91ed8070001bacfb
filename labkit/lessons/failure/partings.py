"""Five servers, each a program on a host of its own, and the ways in which one can be lost."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from labkit.drawing.tables import aligned
from labkit.words import say

if TYPE_CHECKING:
    from labkit.background.programs import Program
    from labkit.network.network import Network
    from labkit.sockets.hostsocket import HostSocket

PORT = 8080
WAITS_S = 0.7  # so long somebody listens before nothing has come
SETTLES_S = 1.2  # so long what was sent may need to bring something back
LOOKS_S = WAITS_S + SETTLES_S + WAITS_S  # so long, at least, until all four calls have told
PATIENCE_S = 10.0
LOOK_S = 0.005
HELLO, MORE = b"hello", b"one more thing"
# Reads what its one client says first, and nothing later; told to forget, it does what a loss of power does: it goes
# without a word (the cable is cut, so the RST is lost).
SERVER = """
import signal, socket, struct, sys
port, size = map(int, sys.argv[1:])
listener = socket.create_server(("", port))
print("listening", flush=True)
conn, _ = listener.accept()
conn.recv(size, socket.MSG_WAITALL)
def forget(*_):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()
    print("forgotten", flush=True)
signal.signal(signal.SIGUSR1, forget)
print("ready", flush=True)
while True:
    signal.pause()
"""


class Server:
    """A server's program on its host, and one client's connection to it, `sock`."""

    def __init__(self, net: Network, host: Any, program: Program) -> None:
        self.net, self.host, self.program = net, host, program
        self.sock: HostSocket | None = None

    def kill(self) -> None:
        """kill -9: its kernel closes its sockets."""
        with self.net.capture() as trace:
            self.program.kill()
            trace.wait_for(lambda: trace.select(source=self.host.name, delivered=True), PATIENCE_S)

    def hang(self) -> None:
        """It stands still, as in an endless loop: its kernel goes on."""
        self.program.send_signal(signal.SIGSTOP)

    def cut(self) -> None:
        """Its cable is cut, or its power has failed: from outside that is the same."""
        self.host.link.cut()

    def restart(self) -> None:
        """Its power fails, and comes back: it knows of no connection any more."""
        self.host.link.cut()
        with self.net.capture() as trace:
            self.program.send_signal(signal.SIGUSR1)
            self.program.wait_for("forgotten", PATIENCE_S)
            trace.wait_for(lambda: trace.select(source=self.host.name, flags="RST"), PATIENCE_S)
        self.host.link.mend()


@contextlib.contextmanager
def servers(net: Network, unread: str = "") -> Iterator[dict[str, Server]]:
    """A server on each host but the first, by the host's name, with a client's connection; gone at the end.

    unread: the host whose server does not read the last that it was sent.
    """
    client, *others = net.hosts
    found: dict[str, Server] = {}
    with contextlib.ExitStack() as ending:
        for host in others:
            program = host.spawn([sys.executable, "-u", "-c", SERVER, str(PORT), str(len(HELLO))])
            ending.callback(program.stop)
            ending.callback(program.kill)  # before: one that stands still hears no SIGTERM
            found[host.name] = Server(net, host, program)
        with net.capture() as trace:
            for name, server in found.items():
                server.program.wait_for("listening", PATIENCE_S)
                sock = server.sock = ending.enter_context(client.socket())
                sock.settimeout(PATIENCE_S)
                sock.connect((name, PORT))
                sock.sendall(HELLO + MORE if name == unread else HELLO)
                sock.settimeout(WAITS_S)
            for server in found.values():
                server.program.wait_for("ready", PATIENCE_S)
            trace.wait_until_quiet(PATIENCE_S)  # what has no acknowledgement would be sent again
        yield found
        for server in found.values():
            server.host.link.mend()


def settled(sock: HostSocket) -> None:
    """Wait until the connection is over, SETTLES_S at most: then what was sent has brought nothing back."""
    deadline = time.monotonic() + SETTLES_S
    while sock.state != "CLOSED" and time.monotonic() < deadline:
        time.sleep(LOOK_S)


def felt(call: Any, *arguments: Any) -> str:
    """What a call on a socket told: that it went well, the end, the error's name, or nothing (it waits)."""
    try:
        value = call(*arguments)
    except TimeoutError as error:
        return "nothing" if error.errno is None else "ETIMEDOUT"
    except OSError as error:
        return type(error).__name__
    return "the end" if value == b"" else "fine"


def when(row: list[str]) -> str:
    """When somebody heard of a loss, by what recv(), send(), recv(), send() told in this order: in words."""
    waited, _, then, _ = row
    if waited != "nothing":
        return say("while waiting")
    return say("after a send") if then != "nothing" else say("not in {seconds} s", seconds=int(LOOKS_S))


class Table(dict[str, list[str]]):
    """What was told, in rows by name: a table, as text."""

    def __init__(self, *columns: str, rows: Iterable[tuple[str, list[str]]] = ()) -> None:
        super().__init__(rows)
        self.columns = columns

    def __repr__(self) -> str:
        return "\n".join(aligned([["", *self.columns], *([name, *row] for name, row in self.items())]))
