"""The solution of send-all, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import time
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector


def send_all(sock, data):
    rest = memoryview(data)
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_WRITE)
        while rest:
            selector.select()
            rest = rest[sock.send(rest) :]


def send_once(sock, data):
    sock.send(data)


def call_sendall(sock, data):
    sock.sendall(data)


def make_it_block(sock, data):
    sock.setblocking(True)
    sock.sendall(data)


def spin(sock, data):
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[sock.send(rest) :]
        except BlockingIOError:
            pass


def sleep_a_little(sock, data):
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[sock.send(rest) :]
        except BlockingIOError:
            time.sleep(0.005)


def begin_again(sock, data):
    sent = 0
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_WRITE)
        while sent < len(data):
            selector.select()
            sent += sock.send(data[: len(data) - sent])


def wait_for_the_other_event(sock, data):
    rest = memoryview(data)
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_READ)
        while rest:
            try:
                rest = rest[sock.send(rest) :]
            except BlockingIOError:
                selector.select()


def eat_the_callers_data(sock, data):
    rest = data if isinstance(data, bytearray) else bytearray(data)
    with DefaultSelector() as selector:
        selector.register(sock, EVENT_WRITE)
        while rest:
            selector.select()
            del rest[: sock.send(rest)]


SOLUTION = send_all
WRONG = {
    "sends once": (send_once, "send returns how many bytes the kernel took"),
    "leaves it to sendall": (call_sendall, "full for now"),
    "makes it block": (make_it_block, "leave it non-blocking"),
    "spins": (spin, "keeps a processor busy"),
    "sleeps and tries again": (sleep_a_little, "let a selector wait"),
    "begins again": (begin_again, "go on from there"),
    "waits until it can read": (wait_for_the_other_event, "was still not done"),
    "eats the caller's data": (eat_the_callers_data, "the data is the caller's"),
}
