"""Exercise: book an order once, with a server that fails in six ways."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.failure.bookings import Bookings
from labkit.running.tracebacks import named
from labkit.words import say

SECONDS, LIMIT_S = 3, 0.5  # for an order that fails at first; for one that never succeeds
LATE_S = 2.0  # later than that it has not kept it, on a busy machine either
MOST = 40  # tries within LIMIT_S: more are a loop without pauses
FEW, PAUSED_S = 10, LIMIT_S / 10  # so are more than so few, with less of pauses in all
WAYS = {
    "refuses": "nobody listens at first",
    "resets": "the server resets the first connection, when it has the order",
    "closes": "the server closes the first connection without an answer",
    "cuts": "the server closes the first connection in the middle of its answer",
    "silent": "the server does not answer on the first connection",
    "others": "the server first answers orders of which nobody knows",
}


def _book(tale: Tale, book: Callable[..., Any], server: Bookings, text: str, *ways: str) -> None:
    server.forget(*ways)
    before, number = set(server.booked), server.number
    shown = say("book(connect, {text!r}, {seconds:g})", text=text, seconds=SECONDS)
    running = tale.start(book, server.connect, text, SECONDS, shown=shown)
    error = running.error(SECONDS + LATE_S)
    words = [line.split(" ") for line in server.said]
    keys = {each[1] for each in words if each[0] == "BOOK" and len(each) > 2}
    if server.said and not keys:
        tale.fail(
            "the server read {line!r}, and that is no order:\nan order is BOOK, a key and the text",
            line=server.said[0],
        )
    if len(keys) > 1:
        tale.fail(
            "it said the order under {n} keys, and so it is booked {n} times:\n"
            "one order has one key; make it before the first try",
            n=len(keys),
        )
    if keys & before:
        tale.fail(
            "it said the key of an order before, so to the server it is that order:\neach order has a key of its own"
        )
    if error is not None:
        _not_booked(tale, shown, error, server)
    found = running.finish()
    if found != number or type(found) is not int:
        tale.fail(
            "{shown} should return {wanted!r}, but returned {found!r}:\n{because}",
            shown=shown,
            wanted=number,
            found=found,
            because=_because(found, number, ways),
        )
    if server.open:
        tale.fail(
            "it has returned, and {n} of its sockets are open:\nclose each, whatever happens", n=server.open
        )


def _because(found: Any, number: int, ways: tuple[str, ...]) -> str:
    if type(found) is not int:
        return say("the number is an int")
    if "others" in ways and found != number // 10:
        return say("that is another order's answer; look at the key")
    return say("an answer is whole when its newline has come; the connection ended before")


def _not_booked(tale: Tale, shown: str, error: BaseException, server: Bookings) -> None:
    if server.calls < 2:
        tale.fail(
            "{shown} raised {error} after one try:\n"
            "each failure, a timeout too, is a reason to try again; and a try must not use up all of the time",
            shown=shown,
            error=named(error),
        )
    tale.fail(
        "{shown} raised {error}, though the server answers by now:\n"
        "try again after each failure, as long as there is time",
        shown=shown,
        error=named(error),
    )


def _never(tale: Tale, book: Callable[..., Any], server: Bookings, way: str, told: str) -> None:
    tale.calmly(lambda: _gives_up(tale, book, server, way, told), LIMIT_S / 2)  # a stand-still is no pause
    tale.did("{told}; it raised TimeoutError in time", told=say(told))


def _gives_up(tale: Tale, book: Callable[..., Any], server: Bookings, way: str, told: str) -> None:
    server.forget()
    server.for_ever = way
    shown = say("book(connect, 'three teas', {seconds:g})", seconds=LIMIT_S)
    began = time.monotonic()
    running = tale.start(book, server.connect, "three teas", LIMIT_S, shown=shown)
    tale.wait(lambda: running.done, LIMIT_S + LATE_S)
    took = time.monotonic() - began
    if not running.done:
        server.for_ever = ""  # so that the learner's thread ends by itself
        tale.wait(lambda: running.done, 1.0)
        tale.fail(
            "{told}; {shown} should raise TimeoutError in time, and went on:\nthe seconds are for the whole",
            told=say(told),
            shown=shown,
        )
    error = running.error()
    if not isinstance(error, TimeoutError):
        outcome = named(error) if error is not None else say("nothing")
        tale.fail(
            "{told}; {shown} should raise TimeoutError, but raised {outcome}",
            told=say(told),
            shown=shown,
            outcome=outcome,
        )
    if took < LIMIT_S * 0.8 and way == "refuses" and server.calls < 2:
        tale.fail("{told}; it gave up at once: there was still time", told=say(told))
    if server.calls > MOST or (way == "refuses" and server.calls > FEW and server.paused < PAUSED_S):
        tale.fail(
            "{told}; it called {calls} times in {seconds:g} s, with hardly a pause:\n"
            "wait between two tries, longer each time",
            told=say(told),
            calls=server.calls,
            seconds=LIMIT_S,
        )
    if server.open:
        tale.fail(
            "it has given up, and {n} of its sockets are open:\n"
            "close each, whatever happens; what makefile() gave keeps its socket open until it is closed, too",
            n=server.open,
        )
    server.for_ever = ""


def _story(tale: Tale, book: Callable[..., Any]) -> None:
    server = Bookings(tale)
    _book(tale, book, server, "one tea")
    tale.did("the server answers: it returned the order's number")
    for way, told in WAYS.items():
        # A try that was over before its answer came has not met the failure.
        tale.calmly(partial(_book, tale, book, server, "two teas", way), LIMIT_S / 5)
        tale.did("{told}: booked once", told=say(told))
    _book(tale, book, server, "six teas", *WAYS)
    tale.did("the server fails in all six ways, one after the other: booked once")
    _never(tale, book, server, "refuses", "nobody listens, ever")
    _never(tale, book, server, "silent", "the server never answers")


EXERCISE = Exercise(
    "book-once",
    "A client that books once",
    _story,
    hints=(
        "Three things are made once, before the first try: the key, the moment of the end, the count of failures."
        " All the rest belongs to one try, and is thrown away with it.",
        "while there is time left: with connect(min(0.2, left)) as sock: send the line, read lines until one is whole"
        " and begins with BOOKED and your key. except OSError: pass. Then a pause, each longer, never beyond the end.",
        "with connect(min(0.2, left)) as sock, sock.makefile('rb') as lines:\n"
        "      sock.sendall(f'BOOK {key} {text}\\n'.encode())\n"
        "      for line in lines:\n"
        "          words = line.decode().split(' ')\n"
        "          if words[:2] == ['BOOKED', key] and line.endswith(b'\\n'):\n"
        "              return int(words[2])",
    ),
    place=2,
    points=2,
    steps=10,
    given=0,
    needs_network=True,
)
