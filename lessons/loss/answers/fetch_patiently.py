"""The solution of fetch-patiently, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import time
from socket import SOCK_DGRAM


def fetch(host, request):
    with host.socket(type=SOCK_DGRAM) as sock:
        for attempt in range(4):
            sock.settimeout(0.25 * 2**attempt)
            sock.sendto(request, ("server", 9000))
            try:
                return sock.recv(2_000)
            except TimeoutError:
                pass
    raise TimeoutError("the server does not answer")


def as_it_was(host, request):
    for _ in range(8):
        with host.socket(type=SOCK_DGRAM) as sock:
            sock.settimeout(0.25)
            sock.sendto(request, ("server", 9000))
            try:
                return sock.recv(2_000)
            except TimeoutError:
                pass
    raise TimeoutError("the server does not answer")


def one_socket_same_pauses(host, request):
    with host.socket(type=SOCK_DGRAM) as sock:
        sock.settimeout(0.25)
        for _ in range(4):
            sock.sendto(request, ("server", 9000))
            try:
                return sock.recv(2_000)
            except TimeoutError:
                pass
    raise TimeoutError("the server does not answer")


def a_new_socket_each_time(host, request):
    for attempt in range(4):
        with host.socket(type=SOCK_DGRAM) as sock:
            sock.settimeout(0.25 * 2**attempt)
            sock.sendto(request, ("server", 9000))
            try:
                return sock.recv(2_000)
            except TimeoutError:
                pass
    raise TimeoutError("the server does not answer")


def sleep_between(host, request):
    for _ in range(4):
        with host.socket(type=SOCK_DGRAM) as sock:
            sock.settimeout(0.25)
            sock.sendto(request, ("server", 9000))
            try:
                return sock.recv(2_000)
            except TimeoutError:
                time.sleep(0.3)
    raise TimeoutError("the server does not answer")


def nothing_for_an_error(host, request):
    try:
        return fetch(host, request)
    except TimeoutError:
        return None


def ask_for_ever(host, request):
    with host.socket(type=SOCK_DGRAM) as sock:
        for attempt in range(5):
            sock.settimeout(0.25 * 2**attempt)
            sock.sendto(request, ("server", 9000))
            try:
                return sock.recv(2_000)
            except TimeoutError:
                pass
    raise TimeoutError("the server does not answer")


def ask_once(host, request):
    with host.socket(type=SOCK_DGRAM) as sock:
        sock.settimeout(0.5)
        sock.sendto(request, ("server", 9000))
        return sock.recv(2_000)


SOLUTION = fetch
WRONG = {
    "as it was": (as_it_was, "keep one socket for all tries"),
    "one socket, the same pauses": (one_socket_same_pauses, "double the wait each time"),
    "a new socket each time": (a_new_socket_each_time, "keep one socket for all tries"),
    "sleeps between": (sleep_between, "keep one socket for all tries"),
    "nothing for an error": (nothing_for_an_error, "raise TimeoutError"),
    "asks on and on": (ask_for_ever, "give up after 4 tries"),
    "asks once": (ask_once, "should ask again"),
}
