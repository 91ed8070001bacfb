"""Exercises of lesson 01, "Sockets, ports and the life cycle"."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from labkit.learn.exercises import lesson01_because, lesson01_quiz
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.keeping import Keeper
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Running, Tale

LESSON = "01"

BECAUSE = lesson01_because.BECAUSE
QUIZZES = lesson01_quiz.QUIZZES

_PATIENCE_S = 1.0
_AT = ("server", 8080)

# --- what all three have in common --------------------------------------------------------------------------

_REASONS = {
    ("bind", errno.EINVAL): "This socket has its address already: bind() comes once, and before listen().",
    ("bind", errno.EADDRNOTAVAIL): "A socket is bound to an address of its own host.",
    ("accept", errno.EINVAL): "accept() takes calls from a socket that listens, and this one does not yet.",
    ("accept", errno.EBADF): "This socket is closed already: nobody can call it any more.",
    ("listen", errno.EBADF): "This socket is closed already.",
    ("recv", errno.ENOTCONN): (
        "A listening socket carries no bytes: it only takes calls. The bytes of one client come through the\n"
        "socket that accept() returned for it."
    ),
    ("recv", errno.EBADF): "This socket is closed already: read first, hang up afterwards.",
    ("sendall", errno.EPIPE): (
        "A listening socket carries no bytes: it only takes calls. Answer through the socket that accept()\n"
        "returned for this client."
    ),
    ("connect", errno.EISCONN): "A server does not call; it waits to be called, in accept().",
}


def _explained(tale: Tale, error: BaseException, server: Any, shown: str) -> None:
    """End the story with an error of the learner's sockets, and what it means; others are told as they are."""
    number = getattr(error, "errno", None)
    failed = [call for call in server.core.timeline.calls() if call.error and call.host == server.name]
    if not isinstance(error, OSError) or number is None or not failed:
        return
    name = "recv" if failed[-1].name.startswith("recv") else failed[-1].name
    if reason := _REASONS.get((name, number)):
        tale.fail(f"{shown}: {failed[-1].name}() raised {type(error).__name__}: {error}\n{reason}")


def _finished(tale: Tale, running: Running, server: Any, shown: str, seconds: float = _PATIENCE_S) -> Any:
    error = running.error(seconds)
    if error is not None:
        _explained(tale, error, server, shown)
    return running.finish(seconds)


def _called(tale: Tale, host: Any, server: Any, running: Running, shown: str) -> Any:
    """A socket of *host* connected to the learner's server, as soon as that listens."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        caller = tale.keep(host.socket())
        caller.settimeout(_PATIENCE_S)
        try:
            caller.connect(_AT)
        except ConnectionError:  # refused; or reset, because it stopped listening at that moment
            caller.close()
            if running.done or time.monotonic() > deadline:
                _finished(tale, running, server, shown, 0.05)
                tale.fail(f"{shown} returned, and nobody had been able to call: no socket ever listened")
            time.sleep(0.01)  # nothing tells when another thread's socket begins to listen
        else:
            return caller


def _asked(caller: Any, question: bytes, room: int = 100) -> bytes | str:
    """What comes back for a question: bytes, or in words why there are none."""
    try:
        caller.sendall(question)
        got = b""
        while len(got) < len(question):
            part = caller.recv(room)
            if not part:
                return got or "the end"
            got += part
        return got
    except TimeoutError:
        return f"nothing within {_PATIENCE_S:g} s"
    except ConnectionError as error:
        return type(error).__name__


def _hears_the_end(caller: Any) -> bool:
    """Does the server hang up once the client has?"""
    try:
        caller.shutdown(socket.SHUT_WR)
        return caller.recv(100) == b""
    except OSError:  # nothing came in time, or a reset: that is no goodbye
        return False


# --- put a server's calls in order --------------------------------------------------------------------------


def _serve_one(tale: Tale, serve_one: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    keeper = tale.keep(Keeper())
    shown = "serve_one(server, address)"
    running = tale.start(keeper.watch(serve_one), server, (server.address, 8080), shown=shown)
    caller = _called(tale, client, server, running, shown)
    tale.did("a client connects to the address")
    for question in (b"hello", b"once more"):
        found = _asked(caller, question)
        if found != question:
            if isinstance(found, str):
                _finished(tale, running, server, shown, 0.05)
            tale.fail(
                f"the client sends {question!r} and should get it back, but got {found}:\n"
                "what recv() gives goes back through the same socket, until recv() gives b''"
            )
        tale.did(f"the client sends {question!r} and gets it back")
    if not _hears_the_end(caller):
        _finished(tale, running, server, shown, 0.05)
        tale.fail("the client hangs up, but the server does not: close the connection, too")
    _finished(tale, running, server, shown)
    if open_ := keeper.left_open():
        tale.fail(
            f"{shown} returned and left {open_} socket open: close the listening socket as well, or the port\n"
            "stays taken"
        )
    tale.did("the client hangs up; serve_one returns and leaves no socket open")


ONE_CALLER = Parsons(
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

# --- the server that hears one caller only ------------------------------------------------------------------


def _every_caller(tale: Tale, serve: Any) -> None:
    net = tale.network("ann", "bob", "server")
    ann, bob, server = net.hosts
    listener = tale.keep(server.socket())
    listener.bind(_AT)
    listener.listen()
    shown = "serve(listener, 2)"
    keeper = tale.keep(Keeper())
    running = tale.start(keeper.watch(serve), listener, 2, shown=shown)
    for name, host, questions in (("Ann", ann, (b"one", b"two")), ("Bob", bob, (b"hello",))):
        if listener.fileno() < 0:
            tale.fail(f"serve closed the listener before {name} could call: it is needed for every caller")
        caller = tale.keep(host.socket())
        caller.settimeout(_PATIENCE_S)
        caller.connect(_AT)
        tale.did(f"{name} connects")
        for question in questions:
            found = _asked(caller, question)
            if found != question.upper():
                _unanswered(tale, running, server, shown, name, question, found)
            tale.did(f"{name} sends {question!r} and gets {found!r}")
        if not _hears_the_end(caller):
            _not_hung_up(tale, running, server, shown, name)
        tale.did(f"{name} hangs up, and so does the server")
    _finished(tale, running, server, shown)
    tale.did(f"{shown} returned")


def _not_hung_up(tale, running, server, shown, name) -> None:
    if running.done:
        _finished(tale, running, server, shown, 0.05)
        tale.fail(
            f"{name} hangs up; but the server did not wait for that: serve has returned, with {name}'s connection\n"
            "open, and whoever calls now waits for accept(). It should have answered until recv() gave b'',\n"
            "called conn.close(), and then accept() again for the next caller"
        )
    tale.fail(
        f"{name} hangs up, and the server should hang up too and turn to the next caller, but it did not:\n"
        "recv() gives b'' when the caller has hung up; that ends the loop, and then conn.close()"
    )


def _unanswered(tale, running, server, shown, name, question, found) -> None:
    waiting = server.sockets().find(owner="waits for accept()")
    if waiting:
        ended = "serve has returned" if running.done else "serve goes on without it"
        tale.fail(
            f"{name} sends {question!r} and gets {found}. The table says why: that connection waits for\n"
            f"accept(), and {ended}. One accept() gives one caller: call it again for the next"
        )
    if running.done:
        _finished(tale, running, server, shown, 0.05)
    if isinstance(found, str) and (standing := _stands_in_accept(server)):
        tale.fail(
            f"{name} sends {question!r} and gets {found}: serve stands in accept() ({standing}),\n"
            "waiting for another caller. A caller may ask more than once: answer each one until recv() gives b'',\n"
            "and only then accept the next"
        )
    if isinstance(found, bytes):
        tale.fail(
            f"{name} sends {question!r} and should get {question.upper()!r}, but got {_short(found)}:\n"
            "what one recv() gave goes back once, in capitals: conn.sendall(question.upper())"
        )
    tale.fail(
        f"{name} sends {question!r} and should get {question.upper()!r}, but got {found}:\n"
        "a caller may ask more than once; answer until recv() gives b''"
    )


def _stands_in_accept(server: Any) -> str:
    """Which accept() of the server has not returned ("the second"), "" if none is waiting."""
    accepts = [call for call in server.core.timeline.calls() if call.name == "accept"]
    if not accepts or not accepts[-1].blocked:
        return ""
    return f"its call number {len(accepts)}"


def _short(found: bytes) -> str:
    return repr(found) if len(found) <= 20 else f"{found[:20]!r} and more"


EVERY_CALLER = Exercise(
    id="every-caller",
    title="Mend a server that hears its first caller only",
    story=_every_caller,
    hints=(
        "accept() takes one connection off the queue. Whoever is not accepted is connected, and talks to nobody.",
        "Two loops: the outer one accepts, once for each caller; the inner one answers until recv() gives b''."
        " Between them, close the connection.",
        "for _ in range(callers):\n      conn, peer = listener.accept()\n"
        "      while question := conn.recv(100):\n          conn.sendall(question.upper())\n      conn.close()",
    ),
    needs_network=True,
)

# --- ask one question ---------------------------------------------------------------------------------------


def _ask(tale: Tale, ask: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    keeper = tale.keep(Keeper())
    ask = keeper.watch(ask)
    listener = tale.keep(server.socket())
    listener.bind(_AT)
    listener.listen()
    listener.settimeout(_PATIENCE_S)
    shown = f'ask(client, ("{server.address}", 8080), b"who?")'
    running = tale.start(ask, client, (server.address, 8080), b"who?", shown=shown)
    try:
        conn = tale.keep(listener.accept()[0])
    except TimeoutError:
        running.finish(0.05)
        why = (
            ""
            if keeper.made
            else ";\nmake the socket with host.socket(): only that one is on the host's network"
        )
        tale.fail(f"{shown} returned, and the server was never called{why}")
    tale.did(f"{shown}: the server is called")
    conn.settimeout(_PATIENCE_S)
    try:
        question = conn.recv(100)
    except TimeoutError:
        if running.done:
            running.finish(0.05)
        tale.fail(
            f"the server should receive b'who?', but nothing came in {_PATIENCE_S:g} s: send the question"
        )
    if not question:
        running.finish(_PATIENCE_S)
        tale.fail("the server should receive b'who?', but the client hung up: send the question first")
    tale.expect("the server's recv(100)", question, b"who?")
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
    found = running.finish(_PATIENCE_S)
    if isinstance(found, bytes) and found and b"It is me.".startswith(found) and found != b"It is me.":
        tale.fail(
            f"{shown} should return b'It is me.', but returned {found!r}:\n"
            "one recv() gives what is there, not the whole answer; the answer ends where recv() gives b''"
        )
    tale.expect(shown, found, b"It is me.", "All that came, as bytes, in the order in which it came.")
    _none_open(tale, keeper, shown)

    shown = f'ask(client, ("{server.address}", 8081), b"who?")'
    error = tale.start(ask, client, (server.address, 8081), b"who?", shown=shown).error()
    if not isinstance(error, ConnectionRefusedError):
        got = "it returned" if error is None else f"it raised {type(error).__name__}: {error}"
        tale.fail(
            f"{shown}: nobody listens there; whoever called ask must hear of it, so let\n"
            f"ConnectionRefusedError through. But {got}"
        )
    tale.did(f"{shown}: nobody listens there; raised ConnectionRefusedError")
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
            f"after {shown} its socket is still open: close it, whatever happens;\n"
            "`with host.socket() as sock:` does"
        )
    tale.did("its socket is closed")


ASK = Exercise(
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
)

EXERCISES = (EVERY_CALLER, ASK)
ORDERS = (ONE_CALLER,)
