"""Mend a server that hears one caller only."""

from __future__ import annotations

from typing import Any, NoReturn

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.keeping import Keeper
from labkit.learn.kit.tale import Running, Tale
from labkit.lessons.sockets.asking import AT, PATIENCE_S, asked, finished, hears_the_end
from labkit.sockets.row import QUEUE
from labkit.words import say


def _every_caller(tale: Tale, serve: Any) -> None:
    net = tale.network("ann", "bob", "server")
    ann, bob, server = net.hosts
    listener = tale.keep(server.socket())
    listener.bind(AT)
    listener.listen()
    shown = "serve(listener, 2)"
    keeper = tale.keep(Keeper())
    running = tale.start(keeper.watch(serve), listener, 2, shown=shown)
    for name, host, questions in (("Ann", ann, (b"one", b"two")), ("Bob", bob, (b"hello",))):
        if listener.fileno() < 0:
            tale.fail(
                "serve closed the listener before {name} could call: it is needed for every caller", name=name
            )
        caller = tale.keep(host.socket())
        caller.settimeout(PATIENCE_S)
        caller.connect(AT)
        tale.did("{name} connects", name=name)
        for question in questions:
            found = asked(caller, question)
            if found != question.upper():
                _unanswered(tale, running, server, shown, name, question, found)
            tale.did(
                "{name} sends {question!r} and gets {found!r}", name=name, question=question, found=found
            )
        if not hears_the_end(caller):
            _not_hung_up(tale, running, server, shown, name)
        tale.did("{name} hangs up, and so does the server", name=name)
    finished(tale, running, server, shown)
    tale.did("{shown} returned", shown=shown)


def _not_hung_up(tale: Tale, running: Running, server: Any, shown: str, name: str) -> NoReturn:
    if running.done:
        finished(tale, running, server, shown)
        tale.fail(
            "{name} hangs up; but the server did not wait for that: serve has returned, with {name}'s connection\n"
            "open, and whoever calls now waits for accept(). It should have answered until recv() gave b'',\n"
            "called conn.close(), and then accept() again for the next caller",
            name=name,
        )
    tale.fail(
        "{name} hangs up, and the server should hang up too and turn to the next caller, but it did not:\n"
        "recv() gives b'' when the caller has hung up; that ends the loop, and then conn.close()",
        name=name,
    )


def _unanswered(
    tale: Tale, running: Running, server: Any, shown: str, name: str, question: bytes, found: bytes | str
) -> NoReturn:
    asked = {"name": name, "question": question}
    waiting = [row for row in server.sockets() if row.held_by.kind == QUEUE]
    if waiting and running.done:
        tale.fail(
            "{name} sends {question!r} and gets {found}. The table says why: that connection waits for\n"
            "accept(), and serve has returned. One accept() gives one caller: call it again for the next",
            **asked,
            found=found,
        )
    if waiting:
        tale.fail(
            "{name} sends {question!r} and gets {found}. The table says why: that connection waits for\n"
            "accept(), and serve goes on without it. One accept() gives one caller: call it again for the next",
            **asked,
            found=found,
        )
    if running.done:
        finished(tale, running, server, shown)
    if isinstance(found, str) and (standing := _stands_in_accept(server)):
        tale.fail(
            "{name} sends {question!r} and gets {found}: serve stands in accept() (its call number {number}),\n"
            "waiting for another caller. A caller may ask more than once: answer each one until recv() gives b'',\n"
            "and only then accept the next",
            **asked,
            found=found,
            number=standing,
        )
    if isinstance(found, bytes):
        tale.fail(
            "{name} sends {question!r} and should get {wanted!r}, but got {found}:\n"
            "what one recv() gave goes back once, in capitals: conn.sendall(question.upper())",
            **asked,
            wanted=question.upper(),
            found=_short(found),
        )
    tale.fail(
        "{name} sends {question!r} and should get {wanted!r}, but got {found}:\n"
        "a caller may ask more than once; answer until recv() gives b''",
        **asked,
        wanted=question.upper(),
        found=found,
    )


def _stands_in_accept(server: Any) -> int:
    """Which accept() of the server has not returned, counted from 1; 0 if none is waiting."""
    accepts = [call for call in server.core.timeline.calls() if call.name == "accept"]
    return len(accepts) if accepts and accepts[-1].blocked else 0


def _short(found: bytes) -> str:
    return repr(found) if len(found) <= 20 else say("{begin!r} and more", begin=found[:20])


EXERCISE = Exercise(
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
    steps=8,
    given=3,
)
