"""Exercise: an echo server that stands under five attacks."""

from __future__ import annotations

import contextlib
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.attack.attacking import SHOWN, Client, message
from labkit.words import say

MOST = 65_536  # bytes of a text
SECONDS = 0.5  # for a whole message, and for an answer
DRIP_S = 0.1
MOST_S = 1.5  # until then it must have hung up on one that drips
BOMB = 20_000_000
TOO_MUCH = 8_000_000  # bytes of memory for a text of MOST


def _story(tale: Tale, handle: Callable[..., Any]) -> None:
    _honest(tale, handle)
    _large_header(tale, handle)
    _bomb(tale, handle)
    _slow(tale, handle)
    _deaf(tale, handle)
    _nonsense(tale, handle)


def _honest(tale: Tale, handle: Callable[..., Any]) -> None:
    client = Client(tale, handle)
    for text, told in ((b"hello", say("b'hello'")), (bytes(MOST), say("{n} bytes", n=MOST))):
        packed = message(zlib.compress(text))
        client.sends(packed[:3])
        client.sends(packed[3:])
        got = client.gets(4 + len(text))
        if got != len(text).to_bytes(4, "big") + text:
            if client.running.done:
                client.running.finish()
            tale.fail(
                "an honest client sends {told}, compressed, in two pieces, and the {n} bytes that it gets are wrong:\n"
                "send four bytes of length, and the text as it was before it was compressed; {most} bytes are allowed",
                told=told,
                n=len(got),
                most=MOST,
            )
    client.leaves()
    client.over(
        say("an honest client is answered, and hangs up"),
        say("recv() gives b'' then, and nothing more comes"),
    )
    tale.did(
        "an honest client sends {text!r} and {n} bytes of text, gets both back, and hangs up",
        text=b"hello",
        n=MOST,
    )


def _large_header(tale: Tale, handle: Callable[..., Any]) -> None:
    words = say("attack 1: a header says 4,294,967,295 bytes, and ten come behind it")
    client = Client(tale, handle)
    begun = time.monotonic()
    client.sends(b"\xff" * 4 + bytes(10))
    client.over(
        words,
        say("the header is a claim: hold it against the most that you take before you do anything with it"),
    )
    # On a busy machine all may be late; who has read no more than the header has not waited for more.
    if time.monotonic() - begun > SECONDS * 0.8 and not client.unread():
        tale.fail(
            "{who}, and {shown} waits for the rest until the time is over:\n"
            "the length alone tells; hang up at once, and do not ask for so much memory",
            who=words,
            shown=SHOWN,
        )
    tale.did("{who}: hung up", who=words)


def _bomb(tale: Tale, handle: Callable[..., Any]) -> None:
    words = say("attack 2: {n} bytes that are {bomb} when they are unpacked", n="20,000", bomb="20,000,000")
    bomb = message(zlib.compress(bytes(BOMB)))
    traced = tracemalloc.is_tracing()
    if not traced:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        client = Client(tale, handle)
        client.sends(bomb)
        got = client.gets(MOST + 5)
        client.over(words, say("hang up"))
        taken = tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced:
            tracemalloc.stop()
    if taken > TOO_MUCH:
        tale.fail(
            "{who}: {shown} took more than {most} MB of memory for it:\n"
            "looking at the length afterwards is too late; unpack no more than you need to know that it is too much",
            who=words,
            shown=SHOWN,
            most=TOO_MUCH // 1_000_000,
        )
    small = Client(tale, handle)
    small.sends(message(zlib.compress(bytes(MOST + 1))))
    got = got or small.gets(1)
    if got:
        tale.fail(
            "{who}, or {n} bytes, and {shown} answered:\nmore than {most} bytes of text are too many;"
            " what is cut off is no text of the client's",
            who=words,
            n=MOST + 1,
            shown=SHOWN,
            most=MOST,
        )
    small.over(words, say("hang up"))
    tale.did("{who}: hung up, little memory taken", who=words)


def _slow(tale: Tale, handle: Callable[..., Any]) -> None:
    words = say("attack 3: one byte every {drip:g} s", drip=DRIP_S)
    # Where no byte comes for so long, a timeout of each recv() is over, too.
    tale.calmly(lambda: _drips(tale, handle, words), SECONDS / 2)
    tale.did("{who}, and one that says nothing: hung up in time", who=words)


def _drips(tale: Tale, handle: Callable[..., Any], words: str) -> None:
    drip, silent = Client(tale, handle), Client(tale, handle)
    begun = time.monotonic()
    drip.sends((1000).to_bytes(4, "big"))
    while time.monotonic() - begun - tale.pulse.still(begun) < MOST_S and not drip.running.done:
        drip.sends(b"x")
        tale.wait(lambda: drip.running.done, DRIP_S)
    if drip.running.done and time.monotonic() - begun < SECONDS / 2:
        drip.over(words, "")
        tale.fail(
            "{who}, and {shown} hung up before {seconds:g} s were over",
            who=words,
            shown=SHOWN,
            seconds=SECONDS,
        )
    why = say("a timeout for each recv() begins anew with each byte; set a deadline for the whole message")
    if not drip.running.done:
        silent.leaves()
        with contextlib.suppress(OSError):
            drip.sock.shutdown(socket.SHUT_RDWR)
        tale.fail(
            "{who}, and after {seconds:g} s {shown} still serves it:\n{why}",
            who=words,
            seconds=MOST_S,
            shown=SHOWN,
            why=why,
        )
    drip.over(words, why)
    silent.over(say("attack 3: a client that says nothing at all"), say("its time is over, too"))


def _deaf(tale: Tale, handle: Callable[..., Any]) -> None:
    words = say(
        "attack 4: 40 good messages, each of 60,000 bytes of text, from a client that reads no answer"
    )
    client = Client(tale, handle)
    client.sends(message(zlib.compress(bytes(60_000))) * 40)
    client.over(
        words,
        say("sendall() waits until there is room, and there will be none; a time limit is for answers, too"),
    )
    tale.did("{who}: hung up in time", who=words)


def _nonsense(tale: Tale, handle: Callable[..., Any]) -> None:
    whole = zlib.compress(b"hello, " * 10)
    for words, data in (
        (say("attack 5: a message that was never compressed"), message(b"hello")),
        (say("attack 5: a message whose last bytes are missing"), message(whole[:-3])),
    ):
        client = Client(tale, handle)
        client.sends(data)
        client.over(words, say("it will never be whole; hang up"))
        if client.gets(1):
            tale.fail(
                "{who}, and {shown} answered:\nwhat has no end has no checksum, so nobody knows what it was;"
                " an unpacker says `eof` when all was there",
                who=words,
                shown=SHOWN,
            )
    client = Client(tale, handle)
    client.sends(message(whole)[:10])
    client.leaves()
    client.over(say("attack 5: a client hangs up within a message"), say("hang up, too"))
    tale.did(
        "attack 5: nonsense, a cut message, a client that hangs up within one: hung up, and nothing raised"
    )


EXERCISE = Exercise(
    "harden-echo",
    "Harden an echo server against five attacks",
    _story,
    hints=(
        "Each attack asks for something without a bound: memory for what is to come, memory for what it becomes, time"
        " to read, time to answer, and errors. What is the bound of each, and when do you know that it is passed?",
        "The size is known before you receive: compare it. decompress(data, most) of a zlib.decompressobj() gives at"
        " most so many bytes, and `eof` says whether that was all. receive() takes a deadline, sendall() a timeout of"
        " the socket's. And around all of it the errors that a client can cause: OSError, EOFError, zlib.error.",
        "while True:\n"
        "      ends = monotonic() + SECONDS\n"
        "      size = int.from_bytes(receive(conn, 4, ends))\n"
        "      if size > MOST: return\n"
        "      unpacking = zlib.decompressobj()\n"
        "      text = unpacking.decompress(receive(conn, size, ends), MOST + 1)\n"
        "      if len(text) > MOST or not unpacking.eof: return\n"
        "      conn.settimeout(SECONDS)\n"
        "      conn.sendall(len(text).to_bytes(4) + text)\n"
        "  and around it: with suppress(OSError, EOFError, zlib.error)",
    ),
    points=3,
    place=1,
    steps=6,
)
