"""Find the call that blocks in a coroutine, and answer the others meanwhile."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.running.tracebacks import named

PORT = 8080
PATIENCE_S = 1.0
OVERTAKE_S, LOOKS = 0.4, 5  # for the lookup of a question that is not its turn yet
TURNS = 8  # of a loop, until what it has just accepted has come to its handler: it takes four
LATE_S = 5.0  # then the library gives up waiting for its database, so that the check can end
SHOWN = "answer(reader, writer, lookup)"
SLOW = b"report\n"


class Library:
    """The library of the story, whose lookup of a report blocks until `ready` is set."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.ready = threading.Event()
        self.others = 0  # questions other than reports that it was asked

    def lookup(self, question: bytes) -> bytes:
        """An answer, by a call that blocks."""
        if question == SLOW:
            self.asked.set()
            self.ready.wait(LATE_S)
        else:
            self.others += 1
        return question.upper()


class Server:
    """asyncio's own server, in a thread of the check's, with the learner's coroutine for each client."""

    def __init__(self, tale: Tale, answer: Callable[..., Any], library: Library) -> None:
        self.tale = tale
        self.net = tale.network("client", "server")
        self.errors: list[BaseException] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self._listening = threading.Event()
        listener = tale.keep(self.net.server.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.net.server.address, PORT))
        listener.listen()
        self._running = tale.start(self._run, answer, library, listener, shown=SHOWN)
        tale.wait(self._listening.is_set, PATIENCE_S)

    def _run(self, answer: Callable[..., Any], library: Library, listener: socket.socket) -> None:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._writers.append(writer)
            try:
                await answer(reader, writer, library.lookup)
            except ConnectionError:
                pass  # the story's client has gone; that is told, if it should not have
            except Exception as error:
                self.errors.append(error)
                writer.transport.abort()

        async def serve() -> None:
            self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
            server = await asyncio.start_server(handle, sock=listener)
            self._listening.set()
            await self._over.wait()
            for _ in range(TURNS):
                await asyncio.sleep(0)
            server.close()
            for writer in self._writers:  # also one that the learner's code has not closed
                writer.transport.abort()
            await asyncio.sleep(0)

        asyncio.run(serve())

    def end(self) -> None:
        """End the loop, as soon as the learner's code lets it."""
        if self._loop is not None and self._over is not None and not self._running.done:
            self._loop.call_soon_threadsafe(self._over.set)
            self.tale.wait(lambda: self._running.done, LATE_S)

    def connect(self) -> Any:
        """One more client."""
        sock = self.tale.keep(self.net.client.socket())
        sock.settimeout(PATIENCE_S)
        sock.connect((self.net.server.address, PORT))
        return sock

    def read(self, sock: Any, length: int) -> bytes:
        """So many bytes, fewer where no more come in time; what the learner's code has raised ends the story."""
        got = b""
        try:
            while len(got) < length and (data := sock.recv(length - len(got))):
                got += data
        except (TimeoutError, ConnectionError):
            pass  # what came is what the caller tells of
        if self.errors:
            self.tale.fail("{shown} raised {error}", shown=SHOWN, error=named(self.errors[0]))
        return got


def _quick_answers(tale: Tale, answer: Callable[..., Any]) -> None:
    library = Library()
    server = Server(tale, answer, library)
    try:
        _answered(tale, server, library)
    finally:
        library.ready.set()
        server.end()


def _answered(tale: Tale, server: Server, library: Library) -> None:
    patient = server.connect()
    patient.sendall(b"price\n")
    got = server.read(patient, 6)
    if got != b"PRICE\n":
        tale.fail("a client asks b'price\\n', and should get b'PRICE\\n', but got {got!r}", got=got)
    tale.did("a client asks b'price\\n', and gets b'PRICE\\n'")
    patient.sendall(SLOW)
    tale.wait(library.asked.is_set, LATE_S)
    quick = server.connect()
    quick.sendall(b"price\n")
    got = server.read(quick, 6)
    if got != b"PRICE\n":
        tale.fail(
            "it asks for a report, and lookup() blocks; another asks b'price\\n', and got {got!r} within"
            " {seconds:g} s:\n"
            "whatever blocks in a coroutine blocks the loop's only thread; let another thread call lookup, and await"
            " that",
            got=got,
            seconds=PATIENCE_S,
        )
    tale.did("it asks for a report, and lookup() blocks; another asks b'price\\n', and gets b'PRICE\\n'")
    _in_order(tale, server, library, patient)
    for sock in (patient, quick):
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(PATIENCE_S)
        try:
            end = sock.recv(1)
        except TimeoutError:
            tale.fail("both hang up, and should see the end, but wait: close the writer")
        if end:
            tale.fail("both hang up, and should see the end, but got {end!r}", end=end)
    tale.did("both hang up: the server closes, too")


def _in_order(tale: Tale, server: Server, library: Library, patient: Any) -> None:
    before = library.others
    patient.sendall(b"price\n")
    overtakes = tale.calmly(
        lambda: tale.wait(lambda: library.others > before, OVERTAKE_S), OVERTAKE_S / 2, looks=LOOKS
    )
    if overtakes:  # so its answer may, too
        select.select([patient], [], [], PATIENCE_S)
    library.ready.set()
    wanted = b"REPORT\nPRICE\n"
    got = server.read(patient, len(wanted))
    if got != wanted:
        tale.fail(
            "the first asks b'price\\n' behind its report, and then the report is there: it should get {wanted!r}, but"
            " got {got!r}:\n"
            "a client's questions are answered in their order, each of them; await one before the next is read",
            wanted=wanted,
            got=got,
        )
    tale.did(
        "the first asks b'price\\n' behind its report, and then the report is there: it gets {got!r}", got=got
    )


EXERCISE = Exercise(
    id="quick-answers",
    title="Find the call that holds up a whole loop",
    story=_quick_answers,
    hints=(
        "A coroutine lets the others run at an await, and nowhere else. A plain function that waits has none: it needs"
        " a thread to wait in.",
        "The call is lookup(question). asyncio.to_thread(function, argument) runs a function in another thread, and"
        " can be awaited; the value of that await is what the function returned.",
        "writer.write(await asyncio.to_thread(lookup, question))",
    ),
    needs_network=True,
    place=2,
    steps=4,
    given=1,
    coroutine=True,
)
