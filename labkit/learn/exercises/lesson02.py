"""Exercises of lesson 02, "The handshake and the goodbye"."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from labkit.learn.exercises import lesson02_because
from labkit.learn.kit.exercise import Case, Exercise, table
from labkit.learn.kit.tale import Tale
from labkit.packets.frame import Frame
from labkit.packets.segment import Segment

LESSON = "02"

BECAUSE = lesson02_because.BECAUSE

# --- name a segment by its flags ----------------------------------------------------------------------------


def _segment(flags: str, length: int = 0) -> Segment:
    """A segment from client to server; seq and ack are of no interest here."""
    ack = 1 if "." in flags else None
    frame = Frame(1, 0, "client", "server", (), "in flight", (), b"", 54 + length)
    return Segment(
        frame=frame,
        source="client",
        target="server",
        src="10.0.0.1",
        sport=40000,
        dst="10.0.0.2",
        dport=8080,
        seq=0 if "S" in flags else 1,
        ack=ack,
        raw_seq=1001,
        raw_ack=2001 if ack else 0,
        flags=flags,
        window=64240,
        options=(),
        payload=b"x" * length,
        length=length,
    )


def _case(flags: str, length: int, kind: str, because: str) -> Case:
    return Case(
        (_segment(flags, length),), f'kind(segment with flags "{flags}" and length {length})', kind, because
    )


_KINDS = (
    _case("S", 0, "SYN", "S alone is the SYN: the caller's first segment."),
    _case("S.", 0, "SYN-ACK", "S and the dot (ACK) together: ask for both before you ask for one of them."),
    _case(
        ".", 0, "ACK", "The dot is the ACK flag; without data and other flags the segment only acknowledges."
    ),
    _case("P.", 5, "data", "Whoever carries bytes is data, and acknowledges on the way."),
    _case(".", 1448, "data", "The P flag says 'push', not 'data': look at segment.length."),
    _case("F.", 0, "FIN", "After the handshake every segment carries ACK; here the F is the news."),
    _case("FP.", 5, "FIN", "The last bytes and the FIN often share a segment; FIN is asked for before data."),
    _case("R.", 0, "RST", "R with or without the dot is a reset; ask whether R is in the flags."),
    _case("R", 0, "RST", "R with or without the dot is a reset; ask whether R is in the flags."),
    _case(
        "SEW",
        0,
        "SYN",
        "A SYN may carry more flags (E and W offer congestion notification): use `in`, not `==`.",
    ),
    _case(
        "S.E",
        0,
        "SYN-ACK",
        "A SYN-ACK may carry more flags (E accepts congestion notification): use `in`, not `==`.",
    ),
)

KIND = Exercise(
    id="kind",
    title="Name a segment by its flags",
    story=table(_KINDS),
    hints=(
        "Flags are a set: several are up at once, and ACK nearly always. Which one is the news of the"
        " segment?",
        "`segment.flags` is a string: ask with `in`. The order of your questions decides: R, then S,"
        " then F, then"
        " `segment.length`, and only then is it a plain ACK.",
        'if "R" in segment.flags: return "RST", then\n'
        '  if "S" in segment.flags: return "SYN-ACK" if "." in segment.flags else "SYN", and so on',
    ),
)


# --- a server that hangs up on bytes it has not read --------------------------------------------------------

_PATIENCE_S = 1.0


def _close_politely(tale: Tale, answer: Any) -> None:
    net = tale.network("client", "server")
    client, server = net.hosts
    with net.capture() as trace:
        listener = tale.keep(server.socket())
        listener.bind((server.address, 8080))
        listener.listen()
        caller = tale.keep(client.socket())
        caller.settimeout(_PATIENCE_S)
        caller.connect((server.address, 8080))
        conn = tale.keep(listener.accept()[0])
        caller.sendall(b"LIST" + bytes(5000))
        _wait_for_bytes(conn, 5004)
        tale.did("the client connects and sends b'LIST', then 5,000 bytes that nobody asked for")

        running = tale.start(answer, conn, shown="answer(conn)")
        got = _read_to_the_end(tale, caller, running)
        tale.expect("the client, reading to the end,", got, b"done")
        tale.wait(lambda: running.done or _stands_in_recv(server))
        try:
            caller.sendall(b"and one thing more")
            caller.shutdown(socket.SHUT_WR)
        except OSError as error:
            _hung_up(tale, f"the client sends a last word and gets {type(error).__name__}")
        tale.did("the client, who may still send, sends a last word and closes its side")
        running.finish(_PATIENCE_S)
        if conn.fileno() >= 0:
            tale.fail(
                "answer(conn) should have closed conn when it returned, but conn is still open:\nend"
                " with conn.close()"
            )
        tale.did("answer(conn) returned, and conn is closed")
    if trace.resets():
        _hung_up(tale, "on the wire the server sent a reset")
    tale.did("on the wire: two FINs, no reset")


def _wait_for_bytes(conn: Any, count: int) -> None:
    """Wait until *count* bytes wait in the receive buffer, so that what follows does not depend on timing."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 2, 0))
    there = len(conn.recv(count, socket.MSG_PEEK | socket.MSG_WAITALL))
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))
    if there < count:
        raise TimeoutError(f"only {there} of {count} bytes crossed the wire in 2 s")


def _stands_in_recv(host: Any) -> bool:
    """Does a receiving call on this host wait for bytes?"""
    return any(
        call.host == host.name and call.name.startswith("recv") and call.blocked
        for call in host.core.timeline.calls()
    )


def _read_to_the_end(tale: Tale, caller: Any, running: Any) -> bytes:
    got = b""
    try:
        while part := caller.recv(1000):
            got += part
    except TimeoutError:
        if not got:
            running.finish(0.1)
            tale.fail(f"the client should receive b'done', but nothing came in {_PATIENCE_S:g} s")
        tale.fail(
            f"the client has {got!r} and should now learn that no more will come (recv gives b''),\n"
            f"but nothing came in {_PATIENCE_S:g} s; it cannot know that the answer is complete:\n"
            "conn.shutdown(SHUT_WR) sends the FIN and leaves your ear open"
        )
    except ConnectionError as error:
        _hung_up(tale, f"the client got {got!r}, then {type(error).__name__} instead of the end (b'')")
    return got


def _hung_up(tale: Tale, found: str) -> None:
    tale.fail(
        f"{found}:\nthe server closed while bytes were unread or still to come, and its kernel answers"
        " those with RST;\n"
        "read until recv gives b'', and close only then"
    )


CLOSE_POLITELY = Exercise(
    id="close-politely",
    title="Mend a server that hangs up on its client",
    story=_close_politely,
    hints=(
        "A connection is two streams. close() gives up both; bytes that arrive for a closed socket, or"
        " lie unread in"
        " it, are answered with RST, and that tells the client that something went wrong.",
        "The server has said all it wants after `sendall`: close only that direction there. What the"
        " client still has"
        " to say must be read, to its end, before `close`.",
        "after sendall: conn.shutdown(socket.SHUT_WR), then `while conn.recv(4096): pass`, then conn.close()",
    ),
    needs_network=True,
)


# --- give up on a server that does not answer ---------------------------------------------------------------


class _Lender:
    """A host that remembers the sockets it has lent."""

    def __init__(self, host: Any):
        self._host = host
        self.lent: list[Any] = []
        self.all_lent: list[Any] = []

    def socket(self, *arguments: Any, **named: Any) -> Any:
        self.lent.append(self._host.socket(*arguments, **named))
        self.all_lent.append(self.lent[-1])
        return self.lent[-1]

    def close(self) -> None:
        """Close whatever the learner's code left open, once that has been told."""
        for sock in self.all_lent:
            sock.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)


def _connect_within(tale: Tale, connect_within: Any) -> None:
    net = tale.network("client", "server", delay_ms=1)
    client, server = net.hosts
    listener = tale.keep(server.socket())
    listener.bind((server.address, 8080))
    listener.listen()
    host = tale.keep(_Lender(client))

    shown = f'connect_within(client, ("{server.address}", 8080), 1.0)'
    found = tale.call(connect_within, host, (server.address, 8080), 1.0, shown=shown)
    if not isinstance(found, socket.socket):
        tale.fail(
            f"{shown}, a server that listens, should return the connected socket, but returned {found!r}"
        )
    if not host.lent:
        tale.fail("the socket should be made by host.socket(): only that one is on the host's network")
    tale.keep(found)
    try:
        found.getpeername()
    except OSError:
        tale.fail(f"{shown} returned a socket that is not connected")
    if found.gettimeout() is not None:
        tale.fail(
            f"{shown} returned a socket whose timeout is still {found.gettimeout():g} s: later a slow"
            " answer would\n"
            "look like a dead server; settimeout(None) once it is connected"
        )
    tale.did(f"{shown}: a server listens; returned a connected, blocking socket")

    host.lent.clear()
    shown = f'connect_within(client, ("{server.address}", 8081), 1.0)'
    running = tale.start(connect_within, host, (server.address, 8081), 1.0, shown=shown)
    error = running.error()
    if not isinstance(error, ConnectionRefusedError):
        tale.fail(
            f"{shown}: nobody listens there, and the server says so at once with RST;\n"
            f"it should raise ConnectionRefusedError, but {_outcome(error)}"
        )
    _nothing_open(tale, host, shown)
    tale.did(f"{shown}: nobody listens; raised ConnectionRefusedError and left no socket open")

    host.lent.clear()
    net.link.cut()
    shown = f'connect_within(client, ("{server.address}", 8080), 0.3)'
    begun = time.monotonic()
    running = tale.start(connect_within, host, (server.address, 8080), 0.3, shown=shown)
    error = running.error()
    waited = time.monotonic() - begun
    if not isinstance(error, TimeoutError):
        tale.fail(f"{shown}: the cable is cut; it should raise TimeoutError, but {_outcome(error)}")
    if waited < 0.25:
        tale.fail(f"{shown}: the cable is cut; it should try for 0.3 s, but gave up at once")
    if server.address not in str(error):
        tale.fail(
            f"{shown}: the cable is cut; TimeoutError came, but its message ({str(error)!r}) does not say\n"
            f"which server did not answer: put the address into it"
        )
    _nothing_open(tale, host, shown)
    tale.did(f"{shown}: the cable is cut; raised TimeoutError naming the server, and left no socket open")


def _outcome(error: BaseException | None) -> str:
    return "it returned" if error is None else f"it raised {type(error).__name__}: {error}"


def _nothing_open(tale: Tale, host: _Lender, shown: str) -> None:
    if any(sock.fileno() >= 0 for sock in host.lent):
        tale.fail(
            f"{shown} failed, as it should, but left its socket open:\n"
            "a client that tries again all day runs out of descriptors; close it before you raise"
        )


CONNECT_WITHIN = Exercise(
    id="connect-within",
    title="Give up on a server that does not answer",
    story=_connect_within,
    hints=(
        "A lost SYN is sent again after 1 s, 2 s, 4 s ...: by itself connect gives up only after"
        " minutes. A refusal is"
        " different: it is an answer, and comes at once. And whoever opened a socket closes it when all"
        " fails.",
        "`settimeout` before `connect`; around `connect` a `try` that closes the socket for any OSError;"
        " afterwards"
        " `settimeout(None)`. TimeoutError is an OSError too: treat it first, with a message of your own.",
        'except TimeoutError: sock.close(); raise TimeoutError(f"{address} did not answer within'
        ' {seconds} s") from None\n'
        "  except OSError: sock.close(); raise",
    ),
    needs_network=True,
)

EXERCISES = (KIND, CLOSE_POLITELY, CONNECT_WITHIN)
