"""Put a server's calls in order."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.keeping import Keeper
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale
from labkit.lessons.sockets.asking import asked, called, finished, hears_the_end


def _serve_one(tale: Tale, serve_one: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    keeper = tale.keep(Keeper())
    shown = "serve_one(server, address)"
    running = tale.start(keeper.watch(serve_one), server, (server.address, 8080), shown=shown)
    caller = called(tale, client, server, running, shown)
    tale.did("a client connects to the address")
    for question in (b"hello", b"once more"):
        found = asked(caller, question)
        if found != question:
            if isinstance(found, str):
                finished(tale, running, server, shown)
            tale.fail(
                "the client sends {question!r} and should get it back, but got {found}:\n"
                "what recv() gives goes back through the same socket, until recv() gives b''",
                question=question,
                found=found,
            )
        tale.did("the client sends {question!r} and gets it back", question=question)
    if not hears_the_end(caller):
        finished(tale, running, server, shown)
        tale.fail("the client hangs up, but the server does not: close the connection, too")
    finished(tale, running, server, shown)
    if left := keeper.left_open():
        tale.fail(
            "{shown} returned and left {left} socket open: close the listening socket as well, or the port\n"
            "stays taken",
            shown=shown,
            left=left,
        )
    tale.did("the client hangs up; serve_one returns and leaves no socket open")


EXERCISE = Parsons(
    id="one-caller",
    title="serve one caller: send back what comes, until the caller hangs up",
    lines=(
        "def serve_one(host, address):",
        "    listener = host.socket()",
        "    listener.bind(address)",
        "    listener.listen()",
        "    conn, peer = listener.accept()",
        "    while data := conn.recv(1000):",
        "        conn.sendall(data)",
        "    conn.close()",
        "    listener.close()",
    ),
    extra=("    listener.connect(address)", "    data = listener.recv(1000)"),
    name="serve_one",
    story=_serve_one,
    hints=(
        "First a socket becomes one that can be called: it needs an address before it can listen. Two sockets are"
        " at work, one for calls and one for bytes.",
        "socket, bind, listen, accept; then the loop, with sendall inside it; then close, twice. A server does not"
        " connect, and a listener does not recv.",
        "listener = ..., bind, listen, conn, peer = accept, while ..., sendall, conn.close(), listener.close()",
    ),
    needs_network=True,
)
