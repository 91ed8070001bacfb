"""The solution of harden-echo, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import zlib
from contextlib import suppress
from time import monotonic

MOST, SECONDS = 65_536, 0.5
CAUSED = (OSError, EOFError, zlib.error)


def receive(conn, size, ends=None):
    data = b""
    while len(data) < size:
        left = 1 if ends is None else ends - monotonic()
        if left <= 0:
            raise TimeoutError
        conn.settimeout(left)
        piece = conn.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def unpacked(packed):
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(packed, MOST + 1)
    if len(text) > MOST or not unpacking.eof:
        raise EOFError
    return text


def handled(conn, *, most=MOST, receive=receive, unpack=unpacked, answer_s=SECONDS, caught=CAUSED):
    with suppress(*caught):
        while True:
            ends = monotonic() + SECONDS
            size = int.from_bytes(receive(conn, 4, ends))
            if size > most:
                return
            text = unpack(receive(conn, size, ends))
            conn.settimeout(answer_s)
            conn.sendall(len(text).to_bytes(4) + text)


def handle(conn):
    handled(conn)


def believes_the_header(conn):
    handled(conn, most=1 << 40)


def waits_for_four_gigabytes(conn):
    def by_pieces(conn, size, ends):
        data = b""
        while len(data) < size:
            conn.settimeout(max(0.001, ends - monotonic()))
            piece = conn.recv(min(4096, size - len(data)))
            if not piece:
                raise EOFError
            data += piece
        return data

    handled(conn, most=1 << 40, receive=by_pieces)


def unpacks_all(conn):
    handled(conn, unpack=zlib.decompress)


def looks_at_the_length_afterwards(conn):
    def unpack(packed):
        text = zlib.decompress(packed)
        if len(text) > MOST:
            raise EOFError
        return text

    handled(conn, unpack=unpack)


def cuts_it_off(conn):
    handled(conn, unpack=lambda packed: zlib.decompressobj().decompress(packed, MOST))


def refuses_the_largest(conn):
    def unpack(packed):
        text = unpacked(packed)
        if len(text) >= MOST:
            raise EOFError
        return text

    handled(conn, unpack=unpack)


def a_second_for_each_recv(conn):
    handled(conn, receive=lambda conn, size, ends: receive(conn, size))


def waits_for_who_does_not_read(conn):
    handled(conn, answer_s=None)


def takes_what_has_no_end(conn):
    def unpack(packed):
        text = zlib.decompressobj().decompress(packed, MOST + 1)
        if len(text) > MOST:
            raise EOFError
        return text

    handled(conn, unpack=unpack)


def lets_nonsense_raise(conn):
    handled(conn, caught=(OSError, EOFError))


def answers_once(conn):
    text = unpacked(receive(conn, int.from_bytes(receive(conn, 4))))
    conn.sendall(len(text).to_bytes(4) + text)


SOLUTION = handle
WRONG = {
    "believes the header": (believes_the_header, "asked for more than"),
    "waits for four gigabytes": (waits_for_four_gigabytes, "the length alone tells"),
    "unpacks all": (unpacks_all, "looking at the length afterwards is too late"),
    "looks at the length afterwards": (
        looks_at_the_length_afterwards,
        "looking at the length afterwards is too late",
    ),
    "cuts it off": (cuts_it_off, "what is cut off is no text of the client's"),
    "refuses the largest": (refuses_the_largest, "65536 bytes are allowed"),
    "a second for each recv()": (a_second_for_each_recv, "set a deadline for the whole message"),
    "waits for who does not read": (waits_for_who_does_not_read, "a time limit is for answers, too"),
    "takes what has no end": (takes_what_has_no_end, "what has no end has no checksum"),
    "lets nonsense raise": (lets_nonsense_raise, "catch what a client can cause"),
    "answers once": (answers_once, "65536 bytes, compressed"),
}
