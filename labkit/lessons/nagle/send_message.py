"""Send a message in one segment."""

from __future__ import annotations

import socket
from functools import partial
from typing import Any

from labkit.learn.kit.exercise import Exercise, Variants
from labkit.learn.kit.tale import Tale
from labkit.lessons.nagle.pairs import LARGE, PATIENCE_S, connected, in_words, lengths, read
from labkit.lessons.nagle.prefix import PREFIXES, Prefix, told
from labkit.words import say


def _send_message(prefix: Prefix, tale: Tale, send_message: Any) -> None:
    net, caller, conn = connected(tale)
    for payload, name in ((b"hello", "b'hello'"), (b"", "b''"), (bytes(1000), _counted(1000))):
        shown, wanted = f"send_message(sock, {name})", prefix.before(payload)
        with net.capture() as trace:
            tale.call(send_message, caller, payload, shown=shown)
            got = read(conn, len(wanted))
        _options_are_untouched(tale, caller, shown)
        if got != wanted:
            tale.fail(
                "{shown}: the server should get {wanted}, but got {got}:\n{agreed}",
                shown=shown,
                wanted=_bytes(wanted),
                got=_bytes(got),
                agreed=told(prefix),
            )
        found = lengths(trace)
        if len(found) > 1:
            tale.fail(
                "{shown} left in {found}:\n"
                "the kernel sends what one call gives it; give it length and payload in one call",
                shown=shown,
                found=in_words(found),
            )
        tale.did(
            "{shown}: {wanted_count:,} bytes in one segment, and the server got them",
            shown=shown,
            wanted_count=len(wanted),
        )

    caller.settimeout(2 * PATIENCE_S)
    shown, payload = f"send_message(sock, {_counted(LARGE)})", bytes(range(250)) * (LARGE // 250)
    wanted = prefix.before(payload)
    running = tale.start(send_message, caller, payload, shown=shown)
    got = read(conn, len(wanted))
    running.finish(2 * PATIENCE_S)
    if got != wanted:
        tale.fail(
            "{shown}, on a socket with a timeout: of {wanted_count:,} bytes the server got {got_count:,}:\n"
            "send and sendmsg may take a part only and say how much; sendall goes on until all is taken",
            shown=shown,
            wanted_count=len(wanted),
            got_count=len(got),
        )
    tale.did("{shown}, on a socket with a timeout: all came, and in order", shown=shown)


def _options_are_untouched(tale: Tale, caller: Any, shown: str) -> None:
    for name, cure in (
        ("TCP_NODELAY", say("and with it two writes would be two segments")),
        ("TCP_CORK", say("so the message stays in the kernel for 200 ms or more")),
    ):
        option = getattr(socket, name, None)  # TCP_CORK is Linux's
        if option is not None and caller.getsockopt(socket.IPPROTO_TCP, option):
            tale.fail(
                "{shown} left {name} switched on, {cure};\nthe socket's options belong to whoever opened it",
                shown=shown,
                name=name,
                cure=cure,
            )


def _counted(size: int) -> str:
    return say("{size:,} bytes", size=size)


def _bytes(value: bytes) -> str:
    if len(value) <= 12:
        return repr(value)
    return say("{count:,} bytes that begin with {head!r}", count=len(value), head=value[:8])


def _exercise(prefix: Prefix) -> Exercise:
    length = f"(len(payload) + {prefix.width})" if prefix.counts_itself else "len(payload)"
    return Exercise(
        id="send-message",
        title="Send a message in one segment",
        story=partial(_send_message, prefix),
        hints=(
            "Nagle's algorithm holds back a small write while another small one is unacknowledged. A message that is"
            " one write is never held back by its own beginning.",
            "The length and the payload are both bytes: join them, and give the kernel the whole with the call"
            " that does not stop halfway.",
            f'sock.sendall({length}.to_bytes({prefix.width}, "{prefix.order}") + payload)',
        ),
        needs_network=True,
        steps=4,
    )


EXERCISE = Variants(PREFIXES, told, _exercise).exercise()
