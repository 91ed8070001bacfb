"""Read so many bytes within so much time, all in all."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import SECONDS, Running, Tale
from labkit.running.tracebacks import named
from labkit.words import say

DRIP_S = 0.1
LIMIT_S = 0.4
MOST_S = 0.8  # by then it must have given up; a peer drips for as long, while the machine runs
PATIENCE_S = 1.0
PIECE_S = 0.5
MOMENT_S = 1e-9  # no call is so short: after the first one the deadline is past
BEFORE_S = 7


def _read_within(tale: Tale, read_within: Any) -> None:
    ours, theirs = map(tale.keep, socket.socketpair())
    ours.settimeout(BEFORE_S)

    shown = "read_within(sock, 4, 2)"
    theirs.sendall(b"abcdef")
    tale.did("the peer sends {data!r}", data=b"abcdef")
    found = tale.call(read_within, ours, 4, 2, shown=shown)
    if found is None:
        tale.fail(
            "{shown} should return {wanted!r}, but returned None: is there a return?",
            shown=shown,
            wanted=b"abcd",
        )
    tale.expect(shown, found, b"abcd", "never take more than n bytes")

    running = tale.start(read_within, ours, 4, 2, shown=shown)
    theirs.sendall(b"g")
    tale.wait(lambda: running.done, DRIP_S)
    if not running.done:
        theirs.sendall(b"h")
    tale.did("the peer sends one byte, and another a little later")
    tale.expect(shown, running.finish(), b"efgh", "recv gives what has come; go on until there are n bytes")
    _as_it_was(tale, ours, shown)
    _leaves_the_next(tale, read_within, ours, theirs, shown)
    _is_over_between(tale, read_within)

    shown = say("read_within(sock, 100, {limit:g})", limit=LIMIT_S)
    # Where no byte comes for so long, a timeout of each call is over, too.
    tale.calmly(lambda: _gives_up(tale, read_within, ours, theirs, shown), LIMIT_S / 2)
    tale.did("{shown}: a byte came every {drip:g} s; raised TimeoutError in time", shown=shown, drip=DRIP_S)
    _as_it_was(tale, ours, shown)

    theirs.sendall(b"xy")
    theirs.close()
    shown = "read_within(sock, 1000, 2)"
    error = tale.start(read_within, ours, 1000, 2, shown=shown).error()
    if not isinstance(error, EOFError):
        tale.fail(
            "{shown}: the peer has ended after a few bytes, and it should raise EOFError, but {outcome}:\n"
            "recv gives b'' at the end, and will give nothing else",
            shown=shown,
            outcome=_outcome(error),
        )
    tale.did("{shown}: the peer ended before; raised EOFError", shown=shown)
    _as_it_was(tale, ours, shown)


def _leaves_the_next(
    tale: Tale, read_within: Any, ours: socket.socket, theirs: socket.socket, shown: str
) -> None:
    """Of what comes behind a first piece it takes only what is missing."""
    theirs.sendall(b"ab")
    running = tale.start(read_within, ours, 4, 2, shown=shown)
    # Who looks first and takes when all is there leaves them unread: so it waits for a part of the limit only.
    tale.wait(lambda: running.done or not select.select([ours], [], [], 0)[0], PIECE_S)
    theirs.sendall(b"cdef")
    tale.did("the peer sends {first!r}, and when that is read {second!r}", first=b"ab", second=b"cdef")
    found = running.finish()
    if isinstance(found, bytes | bytearray) and len(found) > 4:
        tale.fail(
            "{shown} took {n} bytes: {rest!r} belongs to the next message. Ask for n - len(got)",
            shown=shown,
            n=len(found),
            rest=bytes(found[4:]),
        )
    tale.expect(shown, found, b"abcd")
    shown = "read_within(sock, 2, 2)"
    rest = tale.start(read_within, ours, 2, 2, shown=shown)
    because = say("what came after the four bytes belongs to this call; ask recv only for what is missing")
    tale.expect(shown, rest.finish(SECONDS + PATIENCE_S, because), b"ef")


def _is_over_between(tale: Tale, read_within: Any) -> None:
    """The time is over as soon as the first piece is there, on sockets of their own: it may be read, or not."""
    ours, theirs = map(tale.keep, socket.socketpair())
    ours.settimeout(BEFORE_S)
    shown = f"read_within(sock, 4, {MOMENT_S:g})"
    theirs.sendall(b"ab")
    error = tale.start(read_within, ours, 4, MOMENT_S, shown=shown).error()
    if isinstance(error, ValueError):
        tale.fail(
            "{shown} raised ValueError: the time left was below 0; raise TimeoutError yourself", shown=shown
        )
    if isinstance(error, BlockingIOError):
        tale.fail(
            "{shown} raised BlockingIOError: with a timeout of 0 recv does not wait at all;\n"
            "when no time is left, raise TimeoutError yourself",
            shown=shown,
        )
    if not isinstance(error, TimeoutError):
        tale.fail(
            "{shown}: two bytes are there, no more come, and it should raise TimeoutError, but {outcome}",
            shown=shown,
            outcome=_outcome(error),
        )
    tale.did("{shown}: the deadline passes between two calls; raised TimeoutError", shown=shown)
    _as_it_was(tale, ours, shown)


def _gives_up(tale: Tale, read_within: Any, ours: socket.socket, theirs: socket.socket, shown: str) -> None:
    running, waited = _dripped(tale, read_within, ours, theirs, shown)
    error = running.error(PATIENCE_S)
    if not isinstance(error, TimeoutError):
        tale.fail(
            "{shown}: a byte came every {drip:g} s, and it should raise TimeoutError, but {outcome}",
            shown=shown,
            drip=DRIP_S,
            outcome=_outcome(error),
        )
    if waited < LIMIT_S / 2:
        tale.fail("{shown}: it should wait for {limit:g} s, but gave up at once", shown=shown, limit=LIMIT_S)


def _dripped(
    tale: Tale, read_within: Any, ours: socket.socket, theirs: socket.socket, shown: str
) -> tuple[Running, float]:
    """Call it while a byte comes now and then: the call, and how long it took, in s.  Ends the story if it goes on."""
    begun = time.monotonic()
    running = tale.start(read_within, ours, 100, LIMIT_S, shown=shown)
    while time.monotonic() - begun - tale.pulse.still(begun) < MOST_S and not running.done:
        theirs.sendall(b".")
        tale.wait(lambda: running.done, DRIP_S)
    waited = time.monotonic() - begun
    if not running.done:
        with contextlib.suppress(OSError):
            theirs.shutdown(socket.SHUT_WR)  # so that the learner's thread ends by itself
        tale.wait(lambda: running.done, PATIENCE_S)
        tale.fail(
            "{shown}: a byte came every {drip:g} s, and after {most:g} s it still read:\n"
            "the limit is for the whole; give each call only the time that is left",
            shown=shown,
            drip=DRIP_S,
            most=MOST_S,
        )
    return running, waited


def _outcome(error: BaseException | None) -> str:
    return say("it returned") if error is None else say("it raised {error}", error=named(error))


def _as_it_was(tale: Tale, sock: socket.socket, shown: str) -> None:
    found = sock.gettimeout()
    if found is None:
        tale.fail(
            "after {shown} the socket has no timeout, and had one of {before} s before:\n"
            "it belongs to the caller; put it back, in a finally",
            shown=shown,
            before=BEFORE_S,
        )
    if found != BEFORE_S:
        tale.fail(
            "after {shown} the socket has a timeout of {found:.3f} s, and had one of {before} s before:\n"
            "it belongs to the caller; put it back, in a finally",
            shown=shown,
            found=found,
            before=BEFORE_S,
        )


EXERCISE = Exercise(
    id="read-within",
    title="Read n bytes within a time for the whole",
    story=_read_within,
    hints=(
        "A timeout of a socket is for one call. A deadline is a moment: whatever happens, it does not move. What is"
        " left until then gets less with each call.",
        "deadline = monotonic() + seconds, once. In the loop: left = deadline - monotonic(); none left? TimeoutError."
        " Else settimeout(left), and recv at most what is missing. b'' is the end. The old timeout comes back in a"
        " finally.",
        "left = deadline - monotonic()\n"
        "  if left <= 0: raise TimeoutError\n"
        "  sock.settimeout(left)\n"
        "  data = sock.recv(n - len(got))\n"
        "  if not data: raise EOFError",
    ),
    place=2,
    steps=10,
    given=1,
)
