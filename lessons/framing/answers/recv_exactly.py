"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations

import socket


def recv_exactly(sock, n):
    data = bytearray(sock.recv(n))
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            raise EOFError(f"{len(data)} of {n} bytes, then the end")
        data += more
    return bytes(data)


def exactly_as_given(sock, n):
    return sock.recv(n)


def exactly_twice(sock, n):
    data = sock.recv(n)
    if len(data) < n:
        data += sock.recv(n - len(data))
    return data


def exactly_reads_too_much(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(4096)
    return data


def exactly_asks_for_all_each_time(sock, n):
    data = b""
    while len(data) < n:
        more = sock.recv(n)
        if not more:
            raise EOFError
        data += more
    return data


def exactly_throws_the_rest_away(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(4096)
    return data[:n]


def exactly_spins_at_the_end(sock, n):
    data = b""
    while len(data) < n:
        data += sock.recv(n - len(data))
    return data


def exactly_returns_half_at_the_end(sock, n):
    data = b""
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            return data
        data += more
    return data


def exactly_leaves_it_to_waitall(sock, n):
    return sock.recv(n, socket.MSG_WAITALL)


def exactly_keeps_the_last_piece(sock, n):
    got = 0
    while got < n:
        data = sock.recv(n - got)
        got += len(data)
    return data if n else b""


SOLUTION = recv_exactly

WRONG = {
    "as given": (exactly_as_given, "at most 4 bytes"),
    "asks twice": (exactly_twice, "recv belongs into a loop"),
    "reads too much": (exactly_reads_too_much, "the next message's"),
    "asks for all each time": (exactly_asks_for_all_each_time, "ask recv only for what is missing"),
    "throws the rest away": (exactly_throws_the_rest_away, "recv_exactly(sock, 2) was still not done"),
    "spins at the end": (exactly_spins_at_the_end, "asks for ever"),
    "half a message at the end": (exactly_returns_half_at_the_end, "should raise EOFError"),
    "MSG_WAITALL": (exactly_leaves_it_to_waitall, "should raise EOFError"),
    "keeps the last piece": (exactly_keeps_the_last_piece, "should return b'abcd', but returned b'cd'"),
}
