"""Turn a thread's handler into a coroutine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from labkit.learn.kit.exercise import Exercise, Variants
from labkit.learn.kit.tale import Tale
from labkit.lessons.layers.handling import Handled
from labkit.lessons.layers.replies import REPLIES, Reply, told
from labkit.running.tracebacks import named
from labkit.words import say

_SHOWN = "line_lengths(reader, writer)"
_LINE, _LINES = b"x" * 49 + b"\n", 60_000  # 3 MB: more than all buffers let somebody take who waits
_WATCH_S, _LATE_S = 0.5, 40.0


def _line_lengths(reply: Reply, tale: Tale, line_lengths: Callable[..., Any]) -> None:
    net = tale.network("client", "server")
    _answers(tale, net, reply, line_lengths)
    _waits(tale, reply, line_lengths)


def _answers(tale: Tale, net: Any, reply: Reply, line_lengths: Callable[..., Any]) -> None:
    handled = Handled(tale, net, line_lengths, _SHOWN)
    handled.send(b"he")
    tale.wait(lambda: handled.taken == 2)
    handled.send(b"llo\n")
    _not_iterated(tale, handled)
    handled.answer(
        one := reply.to(b"hello\n"),
        "a read gives what is there, and a line may come in pieces, before the client closes: ask for a line",
    )
    tale.did("the client sends b'he', then b'llo\\n'; it gets {got!r}", got=one)
    handled.send(b"a\n\nbcd\n")
    three = b"".join(map(reply.to, (b"a\n", b"\n", b"bcd\n")))
    handled.answer(three, "each line is answered, for as long as lines come, an empty one, too")
    tale.did("three lines in one call, one of them empty: it gets {got!r}", got=three)
    handled.end()
    found = handled.running.finish()
    if found == "late":
        tale.fail(
            "the client has closed its side, and {shown} still waits: readline() gives b'' then", shown=_SHOWN
        )
    if not handled.closed:
        tale.fail(
            "the client has closed its side, {shown} has returned, and the connection is open:\n"
            "a thread's `with conn` closed it; here close the writer, and wait until it is closed",
            shown=_SHOWN,
        )
    if end := handled.read(1):
        tale.fail("after its last answer the client should get the end, but got {end!r}", end=end)
    tale.did("the client closes its side; {shown} returns, and has closed the connection", shown=_SHOWN)


def _waits(tale: Tale, reply: Reply, line_lengths: Callable[..., Any]) -> None:
    """Who waits for a client that reads nothing takes no more lines either, whatever it waits by."""
    handled = Handled(tale, None, line_lengths, _SHOWN, late_s=_LATE_S)
    lines = memoryview(_LINE * _LINES)
    left, before = lines, (-1, 0)

    def moved() -> bool:
        nonlocal left
        left = left[handled.taken_at_once(left) :]
        return handled.running.done or (handled.taken, handled.held) != before

    def more() -> bool:
        nonlocal before
        before = handled.taken, handled.held
        return tale.calmly(lambda: tale.wait(moved, _WATCH_S), _WATCH_S / 2)

    while handled.taken < len(lines) and not handled.running.done and more():
        pass
    if handled.taken == len(lines):
        handled.caller.close()  # so that the handler ends, too
        tale.fail(
            "a client sends {lines:,} lines and reads no answer; {shown} takes them all, and its answers fill the"
            " memory:\n{because}",
            lines=_LINES,
            shown=_SHOWN,
            because=handled.unwaited or say("write() never waits; after each answer, await writer.drain()"),
        )
    wanted = reply.to(_LINE) * _LINES
    got = handled.read(len(wanted), meanwhile=moved)
    if got != wanted:
        if handled.running.done:
            handled.running.finish()
        handled.caller.close()
        tale.fail(
            "a client sends {lines:,} lines, and reads only when the server waits for it: {wanted:,} bytes of answers"
            " should come, but {got:,} came",
            lines=_LINES,
            wanted=len(wanted),
            got=len(got),
        )
    tale.did(
        "another sends {lines:,} lines and reads none of the answers: the server waits, too; then it gets them all",
        lines=_LINES,
    )
    handled.caller.close()
    handled.running.error()  # what it raises when its client has gone is its own affair


def _not_iterated(tale: Tale, handled: Handled) -> None:
    """TypeError is what Python says to the `for` and to the forgotten `await` of whoever comes from threads."""
    tale.wait(lambda: handled.running.done or _has_come(handled.caller), 1.0)
    error = handled.running.error() if handled.running.done else None
    if isinstance(error, TypeError):
        tale.fail(
            "{shown} raised {error}:\n"
            "what waits, waits with await: `await reader.readline()`, `async for line in reader`",
            shown=_SHOWN,
            error=named(error),
        )


def _has_come(sock: Any) -> bool:
    try:
        return bool(sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:  # nothing has, or it was reset
        return False


def _exercise(reply: Reply) -> Exercise:
    return Exercise(
        id="line-lengths",
        title="Turn a thread's handler into a coroutine",
        story=partial(_line_lengths, reply),
        hints=(
            "Each call at which the thread waited becomes one at which the coroutine waits, with await. What the `with`"
            " did at the end nobody does for you any more.",
            "The thread waited in `for line in stream`: that is `await reader.readline()`, until it gives b''. flush()"
            " becomes `await writer.drain()`. The end of the `with` becomes close(), and a wait for it.",
            say(
                "while line := await reader.readline():\n"
                "      writer.write({reply})\n"
                "      await writer.drain()\n"
                "  writer.close()\n"
                "  await writer.wait_closed()",
                reply=reply.code,
            ),
        ),
        needs_network=True,
        steps=4,
        given=0,
        coroutine=True,
    )


EXERCISE = Variants(REPLIES, told, _exercise).exercise()
