"""Solutions of lesson 02's exercises, and wrong ones with words that each must be answered with.  For tests
only."""

from __future__ import annotations

import socket
import time

# --- kind ---------------------------------------------------------------------------------------------------


def kind(segment):
    if "R" in segment.flags:
        return "RST"
    if "S" in segment.flags:
        return "SYN-ACK" if "." in segment.flags else "SYN"
    if "F" in segment.flags:
        return "FIN"
    return "data" if segment.length else "ACK"


def kind_asks_for_ack_first(segment):
    return "ACK" if "." in segment.flags else kind(segment)


def kind_takes_push_for_data(segment):
    found = kind(segment)
    return ("data" if "P" in segment.flags else "ACK") if found in ("data", "ACK") else found


def kind_asks_for_data_before_fin(segment):
    return "data" if segment.length else kind(segment)


def kind_compares_whole_strings(segment):
    names = {"S": "SYN", "S.": "SYN-ACK", "F.": "FIN", "FP.": "FIN", "R": "RST", "R.": "RST"}
    return names.get(segment.flags, "data" if segment.length else "ACK")


def kind_forgets_reset_with_ack(segment):
    return "RST" if segment.flags == "R" else kind(segment) if "R" not in segment.flags else "ACK"


def kind_prints(segment):
    print(kind(segment))


# --- close-politely -----------------------------------------------------------------------------------------


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


# --- connect-within -----------------------------------------------------------------------------------------


def connect_within(host, address, seconds):
    sock = host.socket()
    sock.settimeout(seconds)
    try:
        sock.connect(address)
    except TimeoutError:
        sock.close()
        raise TimeoutError(f"{address} did not answer within {seconds} s") from None
    except OSError:
        sock.close()
        raise
    sock.settimeout(None)
    return sock


def connect_without_a_timeout(host, address, seconds):
    sock = host.socket()
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def connect_leaves_the_timeout_on(host, address, seconds):
    sock = host.socket()
    sock.settimeout(seconds)
    sock.connect(address)
    return sock


def connect_leaks(host, address, seconds):
    sock = host.socket()
    sock.settimeout(seconds)
    sock.connect(address)
    sock.settimeout(None)
    return sock


def connect_calls_every_failure_a_timeout(host, address, seconds):
    try:
        return connect_within(host, address, seconds)
    except OSError:
        raise TimeoutError(f"{address} did not answer") from None


def connect_returns_none(host, address, seconds):
    try:
        return connect_within(host, address, seconds)
    except TimeoutError:
        return None


def connect_says_only_timed_out(host, address, seconds):
    sock = host.socket()
    sock.settimeout(seconds)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    sock.settimeout(None)
    return sock


SOLUTIONS = {"kind": kind, "close-politely": answer, "connect-within": connect_within}

WRONG = {
    "kind": {
        "asks for ACK first": (kind_asks_for_ack_first, "ask for both before you ask for one"),
        "takes push for data": (kind_takes_push_for_data, "segment.length"),
        "asks for data before FIN": (kind_asks_for_data_before_fin, "FIN is asked for before data"),
        "compares whole strings": (kind_compares_whole_strings, "use `in`, not `==`"),
        "forgets a reset with ACK": (kind_forgets_reset_with_ack, "with or without the dot"),
        "prints and returns nothing": (kind_prints, "but returned None"),
    },
    "close-politely": {
        "as given": (answer_as_given, "answers those with RST"),
        "sleeps first": (answer_sleeps_first, "answers those with RST"),
        "half-closes but does not read": (answer_half_closes_but_does_not_read, "answers those with RST"),
        "reads once": (answer_reads_once, "answers those with RST"),
        "reads before it half-closes": (answer_reads_before_it_half_closes, "SHUT_WR"),
        "waits for the end first": (answer_waits_for_the_end_first, "was still not done"),
        "never closes": (answer_never_closes, "conn is still open"),
        "loops at the end": (answer_loops_at_the_end, "was still not done"),
    },
    "connect-within": {
        "no timeout": (connect_without_a_timeout, "was still not done"),
        "leaves the timeout on": (connect_leaves_the_timeout_on, "settimeout(None)"),
        "leaks": (connect_leaks, "left its socket open"),
        "calls every failure a timeout": (connect_calls_every_failure_a_timeout, "ConnectionRefusedError"),
        "returns None": (connect_returns_none, "should raise TimeoutError, but it returned"),
        "says only 'timed out'": (connect_says_only_timed_out, "put the address into it"),
    },
}
