"""The solution of read-within, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from socket import MSG_WAITALL
from time import monotonic


def read_within(sock, n, seconds):
    before, deadline, got = sock.gettimeout(), monotonic() + seconds, b""
    try:
        while len(got) < n:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(got)} of {n} bytes within {seconds} s")
            sock.settimeout(left)
            data = sock.recv(n - len(got))
            if not data:
                raise EOFError(f"the peer ended after {len(got)} of {n} bytes")
            got += data
        return got
    finally:
        sock.settimeout(before)


def _timeout_of_each_call(sock, n, seconds, ended=EOFError, put_back=True, most=None):
    before, got = sock.gettimeout(), b""
    sock.settimeout(seconds)
    try:
        while len(got) < n:
            data = sock.recv(most or n - len(got))
            if not data:
                raise ended("the peer ended")
            got += data
        return got
    finally:
        if put_back:
            sock.settimeout(before)


def each_call(sock, n, seconds):
    return _timeout_of_each_call(sock, n, seconds)


def not_put_back(sock, n, seconds):
    return _timeout_of_each_call(sock, n, seconds, put_back=False)


def whole_seconds(sock, n, seconds):
    return read_within(sock, n, int(seconds))


def more_than_n(sock, n, seconds):
    return _timeout_of_each_call(sock, n, seconds, most=4096)


def n_in_each_call(sock, n, seconds):
    return _timeout_of_each_call(sock, n, seconds, most=n)


def throws_the_rest_away(sock, n, seconds):
    return n_in_each_call(sock, n, seconds)[:n]


def returns_nothing(sock, n, seconds):
    _deadline = monotonic() + seconds


def _without_a_guard(sock, n, seconds, at_least=None):
    before, deadline, got = sock.gettimeout(), monotonic() + seconds, b""
    try:
        while len(got) < n:
            left = deadline - monotonic()
            sock.settimeout(left if at_least is None else max(left, at_least))
            data = sock.recv(n - len(got))
            if not data:
                raise EOFError
            got += data
        return got
    finally:
        sock.settimeout(before)


def no_guard(sock, n, seconds):
    return _without_a_guard(sock, n, seconds)


def no_wait_when_late(sock, n, seconds):
    return _without_a_guard(sock, n, seconds, at_least=0)


def none_before(sock, n, seconds):
    try:
        return read_within(sock, n, seconds)
    finally:
        sock.settimeout(None)


def one_recv(sock, n, seconds):
    before = sock.gettimeout()
    sock.settimeout(seconds)
    try:
        return sock.recv(n)
    finally:
        sock.settimeout(before)


def one_recv_waitall(sock, n, seconds):
    before = sock.gettimeout()
    sock.settimeout(seconds)
    try:
        return sock.recv(n, MSG_WAITALL)
    finally:
        sock.settimeout(before)


def _with_a_deadline(sock, n, seconds, at_the_end):
    before, deadline, got = sock.gettimeout(), monotonic() + seconds, b""
    try:
        while len(got) < n:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
            data = sock.recv(n - len(got))
            if not data and at_the_end:
                return got
            got += data
        return got
    finally:
        sock.settimeout(before)


def short_at_the_end(sock, n, seconds):
    return _with_a_deadline(sock, n, seconds, at_the_end=True)


def short_when_late(sock, n, seconds):
    try:
        return read_within(sock, n, seconds)
    except TimeoutError:
        return b""


def spins_at_the_end(sock, n, seconds):
    return _with_a_deadline(sock, n, min(seconds, 1.5), at_the_end=False)


SOLUTION = read_within
WRONG = {
    "a timeout of each call": (each_call, "the limit is for the whole"),
    "does not put it back": (not_put_back, "a timeout of 2.000 s, and had one of 7 s before"),
    "takes more than n": (more_than_n, "never take more than n"),
    "n in each call": (
        n_in_each_call,
        "took 6 bytes: b'ef' belongs to the next message. Ask for n - len(got)",
    ),
    "throws the rest away": (throws_the_rest_away, "belongs to this call"),
    "no return": (returns_nothing, "but returned None: is there a return?"),
    "no guard": (no_guard, "raised ValueError: the time left was below 0; raise TimeoutError yourself"),
    "no wait when it is late": (no_wait_when_late, "a timeout of 0"),
    "puts none back": (none_before, "has no timeout, and had one of 7 s before"),
    "whole seconds only": (whole_seconds, "gave up at once"),
    "one recv": (one_recv, "go on until there are n bytes"),
    "one recv with MSG_WAITALL": (one_recv_waitall, "go on until there are n bytes"),
    "less at the end": (short_at_the_end, "should raise EOFError"),
    "less when it is late": (short_when_late, "should raise TimeoutError"),
    "spins at the end": (spins_at_the_end, "will give nothing else"),
}
