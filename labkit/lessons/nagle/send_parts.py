"""Build the sendall that sendmsg lacks."""

from __future__ import annotations

import errno
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.nagle.pairs import LARGE, PATIENCE_S, connected, in_words, lengths, read
from labkit.words import say

_COPIED = "parts that are joined first are copied once more; give them to sendmsg as they are"


def _send_parts(tale: Tale, send_parts: Any) -> None:
    net, caller, conn = connected(tale)
    caller.settimeout(2 * PATIENCE_S)
    given = _watch_sendmsg(caller)

    parts = [b"\x00\x00\x00\x05", b"hel", bytearray(b"lo")]
    shown = "send_parts(sock, [b'\\x00\\x00\\x00\\x05', b'hel', bytearray(b'lo')])"
    with net.capture() as trace:
        tale.call(send_parts, caller, parts, shown=shown)
        got = read(conn, 9)
    _came(tale, shown, got, b"\x00\x00\x00\x05hello")
    found = lengths(trace)
    if len(found) > 1:
        tale.fail(
            "{shown} left in {found}:\ngive the kernel all parts in one call of sendmsg",
            shown=shown,
            found=in_words(found),
        )
    if max(given, default=0) == 1:
        tale.fail(
            "{shown} gave sendmsg one part, with all bytes in it:\n{why}", shown=shown, why=say(_COPIED)
        )
    if parts != [b"\x00\x00\x00\x05", b"hel", bytearray(b"lo")]:
        tale.fail(
            "{shown} changed the caller's list, which is now {parts!r}:\nwork on a list of your own",
            shown=shown,
            parts=parts,
        )
    tale.did("{shown}: 9 bytes in one segment; the list is as it was", shown=shown)

    for empty in ([], [b"", b""]):
        shown = f"send_parts(sock, {empty!r})"
        tale.call(send_parts, caller, empty, shown=shown)
        tale.did("{shown}: nothing to send, and it returned", shown=shown)

    many = [b"part %05d" % number for number in range(3000)]
    shown = say("send_parts(sock, {count:,} parts of {size:,} bytes)", count=len(many), size=10)
    running = tale.start(send_parts, caller, many, shown=shown)
    got = read(conn, 30_000)
    error = running.error(2 * PATIENCE_S)
    if isinstance(error, OSError) and error.errno == errno.EMSGSIZE:
        tale.fail(
            "{shown} raised {error}:\nsendmsg takes at most 1,024 parts at a time (IOV_MAX)",
            shown=shown,
            error=error,
        )
    running.finish()
    _came(tale, shown, got, b"".join(many))
    tale.did("{shown}: all came, and in order", shown=shown)

    large = [bytes([number]) * (LARGE // 3) for number in (1, 2, 3)]
    shown = say("send_parts(sock, {count:,} parts of {size:,} bytes)", count=3, size=LARGE // 3)
    with net.capture(snap=80) as trace:
        running = tale.start(send_parts, caller, large, shown=shown)
        got = read(conn, LARGE)
        if len(got) < LARGE:
            running.finish(2 * PATIENCE_S)
        _came(tale, shown, got, b"".join(large))
        running.finish(2 * PATIENCE_S)
    used = {call.name for call in trace.calls if call.host == "client" and call.name.startswith("send")}
    if used != {"sendmsg"}:
        tale.fail(
            "{shown} used {used}:\n{why}", shown=shown, used=say(" and ").join(sorted(used)), why=say(_COPIED)
        )
    tale.did("{shown}: all came, in several calls of sendmsg", shown=shown)


def _watch_sendmsg(sock: Any) -> list[int]:
    """A list that grows: how many parts each sendmsg() of this socket is given from now on."""
    given: list[int] = []

    class Watched(type(sock)):  # type: ignore[misc]  # whatever class it has
        __slots__ = ()

        def sendmsg(self, buffers: Any, *rest: Any) -> int:
            buffers = list(buffers)
            given.append(len(buffers))
            return super().sendmsg(buffers, *rest)

    sock.__class__ = Watched  # its attributes are fixed, so a method cannot be put over it
    return given


def _came(tale: Tale, shown: str, got: bytes, wanted: bytes) -> None:
    if got == wanted:
        return
    if len(got) < len(wanted):
        told = say("of {all:,} bytes the server got {got:,}", all=len(wanted), got=len(got))
    else:
        at = next(place for place, (a, b) in enumerate(zip(got, wanted, strict=True)) if a != b)
        told = say(
            "the server got as many bytes as it should, but from byte {at:,} on they are others", at=at
        )
    tale.fail(
        "{shown}, on a socket with a timeout: {told}:\n"
        "sendmsg returns how many bytes it took; go on behind them, in the middle of a part if need be",
        shown=shown,
        told=told,
    )


EXERCISE = Exercise(
    id="send-parts",
    title="Build the sendall that sendmsg lacks",
    story=_send_parts,
    hints=(
        "sendmsg returns how many bytes it took, which may end in the middle of any part. What was not taken is"
        " still to be sent: keep a list of it.",
        "A list of memoryviews of the parts that are not empty; while it is not empty, sendmsg its first 1,024, drop"
        " the parts that were taken whole, and cut the taken bytes off the one after.",
        "waiting = [memoryview(part) for part in parts if len(part)], then\n"
        "  while waiting: sent = sock.sendmsg(waiting[:1024])\n"
        "  while waiting and sent >= len(waiting[0]): sent -= len(waiting.pop(0))\n"
        "  if waiting: waiting[0] = waiting[0][sent:]",
    ),
    needs_network=True,
    place=2,
    steps=5,
)
