"""Stage 1: take a command out of what has come, if it is whole."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import thread_time
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.capstone.resp import Commands, request
from labkit.lessons.capstone.splitting import every_split, prefixes

SHOWN = "take(held, start)"
MANY = 1_000, 8_000  # commands in one piece: 0.2 and 1.8 MB
SLOWER = 20  # times, for eight times as many: between 8 and 64
SLOW_S = 0.15
TRIES = 3
PATIENCE_S = 60  # what is copied for each command takes seconds, and far more where a machine is overloaded


def _take(tale: Tale, take: Callable[..., Any]) -> None:
    ping, note = request("PING"), request("SET", "note", "one\r\ntwo")
    held = bytearray(ping + note)
    for start, wanted, because in (
        (
            0,
            ([b"PING"], len(ping)),
            "each word as bytes, which a bytearray is not, and where the next command begins",
        ),
        (
            len(ping),
            ([b"SET", b"note", b"one\r\ntwo"], len(held)),
            "a size says where a word ends, and \\r\\n does not",
        ),
    ):
        shown = f"take(held, {start})"
        if not start:
            tale.did("held is bytearray({held!r})", held=bytes(held))
        tale.expect(shown, tale.call(take, held, start, shown=shown), wanted, because)
    tale.expect(
        f"take(held, {len(held)})",
        tale.call(take, held, len(held), shown=f"take(held, {len(held)})"),
        None,
        "nothing more has come",
    )
    prefixes(tale, take, "take")
    every_split(tale, take, "take")
    _costs(tale, take)


def _costs(tale: Tale, take: Callable[..., Any]) -> None:
    """Eight times as many commands in one piece take some eight times as long, not far more."""
    few, many = MANY
    few_s = min(tale.call(_processor_s, take, few, shown=SHOWN, seconds=PATIENCE_S) for _ in range(TRIES))
    for _ in range(TRIES):  # a busy machine makes one slow, but not each
        many_s = tale.call(_processor_s, take, many, shown=SHOWN, seconds=PATIENCE_S)
        if many_s < SLOW_S or many_s < few_s * SLOWER:
            break
    else:
        tale.fail(
            "eight times as many commands in one piece took {times:.0f} times as long:\n"
            "what is left is copied for each command; look at held from start on, and leave it as it is",
            times=many_s / few_s,
        )
    tale.did("{n:,} commands in one piece: each took about as long as the first few", n=many)


def _processor_s(take: Callable[..., Any], count: int) -> float:
    """The processor time of one feed of so many commands, without that of the garbage collector."""
    stream, commands = request("GET", bytes(200)) * count, Commands(take)
    collecting = gc.isenabled()
    gc.disable()
    try:
        begun = thread_time()
        commands.feed(stream)
        return thread_time() - begun
    finally:
        if collecting:
            gc.enable()


EXERCISE = Exercise(
    "resp-take",
    "Stage 1: take a command out of the stream, however it is cut",
    _take,
    hints=(
        "Each step asks for something that may not have come yet: the line with the count, the line with a size, the"
        " word and its \\r\\n. Where it has not, the answer is None, and nothing is lost, as held stays as it is.",
        'held.find(b"\\r\\n", at) gives where a line ends, or -1. Behind the line with the count go through so many'
        " words: a line with the size, then so many bytes, then two more. Keep one number, at, for where you are.",
        'end = held.find(b"\\r\\n", at)\n'
        "      if end < 0:\n"
        "          return None\n"
        "      size, at = int(held[at + 1:end]), end + 2\n"
        "      if len(held) < at + size + 2:\n"
        "          return None\n"
        "      words.append(bytes(held[at:at + size]))\n"
        "      at += size + 2",
    ),
    points=2,
    place=1,
    steps=7,
    given=1,
)
