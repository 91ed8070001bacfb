"""Exercises of lesson 04, "A stream has no messages"."""

from __future__ import annotations

import select
import socket
import struct
from typing import Any

from labkit.learn.exercises import lesson04_because, lesson04_quiz
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.torture import torture

LESSON = "04"

BECAUSE = lesson04_because.BECAUSE
QUIZZES = lesson04_quiz.QUIZZES

# --- exactly n bytes from a stream --------------------------------------------------------------------------


def _recv_exactly(tale: Tale, recv_exactly: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    listener = tale.keep(server.socket())
    listener.bind((server.address, 8080))
    listener.listen()
    caller = tale.keep(client.socket())
    caller.connect((server.address, 8080))
    conn = tale.keep(listener.accept()[0])

    caller.sendall(b"ab")
    select.select([conn], [], [], 1.0)
    tale.did("the peer sends b'ab', and two bytes are there")
    shown = "recv_exactly(sock, 4)"
    running = tale.start(recv_exactly, conn, 4, shown=shown)
    tale.wait(lambda: _all_is_read(conn))
    caller.sendall(b"cdef")
    tale.did(f"{shown} is called; then the peer sends b'cdef'")
    found = running.finish()
    if found == b"ab":
        tale.fail(
            f"{shown} should return b'abcd', but returned b'ab':\nrecv(4) gives at most 4 bytes; one call is not"
            " enough, nor are two"
        )
    if isinstance(found, bytes) and found.startswith(b"abcde"):
        tale.fail(
            f"{shown} should return b'abcd', but returned {found!r}:\nwhat is read too much is the next message's,"
            " and gone for it; ask recv only for what is missing"
        )
    tale.expect(shown, found, b"abcd")
    tale.expect(
        "recv_exactly(sock, 2)",
        tale.call(recv_exactly, conn, 2, shown="recv_exactly(sock, 2)"),
        b"ef",
        "what came after the four bytes belongs to the next call",
    )
    tale.expect(
        "recv_exactly(sock, 0)",
        tale.call(recv_exactly, conn, 0, shown="recv_exactly(sock, 0), of an empty message,"),
        b"",
    )

    many = bytes(range(256)) * 1000
    sending = client.background(caller.sendall, many)
    shown = f"recv_exactly(sock, {len(many)})"
    found = tale.call(recv_exactly, conn, len(many), shown=shown)
    if not isinstance(found, bytes | bytearray) or bytes(found) != many:
        got = f"{len(found)} bytes" if isinstance(found, bytes | bytearray) else repr(found)[:60]
        tale.fail(
            f"{shown} should return all of the {len(many):,} bytes in their order, but returned {got}:\n"
            "the pieces are many, so recv belongs into a loop"
        )
    sending.result(timeout=2)
    tale.did(f"{shown} returned {len(many):,} bytes that came in many pieces, in their order")

    caller.sendall(b"xy")
    caller.shutdown(socket.SHUT_WR)
    tale.did("the peer sends b'xy' and closes its side")
    shown = "recv_exactly(sock, 4)"
    running = tale.start(recv_exactly, conn, 4, shown=shown)
    raised = running.error()
    if raised is None:
        tale.fail(
            f"{shown} should raise EOFError, but it returned {running.finish()!r}:\n"
            "recv gives b'' when nothing will come any more; half a message must not pass for a whole one"
        )
    if not isinstance(raised, EOFError):
        tale.fail(
            f"{shown} should raise EOFError, but it raised {type(raised).__name__}: {raised}:\n"
            "recv gives b'' at the end of the stream, and raises nothing; raise EOFError(...) there"
        )
    tale.did(f"{shown} raised EOFError: the stream ended in the middle")


def _all_is_read(sock: Any) -> bool:
    """Is nothing there to be read, or has the learner's code closed the socket?"""
    try:
        return not select.select([sock], [], [], 0)[0]
    except (OSError, ValueError):
        return True


RECV_EXACTLY = Exercise(
    id="recv-exactly",
    title="Receive exactly n bytes",
    story=_recv_exactly,
    hints=(
        "recv(n) means: wait until something is there, then give what is there, n bytes at most. To have n bytes you"
        " must ask again for what is missing, as often as it takes; and somebody must notice that the stream ends.",
        "A loop: `while len(data) < n`. In it `sock.recv(n - len(data))`, never more, and what it gives goes behind"
        " `data`. If it gives b'', no more will ever come: raise EOFError.",
        "while len(data) < n:\n"
        "      more = sock.recv(n - len(data))\n"
        "      if not more:\n"
        '          raise EOFError(f"{len(data)} of {n} bytes, then the end")\n'
        "      data += more",
    ),
    needs_network=True,
)


# --- take the whole messages off the front ------------------------------------------------------------------


def _take(tale: Tale, take: Any) -> None:
    five, empty, two = b"\0\0\0\5hello", b"\0\0\0\0", b"\0\0\0\2hi"
    for held, messages, rest, because in (
        (five, [b"hello"], b"", ""),
        (b"", [], b"", "nothing is held, so there is nothing to take"),
        (b"\0\0", [], b"\0\0", "half a length tells nothing yet: it is kept for later"),
        (five[:7], [], five[:7], "a message that is not whole is kept, its length included"),
        (five + two, [b"hello", b"hi"], b"", "of two whole messages both are taken: `while`, not `if`"),
        (
            five + empty + two[:5],
            [b"hello", b""],
            two[:5],
            "an empty message is a message; what is begun is kept",
        ),
    ):
        shown = f"take({held!r})"
        tale.expect(shown, tale.call(take, held, shown=shown), (messages, rest), because)


TAKE = Parsons(
    id="take",
    title="take(held): the whole messages of [4-byte length][payload] in held, and the bytes that are left",
    lines=(
        "def take(held):",
        "    messages = []",
        "    while len(held) >= 4:",
        '        size = int.from_bytes(held[:4], "big")',
        "        if len(held) < 4 + size:",
        "            break",
        "        messages.append(held[4:4 + size])",
        "        held = held[4 + size:]",
        "    return messages, held",
    ),
    name="take",
    story=_take,
    hints=(
        "What is held begins with a length, or with the first bytes of one. As long as a whole message is there, it"
        " comes off the front.",
        "First the length, then the question whether all of the message is there, then the message, then what is"
        " left. `while`, since two messages may have come together.",
        "def, messages = [], while, size = …, if, break, append, held = …, return; the line with `if len(held) >= 4`"
        " and the one without the 4 stay out",
    ),
    extra=("    if len(held) >= 4:", "        messages.append(held[:size])"),
)


# --- a decoder of one's own, tortured -----------------------------------------------------------------------

_MESSAGES = ((1, b"hello"), (2, b""), (7, b"\0\0\0\1"))


def _frame(message: tuple[int, bytes]) -> bytes:
    return struct.pack("!IB", len(message[1]), message[0]) + message[1]


def _typed_decoder(tale: Tale, decoder: Any) -> None:
    from labkit.learn.checking.check import started

    feed = getattr(decoder, "feed", None)
    if not isinstance(decoder, type) or feed is None:
        tale.fail(f"check the class that has feed(data), by its name without brackets (got {decoder!r})")
    if not started(feed):
        raise NotStarted
    whole = b"".join(map(_frame, _MESSAGES))
    found = tale.call(_fed, decoder, [whole], shown="feed(all three messages at once)")
    if found == [payload for _, payload in _MESSAGES]:
        tale.fail("feed should return pairs (type, payload), but returned the payloads alone")
    if found is None:
        tale.fail("feed should return a list of messages, [] if none is whole yet, but returned None")
    if isinstance(found, list) and found == list(_MESSAGES[:1]):
        tale.fail(
            f"feed({whole!r}) should return three messages, but returned only the first:\n"
            "what recv gives may hold several; take messages off the front as long as whole ones are there"
        )
    tale.expect(f"feed({whole!r})", found, list(_MESSAGES))
    result = torture(decoder, _MESSAGES, encode=_frame)
    if not result.ok:
        tale.fail(f"the torture test found a split that breaks it:\n{result!r}")
    said, tried = repr(result).removeprefix("✓ ").split("\n")
    tale.did(f"the torture test: {said}\n({tried.strip()})")
    many = [(1, bytes(300)), (2, b"x" * 70_000)]
    result = torture(decoder, many, encode=_frame)
    if not result.ok:
        tale.fail(
            f"two messages of 300 and 70,000 bytes: {result.problem or 'came out wrong'}\n"
            'a length has four bytes: int.from_bytes(held[:4], "big")'
        )
    tale.did("messages of 300 and 70,000 bytes, cut in many ways: right")


def _fed(decoder: Any, pieces: list[bytes]) -> Any:
    one, found = decoder(), None
    for piece in pieces:
        found = one.feed(piece)
    return found


TYPED_DECODER = Exercise(
    id="typed-decoder",
    title="Decode [4-byte length][1-byte type][payload], however it is cut",
    story=_typed_decoder,
    hints=(
        "Put what has come behind what you hold, then take whole messages off the front until there is none. What is"
        " left is the beginning of the next: keep it.",
        "A header is 5 bytes: with fewer you know nothing. Then the length is in held[:4], the type is held[4], and"
        " the whole message has 5 + length bytes. `while`, not `if`.",
        "self.held += data; messages = []\n"
        '  while len(self.held) >= 5 and len(self.held) >= (end := 5 + int.from_bytes(self.held[:4], "big")):\n'
        "      messages.append((self.held[4], self.held[5:end])); self.held = self.held[end:]\n"
        "  return messages",
    ),
)

EXERCISES = (RECV_EXACTLY, TYPED_DECODER)
ORDERS = (TAKE,)
