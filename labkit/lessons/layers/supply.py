"""Find the bugs of a server that forgets to wait, and to close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.layers.handling import Handled
from labkit.words import say

BLOCK_SIZE = 65536
_BLOCKS = 60  # 4 MB, more than the kernel takes of a server that nobody reads
_HELD = 4 * BLOCK_SIZE  # asyncio lets a writer go on up to 64 KiB, and one block may come on top
_WATCH_S, _LOOKS = 0.4, 5
_SHOWN = "supply(reader, writer)"


def _supply(tale: Tale, supply: Callable[..., Any]) -> None:
    net = tale.network("client", "server")
    _waits(tale, net, supply)
    _closes(tale, net, supply)
    _closes_after_an_error(tale, net, supply)


def _waits(tale: Tale, net: Any, supply: Callable[..., Any]) -> None:
    handled = Handled(tale, net, supply, _SHOWN)
    handled.send(b"%d\n" % _BLOCKS)
    tale.calmly(
        lambda: tale.wait(lambda: handled.running.done or handled.held > _HELD, _WATCH_S),
        _WATCH_S / 2,
        looks=_LOOKS,
    )
    if handled.held > _HELD:
        handled.caller.close()  # so that the handler ends, too
        tale.fail(
            "the client asks for {blocks} blocks of 64 KiB and reads none, and {shown} fills the memory with them:\n"
            "{because}",
            blocks=_BLOCKS,
            shown=_SHOWN,
            because=handled.unwaited or say("write() never waits; after each block, await writer.drain()"),
        )
    tale.did(
        "the client asks for {blocks} blocks of 64 KiB and reads none: the server waits, too", blocks=_BLOCKS
    )
    wanted = _BLOCKS * BLOCK_SIZE
    got = len(handled.read(wanted))
    if got != wanted:
        if handled.running.done:
            handled.running.finish()
        handled.caller.close()
        tale.fail(
            "then the client reads: {wanted:,} bytes should come, but {got:,} came",
            wanted=wanted,
            got=got,
        )
    tale.did("then it reads, and gets all {wanted:,} bytes", wanted=wanted)
    handled.caller.close()
    handled.running.error()  # what it raises when its client has gone is its own affair


def _closes(tale: Tale, net: Any, supply: Callable[..., Any]) -> None:
    handled = Handled(tale, net, supply, _SHOWN)
    handled.send(b"1\n")
    handled.end()
    got = len(handled.read(BLOCK_SIZE))
    if got != BLOCK_SIZE:
        tale.fail(
            "a client asks for one block: {wanted:,} bytes, but got {got:,}", wanted=BLOCK_SIZE, got=got
        )
    handled.running.finish()
    if not handled.closed:
        tale.fail(
            "a client asks for one block and closes its side; {shown} returns, and the connection stays open:\n"
            "nobody closes the writer for you",
            shown=_SHOWN,
        )
    tale.did("another asks for one block and closes its side: it gets the block, and the server closes, too")


def _closes_after_an_error(tale: Tale, net: Any, supply: Callable[..., Any]) -> None:
    handled = Handled(tale, net, supply, _SHOWN)
    handled.send(b"many\n")
    tale.wait(lambda: handled.running.done)
    if not handled.running.done:
        handled.end()  # it has caught the error and reads on, as it may
    handled.running.error()
    if not handled.closed:
        tale.fail(
            "a client asks for b'many\\n', int() raises ValueError, and {shown} leaves without closing its writer:\n"
            "some versions of asyncio close it then, others do not: what must happen in any case stands in a `finally`",
            shown=_SHOWN,
        )
    tale.did("a third asks for b'many\\n', which is no number: its connection is closed all the same")


EXERCISE = Exercise(
    id="supply",
    title="Find what a server forgets",
    story=_supply,
    hints=(
        "The thread's sendall() did two things: it handed the bytes over, and it waited while there was no room. The"
        " coroutine's write() does only the first. And a thread's `with conn` had no counterpart either.",
        "One line is missing in the inner loop, where a thread would have waited. And the writer is closed nowhere:"
        " neither at the end, nor when int() raises.",
        "try:\n"
        "      while line := await reader.readline():\n"
        "          for _ in range(int(line)):\n"
        "              writer.write(BLOCK)\n"
        "              await writer.drain()\n"
        "  finally:\n"
        "      writer.close()",
    ),
    needs_network=True,
    place=2,
    steps=4,
    given=0,
    coroutine=True,
)
