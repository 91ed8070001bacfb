"""Exercise: find the copy that makes an outbox quadratic."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.lessons.fast.copies import Counted, Kernel, Tally

MESSAGES, SIZE, TAKES = 1000, 100, 1000
FREE = 4  # times what was put in may be copied: once or twice is enough, and quadratic is far beyond
CALLS = 150  # of send, for the 100 that are needed


def _story(tale: Tale, outbox: Any) -> None:
    if not isinstance(outbox, type):
        tale.fail(
            "check the class that has put(message) and flush(), by its name without brackets (got {got!r})",
            got=outbox,
        )
    missing = [name for name in ("put", "flush") if not callable(getattr(outbox, name, None))]
    if len(missing) == 2:
        raise NotStarted
    if missing:
        tale.fail("the class has no {name}(): it should have put(message) and flush()", name=missing[0])
    _in_parts(tale, outbox)
    _many(tale, outbox)
    _stuck(tale, outbox)


def _made(tale: Tale, outbox: Any, kernel: Kernel) -> Any:
    return tale.call(outbox, kernel, shown="Outbox(sock)")


def _in_parts(tale: Tale, outbox: Any) -> None:
    kernel = Kernel(takes=3, room=4)
    box = _made(tale, outbox, kernel)
    for message in (b"hello ", b"Ada\n"):
        tale.call(box.put, message, shown=f"put({message!r})")
    if kernel.calls:
        tale.fail("put() called send(): it only keeps the message, and flush() sends what waits")
    done = tale.call(box.flush, shown="flush()")
    tale.did("put(b'hello '), put(b'Ada\\n'), flush(); the kernel takes 3 bytes, then 1, then none")
    tale.expect("flush()", done, False, because="bytes are left: the kernel's buffer is full")
    kernel.room = 100
    done = tale.call(box.flush, shown="flush()")
    tale.did("there is room again, and flush() is called once more")
    tale.expect("flush()", done, True, because="nothing is left")
    if kernel.came != b"hello Ada\n":
        tale.fail(
            "the kernel should have got {wanted!r}, and got {came!r}: send() says how many bytes it took, and the rest"
            " comes next",
            wanted=b"hello Ada\n",
            came=bytes(kernel.came),
        )


def _many(tale: Tale, outbox: Any) -> None:
    tally = Tally()
    kernel = Kernel(TAKES, tally=tally)
    box = _made(tale, outbox, kernel)
    sent = tale.call(_put, box, tally, shown="put(message)")
    if tally.copied > FREE * len(sent):
        tale.fail(
            "{n:,} messages, {size:,} bytes together, were put in, and {copied:,} bytes were copied for it:\n"
            "each put() copies all that waits already; keep it in something that grows in place, or in a list",
            n=MESSAGES,
            size=len(sent),
            copied=tally.copied,
        )
    tale.did("{n:,} messages of {size} bytes are put in; no more is copied than that", n=MESSAGES, size=SIZE)
    tale.call(box.flush, shown="flush()")
    _arrived(tale, kernel, sent)
    if kernel.calls > CALLS:
        tale.fail(
            "the kernel took {takes:,} bytes a call, {n} calls would do, and send() was called {calls:,} times:\n"
            "hand it all that waits, not one message after the other",
            takes=TAKES,
            n=len(sent) // TAKES,
            calls=kernel.calls,
        )
    if tally.copied > FREE * len(sent):
        tale.fail(
            "{size:,} bytes were to be sent, the kernel takes {takes:,} a call, and {copied:,} bytes were copied:\n"
            "each turn of flush() copies all that is left; cut the front off in place, or hand send() a memoryview",
            size=len(sent),
            takes=TAKES,
            copied=tally.copied,
        )
    tale.did("flush() sends all of it, {takes:,} bytes a call; no rest is copied", takes=TAKES)


def _stuck(tale: Tale, outbox: Any) -> None:
    tally = Tally()
    kernel = Kernel(TAKES, room=0, tally=tally)
    box = _made(tale, outbox, kernel)
    sent = tale.call(_put, box, tally, True, shown="put(message), flush()")
    kernel.room = 1 << 40
    tale.call(box.flush, shown="flush()")
    _arrived(tale, kernel, sent)
    if tally.copied > FREE * len(sent):
        tale.fail(
            "the kernel is full, {n:,} times put() and flush() are called, and {copied:,} bytes were copied:\n"
            "each flush() copies all that waits before it knows whether the kernel takes any; keep what was joined",
            n=MESSAGES,
            copied=tally.copied,
        )
    tale.did(
        "the kernel is full for {n:,} messages, each with a flush(): nothing is lost or copied", n=MESSAGES
    )


def _put(box: Any, tally: Tally, flushing: bool = False) -> bytes:
    """Put so many messages in, each another; returns all of them."""
    sent = bytearray()
    for number in range(MESSAGES):
        message = Counted(number.to_bytes(4, "big") * (SIZE // 4), tally)
        box.put(message)
        sent += bytes(message)
        if flushing:
            box.flush()
    return bytes(sent)


def _arrived(tale: Tale, kernel: Kernel, sent: bytes) -> None:
    if kernel.came != sent:
        tale.fail(
            "{n:,} bytes were put in, and the kernel has got {came:,}, or others: nothing may be lost, or come twice",
            n=len(sent),
            came=len(kernel.came),
        )


EXERCISE = Exercise(
    "outbox",
    "Find the bug: the copy that makes it quadratic",
    _story,
    hints=(
        "bytes never change. So what do `a += b` and `a[n:]` do, if a is bytes? How often does each happen, and how"
        " long is a then?",
        "There are two such copies: one in put(), which grows with all that waits, and one in flush(), which copies all"
        " that is left. A bytearray grows at its end in place, and can lose its front in place.",
        "self.waiting = bytearray(), and in flush(): sent = self.sock.send(self.waiting); del self.waiting[:sent]",
    ),
    place=2,
    steps=7,
    given=0,
)
