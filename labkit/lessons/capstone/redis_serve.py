"""Stage 4: carry a conversation over a connection, and hold no more than the client reads."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.capstone.serving import BLOCK, SHOWN, Served
from labkit.words import say

MANY = 100  # requests, sent so that each comes by itself, each with an answer of 60 kB: 6 MB
MOST = 400_000  # bytes that may be held: asyncio's own bound, and the answers to one piece
WATCH_S = 0.4


def _serve(tale: Tale, serve: Callable[..., Any]) -> None:
    served = Served(tale, serve)
    for data, wanted in ((b"1", b"+OK\r\n"), (b"23", b"+OK\r\n+OK\r\n")):
        served.send(data)
        if (got := served.read(len(wanted))) != wanted:
            served.raised()
            tale.fail(
                "the client sends {data!r}, session.receive({data!r}) gives {wanted!r}, and the client got {got!r}:\n"
                "what has come goes to the session, and what it gives goes out at once",
                data=data,
                wanted=wanted,
                got=got,
            )
        tale.did("the client sends {data!r}, and gets {got!r}", data=data, got=got)
    _is_not_read(tale, served)
    served.client.shutdown(socket.SHUT_WR)
    if not served.ended():
        served.raised()
        tale.fail(
            "the client says that it has sent all, and should see the end, but waits:\nread() gives b'' then"
        )
    served.hung_up(say("the client has sent all"))
    tale.did("the client says that it has sent all: the server closes, too")
    _is_over(tale, serve)
    _is_lost(tale, serve)
    _fails(tale, serve)


def _is_not_read(tale: Tale, served: Served) -> None:
    """Many requests with large answers, and nobody reads."""
    before, asked = served.session.received, 0
    while asked < MANY and served.held <= MOST:
        count = served.session.received
        served.send(b"a")
        asked += 1
        tale.wait(lambda count=count: served.session.received > count, WATCH_S)  # type: ignore[misc]
        if served.session.received == count:
            break
    if served.session.received == before:
        served.raised()
        tale.fail("the client sends b'a', and session.receive(b'a') is not called")
    if served.held > MOST:
        served.client.close()
        tale.fail(
            "a client asks for 60 kB again and again, and reads nothing: {shown} holds more than {most:,}"
            " bytes for it:\n"
            "write() never waits; after each, await writer.drain()",
            shown=SHOWN,
            most=MOST,
        )
    tale.did(
        "a client asks for 60 kB again and again, and reads nothing: after a while the server asks it no more"
    )
    wanted = asked * len(BLOCK)
    if (got := served.read(wanted)) != bytes(wanted):
        served.raised()
        tale.fail(
            "then it reads, and should get {wanted:,} bytes, but got {got:,}:\nwhat was asked must be"
            " answered, all of it",
            wanted=wanted,
            got=len(got),
        )
    tale.did("then it reads, and gets all that it asked for")


def _is_over(tale: Tale, serve: Callable[..., Any]) -> None:
    served = Served(tale, serve)
    served.send(b"1!")
    wanted = b"+OK\r\n-ERR\r\n"
    if (got := served.read(len(wanted))) != wanted:
        served.raised()
        tale.fail(
            "a client sends what ends its session, and should be told {wanted!r}, but got {got!r}:\n"
            "send what the session gave, also if it is over now",
            wanted=wanted,
            got=got,
        )
    if not served.ended():
        served.raised()
        tale.fail(
            "a client sends what ends its session, is told so, and the connection stays open:\n"
            "look at session.over each time, before you read on"
        )
    served.hung_up(say("the session is over"))
    tale.did("another sends what ends its session: it is told {wanted!r}, and sees the end", wanted=wanted)


def _is_lost(tale: Tale, serve: Callable[..., Any]) -> None:
    served = Served(tale, serve)
    served.send(b"a" * 40)
    tale.wait(lambda: served.session.received)
    served.client.close()  # with unread bytes: its kernel says that the connection is broken
    error = served.running.error()
    if error is not None:
        tale.fail(
            "a client asks, and breaks its connection: {shown} raised {error}{at}:\n"
            "clients die every day, and a log full of it hides what matters; catch ConnectionError, and leave",
            shown=SHOWN,
            error=type(error).__name__,
            at=served.running.at,
        )
    served.hung_up(say("a client is lost"))
    tale.did("a third asks, and breaks its connection: the server leaves it at that")


def _fails(tale: Tale, serve: Callable[..., Any]) -> None:
    served = Served(tale, serve)
    served.send(b"?")
    error = served.running.error()
    if not isinstance(error, KeyError):
        tale.fail(
            "session.receive() raises a KeyError, a fault of the server's own, and nobody hears of it:\n"
            "catch what a dead connection raises, and nothing else"
        )
    if not served.closed:
        tale.fail(
            "session.receive() raises a KeyError, and the connection stays open:\n"
            "what must happen in any case stands in a `finally`"
        )
    tale.did("a fourth meets a fault of the server's own: that is raised, and its connection is closed")


EXERCISE = Exercise(
    "redis-serve",
    "Stage 4: carry it over a connection, and hold no more than is read",
    _serve,
    hints=(
        "A loop: what comes goes to the session, what it gives goes out. What ends the loop: the client's end, and the"
        " session's. What may happen at any await: the client dies. What must happen in any case: the connection is"
        " closed.",
        "while not session.over and (data := await reader.read(65_536)): write, and then await drain(), which waits"
        " while too much is held. Around it try, except ConnectionError: pass, and finally: writer.close().",
        "try:\n"
        "      while not session.over and (data := await reader.read(65_536)):\n"
        "          writer.write(session.receive(data))\n"
        "          await writer.drain()\n"
        "  except ConnectionError:\n"
        "      pass\n"
        "  finally:\n"
        "      writer.close()",
    ),
    place=4,
    steps=8,
    given=0,
    coroutine=True,
)
