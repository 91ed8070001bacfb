"""Stage 5: take a command out of what strangers send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.capstone.resp import request
from labkit.lessons.capstone.splitting import every_split, prefixes
from labkit.words import say

SHOWN = "bounded(held, start)"
WORDS, SIZE, LINE = (
    1_024,
    1_000_000,
    32,
)  # what a command may have: words, bytes in all of them, bytes in a line
WANTED = "ERR Protocol error"

# What comes, and why it must be refused as soon as that is there.
HOSTILE = (
    (b"G", "a command begins with *: the first byte of an HTTP request is enough"),
    (b"*1\r\n+", "a word begins with $"),
    (
        b"*100000\r\n$-7\r\n",
        "a size that is negative leads back to where it stands: here a hundred thousand times",
    ),
    (b"*1025\r\n", "there are too many words: refuse them before they come"),
    (b"*0\r\n", "a command of no words has no name"),
    (b"*-1\r\n", "a count is 1 at least"),
    (b"*1_0\r\n", "int() takes more than digits"),
    (b"* 1\r\n", "int() takes more than digits"),
    (b"*\r\n", "a count has a digit at least"),
    (b"*1\r\n$1000001\r\n", "a word is too long: refuse it before it comes"),
    (b"*1\r\n$+1\r\n", "int() takes more than digits"),
    (b"*" + b"1" * 40, "the line is too long: nobody counts so far, and more and more of it would be held"),
    (
        b"*1\r\n$" + b"0" * 40,
        "the line is too long: nobody counts so far, and more and more of it would be held",
    ),
    (
        b"*1\r\n$4\r\nPING..",
        "behind a word come \\r\\n: else the size was wrong, and what follows is anything",
    ),
)
PATIENCE_S = 10.0  # for one that goes on a hundred thousand times
LARGE = 400_000  # three words of this size are more than SIZE


def _limits(tale: Tale, bounded: Callable[..., Any]) -> None:
    prefixes(tale, bounded, "bounded")
    every_split(tale, bounded, "bounded")
    words = [b"%d" % number for number in range(WORDS)]
    for what, command in (
        (say("{n:,} words", n=WORDS), words),
        (say("a word of {n:,} bytes", n=SIZE), [bytes(SIZE)]),
    ):
        whole = bytearray(request(*command))
        found = tale.call(bounded, whole, 0, shown=SHOWN)
        if found != (command, len(whole)):
            tale.fail(
                "a command with {what} is allowed, and should come out, but {shown} gave another",
                what=what,
                shown=SHOWN,
            )
    tale.did(
        "a command with {words:,} words, one with a word of {size:,} bytes: right", words=WORDS, size=SIZE
    )
    for held, because in HOSTILE:
        _refuses(tale, bounded, held, held, because)
    tale.did("{n} beginnings of what is no command: each is refused as soon as it is there", n=len(HOSTILE))
    together = request(bytes(LARGE), bytes(LARGE), bytes(LARGE))
    until = together.rindex(b"$400000\r\n") + len(b"$400000\r\n")
    shown = b"*3\r\n$400000\r\n...$400000\r\n...$400000\r\n"
    _refuses(
        tale,
        bounded,
        together[:until],
        shown,
        "each word is allowed, and all together are too much: add them up",
    )
    tale.did("three words of {n:,} bytes: refused when the third is announced", n=LARGE)
    _refuses_behind(tale, bounded)


def _refuses(tale: Tale, bounded: Callable[..., Any], held: bytes, shown: bytes, because: str) -> None:
    running = tale.start(bounded, bytearray(held), 0, shown=f"bounded({shown!r}, 0)")
    error = running.error(PATIENCE_S, say(because))
    if isinstance(error, ValueError) and str(error).startswith(WANTED):
        return
    told = (
        say("raised {error!r}{at}", error=error, at=running.at)
        if error
        else say("returned {value!r:.60}", value=running.finish())
    )
    tale.fail(
        "bounded({held!r}, 0) should raise ValueError({wanted!r}), but {told}:\n{because}",
        held=shown,
        wanted=f"{WANTED} …",
        told=told,
        because=say(because),
    )


def _refuses_behind(tale: Tale, bounded: Callable[..., Any]) -> None:
    """A good command stands before a bad one."""
    ping = request("PING")
    held = bytearray(ping + b"GET / HTTP/1.1\r\n")
    tale.expect(
        "bounded(held, 0)", tale.call(bounded, held, 0, shown="bounded(held, 0)"), ([b"PING"], len(ping))
    )
    shown = f"bounded(held, {len(ping)})"
    error = tale.start(bounded, held, len(ping), shown=shown).error()
    if not isinstance(error, ValueError):
        tale.fail("{shown} should raise ValueError: look at held from start on", shown=shown)
    tale.did("behind it stands an HTTP request: {shown} refuses that", shown=shown)


EXERCISE = Exercise(
    "resp-limits",
    "Stage 5: bound what a stranger may claim",
    _limits,
    hints=(
        "Two kinds of line: a count and a size. Whatever stands in one is a claim. Hold it against its"
        " kind, its length,"
        " its characters and its limit, before you do anything with it, and as early as its first byte.",
        "A function inside for both: number(at, kind, least, most), which gives the number (None: not"
        " whole) and where the"
        " line ends, or raises. For a size the most is what is left of a million. A line is searched for its"
        " end in 32 bytes, and no further.",
        "def number(at, kind, least, most):\n"
        '      line, end, _ = bytes(held[at:at + 32]).partition(b"\\r\\n")\n'
        '      if not end and len(line) < 32 and line[:1] in (b"", kind):\n'
        "          return None, at\n"
        "      if not (end and line[:1] == kind and line[1:].isdigit() and least <= int(line[1:]) <= most):\n"
        '          raise ValueError("ERR Protocol error: …")\n'
        "      return int(line[1:]), at + len(line) + 2",
    ),
    points=2,
    place=5,
    steps=7,
    given=1,
)
