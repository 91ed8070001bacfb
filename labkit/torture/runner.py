"""`torture(Decoder, messages)`: cut a stream in every way that a network may, and find the smallest that breaks it.

A decoder is right if it gives the same messages however its bytes arrive.  The decoder is anyone's: what it raises,
an endless loop and what it prints end in the result, not in the notebook.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from labkit.running import frames, output, streams
from labkit.running.callables import is_async
from labkit.running.threads import Stoppable, name_of
from labkit.running.tracebacks import line_now
from labkit.torture.pieces import NotFollowed
from labkit.torture.readers import Reading
from labkit.torture.trials import Trial, Trials, said_at, said_of
from labkit.torture.verdict import Torture, brief

LOOK_S = 0.1  # so often it is looked whether the decoder has gone on to the next split, or we are interrupted
PATIENCE, PAUSE_S = 100, 0.05  # how often an endless decoder is interrupted, and for how long it is waited
GRACE_S = 5.0  # for the last steps of a thread that is done, which are Python's own


def torture(
    decoder: Callable[[], Any],
    messages: Iterable[Any],
    *,
    encode: Callable[[Any], bytes] | None = None,
    stream: bytes | None = None,
    seed: int = 0,
    seconds: float = 2.0,
) -> Torture:
    """Does this decoder give these messages, however their bytes are cut?  If not: the smallest cut that shows it.

    decoder: a class, or a function without arguments, that makes an object with `feed(data) -> list of messages`;
    or `reading(read_message)`.  A new one is made for each split.
    messages: what must come out, in order.
    encode: the function that gives the bytes of one message; or stream: the bytes of all; without both, the
    decoder's own `encode`.
    seed: for the random splits.
    seconds: how long one split may take; a decoder still at work then is interrupted.

    Tries all at once, every place for a cut (to 1,000 bytes), every pair of places (to 100 bytes), byte by byte,
    random places, and streams that end with each of the messages but the last: all of them must be out by then.
    Leaves out the cuts and the messages that are not needed to make it fail.  Last, a new decoder must not know what
    another one was fed.  Limits on a message's size, and the stream's end, are not tried.
    Raises TypeError or ValueError if it is called wrongly, TypeError for a reader that asks of its socket what is not
    there (a second connection, say), and what `encode` raises; never what the decoder raises.
    """
    messages = list(messages)
    trials = Trials(_runner(decoder), messages, _parts(decoder, messages, encode, stream), seed)
    printed = output.Output(limit=2_000)

    def work() -> None:
        output.sink.set(printed.writer())
        try:
            trials.judge()
        finally:
            done.set()

    # Waited for by an event: a join() that is interrupted takes the thread for ended (CPython 3.11 and 3.12).
    done = threading.Event()
    thread = Stoppable(work, f"torture of {name_of(decoder, 'a decoder')}")
    streams.install()
    try:
        thread.start()
        begun, idle = trials.begun, 0
        while not done.wait(min(LOOK_S, seconds)):
            begun, idle = trials.begun, (idle + 1 if begun == trials.begun else 0)
            if idle * LOOK_S >= seconds:
                where = _line_of(thread)
                ended = _stopped(thread, done, decoder)
                return trials.endless(f"was still at work after {seconds:g} s{where}", ended)
    finally:
        _stopped(thread, done, decoder)
    if trials.error is not None:
        raise trials.error
    return trials.result


def _runner(decoder: Any) -> Callable[[tuple[bytes, ...], int], Trial]:
    """What feeds a new decoder the pieces, and tells what came of it."""
    if isinstance(decoder, Reading):
        return decoder.run
    if not callable(decoder):
        hint = f"give the class: {type(decoder).__name__}" if hasattr(decoder, "feed") else "give its class"
        raise TypeError(f"torture() makes a new decoder for each split (got {decoder!r:.60}); {hint}")

    def run(cut: tuple[bytes, ...], count: int) -> Trial:
        got: list[Any] = []
        try:
            feed = decoder().feed
        except (Exception, SystemExit) as error:
            return Trial(got, f"making a decoder raised {said_of(error)}")
        if is_async(feed):
            raise NotFollowed(
                "torture() feeds one piece after the other: feed() is to be a plain `def`, not `async def`"
            )
        for piece in cut:
            try:
                given = feed(piece)
                if given is None or isinstance(given, bytes | bytearray | memoryview | str | dict):
                    wanted = "it should return a list of messages, [] while none is whole"
                    return Trial(got, f"feed({piece!r:.60}) returned {brief(given, 60)}; {wanted}")
                # One more than are wanted tells that there are too many, even if they never end.
                got += islice(given, count + 1 - len(got))
            except (Exception, SystemExit) as error:
                return Trial(got, f"feed({piece!r:.60}) raised {said_of(error)}")
            if len(got) > count:
                break
        return Trial(got)

    return run


def _parts(decoder: Any, messages: list[Any], encode: Any, stream: Any) -> list[bytes]:
    """The bytes of each message; or of all of them together, where that is all that is known."""
    if encode is not None and stream is not None:
        raise ValueError("torture() takes encode=, or the bytes of all messages as stream=, not both")
    if stream is not None:
        if not isinstance(stream, bytes | bytearray):
            raise TypeError(f"stream is the bytes of all messages (got {stream!r:.60})")
        return [bytes(stream)]
    if encode is None and not isinstance(decoder, Reading):
        encode = getattr(decoder(), "encode", None)
    if encode is None:
        raise ValueError(
            "torture() does not know the messages' bytes: give encode=, a function that makes the bytes of one, or "
            "stream=, the bytes of all"
        )
    parts = [encode(message) for message in messages]
    for message, part in zip(messages, parts, strict=True):
        if not isinstance(part, bytes | bytearray) or not part:
            raise TypeError(f"encode({message!r:.60}) should give the message's bytes (gave {part!r:.60})")
    return [bytes(part) for part in parts]


def _line_of(thread: Stoppable) -> str:
    """Where a thread is in the learner's code now."""
    stack = frames.stack_of(thread.ident)
    return said_at([(frame, line_now(frame)) for frame in reversed(stack)])


def _stopped(thread: Stoppable, done: threading.Event, decoder: Any) -> bool:
    """Interrupt a thread until it ends; False if it does not."""
    for _ in range(PATIENCE):
        if done.is_set() or thread.ident not in frames.now():
            thread.join(GRACE_S)
            return True
        thread.interrupt()
        if isinstance(decoder, Reading):
            decoder.wake()
        done.wait(PAUSE_S)
    return False
