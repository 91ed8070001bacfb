"""Exercise: a retry that ends, comes back politely, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Callable
from statistics import mean
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.running.tracebacks import named

_SHOWN = "fetch(connect, question, sleep)"
_QUESTION, _ANSWER = b"what time is it\n", b"noon\n"
_TRIES = 5
_ENDLESS = 12  # calls of connect(): more are not let go on
_RUNS = 20  # of which pauses are compared
_GROWN = 2.5  # how far the last is above the first, at least: it is 8 times as long; by chance, once in 100,000 checks
_PATIENCE_S = 1.0
_ENDS_S = 5.0  # five tries of a tenth of a second each, and a machine that has much to do


class Server:
    """A server whose n-th connection is served in the n-th of these ways, the last one for all later ones."""

    def __init__(self, *ways: str) -> None:
        self.ways = ways
        self.calls = 0
        self.slept: list[float] = []
        self.kept_open = 0  # connections that were open when the next one was called for, at most
        self.cancel_at_question = False
        self._writers: list[asyncio.StreamWriter] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[Any] | None = None

    @property
    def open(self) -> int:
        """How many of the learner's connections are not closed."""
        return sum(not writer.is_closing() for writer in self._writers)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """What the learner's code calls."""
        self.kept_open = max(self.kept_open, self.open)
        way = self.ways[min(self.calls, len(self.ways) - 1)]
        self.calls += 1
        if self.calls > _ENDLESS and self._running is not None:
            self._running.cancel()
            await asyncio.sleep(_PATIENCE_S)
        if way == "refuses":
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        self._writers.append(writer)
        self._serving.add(asyncio.create_task(self._serve(theirs, way)))
        return reader, writer

    async def sleep(self, seconds: float) -> None:
        """Note the pause, and do not wait."""
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def _serve(self, sock: socket.socket, way: str) -> None:
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            await reader.readline()
            if self.cancel_at_question and self._running is not None:
                self._running.cancel()
            if way != "silent":
                writer.write(_ANSWER if way == "answers" else _ANSWER[:2])
            if way == "half":
                return
            await reader.read()  # until the client closes
        except OSError:
            pass  # the client has gone
        finally:
            writer.close()

    def run(self, fetch: Callable[..., Any]) -> Any:
        """Run the learner's coroutine to its end; in a thread of the check's."""

        async def story() -> Any:
            self._running = asyncio.create_task(fetch(self.connect, _QUESTION, self.sleep))
            try:
                return await self._running
            finally:
                self.left = self.open
                for writer in self._writers:
                    writer.transport.abort()
                for task in self._serving:
                    task.cancel()
                if self._serving:
                    await asyncio.wait(self._serving)

        with contextlib.suppress(asyncio.CancelledError):
            return asyncio.run(story())
        return asyncio.CancelledError


def _held(tale: Tale, server: Server) -> None:
    """Nothing was left open, and there were not too many tries."""
    if server.calls > _TRIES:
        tale.fail(
            "it called connect() for the {n}th time, and would go on: {most} tries at most;\n"
            "count them, and raise the last error",
            n=server.calls if server.calls <= _ENDLESS else _ENDLESS,
            most=_TRIES,
        )
    if server.kept_open:
        tale.fail(
            "it calls connect() again, and the connection before is still open:\n"
            "close it in a finally that belongs to this try, inside the loop"
        )
    if server.left:
        tale.fail(
            "{shown} has ended, and its last connection is still open:\nclose the good one, too", shown=_SHOWN
        )


def _gives(tale: Tale, fetch: Callable[..., Any], *ways: str) -> None:
    server = Server(*ways)
    found = tale.call(server.run, fetch, shown=_SHOWN, seconds=_ENDS_S)
    _held(tale, server)
    if found != _ANSWER and _ANSWER.startswith(found or b"-"):
        tale.fail(
            "the connection ended after {half!r}, and that was taken for the answer:\n"
            "readline() gives what there is at the end; a whole line ends with a newline, else try again",
            half=found,
        )
    tale.expect(_SHOWN, found, _ANSWER)


def _raises(tale: Tale, fetch: Callable[..., Any], way: str, kind: type[BaseException]) -> Server:
    server = Server(way)
    running = tale.start(server.run, fetch, shown=_SHOWN)
    error = running.error(_ENDS_S)
    _held(tale, server)
    if not isinstance(error, kind):
        outcome = named(error) if error is not None else "nothing"
        tale.fail(
            "all tries fail, and it should raise the last error, a {kind}, but raised {outcome}:\n"
            "whoever asked must be able to tell a failure from an answer",
            kind=kind.__name__,
            outcome=outcome,
        )
    if server.calls < _TRIES:
        tale.fail("it gave up after {n} tries; try {most} times", n=server.calls, most=_TRIES)
    return server


def _story(tale: Tale, fetch: Callable[..., Any]) -> None:
    tale.did("a server answers {answer!r}", answer=_ANSWER)
    _gives(tale, fetch, "answers")
    tale.did("a server is silent on two connections, and answers on the third")
    _gives(tale, fetch, "silent", "silent", "answers")
    tale.did("a server sends {half!r} and closes, and answers on the next connection", half=_ANSWER[:2])
    _gives(tale, fetch, "half", "answers")
    _pauses(tale, [_raises(tale, fetch, "refuses", ConnectionRefusedError) for _ in range(_RUNS)])
    tale.did("nobody listens: after {n} tries it raised ConnectionRefusedError", n=_TRIES)
    tale.did("its pauses grow, and have chance in them")
    _raises(tale, fetch, "silent", TimeoutError)
    tale.did(
        "a server is silent for ever: after {n} tries it raised TimeoutError, and all are closed", n=_TRIES
    )
    _is_cancelled(tale, fetch)


def _pauses(tale: Tale, servers: list[Server]) -> None:
    slept = [server.slept for server in servers]
    if min(map(len, slept)) < _TRIES - 1:
        tale.fail(
            "between {n} tries there should be {pauses} pauses, and it awaited sleep {found} times:\n"
            "a retry without a pause is a load",
            n=_TRIES,
            pauses=_TRIES - 1,
            found=min(map(len, slept)),
        )
    if mean(each[_TRIES - 2] for each in slept) <= _GROWN * mean(each[0] for each in slept):
        tale.fail(
            "its pauses do not grow:\nwho finds the server down again should ask more rarely; double them"
        )
    if len({each[_TRIES - 2] for each in slept}) == 1:
        tale.fail(
            "its pauses are the same in each of {runs} runs:\n"
            "a hundred clients would keep step; multiply each with a random number",
            runs=_RUNS,
        )


def _is_cancelled(tale: Tale, fetch: Callable[..., Any]) -> None:
    server = Server("silent")
    server.cancel_at_question = True
    found = tale.call(server.run, fetch, shown=_SHOWN, seconds=_ENDS_S)
    if found is not asyncio.CancelledError or server.calls > 1:
        tale.fail(
            "it is cancelled while it waits for the answer; it should end by CancelledError, and went on:\n"
            "catch OSError, and nothing that is larger"
        )
    _held(tale, server)
    tale.did("it is cancelled while it waits: it ends, and the connection is closed")


EXERCISE = Exercise(
    "fetch-again",
    "Find the bug: retry, with an end",
    _story,
    hints=(
        "Each try is a thing of its own: it opens a connection, and closes it, whatever comes. What is counted, and"
        " waited for,"
        " stands around it.",
        "for failures in range(5): from the second on, await sleep(…) first. In the try: connect, and then a try with"
        " a finally"
        " that closes this writer. A line that does not end with a newline is a failure, too. After the loop, raise"
        " the last error.",
        "for failures in range(5):\n"
        "      if failures:\n"
        "          await sleep(0.05 * 2**failures * Random().random())\n"
        "      try:\n"
        "          reader, writer = await connect()\n"
        "          try:\n"
        "              …\n"
        "          finally:\n"
        "              writer.close()\n"
        "          …\n"
        "      except OSError as failure:\n"
        "          error = failure",
    ),
    place=1,
    steps=10,
    given=0,
    coroutine=True,
)
