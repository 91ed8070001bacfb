"""Functions that read one message from a connection, run by `torture` on a stream that comes in pieces."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from labkit.running.callables import is_async, refuse_generators
from labkit.running.coroutines import cancel_all
from labkit.running.threads import Stoppable, Stopped, name_of
from labkit.torture.pieces import NotFollowed, Pieces
from labkit.torture.trials import Trial, said_of

if TYPE_CHECKING:
    import asyncio

TIDY_S = 2.0  # so long an event loop may be tidied up before that is interrupted too
BEAT_S = 0.05  # so often an event loop runs a line of Python, in which it can be interrupted
AHEAD = (
    "; makefile() reads ahead, and what one file has read no other gets: keep one file for all calls, or write "
    "makefile('rb', buffering=0)"
)


def reading(read_message: Callable[[Any], Any]) -> Reading:
    """For `torture`: a function `read_message(sock)` that receives from a socket and returns one message.

    It is called once for each message, with a connected socket that has bytes of one piece of the stream only, until
    more is waited for (MSG_WAITALL), or all has been looked at (MSG_PEEK).  An `async def` gets an asyncio
    StreamReader, which is a socket as well, for `loop.sock_recv`.
    """
    if not callable(read_message):
        raise TypeError(f"reading() takes your function that reads one message (got {read_message!r:.60})")
    refuse_generators(read_message)
    return Reading(read_message)


class Reading:
    """A function that reads one message, as `torture` runs it: `run(cut, count)`."""

    def __init__(self, read_message: Callable[[Any], Any]) -> None:
        self.read = read_message
        self.__name__ = name_of(read_message, "read_message")
        self._sock: Pieces | None = None

    def run(self, cut: tuple[bytes, ...], count: int) -> Trial:
        """Read so many messages of a stream that is cut so.  Raises NotFollowed if it asks for what is not there."""
        if is_async(self.read):
            self._sock = sock = Pieces(cut, RuntimeError)  # an event loop would wait after a BlockingIOError
            read = self._run_async
        else:
            self._sock = sock = Pieces(cut)
            read = self._run
        got: list[Any] = []
        try:
            wrong = read(sock, count, got)
        finally:
            sock.let_go()
        if not wrong and (left := sock.left + sock.ahead()):
            wrong = f"{self.__name__}(sock) left {left} of the bytes unread"
        return Trial(got, wrong + AHEAD if wrong and sock.buffered > 1 else wrong)

    def wake(self) -> None:
        """Let a reader go on that waits for more than comes."""
        if self._sock is not None:
            self._sock.wake()

    def _run(self, sock: Pieces, count: int, got: list[Any]) -> str:
        for number in range(1, count + 1):
            try:
                message = self.read(sock)
            except NotFollowed:
                raise
            except (Exception, SystemExit) as error:
                return self._raised(number, error)
            if inspect.isawaitable(message):
                with contextlib.suppress(AttributeError):
                    message.close()  # type: ignore[attr-defined]  # a coroutine has it
                raise NotFollowed(
                    f"{self.__name__}(sock) gives a coroutine: give reading() the `async def` itself"
                )
            got.append(message)
        return ""

    def _run_async(self, sock: Pieces, count: int, got: list[Any]) -> str:
        import asyncio  # 40 ms that others do without

        number = 0

        async def all_of_them() -> None:
            nonlocal number
            stream = _stream_class()(sock)
            for number in range(1, count + 1):  # noqa: B007  # told when it raises
                got.append(await self.read(stream))

        # Readiness of a socket's descriptor, as Windows' own loop would not ask for it.
        loop = asyncio.SelectorEventLoop()
        try:
            stopped = _interruptible(loop)
            loop.run_until_complete(all_of_them())
        except NotFollowed:
            raise
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            if stopped:
                raise Stopped from None
            return self._raised(number, error)
        finally:
            _end(loop)
        return ""

    def _raised(self, number: int, error: BaseException) -> str:
        return f"call {number} of {self.__name__}(sock) raised {said_of(error)}"


def _interruptible(loop: asyncio.AbstractEventLoop) -> list[BaseException]:
    """Let a thread's interruption end its loop, even while it waits, and within a callback; it is put into the list."""
    stopped: list[BaseException] = []

    def failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Stopped):
            _spare()
            stopped.append(error)
            loop.stop()

    def beat() -> None:
        loop.call_later(BEAT_S, beat)

    loop.set_exception_handler(failed)
    beat()
    return stopped


def _spare() -> None:
    """Put off the next interruption of this thread: in the midst of tidying up it would leave a loop half closed."""
    thread = threading.current_thread()
    if isinstance(thread, Stoppable):
        thread.spare(TIDY_S)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    _spare()
    try:
        cancel_all(loop, BEAT_S)
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


@functools.cache
def _stream_class() -> Any:
    import asyncio

    class Stream(asyncio.StreamReader):
        """A StreamReader to which a socket's pieces come, each when it is waited for; else it is the socket."""

        def __init__(self, sock: Pieces) -> None:
            super().__init__()
            self._sock = sock
            sock.ahead = lambda: len(self._buffer)

        async def _wait_for_data(self, func_name: str) -> None:
            data = self._sock.recv(sys.maxsize)
            await asyncio.sleep(0)  # who waits lets others run
            self.feed_data(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._sock, name)

    return Stream
