"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations


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


SOLUTION = connect_within

WRONG = {
    "no timeout": (connect_without_a_timeout, "was still not done"),
    "leaves the timeout on": (connect_leaves_the_timeout_on, "settimeout(None)"),
    "leaks": (connect_leaks, "left its socket open"),
    "calls every failure a timeout": (connect_calls_every_failure_a_timeout, "ConnectionRefusedError"),
    "returns None": (connect_returns_none, "should raise TimeoutError, but it returned"),
    "says only 'timed out'": (connect_says_only_timed_out, "put the address into it"),
}
