"""Write what an echo server's loop does for a connection that is ready, and never wait."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable
from time import monotonic
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.many.callers import IDLE_S, PATIENCE_S, Callers
from labkit.words import say

LARGE = 1_000_000
PIECE = 65_536
STALLED_S = 0.8
BUSY_S = 4.0  # how long a busy machine may keep a server from what it has to do
SPINS = 50  # times that select() may return while nobody sends and nobody reads: it should not at all


def _attend(tale: Tale, attend: Callable[..., Any]) -> None:
    callers = Callers(tale, attend)
    try:
        _served(tale, callers)
    finally:
        callers.listener.shutdown(socket.SHUT_RDWR)  # the loop's next accept() raises, and the loop ends


def _served(tale: Tale, callers: Callers) -> None:
    quick = callers.connect()
    for question in (b"hello", b"again"):
        if not callers.echoed(quick, question):
            if callers.came:
                tale.fail(
                    "a client sends {question!r}, and should get it back, but got {came!r}:\n"
                    "what was sent is owed no longer; take it out of this bytearray itself, for it is the one that the"
                    " selector has",
                    question=question,
                    came=callers.came,
                )
            tale.fail(
                "a client sends {question!r}, and should get it back within {seconds:g} s, but did not:\n"
                "what recv() gave is owed; add it to owed, and wait until the connection can be written",
                question=question,
                seconds=PATIENCE_S,
            )
    tale.did("a client sends b'hello', then b'again', and gets both back")
    deaf = callers.connect()
    data = struct.pack(f">{LARGE // 4}I", *range(LARGE // 4))
    sent = _stalls(tale, callers, deaf, quick, data)
    got = _carry(deaf, data, sent)
    if got != data:
        callers.raised()
        told = say("{n:,}", n=len(got)) if len(got) < LARGE else say("as many, but others")
        tale.fail(
            "the other reads at last, and of its {size:,} bytes it got {told} back:\n"
            "send() says how much it took; what it did not take stays in owed, and is sent when there is room",
            size=LARGE,
            told=told,
        )
    tale.did("the other reads at last, and gets all {size:,} bytes back, in order", size=LARGE)
    _ends(tale, callers, deaf)
    _resets(tale, callers, quick)


def _stalls(tale: Tale, callers: Callers, deaf: Any, quick: Any, data: bytes) -> int:
    deaf.setblocking(False)
    sent = 0
    latest = monotonic() + STALLED_S + BUSY_S
    try:
        while sent < len(data):
            if tale.calmly(lambda: select.select([], [deaf], [], STALLED_S)[1], STALLED_S / 2):
                sent += deaf.send(data[sent : sent + PIECE])
            elif callers.running.done or callers.full(deaf) or monotonic() > latest:
                break  # or else the server is only late, on a busy machine
    except ConnectionError:
        callers.raised()
        tale.fail("another client sends {size:,} bytes, and the server ends its connection", size=LARGE)
    if not callers.echoed(quick, b"hello"):
        tale.fail(
            "another client sends {size:,} bytes and reads nothing; the first asks, and gets no answer:\n"
            "the loop waits for the one who does not read; use send(), on a socket that does not block",
            size=LARGE,
        )
    if sent == len(data):
        tale.fail(
            "another client sends {size:,} bytes and reads nothing, and the server took them all:\n"
            "they lie in its memory; while a client is owed something, wait for EVENT_WRITE alone",
            size=LARGE,
        )
    tale.did(
        "another sends {size:,} bytes and reads nothing: it has to wait, and the first is answered",
        size=LARGE,
    )
    before = callers.selector.returned
    tale.wait(lambda: callers.selector.returned > before + SPINS, IDLE_S)
    if callers.selector.returned > before + SPINS:
        tale.fail(
            "nobody sends and nobody reads for {seconds:g} s, and select() returned more than {times} times:\n"
            "so it burns a processor; a socket can nearly always be written: wait for EVENT_WRITE only while"
            " something is owed",
            seconds=IDLE_S,
            times=SPINS,
        )
    tale.did("nobody sends and nobody reads: the loop sleeps")
    return sent


def _carry(deaf: Any, data: bytes, sent: int) -> bytes:
    """Send the rest, and read all that comes back, or as much as comes."""
    got = bytearray()
    while len(got) < len(data):
        readable, writable, _ = select.select([deaf], [deaf] if sent < len(data) else [], [], PATIENCE_S)
        if not (readable or writable):
            break
        try:
            if writable:
                sent += deaf.send(data[sent : sent + PIECE])
            if readable:
                piece = deaf.recv(PIECE)
                if not piece:
                    break
                got += piece
        except ConnectionError:
            break  # what came is what the caller tells of
    return bytes(got)


def _ends(tale: Tale, callers: Callers, deaf: Any) -> None:
    deaf.settimeout(PATIENCE_S)
    deaf.shutdown(socket.SHUT_WR)
    try:
        end = deaf.recv(1)
    except TimeoutError:
        callers.raised()
        tale.fail(
            "it hangs up, and should see the end within {seconds:g} s, but waits:\n"
            "recv() gives b'' then; unregister the connection, and close it",
            seconds=PATIENCE_S,
        )
    except ConnectionError as error:
        tale.fail("it hangs up, and should see the end, but got {error!r}", error=error)
    if end:
        tale.fail("it hangs up, and should see the end, but got {end!r}", end=end)
    tale.did("it hangs up: the server closes, too")


def _resets(tale: Tale, callers: Callers, quick: Any) -> None:
    lost = callers.connect()
    lost.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if not callers.echoed(lost, b"hello"):
        tale.fail("a third client sends b'hello', and should get it back, but did not")
    lost.close()  # a RST: see options
    tale.did("a third client asks, too, and is lost: a RST comes, and the next call on its connection raises")
    for _ in range(2):  # the first answer may come before the loop gets to the one that is lost
        if not callers.echoed(quick, b"hello"):
            tale.fail("a third client is lost (RST), and the first gets no answer any more")
    tale.did("the first is answered as before")


EXERCISE = Exercise(
    id="attend",
    title="Write the heart of a loop that never waits",
    story=_attend,
    hints=(
        "A connection is in one of two moods. It is owed nothing: wait until it can be read, and what comes is owed. Or"
        " it is owed something: wait until it can be written, and send what goes. It changes between them by"
        " selector.modify().",
        "With EVENT_WRITE in events: n = conn.send(owed), and drop n bytes from the front of owed. Otherwise"
        " conn.recv(65_536): add it to owed, or, if it is b'', unregister and close. Then modify: EVENT_WRITE if"
        " something is owed, else EVENT_READ. Around all that: except ConnectionError, unregister and close.",
        "try:\n"
        "      if events & EVENT_WRITE:\n"
        "          del owed[:conn.send(owed)]\n"
        "      elif data := conn.recv(65_536):\n"
        "          owed += data\n"
        "      else:\n"
        "          raise EOFError\n"
        "      selector.modify(conn, EVENT_WRITE if owed else EVENT_READ, owed)\n"
        "  except (EOFError, ConnectionError):\n"
        "      selector.unregister(conn)\n"
        "      conn.close()",
    ),
    needs_network=True,
    place=1,
    steps=7,
    given=0,
)
