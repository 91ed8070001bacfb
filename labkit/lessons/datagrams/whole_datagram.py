"""Mend the 512-byte buffer: a datagram comes whole, or is refused."""

from __future__ import annotations

from socket import SOCK_DGRAM
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.datagrams.remarks import is_error
from labkit.running.tracebacks import named
from labkit.words import say

PATIENCE_S = 1.0
TEXT = b"0123456789" * 2_000


def _whole_datagram(tale: Tale, receive: Any) -> None:
    net = tale.network("client", "server")
    here = tale.keep(net.server.socket(type=SOCK_DGRAM))
    here.bind((net.server.address, 5000))
    here.settimeout(PATIENCE_S)
    caller = tale.keep(net.client.socket(type=SOCK_DGRAM))
    caller.connect((net.server.address, 5000))

    def one(size: int, most: int) -> None:
        """One datagram, which must come whole."""
        caller.send(TEXT[:size])
        _whole(tale, receive, here, size, most)
        tale.did(
            "a datagram of {size:,} bytes: receive(sock, {most}) returned it whole", size=size, most=most
        )

    one(10, 512)
    one(512, 512)
    caller.send(TEXT[:300])
    caller.send(TEXT[:40])
    for size in (300, 40):
        _whole(tale, receive, here, size, 512)
    tale.did("a datagram of 300 bytes, and one of 40 behind it: each came by itself")
    one(0, 512)
    for size in (513, 20_000):
        caller.send(TEXT[:size])
        caller.send(TEXT[:4])
        _refused(tale, receive, here, size, 512)
        _whole(tale, receive, here, 4, 512, after=size)
        tale.did(
            "a datagram of {size:,} bytes was refused, and the next one came as if nothing had been",
            size=size,
        )
    one(2_000, 2_000)


def _shown(size: int, most: int) -> str:
    return say("a datagram of {size:,} bytes, receive(sock, {most})", size=size, most=most)


def _whole(tale: Tale, receive: Any, here: Any, size: int, most: int, after: int = 0) -> None:
    running = tale.start(receive, here, most, shown=f"receive(sock, {most})")
    error, shown = running.error(), _shown(size, most)
    if isinstance(error, TimeoutError) and after:
        tale.fail(
            "{after:,} bytes were refused, but the datagram behind them never came:\n"
            "a second recv() of yours took it; the rest of a datagram that was cut is already gone",
            after=after,
        )
    if isinstance(error, TimeoutError):
        tale.fail("{shown} waits for more:\na datagram is never continued in the next one", shown=shown)
    if isinstance(error, ValueError) and after:
        tale.fail(
            "{shown} raised {error}:\nthe one of {after:,} bytes is still in the queue; take it out, and throw it away",
            shown=shown,
            error=named(error),
            after=after,
        )
    if error is not None and not size:
        tale.fail(
            "{shown} raised {error}:\nan empty datagram is one, too, and no end",
            shown=shown,
            error=named(error),
        )
    if isinstance(error, ValueError):
        tale.fail(
            "{shown} raised {error}:\n{most} bytes are allowed, that is not too long",
            shown=shown,
            error=named(error),
            most=most,
        )
    found = running.finish()
    if not isinstance(found, (bytes, bytearray)):
        tale.fail("{shown} should return its bytes, but returned {found!r}", shown=shown, found=found)
    if found == TEXT[:size]:
        return
    if len(found) < size:
        tale.fail(
            "{shown} returned {found} of them:\nwhat recv() has no room for is thrown away, without a word",
            shown=shown,
            found=len(found),
        )
    tale.fail(
        "{shown} returned {found:,} bytes:\nthat is more than one datagram; one recv() gives one",
        shown=shown,
        found=len(found),
    )


def _refused(tale: Tale, receive: Any, here: Any, size: int, most: int) -> None:
    running = tale.start(receive, here, most, shown=f"receive(sock, {most})")
    error, shown = running.error(), _shown(size, most)
    if isinstance(error, ValueError):
        return
    if error is not None:
        tale.fail("{shown} should raise ValueError, but raised {error}", shown=shown, error=named(error))
    found = running.finish()
    if isinstance(found, (bytes, bytearray)) and len(found) < size:
        tale.fail(
            "{shown} returned the first {found} of them as if that were all; it should raise ValueError:\n"
            "recvmsg() tells by MSG_TRUNC that a datagram was cut",
            shown=shown,
            found=len(found),
        )
    if is_error(found):
        tale.fail("{shown} returned {found!r}:\nwrite raise, not return", shown=shown, found=found)
    if not isinstance(found, (bytes, bytearray)):
        tale.fail("{shown} should raise ValueError, but returned {found!r}", shown=shown, found=found)
    tale.fail(
        "{shown} returned it; it should raise ValueError: {most} bytes were to be the limit",
        shown=shown,
        most=most,
    )


EXERCISE = Exercise(
    id="whole-datagram",
    title="Take a datagram whole, or refuse it",
    story=_whole_datagram,
    hints=(
        "One recv() gives one datagram, and no call gives the rest of it. So there is nothing to repeat: what you"
        " need to know is whether something was cut off.",
        "Either recvmsg() tells you (the third of what it returns holds MSG_TRUNC), or you make room for one byte more"
        " than is allowed and look at the length.",
        "data, _, flags, _ = sock.recvmsg(most)\n  if flags & MSG_TRUNC: raise ValueError(...)\n  return data",
    ),
    needs_network=True,
    place=1,
    steps=7,
)
