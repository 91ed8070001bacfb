"""Ask a server one question, and read the whole answer."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.keeping import Keeper
from labkit.learn.kit.tale import Tale
from labkit.lessons.sockets.asking import AT, PATIENCE_S
from labkit.running.tracebacks import named
from labkit.words import say


def _ask(tale: Tale, ask: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    keeper = tale.keep(Keeper())
    ask = keeper.watch(ask)
    listener = tale.keep(server.socket())
    listener.bind(AT)
    listener.listen()
    listener.settimeout(PATIENCE_S)
    shown = f'ask(client, ("{server.address}", 8080), b"who?")'
    running = tale.start(ask, client, (server.address, 8080), b"who?", shown=shown)
    try:
        conn = tale.keep(listener.accept()[0])
    except TimeoutError:
        running.finish(PATIENCE_S)
        if keeper.made:
            tale.fail("{shown} returned, and the server was never called", shown=shown)
        tale.fail(
            "{shown} returned, and the server was never called;\n"
            "make the socket with host.socket(): only that one is on the host's network",
            shown=shown,
        )
    tale.did("{shown}: the server is called", shown=shown)
    conn.settimeout(PATIENCE_S)
    try:
        question = conn.recv(100)
    except TimeoutError:
        if running.done:
            running.finish(PATIENCE_S)
        tale.fail(
            "the server should receive b'who?', but nothing came in {seconds:g} s: send the question",
            seconds=PATIENCE_S,
        )
    if not question:
        running.finish(PATIENCE_S)
        tale.fail("the server should receive b'who?', but the client hung up: send the question first")
    tale.expect(say("the server's recv(100)"), question, b"who?")
    conn.sendall(b"It is ")
    tale.did("the server sends b'It is '")
    tale.wait(lambda: _has_received(client))  # so that what follows comes by itself
    try:
        conn.sendall(b"me.")
    except ConnectionError:
        tale.did("the server wants to send b'me.', but the client has gone")
    else:
        tale.did("the server sends b'me.' and closes")
    conn.close()
    found = running.finish(PATIENCE_S)
    if isinstance(found, bytes) and found and b"It is me.".startswith(found) and found != b"It is me.":
        tale.fail(
            "{shown} should return b'It is me.', but returned {found!r}:\n"
            "one recv() gives what is there, not the whole answer; the answer ends where recv() gives b''",
            shown=shown,
            found=found,
        )
    tale.expect(shown, found, b"It is me.", "All that came, as bytes, in the order in which it came.")
    _none_open(tale, keeper, shown)

    shown = f'ask(client, ("{server.address}", 8081), b"who?")'
    error = tale.start(ask, client, (server.address, 8081), b"who?", shown=shown).error()
    if not isinstance(error, ConnectionRefusedError):
        got = say("it returned") if error is None else say("it raised {error}", error=named(error))
        tale.fail(
            "{shown}: nobody listens there; whoever called ask must hear of it, so let\n"
            "ConnectionRefusedError through. But {got}",
            shown=shown,
            got=got,
        )
    tale.did("{shown}: nobody listens there; raised ConnectionRefusedError", shown=shown)
    _none_open(tale, keeper, shown)


def _has_received(host: Any) -> bool:
    """Has a receiving call on this host returned?"""
    return any(
        call.host == host.name and call.name.startswith("recv") and not call.blocked
        for call in host.core.timeline.calls()
    )


def _none_open(tale: Tale, keeper: Keeper, shown: str) -> None:
    if keeper.left_open():
        tale.fail(
            "after {shown} its socket is still open: close it, whatever happens;\n"
            "`with host.socket() as sock:` does",
            shown=shown,
        )
    tale.did("its socket is closed")


EXERCISE = Exercise(
    id="ask",
    title="Ask one question and return the whole answer",
    story=_ask,
    hints=(
        "A client does less than a server: socket, connect, send, receive, close. The server says that its answer"
        " is complete by closing, and you hear that as b''.",
        "Collect in a loop what recv() gives, until it gives b''. Let a `with` close the socket, so that it is"
        " closed when connect() raises, too.",
        "with host.socket() as sock: sock.connect(address); sock.sendall(question); answer = b'', then\n"
        "  while part := sock.recv(1000): answer += part, and return answer",
    ),
    needs_network=True,
    place=2,
    steps=8,
)
