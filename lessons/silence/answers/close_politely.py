"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations

import socket
import time


def answer(conn):
    conn.recv(4)
    conn.sendall(b"done")
    conn.shutdown(socket.SHUT_WR)
    while conn.recv(4096):
        pass
    conn.close()


def answer_as_given(conn):
    conn.recv(4)
    conn.sendall(b"done")
    conn.close()


def answer_sleeps_first(conn):
    conn.recv(4)
    conn.sendall(b"done")
    time.sleep(0.1)
    conn.close()


def answer_half_closes_but_does_not_read(conn):
    conn.recv(4)
    conn.sendall(b"done")
    conn.shutdown(socket.SHUT_WR)
    conn.close()


def answer_reads_once(conn):
    conn.recv(4)
    conn.sendall(b"done")
    conn.shutdown(socket.SHUT_WR)
    conn.recv(100_000)
    conn.close()


def answer_reads_before_it_half_closes(conn):
    conn.recv(4)
    conn.sendall(b"done")
    while conn.recv(4096):
        pass
    conn.close()


def answer_waits_for_the_end_first(conn):
    while conn.recv(4096):
        pass
    conn.sendall(b"done")
    conn.close()


def answer_never_closes(conn):
    conn.recv(4)
    conn.sendall(b"done")
    conn.shutdown(socket.SHUT_WR)
    while conn.recv(4096):
        pass


def answer_loops_at_the_end(conn):
    conn.recv(4)
    conn.sendall(b"done")
    conn.shutdown(socket.SHUT_WR)
    while True:
        conn.recv(4096)


SOLUTION = answer

WRONG = {
    "as given": (answer_as_given, "answers those with RST"),
    "sleeps first": (answer_sleeps_first, "answers those with RST"),
    "half-closes but does not read": (answer_half_closes_but_does_not_read, "answers those with RST"),
    "reads once": (answer_reads_once, "answers those with RST"),
    "reads before it half-closes": (answer_reads_before_it_half_closes, "SHUT_WR"),
    "waits for the end first": (answer_waits_for_the_end_first, "was still not done"),
    "never closes": (answer_never_closes, "conn is still open"),
    "loops at the end": (answer_loops_at_the_end, "was still not done"),
}
